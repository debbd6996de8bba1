"""Facts as a form says them: what each type takes, and what stays unknown."""

from __future__ import annotations

from fractions import Fraction

import pytest

from seal.protocols.facts import FactRule, Value
from seal.protocols.terms import FactType

TOLD = [
    (FactRule("own_herd", FactType.YES_NO), ["yes"], True),
    (FactRule("own_herd", FactType.YES_NO), ["no"], False),
    (FactRule("own_herd", FactType.YES_NO), ["perhaps"], None),
    (FactRule("own_herd", FactType.YES_NO), [], None),
    (FactRule("hives", FactType.NUMBER), ["3,5"], Fraction(7, 2)),
    (FactRule("hives", FactType.NUMBER), ["many"], None),
    (FactRule("species", FactType.CHOICE, choices=("cow", "goat")), ["goat"], "goat"),
    (FactRule("species", FactType.CHOICE, choices=("cow", "goat")), ["llama"], None),
    (FactRule("types", FactType.MULTI, choices=("fresh", "aged")), ["aged", "brie"], frozenset({"aged"})),
    (FactRule("types", FactType.MULTI, choices=("fresh", "aged")), ["none"], frozenset()),
    (FactRule("types", FactType.MULTI, choices=("fresh", "aged")), ["brie"], None),
    (FactRule("types", FactType.MULTI, choices=("fresh", "aged")), [" "], None),
]


@pytest.mark.parametrize(("fact", "words", "value"), TOLD)
def test_a_form_says_a_fact(fact: FactRule, words: list[str], value: Value) -> None:
    assert fact.told(words) == value
