"""Answers to control points: what is accepted, what is missing, what counts (CERTIFICATION A4). Pure.

Compliant, partial, non-compliant, not applicable, not audited and deferred are six different answers: none
stands for another. An answer is never changed; a correction is the next revision and names the one before.

A point asked of each site, product, lot or worker has one answer for each (``unit``); elsewhere the unit is empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785

from seal.audits import entry
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
GRAVITY = (
    Outcome.NOT_APPLICABLE,
    Outcome.COMPLIANT,
    Outcome.DEFERRED,
    Outcome.PARTIAL,
    Outcome.NON_COMPLIANT,
    Outcome.NOT_AUDITED,
)
"""Outcomes in rising order of what they ask of people: of several units the gravest speaks for the point."""

Key = tuple[str, str]
"""Point and unit: what one answer is about."""
Typed = Mapping[str, Any]
"""What was typed at a point with an answer type of its own: JSON of text, whole numbers, yes or no, and lists."""


@dataclass(frozen=True)
class AnswerInput:
    """One answer as the device sends it. ``id`` is the client's UUIDv7; sending it again changes nothing.

    ``measured`` is (value as typed, unit of measure); the outcome of a measured point is computed from it, and so is
    that of a point with ``response``. ``revises`` names the answer that this one corrects. ``follow_up_on`` is the day
    of a deferred point's follow-up. ``confirmed``: what looked doubtful was asked again and stands. ``filled_by``: who
    filled the paper that the sender keys in; ``None`` where the sender answers.
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
    unit: str = ""
    response: Typed | None = None
    confirmed: bool = False
    filled_by: UUID | None = None

    @property
    def key(self) -> Key:
        return self.point_id, self.unit


@dataclass(frozen=True)
class Answer:
    """One stored revision of the answer to one point and unit. ``keyed_by`` typed in what ``answered_by`` filled."""

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
    unit: str = ""
    response: Typed | None = None
    confirmed: bool = False
    keyed_by: UUID | None = None

    @property
    def key(self) -> Key:
        return self.point_id, self.unit


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
    """What a control point asks of its answer. ``na`` is never, derived or justify.

    ``computed``: the outcome follows from what is typed. ``minimum`` is how many files or lines each outcome needs.
    ``units`` are those to be answered, with their names; empty: none is known yet, and one is needed.
    """

    id: str
    critical: bool
    na: str
    measured: bool
    partial_allowed: bool
    computed: bool = False
    minimum: Mapping[Outcome, int] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=lambda: {"": ""})


def rule_of(protocol: Protocol, point: ControlPoint, units: Mapping[str, str] | None = None) -> PointRule:
    """What a point of a protocol asks of its answer; ``units``: those to be answered, with their names."""
    return PointRule(
        point.id,
        point.level is Level.CRITICAL,
        point.na.value,
        entry.measured(point),
        Outcome.PARTIAL in allowed_outcomes(protocol, point),
        entry.typed(point),
        point.evidence_minimum,
        {"": ""} if units is None else units,
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
    # Parts that answers did not always have: named only where they say something, so that old digests stay.
    later = {
        "unit": given.unit,
        "response": given.response,
        "confirmed": given.confirmed,
        "filled_by": str(given.filled_by) if given.filled_by else None,
    }
    content |= {name: value for name, value in later.items() if value}
    return sha256(rfc8785.dumps(content)).hexdigest()


def newest(answers: Iterable[Answer], points: Collection[str]) -> dict[Key, Answer]:
    """The newest revision for each point of the checklist and unit. Answers to other points are kept, not counted."""
    found: dict[Key, Answer] = {}
    for answer in answers:
        if answer.point_id in points:
            known = found.get(answer.key)
            if known is None or answer.revision > known.revision:
                found[answer.key] = answer
    return found


def counted(answers: Iterable[Answer], points: Collection[str]) -> dict[str, Answer]:
    """The answer that speaks for each point: its newest revision, and of several units the gravest."""
    found: dict[str, Answer] = {}
    for _, answer in sorted(newest(answers, points).items()):
        known = found.get(answer.point_id)
        if known is None or GRAVITY.index(answer.outcome) > GRAVITY.index(known.outcome):
            found[answer.point_id] = answer
    return found


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
    point = {"point": rule.id} | ({"at": given.unit} if given.unit else {})
    found: list[Reason] = []
    text = given.justification.strip()
    if rule.units and given.unit not in rule.units:
        found.append(Reason("audits.answer.unit_unknown" if given.unit else "audits.answer.unit_needed", point))
    elif not rule.units and not given.unit:
        found.append(Reason("audits.answer.unit_needed", point))
    if outcome is None:
        needed = "measure_needed" if rule.measured else "response_needed" if rule.computed else "empty"
        found.append(Reason(f"audits.answer.{needed}", point))
    if given.response is None and rule.computed and outcome in _MEASURABLE:
        found.append(Reason("audits.answer.response_needed", point))
    if given.response is not None and given.outcome is not None and given.outcome is not outcome:
        found.append(
            Reason("audits.answer.outcome_is_computed", {**point, "outcome": outcome.value if outcome else ""})
        )
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
        found.extend(_not_applicable_faults(rule, text, point))
    elif outcome in _ARGUED and not text:
        found.append(Reason("audits.answer.justification_needed", point))
    if after_submission and not text and outcome not in _ARGUED:
        found.append(Reason("audits.answer.amendment_needs_reason", point))
    if len(text) > JUSTIFICATION_MAX:
        found.append(Reason("audits.answer.justification_long", {**point, "longest": JUSTIFICATION_MAX}))
    found.extend(_deferral_faults(given, outcome, point, today, deferred_before))
    return tuple(found)


def _not_applicable_faults(rule: PointRule, text: str, point: Mapping[str, str]) -> list[Reason]:
    if rule.na == "never":
        return [Reason("audits.answer.na_never", point)]
    if rule.na == "derived":
        return [Reason("audits.answer.na_derived", point)]
    if len(text) < JUSTIFICATION_MIN:
        return [Reason("audits.answer.na_justification", {**point, "least": JUSTIFICATION_MIN})]
    return []


def _deferral_faults(
    given: AnswerInput, outcome: Outcome | None, point: Mapping[str, str], today: date, deferred_before: bool
) -> list[Reason]:
    if outcome is not Outcome.DEFERRED:
        if given.follow_up_on is not None:
            return [Reason("audits.answer.follow_up_meaningless", point)]
        return []
    if given.follow_up_on is None:
        return [Reason("audits.answer.follow_up_needed", point)]
    found = []
    if given.follow_up_on <= today:
        found.append(Reason("audits.answer.follow_up_past", point))
    if deferred_before:  # case D 30: no second deferral
        found.append(Reason("audits.answer.deferred_twice", point))
    return found


def missing(rules: Iterable[PointRule], answers: Mapping[Key, Answer], files: Iterable[UUID]) -> tuple[Reason, ...]:
    """Everything that still keeps an audit from being submitted, in the order of the checklist.

    ``answers`` are the newest by point and unit; ``files`` names the answer of each file of evidence.
    """
    having = Counter(files)
    found: list[Reason] = []
    for rule in rules:
        units = rule.units or {key[1]: key[1] for key in answers if key[0] == rule.id}
        if not units:
            found.append(Reason("audits.submit.no_unit", {"point": rule.id}))
        for unit, name in units.items():
            found.extend(_missing(rule, name, answers.get((rule.id, unit)), having))
    return tuple(found)


def _missing(rule: PointRule, name: str, answer: Answer | None, having: Mapping[UUID, int]) -> Iterable[Reason]:
    """What one answer still lacks. ``name`` is that of the unit, empty for the producer as a whole."""
    about = {"point": rule.id} | ({"at": name} if name else {})
    if answer is None:
        yield Reason("audits.submit.unit_unanswered" if name else "audits.submit.unanswered", about)
        return
    if answer.outcome is Outcome.NOT_AUDITED:
        yield Reason("audits.submit.unit_not_audited" if name else "audits.submit.not_audited", about)
        return
    support = having.get(answer.id, 0) + bool(answer.justification)
    needed = rule.minimum.get(answer.outcome, 0)
    if support < needed:
        yield Reason("audits.submit.evidence_short", {**about, "needed": needed, "got": support})
    elif rule.critical and not support:
        yield Reason("audits.submit.critical_unsupported", about)
