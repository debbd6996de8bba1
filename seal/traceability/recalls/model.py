"""A recall: what it reaches, what shops have answered, how much is accounted for, and when it may be closed. Pure.

    open ──every batch stopped, every place answered, another person──▶ closed

What it reaches is computed once, when it is opened, and kept with its digest: what was known then is what was done.
Amounts are whole base units; to add up different things they are weighed (``composition.weight``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from seal.batches.book.composition import weight
from seal.batches.book.model import Lot
from seal.batches.model import Advice, State
from seal.errors import Reason
from seal.traceability.tracing import Where

Spot = tuple[Where, UUID]
DRILL_MOST = timedelta(hours=24)
"""A stopwatch that ran longer was forgotten."""
LOTS_MOST = 200
TEXT_MOST = 2000
REASONS = frozenset(
    {
        "recall.nothing_reached",
        "recall.lots_needed",
        "recall.window_needed",
        "recall.test_needed",
        "recall.certification_needed",
        "recall.reason_needed",
        "recall.started",
        "recall.closed",
        "recall.items_waiting",
        "recall.place_silent",
        "recall.place_over",
        "recall.closed_by_opener",
        "recall.closing_needed",
    }
)
"""Every code that this file may give as a reason."""


class Cause(StrEnum):
    """By what a recall finds its lots."""

    LOTS = "lots"
    WINDOW = "window"
    """Everything made or brought in at one site from one day to another."""
    TEST = "test"
    """A result that failed after the lot was sealed (CERTIFICATION D 29)."""
    CERTIFICATION = "certification"
    """Everything sealed under a certification from one day to another."""


class Act(StrEnum):
    """What is done with a batch that a recall reaches."""

    RECALL = "recall"
    HOLD = "hold"
    NONE = "none"


class AnswerKind(StrEnum):
    TOLD = "told"
    COUNTED = "counted"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Failed:
    """A result that failed, as typed. It is kept with the recall: a sealed lot takes no more results."""

    test_id: str
    value: str
    unit: str
    tested_on: date
    laboratory: str


@dataclass(frozen=True)
class Subject:
    """What is recalled: lots by id, or a site or a certification with a window of days, or a batch with its test."""

    cause: Cause
    lots: tuple[UUID, ...] = ()
    site_id: UUID | None = None
    certification_id: UUID | None = None
    first: date | None = None
    last: date | None = None
    failed: Failed | None = None


@dataclass(frozen=True)
class Item:
    """A batch that is reached. ``sibling``: of the same inputs, and not of what is recalled itself."""

    batch_id: UUID
    lot: str
    units: int
    act: Act
    sibling: bool = False
    done_at: datetime | None = None


@dataclass(frozen=True)
class Spread:
    """What of one lot is at one place when the recall is opened; ``numbers`` are the units known by scan."""

    spot: Spot
    lot_id: UUID
    amount: int
    numbers: str = ""


@dataclass(frozen=True)
class Reached:
    """Everything that a recall reaches. ``lots``: all that are affected; ``store``: what their makers still hold."""

    subject: Subject
    seeds: tuple[UUID, ...]
    lots: tuple[UUID, ...]
    items: tuple[Item, ...]
    spread: tuple[Spread, ...]
    store: Mapping[UUID, int] = field(default_factory=dict)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """The places that must be told, in a lasting order."""
        return tuple(dict.fromkeys(one.spot for one in self.spread))

    def of(self, spot: Spot) -> tuple[Spread, ...]:
        return tuple(one for one in self.spread if one.spot == spot)


@dataclass(frozen=True)
class Answer:
    """What was done with one place. Counts are of one lot: ``found`` set aside, ``destroyed`` there, ``sold``."""

    id: UUID
    spot: Spot
    kind: AnswerKind
    recorded_by: UUID
    recorded_at: datetime
    lot_id: UUID | None = None
    found: int = 0
    destroyed: int = 0
    sold: int = 0
    note: str = ""


@dataclass(frozen=True)
class Wording:
    """Words about the danger that a competent person approved."""

    language: str
    text: str
    approved_by: str
    approved_as: str
    recorded_at: datetime


@dataclass(frozen=True)
class Recall:
    """A recall or a drill. ``affected`` is the exact document of ``reached``."""

    id: UUID
    association_id: UUID
    number: int
    drill: bool
    cause: Cause
    reason_class: str
    reason: str
    advice: Advice
    started_at: datetime
    opened_by: UUID
    opened_at: datetime
    affected: bytes
    reached: Reached
    items: tuple[Item, ...] = ()
    answers: tuple[Answer, ...] = ()
    wordings: tuple[Wording, ...] = ()
    closed_by: UUID | None = None
    closed_at: datetime | None = None
    closing: str = ""

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.affected).digest()

    @property
    def waiting(self) -> tuple[Item, ...]:
        """Batches that are still to be stopped."""
        if self.drill:
            return ()
        return tuple(one for one in self.items if one.act is not Act.NONE and one.done_at is None)

    @property
    def units(self) -> int:
        """Units of the batches that are recalled, siblings left out."""
        return sum(one.units for one in self.items if not one.sibling)

    @property
    def list_time(self) -> timedelta:
        """From the start of the stopwatch to the list of what is reached."""
        return self.opened_at - self.started_at

    @property
    def answer_time(self) -> timedelta | None:
        """From the start to the last place's answer; ``None`` while one is silent."""
        moments = [self.answered_at(spot) for spot in self.reached.spots]
        known = [moment for moment in moments if moment is not None]
        return None if len(known) < len(moments) or not known else max(known) - self.started_at

    def answered_at(self, spot: Spot) -> datetime | None:
        """When a place had answered for every lot it had, or was given up."""
        of_spot = [one for one in self.answers if one.spot == spot]
        given_up = [one.recorded_at for one in of_spot if one.kind is AnswerKind.UNREACHABLE]
        counted: dict[UUID, datetime] = {}
        for one in of_spot:
            if one.lot_id is not None:
                counted.setdefault(one.lot_id, one.recorded_at)
        if all(one.lot_id in counted for one in self.reached.of(spot)):
            return max(counted.values())
        return min(given_up, default=None)

    def told_at(self, spot: Spot) -> datetime | None:
        return min((one.recorded_at for one in self.answers if one.spot == spot), default=None)

    def counted(self, spot: Spot, lot_id: UUID) -> Answer | None:
        """The last count of a lot at a place."""
        found = [one for one in self.answers if one.spot == spot and one.lot_id == lot_id]
        return found[-1] if found else None

    def wording(self, language: str) -> Wording | None:
        """The newest approved words in a language."""
        found = [one for one in self.wordings if one.language == language]
        return found[-1] if found else None


def act_for(state: State, *, sibling: bool) -> Act:
    """What is to be done with a batch: sealed ones are recalled, others and siblings held; what is final stays."""
    if state in (State.SEALED, State.PENDING):
        return Act.HOLD if sibling else Act.RECALL
    if state is State.ON_HOLD:
        return Act.NONE if sibling else Act.RECALL
    return Act.HOLD if state is State.DECLARED else Act.NONE


def subject_reasons(subject: Subject) -> list[Reason]:
    """What is missing to say what is recalled."""
    window = subject.first is not None and subject.last is not None and subject.first <= subject.last
    if subject.cause is Cause.LOTS and not 1 <= len(subject.lots) <= LOTS_MOST:
        return [Reason("recall.lots_needed", {"field": "lots", "most": LOTS_MOST})]
    if subject.cause is Cause.WINDOW and not (window and subject.site_id):
        return [Reason("recall.window_needed", {"field": "first"})]
    if subject.cause is Cause.CERTIFICATION and not (window and subject.certification_id):
        return [Reason("recall.certification_needed", {"field": "first"})]
    if subject.cause is Cause.TEST and not (len(subject.lots) == 1 and subject.failed):
        return [Reason("recall.test_needed", {"field": "test_id"})]
    return []


def open_reasons(reached: Reached, reason: str, started_at: datetime, at: datetime) -> tuple[Reason, ...]:
    """Why a recall may not be opened."""
    found = []
    if not reached.items and not reached.spread:
        found.append(Reason("recall.nothing_reached"))
    if not 1 <= len(reason.strip()) <= TEXT_MOST:
        found.append(Reason("recall.reason_needed", {"field": "reason", "most": TEXT_MOST}))
    if not timedelta(0) <= at - started_at <= DRILL_MOST:
        found.append(Reason("recall.started", {"hours": int(DRILL_MOST.total_seconds() // 3600)}))
    return tuple(found)


def under_others(recall: Recall, every: Iterable[Recall]) -> tuple[tuple[Recall, tuple[str, ...]], ...]:
    """Earlier recalls that were open when this was opened and reach some of its batches, with the lots' names."""
    found = []
    for one in every:
        then = one.opened_at <= recall.opened_at and (one.closed_at is None or one.closed_at > recall.opened_at)
        lots = tuple(item.lot for item in recall.items if not item.sibling and item.batch_id in one.reached.lots)
        if one.number < recall.number and then and lots and not one.drill and not recall.drill:
            found.append((one, lots))
    return tuple(found)


def close_reasons(
    recall: Recall,
    person_id: UUID | None,
    closing: str,
    names: Mapping[Spot, str],
    known: Iterable[Account] = (),
) -> tuple[Reason, ...]:
    """Why a recall may not be closed: every reason at once."""
    if recall.closed_at is not None:
        return (Reason("recall.closed"),)
    found = []
    if person_id == recall.opened_by or person_id is None:
        found.append(Reason("recall.closed_by_opener"))
    if recall.waiting:
        found.append(Reason("recall.items_waiting", {"lots": ", ".join(one.lot for one in recall.waiting)}))
    for spot in recall.reached.spots:
        if recall.answered_at(spot) is None:
            found.append(Reason("recall.place_silent", {"name": names.get(spot, "")}))
    for spot in dict.fromkeys(one.spot for one in known if one.over):
        found.append(Reason("recall.place_over", {"name": names.get(spot, "")}))
    if not 1 <= len(closing.strip()) <= TEXT_MOST:
        found.append(Reason("recall.closing_needed", {"field": "closing", "most": TEXT_MOST}))
    return tuple(found)


@dataclass(frozen=True)
class Account:
    """One lot at one place: ``expected`` when the recall was opened; ``back`` since, in the book; the last count."""

    spot: Spot
    lot_id: UUID
    expected: int
    back: int = 0
    found: int = 0
    destroyed: int = 0
    sold: int = 0

    @property
    def recovered(self) -> int:
        """Kept from being eaten: back, set aside or destroyed; never more than was expected. What is said to be sold is
        not, unless the book has it back."""
        back = min(self.expected, self.back)
        return max(back, min(max(0, self.expected - self.sold), max(back, self.found) + self.destroyed))

    @property
    def over(self) -> int:
        """By how much what came back and what was counted is more than was there: then one of them is wrong."""
        return max(0, max(min(self.expected, self.back), self.found) + self.destroyed + self.sold - self.expected)

    @property
    def missing(self) -> int:
        """Nobody has said where it is."""
        return max(0, self.expected - self.recovered - self.sold)


def accounts(recall: Recall, back: Mapping[tuple[Spot, UUID], int]) -> tuple[Account, ...]:
    """``back``: what came back in the book since the recall was opened, by place and lot."""
    found = []
    for one in recall.reached.spread:
        last = recall.counted(one.spot, one.lot_id)
        counts = (last.found, last.destroyed, last.sold) if last is not None else (0, 0, 0)
        found.append(Account(one.spot, one.lot_id, one.amount, back.get((one.spot, one.lot_id), 0), *counts))
    return tuple(found)


def effectiveness(known: Iterable[Account], lots: Mapping[UUID, Lot]) -> Fraction | None:
    """The part of what had left that was recovered, by weight; ``None`` if nothing had left."""
    expected = recovered = Fraction(0)
    for one in known:
        expected += weight(lots[one.lot_id], one.expected)
        recovered += weight(lots[one.lot_id], one.recovered)
    return recovered / expected if expected else None
