"""Findings and corrective actions (ISO 19011 6.4.8, CERTIFICATION A5). Pure: steps fold to state, grade, deadline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from seal.errors import Refused
from seal.identity import Device


class Grade(StrEnum):
    """How grave a nonconformity is."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        return (Grade.MINOR, Grade.MAJOR, Grade.CRITICAL).index(self)


class FindingState(StrEnum):
    """Where a finding stands. Overdue follows from the day and is never stored."""

    OPEN = "open"
    PLAN_SUBMITTED = "plan_submitted"
    PLAN_ACCEPTED = "plan_accepted"
    PLAN_REJECTED = "plan_rejected"
    EVIDENCE_SUBMITTED = "evidence_submitted"
    EVIDENCE_REJECTED = "evidence_rejected"
    CLOSED = "closed"
    DISPUTED = "disputed"
    UPHELD = "upheld"
    CHANGED = "changed"
    REMOVED = "removed"


class FindingAction(StrEnum):
    """What may be done to a finding. ``raise`` is only ever the first step."""

    RAISE = "raise"
    SUBMIT_PLAN = "submit_plan"
    SUBMIT_EVIDENCE = "submit_evidence"
    ACCEPT = "accept"
    REJECT = "reject"
    DISPUTE = "dispute"
    UPHOLD = "uphold"
    CHANGE = "change"
    REMOVE = "remove"
    REGRADE = "regrade"
    EXTEND = "extend"


_S, _A = FindingState, FindingAction


def _with_care(state: FindingState, steps: Mapping[FindingAction, FindingState]) -> dict[FindingAction, FindingState]:
    """An unsettled state may also be re-graded or extended where it stands, or removed by an amended answer."""
    return {**steps, _A.REGRADE: state, _A.EXTEND: state, _A.REMOVE: _S.REMOVED}


_RESPOND = {_A.SUBMIT_PLAN: _S.PLAN_SUBMITTED, _A.SUBMIT_EVIDENCE: _S.EVIDENCE_SUBMITTED}
_DISPUTE = {_A.DISPUTE: _S.DISPUTED}

TRANSITIONS: Mapping[FindingState, Mapping[FindingAction, FindingState]] = {
    _S.OPEN: _with_care(_S.OPEN, {**_RESPOND, **_DISPUTE}),
    _S.PLAN_SUBMITTED: _with_care(_S.PLAN_SUBMITTED, {_A.ACCEPT: _S.PLAN_ACCEPTED, _A.REJECT: _S.PLAN_REJECTED}),
    _S.PLAN_ACCEPTED: _with_care(_S.PLAN_ACCEPTED, {_A.SUBMIT_EVIDENCE: _S.EVIDENCE_SUBMITTED}),
    _S.PLAN_REJECTED: _with_care(_S.PLAN_REJECTED, {**_RESPOND, **_DISPUTE}),
    _S.EVIDENCE_SUBMITTED: _with_care(_S.EVIDENCE_SUBMITTED, {_A.ACCEPT: _S.CLOSED, _A.REJECT: _S.EVIDENCE_REJECTED}),
    _S.EVIDENCE_REJECTED: _with_care(_S.EVIDENCE_REJECTED, {**_RESPOND, **_DISPUTE}),
    _S.DISPUTED: {_A.UPHOLD: _S.UPHELD, _A.CHANGE: _S.CHANGED, _A.REMOVE: _S.REMOVED},
    _S.UPHELD: _with_care(_S.UPHELD, _RESPOND),
    _S.CHANGED: _with_care(_S.CHANGED, _RESPOND),
    _S.CLOSED: {},
    _S.REMOVED: {},
}

SETTLED = frozenset({_S.CLOSED, _S.REMOVED})
AWAITING_VERIFICATION = frozenset({_S.PLAN_SUBMITTED, _S.EVIDENCE_SUBMITTED})


def apply(state: FindingState, action: FindingAction) -> FindingState:
    """The state after ``action``. Raises ``Refused('audits.finding_step')`` if the table has no such step."""
    try:
        return TRANSITIONS[state][action]
    except KeyError:
        raise Refused("audits.finding_step", finding_action=action.value, finding_state=state.value) from None


@dataclass(frozen=True)
class Response:
    """A corrective action in the three words of ISO 9000: why it happened, what was mended, what prevents it."""

    cause: str
    correction: str
    prevention: str
    file_id: UUID | None = None
    file_sha256: str | None = None


@dataclass(frozen=True)
class FindingStep:
    """One recorded step. ``grade`` and ``due_on`` are set by the steps that change them."""

    action: FindingAction
    recorded_at: datetime
    effective_at: datetime
    actor_id: UUID | None = None
    reason: str = ""
    grade: Grade | None = None
    due_on: date | None = None
    response: Response | None = None
    device: Device | None = None


def fold(steps: Iterable[FindingStep]) -> FindingState:
    """The state after all steps, in their order."""
    state = FindingState.OPEN
    for step in steps:
        if step.action is not FindingAction.RAISE:
            state = apply(state, step.action)
    return state


@dataclass(frozen=True)
class Finding:
    """A nonconformity at one control point of one audit, with everything done about it."""

    id: UUID
    audit_id: UUID
    producer_id: UUID
    point_id: str
    answer_id: UUID
    raised_at: datetime
    steps: tuple[FindingStep, ...]

    @property
    def state(self) -> FindingState:
        return fold(self.steps)

    @property
    def settled(self) -> bool:
        return self.state in SETTLED

    @property
    def grade(self) -> Grade:
        """The grade of now; earlier ones stay in the steps with the reason of each change."""
        return [step.grade for step in self.steps if step.grade is not None][-1]

    @property
    def first_grade(self) -> Grade:
        return next(step.grade for step in self.steps if step.grade is not None)

    @property
    def due_on(self) -> date | None:
        """The last day for closing it, in the association's zone; ``None`` if it has no deadline."""
        days = [step.due_on for step in self.steps if step.due_on is not None]
        return days[-1] if days else None

    @property
    def response(self) -> Response | None:
        """The newest corrective action."""
        given = [step.response for step in self.steps if step.response is not None]
        return given[-1] if given else None

    @property
    def extended(self) -> bool:
        """A deadline may be extended once."""
        return any(step.action is FindingAction.EXTEND for step in self.steps)

    def overdue(self, today: date) -> bool:
        """True after the last day. A dispute stops the clock of its own finding (case D 36)."""
        if self.settled or self.state is FindingState.DISPUTED or self.due_on is None:
            return False
        return today > self.due_on

    def last(self, *actions: FindingAction) -> FindingStep | None:
        """The newest step of any of these kinds."""
        found = [step for step in self.steps if step.action in actions]
        return found[-1] if found else None


def deadline(days: int | None, raised_on: date) -> date | None:
    """The last day for closing: ``days`` calendar days after the day of raising; ``None``: no deadline."""
    return None if days is None else raised_on + timedelta(days=days)


def resumed(due_on: date | None, disputed_on: date, resolved_on: date, grade: Grade) -> date | None:
    """The deadline after a dispute: later by the days that it took; a critical one never waits."""
    if due_on is None or grade is Grade.CRITICAL:
        return due_on
    return due_on + (resolved_on - disputed_on)
