"""Hold, release, recall and revocation of a lot: two times, class and reason, leaf 5, status bits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import awaiting, model
from seal.batches.conditions import STOPS
from seal.batches.model import WITH_SEAL, Action, Advice, Batch, State, Step
from seal.batches.sealing import add_step, load
from seal.certificates import documents
from seal.certificates import service as certificates
from seal.certificates.model import ReasonClass
from seal.db import in_unit_of_work
from seal.db.failpoint import failpoint
from seal.errors import BadInput, Reason, Refused
from seal.identity import Acting, Role
from seal.people import service as people
from seal.transparency import service as log
from seal.transparency.model import LeafType

REASON_MOST = 2000
PURPOSE = {
    Action.HOLD: "suspension",
    Action.RELEASE: "suspension",
    Action.RECALL: "revocation",
    Action.REVOKE: "revocation",
}
"""The status list whose bit each action sets, or clears (release)."""


async def hold(
    acting: Acting, batch_id: UUID, *, reason_class: str, reason: str, effective_at: datetime | None = None
) -> Batch:
    """Stop a lot as a precaution; sealed or not yet. Auditors may: safety does not wait for a decider."""
    await people.authorise(acting, Role.MANAGER, Role.CERTIFIER, Role.AUDITOR)
    return await _do(acting, batch_id, Action.HOLD, reason_class, reason, effective_at)


async def release(
    acting: Acting,
    batch_id: UUID,
    *,
    reason_class: str = "resolved",
    reason: str,
    effective_at: datetime | None = None,
) -> Batch:
    """End a hold: it was a precaution and proved needless."""
    await people.authorise(acting, Role.MANAGER, Role.CERTIFIER)
    return await _do(acting, batch_id, Action.RELEASE, reason_class, reason, effective_at)


async def recall(
    acting: Acting,
    batch_id: UUID,
    *,
    reason_class: str,
    reason: str,
    advice: str,
    effective_at: datetime | None = None,
) -> Batch:
    """Call a sealed lot back, for good. ``advice`` is the code of the sentence that the public reads."""
    await people.authorise(acting, Role.MANAGER, Role.CERTIFIER)
    if advice not in list(Advice):
        raise BadInput("batch.advice", field="advice", advice=advice[:40])
    return await _do(acting, batch_id, Action.RECALL, reason_class, reason, effective_at, Advice(advice))


async def revoke(
    acting: Acting, batch_id: UUID, *, reason_class: str, reason: str, effective_at: datetime | None = None
) -> Batch:
    """Take the seal from a lot, for good, without a danger to whoever has it."""
    await people.authorise(acting, Role.CERTIFIER)
    return await _do(acting, batch_id, Action.REVOKE, reason_class, reason, effective_at)


async def _do(
    acting: Acting,
    batch_id: UUID,
    action: Action,
    reason_class: str,
    reason: str,
    effective_at: datetime | None,
    advice: Advice | None = None,
) -> Batch:
    """One action; sent again by the same person in the same words it changes nothing.

    Raises ``BadInput('batch.reason_class' | 'batch.reason_needed' | 'batch.reason_long')``, ``NotFound`` and
    ``Refused`` with every reason: a step that the table does not have, an effective time ahead or out of order.
    """
    text = reason.strip()
    if reason_class not in list(ReasonClass):
        raise BadInput("batch.reason_class", field="reason_class", given=reason_class[:40])
    if not text:
        raise BadInput("batch.reason_needed", field="reason")
    if len(text) > REASON_MOST:
        raise BadInput("batch.reason_long", field="reason", most=REASON_MOST)
    association = await associations.get(acting.association_id)
    step = Step(
        action=action,
        recorded_at=acting.at,
        effective_at=effective_at or acting.at,
        actor_id=acting.person_id,
        reason_class=reason_class,
        reason=text,
        advice=advice,
        id=ids.uuid7(acting.at),
    )
    touched = await in_unit_of_work(lambda: write(acting, association, batch_id, step))
    failpoint("after_intent")
    if touched:
        await certificates.publish_if_possible(association.id, acting.at)
    failpoint("before_answer")
    return await load(acting, batch_id)


async def write(acting: Acting, association: Association, batch_id: UUID, step: Step) -> bool:
    """One step, in the caller's unit of work; true if the public status may have changed and is to be published.

    A hold is not lifted while a result that the batch was sealed without is bad or overdue.
    """
    batch = await load(acting, batch_id)
    if _again(batch, step):
        return batch.status_index is not None
    reasons = []
    if step.action not in model.TRANSITIONS[batch.state]:
        reasons.append(Reason("batch.transition", {"lot_state": batch.state.value, "lot_action": step.action.value}))
    if step.effective_at > step.recorded_at:
        reasons.append(Reason("batch.effective_in_future", {"day": step.effective_at.date().isoformat()}))
    if step.effective_at < batch.steps[-1].effective_at:
        reasons.append(Reason("batch.effective_out_of_order", {"day": batch.steps[-1].effective_at.date().isoformat()}))
    if step.action is Action.RELEASE and batch.state is State.ON_HOLD:
        awaited = await awaiting.of_batch(association, batch, acting.at)
        reasons += [one.why for one in awaited if one.standing in STOPS]
    if reasons:
        raise Refused.because(reasons)
    if batch.state not in WITH_SEAL or batch.public_id is None or batch.status_index is None:
        await add_step(batch, step)  # before the seal a hold is nobody's business but ours
        return False
    assert step.id is not None
    document = documents.batch_change(
        id=step.id,
        did=association.did,
        act=step.action.value,
        public_id=batch.public_id,
        recorded_at=step.recorded_at,
        effective_at=step.effective_at,
        reason_class=step.reason_class or "",
        reason=step.reason,
        advice=step.advice.value if step.advice else None,
    )
    salt = log.new_salt()
    await add_step(batch, step, document=document, salt=salt)
    await log.append(association.id, LeafType.DECISION, step.id, document, salt, acting.at)
    await certificates.set_status(
        association.id, batch.status_index, PURPOSE[step.action], step.action is not Action.RELEASE, acting.at
    )
    return True


def _again(batch: Batch, step: Step) -> bool:
    """True if the last thing done is this very act: an answer that was lost, not a second act."""
    last = batch.steps[-1]
    same = replace(step, id=last.id, recorded_at=last.recorded_at, effective_at=last.effective_at)
    return last == same and batch.state is not State.NONE
