"""Answers to control points: what is accepted, what is missing, what counts (CERTIFICATION A4). Pure.

Compliant, partial, non-compliant, not applicable, not audited and deferred are six different answers: none
stands for another. An answer is never changed; a correction is the next revision and names the one before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785

from seal.clock import rfc3339
from seal.errors import Reason
from seal.identity import Device
from seal.protocols.checklist import allowed_outcomes
from seal.protocols.model import ControlPoint, Level, Outcome, Protocol

JUSTIFICATION_MIN = 20
"""Characters that a typed "not applicable" must be argued with."""
JUSTIFICATION_MAX = 4000

_ARGUED = frozenset({Outcome.PARTIAL, Outcome.NON_COMPLIANT, Outcome.NOT_APPLICABLE, Outcome.DEFERRED})
_MEASURABLE = frozenset({Outcome.COMPLIANT, Outcome.PARTIAL, Outcome.NON_COMPLIANT})
NONCONFORMING = frozenset({Outcome.PARTIAL, Outcome.NON_COMPLIANT})


@dataclass(frozen=True)
class AnswerInput:
    """One answer as the device sends it. ``id`` is the client's UUIDv7; sending it again changes nothing.

    ``measured`` is (value as typed, unit); the outcome of a measured point is computed from it. ``revises`` names
    the answer that this one corrects. ``follow_up_on`` is the day of a deferred point's follow-up.
    """

    id: UUID
    point_id: str
    outcome: Outcome | None = None
    measured: tuple[str, str] | None = None
    justification: str = ""
    revises: UUID | None = None
    device: Device | None = None
    method: str | None = None
    instrument: str | None = None
    follow_up_on: date | None = None


@dataclass(frozen=True)
class Answer:
    """One stored revision of the answer to one point."""

    id: UUID
    audit_id: UUID
    point_id: str
    revision: int
    revises: UUID | None
    outcome: Outcome
    measured: tuple[str, str] | None
    method: str | None
    instrument: str | None
    justification: str
    follow_up_on: date | None
    content_sha256: str
    answered_by: UUID
    recorded_at: datetime
    device: Device | None


@dataclass(frozen=True)
class Evidence:
    """A file behind an answer, by the digest of the kept bytes."""

    id: UUID
    audit_id: UUID
    answer_id: UUID
    file_id: UUID
    sha256: str
    media_type: str
    recorded_by: UUID
    recorded_at: datetime


@dataclass(frozen=True)
class PointRule:
    """What a control point asks of its answer. ``na`` is never, derived or justify."""

    id: str
    critical: bool
    na: str
    measured: bool
    partial_allowed: bool


def rule_of(protocol: Protocol, point: ControlPoint) -> PointRule:
    """What a point of a protocol asks of its answer."""
    return PointRule(
        point.id,
        point.level is Level.CRITICAL,
        point.na.value,
        point.measure is not None,
        Outcome.PARTIAL in allowed_outcomes(protocol, point),
    )


def content_digest(given: AnswerInput) -> str:
    """SHA-256 of everything that the client sent, to tell a repeated answer from another one under its id."""
    device = given.device
    content: dict[str, Any] = {
        "id": str(given.id),
        "point": given.point_id,
        "outcome": given.outcome.value if given.outcome else None,
        "measured": list(given.measured) if given.measured else None,
        "method": given.method,
        "instrument": given.instrument,
        "justification": given.justification.strip(),
        "revises": str(given.revises) if given.revises else None,
        "follow_up_on": given.follow_up_on.isoformat() if given.follow_up_on else None,
        "device": [device.device_id, rfc3339(device.device_time), device.offset_ms] if device else None,
    }
    return sha256(rfc8785.dumps(content)).hexdigest()


def counted(answers: Iterable[Answer], points: Collection[str]) -> dict[str, Answer]:
    """The newest revision for each point of the checklist. Answers to other points are kept, not counted."""
    newest: dict[str, Answer] = {}
    for answer in answers:
        if answer.point_id in points:
            known = newest.get(answer.point_id)
            if known is None or answer.revision > known.revision:
                newest[answer.point_id] = answer
    return newest


def faults(
    given: AnswerInput,
    outcome: Outcome | None,
    rule: PointRule,
    *,
    today: date,
    deferred_before: bool,
    after_submission: bool,
) -> tuple[Reason, ...]:
    """Every reason why an answer cannot be taken. ``outcome`` is the computed one for a measured value."""
    point = {"point": rule.id}
    found: list[Reason] = []
    text = given.justification.strip()
    if outcome is None:
        found.append(Reason("audits.answer.measure_needed" if rule.measured else "audits.answer.empty", point))
    if given.measured is None and rule.measured and outcome in _MEASURABLE:
        found.append(Reason("audits.answer.measure_needed", point))
    if given.measured is not None and not rule.measured:
        found.append(Reason("audits.answer.not_measured", point))
    if given.measured is not None and given.outcome is not None and given.outcome is not outcome:
        found.append(
            Reason("audits.answer.outcome_is_computed", {**point, "outcome": outcome.value if outcome else ""})
        )
    if outcome is Outcome.PARTIAL and (rule.critical or not rule.partial_allowed):
        found.append(Reason("audits.answer.partial_critical" if rule.critical else "audits.answer.no_partial", point))
    if outcome is Outcome.NOT_APPLICABLE:
        found.extend(_not_applicable_faults(rule, text))
    elif outcome in _ARGUED and not text:
        found.append(Reason("audits.answer.justification_needed", point))
    if after_submission and not text and outcome not in _ARGUED:
        found.append(Reason("audits.answer.amendment_needs_reason", point))
    if len(text) > JUSTIFICATION_MAX:
        found.append(Reason("audits.answer.justification_long", {**point, "longest": JUSTIFICATION_MAX}))
    found.extend(_deferral_faults(given, outcome, rule, today, deferred_before))
    return tuple(found)


def _not_applicable_faults(rule: PointRule, text: str) -> list[Reason]:
    if rule.na == "never":
        return [Reason("audits.answer.na_never", {"point": rule.id})]
    if rule.na == "derived":
        return [Reason("audits.answer.na_derived", {"point": rule.id})]
    if len(text) < JUSTIFICATION_MIN:
        return [Reason("audits.answer.na_justification", {"point": rule.id, "least": JUSTIFICATION_MIN})]
    return []


def _deferral_faults(
    given: AnswerInput, outcome: Outcome | None, rule: PointRule, today: date, deferred_before: bool
) -> list[Reason]:
    if outcome is not Outcome.DEFERRED:
        if given.follow_up_on is not None:
            return [Reason("audits.answer.follow_up_meaningless", {"point": rule.id})]
        return []
    if given.follow_up_on is None:
        return [Reason("audits.answer.follow_up_needed", {"point": rule.id})]
    found = []
    if given.follow_up_on <= today:
        found.append(Reason("audits.answer.follow_up_past", {"point": rule.id}))
    if deferred_before:  # case D 30: no second deferral
        found.append(Reason("audits.answer.deferred_twice", {"point": rule.id}))
    return found


def missing(
    rules: Iterable[PointRule], answers: Mapping[str, Answer], with_evidence: Collection[UUID]
) -> tuple[Reason, ...]:
    """Everything that still keeps an audit from being submitted, in the order of the checklist.

    ``answers`` are the counted ones; ``with_evidence`` names the answers that have a file.
    """
    found = []
    for rule in rules:
        answer = answers.get(rule.id)
        if answer is None:
            found.append(Reason("audits.submit.unanswered", {"point": rule.id}))
        elif answer.outcome is Outcome.NOT_AUDITED:
            found.append(Reason("audits.submit.not_audited", {"point": rule.id}))
        elif rule.critical and not answer.justification and answer.id not in with_evidence:
            found.append(Reason("audits.submit.critical_unsupported", {"point": rule.id}))
    return tuple(found)
