from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.protocols.source import MAX_BYTES, parse


def data(text: str) -> Any:
    return parse("x.yaml", text.encode()).data


def codes(text: str | bytes) -> list[tuple[str, Any]]:
    with pytest.raises(BadInput) as refused:
        parse("x.yaml", text if isinstance(text, bytes) else text.encode())
    assert {reason.params["file"] for reason in refused.value.reasons} == {"x.yaml"}
    return [(reason.code, reason.params["line"]) for reason in refused.value.reasons]


def test_decimals_are_kept_as_typed_and_never_floats() -> None:
    read = data("a: 20.04\nb: 20\nc: -0.10\n")["a"], data("a: 20")["a"], data("a: -0.10")["a"]
    assert read == (Decimal("20.04"), 20, Decimal("-0.10"))
    assert [type(value) for value in read] == [Decimal, int, Decimal]


@pytest.mark.parametrize(
    "word", ["1e3", "0x1f", "0o17", "010", "1_000", ".5", "5.", ".inf", ".nan", "1:30", "2026-11-21"]
)
def test_other_spellings_of_numbers_and_dates_are_text(word: str) -> None:
    assert data(f"a: {word}")["a"] == word


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "True", "FALSE"])
def test_only_true_and_false_are_booleans(word: str) -> None:
    assert data(f"a: {word}\nb: true\nc: false") == {"a": word, "b": True, "c": False}


def test_quoted_words_are_text() -> None:
    assert data("a: '20'\nb: \"true\"\nc: ''") == {"a": "20", "b": "true", "c": ""}


def test_keys_are_always_text() -> None:
    assert data("1: a\n2.5: b\ntrue: c\n~: d") == {"1": "a", "2.5": "b", "true": "c", "~": "d"}


def test_a_bomb_of_aliases_is_refused() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert codes(bomb) == [("protocols.alias", line) for line in (1, 2, 2, 2, 3, 3)]


def test_a_type_mark_is_refused() -> None:
    assert codes("a: !!python/object/apply:os.system ['true']") == [("protocols.tag", 1)]


def test_every_duplicate_key_is_named_with_its_line() -> None:
    assert codes("a: 1\nb: {c: 1, c: 2}\na: 2\n") == [("protocols.duplicate_key", 2), ("protocols.duplicate_key", 3)]


def test_several_documents_are_refused() -> None:
    assert codes("a: 1\n---\nb: 2\n") == [("protocols.several_documents", 2)]


def test_broken_yaml_names_the_line() -> None:
    assert codes("a: 1\nb: [1, 2\nc: 3\n") == [("protocols.not_yaml", 3)]


def test_bytes_that_are_not_utf8_name_the_line() -> None:
    assert codes(b"a: 1\nb: \xff\n") == [("protocols.not_utf8", 2)]


def test_a_file_above_one_megabyte_is_refused() -> None:
    assert codes(b"a" * (MAX_BYTES + 1)) == [("protocols.too_big", 1)]


def test_deep_nesting_is_refused() -> None:
    assert codes("a: " + "[" * 5000) == [("protocols.too_deep", 1)]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "- a\n- b\n", "word"])
def test_a_file_without_keys_is_refused(text: str) -> None:
    assert codes(text) == [("protocols.not_a_map", 1)]


def test_a_key_that_is_a_list_is_refused() -> None:
    assert ("protocols.key_not_text", 1) in codes("? [a, b]\n: 1\n")


def test_lines_of_everything_are_known() -> None:
    source = parse("x.yaml", b"a: 1\npoints:\n- id: P-1\n  measure:\n    unit: kg\n")
    assert source.line(("points", 0, "measure", "unit")) == 5
    assert source.line(("points", 0, "nothing", "here")) == 3
    assert source.place(("points", 0, "measure", "unit")) == "points > P-1 > measure > unit"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(BadInput):
        assert isinstance(parse("x.yaml", raw).data, dict)
