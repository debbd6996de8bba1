"""Signed tokens without a unit number: of a batch (kind 0) and of a producer's certification (kind 2).

They stand on paper certificates and on the plaque at the producer's door. One intent each, committed at the first
print and signed like everything else; printing again gives the same digits.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from seal.associations.model import Association
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.certificates.model import Certification
from seal.clock import local_day
from seal.db import in_unit_of_work
from seal.errors import Conflict, Refused, Unavailable
from seal.identity import Acting
from seal.keys import ed25519
from seal.keys import service as keys
from seal.keys.model import IntentKind
from seal.keys.qr import Range, read_range
from seal.labels.token import Fields, Kind, Token

_ANY_HINT = bytes(ed25519.HINT_BYTES)
"""Stands until it is known which key signs."""


async def of_batch(acting: Acting, association: Association, batch: Batch) -> str:
    """The digits of a sealed batch's own token; empty while the keys are locked."""
    assert batch.public_id is not None  # callers have refused an unsealed batch
    assert batch.sealed_on is not None
    fields = Fields(
        kind=Kind.BATCH,
        hint=_ANY_HINT,
        public_id=batch.public_id,
        day=batch.sealed_on,
        days=batches.use_by_days(batch, batch.sealed_on),
        status_index=batch.status_index,
    )
    return await _digits(acting, association, IntentKind.QR_RANGE, batch.id, fields)


async def of_certification(acting: Acting, association: Association, held: Certification) -> str:
    """The digits of a certification's token, day and term of the grant; empty while the keys are locked."""
    granted_on = local_day(held.granted_at, association.zone)
    fields = Fields(
        kind=Kind.PLAQUE,
        hint=_ANY_HINT,
        public_id=held.public_id,
        day=granted_on,
        days=(held.valid_until - granted_on).days,
        status_index=held.status_index,
    )
    return await _digits(acting, association, IntentKind.PLAQUE, held.id, fields)


async def _digits(acting: Acting, association: Association, kind: IntentKind, object_id: UUID, fields: Fields) -> str:
    try:
        intent = await keys.intent_of(association.id, kind, object_id)
        if intent is None:
            hint = ed25519.hint((await keys.public_keys(association.id)).issuing.key_id)
            payload = replace(fields, hint=hint).payload
            asked = Range(kind=int(fields.kind), payload=payload, suffix="", first=0, last=0).encoded

            async def commit() -> UUID:
                return await keys.commit_intent(association.id, kind, object_id, asked, acting.at)

            await in_unit_of_work(commit)
            intent = await keys.intent_of(association.id, kind, object_id)
            assert intent is not None
        signature = await keys.sign_intent(association.id, intent.id, acting.at)
        intent = await keys.intent_of(association.id, kind, object_id)
        assert intent is not None
    except (Unavailable, Refused, Conflict):
        return ""  # the paper then carries the short code, which says the same with a network
    hint = read_range(intent.payload).payload[1:5]  # as signed: the key may have been replaced since
    return Token(replace(fields, hint=hint), signature).digits
