"""A certification and the decisions that make its life: states, transitions and what was true on any day.

The state is never stored. It is folded from dated steps (``state_at``), so that "what was true on date X" always has
an answer; *ended* is computed from the term. Four clocks stay apart: the certification's own term stands here, the
right to seal follows from state and term today, use-by belongs to the batch and validity to the signing key.

    none ──grant──> active ──suspend──> suspended ──lift──> active
                    active | suspended ──withdraw──> withdrawn (final)
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from seal.clock import end_of_day, local_day
from seal.errors import Reason, Refused
from seal.ids import Code


class State(StrEnum):
    """Folded from steps. ``ENDED`` alone comes from the calendar and is never the result of a step."""

    NONE = "none"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Action(StrEnum):
    GRANT = "grant"
    SUSPEND = "suspend"
    LIFT = "lift"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[State, Mapping[Action, State]] = {
    State.NONE: {Action.GRANT: State.ACTIVE},
    State.ACTIVE: {Action.SUSPEND: State.SUSPENDED, Action.WITHDRAW: State.WITHDRAWN},
    State.SUSPENDED: {Action.LIFT: State.ACTIVE, Action.WITHDRAW: State.WITHDRAWN},
    State.WITHDRAWN: {},
}


class ReasonClass(StrEnum):
    """Why a right was limited or a lot stopped; public, so a class and never a story (CERTIFICATION A5)."""

    FOOD_SAFETY = "food_safety"
    NONCONFORMITY = "nonconformity"
    MARK_MISUSE = "mark_misuse"
    FRAUD = "fraud"
    ACCESS_REFUSED = "access_refused"
    AGREEMENT = "agreement"
    VOLUNTARY = "voluntary"
    LABELLING = "labelling"
    QUALITY = "quality"
    RESOLVED = "resolved"


REASONS = frozenset(
    {
        "certification.transition",
        "certification.effective_in_future",
        "certification.effective_out_of_order",
        "certification.window_out_of_order",
    }
)
"""Every code that this file may give as a reason."""


@dataclass(frozen=True)
class Step:
    """One made decision about a certification. ``recorded_at`` is when it was entered, ``effective_at`` since when it
    holds. ``affected_from``..``affected_to`` (days, inclusive) and ``batches`` name the lots that it reaches back to.
    """

    decision_id: UUID
    action: Action
    recorded_at: datetime
    effective_at: datetime
    reason_class: ReasonClass | None = None
    reason: str = ""
    affected_from: date | None = None
    affected_to: date | None = None
    batches: tuple[UUID, ...] = ()

    def affects(self, batch_id: UUID, sealed_on: date) -> bool:
        """True if this decision names the batch, or a window that its sealing day falls in."""
        if batch_id in self.batches:
            return True
        if self.affected_from is None and self.affected_to is None:
            return False
        return (self.affected_from or date.min) <= sealed_on <= (self.affected_to or date.max)


@dataclass(frozen=True)
class Certification:
    """A granted certification. ``valid_from`` and ``valid_until`` are inclusive days; ``jws`` is None while pending."""

    id: UUID
    association_id: UUID
    producer_id: UUID
    protocol_id: str
    version_id: UUID
    audit_id: UUID
    conclusion_sha256: str
    decision_id: UUID
    public_id: int
    status_index: int
    assurance_mode: str
    valid_from: date
    valid_until: date
    granted_at: datetime
    sites: frozenset[UUID]
    products: frozenset[UUID]
    intent_id: UUID
    salt: bytes
    jws: bytes | None = None
    issued_at: datetime | None = None
    steps: tuple[Step, ...] = ()

    @property
    def pending(self) -> bool:
        """Granted, certificate not signed yet."""
        return self.jws is None

    @property
    def code(self) -> str:
        """The code for people, grouped: ``7Q4K-2MXP-8``."""
        return Code(self.public_id).printed

    @property
    def plain_code(self) -> str:
        """The same as it stands in an address."""
        return Code(self.public_id).plain

    def covers(self, site_id: UUID, product_id: UUID) -> bool:
        return site_id in self.sites and product_id in self.products

    def state(self, at: datetime, zone: str) -> State:
        """What holds at a moment: withdrawn is stronger than ended, ended stronger than suspended."""
        folded = state_at(self.steps, at)
        if folded in (State.NONE, State.WITHDRAWN):
            return folded
        return State.ENDED if local_day(at, zone) > self.valid_until else folded

    def in_force_on(self, day: date, zone: str) -> bool:
        """True if the term covers the whole day and the day did not end suspended or withdrawn.

        The last moment of the day counts: a lot of the day of suspension is out, one of the day of lifting is in
        (CERTIFICATION D 12, 15).
        """
        if not self.valid_from <= day <= self.valid_until:
            return False
        return state_at(self.steps, end_of_day(day, zone) - timedelta(seconds=1)) is State.ACTIVE


def apply(state: State, action: Action, at: datetime) -> State:
    """The state after ``action``; raises ``Refused('certification.transition')`` when the table has no such step."""
    del at  # no transition of a certification depends on time; dates are checked by ``step_reasons``
    if action not in TRANSITIONS.get(state, {}):
        raise Refused("certification.transition", standing=state.value, act=action.value)
    return TRANSITIONS[state][action]


def state_at(steps: Iterable[Step], at: datetime, *, known_at: datetime | None = None) -> State:
    """Fold the steps that were effective at ``at``; with ``known_at``, only those recorded by then."""
    state = State.NONE
    for step in steps:
        if step.effective_at <= at and (known_at is None or step.recorded_at <= known_at):
            state = apply(state, step.action, step.effective_at)
    return state


def suspended_on(steps: Sequence[Step], day: date, zone: str) -> bool:
    """True if the certification stood suspended when ``day`` ended."""
    return state_at(steps, end_of_day(day, zone) - timedelta(seconds=1)) is State.SUSPENDED


def step_reasons(
    steps: Sequence[Step],
    action: Action,
    *,
    recorded_at: datetime,
    effective_at: datetime,
    affected_from: date | None = None,
    affected_to: date | None = None,
) -> tuple[Reason, ...]:
    """Every reason why ``action`` may not be the next step. Effective dates never run ahead of the record nor back
    behind the step before: the fold stays in order."""
    reasons = []
    current = state_at(steps, recorded_at)
    if action not in TRANSITIONS[current]:
        reasons.append(Reason("certification.transition", {"standing": current.value, "act": action.value}))
    if effective_at > recorded_at:
        reasons.append(Reason("certification.effective_in_future", {"day": effective_at.date().isoformat()}))
    if steps and effective_at < steps[-1].effective_at:
        reasons.append(
            Reason("certification.effective_out_of_order", {"day": steps[-1].effective_at.date().isoformat()})
        )
    if affected_from is not None and affected_to is not None and affected_from > affected_to:
        reasons.append(Reason("certification.window_out_of_order"))
    return tuple(reasons)


def term(granted_on: date, months: int) -> tuple[date, date]:
    """First and last day of a certification of ``months`` months: granted 21 Nov 2026 for 12, until 20 Nov 2027."""
    return granted_on, add_months(granted_on, months) - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day; at most the last day of the calendar."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))
