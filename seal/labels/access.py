"""What every verb on labels asks first: the range, the right today, and what a token says."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from seal.associations.model import Association
from seal.batches import gating
from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.model import Batch
from seal.certificates import service as certificates
from seal.certificates.model import State as CertificationState
from seal.db import reading
from seal.errors import NotFound, Reason
from seal.identity import Acting
from seal.labels import model, store, token
from seal.labels.model import LabelRange, Ledger


async def found_range(association_id: UUID, range_id: UUID) -> LabelRange:
    """Raises ``NotFound('label.range_not_found')``."""
    async with reading():
        found = await store.label_range(association_id, range_id)
    if found is None:
        raise NotFound("label.range_not_found")
    return found


async def right_now(acting: Acting, association: Association, batch: Batch) -> tuple[CertificationState, bool]:
    """What the producer's right is now, by the certification that says most for this batch, and whether the audit
    under it was voided."""
    every = await certificates.held(association.id, batch.producer_id, batch.protocol_id)
    held = gating.choose(every, batch, acting, association)
    state = CertificationState.NONE if held is None else held.state(acting.at, association.zone)
    return state, await gating.audit_voided(held, acting.at)


async def against(acting: Acting, association: Association, batch: Batch) -> tuple[Reason, ...]:
    """Every reason why no label of this batch may be reserved or printed now."""
    state, _ = await batches.standing(batch)
    right = model.right_reasons(state, *await right_now(acting, association, batch))
    return (*right, *model.book_reasons(batch.lot, *await book.unsound(association.id, batch.id)))


async def counted(ledger: Ledger, batch: Batch) -> Ledger:
    """A ledger with what the batch book says is gone; asked after the ledger was locked, where it is."""
    return replace(ledger, gone=await book.gone(batch.association_id, batch.id))


def fields(batch: Batch, hint: bytes, number: int) -> token.Fields:
    """What the token of one unit says."""
    assert batch.public_id is not None
    assert batch.sealed_on is not None
    return token.Fields(
        kind=token.Kind.UNIT,
        hint=hint,
        public_id=batch.public_id,
        day=batch.sealed_on,
        days=batches.use_by_days(batch, batch.sealed_on),
        status_index=batch.status_index,
        number=number,
    )
