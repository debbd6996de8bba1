from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.protocols.checklist import Checklist, allowed_outcomes, build
from seal.protocols.model import Level, Outcome
from seal.protocols.scoring import FailedRule, Score, allowed_failures, score
from tests.protocols.library import TYPICAL, miel

CHECKLIST = build(miel(), TYPICAL, year=1)
ALL = {point.id: Outcome.COMPLIANT for point in CHECKLIST.points}
MAJORS = [point.id for point in CHECKLIST.points if point.level is Level.MAJOR]
MINORS = [point.id for point in CHECKLIST.points if point.level is Level.MINOR]


def scored(
    changed: dict[str, Outcome] | None = None,
    *,
    year: int = 1,
    open_majors: int = 0,
    after_corrections: bool = False,
    checklist: Checklist = CHECKLIST,
) -> Score:
    answers = {**ALL, **(changed or {})}
    return score(miel(), checklist, answers, year=year, open_majors=open_majors, after_corrections=after_corrections)


def rules(result: Score) -> list[tuple[str, str]]:
    return [(rule.rule, rule.subject) for rule in result.failed_rules]


def failing(points: list[str]) -> dict[str, Outcome]:
    return dict.fromkeys(points, Outcome.NON_COMPLIANT)


def test_everything_compliant_passes_with_the_highest_grade() -> None:
    result = scored()
    assert (result.passed, result.weighted, result.grade, result.failed_rules) == (True, 10_000, "gold", ())


def test_one_critical_fails_the_audit_and_is_named() -> None:
    result = scored({"MIEL-B01": Outcome.NON_COMPLIANT})
    assert not result.passed
    assert result.grade is None
    assert [(rule.rule, rule.subject, rule.needed, rule.points) for rule in result.failed_rules] == [
        ("level_percent", "critical", 10_000, ("MIEL-B01",))
    ]


def test_a_partial_critical_is_a_failed_critical() -> None:
    assert scored({"MIEL-B01": Outcome.PARTIAL}).weighted == scored({"MIEL-B01": Outcome.NON_COMPLIANT}).weighted
    assert rules(scored({"MIEL-B01": Outcome.PARTIAL})) == [("level_percent", "critical")]


def test_majors_may_fail_up_to_the_floor_and_not_one_more() -> None:
    allowed = allowed_failures(len(MAJORS), 90)
    assert (len(MAJORS), allowed) == (33, 3)
    spread = [MAJORS[index] for index in (0, 9, 18, 27)]
    assert ("level_percent", "major") not in rules(scored(failing(spread[:allowed])))
    assert ("level_percent", "major") in rules(scored(failing(spread)))


def test_after_corrections_no_major_may_be_left() -> None:
    assert rules(scored({"HIG-C01": Outcome.PARTIAL})) == []
    assert rules(scored({"HIG-C01": Outcome.PARTIAL}, after_corrections=True)) == [("level_percent", "major")]


@pytest.mark.parametrize(("year", "passes"), [(1, True), (2, True), (3, False), (4, False)])
def test_minors_grow_stricter_by_year(year: int, passes: bool) -> None:
    two = failing(["MIEL-A04", "TERR-B03"])  # 11 of 13 is 84 %
    assert len(MINORS) == 13
    assert (("level_percent", "minor") not in rules(scored(two, year=year))) is passes


def test_too_many_open_majors_fail_with_the_points_behind_them() -> None:
    result = scored(failing(["MIEL-A02"]), open_majors=6)
    assert FailedRule("max_open", "major", 5, 6, ("MIEL-A02",)) in result.failed_rules
    assert rules(scored(failing(["MIEL-A02"]), open_majors=5)) == []


def test_a_weak_chapter_fails_alone() -> None:
    result = scored(failing(["TERR-E03", "TERR-E05"]))
    assert rules(result) == [("chapter_min", "territorio.E")]
    assert result.failed_rules[0].points == ("TERR-E03", "TERR-E05")


def test_every_failed_rule_is_reported() -> None:
    everything = scored(failing(list(ALL)), open_majors=40)
    assert {rule for rule, _ in rules(everything)} == {"level_percent", "weighted_percent", "chapter_min", "max_open"}
    assert len([1 for rule, _ in rules(everything) if rule == "chapter_min"]) == len(miel().chapters)


def test_not_audited_is_a_failed_rule_of_its_own() -> None:
    result = scored({"TERR-B03": Outcome.NOT_AUDITED})
    assert rules(result) == [("all_audited", "")]
    assert result.not_audited == ("TERR-B03",)


def test_an_answer_that_is_missing_was_not_audited() -> None:
    answers = {key: value for key, value in ALL.items() if key != "MIEL-A01"}
    result = score(miel(), CHECKLIST, answers, year=1, open_majors=0, after_corrections=False)
    assert result.not_audited == ("MIEL-A01",)
    assert not result.passed


@pytest.mark.parametrize("point", ["MIEL-B01", "MIEL-B02"])  # never, and derived
def test_a_not_applicable_that_the_point_forbids_is_no_answer(point: str) -> None:
    assert scored({point: Outcome.NOT_APPLICABLE}).not_audited == (point,)


def test_an_empty_chapter_is_skipped_not_full_and_not_zero() -> None:
    chapter = [point.id for point in CHECKLIST.points if point.chapter == "miel.C"]
    result = scored(dict.fromkeys(chapter, Outcome.NOT_APPLICABLE))
    assert next(one.percent for one in result.chapters if one.chapter == "miel.C") is None
    assert result.passed


def test_deferred_is_neither_pass_nor_failure_and_is_listed() -> None:
    result = scored({"MIEL-C01": Outcome.DEFERRED})
    assert (result.passed, result.weighted, result.deferred) == (True, 10_000, ("MIEL-C01",))
    assert next(one.applicable for one in result.levels if one.level is Level.MAJOR) == len(MAJORS) - 1


def test_answers_outside_the_checklist_are_not_counted() -> None:
    assert scored({"MIEL-A06": Outcome.NON_COMPLIANT}) == scored()


def test_numbers_are_rounded_down_and_compared_whole() -> None:
    result = scored({"MIEL-A04": Outcome.NON_COMPLIANT})
    weights = {
        point.id: {"critical": 5, "major": 3, "minor": 1, "recommendation": 0}[point.level]
        for point in CHECKLIST.points
    }
    whole = sum(weights.values())
    assert result.weighted == (whole - 1) * 10_000 // whole


@pytest.mark.parametrize(
    ("applicable", "percent", "allowed"), [(10, 90, 1), (9, 90, 0), (20, 95, 1), (19, 95, 0), (0, 90, 0), (7, 100, 0)]
)
def test_allowed_failures_are_the_floor(applicable: int, percent: int, allowed: int) -> None:
    assert allowed_failures(applicable, percent) == allowed


def test_gold_asks_for_recommendations_where_there_are_any() -> None:
    recommendations = [point.id for point in CHECKLIST.points if point.level is Level.RECOMMENDATION]
    assert scored(failing(recommendations)).grade == "silver"
    without = replace(
        CHECKLIST, points=tuple(point for point in CHECKLIST.points if point.level is not Level.RECOMMENDATION)
    )
    assert scored(checklist=without).grade == "gold"


OUTCOMES = st.fixed_dictionaries(
    {point.id: st.sampled_from(allowed_outcomes(miel(), miel().point(point.id))) for point in CHECKLIST.points}
)


def _result(answers: dict[str, Outcome], **options: int) -> Score:
    return score(miel(), CHECKLIST, answers, year=options.get("year", 1), open_majors=0, after_corrections=False)


@settings(max_examples=60, deadline=None)
@given(OUTCOMES, st.sampled_from([point.id for point in CHECKLIST.points]), st.integers(1, 4))
def test_one_more_failing_answer_never_raises_a_result(answers: dict[str, Outcome], point: str, year: int) -> None:
    if answers[point] is Outcome.NOT_AUDITED:
        answers = {**answers, point: Outcome.COMPLIANT}
    before, after = _result(answers, year=year), _result({**answers, point: Outcome.NON_COMPLIANT}, year=year)
    assert (after.weighted or 0) <= (10_000 if before.weighted is None else before.weighted)
    assert set(rules(before)) <= set(rules(after))
    assert before.passed or not after.passed
    for old, new in zip(before.levels, after.levels, strict=True):
        assert new.percent is None or new.percent <= (10_000 if old.percent is None else old.percent)


@settings(max_examples=60, deadline=None)
@given(OUTCOMES)
def test_na_and_deferred_leave_numerator_and_denominator(answers: dict[str, Outcome]) -> None:
    gone = {key for key, value in answers.items() if value in (Outcome.NOT_APPLICABLE, Outcome.DEFERRED)}
    without = replace(CHECKLIST, points=tuple(point for point in CHECKLIST.points if point.id not in gone))
    kept = {key: value for key, value in answers.items() if key not in gone}
    direct = score(miel(), without, kept, year=1, open_majors=0, after_corrections=False)
    assert replace(_result(answers), deferred=()) == direct


@settings(max_examples=30, deadline=None)
@given(OUTCOMES, st.integers())
def test_the_order_of_answers_does_not_matter(answers: dict[str, Outcome], seed: int) -> None:
    shuffled = list(answers.items())
    random.Random(seed).shuffle(shuffled)
    assert _result(dict(shuffled)) == _result(answers)


@settings(max_examples=60, deadline=None)
@given(OUTCOMES)
def test_a_result_passes_exactly_when_no_rule_failed(answers: dict[str, Outcome]) -> None:
    result = _result(answers)
    assert result.passed is (not result.failed_rules)
    assert (result.grade is None) or result.passed
    for rule in result.failed_rules:
        assert rule.points, rule


@given(st.integers(0, 200), st.fractions(0, 100), st.integers(0, 200))
def test_percent_and_floor_say_the_same_of_whole_failures(applicable: int, percent: Fraction, failed: int) -> None:
    failed = min(failed, applicable)
    if applicable:
        by_percent = Fraction(applicable - failed, applicable) >= percent / 100
        assert by_percent is (failed <= allowed_failures(applicable, percent))
