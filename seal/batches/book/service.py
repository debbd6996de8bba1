"""Verbs on the batch book, and the reads that upper rooms build on. One act each; nothing is ever changed.

Every verb raises as ``writing.write``: every reason at once, ``NotFound`` for what the person may not see.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from seal.batches.book import model, remaining, store
from seal.batches.book.composition import GRAMS, Graph
from seal.batches.book.model import Dimension, Entry, EntryKind, Lot, Standing
from seal.batches.book.writing import Draft, New, found_entry, found_lots, reverse, write
from seal.batches.model import Batch, lot_key
from seal.db import reading
from seal.errors import BadInput
from seal.identity import Acting
from seal.members import service as members

__all__ = [
    "Draft",
    "New",
    "adjust",
    "balances",
    "begin_batch",
    "book",
    "bring_back",
    "dispatch",
    "dispatched_to",
    "entries_about",
    "found_entry",
    "found_lots",
    "gone",
    "graph",
    "graph_of",
    "intake",
    "lose",
    "make",
    "reverse",
    "send",
    "stock",
    "take_back",
    "unsound",
    "used",
    "write",
]

PRODUCT = "product"
"""The material of a batch's own lot."""


async def intake(
    acting: Acting,
    producer_id: UUID,
    new: New,
    *,
    kind: EntryKind = EntryKind.HARVEST,
    happened_on: date,
    site_id: UUID | None = None,
    organisation_id: UUID | None = None,
    about: UUID | None = None,
    signed_by: str = "",
    id: UUID | None = None,
) -> tuple[Entry, Lot]:
    """What came in: a harvest, goods received (``about`` the dispatch that they answer), or an opening stock.

    A harvest is one's own; an opening stock is counted and signed by name (CERTIFICATION D 32). Raises
    ``BadInput('book.certificate_needed' | 'book.signed_by_needed' | 'book.from_whom_needed' | 'book.not_own')``.
    """
    if kind not in model.INTAKE:
        raise BadInput("book.not_an_intake", field="kind", kind=kind.value)
    if kind is EntryKind.HARVEST:
        new = replace(new, standing=Standing.OWN)
    if kind is EntryKind.OPENING and not signed_by.strip():
        raise BadInput("book.signed_by_needed", field="signed_by")
    if kind is EntryKind.RECEIVE and new.standing is Standing.OWN and about is None:
        raise BadInput("book.not_own", field="standing")
    if new.standing is Standing.CERTIFIED and not (new.certificate.strip() or about):
        raise BadInput("book.certificate_needed", field="certificate")
    if kind is EntryKind.RECEIVE and not (new.from_whom.strip() or organisation_id or about):
        raise BadInput("book.from_whom_needed", field="from_whom")
    draft = Draft(
        kind,
        producer_id,
        happened_on,
        new=[new],
        about=about,
        organisation_id=organisation_id,
        site_id=site_id,
        signed_by=signed_by,
        id=id,
    )
    entry = await write(acting, draft)
    async with reading():
        (lot,) = await store.lots(acting.association_id, [entry.lines[0].lot_id])
    return entry, lot


async def make(
    acting: Acting,
    producer_id: UUID,
    *,
    happened_on: date,
    takes: Sequence[tuple[UUID, int]],
    gives: Sequence[tuple[UUID, int]] = (),
    new: Sequence[New] = (),
    kind: EntryKind = EntryKind.MAKE,
    site_id: UUID | None = None,
    reason: str = "",
    id: UUID | None = None,
    repacked: bool = False,
) -> Entry:
    """Something was made of lots: ``kind`` MAKE, BLEND or SPLIT. ``gives`` fills batches' lots with all their units."""
    if kind not in (EntryKind.MAKE, EntryKind.BLEND, EntryKind.SPLIT):
        raise BadInput("book.not_a_making", field="kind", kind=kind.value)
    draft = Draft(
        kind,
        producer_id,
        happened_on,
        takes=takes,
        gives=gives,
        new=new,
        site_id=site_id,
        reason=reason,
        id=id,
        repacked=repacked,
    )
    return await write(acting, draft)


async def lose(
    acting: Acting, producer_id: UUID, *, happened_on: date, takes: Sequence[tuple[UUID, int]], reason: str
) -> Entry:
    """Something is gone, and why."""
    return await write(acting, Draft(EntryKind.LOSE, producer_id, happened_on, takes=takes, reason=reason))


async def adjust(
    acting: Acting,
    producer_id: UUID,
    *,
    happened_on: date,
    reason: str,
    takes: Sequence[tuple[UUID, int]] = (),
    gives: Sequence[tuple[UUID, int]] = (),
) -> Entry:
    """A count found less (``takes``) or more (``gives``) than the book says, and why."""
    draft = Draft(EntryKind.ADJUST, producer_id, happened_on, takes=takes, gives=gives, reason=reason)
    return await write(acting, draft)


async def dispatch(
    acting: Acting,
    producer_id: UUID,
    *,
    happened_on: date,
    takes: Sequence[tuple[UUID, int]],
    organisation_id: UUID | None = None,
    to_producer_id: UUID | None = None,
    reason: str = "",
    id: UUID | None = None,
) -> Entry:
    """Goods went to a shop, or to another producer of the association."""
    draft = Draft(
        EntryKind.DISPATCH,
        producer_id,
        happened_on,
        takes=takes,
        organisation_id=organisation_id,
        to_producer_id=to_producer_id,
        reason=reason,
        id=id,
    )
    return await write(acting, draft)


async def send(
    acting: Acting, producer_id: UUID, *, happened_on: date, takes: Sequence[tuple[UUID, int]], organisation_id: UUID
) -> Entry:
    """Goods went to a subcontractor, and stay the producer's (CERTIFICATION D 6)."""
    draft = Draft(EntryKind.SEND, producer_id, happened_on, takes=takes, organisation_id=organisation_id)
    return await write(acting, draft)


async def bring_back(
    acting: Acting,
    about: UUID,
    *,
    happened_on: date,
    gives: Sequence[tuple[UUID, int]] = (),
    new: Sequence[New] = (),
) -> Entry:
    """Goods come back from a subcontractor: unchanged (``gives``), or made into something (``new``, or a batch)."""
    sent = await found_entry(acting, about)
    draft = Draft(EntryKind.BRING_BACK, sent.producer_id, happened_on, gives=gives, new=new, about=about)
    return await write(acting, draft)


async def take_back(
    acting: Acting, about: UUID, *, happened_on: date, gives: Sequence[tuple[UUID, int]], reason: str = ""
) -> Entry:
    """A shop gave goods back."""
    sent = await found_entry(acting, about)
    draft = Draft(EntryKind.TAKE_BACK, sent.producer_id, happened_on, gives=gives, about=about, reason=reason)
    return await write(acting, draft)


async def begin_batch(batch: Batch, grams: int, recorded_by: UUID | None) -> None:
    """The lot of a batch that is being declared; empty until something is made into it. In a unit of work."""
    lot = Lot(
        id=batch.id,
        association_id=batch.association_id,
        producer_id=batch.producer_id,
        material=PRODUCT,
        name=batch.lot,
        dimension=Dimension.COUNT,
        standing=Standing.OWN,
        recorded_at=batch.declared_at,
        batch_id=batch.id,
        site_id=batch.site_id,
        readings={GRAMS: str(grams)},
    )
    await store.insert_lot(lot, lot_key(batch.lot), recorded_by)


async def book(acting: Acting, producer_id: UUID) -> tuple[tuple[Lot, ...], tuple[Entry, ...]]:
    """A producer's lots and entries, oldest first."""
    await members.require_access(acting, producer_id)
    async with reading():
        lots = await store.lots_of(acting.association_id, producer_id)
        return lots, await store.entries(acting.association_id, producer_id=producer_id)


async def stock(acting: Acting, producer_id: UUID) -> tuple[tuple[Lot, str, str], ...]:
    """What a producer has that a batch may be made of: lots that are no batches, with amount and the unit in which a
    page asks for it (kg, l, unit)."""
    lots, entries = await book(acting, producer_id)
    held = model.balances(entries)
    return tuple(
        (lot, *model.said_large(held[lot.id], lot.dimension))
        for lot in lots
        if lot.batch_id is None and held.get(lot.id, 0) > 0
    )


async def used(acting: Acting, given: Mapping[str, str]) -> list[tuple[UUID, int]]:
    """Amounts typed beside lots of :func:`stock`, in the base unit. Raises ``BadInput('book.amount')``."""
    lots = await found_lots(acting, [UUID(lot_id) for lot_id in given])
    return [
        (lot.id, model.amount(given[str(lot.id)], model.LARGE[lot.dimension], field=f"of_{lot.id}")[0])
        for lot in lots.values()
    ]


async def balances(acting: Acting, producer_id: UUID, on: date | None = None) -> Mapping[UUID, int]:
    """What each of a producer's lots holds, in its base unit."""
    lots, entries = await book(acting, producer_id)
    held = model.balances(entries, on)
    return {lot.id: held.get(lot.id, 0) for lot in lots}


async def graph_of(association_id: UUID, lot_id: UUID) -> Graph:
    """A lot with all that it descends from, for rules; asks for no role."""
    async with reading():
        return Graph(*await store.ancestry(association_id, lot_id))


async def gone(association_id: UUID, batch_id: UUID) -> int:
    """Units of a batch that ceased to be without being sold, for rules; asks for no role."""
    async with reading():
        return remaining.gone(await store.touching(association_id, [batch_id]), batch_id)


async def unsound(association_id: UUID, batch_id: UUID) -> tuple[tuple[date, int] | None, tuple[str, ...]]:
    """What is wrong with the book of a batch that was made in it, for rules: since when its lot holds less than nothing
    and how much less, and the names of lots in it whose own entry was reversed. Asks for no role."""
    async with reading():
        lots, entries = await store.ancestry(association_id, batch_id)
    found = Graph(lots, entries)
    if batch_id not in found.origin:
        return None, ()
    short = model.below_nothing(entries, batch_id)
    return short, tuple(found.lots[one].name for one in remaining.unrooted(found, batch_id))


async def graph(association_id: UUID) -> Graph:
    """The whole book of an association, for rules; asks for no role."""
    async with reading():
        return Graph(await store.lots(association_id), await store.entries(association_id))


async def entries_about(acting: Acting, entry_ids: Collection[UUID]) -> tuple[Entry, ...]:
    """The entries that answer or reverse some entries that the person may see."""
    for entry_id in entry_ids:
        await found_entry(acting, entry_id)
    async with reading():
        return await store.about(acting.association_id, entry_ids) if entry_ids else ()


async def dispatched_to(acting: Acting, producer_id: UUID) -> tuple[Entry, ...]:
    """What other producers sent to this one, received or not, oldest first."""
    await members.require_access(acting, producer_id)
    async with reading():
        return await store.dispatched_to(acting.association_id, producer_id)
