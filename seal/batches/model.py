"""A batch: what may be done to it in each state, and its tests.

    declared ──seal──> pending ──issue──> sealed <──release── on_hold ──recall──> recalled (final)
    declared ──hold──> held ──release──> declared     sealed ──hold──> on_hold ──revoke──> revoked (final)
    declared | held ──discard──> discarded (final)    sealed ──recall | revoke──> (final)

*Awaiting tests*, *releasable* and *exhausted* are computed, never stored. A decision that names a batch or its sealing
day revokes it too; that stands with the certification and is pulled when a batch is judged (``standing``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from seal.certificates.model import Step as CertificationStep
from seal.certificates.model import add_months
from seal.errors import Reason, Refused
from seal.ids import UNIT_MAX, Code
from seal.protocols.model import Tester


class State(StrEnum):
    NONE = "none"
    DECLARED = "declared"
    HELD = "held"
    PENDING = "pending"
    SEALED = "sealed"
    ON_HOLD = "on_hold"
    RECALLED = "recalled"
    REVOKED = "revoked"
    DISCARDED = "discarded"


class Action(StrEnum):
    DECLARE = "declare"
    DISCARD = "discard"
    SEAL = "seal"
    ISSUE = "issue"
    HOLD = "hold"
    RELEASE = "release"
    RECALL = "recall"
    REVOKE = "revoke"


TRANSITIONS: Mapping[State, Mapping[Action, State]] = {
    State.NONE: {Action.DECLARE: State.DECLARED},
    State.DECLARED: {Action.SEAL: State.PENDING, Action.HOLD: State.HELD, Action.DISCARD: State.DISCARDED},
    State.HELD: {Action.RELEASE: State.DECLARED, Action.DISCARD: State.DISCARDED},
    State.PENDING: {Action.ISSUE: State.SEALED},
    State.SEALED: {Action.HOLD: State.ON_HOLD, Action.RECALL: State.RECALLED, Action.REVOKE: State.REVOKED},
    State.ON_HOLD: {Action.RELEASE: State.SEALED, Action.RECALL: State.RECALLED, Action.REVOKE: State.REVOKED},
    State.RECALLED: {},
    State.REVOKED: {},
    State.DISCARDED: {},
}

WITH_SEAL = frozenset({State.SEALED, State.ON_HOLD, State.RECALLED, State.REVOKED})
"""States of a batch whose certificate is out."""


REASONS = frozenset(
    {
        "batch.transition",
        "batch.units",
        "batch.lot",
        "batch.produced_in_future",
        "batch.produced_too_early",
        "batch.use_by_before_production",
        "batch.use_by_far",
        "batch.use_by_late",
    }
)
"""Every code that this file may give as a reason."""


class Advice(StrEnum):
    """What the public should do with a recalled lot; the sentence is in the locales, approved by a competent person."""

    DO_NOT_EAT = "do_not_eat"
    DO_NOT_USE = "do_not_use"
    RETURN = "return"
    CHECK_LABEL = "check_label"


LOT_MOST = 20
"""As long as a lot may be in a GS1 element string (AI 10)."""
USE_BY_YEARS = 50
"""A use-by lies at most so long after production; a token counts up to 65,535 days (179 years)."""
EARLIEST: Final = date(1990, 1, 1)
"""No lot that is sealed today was made before; such a date is a slip of the hand."""
RANK = {by: rank for rank, by in enumerate(Tester)}
"""Who measured, weakest first."""


@dataclass(frozen=True)
class Step:
    """One action done to a batch."""

    action: Action
    recorded_at: datetime
    effective_at: datetime
    actor_id: UUID | None = None
    reason_class: str | None = None
    reason: str = ""
    advice: Advice | None = None
    id: UUID | None = None


@dataclass(frozen=True)
class TestResult:
    """A result as typed; the value stays a string and is compared as ``decimal.Decimal`` (CERTIFICATION D 44)."""

    __test__ = False

    id: UUID
    test_id: str
    value: str
    unit: str
    by: Tester
    tested_on: date
    recorded_at: datetime
    laboratory: str | None = None
    file_id: UUID | None = None
    by_staff: bool = False
    """Recorded by staff of the association who does not act for the maker; else it is the maker's own word."""
    confirmed: bool = False
    """It looked unlikely, was asked back and stands."""
    batch_id: UUID | None = None
    """The batch that it was recorded on; ``None``: not kept yet."""
    pooled: tuple[UUID, ...] = ()
    """Other batches that the sample was taken from as well."""
    lot_id: UUID | None = None
    """The lot of raw material that was sampled, of the batch book; ``None``: what was made."""


@dataclass(frozen=True)
class Batch:
    """A lot. Days are local; ``sealed_on`` is the day of the sealing act, ``sealed_at`` the moment of the signature."""

    id: UUID
    association_id: UUID
    producer_id: UUID
    product_id: UUID
    site_id: UUID
    protocol_id: str
    lot: str
    units: int
    produced_on: date
    use_by: date | None
    declared_at: datetime
    certification_id: UUID | None = None
    public_id: int | None = None
    status_index: int | None = None
    sealed_on: date | None = None
    intent_id: UUID | None = None
    salt: bytes | None = None
    jws: bytes | None = None
    sealed_at: datetime | None = None
    steps: tuple[Step, ...] = ()

    @property
    def state(self) -> State:
        """Folded from every step; the steps of a batch are effective when recorded or before."""
        return fold(self.steps)

    @property
    def code(self) -> str:
        """The code for people, grouped; empty before sealing."""
        return "" if self.public_id is None else Code(self.public_id).printed

    @property
    def plain_code(self) -> str:
        """The same as it stands in an address."""
        return "" if self.public_id is None else Code(self.public_id).plain

    def last(self, action: Action) -> Step | None:
        """The latest step of a kind, for the page that says why."""
        return next((step for step in reversed(self.steps) if step.action is action), None)


def apply(state: State, action: Action, at: datetime) -> State:
    """The state after ``action``; raises ``Refused('batch.transition')`` when the table has no such step."""
    del at  # no transition of a batch depends on time; gates do
    if action not in TRANSITIONS[state]:
        raise Refused("batch.transition", lot_state=state.value, lot_action=action.value)
    return TRANSITIONS[state][action]


def fold(steps: Iterable[Step], at: datetime | None = None) -> State:
    """The state after the steps effective at ``at`` (all, when None)."""
    state = State.NONE
    for step in steps:
        if at is None or step.effective_at <= at:
            state = apply(state, step.action, step.effective_at)
    return state


def standing(batch: Batch, decisions: Sequence[CertificationStep], at: datetime | None = None) -> State:
    """The state with the certification's decisions taken in: a named lot or window revokes a sealed batch.

    A recall keeps its place: it says more to the one who holds the jar.
    """
    state = fold(batch.steps, at)
    if state in (State.SEALED, State.ON_HOLD) and affected_by(batch, decisions, at) is not None:
        return State.REVOKED
    return state


def affected_by(
    batch: Batch, decisions: Sequence[CertificationStep], at: datetime | None = None
) -> CertificationStep | None:
    """The first decision about the certification that names this batch, or a window with its sealing day."""
    if batch.sealed_on is None:
        return None
    for decision in decisions:
        if (at is None or decision.effective_at <= at) and decision.affects(batch.id, batch.sealed_on):
            return decision
    return None


def declare_reasons(
    *, units: int, produced_on: date, use_by: date | None, today: date, latest: date | None = None
) -> tuple[Reason, ...]:
    """Why a batch of this form may not be declared. ``latest``: the last use-by that its shelf life allows."""
    reasons = []
    if not 1 <= units <= UNIT_MAX:
        reasons.append(Reason("batch.units", {"units": units, "most": UNIT_MAX}))
    if produced_on > today:
        reasons.append(Reason("batch.produced_in_future", {"day": produced_on.isoformat()}))
    if produced_on < EARLIEST:
        reasons.append(Reason("batch.produced_too_early", {"day": produced_on.isoformat(), "first": str(EARLIEST)}))
    if use_by is not None and use_by < produced_on:
        reasons.append(Reason("batch.use_by_before_production", {"day": use_by.isoformat()}))
    if use_by_far(produced_on, use_by):
        reasons.append(Reason("batch.use_by_far", {"day": str(use_by), "most": USE_BY_YEARS}))
    elif use_by is not None and latest is not None and use_by > latest:
        reasons.append(Reason("batch.use_by_late", {"day": use_by.isoformat(), "latest": latest.isoformat()}))
    return tuple(reasons)


def use_by_far(produced_on: date, use_by: date | None) -> bool:
    """Whether a use-by is later than any food or craft lasts: no certificate or label is made for it."""
    return use_by is not None and (use_by - produced_on).days > USE_BY_YEARS * 366


def days_after(day: date, days: int) -> date:
    """The day so many days later; at most the last day of the calendar."""
    return day + timedelta(days=min(days, (date.max - day).days))


def default_use_by(produced_on: date, shelf_life_months: int | None, shelf_life_days: int | None = None) -> date | None:
    """Production plus the protocol's shelf life; None when the protocol names none."""
    if shelf_life_days is not None:
        return days_after(produced_on, shelf_life_days)
    return None if shelf_life_months is None else add_months(produced_on, shelf_life_months)


def lot_reasons(lot: str) -> list[Reason]:
    """Why a lot name may not stand on a label: empty, too long, or with signs that a shelf cannot show."""
    tidy = " ".join(lot.split())
    if not 1 <= len(tidy) <= LOT_MOST or not tidy.isprintable():
        return [Reason("batch.lot", {"most": LOT_MOST, "field": "lot"})]
    return []


def lot_key(lot: str) -> str:
    """Two names that a shelf could not tell apart are one lot: case and inner spaces do not count."""
    return "".join(lot.split()).casefold()
