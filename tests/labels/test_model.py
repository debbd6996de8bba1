"""The sum that gives the number, ranges and voids."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.batches.model import State as BatchState
from seal.certificates.model import State as CertificationState
from seal.errors import Reason
from seal.labels.model import (
    REASONS,
    LabelRange,
    Ledger,
    Span,
    Void,
    VoidReason,
    reserve_reasons,
    right_reasons,
    usable,
    void_reasons,
)

ID = UUID("019a0000-0000-7000-8000-000000000001")
MOMENT = datetime(2026, 11, 25, 12, tzinfo=UTC)
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


def test_the_spare_ends_where_a_token_ends() -> None:
    full, nearly = Ledger(65_535, 2), Ledger(65_530, 2)
    assert (full.spare, full.quota) == (0, 65_535)
    assert (nearly.spare, nearly.quota) == (5, 65_535)


def test_voided_numbers_make_room_for_new_ones() -> None:
    ledger = Ledger(100, 2, reserved_high=102, void_count=3)
    assert (ledger.live, ledger.left) == (99, 3)
    assert Ledger(100, 2).live == 0


def test_the_last_numbers_of_a_token_may_be_fewer_than_what_was_voided() -> None:
    assert Ledger(65_535, 2, reserved_high=65_530, void_count=100).left == 5


@given(UNITS, st.integers(0, 65_535), st.integers(-5, 70_000))
def test_what_is_reserved_never_passes_the_quota(units: int, reserved: int, count: int) -> None:
    ledger = Ledger(units, 2, reserved_high=min(reserved, units))
    if not reserve_reasons(ledger, count):
        assert ledger.live + count <= ledger.quota
        assert ledger.reserved_high + count <= 65_535
        assert count >= 1


@pytest.mark.parametrize("count", [0, -1])
def test_no_fewer_than_one_number_is_reserved(count: int) -> None:
    assert reserve_reasons(Ledger(100, 2), count) == (Reason("label.count", {"count": count}),)


def test_one_number_may_be_reserved() -> None:
    assert reserve_reasons(Ledger(100, 2), 1) == ()


def test_the_rest_of_the_quota_may_be_reserved_and_not_one_more() -> None:
    ledger = Ledger(100, 2, reserved_high=24, void_count=4)
    assert reserve_reasons(ledger, 82) == ()
    assert reserve_reasons(ledger, 83) == (Reason("label.over_quota", {"asked": 83, "left": 82, "quota": 102}),)


def test_the_number_after_the_last_of_a_token_is_over_quota() -> None:
    ledger = Ledger(65_535, 2, reserved_high=65_535, void_count=100)
    assert reserve_reasons(ledger, 1) == (Reason("label.over_quota", {"asked": 1, "left": 0, "quota": 65_535}),)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_spans_meet_exactly_when_they_share_a_number(a: int, b: int, c: int, d: int) -> None:
    one, other = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))
    shared = set(range(one.first, one.last + 1)) & set(range(other.first, other.last + 1))
    assert one.meets(other) == bool(shared)
    assert all(number in one and number in other for number in shared)


def test_a_span_has_as_many_numbers_as_it_names() -> None:
    assert [len(Span(1, 1)), len(Span(5, 24))] == [1, 20]


def test_a_span_holds_whole_numbers_only() -> None:
    assert [number for number in range(8) if number in Span(3, 5)] == [3, 4, 5]
    assert "4" not in Span(3, 5)
    assert 4.0 not in Span(3, 5)


def test_a_range_and_a_void_span_what_they_name() -> None:
    assert LabelRange(ID, ID, 3, 9, MOMENT, ID).span == Span(3, 9)
    assert Void(ID, ID, 4, 5, VoidReason.LOST, MOMENT).span == Span(4, 5)


def test_only_lost_and_stolen_are_out_of_the_producers_hands() -> None:
    assert {reason for reason in VoidReason if reason.lost} == {VoidReason.LOST, VoidReason.STOLEN}


@pytest.mark.parametrize("span", [Span(3, 2), Span(0, 2), Span(-1, -1)])
def test_what_is_no_span_is_not_voided(span: Span) -> None:
    asked = {"first": span.first, "last": span.last}
    assert void_reasons(Ledger(100, 2, reserved_high=24), [Span(1, 24)], span) == (Reason("label.span", asked),)


@pytest.mark.parametrize("span", [Span(1, 1), Span(24, 24), Span(1, 24)])
def test_what_was_reserved_and_is_in_use_may_be_voided(span: Span) -> None:
    assert void_reasons(Ledger(100, 2, reserved_high=24), [], span) == ()


def test_what_was_never_reserved_is_not_voided() -> None:
    expected = Reason("label.not_reserved", {"last": 25, "highest": 24})
    assert void_reasons(Ledger(100, 2, reserved_high=24), [], Span(20, 25)) == (expected,)


def test_what_is_out_of_use_is_not_voided_again() -> None:
    voids = [Span(1, 4), Span(9, 9), Span(20, 24)]
    assert void_reasons(Ledger(100, 2, reserved_high=24), voids, Span(4, 9)) == (
        Reason("label.already_void", {"first": 1, "last": 4}),
        Reason("label.already_void", {"first": 9, "last": 9}),
    )


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


def test_usable_numbers_are_all_of_them_when_none_is_void() -> None:
    assert usable(Span(3, 5), []) == [3, 4, 5]


def test_usable_numbers_may_be_none() -> None:
    assert usable(Span(3, 5), [Span(1, 4), Span(5, 5)]) == []


def test_a_sealed_lot_of_an_active_maker_may_be_labelled() -> None:
    assert right_reasons(BatchState.SEALED, CertificationState.ACTIVE) == ()


@pytest.mark.parametrize("state", sorted(set(BatchState) - {BatchState.SEALED}))
def test_a_lot_in_any_other_state_may_not_be_labelled(state: BatchState) -> None:
    expected = Reason("label.batch_state", {"lot_state": state.value})
    assert right_reasons(state, CertificationState.ACTIVE) == (expected,)


@pytest.mark.parametrize("state", sorted(set(CertificationState) - {CertificationState.ACTIVE}))
def test_a_maker_in_any_other_state_may_not_label(state: CertificationState) -> None:
    (reason,) = right_reasons(BatchState.SEALED, state)
    assert reason == Reason(f"label.right_{state.value}")
    assert reason.code in REASONS


def test_a_lot_whose_audit_was_voided_may_not_be_labelled() -> None:
    expected = (Reason("label.audit_voided"),)
    assert right_reasons(BatchState.SEALED, CertificationState.ACTIVE, audit_voided=True) == expected


def test_every_reason_against_a_label_is_told() -> None:
    found = right_reasons(BatchState.RECALLED, CertificationState.WITHDRAWN, True)
    assert [reason.code for reason in found] == ["label.batch_state", "label.right_withdrawn", "label.audit_voided"]
