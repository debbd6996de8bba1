"""Limits of what is measured, and which of several variants binds in a situation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol, TypeVar

from seal.protocols.conditions import Condition
from seal.protocols.edge import CLOSED, Number
from seal.protocols.situation import Situation, truth
from seal.protocols.terms import DecisionRule, ReplicateRule


@dataclass(frozen=True)
class Variant:
    """Bounds that hold when ``when`` does, beside the general ones: the strictest counts.

    With ``replaces`` a bound of the variant takes the place of the general one, even where it asks for less.
    ``n, c, m, M`` are those of a sampling plan.
    """

    __pydantic_config__ = CLOSED
    when: Condition
    min: Number | None = None
    max: Number | None = None
    target_min: Number | None = None
    target_max: Number | None = None
    n: int | None = None
    c: int | None = None
    m: Number | None = None
    M: Number | None = None
    source: tuple[str, ...] = ()
    replaces: bool = False


@dataclass(frozen=True)
class Replicates:
    """How many readings are taken, and which value of them counts."""

    __pydantic_config__ = CLOSED
    count: int
    take: ReplicateRule = ReplicateRule.MEAN


@dataclass(frozen=True)
class Measure:
    """A measured quantity with its limits (conformity) and targets (excellence), both inclusive, in ``unit``."""

    __pydantic_config__ = CLOSED
    quantity: str
    unit: str
    min: Number | None = None
    max: Number | None = None
    target_min: Number | None = None
    target_max: Number | None = None
    plausible: tuple[Number, Number] | None = None
    """Outside it a value is asked again, never refused."""
    precision: Number | None = None
    """The step of the instrument: warns and displays, never rounds (CERTIFICATION D 44)."""
    replicates: Replicates | None = None
    decision: DecisionRule = DecisionRule.SIMPLE
    variants: tuple[Variant, ...] = field(default=())


class Bounded(Protocol):
    """A measure, a batch test or a sampling plan: whatever has bounds and variants of them."""

    @property
    def variants(self) -> tuple[Variant, ...]: ...


B = TypeVar("B", bound=Bounded)

STRICTER = {
    "min": max,
    "max": min,
    "target_min": max,
    "target_max": min,
    "n": max,
    "c": min,
    "m": min,
    "M": min,
}
"""Which of two bounds asks for more."""


def effective(thing: B, situation: Situation) -> B:
    """``thing`` with the bounds that hold in ``situation``, and no variants left.

    A variant whose condition is unknown counts (the safe side) but never takes the general bound's place, and it is
    left out where nothing at all could pass with it.
    """
    judged = [(truth(variant.when, situation), variant) for variant in thing.variants]
    certain = [variant for verdict, variant in judged if verdict is True]
    possible = [variant for verdict, variant in judged if verdict is None]
    safe = _bounds(thing, certain, possible)
    return replace(thing, **(safe if _can_pass(safe) else _bounds(thing, certain, ())), variants=())  # type: ignore[type-var]


def _bounds(thing: Bounded, certain: Iterable[Variant], possible: Iterable[Variant]) -> dict[str, Decimal | int | None]:
    bounds: dict[str, Decimal | int | None] = {}
    for name in STRICTER:
        if not hasattr(thing, name):
            continue
        said = [(variant, getattr(variant, name)) for variant in certain if getattr(variant, name) is not None]
        candidates = [value for _, value in said]
        candidates += [getattr(variant, name) for variant in possible if getattr(variant, name) is not None]
        general = getattr(thing, name)
        if general is not None and not any(variant.replaces for variant, _ in said):
            candidates.append(general)
        bounds[name] = STRICTER[name](candidates) if candidates else None
    for limit, target in (("min", "target_min"), ("max", "target_max")):
        at, best = bounds.get(limit), bounds.get(target)
        if at is not None and best is not None:  # excellence is never looser than conformity
            bounds[target] = STRICTER[limit](at, best)
    return bounds


def _can_pass(bounds: dict[str, Decimal | int | None]) -> bool:
    low, high = bounds.get("min"), bounds.get("max")
    return low is None or high is None or low <= high
