"""How many units of a batch are still there, and whether they may go somewhere. Pure.

A unit that was lost, opened, counted out or made into something else carries no seal any more; one that was sold, or
that a subcontractor has, still does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from seal.batches.book.composition import Graph
from seal.batches.book.model import Entry, EntryKind, balances, standing_entries

UNSOLD = frozenset({EntryKind.LOSE, EntryKind.ADJUST, EntryKind.MAKE, EntryKind.BLEND, EntryKind.SPLIT})
"""Entries by which units cease to be, without being sold."""


def gone(entries: Iterable[Entry], lot_id: UUID) -> int:
    """Units that left a batch's lot and are no units of it any more; what was reversed does not count."""
    return -sum(
        line.change
        for entry in standing_entries(entries)
        if entry.kind in UNSOLD
        for line in entry.taken
        if line.lot_id == lot_id
    )


def least_from(entries: Iterable[Entry], lot_id: UUID, day: date) -> int:
    """What may be taken from a lot on a day: the least that it holds at the end of that day or of any later one."""
    every = standing_entries(entries)
    days = {day, *(one.happened_on for one in every if one.happened_on > day)}
    return min(balances(every, on).get(lot_id, 0) for on in days)


def unrooted(graph: Graph, lot_id: UUID) -> tuple[UUID, ...]:
    """Lots that ``lot_id`` descends from and that nothing stands behind any more: their own entry was reversed."""
    return tuple(one for one in graph.ancestors(lot_id) if one not in graph.origin)
