"""An audit as a value: its steps, the state they fold to, its team. Pure; ISO 19011 clause 6, CERTIFICATION A1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from seal.errors import Reason, Refused
from seal.identity import Device


class AuditKind(StrEnum):
    """Why the audit is made. The first and each renewal open a cycle; surveillance lies within one.

    A gap audit looks at what a newer version of the protocol changed, and carries the rest over.
    """

    INITIAL = "initial"
    SURVEILLANCE = "surveillance"
    RENEWAL = "renewal"
    GAP = "gap"


CYCLES = frozenset({AuditKind.INITIAL, AuditKind.RENEWAL})
"""Kinds that open a cycle of certification."""


class AuditState(StrEnum):
    """Where an audit stands. ``sealed`` is a planned audit of which the producer is not told."""

    PLANNED = "planned"
    TEAM_ASSIGNED = "team_assigned"
    ANNOUNCED = "announced"
    SEALED = "sealed"
    CHECKED_OUT = "checked_out"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED_FOR_COMPLETION = "returned_for_completion"
    FINDINGS_OPEN = "findings_open"
    READY_FOR_REVIEW = "ready_for_review"
    CLOSED = "closed"
    ABORTED = "aborted"
    VOIDED = "voided"


class AuditAction(StrEnum):
    """What may be done to an audit. ``plan`` is only ever the first step."""

    PLAN = "plan"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    ANNOUNCE = "announce"
    KEEP_SEALED = "keep_sealed"
    CHECK_OUT = "check_out"
    START = "start"
    SUBMIT = "submit"
    RETURN = "return"
    OPEN_FINDINGS = "open_findings"
    CLEAR = "clear"
    SETTLE = "settle"
    REOPEN = "reopen"
    CONCLUDE = "conclude"
    ABORT = "abort"
    VOID = "void"


class AbortCause(StrEnum):
    """Why an audit could not be made. Weather is neutral; refused access is for the decider to weigh."""

    ACCESS_REFUSED = "access_refused"
    WEATHER = "weather"
    SAFETY = "safety"
    NOT_IN_PRODUCTION = "not_in_production"


_S, _A = AuditState, AuditAction
_STOP = {_A.ABORT: _S.ABORTED, _A.VOID: _S.VOIDED}

TRANSITIONS: Mapping[AuditState, Mapping[AuditAction, AuditState]] = {
    _S.PLANNED: {_A.ASSIGN: _S.TEAM_ASSIGNED, **_STOP},
    _S.TEAM_ASSIGNED: {
        _A.UNASSIGN: _S.PLANNED,
        _A.ANNOUNCE: _S.ANNOUNCED,
        _A.KEEP_SEALED: _S.SEALED,
        **_STOP,
    },
    _S.ANNOUNCED: {_A.UNASSIGN: _S.PLANNED, _A.CHECK_OUT: _S.CHECKED_OUT, _A.START: _S.IN_PROGRESS, **_STOP},
    _S.SEALED: {_A.UNASSIGN: _S.PLANNED, _A.CHECK_OUT: _S.CHECKED_OUT, _A.START: _S.IN_PROGRESS, **_STOP},
    _S.CHECKED_OUT: {_A.START: _S.IN_PROGRESS, **_STOP},
    _S.IN_PROGRESS: {_A.SUBMIT: _S.SUBMITTED, **_STOP},
    _S.SUBMITTED: {
        _A.RETURN: _S.RETURNED_FOR_COMPLETION,
        _A.OPEN_FINDINGS: _S.FINDINGS_OPEN,
        _A.CLEAR: _S.READY_FOR_REVIEW,
        _A.VOID: _S.VOIDED,
    },
    _S.RETURNED_FOR_COMPLETION: {_A.SUBMIT: _S.SUBMITTED, _A.VOID: _S.VOIDED},
    _S.FINDINGS_OPEN: {
        _A.RETURN: _S.RETURNED_FOR_COMPLETION,
        _A.SETTLE: _S.READY_FOR_REVIEW,
        _A.VOID: _S.VOIDED,
    },
    _S.READY_FOR_REVIEW: {
        _A.RETURN: _S.RETURNED_FOR_COMPLETION,
        _A.REOPEN: _S.FINDINGS_OPEN,
        _A.CONCLUDE: _S.CLOSED,
        _A.VOID: _S.VOIDED,
    },
    _S.CLOSED: {_A.VOID: _S.VOIDED},
    _S.ABORTED: {},
    _S.VOIDED: {},
}

ANSWERABLE = frozenset({_S.IN_PROGRESS, _S.RETURNED_FOR_COMPLETION})
"""States in which answers and evidence are taken."""
UNDER_CORRECTION = frozenset({_S.SUBMITTED, _S.FINDINGS_OPEN, _S.READY_FOR_REVIEW, _S.RETURNED_FOR_COMPLETION})
"""States in which findings may be answered, verified and re-graded."""
ENDED = frozenset({_S.ABORTED, _S.VOIDED})


def apply(state: AuditState, action: AuditAction) -> AuditState:
    """The state after ``action``. Raises ``Refused('audits.step')`` if the table has no such step."""
    try:
        return TRANSITIONS[state][action]
    except KeyError:
        raise Refused("audits.step", audit_action=action.value, audit_state=state.value) from None


@dataclass(frozen=True)
class AuditStep:
    """One recorded step. ``effective_at`` is when it counts, ``recorded_at`` when it was written down."""

    action: AuditAction
    recorded_at: datetime
    effective_at: datetime
    actor_id: UUID | None = None
    reason: str = ""
    device: Device | None = None


def fold(steps: Iterable[AuditStep]) -> AuditState:
    """The state after all steps, in their order. Raises ``Refused`` at the first that the table does not have."""
    state = AuditState.PLANNED
    for step in steps:
        if step.action is not AuditAction.PLAN:
            state = apply(state, step.action)
    return state


@dataclass(frozen=True)
class Assigned:
    """A member of the audit team; ``ended_at`` once they left it."""

    person_id: UUID
    assigned_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Declaration:
    """What an auditor declares for one audit: ``conflict`` or, with ``None``, that there is none."""

    person_id: UUID
    conflict: str | None
    declared_at: datetime
    document_sha256: str


@dataclass(frozen=True)
class Audit:
    """One audit with its steps and team."""

    id: UUID
    association_id: UUID
    producer_id: UUID
    version_id: UUID
    protocol_id: str
    kind: AuditKind
    programme_year: int
    first_audit: bool
    unannounced: bool
    planned_for: date
    planned_by: UUID | None
    planned_at: datetime
    sites: tuple[UUID, ...]
    products: tuple[UUID, ...]
    assigned: tuple[Assigned, ...]
    declarations: tuple[Declaration, ...]
    steps: tuple[AuditStep, ...]

    @property
    def state(self) -> AuditState:
        return fold(self.steps)

    @property
    def team(self) -> tuple[UUID, ...]:
        """The auditors of now."""
        return tuple(member.person_id for member in self.assigned if member.ended_at is None)

    def moment_of(self, action: AuditAction) -> datetime | None:
        """When the last step of a kind took effect; ``None`` if it never did."""
        moments = [step.effective_at for step in self.steps if step.action is action]
        return moments[-1] if moments else None

    def declaration_of(self, person_id: UUID) -> Declaration | None:
        """The newest declaration of a team member."""
        own = [found for found in self.declarations if found.person_id == person_id]
        return own[-1] if own else None


def team_reasons(audit: Audit, names: Mapping[UUID, str]) -> tuple[Reason, ...]:
    """Why the declarations of the team do not yet clear it: missing ones and declared conflicts.

    ``names`` gives the name of each team member for the sentence.
    """
    if not audit.team:
        return (Reason("audits.no_team"),)
    reasons = []
    for person_id in audit.team:
        declared = audit.declaration_of(person_id)
        if declared is None:
            reasons.append(Reason("audits.declaration_missing", {"person": names[person_id]}))
        elif declared.conflict is not None:
            params = {"person": names[person_id], "conflict": declared.conflict}
            reasons.append(Reason("audits.conflict_declared", params))
    return tuple(reasons)


def programme_year(kind: AuditKind, passed_cycles: int) -> int:
    """The producer's year in the scheme: 1 in the first cycle. ``passed_cycles`` counts passed initial and
    renewal audits under the same protocol."""
    return passed_cycles + 1 if kind in CYCLES else max(1, passed_cycles)
