"""Submission of an audit: nothing may be missing, and each nonconformity becomes a finding with its deadline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from seal import ids
from seal.audits import access, answers, finding_store, findings, history, model
from seal.audits.access import Work
from seal.audits.answers import Answer
from seal.audits.findings import Finding, FindingAction, FindingStep, Grade
from seal.audits.model import Audit, AuditAction
from seal.db import in_unit_of_work, reading
from seal.db.violations import integrity
from seal.errors import Conflict, Refused
from seal.identity import Acting, Device
from seal.members import service as members
from seal.notices import service as notices
from seal.protocols.model import Level, Protocol
from seal.protocols.nonconformities import NONCONFORMING

REPEATED_MINOR = "repeated_minor"
"""Reason of an automatic re-grading: the same minor nonconformity was found in the audit before."""
ANSWER_AMENDED = "answer_amended"
"""Reason of an automatic removal: the amended answer is no nonconformity."""


async def submit(acting: Acting, audit_id: UUID, *, device: Device | None = None) -> Audit:
    """Hand in the answers; a finding is raised for each nonconformity, with its deadline. An auditor of the team.

    Raises ``Refused`` with every point that is unanswered, not audited, or critical without a line or a file.
    """
    await access.for_team(acting, audit_id)
    day = await access.today(acting)

    async def write() -> Audit:
        now = await access.for_team(acting, audit_id)
        model.apply(now.state, AuditAction.SUBMIT)
        loaded = await access.work_of(acting.association_id, now)
        files = [item.answer_id for item in loaded.evidence]
        if reasons := answers.missing(loaded.rules(), loaded.newest(), files):
            raise Refused.because(reasons)
        failing = nonconforming(loaded)
        now = await access.step(acting, now, AuditAction.SUBMIT, device=device)
        await _remove_amended(acting, loaded, failing)
        raised = await _raise_findings(acting, loaded, failing, day, device)
        await _tell(acting, now, len(raised))
        pending = await finding_store.findings(acting.association_id, audits=[audit_id])
        unsettled = any(not finding.settled for finding in pending)
        return await access.step(acting, now, AuditAction.OPEN_FINDINGS if unsettled else AuditAction.CLEAR)

    return await in_unit_of_work(write)


def nonconforming(loaded: Work) -> dict[str, Answer]:
    """The answer that speaks for each point of the audit that does not conform, its units taken together."""
    counted, judged = loaded.counted(), loaded.judged()
    return {point: answer for point, answer in counted.items() if judged[point].outcome in NONCONFORMING}


async def _remove_amended(acting: Acting, loaded: Work, failing: Mapping[str, Answer]) -> None:
    """A finding whose point was amended after submission to something else than a nonconformity falls away."""
    for finding in loaded.findings:
        if finding.point_id not in failing and FindingAction.REMOVE in findings.TRANSITIONS[finding.state]:
            step = FindingStep(FindingAction.REMOVE, acting.at, acting.at, acting.person_id, ANSWER_AMENDED)
            await write_finding_step(acting, finding, step)


async def _raise_findings(
    acting: Acting, loaded: Work, failing: Mapping[str, Answer], day: date, device: Device | None
) -> list[Finding]:
    audit = loaded.audit
    standing = {finding.point_id for finding in loaded.findings if finding.state is not findings.FindingState.REMOVED}
    repeated = await _minors_before(audit)
    raised = []
    for point in loaded.points():
        answer = failing.get(point.id)
        if answer is None or point.level is Level.RECOMMENDATION or point.id in standing:
            continue
        grade = Grade(point.level.value)
        due = findings.deadline(loaded.protocol.days_to_correct(point, first_audit=audit.first_audit), day)
        steps = [FindingStep(FindingAction.RAISE, acting.at, acting.at, acting.person_id, "", grade, due, None, device)]
        worse = loaded.protocol.rules.findings.of(point.level).repeat_becomes
        if worse is not None and point.id in repeated:
            days = days_of_grade(loaded.protocol, Grade(worse.value), first_audit=audit.first_audit)
            steps.append(
                FindingStep(
                    FindingAction.REGRADE, acting.at, acting.at, acting.person_id, REPEATED_MINOR,
                    Grade(worse.value), findings.deadline(days, day),
                )
            )  # fmt: skip
        finding = Finding(
            ids.uuid7(acting.at), audit.id, audit.producer_id, point.id, answer.id, acting.at, tuple(steps)
        )
        await finding_store.insert(acting.association_id, finding)
        for sequence, step in enumerate(steps):
            await finding_store.insert_step(acting.association_id, finding.id, sequence, step, id=ids.uuid7(acting.at))
        raised.append(finding)
    return raised


def days_of_grade(protocol: Protocol, grade: Grade, *, first_audit: bool) -> int | None:
    """Days to correct a finding that was re-graded: those of the level, not of the point."""
    rule = protocol.rules.findings.of(Level(grade.value))
    if first_audit and rule.first_audit_days is not None:
        return rule.first_audit_days
    return rule.days


async def _minors_before(found: Audit) -> frozenset[str]:
    """Points with a minor finding in the last concluded audit of the same producer and protocol."""
    async with reading():
        last = history.last_closed(await history.earlier(found))
        if last is None:
            return frozenset()
        before = await finding_store.findings(found.association_id, audits=[last.id])
    return frozenset(
        finding.point_id
        for finding in before
        if finding.grade is Grade.MINOR and finding.state is not findings.FindingState.REMOVED
    )


async def _tell(acting: Acting, found: Audit, raised: int) -> None:
    if raised == 0:
        return
    for person_id in await members.representatives(acting.association_id, found.producer_id, acting.at):
        await notices.enqueue(
            acting.association_id, person_id, "findings_raised", {"count": raised}, acting.at, acting.at
        )


async def write_finding_step(acting: Acting, finding: Finding, step: FindingStep) -> Finding:
    """Write the next step of a finding, inside the caller's unit of work.

    Raises ``Refused('audits.finding_step')`` and ``Conflict('audits.changed_meanwhile')``.
    """
    findings.apply(finding.state, step.action)
    async with integrity({"finding_action_step_once": Conflict("audits.changed_meanwhile")}):
        await finding_store.insert_step(
            acting.association_id, finding.id, len(finding.steps), step, id=ids.uuid7(acting.at)
        )
    changed = await finding_store.finding(acting.association_id, finding.id)
    assert changed is not None
    return changed
