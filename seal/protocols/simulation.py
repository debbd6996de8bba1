"""Random producers against a protocol: how many would pass, and which points decide. Pure: a seed, a result.

Each invented producer has facts drawn at random (unknown ones too) and meets each point with the same probability. What
comes out says nothing about real people: it shows an author whether a rule can be met, and which points weigh.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from seal.protocols.checklist import Checklist, allowed_outcomes, build
from seal.protocols.facts import FactRule, Value
from seal.protocols.model import Outcome, Part, Protocol
from seal.protocols.scoring import Score, score
from seal.protocols.terms import FactType

MAX_PRODUCERS = 20_000
_TRIED = 300
"""Of those who fail, how many are looked at for a single point that decides."""


@dataclass(frozen=True)
class Simulation:
    """What came of ``producers``. ``rules`` counts (rule, subject) that did not hold; ``deciding`` counts points whose
    mending alone would have let a failing producer pass, among ``tried`` of them."""

    producers: int
    passed: int
    grades: Mapping[str, int]
    """By grade; ``""`` is none."""
    rules: Mapping[tuple[str, str], int]
    deciding: Mapping[str, int]
    tried: int
    visit: tuple[int, Fraction, int]
    """Fewest, mean and most points of the visit part."""


def simulate(protocol: Protocol, *, producers: int, seed: int, quality: Fraction, year: int = 1) -> Simulation:
    """``quality``: the probability of meeting a point, 0 to 1. ``ValueError``: too few producers or too many."""
    if not 1 <= producers <= MAX_PRODUCERS:
        raise ValueError(f"between 1 and {MAX_PRODUCERS} producers")
    dice = random.Random(seed)  # noqa: S311 - nothing secret is drawn
    grades: Counter[str] = Counter()
    rules: Counter[tuple[str, str]] = Counter()
    deciding: Counter[str] = Counter()
    visits: list[int] = []
    passed = tried = 0
    for _ in range(producers):
        facts = {fact.id: _fact(fact, dice) for fact in protocol.facts}
        checklist = build(protocol, facts, year=year)
        answers = _answers(protocol, checklist, quality, dice)
        result = _score(protocol, checklist, answers, year)
        visits.append(len(checklist.of(Part.VISIT)))
        grades[result.grade or ""] += 1
        passed += result.passed
        rules.update({(rule.rule, rule.subject) for rule in result.failed_rules})
        if not result.passed and tried < _TRIED:
            tried += 1
            deciding.update(_deciding(protocol, checklist, answers, result, year))
    mean = Fraction(sum(visits), len(visits))
    return Simulation(producers, passed, grades, rules, deciding, tried, (min(visits), mean, max(visits)))


def _fact(fact: FactRule, dice: random.Random) -> Value:
    if fact.type is FactType.YES_NO:
        return dice.choice((True, False, False, None))
    if fact.type is FactType.NUMBER:
        low, high = fact.plausible or (0, 100)
        return dice.randint(int(low), max(int(low), int(high)))
    if fact.type is FactType.CHOICE:
        return dice.choice((*fact.choices, None))
    return frozenset(choice for choice in fact.choices if dice.random() < 0.5)


def _answers(protocol: Protocol, checklist: Checklist, quality: Fraction, dice: random.Random) -> dict[str, Outcome]:
    """Met with ``quality``; of the rest half in part, where the point allows that."""
    answers = {}
    for place in checklist.points:
        partly = Outcome.PARTIAL in allowed_outcomes(protocol, protocol.point(place.id))
        met = dice.random() < quality
        half = dice.random() < 0.5
        failed = Outcome.PARTIAL if partly and half else Outcome.NON_COMPLIANT
        answers[place.id] = Outcome.COMPLIANT if met else failed
    return answers


def _score(protocol: Protocol, checklist: Checklist, answers: Mapping[str, Outcome], year: int) -> Score:
    return score(protocol, checklist, answers, year=year, open_majors=0, after_corrections=False)


def _deciding(
    protocol: Protocol, checklist: Checklist, answers: Mapping[str, Outcome], result: Score, year: int
) -> list[str]:
    """The points that stand in every failed rule, and whose mending alone makes the producer pass."""
    suspects = set.intersection(*(set(rule.points) for rule in result.failed_rules)) if result.failed_rules else set()
    return [
        point
        for point in sorted(suspects)
        if _score(protocol, checklist, {**answers, point: Outcome.COMPLIANT}, year).passed
    ]
