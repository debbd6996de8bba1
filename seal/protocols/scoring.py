"""The conclusion of an audit in numbers: all rules must hold, and every rule that does not is reported.

Fractions inside, whole basis points (0..10000, rounded down) outside; no floats. For whole failures
``percent >= p`` is the same as ``failures <= floor(applicable * (100 - p) / 100)`` (CERTIFICATION C1); a partial
answer loses the rest of its credit. What counts: ``tally.py``. What each rule asks: ``rule_families.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from seal.protocols.checklist import Checklist
from seal.protocols.conclusion import Grade
from seal.protocols.model import Level, Outcome, Protocol
from seal.protocols.responses import Judged
from seal.protocols.rule_families import (
    ALL_AUDITED,
    COUNTS,
    HUNDREDTHS,
    Circumstances,
    FailedRule,
    failures,
    percent_failure,
    subject,
)
from seal.protocols.tally import BASIS_POINTS, Counted, Tally, basis_points, failing, of_percent, share, tally, weighted
from seal.protocols.terms import RuleKind

__all__ = [
    "BASIS_POINTS",
    "COUNTS",
    "HUNDREDTHS",
    "ChapterScore",
    "FailedRule",
    "GradeScore",
    "LevelScore",
    "Score",
    "allowed_failures",
    "score",
    "subject",
]


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
class GradeScore:
    """A grade that the protocol declares. ``missing``: what it asks for by itself and does not hold."""

    id: str
    seal: bool
    reached: bool
    missing: tuple[FailedRule, ...]


@dataclass(frozen=True)
class Score:
    passed: bool
    """Every rule of ``pass_all`` holds, and nothing was left unaudited."""
    failed_rules: tuple[FailedRule, ...]
    levels: tuple[LevelScore, ...]
    chapters: tuple[ChapterScore, ...]
    weighted: int | None
    """Basis points; ``None``: nothing to score."""
    grade: str | None
    """The highest grade reached; an entry grade may be reached without passing."""
    deferred: tuple[str, ...]
    not_audited: tuple[str, ...]
    seal: bool = False
    """The right to seal: passed, and where grades are declared the one reached carries it."""
    grades: tuple[GradeScore, ...] = ()
    """Every declared grade, from low to high."""


def score(
    protocol: Protocol,
    checklist: Checklist,
    answers: Mapping[str, Outcome | Judged],
    *,
    year: int,
    open_majors: int,
    after_corrections: bool,
    open_minors: int = 0,
    open_by_level: Mapping[Level, int] | None = None,
    previous: int | None = None,
    plan: tuple[int, int] | None = None,
) -> Score:
    """Score the answers of one audit.

    ``answers`` by point id; a missing one is ``not_audited``, one outside the checklist is kept and not counted.
    ``year`` in the scheme (1 is the first). ``open_majors``, ``open_minors``: findings still open; ``open_by_level``
    adds or overrides levels. ``previous``: the weighted result of the last cycle in basis points. ``plan``: items of
    the improvement plan kept, and due. After corrective actions some rules ask for more.
    """
    counted = tally(protocol, checklist, answers, year)
    still_open = {Level.MAJOR: open_majors, Level.MINOR: open_minors, **(open_by_level or {})}
    now = Circumstances(year, after_corrections, still_open, previous, plan)
    failed: list[FailedRule] = []
    if counted.not_audited:
        unseen = counted.not_audited
        failed.append(FailedRule(ALL_AUDITED, "", 0, len(unseen), unseen, unseen))
    for rule in protocol.rules.scoring.pass_all:
        failed.extend(failures(rule, protocol, counted, now))
    grades = tuple(_grade(grade, protocol, counted, now, passed=not failed) for grade in protocol.rules.scoring.grades)
    reached = next((grade for grade in reversed(grades) if grade.reached), None)
    return Score(
        passed=not failed,
        failed_rules=tuple(failed),
        levels=tuple(_level_score(level, counted.of(level)) for level in Level),
        chapters=tuple(
            ChapterScore(
                chapter.id, basis_points(weighted(counted.chapter(chapter.id))), of_percent(chapter.min_percent)
            )
            for chapter in protocol.chapters
        ),
        weighted=basis_points(weighted(counted.counted)),
        grade=reached.id if reached else None,
        deferred=counted.deferred,
        not_audited=counted.not_audited,
        seal=not failed and (not grades or (reached is not None and reached.seal)),
        grades=grades,
    )


def _level_score(level: Level, items: tuple[Counted, ...]) -> LevelScore:
    return LevelScore(level, len(items), failing(items), basis_points(share(items)))


def _grade(grade: Grade, protocol: Protocol, counted: Tally, now: Circumstances, *, passed: bool) -> GradeScore:
    """A grade with the right to seal is above passing; an entry grade stands by itself."""
    missing = tuple(_missing(grade, protocol, counted, now))
    weighs = weighted(counted.counted) is not None
    return GradeScore(grade.id, grade.seal, weighs and not missing and (passed or not grade.seal), missing)


def _missing(grade: Grade, protocol: Protocol, counted: Tally, now: Circumstances) -> Iterator[FailedRule]:
    yield from percent_failure(RuleKind.WEIGHTED_PERCENT.value, "", counted.counted, grade.min, by_weight=True)
    if grade.recommendation_percent is not None:
        items, level = counted.of(Level.RECOMMENDATION), Level.RECOMMENDATION.value
        percent = grade.recommendation_percent
        yield from percent_failure(RuleKind.LEVEL_PERCENT.value, level, items, percent, by_weight=False)
    for rule in grade.rules:
        yield from failures(rule, protocol, counted, now)


def allowed_failures(applicable: int, percent: Fraction | int) -> int:
    """How many points of ``applicable`` may fail at a needed ``percent``: floor(applicable·(100-p)/100)."""
    allowed = applicable * (100 - Fraction(percent)) / 100
    return allowed.numerator // allowed.denominator
