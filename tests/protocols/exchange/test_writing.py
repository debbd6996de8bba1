"""What is written reads back as the same values, whatever the words are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.protocols import loader
from seal.protocols.exchange.draft import of_folder
from seal.protocols.exchange.writing import dump, flow
from seal.protocols.source import parse

_TEXT = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=30)
_NUMBER = st.integers(-(10**9), 10**9) | st.decimals(
    min_value=-1000, max_value=1000, places=3, allow_nan=False, allow_infinity=False
).filter(lambda value: value != 0)
_LEAF = st.none() | st.booleans() | _NUMBER | _TEXT
_KEY = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=12)
_VALUE = st.recursive(
    _LEAF, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(_KEY, inside, max_size=4), max_leaves=12
)


@settings(max_examples=300)
@given(st.dictionaries(_KEY, _VALUE, min_size=1, max_size=5))
def test_reads_back_as_written(data: dict[str, Any]) -> None:
    assert parse("x.yaml", dump(data).encode()).data == data


@pytest.mark.parametrize(
    "word", ["no", "yes", "1", "1.50", "true", "", "a: b", "a #b", "- a", "'", "*x", "&x", "!t", "?"]
)
def test_words_that_look_like_something_else_stay_words(word: str) -> None:
    assert parse("x.yaml", dump({"a": word, "b": [word]}).encode()).data == {"a": word, "b": [word]}


def test_numbers_stand_as_they_were_typed() -> None:
    assert dump({"max": Decimal("20.0"), "least": 3}) == "max: 20.0\nleast: 3\n"


def test_a_condition_stands_on_one_line() -> None:
    assert flow({"all": [{"fact": "a"}, {"not": {"fact": "b"}}]}) == "{all: [{fact: a}, {not: {fact: b}}]}"


@pytest.mark.parametrize("key", loader.versions(loader.shipped()))
def test_every_shipped_file_reads_back(key: tuple[str, str]) -> None:
    draft = of_folder(loader.shipped(), *key)
    files = draft.files()
    assert parse("p", files["protocol.yaml"]).data == draft.structure
    for language, words in draft.words.items():
        assert parse("t", files[f"text.{language}.yaml"]).data == words
