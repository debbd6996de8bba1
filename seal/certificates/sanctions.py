"""Suspension, lifting and withdrawal (ISO/IEC 17065 7.11): decisions about a certification that is out.

Each flips the certification's own status bit, never a batch's, unless the decision names the batch or a window of
sealing days: those are revoked, for good (CERTIFICATION D 12, 13). Every one is logged as leaf 5.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association
from seal.audits import service as audits
from seal.certificates import documents, issuing, status, status_store, store
from seal.certificates.model import Action, Certification, ReasonClass, Step, step_reasons
from seal.certificates.review import Choice, Decision, Vote, tally
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.db.violations import Contention, integrity
from seal.errors import BadInput, NotAllowed, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.people import service as people
from seal.transparency import service as log
from seal.transparency.model import LeafType

REASON_MOST = 2000


async def suspend(
    acting: Acting,
    certification_id: UUID,
    *,
    reason_class: str,
    reason: str,
    effective_at: datetime | None = None,
    affected_from: date | None = None,
    affected_to: date | None = None,
    batches: Collection[UUID] = (),
    choice: str = "approve",
) -> Certification:
    """Vote to suspend: from the effective moment no batch is sealed and no label printed.

    ``effective_at`` (default now) may lie before the record, never after it nor before the step before.
    ``affected_from``..``affected_to`` (sealing days, inclusive, until the day of the decision at most) and ``batches``
    name what is revoked with it.
    With a sanction quorum above one, the first call opens the decision and later voters join it; its terms are
    those of the first. The same call again changes nothing.

    Raises ``NotAllowed``, ``NotFound``, ``BadInput`` and ``Refused`` with every reason.
    """
    window = (affected_from, affected_to)
    return await _decide(
        acting, certification_id, Action.SUSPEND, choice, reason_class, reason, effective_at, window, batches
    )


async def lift(
    acting: Acting,
    certification_id: UUID,
    *,
    reason_class: str = "resolved",
    reason: str,
    effective_at: datetime | None = None,
    choice: str = "approve",
) -> Certification:
    """Vote to end a suspension. Lots made while it lasted stay unsealable, revoked ones stay revoked."""
    return await _decide(
        acting, certification_id, Action.LIFT, choice, reason_class, reason, effective_at, (None, None), ()
    )


async def withdraw(
    acting: Acting,
    certification_id: UUID,
    *,
    reason_class: str,
    reason: str,
    effective_at: datetime | None = None,
    affected_from: date | None = None,
    affected_to: date | None = None,
    batches: Collection[UUID] = (),
    choice: str = "approve",
) -> Certification:
    """Vote to withdraw, for good. As :func:`suspend` otherwise."""
    window = (affected_from, affected_to)
    return await _decide(
        acting, certification_id, Action.WITHDRAW, choice, reason_class, reason, effective_at, window, batches
    )


async def _decide(
    acting: Acting,
    certification_id: UUID,
    action: Action,
    choice: str,
    reason_class: str,
    reason: str,
    effective_at: datetime | None,
    window: tuple[date | None, date | None],
    batches: Collection[UUID],
) -> Certification:
    await people.authorise(acting, Role.CERTIFIER)
    if acting.person_id is None:
        raise NotAllowed("decision.person_needed")
    association = await associations.get(acting.association_id)
    vote = Vote(acting.person_id, _choice(choice), _text(reason))
    wanted = Decision(
        id=ids.uuid7(acting.at),
        association_id=acting.association_id,
        kind=action.value,
        producer_id=certification_id,  # filled in below, when the certification is known
        subject_id=certification_id,
        audit_id=None,
        quorum=1,
        opened_at=acting.at,
        effective_at=effective_at or acting.at,
        reason_class=_class(reason_class),
        reason=vote.reason,
        affected_from=window[0],
        affected_to=_until(window, local_day(acting.at, association.zone)),
    )
    await in_unit_of_work(lambda: _cast(acting, association, wanted, vote, tuple(dict.fromkeys(batches))))
    failpoint("after_intent")
    await issuing.publish_if_possible(acting.association_id, acting.at)
    failpoint("before_answer")
    async with reading():
        return await _held(acting.association_id, certification_id)


def _until(window: tuple[date | None, date | None], today: date) -> date | None:
    """A window never reaches past the day of the decision: later lots are not what it speaks of."""
    if window == (None, None):
        return None
    return min(window[1] or today, today)


def _choice(choice: str) -> Choice:
    if choice not in (Choice.APPROVE, Choice.REJECT):
        raise BadInput("decision.choice", field="choice", choice=choice)
    return Choice(choice)


def _class(reason_class: str) -> ReasonClass:
    if reason_class not in list(ReasonClass):
        raise BadInput("decision.reason_class", field="reason_class", given=reason_class[:40])
    return ReasonClass(reason_class)


def _text(reason: str) -> str:
    text = reason.strip()
    if not text:
        raise BadInput("decision.reason_needed", field="reason")
    if len(text) > REASON_MOST:
        raise BadInput("decision.reason_long", field="reason", most=REASON_MOST)
    return text


async def _held(association_id: UUID, certification_id: UUID) -> Certification:
    found = await store.certification(association_id, certification_id)
    if found is None:
        raise NotFound("certification.not_found")
    return found


async def _cast(
    acting: Acting, association: Association, wanted: Decision, vote: Vote, batches: Sequence[UUID]
) -> None:
    held = await _held(association.id, wanted.subject_id)
    every = await store.decisions(association.id, held.id)
    decided = [one for one in every if one.kind == wanted.kind]
    latest = decided[-1] if decided else None
    votes = await store.votes(association.id, latest.id) if latest else ()
    if latest is not None and vote in votes and _still_last(latest, held):
        return  # the same vote again: an answer that was lost, not a second vote
    current = latest if latest is not None and latest.outcome is None else None
    if current is None:
        votes = ()
        current = replace(
            wanted, producer_id=held.producer_id, quorum=association.rules.sanction_quorum, sequence=len(every)
        )
    named = (await store.decision_batches(association.id, [current.id])).get(current.id, tuple(batches))
    reasons = [
        *step_reasons(
            held.steps,
            Action(current.kind),
            recorded_at=acting.at,
            effective_at=current.effective_at or acting.at,
            affected_from=current.affected_from,
            affected_to=current.affected_to,
        ),
        *await _voter(acting, held, vote, votes),
        *await _unknown(association.id, held.id, named),
    ]
    if reasons:
        raise Refused.because(reasons)
    busy = Contention("db.busy")  # someone opened or voted at the same moment: look again
    if latest is not current:
        async with integrity({"decision_one_open": busy, "decision_in_turn": busy}):
            await store.insert_decision(current)
        await store.insert_batches(association.id, current.id, named, acting.at)
    async with integrity({"vote_one_place_each": Contention("db.busy")}):
        await store.insert_votes(association.id, current.id, [vote], acting.at)
    votes = (*votes, vote)
    outcome = tally(votes, current.quorum)
    if outcome is not None:
        await _make(acting, association, held, replace(current, outcome=outcome), votes, named)


def _still_last(latest: Decision, held: Certification) -> bool:
    """True if nothing was decided about the certification after ``latest``."""
    return latest.outcome is None or latest.id == held.steps[-1].decision_id or latest.outcome is Choice.REJECT


async def _voter(acting: Acting, held: Certification, vote: Vote, votes: Sequence[Vote]) -> list[Reason]:
    reasons = list(await audits.conflicts_of(held.association_id, vote.person_id, held.producer_id, acting.at))
    if any(one.person_id == vote.person_id for one in votes):
        reasons.append(Reason("decision.already_voted"))
    return reasons


async def _unknown(association_id: UUID, certification_id: UUID, batches: Sequence[UUID]) -> list[Reason]:
    """A decision may name only batches that were sealed under this certification."""
    reasons = []
    for batch in batches:
        if await status_store.slot_under(association_id, batch, certification_id) is None:
            reasons.append(Reason("certification.batch_not_under", {"batch": str(batch)}))
    return reasons


async def _make(
    acting: Acting,
    association: Association,
    held: Certification,
    decided: Decision,
    votes: Sequence[Vote],
    named: Sequence[UUID],
) -> None:
    """Fix the outcome, log it, take the step and set the bits; all in the caller's unit of work."""
    salt = log.new_salt()
    made = replace(decided, recorded_at=acting.at, salt=salt)
    document = documents.decision(made, votes, did=association.did, public_id=held.public_id, batches=named)
    if not await store.make_decision(replace(made, document=document)):
        raise Contention("db.busy")
    await log.append(association.id, LeafType.DECISION, made.id, document, salt, acting.at)
    if made.outcome is not Choice.APPROVE:
        return
    action = Action(made.kind)
    step = Step(made.id, action, acting.at, made.effective_at or acting.at)
    async with integrity({"certification_change_step_once": Contention("db.busy")}):
        await store.insert_change(association.id, held.id, len(held.steps), step, ids.uuid7(acting.at))
    purpose = "revocation" if action is Action.WITHDRAW else "suspension"
    await status.set_status(association.id, held.status_index, purpose, action is not Action.LIFT, acting.at)
    for slot in await _reached(association.id, held, made, named):
        await status.set_status(association.id, slot, "revocation", True, acting.at)


async def _reached(association_id: UUID, held: Certification, made: Decision, named: Sequence[UUID]) -> list[int]:
    """Status slots of the batches that the decision names, by name or by window."""
    slots = []
    for batch in named:
        slot = await status_store.slot_under(association_id, batch, held.id)
        if slot is not None:
            slots.append(slot)
    if made.affected_from is not None or made.affected_to is not None:
        first, last = made.affected_from or date.min, made.affected_to or date.max
        slots += await status_store.under(association_id, held.id, first, last)
    return sorted(set(slots))
