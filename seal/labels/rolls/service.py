"""Verbs on rolls: make one, hand seals out, bind them to a sealed batch, take them out of use.

A bound seal is a unit of its batch in every respect: the same ledger row, the same constraint, the same voids. What is
not bound yet vouches for nothing. Every binding and void locks the roll first and the batch's ledger after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.db.violations import Contention, integrity
from seal.errors import Conflict, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.keys import ed25519
from seal.keys import service as keys
from seal.keys.model import IntentKind
from seal.keys.qr import PAYLOAD_BYTES, Range
from seal.labels import access, token
from seal.labels import model as numbers
from seal.labels import store as ledgers
from seal.labels.model import Ledger, Span, VoidReason
from seal.labels.rolls import documents, model, store
from seal.labels.rolls.model import Allotment, Binding, Roll, RollVoid
from seal.labels.store import Kept
from seal.members import service as members
from seal.people import service as people
from seal.transparency import service as log
from seal.transparency.model import LeafType

STAFF = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)
BINDERS = (Role.MANAGER, Role.PRODUCER)
NOTE_MOST = 200


@dataclass(frozen=True)
class Book:
    """A roll with everything that is known of its seals."""

    roll: Roll
    holders: tuple[tuple[Span, UUID | None], ...]
    bindings: tuple[Binding, ...]
    voids: tuple[RollVoid, ...]


async def make(acting: Acting, size: int, *, note: str = "", id: UUID | None = None) -> Roll:
    """A roll of ``size`` seals under a code of its own, logged as leaf 6, with the one intent to sign them all.

    ``id`` is the client's UUIDv7: the same id and size again returns the first. Managers only. Raises
    ``Refused('roll.size')``, ``Conflict('label.id_taken')``, ``Unavailable('keys.missing')``.
    """
    await people.authorise(acting, Role.MANAGER)
    if against := model.size_reasons(size):
        raise Refused.because(against)
    association = await associations.get(acting.association_id)
    wanted = id or ids.uuid7(acting.at)

    async def write() -> Roll:
        before = await store.roll(association.id, wanted)
        if before is not None:
            if before.size != size:
                raise Conflict("label.id_taken", id=str(wanted))
            return before
        public_id = await associations.claim_code(association.id, "roll", wanted, acting.at)
        day = local_day(acting.at, association.zone)
        hint = ed25519.hint((await keys.public_keys(association.id)).issuing.key_id)
        payload = fields(public_id, day, hint, 1).payload[:PAYLOAD_BYTES]
        asked = Range(kind=int(token.Kind.ROLL), payload=payload, suffix="", first=1, last=size).encoded
        intent = await keys.commit_intent(association.id, IntentKind.QR_RANGE, wanted, asked, acting.at)
        made = Roll(wanted, association.id, public_id, size, day, acting.at, intent, note[:NOTE_MOST])
        document, salt = documents.made(made, did=association.did), log.new_salt()
        await store.insert(made, Kept(document, salt), acting.person_id)
        await log.append(association.id, LeafType.LABEL_RANGE, made.id, document, salt, acting.at)
        return made

    return await in_unit_of_work(write)


def fields(public_id: int, day: date, hint: bytes, number: int) -> token.Fields:
    """What the token of one seal says."""
    return token.Fields(token.Kind.ROLL, hint, public_id, day, 0, None, number)


async def rolls(acting: Acting) -> tuple[Book, ...]:
    """The rolls that the person may see, newest first: staff all, a producer those with seals of theirs."""
    await people.authorise(acting, *STAFF, Role.PRODUCER)
    async with reading():
        found = await store.rolls(acting.association_id)
        books = [await _book(one) for one in found]
    mine = None if _is_staff(acting) else {one.id for one in await members.producers(acting)}
    return tuple(book for book in books if mine is None or _theirs(book, mine))


async def book(acting: Acting, roll_id: UUID) -> Book:
    """One roll. Raises ``NotFound('roll.not_found')``, also for a producer who holds no seal of it."""
    await people.authorise(acting, *STAFF, Role.PRODUCER)
    async with reading():
        found = await store.roll(acting.association_id, roll_id)
        held = await _book(found) if found is not None else None
    if held is None:
        raise NotFound("roll.not_found")
    if not _is_staff(acting) and not _theirs(held, {one.id for one in await members.producers(acting)}):
        raise NotFound("roll.not_found")
    return held


def _is_staff(acting: Acting) -> bool:
    return acting.is_system or acting.has(*STAFF)


def _theirs(held: Book, producers: set[UUID]) -> bool:
    return any(holder in producers for _, holder in held.holders if holder is not None)


async def _book(roll: Roll) -> Book:
    allotted = await store.allotments(roll.association_id, roll.id)
    bound = await store.bindings(roll.association_id, roll.id)
    return Book(roll, model.holders(roll, allotted), bound, await store.voids(roll.association_id, roll.id))


async def allot(
    acting: Acting, roll_id: UUID, first: int, last: int, *, producer_id: UUID | None, id: UUID | None = None
) -> Allotment:
    """Hand seals that stand on nothing yet to a producer, or take them back (``producer_id`` None). Managers only.

    Raises ``Refused`` with every reason (no such seal, bound already, out of use), ``NotFound``.
    """
    await people.authorise(acting, Role.MANAGER)
    if producer_id is not None:
        await members.producer(acting, producer_id)
    made = Allotment(id or ids.uuid7(acting.at), roll_id, first, last, producer_id, acting.at)

    async def write() -> Allotment:
        roll = await store.lock(acting.association_id, roll_id)
        if roll is None:
            raise NotFound("roll.not_found")
        given = await store.allotments(acting.association_id, roll_id)
        same = next((one for one in given if one.id == made.id), None)
        if same is not None:
            if (same.span, same.producer_id) != (made.span, producer_id):
                raise Conflict("label.id_taken", id=str(made.id))
            return same
        bound, voids = await _used(roll)
        if against := model.unused_reasons(roll, made.span, bound, voids):
            raise Refused.because(against)
        await store.insert_allotment(acting.association_id, made, acting.person_id)
        return made

    return await in_unit_of_work(write)


async def not_mine(acting: Acting, held: Book, spans: Sequence[Span]) -> tuple[Reason, ...]:
    """Why whoever acts may not report seals: staff may all, a producer those that are on the list as theirs."""
    if _is_staff(acting):
        return ()
    mine = {one.id for one in await members.producers(acting)}
    return tuple(
        Reason("roll.not_theirs", {"first": max(part.first, span.first), "last": min(part.last, span.last)})
        for part, holder in held.holders
        for span in spans
        if part.meets(span) and holder not in mine
    )


async def _used(roll: Roll) -> tuple[tuple[Binding, ...], tuple[RollVoid, ...]]:
    return await store.bindings(roll.association_id, roll.id), await store.voids(roll.association_id, roll.id)


async def bind(
    acting: Acting, roll_id: UUID, first: int, last: int, batch_id: UUID, *, id: UUID | None = None
) -> Binding:
    """Seals ``first``..``last`` become the next units of a sealed batch, for good; logged as leaf 6.

    Counts against the batch's quota like reserved numbers, under the same constraint. A manager, or whoever acts for
    the producer; the seals must be on the list as the producer's. ``id`` as for :func:`make`. Raises ``Refused`` with
    every reason (batch, right, quota, seals), ``Conflict('label.id_taken')``, ``NotFound``.
    """
    await people.authorise(acting, *BINDERS)
    association = await associations.get(acting.association_id)
    wanted = id or ids.uuid7(acting.at)
    await book(acting, roll_id)

    async def write() -> Binding:
        batch = await batches.batch(acting, batch_id)
        before = await store.binding(association.id, wanted)
        if before is not None:
            if (before.roll_id, before.batch_id, before.span) != (roll_id, batch_id, Span(first, last)):
                raise Conflict("label.id_taken", id=str(wanted))
            return before
        roll = await store.lock(association.id, roll_id)
        if roll is None:
            raise NotFound("roll.not_found")
        against = [*await access.against(acting, association, batch), *await _unfit(roll, batch, Span(first, last))]
        if batch.jws is None or batch.public_id is None:
            raise Refused.because(against)
        fresh = Ledger(batch.units, association.rules.spare_percent)
        ledger = await access.counted(await ledgers.lock_ledger(association.id, batch_id, fresh, acting.at), batch)
        against += numbers.reserve_reasons(ledger, max(last - first + 1, 1))
        if against:
            raise Refused.because(against)
        made = Binding(wanted, roll_id, batch_id, first, last, ledger.reserved_high + 1, acting.at)
        return await _bind(acting, association, roll, batch, ledger, made)

    made = await in_unit_of_work(write)
    failpoint("after_binding")
    return made


async def _unfit(roll: Roll, batch: Batch, span: Span) -> tuple[Reason, ...]:
    """Every reason why the seals may not stand on the batch."""
    bound, voids = await _used(roll)
    against = model.unused_reasons(roll, span, bound, voids)
    if model.span_reasons(roll, span):
        return against
    given = await store.allotments(roll.association_id, roll.id)
    return (*against, *model.holder_reasons(roll, span, given, batch.producer_id))


async def _bind(
    acting: Acting, association: Association, roll: Roll, batch: Batch, ledger: Ledger, made: Binding
) -> Binding:
    assert batch.public_id is not None  # bind() refuses an unsealed batch
    document = documents.bound(
        made, did=association.did, roll_public_id=roll.public_id, batch_public_id=batch.public_id
    )
    salt = log.new_salt()
    await ledgers.write_ledger(association.id, batch.id, replace(ledger, reserved_high=made.units.last))
    taken = {"label_binding_seal_once": Contention("db.busy"), "label_binding_unit_once": Contention("db.busy")}
    async with integrity(taken):
        await store.insert_binding(association.id, made, Kept(document, salt), acting.person_id)
    await store.count(association.id, roll.id, bound=len(made.span))
    await log.append(association.id, LeafType.LABEL_RANGE, made.id, document, salt, acting.at)
    return made


async def void_unbound(
    acting: Acting, association: Association, roll: Roll, spans: Sequence[Span], reason: VoidReason
) -> tuple[RollVoid, ...]:
    """Take seals of a locked roll out of use that stand on nothing; in the caller's unit of work."""
    done = []
    for span in spans:
        one = RollVoid(ids.uuid7(acting.at), roll.id, span.first, span.last, reason, acting.at)
        document = documents.voided(one, did=association.did, public_id=roll.public_id)
        salt = log.new_salt()
        await store.insert_void(association.id, one, Kept(document, salt), acting.person_id)
        await store.count(association.id, roll.id, void=len(span))
        await log.append(association.id, LeafType.LABEL_RANGE, one.id, document, salt, acting.at)
        done.append(one)
    return tuple(done)
