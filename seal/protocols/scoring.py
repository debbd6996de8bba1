"""The conclusion of an audit in numbers: all rules must hold, and every rule that does not is reported.

Fractions inside, whole basis points (0..10000, rounded down) outside; no floats. For whole failures
``percent >= p`` is the same as ``failures <= floor(applicable * (100 - p) / 100)`` (CERTIFICATION C1); a partial
answer loses the rest of its credit.

What counts: ``not_applicable`` and ``deferred`` leave numerator and denominator; ``not_audited`` earns nothing
and is a failed rule of its own; an answer that the point does not allow is an answer not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from seal.protocols.checklist import Checklist, allowed_outcomes
from seal.protocols.model import ControlPoint, Level, Outcome, Protocol
from seal.protocols.rules import Rule
from seal.protocols.terms import RuleKind

BASIS_POINTS = 10_000


@dataclass(frozen=True)
class FailedRule:
    """A rule that does not hold. ``needed`` and ``got`` are basis points, or counts for ``max_open`` and
    ``all_audited``; ``subject`` is the level or chapter; ``points`` caused it."""

    rule: str
    subject: str
    needed: int
    got: int
    points: tuple[str, ...]


@dataclass(frozen=True)
class LevelScore:
    level: Level
    applicable: int
    """Points that count: applicable, and neither deferred nor out of the checklist."""
    failed: tuple[str, ...]
    percent: int | None
    """Basis points; ``None``: no point of this level counts."""


@dataclass(frozen=True)
class ChapterScore:
    chapter: str
    percent: int | None
    """Basis points; ``None``: nothing to score, so the chapter is skipped."""
    needed: int


@dataclass(frozen=True)
class Score:
    passed: bool
    failed_rules: tuple[FailedRule, ...]
    levels: tuple[LevelScore, ...]
    chapters: tuple[ChapterScore, ...]
    weighted: int | None
    """Basis points; ``None``: nothing to score."""
    grade: str | None
    deferred: tuple[str, ...]
    not_audited: tuple[str, ...]


@dataclass(frozen=True)
class _Counted:
    """A point that counts, with the share of its credit that it earned (0..1)."""

    point: ControlPoint
    credit: Fraction
    weight: Fraction

    @property
    def failing(self) -> bool:
        return self.credit < 1


@dataclass(frozen=True)
class _Tally:
    counted: tuple[_Counted, ...]
    deferred: tuple[str, ...]
    not_audited: tuple[str, ...]

    def level(self, level: Level) -> tuple[_Counted, ...]:
        return tuple(item for item in self.counted if item.point.level is level)

    def chapter(self, chapter: str) -> tuple[_Counted, ...]:
        return tuple(item for item in self.counted if item.point.chapter == chapter)


def score(
    protocol: Protocol,
    checklist: Checklist,
    answers: Mapping[str, Outcome],
    *,
    year: int,
    open_majors: int,
    after_corrections: bool,
) -> Score:
    """Score the answers of one audit.

    ``answers`` by point id; a missing one is ``not_audited``, one outside the checklist is kept and not counted.
    ``year`` in the scheme (1 is the first). ``open_majors``: major findings still open. After corrective actions
    some rules ask for more.
    """
    tally = _tally(protocol, checklist, answers)
    chapters = tuple(
        ChapterScore(
            chapter.id, _points(_weighted(tally.chapter(chapter.id))), _points(Fraction(chapter.min_percent) / 100) or 0
        )
        for chapter in protocol.chapters
    )
    failed: list[FailedRule] = []
    if tally.not_audited:
        failed.append(FailedRule("all_audited", "", 0, len(tally.not_audited), tally.not_audited))
    for rule in protocol.rules.scoring.pass_all:
        failed.extend(_failures(rule, protocol, tally, year, open_majors, after_corrections))
    weighted = _weighted(tally.counted)
    return Score(
        passed=not failed,
        failed_rules=tuple(failed),
        levels=tuple(_level_score(level, tally.level(level)) for level in Level),
        chapters=chapters,
        weighted=_points(weighted),
        grade=None if failed else _grade(protocol, weighted, tally),
        deferred=tally.deferred,
        not_audited=tally.not_audited,
    )


def _tally(protocol: Protocol, checklist: Checklist, answers: Mapping[str, Outcome]) -> _Tally:
    by_id = {point.id: point for point in protocol.points}
    scoring = protocol.rules.scoring
    counted: list[_Counted] = []
    deferred: list[str] = []
    not_audited: list[str] = []
    for place in checklist.points:
        point = by_id[place.id]
        outcome = answers.get(point.id, Outcome.NOT_AUDITED)
        if outcome is Outcome.PARTIAL and outcome not in allowed_outcomes(protocol, point):
            outcome = Outcome.NON_COMPLIANT  # half a critical requirement is none
        elif outcome not in allowed_outcomes(protocol, point):
            outcome = Outcome.NOT_AUDITED
        if outcome is Outcome.NOT_APPLICABLE:
            continue
        if outcome is Outcome.DEFERRED:
            deferred.append(point.id)
            continue
        if outcome is Outcome.NOT_AUDITED:
            not_audited.append(point.id)
        credit = Fraction(0) if outcome is Outcome.NOT_AUDITED else Fraction(scoring.credit[outcome])
        counted.append(_Counted(point, credit, Fraction(scoring.weights[point.level])))
    return _Tally(tuple(counted), tuple(deferred), tuple(not_audited))


def _share(items: Iterable[_Counted]) -> Fraction | None:
    """Mean credit, each point alike."""
    credits = [item.credit for item in items]
    return sum(credits, Fraction(0)) / len(credits) if credits else None


def _weighted(items: Iterable[_Counted]) -> Fraction | None:
    """Mean credit by weight; ``None`` if nothing weighs."""
    listed = tuple(items)
    whole = sum((item.weight for item in listed), Fraction(0))
    return sum((item.weight * item.credit for item in listed), Fraction(0)) / whole if whole else None


def _points(share: Fraction | None) -> int | None:
    """Basis points, rounded down: a displayed number never flatters."""
    return None if share is None else share.numerator * BASIS_POINTS // share.denominator


def _of_percent(percent: Decimal) -> int:
    """A percentage of the file in basis points."""
    return _points(Fraction(percent) / 100) or 0


def _failing(items: Iterable[_Counted]) -> tuple[str, ...]:
    return tuple(item.point.id for item in items if item.failing)


def _level_score(level: Level, items: tuple[_Counted, ...]) -> LevelScore:
    return LevelScore(level, len(items), _failing(items), _points(_share(items)))


def _failures(
    rule: Rule, protocol: Protocol, tally: _Tally, year: int, open_majors: int, after_corrections: bool
) -> Iterable[FailedRule]:
    if rule.rule is RuleKind.CHAPTER_MIN:
        for chapter in protocol.chapters:
            items = tally.chapter(chapter.id)
            yield from _percent_failure(rule, chapter.id, _weighted(items), chapter.min_percent, items)
    elif rule.rule is RuleKind.MAX_OPEN:
        assert rule.level is not None
        assert rule.max is not None
        if open_majors > rule.max:
            points = _failing(tally.level(rule.level))
            yield FailedRule(rule.rule.value, rule.level.value, rule.max, open_majors, points)
    else:
        items = tally.counted if rule.level is None else tally.level(rule.level)
        share = _weighted(items) if rule.rule is RuleKind.WEIGHTED_PERCENT else _share(items)
        needed = rule.needed(year, after_corrections)
        yield from _percent_failure(rule, rule.level.value if rule.level else "", share, needed, items)


def _percent_failure(
    rule: Rule, subject: str, share: Fraction | None, percent: Decimal, items: Iterable[_Counted]
) -> Iterable[FailedRule]:
    """Nothing to score is skipped: neither 100 nor 0."""
    if share is not None and share < Fraction(percent) / 100:
        yield FailedRule(rule.rule.value, subject, _of_percent(percent), _points(share) or 0, _failing(items))


def _grade(protocol: Protocol, weighted: Fraction | None, tally: _Tally) -> str | None:
    """The highest grade reached; the file lists them from low to high."""
    recommended = _share(tally.level(Level.RECOMMENDATION))
    reached = None
    for grade in protocol.rules.scoring.grades:
        enough = weighted is not None and weighted >= Fraction(grade.min) / 100
        asked = grade.recommendation_percent
        if asked is not None and recommended is not None:
            enough = enough and recommended >= Fraction(asked) / 100
        if enough:
            reached = grade.id
    return reached


def allowed_failures(applicable: int, percent: Fraction | int) -> int:
    """How many points of ``applicable`` may fail at a needed ``percent``: floor(applicable·(100-p)/100)."""
    allowed = applicable * (100 - Fraction(percent)) / 100
    return allowed.numerator // allowed.denominator
