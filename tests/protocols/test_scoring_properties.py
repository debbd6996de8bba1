"""What holds of every result, tried on a scheme that has all families of rules at once."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from seal.protocols.answer_types import PanelAnswer, RankAnswer, ScaleAnswer
from seal.protocols.checklist import Checklist, build
from seal.protocols.model import ControlPoint, Level, Outcome
from seal.protocols.responses import Judged
from seal.protocols.scoring import HUNDREDTHS, Score, score
from tests.protocols.schemes import failed, points, scheme

MIXED = scheme(f"""
    scoring:
      pass_all:
      - {{rule: level_percent, level: critical, min: 100}}
      - {{rule: level_percent, level: major, min: 60, after_corrective_actions: 90}}
      - {{rule: level_percent, level: minor, min: 50, by_year: {{1: 50, 2: 60, 3: 75}}}}
      - {{rule: weighted_percent, min: 70}}
      - {{rule: weighted_percent, level: minor, min: 65}}
      - {{rule: chapter_min}}
      - {{rule: norm_points, min: 60, by_year: {{1: 60, 2: 110}}}}
      - {{rule: rank_average, group: development, min: 3, by_year: {{3: 4}}}}
      - {{rule: deductions, start: 100, deduct: {{major: 7, minor: 3, ko: 40}}, min: 60}}
      - {{rule: no_failure, group: must}}
      - {{rule: failed_count, level: minor, max: 4}}
      - {{rule: panel, group: jury, min: 6.5, floor: 5}}
      - {{rule: max_open, level: major, max: 2}}
      - {{rule: no_fall, allow: 5, year_from: 2}}
      - {{rule: plan_kept, min: 80}}
      grades:
      - {{id: en_camino, min: 30, seal: false, rules: [{{rule: no_failure, level: critical}}]}}
      - {{id: bronze, min: 70}}
      - {{id: gold, min: 90, recommendation_percent: 50, rules: [{{rule: no_failure, level: major}}]}}
    chapters:
    - {{id: A, min_percent: 50}}
    - {{id: B, min_percent: 60}}
    points:
    - {{id: MIXD-A01, level: critical, group: must}}
    - {{id: MIXD-A02, level: critical}}
{points("MIXD-B", 5, "major", chapter="B")}
{points("MIXD-C", 5, "minor")}
    - {{id: MIXD-D01, level: major, ko: true}}
    - {{id: MIXD-D02, level: minor, weight: 6}}
    - {{id: MIXD-D03, level: minor, level_by_year: {{2: major, 3: critical}}, na: never}}
    - {{id: MIXD-E01, level: minor, answer: {{type: scale, max: 3, norm: 2}}}}
    - {{id: MIXD-E02, level: minor, answer: {{type: scale, max: 3, norm: 2}}}}
    - {{id: MIXD-E03, level: minor, answer: {{type: scale, max: 3, norm: 1}}}}
    - {{id: MIXD-F01, level: minor, group: development, answer: {{type: rank, max: 5, pass: 3}}}}
    - {{id: MIXD-F02, level: minor, group: development, answer: {{type: rank, max: 5, pass: 3}}}}
    - {{id: MIXD-G01, level: minor, group: jury, answer: {{type: panel, judges_min: 3, floor: 5, min: 6, max: 10}}}}
    - {{id: MIXD-G02, level: minor, group: jury, answer: {{type: panel, judges_min: 3, floor: 5, min: 6, max: 10}}}}
{points("MIXD-H", 2, "recommendation")}
    """)
GRADES = (None, "en_camino", "bronze", "gold")
Answer = Outcome | Judged


def _of_scale(point: ControlPoint, points_given: int) -> Judged:
    assert isinstance(point.answer, ScaleAnswer)
    credit = min(Fraction(1), Fraction(points_given, point.answer.norm))
    outcome = Outcome.PARTIAL if 0 < credit < 1 else Outcome.COMPLIANT if credit else Outcome.NON_COMPLIANT
    return Judged(outcome, credit, points=Fraction(points_given))


def _of_rank(rank: int) -> Judged:
    return Judged(Outcome.COMPLIANT if rank >= 3 else Outcome.NON_COMPLIANT, rank=Fraction(rank))


def _of_panel(total: int) -> Judged:
    holds = total >= 12
    mean = Fraction(total, 2)
    return Judged(Outcome.COMPLIANT if holds else Outcome.NON_COMPLIANT, points=mean, lowest=mean)


def possible(point: ControlPoint) -> list[Answer]:
    """Every answer to ``point``, the worst first and the best last, then those that say nothing."""
    if isinstance(point.answer, ScaleAnswer):
        judged: list[Answer] = [_of_scale(point, given_points) for given_points in range(4)]
    elif isinstance(point.answer, RankAnswer):
        judged = [_of_rank(rank) for rank in range(1, 6)]
    elif isinstance(point.answer, PanelAnswer):
        judged = [_of_panel(total) for total in range(21)]
    else:
        judged = [Outcome.NON_COMPLIANT, Outcome.PARTIAL, Outcome.COMPLIANT]
    return judged


SILENT = [Outcome.NOT_APPLICABLE, Outcome.DEFERRED, Outcome.NOT_AUDITED]
BEST = {point.id: possible(point)[-1] for point in MIXED.points}
WORST = {point.id: possible(point)[0] for point in MIXED.points}
ANSWERS = st.fixed_dictionaries(
    {
        point.id: st.one_of(
            st.just(BEST[point.id]), st.sampled_from(possible(point)), st.sampled_from([*possible(point), *SILENT])
        )
        for point in MIXED.points
    }
)
OPTIONS = st.fixed_dictionaries(
    {
        "year": st.integers(1, 4),
        "open_majors": st.integers(0, 4),
        "after_corrections": st.booleans(),
        "previous": st.none() | st.integers(0, 10_000),
        "plan": st.none() | st.sampled_from([(0, 0), (3, 4), (4, 4), (4, 5)]),
    }
)
POINTS = st.sampled_from([point.id for point in MIXED.points])
CHECKLISTS = {year: build(MIXED, {}, year=year) for year in range(1, 5)}


def result(answers: dict[str, Any], options: dict[str, Any], checklist: Checklist | None = None) -> Score:
    return score(MIXED, checklist or CHECKLISTS[options["year"]], answers, **options)


def names(of: Score) -> set[tuple[str, str]]:
    return {(rule.rule, rule.subject) for rule in of.failed_rules}


@settings(max_examples=60, deadline=None)
@given(ANSWERS, OPTIONS, POINTS)
def test_one_more_failing_answer_never_raises_a_result(
    answers: dict[str, Answer], options: dict[str, Any], point: str
) -> None:
    if point in result(answers, options).not_audited:  # no answer yet: to give one is not one more failing
        answers = {**answers, point: BEST[point]}
    before, after = result(answers, options), result({**answers, point: WORST[point]}, options)
    assert (after.weighted or 0) <= (10_000 if before.weighted is None else before.weighted)
    assert names(before) <= names(after)
    assert before.passed or not after.passed
    assert before.seal or not after.seal
    assert GRADES.index(after.grade) <= max(GRADES.index(before.grade), 3 * (before.weighted is None))


@settings(max_examples=25, deadline=None)
@given(ANSWERS, OPTIONS)
def test_what_would_mend_a_rule_mends_it(answers: dict[str, Answer], options: dict[str, Any]) -> None:
    before = result(answers, options)
    graded = [rule for grade in before.grades for rule in grade.missing]
    for rule in (*before.failed_rules, *graded):
        if rule.rule == "plan_kept":
            assert (rule.points, rule.mend) == ((), ())
            continue
        if rule.rule == "max_open":
            # findings are closed one by one, and the points are where to begin
            assert set(rule.mend) <= set(rule.points)
            assert len(rule.mend) == min(rule.got - rule.needed, len(rule.points))
            continue
        assert rule.mend, rule
        mended = result({**answers, **{point: BEST[point] for point in rule.mend}}, options)
        still = [*mended.failed_rules, *(one for grade in mended.grades for one in grade.missing)]
        alike = [one for one in still if (one.rule, one.subject, one.needed) == (rule.rule, rule.subject, rule.needed)]
        assert not alike, rule


@settings(max_examples=15, deadline=None)
@given(ANSWERS, OPTIONS)
def test_the_set_that_mends_is_the_smallest(answers: dict[str, Answer], options: dict[str, Any]) -> None:
    before = result(answers, options)
    for rule in before.failed_rules:
        if rule.rule not in ("level_percent", "weighted_percent", "chapter_min", "failed_count"):
            continue
        for left_out in rule.mend:
            fewer = {point: BEST[point] for point in rule.mend if point != left_out}
            assert (rule.rule, rule.subject) in names(result({**answers, **fewer}, options))


@settings(max_examples=40, deadline=None)
@given(ANSWERS, OPTIONS, POINTS)
def test_not_applicable_never_helps_where_it_is_not_allowed(
    answers: dict[str, Answer], options: dict[str, Any], point: str
) -> None:
    typed = {**answers, point: Outcome.NOT_APPLICABLE}
    if MIXED.point(point).na.value == "never":
        assert result(typed, options) == result({**answers, point: Outcome.NOT_AUDITED}, options)
        assert not result(typed, options).passed
    else:
        whole = CHECKLISTS[options["year"]]
        without = replace(whole, points=tuple(place for place in whole.points if place.id != point))
        assert result(typed, options) == result(answers, options, without)


@settings(max_examples=60, deadline=None)
@given(ANSWERS, OPTIONS, st.integers())
def test_order_is_irrelevant_and_the_same_gives_the_same(
    answers: dict[str, Answer], options: dict[str, Any], seed: int
) -> None:
    shuffled = list(answers.items())
    random.Random(seed).shuffle(shuffled)
    first, second = result(dict(shuffled), options), result(answers, options)
    assert first == second
    assert failed(first) == failed(second)  # with what would mend it, which equality leaves out


@settings(max_examples=60, deadline=None)
@given(ANSWERS, OPTIONS)
def test_every_failed_rule_has_its_points_and_whole_numbers(
    answers: dict[str, Answer], options: dict[str, Any]
) -> None:
    found = result(answers, options)
    known = {point.id for point in MIXED.points}
    assert found.passed is (not found.failed_rules)
    assert not found.seal or (found.passed and found.grade in ("bronze", "gold"))
    for rule in found.failed_rules:
        assert rule.points or rule.rule in ("plan_kept", "max_open"), rule
        assert known.issuperset(rule.points)
        assert known.issuperset(rule.mend)
        assert type(rule.needed) is int
        assert type(rule.got) is int
        assert rule.rule not in HUNDREDTHS or rule.got <= 1000


@settings(max_examples=60, deadline=None)
@given(ANSWERS, OPTIONS)
def test_a_later_year_never_asks_for_less(answers: dict[str, Answer], options: dict[str, Any]) -> None:
    years = [result(answers, {**options, "year": year}) for year in (1, 2, 3, 4)]
    for sooner, later in pairwise(years):
        assert sooner.passed or not later.passed


def test_the_level_of_a_point_is_that_of_the_year() -> None:
    levels = [{place.id: place.level for place in CHECKLISTS[year].points}["MIXD-D03"] for year in (1, 2, 3, 4)]
    assert levels == [Level.MINOR, Level.MAJOR, Level.CRITICAL, Level.CRITICAL]
    answers = {**BEST, "MIXD-D03": Outcome.PARTIAL}
    options = {"open_majors": 0, "after_corrections": False}
    found = [result(answers, {**options, "year": year}) for year in (1, 2, 3)]
    assert [names(one) for one in found] == [set(), set(), {("level_percent", "critical")}]
