"""What the JSON verbs on audits take and give; answers and points are in ``api_answers``."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool

from seal.audits.access import Work
from seal.audits.api_answers import AnswerOut, Body, CarriedOut, EvidenceOut, PointOut, carried_of, commitment_of
from seal.audits.conclusion import Conclusion
from seal.audits.findings import Finding, FindingState, Grade
from seal.audits.model import AbortCause, Audit, AuditKind, AuditState
from seal.members.model import FactValue


class PlanIn(Body):
    producer_id: UUID
    version_id: UUID
    planned_for: date
    kind: AuditKind = AuditKind.INITIAL
    auditors: list[UUID] = Field(default_factory=list)
    sites: list[UUID] = Field(default_factory=list)
    products: list[UUID] = Field(default_factory=list)
    unannounced: bool = False


class AuditOut(BaseModel):
    id: UUID
    producer_id: UUID
    version_id: UUID
    protocol_id: str
    kind: AuditKind
    state: AuditState
    programme_year: int
    planned_for: date
    team: list[UUID]
    sites: list[UUID]
    products: list[UUID]

    @classmethod
    def of(cls, audit: Audit) -> AuditOut:
        return cls(
            id=audit.id,
            producer_id=audit.producer_id,
            version_id=audit.version_id,
            protocol_id=audit.protocol_id,
            kind=audit.kind,
            state=audit.state,
            programme_year=audit.programme_year,
            planned_for=audit.planned_for,
            team=list(audit.team),
            sites=list(audit.sites),
            products=list(audit.products),
        )


class StepOut(BaseModel):
    action: str
    recorded_at: datetime
    effective_at: datetime
    actor_id: UUID | None
    reason: str


class FindingOut(BaseModel):
    """``due_on``: the last day for closing it."""

    id: UUID
    audit_id: UUID
    point_id: str
    grade: Grade
    first_grade: Grade
    state: FindingState
    due_on: date | None
    steps: list[StepOut]

    @classmethod
    def of(cls, finding: Finding) -> FindingOut:
        return cls(
            id=finding.id,
            audit_id=finding.audit_id,
            point_id=finding.point_id,
            grade=finding.grade,
            first_grade=finding.first_grade,
            state=finding.state,
            due_on=finding.due_on,
            steps=[
                StepOut(
                    action=step.action.value,
                    recorded_at=step.recorded_at,
                    effective_at=step.effective_at,
                    actor_id=step.actor_id,
                    reason=step.reason,
                )
                for step in finding.steps
            ],
        )


class AuditDetailOut(BaseModel):
    """An audit with its frozen checklist (``null`` digest before the start), every revision of its answers,
    evidence and findings. ``warnings``: ``visit_long``, more points on the visit than one day holds.
    ``sample_commitment``: the SHA-256 of what samples are drawn by."""

    audit: AuditOut
    checklist_sha256: str | None
    sample_commitment: str | None
    warnings: list[str]
    carried: list[CarriedOut]
    points: list[PointOut]
    answers: list[AnswerOut]
    evidence: list[EvidenceOut]
    findings: list[FindingOut]
    steps: list[StepOut]

    @classmethod
    def of(cls, work: Work) -> AuditDetailOut:
        return cls(
            audit=AuditOut.of(work.audit),
            checklist_sha256=work.frozen[-1].document_sha256 if work.frozen else None,
            sample_commitment=commitment_of(work),
            warnings=["visit_long"] if work.visit_long else [],
            carried=carried_of(work),
            points=[PointOut.of(work, point) for point in work.points()],
            answers=[AnswerOut.of(answer) for answer in work.answers],
            evidence=[
                EvidenceOut(
                    id=item.id,
                    answer_id=item.answer_id,
                    file_id=item.file_id,
                    sha256=item.sha256,
                    media_type=item.media_type,
                )
                for item in work.evidence
            ],
            findings=[FindingOut.of(finding) for finding in work.findings],
            steps=[
                StepOut(
                    action=step.action.value,
                    recorded_at=step.recorded_at,
                    effective_at=step.effective_at,
                    actor_id=step.actor_id,
                    reason=step.reason,
                )
                for step in work.audit.steps
            ],
        )


class FailedRuleOut(BaseModel):
    """``needed`` and ``got`` in basis points; counts for ``max_open``, ``all_audited``, ``open_critical``,
    ``no_failure`` and ``failed_count``; hundredths for ``rank_average``, ``panel`` and ``panel_floor``. ``mend``: the
    fewest points that would make it hold."""

    rule: str
    subject: str
    needed: int
    got: int
    points: list[str]
    mend: list[str]


class ConclusionOut(BaseModel):
    """``grade``: the highest reached. ``seal``: whether it carries the right to seal."""

    audit_id: UUID
    sha256: str
    passed: bool
    year: int
    failed_rules: list[FailedRuleOut]
    open_findings: list[UUID]
    deferred: list[str]
    concluded_at: datetime
    grade: str | None
    seal: bool

    @classmethod
    def of(cls, found: Conclusion) -> ConclusionOut:
        return cls(
            audit_id=found.audit_id,
            sha256=found.digest,
            passed=found.passed,
            year=found.year,
            failed_rules=[
                FailedRuleOut(
                    rule=rule.rule,
                    subject=rule.subject,
                    needed=rule.needed,
                    got=rule.got,
                    points=list(rule.points),
                    mend=list(rule.mend),
                )
                for rule in found.failed_rules
            ],
            open_findings=[item.id for item in found.open_findings],
            deferred=[item.point_id for item in found.deferred],
            concluded_at=found.concluded_at,
            grade=found.grade,
            seal=found.seal,
        )


class PersonIn(Body):
    person_id: UUID


class DeclarationIn(Body):
    """``conflict``: ``null`` declares that there is none; it must be said."""

    conflict: str | None


class ReasonIn(Body):
    reason: str


class AbortIn(Body):
    cause: AbortCause
    reason: str


class FactsIn(Body):
    """Yes or no, a number or a choice as text, several choices as a list; ``null`` is unknown."""

    facts: dict[str, StrictBool | str | list[str] | None] = Field(min_length=1, max_length=200)
    reason: str
    confirmed: bool = False

    def told(self) -> dict[str, FactValue]:
        return {name: tuple(value) if isinstance(value, list) else value for name, value in self.facts.items()}


class FileIn(Body):
    media_type: str = Field(max_length=100)
    data_base64: str


class ResponseIn(Body):
    """``planned_only``: it is still to be done; the plan is verified first."""

    cause: str
    correction: str
    prevention: str
    file: FileIn | None = None
    planned_only: bool = False


class VerificationIn(Body):
    accepted: bool
    reason: str


class GradeIn(Body):
    grade: Grade
    reason: str


class RulingIn(Body):
    """``ruling``: uphold, change (with ``grade``) or remove."""

    ruling: str = Field(pattern="^(uphold|change|remove)$")
    grade: Grade | None = None
    reason: str


class DeadlineIn(Body):
    due_on: date
    reason: str
