"""Sealed units opened and packed anew: their seals are taken out of use and the batch book begins a lot of them.

Sealed units are never merged with their seals on (CERTIFICATION D 10): the one way into another lot is through here,
and the book keeps which batches it came from, so that a recall still finds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from seal.associations.model import CodeKind
from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.book import store as entries
from seal.batches.book.model import Entry, EntryKind
from seal.batches.model import Batch, State
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.errors import BadInput, Reason, Refused
from seal.identity import Acting
from seal.labels import store, voiding
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

    ``opened`` is the batch whose book is open: numbers alone are of it. ``id`` is the book entry's, as for ``make``.
    All units are of one producer, live, of lots that stand, and in no box. Raises ``Refused`` with every reason,
    ``BadInput``, ``NotFound``, and as the batch book's ``make``.
    """
    await people.authorise(acting, *PRINTERS)

    async def write() -> Repacked:
        at_hand = await batches.batch(acting, opened) if opened is not None else None
        named = await voiding.named(acting, lines, at_hand.public_id if at_hand else None)
        if any(kind is not CodeKind.BATCH for kind, _ in named):
            raise BadInput("label.repack_roll", field="lines")
        taken = [(await batches.batch(acting, batch_id), spans) for (_, batch_id), spans in named.items()]
        if id is not None and (before := await _before(acting, id)) is not None:
            return before
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
        return Repacked(gone, entry)

    done = await in_unit_of_work(write)
    failpoint("after_repack")
    return done


async def _before(acting: Acting, entry_id: UUID) -> Repacked | None:
    """The first answer, if this was sent before."""
    async with reading():
        entry = await entries.entry(acting.association_id, entry_id)
    return Repacked(voiding.Gone(), entry) if entry is not None else None


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
