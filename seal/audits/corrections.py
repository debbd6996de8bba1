"""Verbs on findings: corrective actions and their verification, disputes, grades, deadlines, and return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from seal.associations import service as associations
from seal.audits import access, finding_store, findings, model
from seal.audits.findings import Finding, FindingAction, FindingStep, Grade, Response
from seal.audits.model import Audit, AuditAction, AuditState
from seal.audits.planning import need_reason
from seal.audits.submission import days_of_grade, write_finding_step
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.errors import BadInput, NotAllowed, NotFound, Refused
from seal.files import service as files
from seal.identity import Acting, Device, Role
from seal.members import service as members
from seal.people import service as people
from seal.protocols import service as protocols


@dataclass(frozen=True)
class Upload:
    """A file sent with a response."""

    data: bytes
    declared_type: str
    id: UUID | None = None


async def findings_of(acting: Acting, producer_id: UUID | None = None) -> tuple[Finding, ...]:
    """Findings of the audits that the person may see; of one producer if named."""
    seen = await access.audits(acting, producer_id)
    async with reading():
        return await finding_store.findings(acting.association_id, audits=[one.id for one in seen])


async def finding(acting: Acting, finding_id: UUID) -> Finding:
    """One finding. Raises ``NotFound`` if the person may not see its audit."""
    await people.authorise(acting, *access.EVERYONE)
    found = await _found(acting, finding_id)
    await access.audit(acting, found.audit_id)
    return found


async def _found(acting: Acting, finding_id: UUID) -> Finding:
    async with reading():
        found = await finding_store.finding(acting.association_id, finding_id)
    if found is None:
        raise NotFound("audits.finding_not_found")
    return found


async def respond(
    acting: Acting,
    finding_id: UUID,
    *,
    cause: str,
    correction: str,
    prevention: str,
    file: Upload | None = None,
    planned_only: bool = False,
    device: Device | None = None,
) -> Finding:
    """The producer answers a finding: why it happened, what was mended, what prevents it, with evidence.

    ``planned_only`` says that it is still to be done: the plan is verified first, the evidence later. For whoever
    represents the producer; ``NotFound`` for everybody else. Raises ``BadInput`` for an empty part, what
    ``files.put`` raises, and ``Refused('audits.finding_step' | 'audits.not_now')``.
    """
    found = await _found(acting, finding_id)
    await members.require_side(acting, found.producer_id)
    cause, correction = _part("cause", cause), _part("correction", correction)
    prevention = _part("prevention", prevention)
    kept = None
    if file is not None:
        kept = await files.put(
            acting.association_id,
            file.data,
            declared_type=file.declared_type,
            author=acting.person_id,
            at=acting.at,
            id=file.id,
        )
    response = Response(cause, correction, prevention, kept.id if kept else None, kept.sha256 if kept else None)
    action = FindingAction.SUBMIT_PLAN if planned_only else FindingAction.SUBMIT_EVIDENCE

    async def write() -> Finding:
        now = await _found(acting, finding_id)
        access.require_state(await access.audit(acting, now.audit_id), model.UNDER_CORRECTION, "respond")
        step = FindingStep(action, acting.at, acting.at, acting.person_id, "", None, None, response, device)
        return await write_finding_step(acting, now, step)

    return await in_unit_of_work(write)


def _part(field: str, text: str) -> str:
    tidy = text.strip()
    if not tidy:
        raise BadInput("audits.response_part_empty", field=field)
    if len(tidy) > 4000:
        raise BadInput("audits.reason_long", field=field, longest=4000)
    return tidy


async def _for_verifier(acting: Acting, finding_id: UUID) -> tuple[Finding, Audit]:
    """A finding for a manager or auditor of its audit who does not act for the producer."""
    await people.authorise(acting, Role.MANAGER, Role.AUDITOR)
    found = await _found(acting, finding_id)
    audit = await access.for_reviewer(acting, found.audit_id)
    if found.producer_id in await members.represented_by(acting):
        raise NotAllowed("audits.own_finding")
    return found, audit


async def verify_response(acting: Acting, finding_id: UUID, *, accepted: bool, reason: str) -> Finding:
    """Accept or reject what the producer handed in: a plan, or the evidence that closes the finding.

    A manager or an auditor of the audit, never the producer nor whoever wrote the response. When the last
    finding is settled the audit is ready for review. Raises ``NotAllowed('audits.own_finding')``,
    ``Refused('audits.finding_step')`` when nothing waits for verification.
    """
    await _for_verifier(acting, finding_id)
    why = need_reason(reason)

    async def write() -> Finding:
        now, audit = await _for_verifier(acting, finding_id)
        access.require_state(audit, model.UNDER_CORRECTION, "verify_response")
        given = now.last(FindingAction.SUBMIT_PLAN, FindingAction.SUBMIT_EVIDENCE)
        if given is not None and acting.person_id is not None and given.actor_id == acting.person_id:
            raise NotAllowed("audits.own_finding")
        action = FindingAction.ACCEPT if accepted else FindingAction.REJECT
        changed = await write_finding_step(
            acting, now, FindingStep(action, acting.at, acting.at, acting.person_id, why)
        )
        await _settle(acting, audit)
        return changed

    return await in_unit_of_work(write)


async def _settle(acting: Acting, audit: Audit) -> None:
    """The audit is ready for review once every finding is settled, and open again when one is not."""
    pending = await finding_store.findings(acting.association_id, audits=[audit.id])
    unsettled = any(not finding.settled for finding in pending)
    if audit.state is AuditState.FINDINGS_OPEN and not unsettled:
        await access.step(acting, audit, AuditAction.SETTLE)
    elif audit.state is AuditState.READY_FOR_REVIEW and unsettled:
        await access.step(acting, audit, AuditAction.REOPEN)


async def dispute(acting: Acting, finding_id: UUID, *, reason: str) -> Finding:
    """The producer disputes a finding (case D 36): its clock stands still until it is ruled on, once."""
    found = await _found(acting, finding_id)
    await members.require_side(acting, found.producer_id)
    why = need_reason(reason)

    async def write() -> Finding:
        now = await _found(acting, finding_id)
        access.require_state(await access.audit(acting, now.audit_id), model.UNDER_CORRECTION, "dispute")
        step = FindingStep(FindingAction.DISPUTE, acting.at, acting.at, acting.person_id, why)
        return await write_finding_step(acting, now, step)

    return await in_unit_of_work(write)


async def rule_on_dispute(
    acting: Acting, finding_id: UUID, *, ruling: FindingAction, reason: str, grade: Grade | None = None
) -> Finding:
    """Rule on a dispute: ``uphold``, ``change`` (with the new grade) or ``remove``. The deadline moves by the days
    that the dispute took, except for a critical finding.

    A manager outside the audit team: ``NotAllowed('audits.reviewer_outside_team')``.
    """
    await _for_outside_reviewer(acting, finding_id)
    why = need_reason(reason)
    if ruling not in (FindingAction.UPHOLD, FindingAction.CHANGE, FindingAction.REMOVE):
        raise BadInput("audits.ruling_unknown", field="ruling", ruling=ruling.value)
    if (ruling is FindingAction.CHANGE) != (grade is not None):
        raise BadInput("audits.ruling_grade", field="grade")
    zone = (await associations.get(acting.association_id)).zone

    async def write() -> Finding:
        now, audit = await _for_outside_reviewer(acting, finding_id)
        disputed = now.last(FindingAction.DISPUTE)
        due = None
        if disputed is not None and ruling is not FindingAction.REMOVE:
            began, ended = local_day(disputed.effective_at, zone), local_day(acting.at, zone)
            due = findings.resumed(now.due_on, began, ended, grade or now.grade)
        step = FindingStep(ruling, acting.at, acting.at, acting.person_id, why, grade, due)
        changed = await write_finding_step(acting, now, step)
        await _settle(acting, audit)
        return changed

    return await in_unit_of_work(write)


async def _for_outside_reviewer(acting: Acting, finding_id: UUID) -> tuple[Finding, Audit]:
    found, audit = await _for_verifier(acting, finding_id)
    if any(member.person_id == acting.person_id for member in audit.assigned):
        raise NotAllowed("audits.reviewer_outside_team")
    return found, audit


async def regrade(acting: Acting, finding_id: UUID, *, grade: Grade, reason: str) -> Finding:
    """Change the grade with a reason; both grades stay. An auditor of the team may raise it, a manager outside the
    team may lower it (CERTIFICATION A5). The deadline counts anew from today by the new grade.

    Raises ``NotAllowed('audits.regrade_lower')``, ``Refused('audits.regrade_same' | 'audits.finding_step')``.
    """
    await _for_verifier(acting, finding_id)
    why = need_reason(reason)
    day = await access.today(acting)

    async def write() -> Finding:
        now, audit = await _for_verifier(acting, finding_id)
        access.require_state(audit, model.UNDER_CORRECTION, "regrade")
        if grade is now.grade:
            raise Refused("audits.regrade_same", grade=grade.value)
        if grade.rank < now.grade.rank and (not acting.has(Role.MANAGER) or acting.person_id in audit.team):
            raise NotAllowed("audits.regrade_lower")
        protocol = (await protocols.pinned(acting.association_id, audit.version_id)).protocol
        due = findings.deadline(days_of_grade(protocol, grade, first_audit=audit.first_audit), day)
        step = FindingStep(FindingAction.REGRADE, acting.at, acting.at, acting.person_id, why, grade, due)
        return await write_finding_step(acting, now, step)

    return await in_unit_of_work(write)


async def extend(acting: Acting, finding_id: UUID, *, due_on: date, reason: str) -> Finding:
    """Extend a deadline, once, by decision with a reason. Managers who do not act for the producer.

    Raises ``Refused('audits.extended_already' | 'audits.extension_not_later' | 'audits.no_deadline')``.
    """
    await people.authorise(acting, Role.MANAGER)
    await _for_verifier(acting, finding_id)
    why = need_reason(reason)

    async def write() -> Finding:
        now, _ = await _for_verifier(acting, finding_id)
        if now.due_on is None:
            raise Refused("audits.no_deadline")
        if now.extended:
            raise Refused("audits.extended_already", due_on=now.due_on.isoformat())
        if due_on <= now.due_on:
            raise Refused("audits.extension_not_later", due_on=now.due_on.isoformat())
        step = FindingStep(FindingAction.EXTEND, acting.at, acting.at, acting.person_id, why, None, due_on)
        return await write_finding_step(acting, now, step)

    return await in_unit_of_work(write)
