from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.protocols.measures import (
    UNITS,
    accepted_units,
    convert,
    judge,
    outcome_of_measure,
    outcome_of_test,
    read_value,
)
from seal.protocols.model import Measure, Outcome
from tests.protocols.library import miel

MOISTURE = Measure("moisture", "g/100g", max=Decimal(20), target_max=Decimal(18))
CHLORINE = Measure("free_chlorine", "mg/L", min=Decimal("0.2"), max=Decimal("2.0"))


@pytest.mark.parametrize("value", ["20", "20.0", "20,0", "20.000", "19.999999999999", " 20 ", "+20"])
def test_a_value_at_or_inside_the_limit_is_compliant(value: str) -> None:
    assert outcome_of_measure(MOISTURE, value, "g/100g") is Outcome.COMPLIANT


@pytest.mark.parametrize("value", ["20.04", "20,04", "20.000000000001", "21"])
def test_a_value_above_the_limit_fails_without_rounding(value: str) -> None:
    assert outcome_of_measure(MOISTURE, value, "g/100g") is Outcome.NON_COMPLIANT


def test_both_limits_count() -> None:
    outcomes = [outcome_of_measure(CHLORINE, value, "mg/L") for value in ("0.19", "0.2", "2", "2.01")]
    assert [outcome is Outcome.COMPLIANT for outcome in outcomes] == [False, True, True, False]


def test_the_target_is_judged_apart() -> None:
    assert judge(MOISTURE, "17,4", "g/100g").on_target is True
    assert judge(MOISTURE, "18,5", "g/100g").on_target is False
    assert judge(CHLORINE, "1", "mg/L").on_target is None


def test_without_limits_any_value_will_do() -> None:
    assert outcome_of_measure(Measure("energy", "kWh/unit"), "3", "kWh/unit") is Outcome.COMPLIANT


@pytest.mark.parametrize("value", ["", "20 g", "1.234,5", "1,234.5", "1e3", "<5", "ND", "20.", ".5", "٢٠", "inf", "-"])
def test_what_is_not_a_plain_number_is_refused(value: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_value(value)
    assert refused.value.code == "protocols.not_a_value"


def test_milligrams_typed_as_grams_are_converted_exactly() -> None:
    hmf = Measure("hmf", "mg/kg", max=Decimal(40))
    assert outcome_of_measure(hmf, "0,04", "g/kg") is Outcome.COMPLIANT
    assert outcome_of_measure(hmf, "0.0400001", "g/kg") is Outcome.NON_COMPLIANT
    assert convert(Decimal("0.1"), "mg/kg", "g/100g") == Fraction(1, 100_000)


def test_a_unit_that_cannot_be_converted_is_refused_naming_those_that_can() -> None:
    with pytest.raises(BadInput) as refused:
        outcome_of_measure(MOISTURE, "18", "degC")
    assert refused.value.code == "protocols.unit"
    assert refused.value.params["accepted"] == "g/100g, %, g/kg, mg/kg"


@given(st.sampled_from(sorted(UNITS)), st.decimals(min_value=0, max_value=10**6, places=6))
def test_every_unit_accepts_itself_unchanged(unit: str, value: Decimal) -> None:
    assert convert(value, unit, unit) == Fraction(value)
    assert unit in accepted_units(unit)


def test_an_absence_test_takes_absent_or_present() -> None:
    residues = miel().batch_test("residues")
    assert residues is not None
    assert outcome_of_test(residues, "absent", "") is Outcome.COMPLIANT
    assert outcome_of_test(residues, "present", "") is Outcome.NON_COMPLIANT
    with pytest.raises(BadInput, match="not_absence"):
        outcome_of_test(residues, "0", "")


def test_a_batch_test_is_judged_by_its_own_limit() -> None:
    moisture = miel().batch_test("moisture")
    assert moisture is not None
    assert outcome_of_test(moisture, "20.0", "%") is Outcome.COMPLIANT
    assert outcome_of_test(moisture, "20.04", "%") is Outcome.NON_COMPLIANT


def test_less_than_nothing_is_refused_except_where_it_can_be_measured() -> None:
    moisture = miel().batch_test("moisture")
    assert moisture is not None
    for value in ("-5", "-0", "-0,1"):
        with pytest.raises(BadInput, match="negative_value"):
            outcome_of_test(moisture, value, "%")
    assert outcome_of_measure(Measure("store_temp", "degC", max=Decimal(25)), "-4", "degC") is Outcome.COMPLIANT
