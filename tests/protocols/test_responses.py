"""Every kind of answer, judged from what was said, counted or measured."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from seal.errors import BadInput
from seal.protocols import draw, response_forms, responses
from seal.protocols.model import ControlPoint, Outcome, Protocol
from seal.protocols.responses import Judged
from seal.protocols.situation import Situation
from tests.protocols.schemes import DAY, scheme

YES, HALF, NO = Outcome.COMPLIANT, Outcome.PARTIAL, Outcome.NON_COMPLIANT
SEED = "ab" * 32

KINDS: Protocol = scheme("""
    scoring:
      pass_all: [{rule: weighted_percent, min: 50}]
    facts:
      raw_milk: yes_no
      cheese: {type: choice, choices: [fresh, gouda]}
    points:
    - {id: KIND-A01, level: minor}
    - {id: KIND-A02, level: minor, answer: {type: yes_no}}
    - {id: KIND-A03, level: minor, answer: {type: scale, max: 3, norm: 2}}
    - {id: KIND-A04, level: minor, answer: {type: rank, max: 5, pass: 3}}
    - id: KIND-A05
      level: minor
      measure:
        quantity: ph
        unit: pH
        max: 5.4
        target_max: 5.3
        variants: [{when: {fact: cheese, is: fresh}, max: 4.6}, {when: {fact: raw_milk}, max: 5.2, replaces: true}]
    - {id: KIND-A06, level: minor, answer: {type: ratio, min_percent: 90}}
    - id: KIND-A07
      level: minor
      answer: {type: choice, choices: {good: compliant, so_so: partial, bad: non_compliant}}
    - {id: KIND-A08, level: minor, answer: {type: multi, choices: [net, lid, roof], at_least: 2}}
    - {id: KIND-A09, level: minor, answer: {type: date, max_age_days: 365}}
    - {id: KIND-A10, level: minor, answer: {type: date, not_before_audit: true}}
    - {id: KIND-A11, level: minor, answer: {type: document, expires: true}}
    - {id: KIND-A12, level: minor, answer: {type: document}}
    - {id: KIND-A13, level: minor, answer: {type: table, columns: [day, temperature], min_rows: 2}}
    - {id: KIND-A14, level: minor, answer: {type: photo}}
    - {id: KIND-A15, level: minor, answer: {type: geo}}
    - {id: KIND-A16, level: minor, answer: {type: signature}}
    - {id: KIND-A17, level: minor, answer: {type: exercise, max_minutes: 120}}
    - id: KIND-A18
      level: minor
      answer: {type: lab}
      measure: {quantity: alp, unit: mU/L, max: 350}
    - id: KIND-A19
      level: minor
      answer:
        type: plan
        n: 5
        c: 2
        m: 100
        M: 1000
        unit: CFU/g
        variants: [{when: {fact: raw_milk}, m: 10000, M: 100000, replaces: true}]
    - id: KIND-A20
      level: minor
      answer: {type: panel, judges_min: 3, trim: 1, floor: 4, min: 7, max: 10, criteria: [taste, look]}
    - {id: KIND-A21, level: minor, answer: {type: computed, by: reconciliation}}
    - {id: KIND-A22, level: minor, sampling: {of: lots, take: sqrt, accept: 1}}
    - {id: KIND-A23, level: minor, evidence_minimum: {partial: 1, non_compliant: 2}}
    """)
RAW = Situation({"raw_milk": True, "cheese": "gouda"})
BOILED = Situation({"raw_milk": False, "cheese": "gouda"})


def point(number: int) -> ControlPoint:
    return KINDS.point(f"KIND-A{number:02d}")


def judged(number: int, written: dict[str, Any], situation: Situation = BOILED) -> Judged:
    return response_forms.judge(point(number), situation, written, on=DAY)


def refusal(number: int, written: dict[str, Any]) -> str:
    with pytest.raises(BadInput) as refused:
        judged(number, written)
    return refused.value.code.removeprefix("protocols.")


@pytest.mark.parametrize(
    ("number", "written", "outcome"),
    [
        (1, {"outcome": "partial"}, HALF),
        (2, {"yes": True}, YES),
        (2, {"yes": False}, NO),
        (5, {"value": "5,4", "unit": "pH"}, YES),
        (5, {"value": "5.41", "unit": "pH"}, NO),
        (6, {"good": 45, "of": 50}, YES),  # 90 % to the dot
        (6, {"good": 44, "of": 49}, NO),  # 89.8 %
        (7, {"choice": "so_so"}, HALF),
        (7, {"choice": "bad"}, NO),
        (8, {"chosen": ["net", "roof"]}, YES),
        (8, {"chosen": ["net", "net"]}, NO),
        (8, {"chosen": []}, NO),
        (9, {"day": "2025-11-25"}, YES),  # 365 days before
        (9, {"day": "2025-11-24"}, NO),
        (9, {"day": "2026-11-25"}, YES),
        (10, {"day": "2026-11-25"}, YES),
        (10, {"day": "2026-11-24"}, NO),
        (11, {"document": True, "expires_on": "2026-11-25"}, YES),
        (11, {"document": True, "expires_on": "2026-11-24"}, NO),
        (11, {"document": False}, NO),
        (12, {"document": True}, YES),
        (13, {"rows": [{"day": 1, "temperature": "63"}, {"day": "2", "temperature": 64}]}, YES),
        (13, {"rows": [{"day": "1", "temperature": "63"}, {"day": "2", "temperature": " "}]}, NO),
        (14, {"files": 1}, YES),
        (14, {"files": 0}, NO),
        (15, {"done": True}, YES),
        (16, {"done": False}, NO),
        (17, {"minutes": "120"}, YES),
        (17, {"minutes": "120,1"}, NO),
        (17, {"minutes": 30, "done": False}, NO),
        (18, {"value": "<10", "unit": "mU/L", "report": "A-112"}, YES),
        (19, {"value": "10; 200; 300; 10; 10", "unit": "CFU/g"}, YES),
        (19, {"value": "10; 200; 300; 400; 10", "unit": "CFU/g"}, NO),
        (21, {"outcome": "non_compliant"}, NO),
    ],
)
def test_each_kind_of_answer_is_judged(number: int, written: dict[str, Any], outcome: Outcome) -> None:
    assert judged(number, written).outcome is outcome


@pytest.mark.parametrize("number", range(1, 24))
@pytest.mark.parametrize("outcome", ["not_applicable", "deferred", "not_audited"])
def test_any_point_may_be_left_unjudged(number: int, outcome: str) -> None:
    assert judged(number, {"outcome": outcome}) == Judged(Outcome(outcome))


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6, 9, 17, 19, 20])
def test_an_outcome_that_is_computed_is_never_picked(number: int) -> None:
    assert refusal(number, {"outcome": "compliant"}) == "response_kind"


@pytest.mark.parametrize(
    ("points", "outcome", "credit"), [(0, NO, 0), (1, HALF, Fraction(1, 2)), (2, YES, 1), (3, YES, 1)]
)
def test_a_scale_compensates_in_points_and_not_in_credit(points: int, outcome: Outcome, credit: Fraction) -> None:
    found = judged(3, {"points": points})
    assert (found.outcome, found.points, found.credit) == (outcome, points, credit)


@pytest.mark.parametrize(("rank", "outcome"), [(1, NO), (2, NO), (3, YES), (5, YES)])
def test_a_rank_passes_from_its_mark_on(rank: int, outcome: Outcome) -> None:
    found = judged(4, {"rank": rank})
    assert (found.outcome, found.rank) == (outcome, rank)


def test_a_panel_gives_its_mean_and_its_lowest_criterion() -> None:
    sheets = [{"taste": taste, "look": look} for taste, look in ((8, 6), (9, 7), ("7,5", "6.5"))]
    found = judged(20, {"judges": sheets})
    assert (found.outcome, found.points, found.lowest) == (YES, Fraction(29, 4), Fraction(13, 2))  # (8 + 6.5) / 2


@pytest.mark.parametrize(("situation", "value", "outcome"), [(BOILED, "5.3", YES), (RAW, "5.3", NO), (RAW, "5.2", YES)])
def test_a_variant_binds_in_its_situation(situation: Situation, value: str, outcome: Outcome) -> None:
    assert judged(5, {"value": value, "unit": "pH"}, situation).outcome is outcome


def test_an_unknown_fact_leaves_the_strictest_bound() -> None:
    assert judged(5, {"value": "4.7", "unit": "pH"}, Situation()).outcome is NO


def test_a_variant_of_a_plan_binds_in_its_situation() -> None:
    written = {"value": "9000; 20000; 300; 10; 10", "unit": "CFU/g"}
    assert (judged(19, written, RAW).outcome, judged(19, written, BOILED).outcome) == (YES, NO)


def test_a_measure_says_whether_it_reaches_its_target_and_what_is_strange() -> None:
    assert judged(5, {"value": "5.3", "unit": "pH"}).on_target is True
    assert judged(5, {"value": "5.35", "unit": "pH"}).on_target is False
    assert [doubt.code for doubt in judged(5, {"value": "54", "unit": "pH"}).doubts] == ["protocols.implausible"]


def test_a_day_that_has_not_come_is_a_doubt_and_no_pass() -> None:
    found = judged(9, {"day": "2026-11-26"})
    assert (found.outcome, [doubt.code for doubt in found.doubts]) == (NO, ["protocols.day_ahead"])


def test_a_sampled_point_is_answered_by_its_draw() -> None:
    lots = [f"LOT-{number}" for number in range(9)]
    drawn = draw.draw(SEED, lots, 3)
    written = {"population": lots, "seed": SEED, "commitment": draw.commitment(SEED)}
    outcomes = [judged(22, {**written, "failed": list(drawn[:failed])}).outcome for failed in range(3)]
    assert outcomes == [YES, YES, NO]


@pytest.mark.parametrize(
    ("number", "written", "code"),
    [
        (2, {"yes": "perhaps"}, "response_form"),
        (2, {"points": 2}, "response_form"),
        (2, {}, "response_form"),
        (3, {"points": 4}, "count_range"),
        (3, {"points": -1}, "count_range"),
        (4, {"rank": 0}, "count_range"),
        (5, {"value": "5,x", "unit": "pH"}, "not_a_value"),
        (5, {"value": "5", "unit": "degC"}, "unit"),
        (6, {"good": 51, "of": 50}, "count_range"),
        (6, {"good": 0, "of": 0}, "count_range"),
        (7, {"choice": "fine"}, "choice_unknown"),
        (8, {"chosen": ["door"]}, "choice_unknown"),
        (9, {"day": "yesterday"}, "response_form"),
        (9, {"day": 20270101}, "response_form"),
        (9, {"day": "20270101"}, "response_form"),
        (11, {"document": True}, "end_date_missing"),
        (17, {"minutes": "-5"}, "negative_value"),
        (17, {"minutes": "soon"}, "not_a_value"),
        (18, {"value": "10", "unit": "mU/L"}, "report_missing"),
        (19, {"value": "10; 10", "unit": "CFU/g"}, "plan_units"),
        (20, {"judges": [{"taste": 8, "look": 8}] * 2}, "panel_judges"),
        (20, {"judges": [{"taste": 8}] * 3}, "panel_criteria"),
        (20, {"judges": [{"taste": 8, "look": 11}] * 3}, "panel_score"),
        (22, {"population": [], "seed": SEED, "commitment": draw.commitment(SEED)}, "sample_empty"),
        (22, {"population": ["0"], "seed": SEED, "commitment": draw.commitment(SEED)}, "sample_empty"),
        (1, {"outcome": "fine"}, "response_form"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(number: int, written: dict[str, Any], code: str) -> None:
    assert refusal(number, written) == code


def test_a_response_of_another_kind_is_refused() -> None:
    with pytest.raises(BadInput, match="response_kind"):
        responses.judge(point(2), BOILED, responses.Scaled(2))


def test_a_date_needs_the_day_of_the_audit() -> None:
    with pytest.raises(BadInput, match="day_needed"):
        responses.judge(point(9), BOILED, responses.Day(date(2026, 1, 1)))


def test_a_response_is_kept_as_plain_json_and_read_back() -> None:
    for number, written in (
        (5, {"value": "5,4", "unit": "pH"}),
        (8, {"chosen": ["net", "roof"]}),
        (11, {"document": True, "expires_on": "2027-01-01"}),
        (13, {"rows": [{"day": "1", "temperature": "63"}]}),
        (17, {"minutes": "95", "done": True}),
    ):
        read = response_forms.read(point(number), written)
        assert response_forms.document(read) == written
        assert response_forms.read(point(number), response_forms.document(read)) == read


def test_a_number_stays_as_it_was_typed() -> None:
    assert response_forms.document(response_forms.read(point(5), {"value": "5,40", "unit": "pH"}))["value"] == "5,40"
