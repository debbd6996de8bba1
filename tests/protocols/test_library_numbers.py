"""Limits, gates and quantities of the shipped protocols in the situations that change them, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from seal.protocols import capacity, loader
from seal.protocols.answer_types import PlanAnswer
from seal.protocols.applicability import applies
from seal.protocols.facts import Value
from seal.protocols.measure import effective
from seal.protocols.model import Outcome, Protocol
from seal.protocols.response_forms import judge
from seal.protocols.situation import Situation, truth

Facts = Mapping[str, Value]
VERSION = "0.1.0"


@cache
def shipped(protocol_id: str) -> Protocol:
    return loader.load(loader.shipped(), protocol_id, VERSION)


BOUNDS: list[tuple[str, str, Facts, str | None, str | None]] = [
    # protocol, point, what is known, lowest, highest
    ("queso", "QUES-A07", {}, None, "6"),
    ("queso", "QUES-A07", {"processes_daily": False}, None, "6"),
    ("queso", "QUES-A07", {"processes_daily": True}, None, "8"),
    ("queso", "QUES-B01", {"pasteurisation_method": "vat"}, "63", None),
    ("queso", "QUES-B01", {"pasteurisation_method": "flash"}, "72", None),
    ("queso", "QUES-B01", {}, "72", None),
    ("queso", "QUES-B09", {"pasteurisation_method": "vat"}, "30", None),
    ("queso", "QUES-B09", {"pasteurisation_method": "flash"}, "0.25", None),
    ("queso", "QUES-B09", {}, "30", None),
    ("queso", "QUES-B08", {"raw_milk": False}, None, "36"),
    ("queso", "QUES-B08", {"raw_milk": True, "stores_milk": False}, None, "4"),
    ("queso", "QUES-E02", {"species": "cow", "cheese_types": ["chanco"]}, "8.5", "12"),
    ("queso", "QUES-E02", {"species": "cow", "cheese_types": ["fresh"]}, "5", "7"),
    ("queso", "QUES-E02", {"species": "cow", "cheese_types": ["fresh", "gouda"]}, "5", "12"),
    ("queso", "QUES-E02", {"species": "goat", "cheese_types": ["fresh"]}, "7", "10"),
    ("queso", "QUES-E02", {"species": "sheep"}, "5", "6"),
    ("queso", "QUES-E02", {"species": "mixed"}, "5", "12"),
    ("queso", "QUES-E02", {}, "8.5", "12"),
    ("ahumado", "AHUM-A13", {"home_freezer": False}, "24", None),
    ("ahumado", "AHUM-A13", {"home_freezer": True}, "168", None),
    ("ahumado", "AHUM-A13", {}, "168", None),
    ("ahumado", "AHUM-E03", {"raw_materials": ["wild_fish"], "smoking": ["cold"]}, "75", "88"),
    ("ahumado", "AHUM-E03", {"raw_materials": ["farmed_fish"], "smoking": ["hot"]}, "60", "75"),
    ("ahumado", "AHUM-E03", {"raw_materials": ["farmed_fish"], "smoking": ["hot", "cold"]}, "60", "88"),
    ("ahumado", "AHUM-E03", {"raw_materials": ["shellfish"], "smoking": ["hot"]}, "12", "18"),
    ("lana", "LANA-B05", {"spinning_tools": ["spindle"]}, None, "60"),
    ("lana", "LANA-B05", {"spinning_tools": ["spindle", "wheel"]}, None, "150"),
]


@pytest.mark.parametrize(("protocol_id", "point_id", "facts", "low", "high"), BOUNDS)
def test_the_limit_follows_the_producer(
    protocol_id: str, point_id: str, facts: Facts, low: str | None, high: str | None
) -> None:
    measure = shipped(protocol_id).point(point_id).measure
    assert measure is not None
    bound = effective(measure, Situation(facts))
    assert (bound.min, bound.max) == tuple(None if text is None else Decimal(text) for text in (low, high))


@pytest.mark.parametrize(
    ("facts", "m", "most"),
    [
        ({"raw_milk": False, "cheese_types": ["chanco"]}, 100, 1000),
        ({"raw_milk": True, "cheese_types": ["aged"]}, 10_000, 100_000),
        ({"raw_milk": False, "cheese_types": ["fresh"]}, 10, 100),
        ({"raw_milk": True, "cheese_types": ["fresh", "aged"]}, 10, 100),
        ({}, 10, 100),
    ],
)
def test_the_staphylococcus_plan_follows_the_cheese_and_is_the_same_at_the_gate(
    facts: Facts, m: int, most: int
) -> None:
    queso = shipped("queso")
    answer, test = queso.point("QUES-D03").answer, queso.batch_test("staph")
    assert isinstance(answer, PlanAnswer)
    assert test is not None
    assert test.plan is not None
    for plan in (effective(answer, Situation(facts)), effective(test.plan, Situation(facts))):
        assert (plan.n, plan.c, plan.m, plan.M) == (5, 2, m, most)


APPLIES: list[tuple[str, str, Facts, bool]] = [
    ("queso", "QUES-A06", {"species": "goat"}, False),
    ("queso", "QUES-A06", {"species": "mixed"}, True),
    ("queso", "QUES-B10", {"pasteurises": True, "pasteurisation_method": "vat"}, False),
    ("queso", "QUES-C10", {"cheese_types": ["chanco"]}, False),
    ("queso", "QUES-C05", {}, True),
    ("mermelada", "MERM-A03", {"wild_collects": True, "fruits": ["rosa_mosqueta", "murra"]}, False),
    ("mermelada", "MERM-A03", {"wild_collects": True, "fruits": ["murra", "maqui"]}, True),
    ("mermelada", "MERM-B01", {"fruits": ["rosa_mosqueta"]}, False),
    ("mermelada", "MERM-B06", {"fruits": ["rosa_mosqueta", "maqui"]}, True),
    ("mermelada", "MERM-C02", {"styles": ["low_sugar"]}, False),
    ("mermelada", "MERM-C02", {"styles": ["low_sugar", "traditional"]}, True),
    ("mermelada", "MERM-C03", {"styles": ["low_sugar"], "low_sugar_safety": "acid_heat"}, False),
    ("mermelada", "MERM-C03", {"styles": ["low_sugar"]}, True),
    ("mermelada", "MERM-C09", {"styles": ["low_sugar"]}, True),
    ("ahumado", "AHUM-B03", {"packing": ["vacuum"]}, False),
    ("ahumado", "AHUM-B03", {"packing": ["vacuum", "air"]}, True),
    ("ahumado", "AHUM-A09", {"raw_materials": ["wild_fish"], "smoking": ["hot"]}, False),
    ("ahumado", "AHUM-E01", {"no_growth_study": True}, False),
    ("ahumado", "AHUM-E06", {}, True),
    ("lana", "LANA-C06", {"dye_kinds": ["undyed"]}, False),
    ("lana", "LANA-C05", {"dye_kinds": ["natural"]}, False),
]


@pytest.mark.parametrize(("protocol_id", "point_id", "facts", "there"), APPLIES)
def test_a_point_applies_to_those_whom_it_concerns(protocol_id: str, point_id: str, facts: Facts, there: bool) -> None:
    assert applies(shipped(protocol_id).point(point_id), Situation(facts)) is there


@pytest.mark.parametrize(
    ("facts", "tests"),
    [
        ({"raw_materials": ["farmed_fish"], "packing": ["vacuum"], "no_growth_study": False}, ["wps", "listeria"]),
        (
            {"raw_materials": ["shellfish"], "packing": ["air"], "no_growth_study": True},
            ["marine_toxins", "okadaic", "domoic"],
        ),
        ({}, ["wps", "listeria", "marine_toxins", "okadaic", "domoic"]),
    ],
)
def test_the_gate_of_smoked_product_follows_what_is_smoked(facts: Facts, tests: list[str]) -> None:
    asked = [
        test.id
        for test in shipped("ahumado").rules.batch_tests
        if test.applies_if is None or truth(test.applies_if, Situation(facts)) is not False
    ]
    assert asked == tests


@pytest.mark.parametrize("toxin", ["marine_toxins", "okadaic", "domoic"])
def test_marine_toxins_are_official_and_due_for_each_consignment(toxin: str) -> None:
    test = shipped("ahumado").batch_test(toxin)
    assert test is not None
    assert (test.every, test.by) == ("consignment", "official")


LABELS: list[tuple[str, Facts, set[str] | None, int | None]] = [
    # protocol, facts, kind of the product: shelf life in days; None where people say it
    ("queso", {"cheese_types": ["chanco"]}, None, None),
    ("queso", {"cheese_types": ["fresh"]}, None, 21),
    ("queso", {"cheese_types": ["fresh", "chanco"]}, None, None),
    ("queso", {"cheese_types": ["fresh", "chanco"]}, {"fresh"}, 21),
    ("queso", {"cheese_types": ["fresh", "chanco"]}, {"chanco"}, None),
    ("queso", {}, None, None),
    ("ahumado", {"packing": ["vacuum"], "frozen_product": False}, None, 30),
    ("ahumado", {"packing": ["air"], "frozen_product": False}, None, 10),
    ("ahumado", {"packing": ["air"], "frozen_product": True}, {"frozen"}, 180),
    ("ahumado", {"packing": ["air", "vacuum"], "frozen_product": False}, None, None),
    ("ahumado", {"packing": ["air", "vacuum"], "frozen_product": False}, {"vacuum"}, 30),
    ("lana", {}, None, None),
]


@pytest.mark.parametrize(("protocol_id", "facts", "kinds", "days"), LABELS)
def test_the_shelf_life_follows_the_product(
    protocol_id: str, facts: Facts, kinds: set[str] | None, days: int | None
) -> None:
    products = None if kinds is None else frozenset(kinds)
    assert shipped(protocol_id).rules.label.default_days(Situation(facts, products)) == days


RESTS: list[tuple[Facts, set[str], int]] = [
    ({"cheese_types": ["chanco", "aged"], "raw_milk": False}, {"chanco"}, 21),
    ({"cheese_types": ["chanco", "gouda"], "raw_milk": False}, {"gouda"}, 28),
    ({"cheese_types": ["chanco", "aged"], "raw_milk": False}, {"aged"}, 90),
    ({"cheese_types": ["chanco"], "raw_milk": True}, {"chanco"}, 60),
]


@pytest.mark.parametrize(("facts", "kinds", "days"), RESTS)
def test_a_cheese_rests_as_long_as_its_kind_asks(facts: Facts, kinds: set[str], days: int) -> None:
    situation = Situation(facts, frozenset(kinds))
    held = [each for each in shipped("queso").rules.label.variants if truth(each.when, situation)]
    assert max(each.release_after_days or 0 for each in held) == days


QUANTITIES: list[tuple[str, Facts, Mapping[str, int | str], tuple[str, str, str]]] = [
    # protocol, facts, what goes in: least and most that is usual, and the cap
    ("queso", {"species": "cow", "cheese_types": ["chanco"]}, {"milk_litres": 1020}, ("85", "120", "120")),
    ("queso", {"species": "sheep", "cheese_types": ["aged"]}, {"milk_litres": 300}, ("50", "60", "60")),
    (
        "ahumado",  # 40 kg gutted: × 0.58 × 0.60, × 0.70 × 0.75
        {"raw_materials": ["farmed_fish"], "smoking": ["hot"], "buys_fillet": False},
        {"raw_kg": 40},
        ("13.92", "21", "21"),
    ),
    (
        "ahumado",
        {"raw_materials": ["farmed_fish"], "smoking": ["cold"], "buys_fillet": True},
        {"raw_kg": 40},
        ("30", "35.2", "35.2"),
    ),
    ("ahumado", {"raw_materials": ["shellfish"], "smoking": ["hot"]}, {"raw_kg": 100}, ("12", "18", "18")),
    ("lana", {}, {"greasy_kg": 100}, ("38.25", "67.032", "67.032")),  # 0.50 × 0.85 × 0.90, 0.72 × 0.95 × 0.98
]


@pytest.mark.parametrize(("protocol_id", "facts", "given", "wanted"), QUANTITIES)
def test_what_can_be_made_is_worked_out_from_what_goes_in(
    protocol_id: str, facts: Facts, given: Mapping[str, int | str], wanted: tuple[str, str, str]
) -> None:
    rule = shipped(protocol_id).rules.capacity
    assert rule is not None
    found = capacity.expected(rule, {name: Fraction(value) for name, value in given.items()}, Situation(facts))
    assert (found.low, found.high, found.cap) == tuple(Fraction(text) for text in wanted)


def test_jam_keeps_its_solids() -> None:
    """1.0 kg of fruit at 15 °Brix and 0.8 kg of sugar to 65 °Brix: 94.2 ÷ 65 kg, and a twentieth more at most."""
    rule = shipped("mermelada").rules.capacity
    assert rule is not None
    given = {"fruit_kg": "1", "fruit_brix": "15", "sugar_kg": "0.8", "final_brix": "65"}
    found = capacity.expected(rule, {name: Fraction(value) for name, value in given.items()}, Situation())
    assert found.high == Fraction("94.2") / 65
    assert round(float(found.high), 2) == 1.45
    assert found.verdict(Fraction("1.46")) == "ask"
    assert found.verdict(Fraction("1.53")) == "decide"


ANSWERS: list[tuple[str, str, dict[str, Any], Outcome]] = [
    ("queso", "QUES-D01", {"value": "absent; absent; absent; absent; absent"}, Outcome.COMPLIANT),
    ("queso", "QUES-D01", {"value": "absent; absent; absent; absent; present"}, Outcome.NON_COMPLIANT),
    ("queso", "QUES-D04", {"value": "<10; 1000; 100; 150; 20", "unit": "CFU/g"}, Outcome.COMPLIANT),
    ("queso", "QUES-D04", {"value": "<10; 1001; 20; 15; 20", "unit": "CFU/g"}, Outcome.NON_COMPLIANT),
    ("queso", "QUES-E03", {"chosen": ["species", "milk_treatment", "lot", "dates", "storage"]}, Outcome.NON_COMPLIANT),
    ("mermelada", "MERM-C07", {"good": 98, "of": 100}, Outcome.NON_COMPLIANT),
    ("mermelada", "MERM-E04", {"choice": "not_needed"}, Outcome.COMPLIANT),
    ("mermelada", "MERM-E04", {"choice": "missing"}, Outcome.NON_COMPLIANT),
    ("ahumado", "AHUM-D07", {"good": 3, "of": 4}, Outcome.NON_COMPLIANT),
    ("ahumado", "AHUM-E06", {"value": "<10; 100; 40; 20; 10", "unit": "CFU/g"}, Outcome.COMPLIANT),
    ("ahumado", "AHUM-E06", {"value": "<10; 101; 40; 20; 10", "unit": "CFU/g"}, Outcome.NON_COMPLIANT),
    (
        "ahumado",
        "AHUM-A11",
        {"value": "20; 30; 15; 20; 10; 201; 20; 30; 10", "unit": "mg/kg", "report": "L-1"},
        Outcome.NON_COMPLIANT,
    ),
    ("lana", "LANA-A02", {"rows": [{"farm": "Los Ñires", "breed": "Corriedale"}]}, Outcome.NON_COMPLIANT),
]


@pytest.mark.parametrize(("protocol_id", "point_id", "response", "outcome"), ANSWERS)
def test_an_answer_is_judged_by_what_was_found(
    protocol_id: str, point_id: str, response: dict[str, Any], outcome: Outcome
) -> None:
    facts: Facts = {"raw_milk": False, "cheese_types": ["chanco"]}
    assert judge(shipped(protocol_id).point(point_id), Situation(facts), response).outcome is outcome


def test_a_cheese_with_one_poor_criterion_does_not_pass_the_panel() -> None:
    sheet = {"appearance": "9", "smell": "9", "taste": "9", "texture": "3"}  # blown: 3 is below the floor of 4
    judged = judge(shipped("queso").point("QUES-D06"), Situation(), {"judges": [sheet, sheet, sheet]})
    assert judged.outcome is Outcome.NON_COMPLIANT


def test_the_first_year_is_kinder_where_the_association_has_to_build_something() -> None:
    kinder = {
        point.id: (point.level_in(1).value, point.level_in(2).value)
        for name in ("queso", "mermelada", "ahumado", "lana")
        for point in shipped(name).modules[0].points
        if point.level_by_year
    }
    assert kinder == dict.fromkeys(("QUES-D06", "MERM-D03", "LANA-B02", "LANA-B06"), ("recommendation", "minor"))


def test_milk_that_is_not_pasteurised_is_raw_whatever_else_is_said() -> None:
    """No facts leave untreated milk without a permit and without its ripening."""
    for facts in ({"pasteurises": False, "raw_milk": False}, {"pasteurises": False}, {"raw_milk": True}):
        for point in ("QUES-B03", "QUES-B04"):
            assert applies(shipped("queso").point(point), Situation(facts)), facts
