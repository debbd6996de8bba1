"""One lot, and one entry, with all that is told of them on pages of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from seal.batches.book import model, store
from seal.batches.book.composition import Graph
from seal.batches.book.model import Entry, EntryKind, Lot
from seal.batches.book.writing import found_entry, found_lots
from seal.db import reading
from seal.identity import Acting


@dataclass(frozen=True)
class History:
    """A lot, what it holds, the entries that touch it (oldest first), and the lots that these name.

    ``gone``: entries that were reversed.
    """

    lot: Lot
    held: int
    entries: tuple[Entry, ...]
    graph: Graph
    lots: Mapping[UUID, Lot]
    gone: frozenset[UUID]


async def history(acting: Acting, lot_id: UUID) -> History:
    """All that is told of a lot. Raises ``NotFound('book.lot_not_found')``."""
    lot = (await found_lots(acting, [lot_id]))[lot_id]
    owner = acting.association_id
    async with reading():
        touching = await store.touching(owner, [lot_id])
        about = await store.entries(owner, {one.about for one in touching if one.about is not None})
        answers = await store.about(owner, [one.id for one in touching])
        every = {one.id: one for one in (*touching, *about, *answers)}
        undone = await store.about(owner, list(every))
        every |= {one.id: one for one in undone if one.kind is EntryKind.REVERSE}
        lots = await store.lots(owner, {line.lot_id for one in every.values() for line in one.lines} | {lot_id})
    return History(
        lot,
        model.balances(touching).get(lot_id, 0),
        touching,
        Graph(lots, every.values()),
        {one.id: one for one in lots},
        model.reversed_ids(every.values()),
    )


@dataclass(frozen=True)
class Told:
    """An entry with the lots of its lines and the entries that answer it, the reversed ones left out. ``undone``: the
    one that took it back.

    ``left``: of goods that went out, what neither came back nor was received. ``arrives``: a dispatch that waits at
    the door of another producer.
    """

    entry: Entry
    lots: Mapping[UUID, Lot]
    answers: tuple[Entry, ...]
    undone: Entry | None
    left: Sequence[tuple[Lot, int]]
    arrives: bool


async def entry(acting: Acting, entry_id: UUID) -> Told:
    """All that is told of an entry of a producer that the person may see, or addressed to one. As ``found_entry``."""
    found = await found_entry(acting, entry_id)
    owner = acting.association_id
    async with reading():
        every = await store.about(owner, [entry_id])
        later = await store.about(owner, [one.id for one in every]) if every else ()
        answers = model.standing_entries([*every, *later])
        lots = {
            one.id: one
            for one in await store.lots(owner, {line.lot_id for one in (found, *answers) for line in one.lines})
        }
    undone = next((one for one in every if one.kind is EntryKind.REVERSE), None)
    received = any(one.kind is EntryKind.RECEIVE for one in answers)
    back = model.balances(answers)
    left = [(lots[line.lot_id], -line.change - back.get(line.lot_id, 0)) for line in found.taken]
    out = found.kind in (EntryKind.SEND, EntryKind.DISPATCH) and not (undone or received)
    open_ = [(lot, amount) for lot, amount in left if out and amount > 0]
    return Told(found, lots, answers, undone, open_, bool(open_) and found.to_producer_id is not None)


async def lots_of(acting: Acting, found: Entry) -> dict[UUID, Lot]:
    """The lots of an entry that the person may see: what is on its way, as its sender calls it."""
    await found_entry(acting, found.id)
    async with reading():
        return {one.id: one for one in await store.lots(acting.association_id, [line.lot_id for line in found.lines])}
