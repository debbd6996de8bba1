"""Codes that people read and type, and row identifiers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal import ids
from seal.errors import BadInput
from seal.ids import ALPHABET, Code, parse_code

codes = st.builds(Code, st.integers(0, 2**40 - 1), st.none() | st.integers(1, ids.UNIT_MAX))
UNIT = Code(0x9F_0123_4567, 87)


def refused(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        parse_code(text)
    return caught.value.code


@given(codes)
def test_round_trip(code: Code) -> None:
    assert parse_code(code.plain) == parse_code(code.printed) == code
    assert len(code.plain) == (9 if code.unit is None else 13)


@given(codes)
def test_read_as_people_type(code: Code) -> None:
    sloppy = code.printed.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert parse_code(f" {sloppy} ") == code
    assert parse_code(code.plain.replace("1", "I")) == code


def test_every_single_wrong_symbol_is_caught() -> None:
    for code in (UNIT, Code(UNIT.public_id), Code(0), Code(2**40 - 1, 65_535)):
        for place, right in enumerate(code.plain):
            for wrong in ALPHABET.replace(right, ""):
                text = code.plain[:place] + wrong + code.plain[place + 1 :]
                assert refused(text) == "code.check"


def test_every_swap_of_neighbours_is_caught() -> None:
    for code in (UNIT, Code(UNIT.public_id)):
        plain = code.plain
        for place in range(len(plain) - 1):
            swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
            assert swapped == plain or refused(swapped) == "code.check"


@given(codes, st.data())
def test_errors_are_caught_whatever_the_code(code: Code, data: st.DataObject) -> None:
    plain = code.plain
    place = data.draw(st.integers(0, len(plain) - 1))
    wrong = data.draw(st.sampled_from(ALPHABET.replace(plain[place], "")))
    assert refused(plain[:place] + wrong + plain[place + 1 :]) == "code.check"


def test_length() -> None:
    assert refused("") == refused(UNIT.plain[:-1]) == refused(UNIT.plain + "0") == "code.length"


@pytest.mark.parametrize("symbol", ["U", "Ñ", "*", "١"])
def test_symbol(symbol: str) -> None:
    assert refused(symbol + UNIT.plain[1:]) == "code.symbol"


def _numbered(unit: int) -> str:
    symbols = ids._symbols(1, 8) + ids._symbols(unit, 4)
    return "".join(ALPHABET[value] for value in [*symbols, ids._check(symbols)])


@pytest.mark.parametrize("unit", [0, 65_536, 2**20 - 1])
def test_unit_number_beyond_its_range(unit: int) -> None:
    assert refused(_numbered(unit)) == "code.unit"


@pytest.mark.parametrize(("public_id", "unit"), [(-1, None), (2**40, None), (0, 0), (0, 65_536)])
def test_no_such_code(public_id: int, unit: int | None) -> None:
    with pytest.raises(ValueError, match=r"40 bits|1 to 65535"):
        Code(public_id, unit)


def test_printed_in_groups() -> None:
    assert Code(0).printed == "0000-0000-0"
    assert UNIT.printed.count("-") == 3


def test_codes_that_spell_a_route_are_known() -> None:
    code = Code(UNIT.public_id).plain
    assert ids.spells(UNIT.public_id, code)
    assert ids.spells(UNIT.public_id, code.lower())
    assert not ids.spells(UNIT.public_id + 1, code)
    assert not ids.spells(UNIT.public_id, "favicon.ico")
    assert not ids.spells(UNIT.public_id, "protocol")


def test_looks_like_code_says_nothing_of_the_check() -> None:
    assert ids.looks_like_code("0000-0000-1")
    assert not ids.looks_like_code("0000")


def test_uuid7_is_ordered_by_time_and_of_its_version() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    one, two = ids.uuid7(now), ids.uuid7(now + timedelta(milliseconds=1))
    assert one < two
    assert (one.version, one.variant) == (7, "specified in RFC 4122")
    assert one.int >> 80 == int(now.timestamp() * 1000)


def test_public_ids_have_forty_bits() -> None:
    assert all(0 <= ids.random_public_id() < 2**40 for _ in range(200))


def test_ids_of_one_moment_keep_their_order() -> None:
    at = datetime(2026, 3, 3, 12, tzinfo=UTC)
    made = [ids.uuid7(at) for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == 5000
    assert {one.version for one in made} == {7}
