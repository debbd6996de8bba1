"""Whether a condition can ever be true, or ever be false: looked for, with a bound on the looking.

Each thing that the condition asks about is tried with every value that could matter: both answers, each choice,
numbers at, below and above each bound. :data:`MOST` conditions are evaluated at most, which keeps a hostile file cheap;
past that the answer is "yes".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations, pairwise

from seal.protocols.conditions import Condition
from seal.protocols.facts import FactRule, Value
from seal.protocols.situation import Situation, truth
from seal.protocols.terms import FactType

MOST = 50_000
_SUBSETS = 8
"""More things than this are not tried in every combination, only none, each, and all."""


class _EnoughError(Exception):
    pass


class Patience:
    """How much may still be evaluated: one for all the conditions of a file."""

    def __init__(self, left: int = MOST) -> None:
        self.left = left

    def spend(self, parts: int) -> None:
        self.left -= parts
        if self.left < 0:
            raise _EnoughError


def possible(
    condition: Condition, rules: Mapping[str, FactRule], wanted: bool, patience: Patience | None = None
) -> bool:
    """Whether some producer makes ``condition`` come out as ``wanted``. ``rules``: the facts that can be asked."""
    try:
        search = _Search(condition, wanted, patience or Patience())
        return search.found(list(_domains(condition, rules)), Situation())
    except _EnoughError:
        return True


class _Search:
    def __init__(self, condition: Condition, wanted: bool, patience: Patience) -> None:
        self.condition, self.wanted, self.patience = condition, wanted, patience
        self.parts = sum(1 for _ in condition.parts())

    def found(self, left: list[list[Situation]], known: Situation) -> bool:
        """Whether some way to know what is ``left`` gives what is wanted."""
        self.patience.spend(self.parts)
        verdict = truth(self.condition, known)
        if verdict is not None:
            return verdict is self.wanted
        if not left:
            return True  # a value of a kind that was not thought of
        values, *rest = left
        return any(self.found(rest, _joined(known, value)) for value in values)


def _joined(known: Situation, more: Situation) -> Situation:
    return replace(
        known,
        facts={**known.facts, **more.facts},
        products=known.products if more.products is None else more.products,
        sites=known.sites if more.sites is None else more.sites,
        year=known.year if more.year is None else more.year,
    )


def _domains(condition: Condition, rules: Mapping[str, FactRule]) -> Iterator[list[Situation]]:
    """What is asked about, each with the values that could matter."""
    parts = list(condition.parts())
    for fact in sorted(condition.facts()):
        asked = [part for part in parts if part.fact == fact]
        rule = rules.get(fact)
        if rule is not None:
            yield [Situation({fact: value}) for value in _values(rule, asked)]
    products = sorted({kind for part in parts for kind in part.products})
    if products:
        yield [Situation(products=kinds) for kinds in _subsets(products)]
    sites = sorted({kind for part in parts for kind in part.sites})
    if sites:
        yield [Situation(sites=kinds) for kinds in _subsets(sites)]
    years = [part.compare.against for part in parts if part.year and part.compare]
    if years:
        near = {int(year) + step for year in years if isinstance(year, Decimal) for step in (-1, 0, 1)}
        yield [Situation(year=year) for year in sorted({1, *near}) if year >= 1]


def _values(rule: FactRule, asked: Iterable[Condition]) -> list[Value]:
    against = [part.compare.against for part in asked if part.compare is not None]
    if rule.type is FactType.YES_NO:
        return [True, False]
    if rule.type is FactType.CHOICE:
        return list(rule.choices)
    if rule.type is FactType.MULTI:
        return list(_subsets(sorted({word for word in against if isinstance(word, str)})))
    bounds = sorted({Fraction(bound) for bound in against if isinstance(bound, Decimal)})
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    numbers = sorted(
        {*bounds, *between, *(bound - 1 for bound in bounds[:1]), *(bound + 1 for bound in bounds[-1:]), Fraction(0)}
    )
    least = min(Fraction(rule.plausible[0]), Fraction(0)) if rule.plausible is not None else Fraction(0)
    return [number for number in numbers if number >= least]


def _subsets(words: list[str]) -> Iterator[frozenset[str]]:
    sizes = range(len(words) + 1) if len(words) <= _SUBSETS else (0, 1, len(words))
    return map(frozenset, chain.from_iterable(combinations(words, size) for size in sizes))
