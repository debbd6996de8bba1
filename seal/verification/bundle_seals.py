"""Rolls and boxes in a bundle: values to rows and back. Pure; :mod:`seal.verification.bundle_format` has the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from seal.clock import day_from_number, day_number
from seal.verification.facts import Bound, BoxState, RollFacts

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class RollEntry:
    """A roll of pre-numbered seals. ``leaf`` is the log index of its document."""

    facts: RollFacts
    leaf: int | None


@dataclass(frozen=True)
class BoxEntry:
    """A box and what stands in it: (batch by public id, its units)."""

    public_id: int
    issued_on: date
    state: BoxState
    inside: tuple[tuple[int, Ranges], ...]
    leaf: int | None


def roll_row(one: RollEntry, batches: Mapping[int, int]) -> list[Any]:
    """``batches`` gives the place of each batch by its public id."""
    facts = one.facts
    return [
        facts.public_id,
        day_number(facts.issued_on),
        facts.size,
        [list(pair) for pair in facts.void],
        [list(pair) for pair in facts.lost],
        [[bound.first, bound.last, batches[bound.batch], bound.unit] for bound in facts.bound],
        one.leaf,
    ]


def box_row(one: BoxEntry, batches: Mapping[int, int]) -> list[Any]:
    return [
        one.public_id,
        day_number(one.issued_on),
        one.state.value,
        [[batches[batch], [list(pair) for pair in units]] for batch, units in one.inside],
        one.leaf,
    ]


def roll(row: list[Any], batches: Sequence[int]) -> RollEntry:
    """``batches`` are the public ids in their places. ``ValueError``, ``TypeError``, ``IndexError`` for no such row."""
    public_id, issued, size, void, lost, bound, leaf = row
    facts = RollFacts(
        count(public_id),
        day_from_number(count(issued)),
        count(size),
        _ranges(void),
        _ranges(lost),
        tuple(Bound(count(a), count(b), batches[count(place)], count(unit)) for a, b, place, unit in bound),
        leaf is not None,
    )
    return RollEntry(facts, None if leaf is None else count(leaf))


def box(row: list[Any], batches: Sequence[int]) -> BoxEntry:
    public_id, issued, state, inside, leaf = row
    return BoxEntry(
        count(public_id),
        day_from_number(count(issued)),
        BoxState(state),
        tuple((batches[count(place)], _ranges(units)) for place, units in inside),
        None if leaf is None else count(leaf),
    )


def _ranges(value: Any) -> Ranges:
    return tuple((count(first), count(last)) for first, last in value)


def count(value: object) -> int:
    """A whole number, not negative. ``ValueError`` for anything else."""
    if type(value) is not int or value < 0:
        raise ValueError("a count expected")
    return value
