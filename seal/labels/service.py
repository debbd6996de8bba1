"""Verbs on labels: reserve unit numbers under the quota and take them out of use; ``runs`` signs and prints them.

A number is reserved for good in one unit of work with its log leaf and the intent to sign; signing and printing
come after, and may be repeated. Nothing is printed once the right has ended (CERTIFICATION D 12, 16).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.db.violations import Contention, integrity
from seal.errors import BadInput, Conflict, Reason, Refused
from seal.identity import Acting, Role
from seal.keys import ed25519
from seal.keys import service as keys
from seal.keys.model import IntentKind
from seal.keys.qr import PAYLOAD_BYTES, Range
from seal.labels import access, documents, model, store, token
from seal.labels.drawing import UnitLabel
from seal.labels.model import LabelRange, Ledger, Span, Void, VoidReason
from seal.labels.papers import (
    batch_certificate,
    editions,
    finish_papers,
    new_edition,
    producer_certificate,
    public_paper,
)
from seal.labels.runs import PRINTERS, codes, sheet
from seal.people import service as people
from seal.transparency import service as log
from seal.transparency.model import LeafType

__all__ = [
    "Labels",
    "Span",
    "UnitLabel",
    "batch_certificate",
    "codes",
    "editions",
    "finish_papers",
    "label_range",
    "labels",
    "new_edition",
    "producer_certificate",
    "public_paper",
    "reserve",
    "reserve_again",
    "sheet",
    "void",
]


@dataclass(frozen=True)
class Labels:
    """A batch's labels: the count, what is out, what is out of use, and why none may be made now."""

    batch: Batch
    ledger: Ledger
    ranges: tuple[LabelRange, ...]
    voids: tuple[Void, ...]
    against: tuple[Reason, ...]


async def labels(acting: Acting, batch_id: UUID) -> Labels:
    """The label book of a batch. Raises ``NotFound``."""
    batch = await batches.batch(acting, batch_id)
    association = await associations.get(acting.association_id)
    against = await access.against(acting, association, batch)
    async with reading():
        ledger = await store.ledger(association.id, batch_id) or _fresh(association, batch)
        ledger = await access.counted(ledger, batch)
        ranges = await store.ranges(association.id, batch_id)
        voids = await store.voids(association.id, batch_id)
    return Labels(batch, ledger, ranges, voids, against)


def _fresh(association: Association, batch: Batch) -> Ledger:
    return Ledger(batch.units, association.rules.spare_percent)


async def reserve(acting: Acting, batch_id: UUID, count: int, *, id: UUID | None = None) -> LabelRange:
    """Reserve the next ``count`` unit numbers of a sealed batch; logged as leaf 6, with the intent to sign.

    ``id`` is the client's UUIDv7: the same id and count again returns the first range. Two processes that race for
    the last numbers get exactly what is left between them; the database refuses more than the quota in any case.
    Raises ``Refused`` with every reason (batch not sealed or held, right ended, over quota with the number left),
    ``Conflict('label.id_taken')``, ``NotFound``, ``Unavailable('keys.missing')``.
    """
    await people.authorise(acting, *PRINTERS)
    association = await associations.get(acting.association_id)
    wanted = id or ids.uuid7(acting.at)

    async def write() -> LabelRange:
        batch = await batches.batch(acting, batch_id)
        before = await store.label_range(association.id, wanted)
        if before is not None:
            if (before.batch_id, len(before.span)) != (batch_id, count):
                raise Conflict("label.id_taken", id=str(wanted))
            return before
        against = [*await access.against(acting, association, batch)]
        if not batch_sealed(batch):
            raise Refused.because(against)
        ledger = await store.lock_ledger(association.id, batch_id, _fresh(association, batch), acting.at)
        ledger = await access.counted(ledger, batch)
        against += model.reserve_reasons(ledger, count)
        if against:
            raise Refused.because(against)
        return await _reserve(acting, association, batch, ledger, wanted, count)

    reserved = await in_unit_of_work(write)
    failpoint("after_reservation")
    return reserved


def batch_sealed(batch: Batch) -> bool:
    """True once the batch has what a token carries."""
    return batch.jws is not None and batch.public_id is not None


async def _reserve(
    acting: Acting, association: Association, batch: Batch, ledger: Ledger, range_id: UUID, count: int
) -> LabelRange:
    first = ledger.reserved_high + 1
    last = ledger.reserved_high + count
    payload = await _range_payload(association, batch, first, last)
    intent = await keys.commit_intent(association.id, IntentKind.QR_RANGE, range_id, payload, acting.at)
    made = LabelRange(range_id, batch.id, first, last, acting.at, intent)
    assert batch.public_id is not None  # a sealed batch has one
    document = documents.reserved(made, did=association.did, public_id=batch.public_id)
    salt = log.new_salt()
    await store.write_ledger(association.id, batch.id, replace(ledger, reserved_high=last))
    async with integrity({"label_range_starts_once": Contention("db.busy")}):
        await store.insert_range(association.id, made, store.Kept(document, salt), acting.person_id)
    await log.append(association.id, LeafType.LABEL_RANGE, range_id, document, salt, acting.at)
    return made


async def _range_payload(association: Association, batch: Batch, first: int, last: int) -> bytes:
    issuing = (await keys.public_keys(association.id)).issuing
    payload = access.fields(batch, ed25519.hint(issuing.key_id), first).payload[:PAYLOAD_BYTES]
    return Range(kind=int(token.Kind.UNIT), payload=payload, suffix="", first=first, last=last).encoded


async def void(acting: Acting, batch_id: UUID, first: int, last: int, *, reason: str) -> Void:
    """Take reserved numbers out of use, for good; lost and stolen ones are blocked at once. Logged as leaf 6.

    Works in any state of the batch and of the right. The very same void again returns the first. Raises ``Refused``
    with every reason (never reserved, out of use already), ``BadInput('label.void_reason')``, ``NotFound``.
    """
    await people.authorise(acting, Role.MANAGER, Role.AUDITOR, Role.PRODUCER)
    if reason not in list(VoidReason):
        raise BadInput("label.void_reason", field="reason", reason=reason[:40])
    association = await associations.get(acting.association_id)
    wanted = Void(ids.uuid7(acting.at), batch_id, first, last, VoidReason(reason), acting.at)

    async def write() -> Void:
        batch = await batches.batch(acting, batch_id)
        ledger = await store.ledger(association.id, batch_id)
        if ledger is None or batch.public_id is None:
            raise Refused("label.not_reserved", last=last, highest=0)
        ledger = await store.lock_ledger(association.id, batch_id, ledger, acting.at)
        before = await store.voids(association.id, batch_id)
        for one in before:
            if (one.span, one.reason) == (wanted.span, wanted.reason):
                return one
        against = model.void_reasons(ledger, [one.span for one in before], wanted.span)
        if against:
            raise Refused.because(against)
        document = documents.voided(wanted, did=association.did, public_id=batch.public_id)
        salt = log.new_salt()
        counted = replace(ledger, void_count=ledger.void_count + len(wanted.span))
        await store.write_ledger(association.id, batch_id, counted)
        await store.insert_void(association.id, wanted, store.Kept(document, salt), acting.person_id)
        await log.append(association.id, LeafType.LABEL_RANGE, wanted.id, document, salt, acting.at)
        return wanted

    return await in_unit_of_work(write)


async def label_range(acting: Acting, range_id: UUID) -> LabelRange:
    """One range. Raises ``NotFound``, also when the person may not see its producer."""
    found = await access.found_range(acting.association_id, range_id)
    await batches.batch(acting, found.batch_id)
    return found


async def reserve_again(acting: Acting, batch_id: UUID, up_to: int) -> LabelRange | None:
    """After a restore: the numbers up to ``up_to`` were out already, so they are reserved again and never given anew.

    For Seal itself; asks for no right of today, since the labels exist. ``None`` when nothing was missing.
    """
    if not acting.is_system:
        raise Refused("label.not_reserved", last=up_to, highest=0)
    association = await associations.get(acting.association_id)

    async def write() -> LabelRange | None:
        batch = await batches.batch(acting, batch_id)
        ledger = await store.lock_ledger(association.id, batch_id, _fresh(association, batch), acting.at)
        missing = up_to - ledger.reserved_high
        if missing <= 0 or not batch_sealed(batch):
            return None
        return await _reserve(acting, association, batch, ledger, ids.uuid7(acting.at), missing)

    return await in_unit_of_work(write)
