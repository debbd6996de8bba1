"""What a laboratory writes where it has no number, replicates, guard bands, and what is strange enough to ask again."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.protocols import measures, units, values
from seal.protocols.measure import Measure, Replicates
from seal.protocols.model import Outcome
from seal.protocols.terms import DecisionRule, ReplicateRule
from seal.protocols.values import Span

YES, NO = Outcome.COMPLIANT, Outcome.NON_COMPLIANT
HMF = Measure("hmf", "mg/kg", max=Decimal(40), target_max=Decimal(15), plausible=(Decimal(1), Decimal(200)))
ALKALINE = Measure("alp", "mU/L", max=Decimal(350))
CORE = Measure("core_temp", "degC", min=Decimal(63))
BRINE = Measure("brine_salt", "g/100mL", min=Decimal(16), max=Decimal(24))


@pytest.mark.parametrize(
    ("measure", "value", "outcome"),
    [
        (HMF, "<40", YES),  # wherever it lies, it is inside
        (HMF, "< 0,5", YES),
        (HMF, "≤40", YES),
        (HMF, ">40", NO),
        (HMF, "ND", YES),
        (HMF, "n.d.", YES),
        (HMF, "<LOD", YES),
        (HMF, "no detectado", YES),
        (CORE, "ND", NO),  # nothing found never reaches a lowest limit
        (CORE, ">=63", YES),
        (CORE, ">63", YES),
        (CORE, "<63", NO),
        (BRINE, ">24", NO),
        (BRINE, "<16", NO),
    ],
)
def test_a_reading_without_a_number_is_settled_where_it_can_be(measure: Measure, value: str, outcome: Outcome) -> None:
    assert measures.outcome_of_measure(measure, value, measure.unit) is outcome


@pytest.mark.parametrize(
    ("measure", "value"), [(HMF, "<41"), (HMF, ">39"), (CORE, ">62"), (CORE, "<64"), (BRINE, ">16")]
)
def test_a_reading_that_settles_nothing_is_asked_again(measure: Measure, value: str) -> None:
    with pytest.raises(BadInput) as refused:
        measures.judge(measure, value, measure.unit)
    assert (refused.value.code, refused.value.params["value"]) == ("protocols.unsettled", value)


def test_below_a_number_is_not_that_number() -> None:
    assert measures.outcome_of_measure(Measure("x", "mg/kg", min=Decimal(5)), "<5", "mg/kg") is NO
    assert measures.outcome_of_measure(Measure("x", "mg/kg", max=Decimal(5)), "<5", "mg/kg") is YES


def test_the_sign_survives_the_conversion() -> None:
    assert measures.outcome_of_measure(HMF, "<0,04", "g/kg") is YES
    with pytest.raises(BadInput, match="unsettled"):
        measures.outcome_of_measure(HMF, "<0.041", "g/kg")


def test_nothing_detected_reaches_a_target_of_little() -> None:
    assert measures.judge(HMF, "ND", "mg/kg").on_target is True
    assert measures.judge(HMF, "<16", "mg/kg").on_target is False  # not shown, so not claimed


def test_a_wrong_unit_is_refused_even_where_nothing_was_detected() -> None:
    with pytest.raises(BadInput, match=r"protocols.unit"):
        measures.judge(HMF, "ND", "degC")


def test_no_detection_limit_below_nothing() -> None:
    with pytest.raises(BadInput, match="negative_value"):
        measures.judge(HMF, "<-1", "mg/kg")


def replicates(take: ReplicateRule, **bounds: Decimal) -> Measure:
    return Measure("ph", "pH", **bounds, replicates=Replicates(3, take))


LOW = {"max": Decimal("4.6")}


@pytest.mark.parametrize(
    ("take", "value", "outcome", "exact"),
    [
        (ReplicateRule.MEAN, "4,5; 4,6; 4,7", YES, Fraction(46, 10)),
        (ReplicateRule.MEAN, "4.5; 4.6; 4.71", NO, Fraction(1381, 300)),  # 4.60333: never rounded to 4.6
        (ReplicateRule.MEDIAN, "4.1; 9; 4.6", YES, Fraction(46, 10)),
        (ReplicateRule.MEDIAN, "4.1; 4.7; 4.8; 4.3", YES, Fraction(45, 10)),
        (ReplicateRule.WORST, "4.1; 4.2; 4.61", NO, Fraction(461, 100)),
        (ReplicateRule.WORST, "4.1\n4.2\n4.6", YES, Fraction(46, 10)),
    ],
)
def test_replicates_are_taken_as_declared(take: ReplicateRule, value: str, outcome: Outcome, exact: Fraction) -> None:
    found = measures.judge(replicates(take, **LOW), value, "pH")
    assert (found.outcome, found.exact) == (outcome, exact)


def test_too_few_replicates_are_refused_and_more_all_count() -> None:
    measure = replicates(ReplicateRule.MEAN, **LOW)
    with pytest.raises(BadInput) as refused:
        measures.judge(measure, "4.1; 4.2", "pH")
    assert refused.value.params == {"field": "value", "needed": 3, "got": 2}
    assert measures.outcome_of_measure(measure, "4.1; 4.2; 4.3; 9", "pH") is NO


def test_a_measure_without_replicates_takes_one_value() -> None:
    with pytest.raises(BadInput, match="not_a_value"):
        measures.judge(HMF, "12; 14; 13", "mg/kg")


def test_replicates_below_the_detection_limit_are_averaged_as_what_is_known_of_them() -> None:
    measure = Measure("hmf", "mg/kg", max=Decimal(40), replicates=Replicates(2, ReplicateRule.MEAN))
    assert measures.outcome_of_measure(measure, "<5; 70", "mg/kg") is YES  # 37.5 at most
    assert measures.outcome_of_measure(measure, "<5; 81", "mg/kg") is NO  # 40.5 at least
    with pytest.raises(BadInput, match="unsettled"):
        measures.outcome_of_measure(measure, "<5; 78", "mg/kg")
    assert measures.outcome_of_measure(measure, "ND; 40", "mg/kg") is YES  # nothing detected is 40 at most
    assert measures.outcome_of_measure(measure, "ND; ND", "mg/kg") is YES


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9), st.booleans()), min_size=1, max_size=7))
def test_mean_and_median_of_spans_hold_every_mean_and_median_of_values(parts: list[tuple[int, int, bool]]) -> None:
    spans = [Span(Fraction(low), Fraction(low + wide)) for low, wide, _ in parts]
    inside = [Fraction(low + (wide if top else 0)) for low, wide, top in parts]
    exact = [Span(value, value) for value in inside]
    for taken in (values.mean, values.median):
        whole, point = taken(spans), taken(exact)
        assert point.low == point.high
        assert whole.inside(None, None) is True
        assert None not in (whole.low, point.low, whole.high)
        assert whole.low <= point.low <= whole.high


GUARDED = Measure("histamine", "mg/kg", max=Decimal(200), decision=DecisionRule.GUARD_BAND)


@pytest.mark.parametrize(("value", "outcome"), [("180", YES), ("180.01", NO), ("200", NO), ("ND", YES), ("<180", YES)])
def test_a_guard_band_keeps_the_uncertainty_off_the_limit(value: str, outcome: Outcome) -> None:
    assert measures.judge(GUARDED, value, "mg/kg", uncertainty="20").outcome is outcome


def test_a_guard_band_works_at_both_limits_and_in_the_unit_typed() -> None:
    both = Measure("x", "mg/kg", min=Decimal(10), max=Decimal(20), decision=DecisionRule.GUARD_BAND)
    judged = [
        measures.judge(both, value, "g/kg", uncertainty="0,001").outcome for value in ("0.0109", "0.011", "0.019")
    ]
    assert judged == [NO, YES, YES]


def test_a_guard_band_needs_the_uncertainty() -> None:
    with pytest.raises(BadInput, match="uncertainty_missing"):
        measures.judge(GUARDED, "5", "mg/kg")
    with pytest.raises(BadInput, match="negative_value"):
        measures.judge(GUARDED, "5", "mg/kg", uncertainty="-1")


def test_without_a_guard_band_an_uncertainty_changes_nothing() -> None:
    assert measures.judge(HMF, "40", "mg/kg", uncertainty="9").outcome is YES


def test_case_44_a_value_above_its_limit_fails_however_little_and_precision_only_warns() -> None:
    moisture = Measure("moisture", "g/100g", max=Decimal(20), precision=Decimal("0.1"))
    assert measures.judge(moisture, "20.04", "g/100g").outcome is NO
    assert [doubt.code for doubt in measures.doubts(moisture, "20.04", "g/100g")] == ["protocols.finer"]
    assert measures.doubts(moisture, "20.0", "g/100g") == ()
    assert measures.shown(moisture, Fraction(2004, 100)) == Decimal("20.0")  # shown rounded down, judged as typed
    assert measures.shown(moisture, Fraction(-2004, 100)) == Decimal("-20.0")


def test_case_45_a_wrong_unit_is_asked_about_and_not_refused() -> None:
    assert measures.judge(HMF, "0.04", "mg/kg").outcome is YES
    (doubt,) = measures.doubts(HMF, "0.04", "mg/kg")
    assert (doubt.code, doubt.params["value"], doubt.params["meant"]) == (
        "protocols.implausible_unit",
        "0.04 mg/kg",
        "0.04 g/kg",
    )
    assert measures.doubts(HMF, "0.04", "g/kg") == ()  # 40 mg/kg


def test_a_value_that_no_unit_explains_is_asked_about_plainly() -> None:
    doubts = measures.doubts(Measure("ph", "pH", max=Decimal("4.6")), "34", "pH")
    assert [(doubt.code, doubt.params["high"]) for doubt in doubts] == [("protocols.implausible", "14")]


def test_nothing_detected_is_never_strange() -> None:
    assert measures.doubts(HMF, "ND", "mg/kg") == ()


DRAFTS = """% dry basis|% of cells|% of fibre mass|% of fillet in|% of fruit|% of mass|%|%/year|-|1-10|CFU/100 mL|CFU/g
CFU/mL
L/kg|MPN/100g|Schade|Schade units|cells/mL|days|days/year|degBrix|degC|demerit points|g/100g|g/100g water|g/100g_water
g/100mL|g/h|grey scale 1-5|grey_scale|h|kWh/unit|kg|kg/hive|kg/hive/year|kg/person/day|km|m|mS/cm|mU/L|meq/kg|mg/L|mg/kg
min|mites/100 bees|months|pH|people|per piece|percentage points|piece|pieces/kg|ug STX eq/100g|ug/100g|ug/kg|um|uses"""


@pytest.mark.parametrize("name", DRAFTS.replace("\n", "|").split("|"))
def test_every_unit_that_craft_protocols_name_is_known(name: str) -> None:
    unit = units.SPELLINGS.get(name, name)
    assert unit in units.UNITS
    assert units.convert(Decimal("1.5"), name, unit) == Fraction(3, 2)


@pytest.mark.parametrize(
    ("value", "typed", "into", "exact"),
    [
        ("80", "ug/100g", "ug/kg", Fraction(800)),  # paralytic toxin, in the unit of its limit and in the other
        ("0.8", "mg/kg", "ug/100g", Fraction(80)),
        ("0,35", "U/L", "mU/L", Fraction(350)),
        ("400", "1000cells/mL", "cells/mL", Fraction(400_000)),
        ("30", "min", "h", Fraction(1, 2)),
        ("66,5", "g/100g", "degBrix", Fraction(133, 2)),
        ("1", "L", "kg_honey", Fraction(71, 50)),  # honey weighs 1.42 kg a litre
        ("2", "min/100g", "h/kg", Fraction(1, 3)),
        ("1", "MPN/g", "MPN/100g", Fraction(100)),
        ("3.5", "%", "g/100g_water", Fraction(7, 2)),
    ],
)
def test_units_convert_exactly(value: str, typed: str, into: str, exact: Fraction) -> None:
    assert units.convert(Decimal(value.replace(",", ".")), typed, into) == exact


@pytest.mark.parametrize("unit", sorted(units.UNITS))
def test_factors_agree_both_ways(unit: str) -> None:
    for other in units.accepted_units(unit):
        if other in units.UNITS and unit in units.accepted_units(other):
            there = units.convert(Decimal(1), unit, other)
            assert there * units.convert(Decimal(1), other, unit) == 1
