"""Check digits: typed numbers are taken in any usual spelling, a wrong digit or length is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.gs1 import keys


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07804520123453", "07804520123453"), ("7804520123453", "07804520123453"),
        ("780452-012345 3", "07804520123453"),
        ("96385074", "00000096385074"), ("614141123452", "00614141123452"),
    ],
)  # fmt: skip
def test_a_gtin_is_fourteen_digits(typed: str, kept: str) -> None:
    assert keys.checked("gtin", typed) == kept


@pytest.mark.parametrize("typed", ["", "7804520", "780452012345", "x804520123453", "٧804520123453", "1" * 15])
def test_what_is_no_gtin_is_told(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        keys.checked("gtin", typed)
    assert refused.value.code in ("gs1.length", "gs1.check_digit")


def test_the_right_check_digit_is_told() -> None:
    with pytest.raises(BadInput) as refused:
        keys.checked("gtin", "7804520123454")
    assert refused.value.code == "gs1.check_digit"
    assert refused.value.params == {"field": "gtin", "key": "GTIN", "value": "7804520123454", "right": "3"}


def test_a_gln_has_thirteen_digits() -> None:
    assert keys.checked("gln", "9520123456788") == "9520123456788"
    for typed, code in (("952012345678", "gs1.length"), ("9520123456787", "gs1.check_digit")):
        with pytest.raises(BadInput) as refused:
            keys.checked("gln", typed)
        assert refused.value.code == code


@given(st.text("0123456789", min_size=7, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_seen(digits: str, place: int, by: int) -> None:
    whole = digits + keys.check_digit(digits)
    place %= len(whole)
    wrong = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]
    assert keys.checks(whole)
    assert not keys.checks(wrong)
