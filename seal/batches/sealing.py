"""Sealing: gates, then the intent and what it fixes in one unit of work, then signature, leaf, sealed. Resumable."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import gates, gating, store, verdict
from seal.batches.model import Action, Batch, State, Step
from seal.certificates import casework, credential
from seal.certificates import service as certificates
from seal.certificates.model import Certification
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.db.violations import Contention, integrity
from seal.errors import NotFound, Reason, Refused, Unavailable
from seal.identity import Acting, Role
from seal.keys import service as keys
from seal.keys.model import IntentKind
from seal.members import service as members
from seal.people import service as people
from seal.printing import papers
from seal.printing.model import OrderKind
from seal.protocols import service as protocols
from seal.transparency import service as log
from seal.transparency.model import LeafType

SEALERS = (Role.MANAGER, Role.PRODUCER)


async def load(acting: Acting, batch_id: UUID) -> Batch:
    """A batch that the person may see. Raises ``NotFound('batch.not_found')``."""
    async with reading():
        found = await store.batch(acting.association_id, batch_id)
    if found is None:
        raise NotFound("batch.not_found")
    try:
        await members.require_access(acting, found.producer_id)
    except NotFound:
        raise NotFound("batch.not_found") from None
    return found


async def reasons_against(acting: Acting, batch_id: UUID) -> tuple[Reason, ...]:
    """Every reason why the batch may not be sealed at ``acting.at``; empty when it may."""
    return (await judged(acting, batch_id)).standing


async def judged(acting: Acting, batch_id: UUID) -> verdict.Verdict:
    """The same, with what two persons let stand and what is awaited."""
    association = await associations.get(acting.association_id)
    batch = await load(acting, batch_id)
    async with reading():
        gate, _ = await gating.load(acting, association, batch)
    return verdict.verdict(gate)


async def seal(acting: Acting, batch_id: UUID) -> Batch:
    """Seal a batch: all gates, then certificate and log. Managers, and whoever acts for the producer.

    The gates are asked inside the unit of work that commits the payload, so that no suspension slips between.
    A batch that was sealed or half sealed before is finished and returned: the call may be repeated.
    Raises ``Refused`` with every reason, ``NotFound``, and ``Unavailable`` when the key is locked between intent and
    signature; the batch then stays *pending* and the jobs loop finishes it.
    """
    await people.authorise(acting, *SEALERS)
    association = await associations.get(acting.association_id)

    async def intend() -> None:
        batch = await load(acting, batch_id)
        if batch.state in (State.PENDING, State.SEALED):
            return
        gate, held = await gating.load(acting, association, batch)
        against = verdict.verdict(gate).standing
        if against:
            raise Refused.because(against)
        assert held is not None  # the gates refuse without one
        await _intend(acting, association, batch, held)

    await in_unit_of_work(intend)
    failpoint("after_intent")
    sealed = await issue(acting.association_id, batch_id, acting.at)
    failpoint("before_answer")
    return sealed


async def _intend(acting: Acting, association: Association, batch: Batch, held: Certification) -> None:
    owner, at = association.id, acting.at
    today = local_day(at, association.zone)
    public_id = await associations.claim_code(owner, "batch", batch.id, at)
    index = await certificates.allocate_status_index(owner, batch.id, at, under=held.id, made_on=today)
    payload = await _payload(association, batch, held, public_id, index, at)
    intent = await keys.commit_intent(owner, IntentKind.BATCH, batch.id, payload, at)
    await add_step(batch, Step(Action.SEAL, at, at, acting.person_id, id=ids.uuid7(at)))
    await store.set_intent(
        owner,
        batch.id,
        certification_id=held.id,
        public_id=public_id,
        status_index=index,
        sealed_on=today,
        intent_id=intent,
        salt=log.new_salt(),
    )


async def add_step(batch: Batch, step: Step, *, document: bytes | None = None, salt: bytes | None = None) -> None:
    """The next action; a second writer at the same moment looks again."""
    async with integrity({"batch_action_step_once": Contention("db.busy")}):
        await store.insert_step(batch.association_id, batch.id, len(batch.steps), step, document=document, salt=salt)


async def _payload(
    association: Association, batch: Batch, held: Certification, public_id: int, index: int, at: datetime
) -> bytes:
    assert held.jws is not None  # a pending certification closes a gate
    dossier = await members.dossier_of(association.id, batch.producer_id)
    published = await protocols.pinned(association.id, held.version_id)
    product = next(one for one in dossier.products if one.id == batch.product_id)
    today = local_day(at, association.zone)
    document = credential.batch_document(
        issuer=casework.issuer(association),
        public_id=public_id,
        holder=casework.holder(dossier),
        scheme=casework.scheme(published, association),
        mode=held.assurance_mode,
        certification_public_id=held.public_id,
        certification_sha256=hashlib.sha256(held.jws).hexdigest(),
        product_name=product.named(casework.LANGUAGE),
        net_grams=product.grams,
        lot=batch.lot,
        units=batch.units,
        produced_on=batch.produced_on,
        sealed_on=today,
        sealed_at=at,
        use_by_days=use_by_days(batch, today),
        tests=await _public_tests(association.id, batch, held),
        status_index=index,
    )
    return credential.encode(document)


def use_by_days(batch: Batch, sealed_on: date) -> int:
    """Days from sealing to use-by, as credential and labels carry them; 0 when there is none."""
    if batch.use_by is None:
        return 0
    return (batch.use_by - sealed_on).days


async def _public_tests(association_id: UUID, batch: Batch, held: Certification) -> list[credential.PublicTest]:
    """The tests that the protocol marks public, with the result that counted; a failure that two persons let stand is
    no claim and stays out (a credential never holds a failed criterion)."""
    protocol = (await protocols.pinned(association_id, held.version_id)).protocol
    names = protocol.text(casework.LANGUAGE).batch_tests
    required = {test.id: test for test in await gating.tests(association_id, batch, protocol)}
    found = []
    for test in protocol.rules.batch_tests:
        if not test.public or test.id not in required:
            continue
        result = gates.counted(required[test.id])
        if result is not None and result[1] is gates.Passed.YES:
            limit = required[test.id].limit
            name = names.get(test.id, test.id)
            found.append(credential.PublicTest(test.id, name, result[0].value, result[0].unit, limit))
    return found


async def issue(association_id: UUID, batch_id: UUID, at: datetime) -> Batch:
    """Sign the committed payload, log it (leaf 4), mark the batch sealed and order its paper. What is done already is
    not done again."""
    batch = await _batch(association_id, batch_id)
    if batch.intent_id is None or batch.salt is None:
        raise Refused("batch.transition", lot_state=batch.state.value, lot_action=Action.ISSUE.value)
    if batch.jws is not None:
        return batch
    salt = batch.salt
    jws = await keys.sign_intent(association_id, batch.intent_id, at)
    failpoint("after_signature")

    async def mark() -> None:
        now = await _batch(association_id, batch_id)
        if await store.mark_sealed(association_id, batch_id, jws, at):
            await log.append(association_id, LeafType.BATCH, batch_id, jws, salt, at)
            await papers.order(association_id, OrderKind.BATCH, batch_id, at)
            failpoint("after_leaf")
            await add_step(now, Step(Action.ISSUE, at, at, id=ids.uuid7(at)))

    await in_unit_of_work(mark)
    return await _batch(association_id, batch_id)


async def finish_pending(association_id: UUID, at: datetime) -> int:
    """Seal every batch that an interruption or a locked key left pending; how many were sealed."""
    async with reading():
        waiting = await store.pending(association_id)
    done = 0
    for batch_id in waiting:
        try:
            await issue(association_id, batch_id, at)
        except Unavailable:
            break
        done += 1
    return done


async def _batch(association_id: UUID, batch_id: UUID) -> Batch:
    async with reading():
        found = await store.batch(association_id, batch_id)
    if found is None:
        raise NotFound("batch.not_found")
    return found
