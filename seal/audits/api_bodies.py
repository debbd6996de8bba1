"""What the JSON verbs on audits take and give."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from seal.audits.access import Work
from seal.audits.answers import Answer, AnswerInput
from seal.audits.conclusion import Conclusion
from seal.audits.findings import Finding, FindingState, Grade
from seal.audits.model import AbortCause, Audit, AuditKind, AuditState
from seal.errors import BadInput
from seal.identity import Device
from seal.protocols.document import number
from seal.protocols.measures import accepted_units
from seal.protocols.model import Level, Measure, Outcome


def decoded(text: str) -> bytes:
    """Bytes of strict base64. Raises ``BadInput('audits.base64')``."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise BadInput("audits.base64", field="data_base64") from None


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DeviceIn(Body):
    """Where a field record was made. ``offset_ms``: device clock minus server clock, in milliseconds."""

    device_id: str = Field(min_length=1, max_length=100)
    device_time: datetime
    offset_ms: int = Field(ge=-(2**31), lt=2**31)

    def value(self) -> Device:
        return Device(self.device_id, self.device_time, self.offset_ms)


class MeasuredIn(Body):
    """The value as typed: a string, never a float."""

    value: str = Field(max_length=40)
    unit: str = Field(max_length=40)


class AnswerIn(Body):
    """``id``: a UUIDv7 made by the client. Measured points carry ``measured`` and no outcome, which is computed."""

    id: UUID
    point_id: str = Field(max_length=60)
    outcome: Outcome | None = None
    measured: MeasuredIn | None = None
    justification: str = ""
    revises: UUID | None = None
    method: str | None = Field(default=None, max_length=500)
    instrument: str | None = Field(default=None, max_length=500)
    follow_up_on: date | None = None
    device: DeviceIn | None = None

    def given(self) -> AnswerInput:
        return AnswerInput(
            id=self.id,
            point_id=self.point_id,
            outcome=self.outcome,
            measured=(self.measured.value, self.measured.unit) if self.measured else None,
            justification=self.justification,
            revises=self.revises,
            device=self.device.value() if self.device else None,
            method=self.method,
            instrument=self.instrument,
            follow_up_on=self.follow_up_on,
        )


class AnswersIn(Body):
    answers: list[AnswerIn] = Field(min_length=1, max_length=500)


class AnswerOut(BaseModel):
    id: UUID
    point_id: str
    revision: int
    revises: UUID | None
    outcome: Outcome
    measured: MeasuredIn | None
    justification: str
    follow_up_on: date | None
    answered_by: UUID
    recorded_at: datetime

    @classmethod
    def of(cls, answer: Answer) -> AnswerOut:
        return cls(
            id=answer.id,
            point_id=answer.point_id,
            revision=answer.revision,
            revises=answer.revises,
            outcome=answer.outcome,
            measured=MeasuredIn(value=answer.measured[0], unit=answer.measured[1]) if answer.measured else None,
            justification=answer.justification,
            follow_up_on=answer.follow_up_on,
            answered_by=answer.answered_by,
            recorded_at=answer.recorded_at,
        )


class EvidenceIn(Body):
    """``id``: a UUIDv7 made by the client. ``data_base64``: the bytes of a JPEG, PNG, WebP or PDF."""

    id: UUID
    answer_id: UUID
    media_type: str = Field(max_length=100)
    data_base64: str
    device: DeviceIn | None = None


class EvidenceOut(BaseModel):
    """``sha256`` of the kept bytes: pictures are written anew without metadata."""

    id: UUID
    answer_id: UUID
    file_id: UUID
    sha256: str
    media_type: str


class PlanIn(Body):
    producer_id: UUID
    version_id: UUID
    planned_for: date
    kind: AuditKind = AuditKind.INITIAL
    auditors: list[UUID] = []
    sites: list[UUID] = []
    products: list[UUID] = []
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


class MeasureOut(BaseModel):
    """Limits and targets (both inclusive) in ``unit``, as decimal strings. ``units``: what an answer may come in."""

    quantity: str
    unit: str
    units: list[str]
    min: str | None
    max: str | None
    target_min: str | None
    target_max: str | None

    @classmethod
    def of(cls, measure: Measure) -> MeasureOut:
        limits = {
            name: None if limit is None else number(limit)
            for name in ("min", "max", "target_min", "target_max")
            for limit in (getattr(measure, name),)
        }
        return cls(quantity=measure.quantity, unit=measure.unit, units=list(accepted_units(measure.unit)), **limits)


class PointOut(BaseModel):
    """``measure``: the point is answered by a value with its unit, not by an outcome."""

    id: str
    chapter: str
    level: Level
    measure: MeasureOut | None


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
    evidence and findings."""

    audit: AuditOut
    checklist_sha256: str | None
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
            points=[
                PointOut(
                    id=point.id,
                    chapter=point.chapter,
                    level=point.level,
                    measure=MeasureOut.of(point.measure) if point.measure else None,
                )
                for point in work.points()
            ],
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
    ``no_failure`` and ``failed_count``; hundredths for ``rank_average``, ``panel`` and ``panel_floor``."""

    rule: str
    subject: str
    needed: int
    got: int
    points: list[str]


class ConclusionOut(BaseModel):
    audit_id: UUID
    sha256: str
    passed: bool
    year: int
    failed_rules: list[FailedRuleOut]
    open_findings: list[UUID]
    deferred: list[str]
    concluded_at: datetime

    @classmethod
    def of(cls, found: Conclusion) -> ConclusionOut:
        return cls(
            audit_id=found.audit_id,
            sha256=found.digest,
            passed=found.passed,
            year=found.year,
            failed_rules=[
                FailedRuleOut(
                    rule=rule.rule, subject=rule.subject, needed=rule.needed, got=rule.got, points=list(rule.points)
                )
                for rule in found.failed_rules
            ],
            open_findings=[item.id for item in found.open_findings],
            deferred=[item.point_id for item in found.deferred],
            concluded_at=found.concluded_at,
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
    facts: dict[str, bool | None] = Field(min_length=1, max_length=200)
    reason: str


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
