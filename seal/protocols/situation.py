"""What is known about a producer when a condition is asked, and the truth of a condition under it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from seal.protocols.conditions import Compare, Comparison, Condition
from seal.protocols.facts import Facts, Value, chosen, number_of


@dataclass(frozen=True)
class Situation:
    """What is known when a condition is asked; ``None`` is unknown.

    ``products`` and ``sites`` are the kinds in scope, ``year`` the year in the scheme (1 is the first).
    """

    facts: Mapping[str, Value] = field(default_factory=dict)
    products: frozenset[str] | None = None
    sites: frozenset[str] | None = None
    year: int | None = None


def truth(condition: Condition, situation: Situation | Facts) -> bool | None:
    """Three-valued (Kleene): ``None`` means that what is known does not settle it."""
    known = situation if isinstance(situation, Situation) else Situation(situation)
    if condition.fact is not None:
        return _of_fact(condition.compare, known.facts.get(condition.fact))
    if condition.year:
        return None if known.year is None else _of_fact(condition.compare, known.year)
    if condition.products:
        return None if known.products is None else not known.products.isdisjoint(condition.products)
    if condition.sites:
        return None if known.sites is None else not known.sites.isdisjoint(condition.sites)
    if condition.negated is not None:
        inside = truth(condition.negated, known)
        return None if inside is None else not inside
    if condition.all_of:
        parts = [truth(part, known) for part in condition.all_of]
        return False if False in parts else None if None in parts else True
    parts = [truth(part, known) for part in condition.any_of]
    return True if True in parts else None if None in parts else False


def _of_fact(compare: Comparison | None, value: Value) -> bool | None:
    """A value of another kind than the one compared with settles nothing."""
    if compare is None:
        return value if isinstance(value, bool) else None
    against = compare.against
    if isinstance(against, Decimal):
        exact = number_of(value)
        return None if exact is None else _NUMBERS[compare.how](exact, Fraction(against))
    if compare.how is Compare.HAS:
        several = chosen(value)
        return None if several is None else against in several
    if isinstance(against, bool):
        return value is against if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    return value in against if isinstance(against, tuple) else value == against


_NUMBERS: dict[Compare, Callable[[Fraction, Fraction], bool]] = {
    Compare.IS: operator.eq,
    Compare.AT_LEAST: operator.ge,
    Compare.ABOVE: operator.gt,
    Compare.AT_MOST: operator.le,
    Compare.BELOW: operator.lt,
}
