"""Verbs on boxes: make one, put sealed units in and take them out, close, open, unpack; and its signed code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import CodeKind
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.batches.model import State as BatchState
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.ids import Code
from seal.keys import ed25519
from seal.keys import service as keys
from seal.keys.model import IntentKind
from seal.keys.qr import Range, read_range
from seal.labels import naming, token, voiding
from seal.labels import store as ledgers
from seal.labels.boxes import documents, model, store
from seal.labels.boxes.model import Action, Box, Move
from seal.labels.drawing import UnitLabel
from seal.labels.model import Span
from seal.labels.rolls import model as roll_model
from seal.labels.rolls import store as roll_store
from seal.labels.store import Kept
from seal.members import service as members
from seal.people import service as people
from seal.transparency import service as log
from seal.transparency.model import LeafType

PACKERS = (Role.MANAGER, Role.PRODUCER)
READERS = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)
NOTE_MOST = 200
Units = dict[UUID, tuple[Span, ...]]


@dataclass(frozen=True)
class Contents:
    """A box with its batches, in order of lots."""

    box: Box
    batches: tuple[tuple[Batch, tuple[Span, ...]], ...]


async def make(
    acting: Acting, *, producer_id: UUID | None, note: str = "", lines: str = "", id: UUID | None = None
) -> Box:
    """A box under a code of its own, logged as leaf 6, with the intent to sign it; with what ``lines`` name in it.

    ``producer_id`` None: the association's own, which may hold units of several producers; managers only. ``id`` is the
    client's UUIDv7: sent again it gives the first. Raises as :func:`put`, and ``NotFound`` for the producer.
    """
    await people.authorise(acting, *PACKERS)
    if producer_id is None:
        await people.authorise(acting, Role.MANAGER)
    else:
        await members.producer(acting, producer_id)
    association = await associations.get(acting.association_id)
    wanted = id or ids.uuid7(acting.at)

    async def write() -> Box:
        before = await store.box(association.id, wanted)
        if before is not None:
            if before.producer_id != producer_id:
                raise Conflict("label.id_taken", id=str(wanted))
            return before
        public_id = await associations.claim_code(association.id, "box", wanted, acting.at)
        day = local_day(acting.at, association.zone)
        hint = ed25519.hint((await keys.public_keys(association.id)).issuing.key_id)
        payload = _fields(public_id, day, hint).payload
        asked = Range(kind=int(token.Kind.BOX), payload=payload, suffix="", first=0, last=0).encoded
        intent = await keys.commit_intent(association.id, IntentKind.QR_RANGE, wanted, asked, acting.at)
        made = Box(wanted, association.id, public_id, producer_id, day, acting.at, intent, note[:NOTE_MOST])
        document, salt = documents.made(made, did=association.did), log.new_salt()
        await store.insert(made, Kept(document, salt), acting.person_id)
        await log.append(association.id, LeafType.LABEL_RANGE, made.id, document, salt, acting.at)
        await _step(acting, made, [Move(Action.MAKE, acting.at, acting.person_id)])
        if lines.strip():
            await put(acting, made.id, lines)
        return await _found(acting, made.id)

    return await in_unit_of_work(write)


def _fields(public_id: int, day: date, hint: bytes) -> token.Fields:
    return token.Fields(token.Kind.BOX, hint, public_id, day, 0, None)


async def _step(acting: Acting, box: Box, done: Sequence[Move]) -> None:
    begin = await store.lock(acting.association_id, box.id, len(done))
    assert begin is not None  # it was just read in this unit of work
    await store.add_moves(acting.association_id, box.id, begin, done)


async def _found(acting: Acting, box_id: UUID) -> Box:
    """A box that the person may see. Raises ``NotFound('box.not_found')``."""
    async with reading():
        found = await store.box(acting.association_id, box_id)
    if found is None:
        raise NotFound("box.not_found")
    if acting.is_system or acting.has(*READERS):
        return found
    mine = {one.id for one in await members.producers(acting)}
    if found.producer_id not in mine:
        raise NotFound("box.not_found")
    return found


async def boxes(acting: Acting) -> tuple[Box, ...]:
    """The boxes that the person may see, newest first."""
    await people.authorise(acting, *READERS, Role.PRODUCER)
    async with reading():
        found = await store.boxes(acting.association_id)
    if acting.is_system or acting.has(*READERS):
        return found
    mine = {one.id for one in await members.producers(acting)}
    return tuple(one for one in found if one.producer_id in mine)


async def box(acting: Acting, box_id: UUID) -> Contents:
    """One box and what stands in it. Raises ``NotFound``."""
    await people.authorise(acting, *READERS, Role.PRODUCER)
    found = await _found(acting, box_id)
    inside = [(await batches.batch(acting, batch_id), spans) for batch_id, spans in found.inside.items()]
    return Contents(found, tuple(sorted(inside, key=lambda one: (one[0].lot, one[0].id))))


async def put(acting: Acting, box_id: UUID, lines: str) -> Box:
    """Put what ``lines`` name (:mod:`seal.labels.naming`) into an open box: units, or seals that stand on a batch.

    Raises ``Refused`` with every reason (box closed, unit void or never reserved, batch recalled or revoked, another
    producer's), ``Conflict('box.elsewhere')`` for a unit that stands in a box already, ``BadInput``, ``NotFound``.
    """
    return await _move(acting, box_id, lines, Action.PUT)


async def take(acting: Acting, box_id: UUID, lines: str) -> Box:
    """Take what ``lines`` name out of an open box. Raises as :func:`put`."""
    return await _move(acting, box_id, lines, Action.TAKE)


async def _move(acting: Acting, box_id: UUID, lines: str, action: Action) -> Box:
    await people.authorise(acting, *PACKERS)

    async def write() -> Box:
        await store.lock(acting.association_id, box_id, 0)
        found = await _found(acting, box_id)
        units = await _units(acting, lines)
        against = [*model.act_reasons(found.state, action)]
        for batch_id, spans in units.items():
            against += await _against(acting, found, batch_id, spans, action)
        held = sum(len(span) for spans in found.inside.values() for span in spans)
        more = sum(len(span) for spans in units.values() for span in spans)
        if action is Action.PUT and held + more > model.UNITS_MOST:
            against.append(Reason("box.full", {"most": model.UNITS_MOST}))
        if against:
            raise Refused.because(against)
        done = [
            Move(action, acting.at, acting.person_id, batch_id, span)
            for batch_id, spans in sorted(units.items())
            for span in spans
        ]
        change = store.put if action is Action.PUT else store.take
        async with integrity({"label_box_unit_one_box": Conflict("box.elsewhere", field="lines")}):
            for move in done:
                await change(acting.association_id, box_id, move)
        await _step(acting, found, done)
        return await _found(acting, box_id)

    return await in_unit_of_work(write)


async def _units(acting: Acting, lines: str) -> Units:
    """Units by batch; a seal of a roll is the unit that it is bound to. Raises ``BadInput``."""
    found: dict[UUID, list[Span]] = {}
    for (kind, object_id), spans in (await voiding.named(acting, lines, None)).items():
        if kind is not CodeKind.ROLL:
            found.setdefault(object_id, []).extend(spans)
            continue
        bound = await roll_store.bindings(acting.association_id, object_id)
        for span in spans:
            if left := next(roll_model.without(span, (one.span for one in bound)), None):
                raise BadInput("box.unbound", field="lines", first=left.first, last=left.last)
            for batch_id, units in roll_model.on_batches(span, bound):
                found.setdefault(batch_id, []).append(units)
    return {batch_id: naming.joined(spans) for batch_id, spans in found.items()}


async def _against(
    acting: Acting, found: Box, batch_id: UUID, spans: tuple[Span, ...], action: Action
) -> tuple[Reason, ...]:
    batch = await batches.batch(acting, batch_id)
    if action is Action.TAKE:
        return model.take_reasons(found.inside.get(batch_id, ()), spans, batch.lot)
    against = []
    if found.producer_id not in (None, batch.producer_id):
        against.append(Reason("box.other_producer", {"lot": batch.lot}))
    state, _ = await batches.standing(batch)
    if state in (BatchState.RECALLED, BatchState.REVOKED):
        against.append(Reason("box.batch_state", {"lot": batch.lot, "lot_state": state.value}))
    ledger = await ledgers.ledger(acting.association_id, batch_id)
    voids = [one.span for one in await ledgers.voids(acting.association_id, batch_id)]
    return (*against, *model.put_reasons(ledger, voids, spans, batch.lot))


async def close(acting: Acting, box_id: UUID) -> Box:
    """Raises ``Refused('box.state')``, ``NotFound``."""
    return await _act(acting, box_id, Action.CLOSE)


async def reopen(acting: Acting, box_id: UUID) -> Box:
    """Raises ``Refused('box.state')``, ``NotFound``."""
    return await _act(acting, box_id, Action.OPEN)


async def unpack(acting: Acting, box_id: UUID) -> Box:
    """Everything is taken out and the code names nothing any more, for good. Raises as :func:`close`."""
    return await _act(acting, box_id, Action.UNPACK)


async def _act(acting: Acting, box_id: UUID, action: Action) -> Box:
    await people.authorise(acting, *PACKERS)

    async def write() -> Box:
        await store.lock(acting.association_id, box_id, 0)
        found = await _found(acting, box_id)
        if against := model.act_reasons(found.state, action):
            raise Refused.because(against)
        await _step(acting, found, [Move(action, acting.at, acting.person_id)])
        if action is Action.UNPACK:
            await store.empty(acting.association_id, box_id)
        return await _found(acting, box_id)

    return await in_unit_of_work(write)


async def code(acting: Acting, box_id: UUID) -> UnitLabel:
    """The signed code for the box's label. Raises ``NotFound``, ``Unavailable('keys.locked')``."""
    await people.authorise(acting, *PACKERS)
    found = await _found(acting, box_id)
    association = await associations.get(acting.association_id)
    signature = found.signature
    if signature is None:
        signed = await keys.sign_intent(association.id, found.intent_id, acting.at)
        failpoint("after_signature")
        await in_unit_of_work(lambda: store.keep_signature(association.id, box_id, signed))
        signature = signed
    intent = await keys.intent_of(association.id, IntentKind.QR_RANGE, found.id)
    assert intent is not None
    hint = read_range(intent.payload).payload[1:5]
    made = token.Token(_fields(found.public_id, found.issued_on, hint), signature)
    return UnitLabel(0, Code(found.public_id).printed, made.digits, f"{association.base}/{made.path}")


ACTS = {"close": close, "open": reopen, "unpack": unpack}
"""What may be done to a whole box, by its word."""
