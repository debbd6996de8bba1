"""What waits for a person, told by its deadline and not by the room that it comes from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from seal.audits.findings import Finding, FindingState
from seal.audits.model import Audit, AuditState
from seal.batches.conditioning import Waiting
from seal.batches.conditions import Standing
from seal.batches.model import Batch
from seal.batches.model import State as BatchState
from seal.batches.waivers import Waiver
from seal.certificates.model import Certification
from seal.identity import Acting, Role
from seal.labels.counts import Gap
from seal.traceability.recalls.model import Recall

WEEK = timedelta(days=7)
ENDING = timedelta(days=60)
"""How long before its end a certification is worth a line."""

_TO_VISIT = frozenset({AuditState.TEAM_ASSIGNED, AuditState.ANNOUNCED, AuditState.SEALED, AuditState.CHECKED_OUT})
_TO_FINISH = frozenset({AuditState.IN_PROGRESS, AuditState.RETURNED_FOR_COMPLETION})
_TO_ANSWER = frozenset({FindingState.OPEN, FindingState.PLAN_REJECTED, FindingState.EVIDENCE_REJECTED})
_TO_VERIFY = frozenset({FindingState.PLAN_SUBMITTED, FindingState.EVIDENCE_SUBMITTED})


@dataclass(frozen=True)
class Task:
    """One line: what, of whom, until when, and the page where it is done."""

    kind: str
    """A key of the locales: ``desk.task.<kind>``."""
    producer: str
    due: date | None
    room: str
    object_id: UUID


@dataclass(frozen=True)
class Today:
    """Tasks by urgency; each list by deadline, those without one first."""

    now: tuple[Task, ...]
    week: tuple[Task, ...]
    later: tuple[Task, ...]

    @property
    def count(self) -> int:
        return len(self.now) + len(self.week) + len(self.later)


def audit_tasks(acting: Acting, audits: Iterable[Audit], names: Mapping[UUID, str]) -> Iterator[Task]:
    """Visits without a team for managers; those to declare on, make, finish and conclude for their auditors."""
    for audit in audits:
        name = names.get(audit.producer_id, "")
        mine = any(one.person_id == acting.person_id and one.ended_at is None for one in audit.assigned)
        if audit.state is AuditState.PLANNED and mine:
            if acting.person_id is None or audit.declaration_of(acting.person_id) is None:
                yield Task("audit_declare", name, audit.planned_for, "/desk/audits", audit.id)
        elif audit.state is AuditState.PLANNED and not audit.team and acting.has(Role.MANAGER):
            yield Task("audit_team", name, audit.planned_for, "/desk/audits", audit.id)
        elif audit.state in _TO_VISIT and mine:
            yield Task("audit_visit", name, audit.planned_for, "/desk/audits", audit.id)
        elif audit.state in _TO_FINISH and mine:
            yield Task("audit_finish", name, None, "/desk/audits", audit.id)
        elif audit.state is AuditState.READY_FOR_REVIEW and mine:
            yield Task("audit_conclude", name, None, "/desk/audits", audit.id)


def finding_tasks(
    acting: Acting, findings: Iterable[Finding], names: Mapping[UUID, str], today: date
) -> Iterator[Task]:
    """Findings to answer for producers, to verify for auditors, overdue ones for managers."""
    for finding in findings:
        name = names.get(finding.producer_id, "")
        if finding.state in _TO_ANSWER and acting.has(Role.PRODUCER):
            yield Task("finding_answer", name, finding.due_on, "/desk/audits", finding.audit_id)
        elif finding.state in _TO_VERIFY and acting.has(Role.AUDITOR):
            yield Task("finding_verify", name, None, "/desk/audits", finding.audit_id)
        elif acting.has(Role.MANAGER) and finding.overdue(today):
            yield Task("finding_overdue", name, finding.due_on, "/desk/audits", finding.audit_id)


def certificate_tasks(
    acting: Acting, certifications: Iterable[Certification], names: Mapping[UUID, str], today: date
) -> Iterator[Task]:
    """Certificates granted and not yet signed, and those that end soon."""
    if not acting.has(Role.MANAGER, Role.PRODUCER):
        return
    for one in certifications:
        name = names.get(one.producer_id, "")
        if one.pending:
            yield Task("certificate_pending", name, None, "/desk/certificates", one.id)
        elif today <= one.valid_until <= today + ENDING:
            yield Task("certificate_ending", name, one.valid_until, "/desk/certificates", one.id)


def batch_tasks(acting: Acting, batches: Iterable[Batch], names: Mapping[UUID, str]) -> Iterator[Task]:
    """Batches declared and not yet sealed, for those who made them."""
    if acting.has(Role.PRODUCER):
        for batch in batches:
            if batch.state is BatchState.DECLARED:
                whose = " · ".join(filter(None, (names.get(batch.producer_id, ""), batch.lot)))
                yield Task("batch_seal", whose, None, "/desk/batches", batch.id)


def gap_tasks(
    acting: Acting, gaps: Iterable[Gap], batches: Iterable[Batch], names: Mapping[UUID, str]
) -> Iterator[Task]:
    """Labels that a count left unexplained: the finding that it is worth is proposed, and an auditor decides."""
    if acting.has(Role.MANAGER, Role.AUDITOR):
        made = {batch.id: batch for batch in batches}
        for gap in gaps:
            batch = made.get(gap.count.batch_id)
            if batch is not None and gap.grade is not None:
                whose = " · ".join(filter(None, (names.get(batch.producer_id, ""), batch.lot)))
                yield Task(f"label_gap_{gap.grade.value}", whose, None, "/desk/labels", batch.id)


def loose_tasks(
    acting: Acting, loose: Mapping[UUID, int | None], batches: Iterable[Batch], names: Mapping[UUID, str]
) -> Iterator[Task]:
    """Labels printed and on no unit while the right rests: taken out of use as surplus (CERTIFICATION D 12), or counted
    first where nobody has."""
    if acting.has(Role.MANAGER, Role.PRODUCER):
        for batch in batches:
            if batch.id in loose:
                count = loose[batch.id]
                parts = (names.get(batch.producer_id, ""), batch.lot, "" if count is None else str(count))
                kind = "labels_count" if count is None else "labels_block"
                yield Task(kind, " · ".join(filter(None, parts)), None, "/desk/labels", batch.id)


def recall_tasks(acting: Acting, recalls: Iterable[Recall]) -> Iterator[Task]:
    """Recalls and drills that are open; for auditors the cause of each recall is a finding that nobody has raised."""
    for one in recalls:
        if one.closed_at is not None:
            continue
        lots = ", ".join(item.lot for item in one.items if not item.sibling)
        if acting.has(Role.MANAGER, Role.CERTIFIER):
            kind = "recall_waiting" if one.waiting else "recall_drill" if one.drill else "recall_open"
            yield Task(kind, lots, None, "/desk/recalls", one.id)
        if acting.has(Role.AUDITOR) and not one.drill:
            yield Task("recall_cause", lots, None, "/desk/recalls", one.id)


def release_tasks(
    acting: Acting,
    waiting: Iterable[Waiting],
    asked: Iterable[tuple[Batch, Waiver]],
    names: Mapping[UUID, str],
) -> Iterator[Task]:
    """Results that sealed batches wait for, recalls to decide on, and exceptions that another person may approve."""
    for one in waiting:
        whose = " · ".join(filter(None, (names.get(one.batch.producer_id, ""), one.batch.lot)))
        if one.awaited.standing is Standing.FAILED:
            if acting.has(Role.MANAGER, Role.CERTIFIER):
                yield Task("recall_decide", whose, None, "/desk/batches", one.batch.id)
        elif acting.has(Role.MANAGER, Role.PRODUCER):
            kind = "result_overdue" if one.awaited.standing is Standing.OVERDUE else "result_awaited"
            yield Task(kind, whose, one.awaited.condition.due_on, "/desk/batches", one.batch.id)
    if acting.has(Role.MANAGER, Role.CERTIFIER):
        for batch, waiver in asked:
            if waiver.asked_by != acting.person_id:
                whose = " · ".join(filter(None, (names.get(batch.producer_id, ""), batch.lot)))
                yield Task("waiver_decide", whose, None, "/desk/batches", batch.id)


def by_urgency(tasks: Iterable[Task], today: date) -> Today:
    """The same task is told once."""
    ordered = sorted(set(tasks), key=lambda task: (task.due or date.min, task.kind, task.producer, task.object_id))
    now = [task for task in ordered if task.due is None or task.due <= today]
    week = [task for task in ordered if task.due is not None and today < task.due <= today + WEEK]
    later = [task for task in ordered if task.due is not None and task.due > today + WEEK]
    return Today(tuple(now), tuple(week), tuple(later))
