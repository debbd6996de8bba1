"""The latest that left for shops, and what of it is still out: so that nobody sends the same form again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from seal.batches.book import service as book
from seal.batches.book.model import Entry, EntryKind, Lot
from seal.identity import Acting
from seal.labels.model import Span
from seal.members import service as members
from seal.traceability import service
from seal.traceability.finding import sees

MOST = 15


@dataclass(frozen=True)
class Sent:
    """One lot of a dispatch, in its base unit: what left, what is ``out``, and which units of it are known by scan."""

    lot: Lot
    amount: int
    out: int
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Dispatch:
    """``entry`` left for the organisation called ``to``."""

    entry: Entry
    to: str
    sent: tuple[Sent, ...]


async def dispatches(acting: Acting) -> tuple[Dispatch, ...]:
    """The latest dispatches to organisations, newest first: all for staff, their own for a producer."""
    graph, mine = await book.graph(acting.association_id), await sees(acting)
    names = {one.id: one.name for one in await members.organisations(acting)}
    found = [
        entry
        for entry in graph.entries.values()
        if entry.kind is EntryKind.DISPATCH
        and entry.organisation_id is not None
        and (mine is None or entry.producer_id in mine)
    ]
    found = sorted(found, key=lambda one: (one.recorded_at, one.id), reverse=True)[:MOST]
    back = returned(graph.entries)
    spans: dict[tuple[UUID, UUID], list[Span]] = {}
    for moved, _ in await service.still_out(acting, {line.lot_id for entry in found for line in entry.taken}):
        spans.setdefault((moved.entry_id, moved.batch_id), []).append(moved.span)
    return tuple(
        Dispatch(
            entry,
            names.get(entry.organisation_id, "") if entry.organisation_id else "",
            tuple(
                Sent(
                    graph.lots[line.lot_id],
                    -line.change,
                    -line.change - back.get((entry.id, line.lot_id), 0),
                    tuple(spans.get((entry.id, line.lot_id), ())),
                )
                for line in entry.taken
            ),
        )
        for entry in found
    )


def returned(entries: Mapping[UUID, Entry]) -> dict[tuple[UUID, UUID], int]:
    """By dispatch and lot, what came back of it."""
    found: dict[tuple[UUID, UUID], int] = {}
    for entry in entries.values():
        if entry.kind is EntryKind.TAKE_BACK and entry.about is not None:
            for line in entry.given:
                found[entry.about, line.lot_id] = found.get((entry.about, line.lot_id), 0) + line.change
    return found
