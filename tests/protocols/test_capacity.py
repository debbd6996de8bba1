"""What can be made: the numbers of CERTIFICATION C3, worked by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.protocols.capacity import Expected, chains, expected
from seal.protocols.conditions import Compare as How
from seal.protocols.conditions import Comparison, Condition
from seal.protocols.quantities import Capacity, Yield
from seal.protocols.situation import Situation
from seal.protocols.terms import Formula, Period

ANYBODY = Situation()
D = Decimal


def species(name: str) -> Condition:
    return Condition(fact="species", compare=Comparison(How.IS, name))


HIVES = Capacity("hives", "kg", Period.SEASON, D(40), (D(10), D(30)))
JAM = Capacity("fruit_kg", "kg", Period.BATCH, formula=Formula.SOLUBLE_SOLIDS)
CHEESE = Capacity(
    "milk_litres",
    "kg",
    Period.MONTH,
    formula=Formula.LITRES_PER_KG,
    yields=(
        Yield("pressed_cow", (D("8.5"), D(12)), D(8), when=species("cow")),
        Yield("goat", (D(7), D(10)), D("6.5"), when=species("goat")),
    ),
)
COLD, HOT = Condition(fact="cold_smokes"), Condition(fact="hot_smokes")
FISH = Capacity(
    "gutted_kg",
    "kg",
    Period.BATCH,
    formula=Formula.YIELD,
    yields=(
        Yield("fillet", (D(58), D(70)), D(75), "gutted", "fillet"),
        Yield("cold", (D(75), D(88)), D(90), "fillet", "cold_smoked", COLD),
        Yield("hot", (D(60), D(75)), D(80), "fillet", "hot_smoked", HOT),
    ),
)
WOOL = Capacity(
    "greasy_kg",
    "kg",
    Period.YEAR,
    formula=Formula.YIELD,
    yields=(
        Yield("scour", (D(50), D(72)), D(75)),
        Yield("spin", (D(85), D(95)), D(97)),
        Yield("make", (D(90), D(98)), D(99)),
    ),
)


def kilos(**given: str) -> dict[str, Fraction]:
    return {name: Fraction(value) for name, value in given.items()}


def test_honey_by_hive() -> None:
    assert expected(HIVES, kilos(hives="12"), ANYBODY) == Expected(Fraction(120), Fraction(360), Fraction(480))


def test_jam_by_the_solids_that_go_in() -> None:
    """1.0 kg of fruit at 15 °Brix and 0.8 kg of sugar, cooked to 65: (15 + 79.2) / 65 = 1.45 kg."""
    made = expected(JAM, kilos(fruit_kg="1.0", fruit_brix="15", sugar_kg="0.8", final_brix="65"), ANYBODY)
    assert made.high == Fraction("94.2") / 65
    assert round(float(made.high), 2) == 1.45
    assert made.cap == made.high * Fraction("1.05")


def test_cheese_by_the_litres_that_a_kilogram_takes() -> None:
    cow = expected(CHEESE, kilos(milk_litres="100"), Situation({"species": "cow"}))
    assert cow == Expected(Fraction(100, 12), Fraction(1000, 85), Fraction(100, 8))
    goat = expected(CHEESE, kilos(milk_litres="100"), Situation({"species": "goat"}))
    assert (goat.low, goat.high) == (10, Fraction(100, 7))


def test_of_an_unknown_kind_the_band_holds_every_kind() -> None:
    made = expected(CHEESE, kilos(milk_litres="100"), ANYBODY)
    assert made == Expected(Fraction(100, 12), Fraction(100, 7), Fraction(200, 13))


def test_fish_by_the_steps_from_gutted_to_smoked() -> None:
    both = expected(FISH, kilos(gutted_kg="100"), ANYBODY)
    assert (both.low, both.high) == (Fraction("34.8"), Fraction("61.6"))
    cold = expected(FISH, kilos(gutted_kg="100"), Situation({"cold_smokes": True, "hot_smokes": False}))
    assert (cold.low, cold.high, cold.cap) == (Fraction("43.5"), Fraction("61.6"), Fraction("67.5"))


def test_wool_by_steps_that_follow_each_other() -> None:
    made = expected(WOOL, kilos(greasy_kg="100"), ANYBODY)
    assert (made.low, made.high) == (Fraction("38.25"), Fraction("67.032"))


@pytest.mark.parametrize(
    ("made", "verdict"), [("119", "ask"), ("120", "usual"), ("360", "usual"), ("361", "ask"), ("480.001", "decide")]
)
def test_two_lines_ask_and_decide(made: str, verdict: str) -> None:
    assert expected(HIVES, kilos(hives="12"), ANYBODY).verdict(Fraction(made)) == verdict


def test_every_input_that_is_missing_or_cannot_be_is_named() -> None:
    with pytest.raises(BadInput) as refused:
        expected(JAM, kilos(fruit_kg="-1", sugar_kg="1", final_brix="0"), ANYBODY)
    assert {each.params["input"] for each in refused.value.reasons} == {"fruit_kg", "fruit_brix", "final_brix"}
    with pytest.raises(BadInput):
        expected(HIVES, {}, ANYBODY)


def test_steps_that_go_round_give_no_chain() -> None:
    circle = (Yield("a", (D(1), D(2)), D(3), "x", "y"), Yield("b", (D(1), D(2)), D(3), "y", "x"))
    assert list(chains(circle)) == []


def test_where_every_way_is_ruled_out_nothing_is_expected() -> None:
    made = expected(CHEESE, kilos(milk_litres="100"), Situation({"species": "sheep"}))
    assert made == Expected(None, None, Fraction(0))
    assert made.verdict(Fraction(1)) == "decide"


def test_where_only_the_first_step_is_left_it_alone_counts() -> None:
    none = Situation({"cold_smokes": False, "hot_smokes": False})
    made = expected(FISH, kilos(gutted_kg="100"), none)
    assert made.cap == 75  # fillets


@given(st.fractions(min_value=0, max_value=10_000), st.fractions(min_value=0, max_value=10_000))
def test_more_that_goes_in_never_gives_less(some: Fraction, more: Fraction) -> None:
    for capacity in (HIVES, CHEESE, FISH, WOOL):
        low = expected(capacity, {capacity.basis: some}, ANYBODY)
        high = expected(capacity, {capacity.basis: some + more}, ANYBODY)
        assert high.cap >= low.cap
        assert low.low is not None
        assert low.high is not None
        assert low.low <= low.high <= low.cap
