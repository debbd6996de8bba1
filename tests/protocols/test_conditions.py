"""The grammar of conditions: every form, its truth in three values, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from seal.protocols.applicability import Situation, truth
from seal.protocols.conditions import WrongConditionError, read
from seal.protocols.facts import Value

KNOWN: dict[str, Value] = {
    "pasteurises": True,
    "hives": 12,
    "litres": Decimal("40.5"),
    "species": "goat",
    "types": frozenset({"fresh", "aged"}),
}
SITUATION = Situation(KNOWN, frozenset({"cheese"}), frozenset({"kitchen", "field"}), 2)

CASES = [
    ({"fact": "pasteurises"}, True),
    ({"fact": "pasteurises", "is": False}, False),
    ({"fact": "species", "is": "goat"}, True),
    ({"fact": "species", "in": ["cow", "sheep"]}, False),
    ({"fact": "types", "has": "aged"}, True),
    ({"fact": "types", "has": "gouda"}, False),
    ({"fact": "hives", "is": 12}, True),
    ({"fact": "hives", "at_least": 12}, True),
    ({"fact": "hives", "above": 12}, False),
    ({"fact": "litres", "at_most": Decimal("40.5")}, True),
    ({"fact": "litres", "below": Decimal("40.5")}, False),
    ({"product": ["jam", "cheese"]}, True),
    ({"site": ["apiary"]}, False),
    ({"year": {"at_least": 2}}, True),
    ({"year": {"is": 3}}, False),
    ({"not": {"year": {"below": 2}}}, True),
    ({"all": [{"fact": "pasteurises"}, {"site": ["field"]}]}, True),
    ({"any": [{"fact": "hives", "above": 50}, {"fact": "species", "is": "cow"}]}, False),
]


@pytest.mark.parametrize(("written", "value"), CASES)
def test_a_form_and_its_truth(written: dict[str, Any], value: bool) -> None:
    assert truth(read(written), SITUATION) is value


@pytest.mark.parametrize("written", [written for written, _ in CASES])
def test_what_nobody_knows_settles_nothing(written: dict[str, Any]) -> None:
    assert truth(read(written), Situation()) is None


@pytest.mark.parametrize(("fact", "value"), [("hives", "twelve"), ("hives", True), ("species", 3), ("types", "aged")])
def test_a_value_of_another_kind_settles_nothing(fact: str, value: Value) -> None:
    how = {"hives": {"at_least": 1}, "species": {"is": "goat"}, "types": {"has": "aged"}}[fact]
    assert truth(read({"fact": fact, **how}), Situation({fact: value})) is None


def test_numbers_are_compared_exactly_and_read_from_text() -> None:
    over = read({"fact": "litres", "above": Decimal("0.1")})
    assert truth(over, Situation({"litres": "0.1"})) is False
    assert truth(over, Situation({"litres": "0.10000000000000001"})) is True
    with pytest.raises(TypeError):
        truth(over, Situation({"litres": 0.1}))  # type: ignore[dict-item]


WRONG: list[tuple[Any, str, tuple[str | int, ...]]] = [
    ("transhumance", "condition", ()),
    ([], "condition", ()),
    ({}, "condition", ()),
    ({"fact": 3}, "condition", ()),
    ({"not": None}, "condition", ("not",)),
    ({"all": []}, "condition", ()),
    ({"fact": "a", "any": [{"fact": "b"}]}, "condition", ()),
    ({"fakt": "a"}, "unknown_key", ("fakt",)),
    ({"fact": "a", "at_last": 3}, "unknown_key", ("at_last",)),
    ({"fact": "a", "at_least": 3, "below": 9}, "condition", ()),
    ({"at_least": 3}, "unknown_key", ("at_least",)),
    ({"fact": "a", "at_least": "many"}, "compare_number", ("at_least",)),
    ({"fact": "a", "at_least": "1e9"}, "compare_number", ("at_least",)),
    ({"fact": "a", "in": "cow"}, "compare_in", ("in",)),
    ({"fact": "a", "has": ["cow"]}, "compare_has", ("has",)),
    ({"product": "cheese"}, "compare_in", ("product",)),
    ({"year": 2}, "compare_year", ("year",)),
    ({"year": {"is": True}}, "compare_number", ("year", "is")),
    ({"all": [{"fact": "a"}, {"nott": {"fact": "b"}}]}, "unknown_key", ("all", 1, "nott")),
]


@pytest.mark.parametrize(("written", "code", "place"), WRONG)
def test_anything_else_is_refused_with_its_place(written: Any, code: str, place: tuple[str | int, ...]) -> None:
    with pytest.raises(WrongConditionError) as refused:
        read(written)
    (fault,) = refused.value.faults
    assert (fault.code, fault.place) == (f"protocols.{code}", place)


def test_every_fault_of_a_condition_is_named() -> None:
    with pytest.raises(WrongConditionError) as refused:
        read({"all": [{"fakt": "a"}, {"any": [{"fact": "n", "above": "x"}, 3]}]})
    assert [fault.place for fault in refused.value.faults] == [
        ("all", 0, "fakt"),
        ("all", 1, "any", 0, "above"),
        ("all", 1, "any", 1),
    ]
