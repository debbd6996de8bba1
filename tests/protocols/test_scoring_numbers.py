"""Every number of a score against its definition (CERTIFICATION C1), in whole half credits and no fractions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from seal.protocols.checklist import Checklist, ChecklistPoint
from seal.protocols.model import Level, Outcome
from seal.protocols.scoring import Score, score
from tests.protocols.library import miel
from tests.protocols.schemes import no, points, scheme
from tests.protocols.schemes import scored as of_scheme
from tests.protocols.test_scoring import ALL, CHECKLIST, OUTCOMES, failing, scored

HALVES = {Outcome.COMPLIANT: 2, Outcome.PARTIAL: 1, Outcome.NON_COMPLIANT: 0, Outcome.NOT_AUDITED: 0}
WEIGHTS = {Level.CRITICAL: 5, Level.MAJOR: 3, Level.MINOR: 1, Level.RECOMMENDATION: 0}
RECOMMENDED = [point.id for point in CHECKLIST.points if point.level is Level.RECOMMENDATION]


def counted(answers: dict[str, Outcome]) -> list[tuple[ChecklistPoint, int]]:
    """Points that count, with their half credits."""
    return [(point, HALVES[answers[point.id]]) for point in CHECKLIST.points if answers[point.id] in HALVES]


def alike(items: Iterable[tuple[ChecklistPoint, int]]) -> int | None:
    listed = list(items)
    return sum(halves for _, halves in listed) * 5_000 // len(listed) if listed else None


def by_weight(items: Iterable[tuple[ChecklistPoint, int]]) -> int | None:
    listed = list(items)
    whole = sum(WEIGHTS[point.level] for point, _ in listed)
    return sum(WEIGHTS[point.level] * halves for point, halves in listed) * 5_000 // whole if whole else None


@settings(max_examples=60, deadline=None)
@given(OUTCOMES)
def test_every_number_is_as_defined(answers: dict[str, Outcome]) -> None:
    result, items = scored(answers), counted(answers)
    assert result.weighted == by_weight(items)
    assert [level.level for level in result.levels] == list(Level)
    for level in result.levels:
        ours = [(point, halves) for point, halves in items if point.level is level.level]
        assert (level.applicable, level.percent) == (len(ours), alike(ours))
        assert level.failed == tuple(point.id for point, halves in ours if halves < 2)
    assert [chapter.chapter for chapter in result.chapters] == [chapter.id for chapter in miel().chapters]
    for chapter, ruled in zip(result.chapters, miel().chapters, strict=True):
        assert chapter.percent == by_weight((p, halves) for p, halves in items if p.chapter == chapter.chapter)
        assert chapter.needed == ruled.min_percent * 100


def failed(result: Score, rule: str) -> list[tuple[str, int, int, tuple[str, ...]]]:
    return [(one.subject, one.needed, one.got, one.points) for one in result.failed_rules if one.rule == rule]


def test_a_failed_level_says_what_was_needed_and_what_was_reached() -> None:
    majors = [point.id for point in CHECKLIST.points if point.level is Level.MAJOR]
    lost = (majors[0], majors[9], majors[18], majors[27])
    got = (len(majors) - 4) * 10_000 // len(majors)
    assert failed(scored(failing(list(lost))), "level_percent") == [("major", 9_000, got, lost)]


def test_a_level_that_is_all_wrong_reached_nothing() -> None:
    criticals = [point.id for point in CHECKLIST.points if point.level is Level.CRITICAL]
    (found,) = failed(scored(failing(criticals)), "level_percent")
    assert found == ("critical", 10_000, 0, tuple(criticals))


def test_a_failed_weighted_result_names_every_failing_point() -> None:
    result = scored(failing(list(ALL)))
    assert failed(result, "weighted_percent") == [("", 8_000, 0, tuple(ALL))]


def test_points_not_audited_are_counted_and_named() -> None:
    result = scored({"TERR-B03": Outcome.NOT_AUDITED, "MIEL-A04": Outcome.NOT_AUDITED})
    (found,) = failed(result, "all_audited")
    assert found[:3] == ("", 0, 2)
    assert set(found[3]) == {"TERR-B03", "MIEL-A04"} == set(result.not_audited)


def test_a_point_not_audited_earns_nothing() -> None:
    not_audited, wrong = scored({"MIEL-A04": Outcome.NOT_AUDITED}), scored({"MIEL-A04": Outcome.NON_COMPLIANT})
    assert (not_audited.weighted, not_audited.levels) == (wrong.weighted, wrong.levels)


def test_a_weak_chapter_says_what_was_needed_and_what_was_reached() -> None:
    needed = next(one.min_percent for one in miel().chapters if one.id == "territorio.E")
    inside = [point for point in CHECKLIST.points if point.chapter == "territorio.E"]
    whole = sum(WEIGHTS[point.level] for point in inside)
    lost = sum(WEIGHTS[point.level] for point in inside if point.id in ("TERR-E03", "TERR-E05"))
    (found,) = failed(scored(failing(["TERR-E03", "TERR-E05"])), "chapter_min")
    assert found == ("territorio.E", needed * 100, (whole - lost) * 10_000 // whole, ("TERR-E03", "TERR-E05"))


def test_nothing_to_score_is_neither_full_nor_zero() -> None:
    nothing = replace(CHECKLIST, points=())
    result = score(miel(), nothing, ALL, year=1, open_majors=0, after_corrections=False)
    assert (result.weighted, result.grade, result.passed, result.failed_rules) == (None, None, True, ())
    assert {level.percent for level in result.levels} == {None}
    assert {chapter.percent for chapter in result.chapters} == {None}


def test_only_recommendations_weigh_nothing() -> None:
    only = replace(CHECKLIST, points=tuple(point for point in CHECKLIST.points if point.id in RECOMMENDED))
    result = score(miel(), only, ALL, year=1, open_majors=0, after_corrections=False)
    assert (result.weighted, result.grade) == (None, None)


def graded(part: Checklist, answers: dict[str, Outcome], **gold: Decimal) -> Score:
    """The score of some of the points under the shipped rules, but for what gold asks for."""
    scoring = miel().rules.scoring
    grades = (*scoring.grades[:-1], replace(scoring.grades[-1], **gold))  # type: ignore[arg-type]
    rules = replace(miel().rules, scoring=replace(scoring, grades=grades))
    protocol = replace(miel(), rules=rules)
    return score(protocol, part, {**ALL, **answers}, year=1, open_majors=0, after_corrections=False)


@pytest.mark.parametrize(("least", "grade"), [("99", "gold"), ("99.0001", "silver")])
def test_a_grade_begins_exactly_at_its_minimum(least: str, grade: str) -> None:
    """32 majors and four minors weigh 100; without half of two minors 99 are left."""
    majors = [point for point in CHECKLIST.points if point.level is Level.MAJOR][:32]
    minors = [point for point in CHECKLIST.points if point.level is Level.MINOR][:4]
    part = replace(CHECKLIST, points=(*majors, *minors))
    half = {point.id: Outcome.PARTIAL for point in minors[:2]}
    result = graded(part, half, min=Decimal(least))
    assert (result.weighted, result.passed, result.grade) == (9_900, True, grade)


@pytest.mark.parametrize(("wanted", "grade"), [("50", "gold"), ("50.01", "silver"), ("100", "silver")])
def test_gold_asks_for_exactly_its_share_of_recommendations(wanted: str, grade: str) -> None:
    two = {RECOMMENDED[0]: Outcome.COMPLIANT, RECOMMENDED[1]: Outcome.NON_COMPLIANT}
    points = tuple(p for p in CHECKLIST.points if p.id in two or p.level is not Level.RECOMMENDATION)
    result = graded(replace(CHECKLIST, points=points), two, recommendation_percent=Decimal(wanted))
    assert result.grade == grade


def test_who_does_not_pass_has_no_grade() -> None:
    result = scored({"MIEL-B01": Outcome.NON_COMPLIANT})
    assert result.weighted is not None
    assert result.weighted > 9_000
    assert result.grade is None


def test_open_majors_may_be_as_many_as_allowed() -> None:
    assert failed(scored(open_majors=5), "max_open") == []
    assert failed(scored(failing(["MIEL-A02"]), open_majors=6), "max_open") == [("major", 5, 6, ("MIEL-A02",))]


# --- open findings and grades ---------------------------------------------------------------------------------

NONE_OPEN = scheme(f"""
    scoring:
      pass_all:
      - {{rule: max_open, level: critical, max: 0}}
      - {{rule: max_open, level: major, max: 0}}
      - {{rule: max_open, level: minor, max: 0}}
    points:
{points("OPEN-A", 2, "minor")}
    """)


def open_rules(**options: object) -> list[tuple[str, int]]:
    return [(one.subject, one.got) for one in of_scheme(NONE_OPEN, **options).failed_rules]


def test_nothing_is_open_unless_it_is_said() -> None:
    assert open_rules() == []


def test_open_findings_are_told_by_level() -> None:
    assert open_rules(open_majors=1) == [("major", 1)]
    assert open_rules(open_minors=2) == [("minor", 2)]
    assert open_rules(open_majors=1, open_minors=2, open_by_level={Level.CRITICAL: 3}) == [
        ("critical", 3),
        ("major", 1),
        ("minor", 2),
    ]


def test_what_is_open_by_level_overrides() -> None:
    assert open_rules(open_majors=1, open_minors=2, open_by_level={Level.MINOR: 4, Level.MAJOR: 0}) == [("minor", 4)]


def test_who_was_not_audited_mends_it_by_being_audited() -> None:
    result = scored({"TERR-B03": Outcome.NOT_AUDITED})
    assert [one.mend for one in result.failed_rules if one.rule == "all_audited"] == [("TERR-B03",)]


GRADED = scheme(f"""
    scoring:
      pass_all: [{{rule: level_percent, level: major, min: 100}}]
      grades:
      - {{id: entry, min: 25, seal: false}}
      - {{id: full, min: 50}}
      - {{id: best, min: 75, recommendation_percent: 50, rules: [{{rule: failed_count, level: minor, max: 0}}]}}
    points:
{points("GRAD-A", 1, "major")}
{points("GRAD-B", 1, "minor")}
{points("GRAD-C", 2, "recommendation")}
    """)


@pytest.mark.parametrize(
    ("failing_ids", "reached", "seal"),
    [
        ((), ["entry", "full", "best"], True),
        (("GRAD-C01",), ["entry", "full", "best"], True),
        (("GRAD-C01", "GRAD-C02"), ["entry", "full"], True),
        (("GRAD-B01",), ["entry", "full"], True),
        (("GRAD-A01",), ["entry"], False),
        (("GRAD-A01", "GRAD-B01"), [], False),
    ],
)
def test_the_grades_reached_and_the_right_to_seal(failing_ids: tuple[str, ...], reached: list[str], seal: bool) -> None:
    result = of_scheme(GRADED, no(*failing_ids))
    assert [(grade.id, grade.seal) for grade in result.grades] == [("entry", False), ("full", True), ("best", True)]
    assert [grade.id for grade in result.grades if grade.reached] == reached
    assert (result.grade, result.seal) == (reached[-1] if reached else None, seal)
    assert result.passed is ("GRAD-A01" not in failing_ids)


def test_what_a_grade_misses_is_told_rule_by_rule() -> None:
    best = of_scheme(GRADED, no("GRAD-A01", "GRAD-B01", "GRAD-C01", "GRAD-C02")).grades[-1]
    assert [(one.rule, one.subject, one.needed, one.got, one.points, one.mend) for one in best.missing] == [
        ("weighted_percent", "", 7500, 0, ("GRAD-A01", "GRAD-B01", "GRAD-C01", "GRAD-C02"), ("GRAD-A01",)),
        ("level_percent", "recommendation", 5000, 0, ("GRAD-C01", "GRAD-C02"), ("GRAD-C01",)),
        ("failed_count", "minor", 0, 1, ("GRAD-B01",), ("GRAD-B01",)),
    ]


def test_a_grade_is_not_reached_where_nothing_weighs() -> None:
    gone = dict.fromkeys(("GRAD-A01", "GRAD-B01"), Outcome.NOT_APPLICABLE)
    result = of_scheme(GRADED, gone)
    assert (result.weighted, result.passed, result.grade, result.seal) == (None, True, None, False)
    assert [grade.reached for grade in result.grades] == [False, False, False]


def test_without_grades_passing_gives_the_right_to_seal() -> None:
    assert of_scheme(NONE_OPEN).seal
    assert not of_scheme(NONE_OPEN, open_majors=1).seal


def test_a_grade_may_ask_for_more_in_a_later_year_and_after_corrections() -> None:
    protocol = scheme(f"""
    scoring:
      pass_all: [{{rule: level_percent, level: major, min: 50, by_year: {{2: 75}}, after_corrective_actions: 100}}]
    points:
{points("YEAR-A", 4, "major")}
    """)
    one, two = no("YEAR-A01"), no("YEAR-A01", "YEAR-A02")
    assert [of_scheme(protocol, two, year=year).passed for year in (1, 2)] == [True, False]
    assert [of_scheme(protocol, one, year=2, after_corrections=after).passed for after in (False, True)] == [
        True,
        False,
    ]


def test_the_last_result_and_the_plan_are_read() -> None:
    protocol = scheme(f"""
    scoring:
      pass_all: [{{rule: no_fall}}, {{rule: plan_kept, min: 80}}]
    points:
{points("PROG-A", 4, "minor")}
    """)
    assert of_scheme(protocol).passed
    result = of_scheme(protocol, no("PROG-A01"), previous=8000, plan=(1, 2))
    assert [(one.rule, one.needed, one.got) for one in result.failed_rules] == [
        ("no_fall", 8000, 7500),
        ("plan_kept", 8000, 5000),
    ]
