"""The book's rules: amounts as typed, the form of entries, what is conserved, and what a lot holds on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.batches.book import model
from seal.batches.book.model import Dimension, EntryKind
from seal.errors import BadInput

from .books import DAY, entry, lot

A, B, C = lot("A"), lot("B"), lot("C")
MILK = lot("M", "milk", Dimension.VOLUME)
LOTS = {one.id: one for one in (A, B, C, MILK)}
INTAKE = sorted(model.INTAKE)


def codes(made: model.Entry) -> list[str]:
    return [reason.code for reason in model.entry_reasons(made, LOTS, DAY)]


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("12,5", "kg", (12_500, Dimension.MASS)),
        ("12.5", " KG ", (12_500, Dimension.MASS)),
        ("1,25", "t", (1_250_000, Dimension.MASS)),
        ("3", "g", (3, Dimension.MASS)),
        ("0,75", "L", (750, Dimension.VOLUME)),
        ("750", "ml", (750, Dimension.VOLUME)),
        ("12", "unit", (12, Dimension.COUNT)),
    ],
)
def test_an_amount_is_read_in_its_base_unit(value: str, unit: str, expected: tuple[int, Dimension]) -> None:
    assert model.amount(value, unit) == expected


@pytest.mark.parametrize(
    ("value", "unit", "code"),
    [
        ("12", "arroba", "book.unit"),
        ("doce", "kg", "book.amount"),
        ("0", "kg", "book.amount"),
        ("-1", "kg", "book.amount"),
        ("0,5", "g", "book.amount"),
        ("1,5", "unit", "book.amount"),
        ("0,0001", "kg", "book.amount"),
        ("1000001", "t", "book.amount"),
        ("", "kg", "book.amount"),
    ],
)
def test_what_is_no_amount_is_refused_and_nothing_is_rounded(value: str, unit: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        model.amount(value, unit)
    assert refused.value.code == code


@given(st.integers(1, model.AMOUNT_MOST), st.sampled_from(Dimension))
def test_an_amount_said_is_the_amount_read(amount: int, dimension: Dimension) -> None:
    for said in (model.said, model.said_large):
        value, unit = said(amount, dimension)
        if len(value.partition(".")[0]) <= 12:
            assert model.amount(value, unit) == (amount, dimension)


@pytest.mark.parametrize("kind", INTAKE)
def test_what_comes_in_takes_from_nothing(kind: EntryKind) -> None:
    assert codes(entry(kind, (A, 5))) == []
    assert codes(entry(kind, (A, 5), (B, -5))) == ["book.one_way"]
    assert codes(entry(kind)) == ["book.one_way"]


@pytest.mark.parametrize("kind", [EntryKind.LOSE, EntryKind.SEND, EntryKind.DISPATCH])
def test_what_goes_out_gives_to_nothing(kind: EntryKind) -> None:
    assert codes(entry(kind, (A, -5))) == []
    assert codes(entry(kind, (A, -5), (B, 5))) == ["book.one_way"]
    assert codes(entry(kind)) == ["book.one_way"]


def test_a_making_needs_what_it_is_made_of_and_what_was_made() -> None:
    assert codes(entry(EntryKind.MAKE, (MILK, -9000), (A, 1000))) == []
    assert codes(entry(EntryKind.MAKE, (A, 1000))) == ["book.inputs"]
    assert codes(entry(EntryKind.MAKE, (A, -1000))) == ["book.outputs"]


def test_a_blend_is_of_two_lots_into_one() -> None:
    assert codes(entry(EntryKind.BLEND, (A, -5), (B, -5), (C, 10))) == []
    assert codes(entry(EntryKind.BLEND, (A, -5), (C, 5))) == ["book.inputs"]
    assert codes(entry(EntryKind.BLEND, (A, -5), (B, -5))) == ["book.outputs"]


def test_a_split_is_of_one_lot_into_several() -> None:
    assert codes(entry(EntryKind.SPLIT, (A, -10), (B, 5), (C, 5))) == []
    assert codes(entry(EntryKind.SPLIT, (A, -10), (B, 10))) == ["book.outputs"]
    assert codes(entry(EntryKind.SPLIT, (A, -5), (MILK, -5), (B, 5), (C, 5))) == ["book.inputs", "book.other_material"]


def test_only_one_material_is_blended() -> None:
    assert codes(entry(EntryKind.BLEND, (A, -5), (MILK, -5), (C, 10))) == ["book.other_material"]


def test_every_fault_is_told_at_once() -> None:
    made = entry(EntryKind.BLEND, (A, -5), (B, -5), (C, 11), days=1)
    assert codes(made) == ["book.happened_in_future", "book.more_out_than_in"]


@pytest.mark.parametrize("kind", sorted(model.NEED_REASON))
def test_some_entries_say_why(kind: EntryKind) -> None:
    silent = model.Entry(A.id, A.association_id, A.producer_id, kind, DAY, A.recorded_at, entry(kind, (A, -5)).lines)
    assert "book.reason_needed" in codes(silent)


def test_goods_go_to_somebody_and_not_to_oneself() -> None:
    lines = entry(EntryKind.LOSE, (A, -5)).lines

    def sent(**to: UUID) -> model.Entry:
        return model.Entry(A.id, A.association_id, A.producer_id, EntryKind.DISPATCH, DAY, A.recorded_at, lines, **to)  # type: ignore[arg-type]

    assert codes(sent()) == ["book.no_receiver"]
    assert codes(sent(to_producer_id=A.producer_id)) == ["book.to_self"]


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=6), st.integers(-5, 5))
def test_splits_and_blends_conserve(parts: list[int], more: int) -> None:
    """What comes out is what went in, or less; never a gram more (CERTIFICATION D 8, 9)."""
    lots = [lot(str(place)) for place in range(len(parts))]
    known = {one.id: one for one in (A, *lots)}
    whole = max(1, sum(parts) + more)
    split = entry(EntryKind.SPLIT, (A, -whole), *zip(lots, parts, strict=True))
    blend = entry(EntryKind.BLEND, *((one, -part) for one, part in zip(lots, parts, strict=True)), (A, whole))
    said = [[reason.code for reason in model.entry_reasons(one, known, DAY)] for one in (split, blend)]
    assert said == [
        ["book.more_out_than_in"] if sum(parts) > whole else [],
        ["book.more_out_than_in"] if whole > sum(parts) else [],
    ]


def test_a_lot_holds_what_happened_by_then_however_late_it_was_written() -> None:
    sold, late = entry(EntryKind.DISPATCH, (A, -7), days=2), entry(EntryKind.HARVEST, (A, 10), days=0)
    assert model.balances([sold, late]) == {A.id: 3}
    assert model.balances([sold, late], DAY + timedelta(days=1)) == {A.id: 10}
    assert model.balances([sold, late], DAY - timedelta(days=1)) == {}


def test_a_lot_below_nothing_is_told_until_the_missing_entry_is_there() -> None:
    sold = entry(EntryKind.DISPATCH, (A, -7), days=2)
    assert model.below_nothing([sold], A.id) == (DAY + timedelta(days=2), 7)
    after = entry(EntryKind.HARVEST, (A, 10), days=3)
    assert model.below_nothing([sold, after], A.id) == (DAY + timedelta(days=2), 7), "it came in too late"
    before = entry(EntryKind.HARVEST, (A, 7), days=2)
    assert model.below_nothing([sold, before], A.id) is None, "of one day it does not matter which was first"


def test_what_was_taken_back_counts_on_no_day() -> None:
    harvest, wrong = entry(EntryKind.HARVEST, (A, 10)), entry(EntryKind.DISPATCH, (A, -30), days=1)
    undone = entry(EntryKind.REVERSE, (A, 30), days=5, about=wrong)
    assert model.below_nothing([harvest, wrong], A.id) == (DAY + timedelta(days=1), 20)
    assert model.below_nothing([harvest, wrong, undone], A.id) is None
    assert model.standing_entries([harvest, wrong, undone]) == (harvest,)
    assert model.balances([harvest, wrong, undone]) == {A.id: 10}


@pytest.mark.parametrize("kind", [EntryKind.HARVEST, EntryKind.REVERSE])
def test_a_day_before_anything_was_sealed_is_a_slip_that_only_a_reversal_may_bear(kind: EntryKind) -> None:
    for day, early in ((date(1, 1, 1), True), (date(1989, 12, 31), True), (date(1990, 1, 1), False)):
        found = codes(replace(entry(kind, (A, 5)), happened_on=day, reason="Error."))
        assert ("book.happened_too_early" in found) is (early and kind is not EntryKind.REVERSE)
