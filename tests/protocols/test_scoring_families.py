"""The twelve families of rules (CERTIFICATION C1), each as a real scheme has it, worked by hand."""

from __future__ import annotations

import pytest

from seal.protocols.model import Outcome
from tests.protocols.schemes import failed, no, points, scheme, scored

# 1. GLOBALG.A.P.: all majors, 95 % of minors, recommendations only looked at.
GLOBALGAP = scheme(f"""
    scoring:
      pass_all:
      - {{rule: level_percent, level: major, min: 100}}
      - {{rule: level_percent, level: minor, min: 95}}
    chapters:
    - {{id: A, min_percent: 0}}
    points:
{points("GGAP-A", 7, "major")}
{points("GGAP-B", 41, "minor")}
{points("GGAP-C", 3, "recommendation")}
    """)


def test_globalgap_lets_floor_of_five_percent_of_the_minors_fail() -> None:
    # 41 minors: 41 * 5 / 100 = 2.05, so two may fail and three may not (38/41 = 92.68 %).
    two, three = no("GGAP-B01", "GGAP-B20"), no("GGAP-B01", "GGAP-B20", "GGAP-B41")
    assert scored(GLOBALGAP, two).passed
    assert failed(scored(GLOBALGAP, three)) == [
        ("level_percent", "minor", 9500, 9268, ("GGAP-B01", "GGAP-B20", "GGAP-B41"), ("GGAP-B01",))
    ]


def test_globalgap_counts_only_the_minors_that_apply() -> None:
    # 39 minors left: 39 * 5 / 100 = 1.95, so one may fail.
    gone = dict.fromkeys(("GGAP-B40", "GGAP-B41"), Outcome.NOT_APPLICABLE)
    assert scored(GLOBALGAP, {**gone, **no("GGAP-B01")}).passed
    assert not scored(GLOBALGAP, {**gone, **no("GGAP-B01", "GGAP-B02")}).passed


def test_globalgap_lets_no_major_fail_and_asks_for_no_recommendation() -> None:
    assert failed(scored(GLOBALGAP, no("GGAP-A03"))) == [
        ("level_percent", "major", 10_000, 8571, ("GGAP-A03",), ("GGAP-A03",))  # 6 of 7
    ]
    assert scored(GLOBALGAP, no("GGAP-C01", "GGAP-C02", "GGAP-C03")).passed


# 2. A national seal: points weigh by their level, or have a weight of their own.
NATIONAL = scheme(f"""
    scoring:
      pass_all:
      - {{rule: weighted_percent, min: 80}}
    points:
{points("NATL-A", 2, "critical")}
{points("NATL-B", 3, "major")}
{points("NATL-C", 3, "minor")}
    - {{id: NATL-D01, level: minor, weight: 4}}
    """)


def test_a_national_seal_weighs_each_point() -> None:
    # Weights 2*5 + 3*3 + 3*1 + 4 = 26. Without a major (3), half of a minor (0.5) and the heavy minor (4): 18.5/26.
    answers = no("NATL-B02", "NATL-D01") | {"NATL-C01": Outcome.PARTIAL}
    result = scored(NATIONAL, answers)
    assert result.weighted == 7115
    # 80 % of 26 is 20.8: 2.3 are missing, and the heaviest point that fails is enough.
    assert failed(result) == [("weighted_percent", "", 8000, 7115, ("NATL-B02", "NATL-C01", "NATL-D01"), ("NATL-D01",))]
    assert scored(NATIONAL, no("NATL-B02")).weighted == 8846  # 23/26


# 3. FairWild: 0 to 3 points, 2 is the norm; more makes up for less; the share of the norm rises with the years, and
#    some points become musts.
FAIRWILD = scheme("""
    scoring:
      pass_all:
      - {rule: level_percent, level: critical, min: 100}
      - {rule: norm_points, min: 60, by_year: {1: 60, 2: 75, 3: 90}}
    points:
    - {id: FAIR-A01, level: critical, answer: {type: scale, max: 3, norm: 2}}
    - {id: FAIR-A02, level: minor, answer: {type: scale, max: 3, norm: 2}}
    - {id: FAIR-A03, level: minor, answer: {type: scale, max: 3, norm: 2}, level_by_year: {2: critical}, na: never}
    - {id: FAIR-A04, level: minor, answer: {type: scale, max: 3, norm: 2}}
    - {id: FAIR-A05, level: minor, answer: {type: scale, max: 3, norm: 2}}
    """)
GIVEN = {"FAIR-A01": 2, "FAIR-A02": 3, "FAIR-A03": 1, "FAIR-A04": 0, "FAIR-A05": 0}
SHEET = {point: {"points": given} for point, given in GIVEN.items()}


def test_fairwild_compensates_and_passes_at_exactly_the_share_of_the_norm() -> None:
    # 2 + 3 + 1 + 0 + 0 = 6 of a norm of 5 * 2 = 10: 60 %.
    assert scored(FAIRWILD, responses=SHEET).passed


def test_fairwild_asks_for_more_in_the_second_year_and_makes_a_point_a_must() -> None:
    result = scored(FAIRWILD, responses=SHEET, year=2)
    # 7.5 points are needed and 6 are there: one point brought from 0 to its norm of 2 is enough.
    assert failed(result) == [
        ("level_percent", "critical", 10_000, 5000, ("FAIR-A03",), ("FAIR-A03",)),
        ("norm_points", "", 7500, 6000, ("FAIR-A03", "FAIR-A04", "FAIR-A05"), ("FAIR-A04",)),
    ]


def test_fairwild_can_go_beyond_the_norm() -> None:
    best = {point: {"points": 3} for point in GIVEN}
    assert scored(FAIRWILD, responses=best, year=3).passed  # 15 of 10


# 4. Fairtrade: every core requirement, and an average of 3 over the development requirements.
FAIRTRADE = scheme("""
    scoring:
      pass_all:
      - {rule: no_failure, group: core}
      - {rule: rank_average, group: development, min: 3}
    points:
    - {id: FTRD-A01, level: major, group: core}
    - {id: FTRD-B01, level: minor, group: development, answer: {type: rank, max: 5, pass: 3}}
    - {id: FTRD-B02, level: minor, group: development, answer: {type: rank, max: 5, pass: 3}}
    - {id: FTRD-B03, level: minor, group: development, answer: {type: rank, max: 5, pass: 3}}
    - {id: FTRD-B04, level: minor, group: development, answer: {type: rank, max: 5, pass: 3}}
    - {id: FTRD-C01, level: minor, answer: {type: rank, max: 5, pass: 3}}
    """)


def ranks(*given: int) -> dict[str, dict[str, int]]:
    return {f"FTRD-B{number:02d}": {"rank": rank} for number, rank in enumerate(given, start=1)}


def test_fairtrade_averages_the_ranks_of_its_group_alone() -> None:
    # (5 + 4 + 2 + 1) / 4 = 3; the rank of another group does not count.
    assert scored(FAIRTRADE, responses={**ranks(5, 4, 2, 1), "FTRD-C01": {"rank": 1}}).passed


def test_fairtrade_fails_below_three_and_names_the_ranks_below() -> None:
    # (5 + 3 + 2 + 1) / 4 = 2.75: one rank is missing; the lowest one brought to 3 gains two.
    assert failed(scored(FAIRTRADE, responses=ranks(5, 3, 2, 1))) == [
        ("rank_average", "development", 300, 275, ("FTRD-B03", "FTRD-B04"), ("FTRD-B04",))
    ]


def test_fairtrade_leaves_out_what_does_not_apply() -> None:
    answers = {"FTRD-B04": {"outcome": "not_applicable"}}
    assert scored(FAIRTRADE, responses={**ranks(5, 3, 2), **answers}).passed  # 10/3
    assert failed(scored(FAIRTRADE, no("FTRD-A01"))) == [("no_failure", "core", 0, 1, ("FTRD-A01",), ("FTRD-A01",))]


# 5. IFS: from 100 down, 15 for a major, 50 for a KO; 75 passes and 95 is the higher level.
IFS = scheme(f"""
    scoring:
      pass_all:
      - {{rule: deductions, start: 100, deduct: {{critical: 100, major: 15, minor: 2, ko: 50}}, min: 75}}
      grades:
      - {{id: foundation, min: 0, rules: [{{rule: deductions, deduct: {{major: 15, minor: 2, ko: 50}}, min: 75}}]}}
      - {{id: higher, min: 0, rules: [{{rule: deductions, deduct: {{major: 15, minor: 2, ko: 50}}, min: 95}}]}}
    points:
    - {{id: IFSF-A01, level: major, ko: true}}
{points("IFSF-B", 3, "major")}
{points("IFSF-C", 4, "minor")}
    """)


@pytest.mark.parametrize(
    ("failing", "left", "grade"),
    [
        (("IFSF-C01", "IFSF-C02"), 96, "higher"),  # 100 - 2 - 2
        (("IFSF-B01",), 85, "foundation"),
        (("IFSF-B01", "IFSF-C01", "IFSF-C02", "IFSF-C03", "IFSF-C04"), 77, "foundation"),
        (("IFSF-B01", "IFSF-B02"), 70, None),
        (("IFSF-A01",), 50, None),  # the KO takes its own deduction, not that of its level as well
        (("IFSF-A01", "IFSF-B01", "IFSF-B02", "IFSF-B03"), 5, None),
    ],
)
def test_ifs_deducts_by_level_and_for_a_ko(failing: tuple[str, ...], left: int, grade: str | None) -> None:
    result = scored(IFS, no(*failing))
    assert (result.passed, result.grade, result.seal) == (grade is not None, grade, grade is not None)
    if not result.passed:
        assert [(rule.needed, rule.got, rule.points) for rule in result.failed_rules] == [(7500, left * 100, failing)]


def test_ifs_names_the_one_deduction_that_would_bring_it_back() -> None:
    (rule,) = scored(IFS, no("IFSF-B01", "IFSF-C01", "IFSF-B02")).failed_rules
    assert (rule.got, rule.mend) == (6800, ("IFSF-B01",))  # 68 + 15 = 83


def test_a_score_after_deductions_is_not_less_than_nought() -> None:
    everything = no("IFSF-A01", "IFSF-B01", "IFSF-B02", "IFSF-B03", "IFSF-C01", "IFSF-C02", "IFSF-C03")
    (rule,) = scored(IFS, everything).failed_rules
    assert rule.got == 0  # 100 - 50 - 45 - 6 = -1
    assert rule.mend == ("IFSF-A01", "IFSF-B01", "IFSF-B02")  # -1 + 50 + 15 + 15 = 79


# 5b. BRCGS: the grade follows from how many nonconformities there are of each level.
BRCGS = scheme(f"""
    scoring:
      pass_all:
      - {{rule: no_failure, level: critical}}
      - {{rule: failed_count, level: major, max: 2}}
      - {{rule: failed_count, level: minor, max: 16}}
      grades:
      - {{id: b, min: 0, rules: [{{rule: failed_count, level: major, max: 1}}]}}
      - {{id: a, min: 0, rules: [{{rule: no_failure, level: major}}, {{rule: failed_count, level: minor, max: 10}}]}}
      - {{id: aa, min: 0, rules: [{{rule: no_failure, level: major}}, {{rule: failed_count, level: minor, max: 5}}]}}
    points:
{points("BRCG-A", 1, "critical")}
{points("BRCG-B", 4, "major")}
{points("BRCG-C", 20, "minor")}
    """)


@pytest.mark.parametrize(
    ("majors", "minors", "grade"), [(0, 5, "aa"), (0, 6, "a"), (0, 10, "a"), (0, 11, "b"), (1, 0, "b"), (2, 0, None)]
)
def test_brcgs_grades_by_counts(majors: int, minors: int, grade: str | None) -> None:
    failing = [f"BRCG-B{n:02d}" for n in range(1, majors + 1)] + [f"BRCG-C{n:02d}" for n in range(1, minors + 1)]
    result = scored(BRCGS, no(*failing))
    assert result.passed
    assert result.grade == grade
    assert result.seal is (grade is not None)  # where grades are declared, passing without one gives no seal


def test_brcgs_refuses_a_third_major_and_names_how_many_to_close() -> None:
    assert failed(scored(BRCGS, no("BRCG-B01", "BRCG-B02", "BRCG-B04"))) == [
        ("failed_count", "major", 2, 3, ("BRCG-B01", "BRCG-B02", "BRCG-B04"), ("BRCG-B01",))
    ]


# 6. Any critical failure ends it.
def test_one_critical_failure_is_enough() -> None:
    result = scored(BRCGS, no("BRCG-A01"))
    assert failed(result) == [("no_failure", "critical", 0, 1, ("BRCG-A01",), ("BRCG-A01",))]
    assert (result.passed, result.seal, result.grade) == (False, False, None)


# 7. A protected designation of origin: a minimum in each chapter of the control plan.
PDO = scheme("""
    scoring:
      pass_all: [{rule: chapter_min}]
    chapters:
    - {id: M, min_percent: 80}
    - {id: R, min_percent: 60}
    - {id: L, min_percent: 100}
    points:
    - {id: PDOX-M01, chapter: M, level: major}
    - {id: PDOX-M02, chapter: M, level: major}
    - {id: PDOX-M03, chapter: M, level: minor}
    - {id: PDOX-R01, chapter: R, level: minor}
    - {id: PDOX-R02, chapter: R, level: minor}
    - {id: PDOX-L01, chapter: L, level: minor}
    """)


def test_a_designation_of_origin_has_a_minimum_in_each_chapter() -> None:
    # M: 3 + 3 of 7 = 85.71 %; R: 1 of 2 = 50 %; L: 0 of 1.
    result = scored(PDO, no("PDOX-M03", "PDOX-R01", "PDOX-L01"))
    assert failed(result) == [
        ("chapter_min", "scheme.R", 6000, 5000, ("PDOX-R01",), ("PDOX-R01",)),
        ("chapter_min", "scheme.L", 10_000, 0, ("PDOX-L01",), ("PDOX-L01",)),
    ]


def test_a_chapter_with_nothing_in_it_is_skipped() -> None:
    result = scored(PDO, {"PDOX-L01": Outcome.NOT_APPLICABLE})
    assert result.passed
    assert [(chapter.chapter, chapter.percent) for chapter in result.chapters][2] == ("scheme.L", None)


# 8. Tiers, and an entry grade that gives no right to seal.
TIERS = scheme(f"""
    scoring:
      pass_all:
      - {{rule: level_percent, level: critical, min: 100}}
      - {{rule: weighted_percent, min: 80}}
      grades:
      - {{id: en_camino, min: 50, seal: false, rules: [{{rule: no_failure, level: critical}}]}}
      - {{id: bronze, min: 80}}
      - {{id: silver, min: 90}}
      - {{id: gold, min: 95, recommendation_percent: 50, rules: [{{rule: no_failure, level: major}}]}}
    points:
{points("TIER-A", 2, "critical")}
{points("TIER-B", 3, "major")}
{points("TIER-C", 6, "minor")}
{points("TIER-D", 2, "recommendation")}
    """)  # weights 10 + 9 + 6 = 25


@pytest.mark.parametrize(
    ("failing", "weighted", "grade", "seal"),
    [
        ((), 10_000, "gold", True),
        (("TIER-D01",), 10_000, "gold", True),  # one of two recommendations is 50 %
        (("TIER-D01", "TIER-D02"), 10_000, "silver", True),
        (("TIER-C01", "TIER-C02"), 9200, "silver", True),
        (("TIER-B01",), 8800, "bronze", True),
        (("TIER-B01", "TIER-B02"), 7600, "en_camino", False),
        (("TIER-A01",), 8000, None, False),  # the entry grade has its own rule on criticals
    ],
)
def test_tiers(failing: tuple[str, ...], weighted: int, grade: str | None, seal: bool) -> None:
    result = scored(TIERS, no(*failing))
    assert (result.weighted, result.grade, result.seal) == (weighted, grade, seal)
    assert not seal or result.passed


def test_each_grade_says_what_it_still_asks_for() -> None:
    result = scored(TIERS, no("TIER-B01", "TIER-D01", "TIER-D02"))  # 22/25 = 88 %
    assert [(grade.id, grade.reached) for grade in result.grades] == [
        ("en_camino", True),
        ("bronze", True),
        ("silver", False),
        ("gold", False),
    ]
    silver, gold = result.grades[2:]
    assert [(rule.needed, rule.got, rule.mend) for rule in silver.missing] == [(9000, 8800, ("TIER-B01",))]
    assert [(rule.rule, rule.subject, rule.mend) for rule in gold.missing] == [
        ("weighted_percent", "", ("TIER-B01",)),
        ("level_percent", "recommendation", ("TIER-D01",)),
        ("no_failure", "major", ("TIER-B01",)),
    ]


# 9. A craft jury (Sello de Excelencia): five judges, the extremes left out, and a floor for each criterion.
JURY = scheme("""
    scoring:
      pass_all:
      - {rule: panel, group: jury, min: 7, floor: 5}
    points:
    - id: JURY-A01
      level: major
      group: jury
      answer: {type: panel, judges_min: 5, trim: 1, floor: 5, min: 7, max: 10, criteria: [excellence, authenticity]}
    """)


def sheets(excellence: list[int], authenticity: list[int]) -> dict[str, dict[str, list[dict[str, int]]]]:
    pairs = zip(excellence, authenticity, strict=True)
    return {"JURY-A01": {"judges": [{"excellence": first, "authenticity": second} for first, second in pairs]}}


def test_a_jury_leaves_out_the_highest_and_the_lowest() -> None:
    # 8, 8, 9 stay of excellence (25/3), 6, 6, 5 of authenticity (17/3): (25/3 + 17/3) / 2 = 7.
    assert scored(JURY, responses=sheets([10, 8, 8, 9, 1], [6, 6, 5, 10, 1])).passed


def test_a_jury_below_its_mean_fails_in_hundredths() -> None:
    # 25/3 and 16/3: 41/6 = 6.83
    result = scored(JURY, responses=sheets([10, 8, 8, 9, 1], [6, 5, 5, 10, 1]))
    assert failed(result) == [("panel", "jury", 700, 683, ("JURY-A01",), ("JURY-A01",))]


def test_a_jury_has_a_floor_for_each_criterion() -> None:
    # 10, 10, 10 of excellence and 5, 5, 4 of authenticity: the mean is (10 + 14/3) / 2 = 7.33, the floor 4.66.
    result = scored(JURY, responses=sheets([10, 10, 10, 10, 10], [5, 5, 4, 9, 1]))
    assert failed(result) == [("panel_floor", "jury", 500, 466, ("JURY-A01",), ("JURY-A01",))]


# 11. A cap on findings that are still open.
CAPPED = scheme(f"""
    scoring:
      pass_all:
      - {{rule: max_open, level: major, max: 1}}
      - {{rule: max_open, level: minor, max: 3, by_year: {{3: 2}}}}
    points:
{points("CAPX-A", 3, "major")}
{points("CAPX-B", 4, "minor")}
    """)


def test_open_findings_are_capped_by_level() -> None:
    failing = no("CAPX-A01", "CAPX-A02", "CAPX-B01", "CAPX-B02", "CAPX-B03", "CAPX-B04")
    assert scored(CAPPED, failing, open_majors=1, open_minors=3).passed
    assert failed(scored(CAPPED, failing, open_majors=2, open_minors=4)) == [
        ("max_open", "major", 1, 2, ("CAPX-A01", "CAPX-A02"), ("CAPX-A01",)),
        ("max_open", "minor", 3, 4, ("CAPX-B01", "CAPX-B02", "CAPX-B03", "CAPX-B04"), ("CAPX-B01",)),
    ]


def test_the_cap_may_grow_stricter_by_year() -> None:
    assert scored(CAPPED, open_minors=3, year=2).passed
    assert not scored(CAPPED, open_minors=3, year=3).passed


# 12. Progress: not below the last cycle, and the improvement plan kept.
PROGRESS = scheme(f"""
    scoring:
      pass_all:
      - {{rule: no_fall, allow: 2, year_from: 2}}
      - {{rule: plan_kept, min: 80}}
    points:
{points("PROG-A", 20, "minor")}
    """)


def test_a_result_may_fall_by_what_is_allowed_and_no_more() -> None:
    # 18 of 20 is 90 %.
    two = no("PROG-A01", "PROG-A02")
    assert scored(PROGRESS, two, previous=9200, year=2).passed
    assert failed(scored(PROGRESS, two, previous=9201, year=2)) == [
        ("no_fall", "", 9001, 9000, ("PROG-A01", "PROG-A02"), ("PROG-A01",))
    ]


def test_progress_is_not_asked_before_its_year_nor_without_a_last_cycle() -> None:
    two = no("PROG-A01", "PROG-A02")
    assert scored(PROGRESS, two, previous=10_000, year=1).passed
    assert scored(PROGRESS, two, previous=None, year=2).passed


def test_the_improvement_plan_is_kept_in_the_share_asked() -> None:
    assert scored(PROGRESS, plan=(4, 5)).passed
    assert scored(PROGRESS, plan=(0, 0)).passed  # nothing was due
    assert failed(scored(PROGRESS, plan=(7, 9))) == [("plan_kept", "", 8000, 7777, (), ())]
