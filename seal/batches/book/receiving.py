"""Goods from another producer of the association.

A dispatch is received as it was sent: one lot for each of its lots, of the same material and readings. What a sealed
batch's code names is found by it, so that a scan at the door is enough.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from seal.batches import store as batches
from seal.batches.book import model, service, store
from seal.batches.book.model import Entry, EntryKind, Lot, Standing
from seal.batches.book.writing import Draft, New, found_entry, write
from seal.batches.model import Batch
from seal.db import reading
from seal.errors import BadInput
from seal.identity import Acting
from seal.ids import parse_code
from seal.members import service as members


async def waiting(acting: Acting, producer_id: UUID) -> tuple[Entry, ...]:
    """Dispatches to a producer that were neither received nor taken back whole, oldest first."""
    sent = await service.dispatched_to(acting, producer_id)
    async with reading():
        answers = await store.about(acting.association_id, [one.id for one in sent])
        later = await store.about(acting.association_id, [one.id for one in answers])
    stands = model.standing_entries([*answers, *later])
    gone = model.reversed_ids(answers)
    received = {one.about for one in stands if one.kind is EntryKind.RECEIVE}
    left = {one.id: -sum(line.change for line in one.lines) for one in sent}
    for one in stands:
        if one.kind is EntryKind.TAKE_BACK and one.about is not None:
            left[one.about] -= sum(line.change for line in one.lines)
    return tuple(one for one in sent if one.id not in gone | received and left[one.id] > 0)


async def receive(
    acting: Acting, entry_id: UUID, *, happened_on: date, site_id: UUID | None = None, id: UUID | None = None
) -> Entry:
    """A dispatch arrived. As :func:`writing.write`; less what went back before. A sealed batch comes in as certified
    by its code, anything else as declared by the producer who sent it; what it descends from still counts.
    """
    sent = await found_entry(acting, entry_id)
    if sent.kind is not EntryKind.DISPATCH or sent.to_producer_id is None:
        raise BadInput("book.about_other", field="entry", entry_kind=EntryKind.RECEIVE.value)
    async with reading():
        lots = {one.id: one for one in await store.lots(acting.association_id, [line.lot_id for line in sent.taken])}
        answers = await store.about(acting.association_id, [sent.id])
        later = await store.about(acting.association_id, [one.id for one in answers])
        sealed = {one: await batches.batch(acting.association_id, one) for one in lots if lots[one].batch_id}
    back = model.balances(one for one in model.standing_entries([*answers, *later]) if one.kind is EntryKind.TAKE_BACK)
    sender = (await members.dossier_of(acting.association_id, sent.producer_id)).producer.trade_name
    new = []
    for line in sent.taken:
        left = -line.change - back.get(line.lot_id, 0)
        if left > 0:
            new.append(_same(lots[line.lot_id], left, sealed.get(line.lot_id), sender))
    draft = Draft(EntryKind.RECEIVE, sent.to_producer_id, happened_on, new=new, about=sent.id, site_id=site_id, id=id)
    return await write(acting, draft)


def _same(lot: Lot, amount: int, batch: Batch | None, sender: str) -> New:
    code = batch.code if batch is not None else ""
    standing = Standing.CERTIFIED if code else Standing.DECLARED if lot.standing is Standing.OWN else lot.standing
    return New(
        lot.material,
        amount,
        lot.dimension,
        standing=standing,
        main=lot.main,
        from_whom=sender,
        certificate=code or lot.certificate,
        readings=lot.readings,
        stem=lot.name,
    )


async def dispatch_of(acting: Acting, producer_id: UUID, code: str) -> Entry | None:
    """The dispatch to a producer that waits with the sealed batch of a code (a unit's code, or the address on a label
    that ends in one, will do); ``None`` if no such one waits, or the text is no code of ours."""
    try:
        public_id = parse_code(code.strip().rsplit("/", 1)[-1]).public_id
    except BadInput:
        return None
    for one in await waiting(acting, producer_id):
        async with reading():
            found = [await batches.batch(acting.association_id, line.lot_id) for line in one.taken]
        if any(batch is not None and batch.public_id == public_id for batch in found):
            return one
    return None
