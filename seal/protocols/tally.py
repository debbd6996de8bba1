"""What the answers of one audit come to, point by point: the numbers that every rule of a conclusion reads.

What counts: ``not_applicable`` and ``deferred`` leave numerator and denominator; ``not_audited`` earns nothing; half
a requirement that knows no half is none; an answer that the point does not allow is an answer not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from seal.protocols.answer_types import PanelAnswer, RankAnswer, ScaleAnswer
from seal.protocols.checklist import Checklist, allowed_outcomes
from seal.protocols.conclusion import Scoring
from seal.protocols.model import ControlPoint, Level, Outcome, Protocol
from seal.protocols.responses import Judged

BASIS_POINTS = 10_000
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Counted:
    """A point that counts, as it counts in the year of the audit."""

    point: ControlPoint
    credit: Fraction
    """The share of its requirement that is met (0..1)."""
    weight: Fraction
    earned: Fraction
    """Weight times credit."""
    failing: bool
    """Less than all of its requirement is met."""
    points: Fraction | None = None
    """Points on a scale with a norm."""
    rank: Fraction | None = None
    panel: Fraction | None = None
    """The trimmed mean of a panel."""
    lowest: Fraction | None = None
    """The trimmed mean of the panel's lowest criterion."""

    @property
    def id(self) -> str:
        return self.point.id

    @property
    def lost(self) -> Fraction:
        """The share of its requirement that is not met."""
        return 1 - self.credit

    @property
    def norm(self) -> Fraction:
        assert isinstance(self.point.answer, ScaleAnswer)
        return Fraction(self.point.answer.norm)


@dataclass(frozen=True)
class Tally:
    counted: tuple[Counted, ...]
    """In the order of the checklist."""
    deferred: tuple[str, ...]
    not_audited: tuple[str, ...]

    def of(self, level: Level | None = None, group: str | None = None) -> tuple[Counted, ...]:
        """The points of a level, of a group, of both; all of them where neither is named."""
        return tuple(
            item
            for item in self.counted
            if (level is None or item.point.level is level) and (group is None or item.point.group == group)
        )

    def chapter(self, chapter: str) -> tuple[Counted, ...]:
        return tuple(item for item in self.counted if item.point.chapter == chapter)


def tally(protocol: Protocol, checklist: Checklist, answers: Mapping[str, Outcome | Judged], year: int) -> Tally:
    """The points of ``checklist`` with what their answers earned; a missing answer was not audited."""
    by_id = {point.id: point for point in protocol.points}
    scale = _Scale.of(protocol.rules.scoring)
    counted: list[Counted] = []
    deferred: list[str] = []
    not_audited: list[str] = []
    for place in checklist.points:
        point = by_id[place.id]
        if point.level_by_year:
            point = point.in_year(year)
        given = answers.get(point.id, Outcome.NOT_AUDITED)
        judged = given if isinstance(given, Judged) else Judged(given)
        outcome = _allowed(judged.outcome, protocol, point)
        if outcome is Outcome.NOT_APPLICABLE:
            continue
        if outcome is Outcome.DEFERRED:
            deferred.append(point.id)
            continue
        if outcome is Outcome.NOT_AUDITED:
            not_audited.append(point.id)
        kept = judged if judged.outcome is outcome else Judged(outcome, points=judged.points, rank=judged.rank)
        counted.append(_counted(scale, point, kept))
    return Tally(tuple(counted), tuple(deferred), tuple(not_audited))


def _allowed(outcome: Outcome, protocol: Protocol, point: ControlPoint) -> Outcome:
    allowed = allowed_outcomes(protocol, point)
    if outcome in allowed:
        return outcome
    return Outcome.NON_COMPLIANT if outcome is Outcome.PARTIAL else Outcome.NOT_AUDITED


@dataclass(frozen=True)
class _Scale:
    """The scale of a protocol in fractions, made once for all of its points."""

    credit: Mapping[Outcome, Fraction]
    weights: Mapping[Level, Fraction]

    @classmethod
    def of(cls, scoring: Scoring) -> _Scale:
        return cls(
            {outcome: Fraction(credit) for outcome, credit in scoring.credit.items()} | {Outcome.NOT_AUDITED: NOTHING},
            {level: Fraction(weight) for level, weight in scoring.weights.items()},
        )


def _counted(scale: _Scale, point: ControlPoint, judged: Judged) -> Counted:
    weight = scale.weights[point.level] if point.weight is None else Fraction(point.weight)
    unseen = judged.outcome is Outcome.NOT_AUDITED
    credit = scale.credit[judged.outcome] if judged.credit is None or unseen else judged.credit
    points, rank, panel = None, None, None
    if isinstance(point.answer, ScaleAnswer):
        points = judged.points if judged.points is not None else credit * point.answer.norm
    elif isinstance(point.answer, RankAnswer):
        rank = judged.rank if judged.rank is not None else _plain_rank(point.answer, judged.outcome)
    elif isinstance(point.answer, PanelAnswer):
        panel = judged.points if judged.points is not None else credit * Fraction(point.answer.min)
    lowest = judged.lowest if judged.lowest is not None or panel is None else panel
    return Counted(point, credit, weight, weight * credit, credit < 1, points, rank, panel, lowest)


def _plain_rank(answer: RankAnswer, outcome: Outcome) -> Fraction:
    """The rank of an answer that gives none: the one that passes, else the lowest."""
    return Fraction(answer.pass_ if outcome is Outcome.COMPLIANT else 1)


def total(numbers: Iterable[Fraction]) -> Fraction:
    """Their sum, over one common denominator: a long sum of fractions, quickly."""
    ratios = [number.as_integer_ratio() for number in numbers]
    common = lcm(*{below for _, below in ratios})
    if common == 1:
        return Fraction(sum(above for above, _ in ratios))
    return Fraction(sum(above * (common // below) for above, below in ratios), common)


def share(items: Sequence[Counted]) -> Fraction | None:
    """Mean credit, each point alike; ``None``: nothing to score."""
    return total(item.credit for item in items) / len(items) if items else None


def weighted(items: Sequence[Counted]) -> Fraction | None:
    """Mean credit by weight; ``None`` if nothing weighs."""
    whole = total(item.weight for item in items)
    return total(item.earned for item in items) / whole if whole else None


def failing(items: Iterable[Counted]) -> tuple[str, ...]:
    return tuple(item.id for item in items if item.failing)


def basis_points(of: Fraction | None) -> int | None:
    """A share in basis points, rounded down: a displayed number never flatters."""
    return None if of is None else of.numerator * BASIS_POINTS // of.denominator


def of_percent(percent: Decimal | Fraction | int) -> int:
    """A percentage of the file in basis points."""
    return basis_points(Fraction(percent) / 100) or 0
