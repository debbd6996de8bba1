"""Boxes: what may be done to one, and what stands in it. Pure.

    none -> make -> open -> put, take -> open -> close -> closed -> open -> open
                    open, closed -> unpack -> unpacked (for good)

What stands in a box is folded from its moves. A unit stands in one box at a time; a void one is never put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from seal.errors import Reason
from seal.labels.model import Ledger, Span
from seal.labels.naming import joined

REASONS = frozenset({"box.state", "box.not_reserved", "box.unit_void", "box.not_inside", "box.batch_state", "box.full"})
"""Every code that this file may give as a reason."""
UNITS_MOST = 2_000
"""Units in one box: more than any pallet of jars."""


class State(StrEnum):
    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"
    UNPACKED = "unpacked"


class Action(StrEnum):
    MAKE = "make"
    PUT = "put"
    TAKE = "take"
    CLOSE = "close"
    OPEN = "open"
    UNPACK = "unpack"


TRANSITIONS: Mapping[State, Mapping[Action, State]] = {
    State.NONE: {Action.MAKE: State.OPEN},
    State.OPEN: {
        Action.PUT: State.OPEN,
        Action.TAKE: State.OPEN,
        Action.CLOSE: State.CLOSED,
        Action.UNPACK: State.UNPACKED,
    },
    State.CLOSED: {Action.OPEN: State.OPEN, Action.UNPACK: State.UNPACKED},
    State.UNPACKED: {},
}


@dataclass(frozen=True)
class Move:
    """One thing done; ``batch_id`` and ``span`` for what was put in or taken out."""

    action: Action
    recorded_at: datetime
    actor_id: UUID | None = None
    batch_id: UUID | None = None
    span: Span | None = None


@dataclass(frozen=True)
class Box:
    """``producer_id`` is whose it is; None for one that the association packs."""

    id: UUID
    association_id: UUID
    public_id: int
    producer_id: UUID | None
    issued_on: date
    made_at: datetime
    intent_id: UUID
    note: str = ""
    steps: int = 0
    moves: tuple[Move, ...] = ()
    signature: bytes | None = None

    @property
    def state(self) -> State:
        return fold(self.moves)

    @property
    def inside(self) -> dict[UUID, tuple[Span, ...]]:
        """What stands in it now, by batch."""
        return inside(self.moves)


def fold(moves: Iterable[Move]) -> State:
    """``KeyError`` for moves that no box can have had."""
    state = State.NONE
    for move in moves:
        state = TRANSITIONS[state][move.action]
    return state


def inside(moves: Iterable[Move]) -> dict[UUID, tuple[Span, ...]]:
    """The units that were put in and not taken out again, by batch, in order."""
    units: dict[UUID, set[int]] = {}
    for move in moves:
        if move.action is Action.UNPACK:
            units = {}
        if move.batch_id is None or move.span is None:
            continue
        numbers = range(move.span.first, move.span.last + 1)
        held = units.setdefault(move.batch_id, set())
        held.update(numbers) if move.action is Action.PUT else held.difference_update(numbers)
    return {batch: joined(Span(one, one) for one in held) for batch, held in units.items() if held}


def act_reasons(state: State, action: Action) -> tuple[Reason, ...]:
    return () if action in TRANSITIONS[state] else (Reason("box.state", {"box_state": state.value}),)


def put_reasons(ledger: Ledger | None, voids: Iterable[Span], spans: Iterable[Span], lot: str) -> tuple[Reason, ...]:
    """Why units of a batch may not be put in a box: never reserved, or out of use."""
    voids = tuple(voids)
    highest = ledger.reserved_high if ledger else 0
    against = []
    for span in spans:
        if span.last > highest:
            against.append(Reason("box.not_reserved", {"lot": lot, "last": span.last, "highest": highest}))
        for void in voids:
            if void.meets(span):
                against.append(Reason("box.unit_void", {"lot": lot, "first": void.first, "last": void.last}))
    return tuple(against)


def take_reasons(held: Iterable[Span], spans: Iterable[Span], lot: str) -> tuple[Reason, ...]:
    """Why units may not be taken out: they do not stand in it."""
    numbers = {number for one in held for number in range(one.first, one.last + 1)}
    return tuple(
        Reason("box.not_inside", {"lot": lot, "first": span.first, "last": span.last})
        for span in spans
        if not numbers.issuperset(range(span.first, span.last + 1))
    )
