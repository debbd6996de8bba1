"""Rolls: which seals are whose, which stand on a batch, and which are out of use. Pure.

A roll has seals 1 to ``size``. A seal is handed out to a producer on a list, and counts against nothing until it is
**bound**: seal ``n`` of a bound span then *is* one unit of the batch, number ``first_unit + n - first_seal``, reserved
from the batch's ledger like any other. A seal that is out of use before that is never bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from seal.errors import Reason
from seal.ids import UNIT_MAX, Code
from seal.labels.model import Span, VoidReason

REASONS = frozenset(
    {
        "roll.size",
        "roll.span",
        "roll.bound_already",
        "roll.out_of_use",
        "roll.not_theirs",
        "roll.not_allotted",
    }
)
"""Every code that this file may give as a reason."""


@dataclass(frozen=True)
class Roll:
    """``signatures`` is None until the roll is first signed, then 64 bytes a seal in order."""

    id: UUID
    association_id: UUID
    public_id: int
    size: int
    issued_on: date
    made_at: datetime
    intent_id: UUID
    note: str = ""
    bound_count: int = 0
    void_count: int = 0
    signatures: bytes | None = None

    @property
    def code(self) -> str:
        """For people."""
        return Code(self.public_id).printed

    @property
    def span(self) -> Span:
        return Span(1, self.size)

    @property
    def left(self) -> int:
        """Seals that stand on nothing yet and are not out of use."""
        return self.size - self.bound_count - self.void_count


@dataclass(frozen=True)
class Allotment:
    """Seals handed to a producer, or back to the association (``producer_id`` is None); the last one counts."""

    id: UUID
    roll_id: UUID
    first: int
    last: int
    producer_id: UUID | None
    allotted_at: datetime

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)


@dataclass(frozen=True)
class Binding:
    """Seals ``first``..``last`` are units ``unit``.. of a batch, for good."""

    id: UUID
    roll_id: UUID
    batch_id: UUID
    first: int
    last: int
    unit: int
    bound_at: datetime

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)

    @property
    def units(self) -> Span:
        return Span(self.unit, self.unit + self.last - self.first)

    def unit_of(self, number: int) -> int:
        return self.unit + number - self.first


@dataclass(frozen=True)
class RollVoid:
    """Seals out of use before they were bound."""

    id: UUID
    roll_id: UUID
    first: int
    last: int
    reason: VoidReason
    voided_at: datetime

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)


def holders(roll: Roll, allotments: Sequence[Allotment]) -> tuple[tuple[Span, UUID | None], ...]:
    """Who has which seals, in order: the latest hand-over counts. ``allotments`` are oldest first."""
    edges = sorted({1, roll.size + 1, *(one.first for one in allotments), *(one.last + 1 for one in allotments)})
    found: list[tuple[Span, UUID | None]] = []
    for first, after in pairwise(edges):
        holder = next((one.producer_id for one in reversed(allotments) if first in one.span), None)
        if found and found[-1][1] == holder:
            found[-1] = (Span(found[-1][0].first, after - 1), holder)
        else:
            found.append((Span(first, after - 1), holder))
    return tuple(found)


def size_reasons(size: int) -> tuple[Reason, ...]:
    return () if 1 <= size <= UNIT_MAX else (Reason("roll.size", {"size": size, "most": UNIT_MAX}),)


def span_reasons(roll: Roll, span: Span) -> tuple[Reason, ...]:
    """Why ``span`` names no seals of the roll."""
    if 1 <= span.first <= span.last <= roll.size:
        return ()
    return (Reason("roll.span", {"first": span.first, "last": span.last, "size": roll.size}),)


def unused_reasons(
    roll: Roll, span: Span, bindings: Iterable[Binding], voids: Iterable[RollVoid]
) -> tuple[Reason, ...]:
    """Why seals may not be used or handed out any more: no such seal, bound already, or out of use."""
    against = span_reasons(roll, span)
    if against:
        return against
    taken = [Reason("roll.bound_already", {"first": one.first, "last": one.last}) for one in bindings
             if one.span.meets(span)]  # fmt: skip
    gone = [Reason("roll.out_of_use", {"first": one.first, "last": one.last}) for one in voids if one.span.meets(span)]
    return (*taken, *gone)


def holder_reasons(roll: Roll, span: Span, allotments: Sequence[Allotment], producer_id: UUID) -> tuple[Reason, ...]:
    """Why ``producer_id`` may not use ``span``: every seal of it must be on the list as theirs."""
    against = []
    for held, holder in holders(roll, allotments):
        if not held.meets(span) or holder == producer_id:
            continue
        part = {"first": max(held.first, span.first), "last": min(held.last, span.last)}
        against.append(Reason("roll.not_allotted" if holder is None else "roll.not_theirs", part))
    return tuple(against)


def without(span: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """What is left of ``span`` beside ``taken``, in order."""
    first = span.first
    for one in sorted(taken, key=lambda found: found.first):
        if not one.meets(span):
            continue
        if one.first > first:
            yield Span(first, one.first - 1)
        first = max(first, one.last + 1)
    if first <= span.last:
        yield Span(first, span.last)


def on_batches(span: Span, bindings: Iterable[Binding]) -> Iterator[tuple[UUID, Span]]:
    """The units that bound seals of ``span`` are: batch and unit numbers."""
    for one in sorted(bindings, key=lambda found: found.first):
        if one.span.meets(span):
            first, last = max(one.first, span.first), min(one.last, span.last)
            yield one.batch_id, Span(one.unit_of(first), one.unit_of(last))
