"""Which tests a batch needs, and whose results serve it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.batches import due, gates, gating
from seal.batches.model import Batch, TestResult
from seal.protocols.model import BatchTest, Every, Protocol
from seal.protocols.model import Tester as _Tester
from seal.protocols.situation import Situation
from seal.protocols.values import tidy
from tests.protocols.schemes import scheme

DAY = date(2026, 11, 25)
SMOKED: Protocol = scheme("""
    facts:
      vacuum_packs: yes_no
      raw_milk: yes_no
    scoring:
      pass_all: [{rule: weighted_percent, min: 50}]
    points: [{id: SMOK-A01, level: major}]
    batch_tests:
    - {id: wps, unit: g/100g_water, min: 3.5, every: quarter, by: lab, applies_if: {fact: vacuum_packs}, public: true}
    - {id: listeria, plan: {n: 5, c: 0, absent_in_g: 25}, every: month, by: lab}
    - {id: toxins, unit: ug/100g, max: 80, every: consignment, by: official}
    - id: staph
      plan: {n: 5, c: 2, m: 100, M: 1000, unit: CFU/g}
      variants: [{when: {fact: raw_milk}, m: 10000, M: 100000, replaces: true}]
      every: batch
      lots: 3
      by: lab
    - {id: fill, unit: degC, min: 85, every: season, by: self}
    - {id: histamine, unit: mg/kg, max: 200, every: year, by: lab, valid_days: 30}
    """)


def batch(number: int, day: date) -> Batch:
    made = datetime(day.year, day.month, day.day, tzinfo=UTC)
    ours, maker, product, site = (UUID(int=place) for place in (90, 91, 92, 93))
    return Batch(UUID(int=number), ours, maker, product, site, "scheme", f"L{number}", 9, day, None, made)


def result(number: int, test: str, day: date, value: str = "4", unit: str = "") -> TestResult:
    return TestResult(UUID(int=number), test, value, unit, _Tester.LAB, day, datetime.now(UTC), "Laboratorio")


def asked(name: str) -> BatchTest:
    found = SMOKED.batch_test(name)
    assert found is not None
    return found


def served(name: str, *days_before: int, made: tuple[int, ...] | None = None) -> list[int]:
    """Which results serve the last batch: one result on the day of each earlier batch, days before it."""
    days = [DAY - timedelta(days=before) for before in days_before]
    batches = [batch(number, day) for number, day in enumerate(days, start=1)]
    results = {one.id: (result(one.id.int, name, one.produced_on),) for one in batches}
    whole = (*batches, batch(50, DAY))
    return [found.id.int for found in due.serving(asked(name), whole[-1], whole, results, SMOKED)]


@pytest.mark.parametrize(
    ("facts", "needed"), [({"vacuum_packs": False}, False), ({"vacuum_packs": True}, True), ({}, True)]
)
def test_a_test_is_left_out_only_where_its_condition_is_known_not_to_hold(facts: dict[str, bool], needed: bool) -> None:
    assert ("wps" in [one.id for one in due.due(SMOKED, Situation(facts))]) is needed


def test_a_monthly_result_serves_the_batches_of_a_month() -> None:
    assert served("listeria", 1, 30, 31, 60) == [1, 2]


def test_a_quarterly_result_serves_three_months() -> None:
    assert served("wps", 30, 91, 92) == [1, 2]


def test_a_consignment_is_tested_in_its_own_batch() -> None:
    assert served("toxins", 0, 1) == []
    assert due.own_only(asked("toxins"))


def test_a_result_serves_so_many_lots() -> None:
    assert served("staph", 400, 300, 200, 100) == [3, 4]  # with this one three
    assert not due.own_only(asked("staph"))


def test_a_seasonal_result_serves_its_season() -> None:
    assert served("fill", 100, 147, 148) == [1, 2]  # the season began on 1 July, 147 days before


def test_a_result_that_was_too_old_at_production_serves_nobody() -> None:
    assert served("histamine", 30, 31) == [1]


def test_a_result_is_kept_without_idle_spaces_and_otherwise_as_typed() -> None:
    typed = [" 17,4 ", "< 0,5", "<10 ; 20;\n>= 300;", "no detectado", "absent", "n.d.; 3.50"]
    assert [tidy(one) for one in typed] == ["17,4", "<0,5", "<10;20;>=300", "ND", "absent", "ND;3.50"]
    assert [tidy(tidy(one)) for one in typed] == [tidy(one) for one in typed]


def required(name: str, value: str, unit: str, situation: Situation) -> gates.RequiredTest:
    own = (result(1, name, DAY, value, unit),)
    return gating.required(asked(name), name, own, (), situation)


def test_a_plan_is_judged_and_shown_as_it_holds_for_the_producer() -> None:
    results = "200; 300; 400; 10; <10"
    raw = required("staph", results, "CFU/g", Situation({"raw_milk": True}))
    boiled = required("staph", results, "CFU/g", Situation({"raw_milk": False}))
    assert [passed.value for _, passed in raw.results] == ["yes"]
    assert [passed.value for _, passed in boiled.results] == ["no"]
    assert (raw.limit, boiled.limit) == (
        "n = 5, c = 2, m = 10000, M = 100000 CFU/g",
        "n = 5, c = 2, m = 100, M = 1000 CFU/g",
    )


def test_absence_in_each_unit_of_a_plan() -> None:
    absent = required("listeria", "; ".join(["absent"] * 5), "", Situation())
    assert [passed.value for _, passed in absent.results] == ["yes"]
    assert absent.limit == "n = 5, c = 0, 0 / 25 g"
    short = required("listeria", "absent; absent", "", Situation())
    assert [passed.value for _, passed in short.results] == ["unreadable"]


def test_a_result_below_the_detection_limit_passes_and_one_that_says_nothing_does_not() -> None:
    assert [passed.value for _, passed in required("toxins", "<40", "ug/100g", Situation()).results] == ["yes"]
    assert [passed.value for _, passed in required("toxins", "ND", "ug/100g", Situation()).results] == ["yes"]
    assert [passed.value for _, passed in required("toxins", ">60", "ug/100g", Situation()).results] == ["unreadable"]


def test_frequencies_are_all_known() -> None:
    """A new word of frequency must be given a meaning here: by itself it would count for a season."""
    seasonal = {Every.SEASON, Every.BATCH_OR_SEASON}
    assert set(Every) == seasonal | due._OWN | set(due._DAYS)


KNIT: Protocol = scheme("""
    scoring:
      pass_all: [{rule: weighted_percent, min: 50}]
    points: [{id: KNIT-A01, level: major}]
    batch_tests:
    - {id: fastness, unit: grey_scale, min: 3, every: dye_lot, by: self}
    - {id: recipe, unit: aw, max: 0.85, every: recipe_change, by: lab}
    - {id: both, unit: aw, max: 0.85, every: quarter, also: [recipe_change], by: lab}
    - {id: toxins, unit: ug/100g, max: 80, every: consignment, by: official, valid_days: 60}
    """)
FIRST, SECOND, THIRD = (UUID(int=number) for number in (201, 202, 203))


def shared(name: str, told: due.Told, *, days: int = 10, lot: UUID | None = None, about: UUID | None = None) -> bool:
    """Whether a result on batch 1, some days ago, serves batch 2 of today."""
    test = KNIT.batch_test(name)
    assert test is not None
    before, now = batch(1, DAY - timedelta(days=days)), batch(2, DAY)
    found = replace(result(1, name, before.produced_on), lot_id=about)
    return bool(due.serving(test, now, (before, now), {before.id: (found,)}, KNIT, told, lot))


def named(when: Every, first: str | None, second: str | None) -> due.Told:
    told = {UUID(int=1): first, UUID(int=2): second}
    return due.Told({when: {one: name for one, name in told.items() if name is not None}})


def test_batches_of_one_dye_bath_share_its_test_and_others_do_not() -> None:
    assert shared("fastness", named(Every.DYE_LOT, "rojo1", "rojo1"))
    assert not shared("fastness", named(Every.DYE_LOT, "rojo1", "rojo2"))
    assert not shared("fastness", named(Every.DYE_LOT, None, None)), "what nobody named is no common bath"


@pytest.mark.parametrize(("name", "far"), [("recipe", 365), ("both", 91)])
def test_a_new_recipe_needs_a_new_test_and_an_old_one_is_good_for_its_time(name: str, far: int) -> None:
    same, other = named(Every.RECIPE_CHANGE, "a", "a"), named(Every.RECIPE_CHANGE, "a", "b")
    assert shared(name, same, days=far)
    assert not shared(name, same, days=far + 1)
    assert not shared(name, other)
    assert not shared(name, named(Every.RECIPE_CHANGE, None, "b"))
    assert shared(name, due.NOTHING_TOLD), "where nobody told a recipe there is one"


def test_a_consignment_is_tested_once_for_every_batch_that_is_made_of_it() -> None:
    """A result about the lot itself, or about a batch of that lot alone; never about a mixture."""
    alone = due.Told(inputs={UUID(int=1): frozenset({FIRST}), UUID(int=2): frozenset({FIRST})})
    mixed = due.Told(inputs={UUID(int=1): frozenset({FIRST, SECOND}), UUID(int=2): frozenset({FIRST})})
    assert shared("toxins", alone, lot=FIRST)
    assert not shared("toxins", alone, lot=SECOND)
    assert not shared("toxins", mixed, lot=FIRST)
    assert shared("toxins", mixed, lot=FIRST, about=FIRST)
    assert not shared("toxins", mixed, lot=FIRST, about=SECOND)
    assert not shared("toxins", alone, lot=FIRST, days=61), "too old when this one was made"
    assert not shared("toxins", alone), "without the book each batch has its own"


def test_a_result_about_a_lot_counts_wherever_it_was_recorded() -> None:
    test, now = KNIT.batch_test("toxins"), batch(2, DAY)
    assert test is not None
    elsewhere = replace(result(7, "toxins", DAY), lot_id=FIRST)
    told = due.Told(inputs={now.id: frozenset({FIRST})}, of_lots={FIRST: (elsewhere,)})
    assert due.serving(test, now, (now,), {}, KNIT, told, FIRST) == (elsewhere,)
    assert due.serving(test, now, (now,), {}, KNIT, told, SECOND) == ()


DAYS = st.integers(-400, 400)


@given(
    name=st.sampled_from([test.id for test in (*SMOKED.rules.batch_tests, *KNIT.rules.batch_tests)]),
    made=st.lists(st.tuples(DAYS, DAYS, st.sampled_from([None, "a", "b"])), min_size=1, max_size=6),
    pooled=st.booleans(),
)
def test_whatever_serves_is_of_the_test_in_time_and_told_once(
    name: str, made: list[tuple[int, int, str | None]], pooled: bool
) -> None:
    """Season, period, expiry, recipe, bath and pool: no result serves that any one of them forbids."""
    protocol = SMOKED if SMOKED.batch_test(name) else KNIT
    test = protocol.batch_test(name)
    assert test is not None
    batches = [batch(number, DAY + timedelta(days=day)) for number, (day, _, _) in enumerate(made, start=1)]
    names = {one.id: called for one, (_, _, called) in zip(batches, made, strict=True) if called}
    told = due.Told({Every.DYE_LOT: names, Every.RECIPE_CHANGE: names})
    results = {
        one.id: (result(one.id.int, name, DAY + timedelta(days=tested)),)
        for one, (_, tested, _) in zip(batches, made, strict=True)
    }
    now = batches[-1]
    if pooled:  # one sample of all of them
        results = {one.id: results[now.id] for one in batches}
    found = due.serving(test, now, batches, results, protocol, told)
    assert len({one.id for one in found}) == len(found)
    homes = {one.id: [home for home in batches if one in results[home.id]] for one in found}
    for one in found:
        assert one.test_id == name
        if test.valid_days is not None:
            assert (now.produced_on - one.tested_on).days <= test.valid_days
        others = [home for home in homes[one.id] if home.id != now.id]
        if test.every in due._DAYS:
            assert abs((one.tested_on - now.produced_on).days) < due._DAYS[test.every]
        if now in homes[one.id]:
            continue
        assert test.every not in (Every.CONSIGNMENT,)
        if test.every is Every.SEASON:
            assert any(protocol.season(home.produced_on) == protocol.season(now.produced_on) for home in others)
        if Every.RECIPE_CHANGE in due.occasions(test):
            assert any(names.get(home.id) == names.get(now.id) for home in others)
        if test.every is Every.DYE_LOT:
            assert any(names.get(home.id) == names.get(now.id) is not None for home in others)
    if pooled and due.own_only(test) and test.valid_days is None:
        assert found == results[now.id], "a pooled result is each lot's own"
