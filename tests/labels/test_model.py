"""The sum that gives the number, ranges and voids."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seal.labels.model import Ledger, Span, reserve_reasons, usable, void_reasons

UNITS = st.integers(1, 65_535)


@given(UNITS, st.integers(0, 10))
def test_the_quota_is_floored_and_fits_a_token(units: int, percent: int) -> None:
    ledger = Ledger(units, percent)
    assert units <= ledger.quota <= min(units + units * percent / 100, 65_535)
    assert ledger.left == ledger.quota


def test_two_per_cent_of_forty_nine_is_nothing_and_of_fifty_one_unit() -> None:
    assert [Ledger(units, 2).spare for units in (49, 50, 99, 100)] == [0, 1, 1, 2]


def test_the_last_numbers_of_a_token_end_the_book_even_when_labels_were_voided() -> None:
    assert Ledger(65_535, 2, reserved_high=65_535, void_count=100).left == 0


@given(UNITS, st.integers(0, 65_535), st.integers(-5, 70_000))
def test_what_is_reserved_never_passes_the_quota(units: int, reserved: int, count: int) -> None:
    ledger = Ledger(units, 2, reserved_high=min(reserved, units))
    if not reserve_reasons(ledger, count):
        assert ledger.live + count <= ledger.quota
        assert ledger.reserved_high + count <= 65_535
        assert count >= 1


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_spans_meet_exactly_when_they_share_a_number(a: int, b: int, c: int, d: int) -> None:
    one, other = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))
    shared = set(range(one.first, one.last + 1)) & set(range(other.first, other.last + 1))
    assert one.meets(other) == bool(shared)
    assert all(number in one and number in other for number in shared)


def test_each_fault_of_a_void_has_its_name() -> None:
    ledger = Ledger(100, 2, reserved_high=24)
    assert [reason.code for reason in void_reasons(ledger, [], Span(3, 2))] == ["label.span"]
    assert [reason.code for reason in void_reasons(ledger, [Span(1, 9), Span(20, 24)], Span(5, 30))] == [
        "label.not_reserved",
        "label.already_void",
        "label.already_void",
    ]
    assert void_reasons(ledger, [Span(1, 4)], Span(5, 24)) == ()


def test_usable_numbers_leave_the_void_ones_out() -> None:
    assert usable(Span(1, 6), [Span(2, 3), Span(6, 9)]) == [1, 4, 5]
