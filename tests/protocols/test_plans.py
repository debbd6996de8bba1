"""n, c, m and M: results of the units of a lot, in two and three classes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.protocols import plans
from seal.protocols.answer_types import Plan
from seal.protocols.model import Outcome

YES, NO = Outcome.COMPLIANT, Outcome.NON_COMPLIANT
STAPH = Plan(n=5, c=2, m=Decimal(100), M=Decimal(1000), unit="CFU/g")
COLI = Plan(n=5, c=1, m=Decimal(230), unit="MPN/100g")
LISTERIA = Plan(n=5, c=0, absent_in_g=Decimal(25))


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("10; 20; 100; 50; 5", YES),  # none above m
        ("10; 20; 101; 1000; 5", YES),  # two between m and M
        ("10; 200; 101; 1000; 5", NO),  # three
        ("10; 20; 30; 1001; 5", NO),  # one above M is one too many
        ("<10; <10; 100,0; <10; ND", YES),
        (">1000; 1; 1; 1; 1", NO),
        ("<100; 200; 300; 10; 10", YES),  # below m wherever it lies
        ("<500; 200; 10; 10; 10", YES),  # marginal at worst, and two may be
    ],
)
def test_three_classes(value: str, outcome: Outcome) -> None:
    assert plans.judge(STAPH, value, "CFU/g") is outcome


@pytest.mark.parametrize("value", ["<500; 200; 300; 10; 10", "<2000; 10; 10; 10; 10", ">900; 10; 10; 10; 10"])
def test_a_reading_that_leaves_both_outcomes_open_is_asked_again(value: str) -> None:
    with pytest.raises(BadInput, match="unsettled"):
        plans.judge(STAPH, value, "CFU/g")


@pytest.mark.parametrize(("value", "outcome"), [("230; 230; 231; 20; 20", YES), ("9999; 230; 231; 20; 20", NO)])
def test_two_classes_with_a_number(value: str, outcome: Outcome) -> None:
    assert plans.judge(COLI, value, "MPN/100g") is outcome


def test_two_classes_by_absence() -> None:
    assert plans.judge(LISTERIA, "absent; absent; absent; absent; absent", "") is YES
    assert plans.judge(LISTERIA, "absent; absent; present; absent; absent", "") is NO
    with pytest.raises(BadInput, match="not_absence"):
        plans.judge(LISTERIA, "absent; absent; 0; absent; absent", "")


def test_absence_is_read_as_laboratories_write_it() -> None:
    assert plans.judge(LISTERIA, "ausente; No detectado; negativo; ND; not  detected", "") is YES
    assert plans.judge(LISTERIA, "ausente; presente; ausente; absent; negative", "") is NO
    with pytest.raises(BadInput, match="not_absence"):
        plans.judge(LISTERIA, "ausente; quizás; ausente; ausente; ausente", "")


@pytest.mark.parametrize("value", ["10; 20; 30; 40", "1;2;3;4;5;6", ""])
def test_a_plan_takes_exactly_its_number_of_units(value: str) -> None:
    with pytest.raises(BadInput) as refused:
        plans.judge(STAPH, value, "CFU/g")
    assert (refused.value.code, refused.value.params["needed"]) == ("protocols.plan_units", 5)


def test_results_are_converted_into_the_plans_unit() -> None:
    assert plans.judge(COLI, "2; 2; 2.3; 9; 2", "MPN/g") is YES
    with pytest.raises(BadInput, match=r"protocols.unit"):
        plans.judge(COLI, "2; 2; 2; 2; 2", "CFU/g")


@given(st.lists(st.integers(0, 2000), min_size=5, max_size=5), st.integers(0, 4), st.integers(0, 2000), st.randoms())
def test_a_worse_unit_never_helps_and_order_is_nothing(
    given_values: list[int], at: int, more: int, random: object
) -> None:
    worse = [value + (more if place == at else 0) for place, value in enumerate(given_values)]
    before = plans.judge(STAPH, "; ".join(map(str, given_values)), "CFU/g")
    assert plans.judge(STAPH, "; ".join(map(str, sorted(given_values))), "CFU/g") is before
    assert before is YES or plans.judge(STAPH, "; ".join(map(str, worse)), "CFU/g") is NO
