"""The shelf life that goes without saying."""

from __future__ import annotations

import pytest

from seal.protocols import loader
from seal.protocols.conditions import read
from seal.protocols.facts import Value
from seal.protocols.quantities import LabelRules, LabelVariant
from seal.protocols.situation import Situation

FRESH = LabelVariant(read({"fact": "types", "has": "fresh"}), shelf_life_days=15)
SMOKED = LabelVariant(read({"fact": "smokes"}), shelf_life_days=30, release_after_days=2)
LABEL = LabelRules(shelf_life_days=90, variants=(FRESH, SMOKED))


@pytest.mark.parametrize(
    ("types", "smokes", "days"),
    [
        (frozenset({"aged"}), False, 90),
        (frozenset({"aged"}), True, 30),
        (frozenset({"fresh", "aged"}), True, 15),
        (None, True, None),
        (frozenset({"fresh"}), None, None),
    ],
)
def test_the_shortest_that_holds_and_none_where_it_is_not_settled(
    types: Value, smokes: Value, days: int | None
) -> None:
    assert LABEL.default_days(Situation({"types": types, "smokes": smokes})) == days


def test_a_variant_without_a_shelf_life_leaves_it_alone() -> None:
    rests = LabelRules(shelf_life_days=90, variants=(LabelVariant(read({"fact": "raw"}), release_after_days=60),))
    assert rests.default_days(Situation()) == 90


def test_wool_keeps() -> None:
    assert loader.load(loader.shipped(), "lana", "0.1.0").rules.label.default_days(Situation()) is None


@pytest.mark.parametrize(
    ("kind", "raw", "days"),
    [("chanco", False, 21), ("gouda", False, 28), ("gouda", True, 60), ("aged", True, 90), ("fresh", False, 0)],
)
def test_what_is_made_rests_as_long_as_the_strictest_that_holds(kind: str, raw: bool, days: int) -> None:
    label = loader.load(loader.shipped(), "queso", "0.1.0").rules.label
    types = ("aged", "chanco", "fresh", "gouda")
    facts = {"cheese_types": types, "raw_milk": raw}
    assert label.release_days(Situation(facts, frozenset({kind}))) == days
    assert label.release_days(Situation({"cheese_types": types})) == 0, "nobody knows which"
    assert label.certain_days(Situation(facts, frozenset({kind}))) == (21 if kind == "fresh" else None)
