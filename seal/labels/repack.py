"""Sealed units opened and packed anew: their seals are taken out of use and the batch book begins a lot of them.

Sealed units are never merged with their seals on (CERTIFICATION D 10): the one way into another lot is through here,
and the book keeps which batches it came from, so that a recall still finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from seal.associations.model import CodeKind
from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.book import store as entries
from seal.batches.book.model import Entry, EntryKind
from seal.batches.model import Batch, State
from seal.db import in_unit_of_work
from seal.db.failpoint import failpoint
from seal.errors import BadInput, Conflict, Reason, Refused
from seal.identity import Acting
from seal.labels import access, naming, store, voiding
from seal.labels.boxes import store as boxes
from seal.labels.model import Span, VoidReason
from seal.labels.runs import PRINTERS
from seal.people import service as people


@dataclass(frozen=True)
class Repacked:
    """What was opened, and the entry of the book that took it."""

    gone: voiding.Gone
    entry: Entry


async def repack(
    acting: Acting, lines: str, new: book.New, *, happened_on: date, opened: UUID | None = None, id: UUID | None = None
) -> Repacked:
    """Void the seals of the units that ``lines`` name and begin ``new`` with them, in one unit of work.

    ``opened`` is the batch whose book is open: numbers alone are of it. ``id`` is the book entry's: the same sent again
    gives the first answer, anything else under that id is ``Conflict('label.id_taken')``. All units are of one
    producer, live, there by the book, of lots that stand, and in no box. Raises ``Refused`` with every reason,
    ``BadInput``, ``NotFound``, and as the batch book's ``make``.
    """
    await people.authorise(acting, *PRINTERS)

    async def write() -> Repacked:
        at_hand = await batches.batch(acting, opened) if opened is not None else None
        named = await voiding.named(acting, lines, at_hand.public_id if at_hand else None)
        if any(kind is not CodeKind.BATCH for kind, _ in named):
            raise BadInput("label.repack_roll", field="lines")
        taken = [(await batches.batch(acting, batch_id), spans) for (_, batch_id), spans in named.items()]
        if id is not None and (entry := await entries.entry(acting.association_id, id)) is not None:
            return await _before(entry, taken, new, happened_on)
        against = [why for batch, spans in taken for why in await _against(acting, batch, spans, happened_on)]
        if len({batch.producer_id for batch, _ in taken}) > 1:
            against.append(Reason("label.repack_producers"))
        if against:
            raise Refused.because(against)
        gone = voiding.Gone()
        for batch, spans in taken:
            gone = voiding.both(gone, await voiding.void_units(acting, batch.id, spans, VoidReason.RETURNED))
        entry = await book.make(
            acting,
            taken[0][0].producer_id,
            happened_on=happened_on,
            takes=[(batch.id, sum(map(len, spans))) for batch, spans in taken],
            new=[new],
            kind=EntryKind.MAKE,
            id=id,
            repacked=True,
        )
        left = [(batch, await access.counted(ledger, batch)) for batch, ledger in gone.ledgers]
        return Repacked(replace(gone, ledgers=tuple(left)), entry)

    done = await in_unit_of_work(write)
    failpoint("after_repack")
    return done


async def _before(
    entry: Entry, taken: Sequence[tuple[Batch, tuple[Span, ...]]], new: book.New, happened_on: date
) -> Repacked:
    """The first answer, if it was to the same request: the seals voided with that entry are those of ``taken``."""
    owner = entry.association_id
    given = await entries.lots(owner, [line.lot_id for line in entry.given])
    voids = [
        one
        for batch, spans in taken
        for one in await store.voids(owner, batch.id)
        if one.voided_at == entry.recorded_at and any(one.span.first in span for span in spans)
    ]
    same = (
        (entry.kind, entry.happened_on) == (EntryKind.MAKE, happened_on)
        and {(line.lot_id, -line.change) for line in entry.taken}
        == {(batch.id, sum(map(len, spans))) for batch, spans in taken}
        and [(lot.material, lot.dimension) for lot in given] == [(" ".join(new.material.split()), new.dimension)]
        and [line.change for line in entry.given] == [new.amount]
        and all(
            naming.joined([one.span for one in voids if one.batch_id == batch.id]) == naming.joined(spans)
            for batch, spans in taken
        )
    )
    if not same:
        raise Conflict("label.id_taken", id=str(entry.id))
    return Repacked(voiding.Gone(tuple(voids)), entry)


async def _against(acting: Acting, batch: Batch, spans: tuple[Span, ...], day: date) -> list[Reason]:
    """Why units of a batch may not be opened."""
    state, _ = await batches.standing(batch)
    against = []
    if state is not State.SEALED:
        against.append(Reason("label.repack_state", {"lot": batch.lot, "lot_state": state.value}))
    if day < batch.produced_on:
        made_on = batch.produced_on.isoformat()
        against.append(Reason("label.repack_before", {"lot": batch.lot, "day": made_on, "field": "happened_on"}))
    voids = [one.span for one in await store.voids(acting.association_id, batch.id)]
    against += [
        Reason("label.repack_void", {"lot": batch.lot, "first": void.first, "last": void.last})
        for void in voids
        if any(void.meets(span) for span in spans)
    ]
    boxed = sorted(unit for unit in await boxes.where(acting.association_id, batch.id) if any(unit in s for s in spans))
    if boxed:
        against.append(Reason("label.repack_boxed", {"lot": batch.lot, "unit": boxed[0], "count": len(boxed)}))
    return against
