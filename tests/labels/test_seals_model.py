"""Rules of seals: what a line names, who holds which, what a count leaves open, what boxes hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.audits.findings import Grade
from seal.ids import Code
from seal.labels import counts, naming
from seal.labels.boxes import model as boxes
from seal.labels.boxes.model import Action, Move, State
from seal.labels.counts import Count
from seal.labels.model import Ledger, Span, Void, VoidReason
from seal.labels.naming import Named, Whole
from seal.labels.rolls import model as rolls
from seal.labels.rolls.model import Allotment, Binding, Roll
from tests.verification import world

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
A, B, ID = UUID(int=1), UUID(int=2), UUID(int=9)
HOME = world.Keeper()
spans = st.tuples(st.integers(1, 50), st.integers(0, 9)).map(lambda found: Span(found[0], found[0] + found[1]))


def roll(size: int) -> Roll:
    return Roll(ID, ID, 7, size, AT.date(), AT, ID)


def numbers(found: Span) -> set[int]:
    return set(range(found.first, found.last + 1))


# --- naming -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("12", Named(None, Span(12, 12), 1)),
        ("12-18", Named(None, Span(12, 18), 1)),
        ("12 a 18", Named(None, Span(12, 18), 1)),
        ("12–18,", Named(None, Span(12, 18), 1)),
        (Code(5, 87).printed, Named(5, Span(87, 87), 1)),
        (Code(5, 87).plain.lower(), Named(5, Span(87, 87), 1)),
        (f"https://sello.example/{Code(5, 87).plain}", Named(5, Span(87, 87), 1)),
        (f"{Code(5).printed} 3-9", Named(5, Span(3, 9), 1)),
        (Code(5).printed, Whole(5, 1)),
    ],
)
def test_a_line_names(line: str, expected: Named | Whole) -> None:
    assert naming.read(line, open_book=True) == ((expected,), ())


def test_scanned_tokens_keep_what_was_signed() -> None:
    unit, seal = HOME.token(), HOME.seal(5)
    text = f"HTTPS://SELLO.EXAMPLE/{unit.path} https://sello.example/{seal.path}\n{seal.digits}"
    (first, second, third), faults = naming.read(text, open_book=False)
    assert not faults
    assert isinstance(first, Named)
    assert isinstance(second, Named)
    assert (first.public_id, first.span, first.token) == (world.BATCH, Span(7, 7), unit)
    assert (second.public_id, second.span, second.line) == (world.ROLL, Span(5, 5), 1)
    assert (third.token, third.line) == (seal, 2)
    assert naming.read(HOME.box().digits, open_book=False)[0] == (Whole(world.BOX, 1, HOME.box()),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hola", "label.line_unread"),
        ("18-12", "label.line_unread"),
        ("0", "label.line_unread"),
        ("65536", "label.line_unread"),
        (Code(5, 87).plain[:-1] + "?", "label.line_unread"),
        ("12", "label.line_no_book"),
        ("\n" * (naming.LINES_MOST + 1), "label.lines"),
    ],
)
def test_a_line_that_names_nothing_says_why(text: str, code: str) -> None:
    found, faults = naming.read(text, open_book=False)
    assert ([one.code for one in faults], found) == ([code], ())
    assert code in naming.REASONS


@given(st.lists(spans, max_size=8))
def test_joined_spans_hold_the_same_numbers_apart_and_in_order(found: list[Span]) -> None:
    joined = naming.joined(found)
    assert set().union(*map(numbers, joined)) == set().union(*map(numbers, found))
    assert all(one.last + 1 < other.first for one, other in pairwise(joined))


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    naming.read(text, open_book=True)


# --- rolls --------------------------------------------------------------------------------------------------------


@given(spans, st.lists(spans, max_size=6))
def test_without_is_the_difference_of_sets(span: Span, taken: list[Span]) -> None:
    left = list(rolls.without(span, taken))
    assert set().union(*map(numbers, left)) == numbers(span) - set().union(*map(numbers, taken))
    assert sum(map(len, left)) == len(set().union(*map(numbers, left)))


@given(st.lists(st.tuples(spans, st.sampled_from([A, B, None])), max_size=8))
def test_the_last_hand_over_of_a_seal_counts(given_out: list[tuple[Span, UUID | None]]) -> None:
    held = rolls.holders(roll(60), [Allotment(ID, ID, span.first, span.last, who, AT) for span, who in given_out])
    expected: dict[int, UUID | None] = dict.fromkeys(range(1, 61))
    for span, who in given_out:
        expected |= dict.fromkeys(numbers(span), who)
    assert {number: who for span, who in held for number in numbers(span)} == expected
    assert all(one[1] != other[1] for one, other in pairwise(held))


def test_bound_seals_are_units_in_the_same_order() -> None:
    bound = [Binding(ID, ID, A, 5, 9, 91, AT), Binding(ID, ID, B, 10, 12, 1, AT)]
    assert bound[0].units == Span(91, 95)
    assert list(rolls.on_batches(Span(8, 11), bound)) == [(A, Span(94, 95)), (B, Span(1, 2))]
    assert list(rolls.on_batches(Span(13, 40), bound)) == []


# --- counts -------------------------------------------------------------------------------------------------------


def counted(live: int, used: int, *, spoiled: int = 0, left: int = 0) -> Count:
    return Count(ID, A, date(2026, 3, 2), used, spoiled, left, live, live, AT)


def test_a_gap_is_graded_exactly_at_its_percents() -> None:
    grades = [counts.gap(counted(1000, 1000 - gap), ()).grade for gap in (0, 10, 11, 30, 31)]
    assert grades == [None, None, Grade.MINOR, Grade.MINOR, Grade.MAJOR]
    assert counts.gap(counted(1000, 1011), ()).grade is Grade.MINOR  # more than there are is no better than less
    assert counts.gap(counted(100, 60, spoiled=30, left=9), ()) == counts.Gap(
        counted(100, 60, spoiled=30, left=9), 1, None
    )


def test_what_is_told_lost_afterwards_explains_a_gap_and_nothing_else_does() -> None:
    later, found = AT + timedelta(days=1), counted(100, 90)
    lost = Void(ID, A, 96, 103, VoidReason.LOST, later)  # of which 96 to 100 were out
    assert counts.gap(found, ()).unexplained == 10
    assert counts.gap(found, [lost]).unexplained == 5
    assert counts.gap(found, [Void(ID, A, 1, 20, VoidReason.STOLEN, later)]).unexplained == 0
    assert counts.gap(found, [Void(ID, A, 1, 20, VoidReason.SURPLUS, later)]).unexplained == 10
    assert counts.gap(found, [Void(ID, A, 1, 20, VoidReason.LOST, AT - timedelta(days=1))]).unexplained == 10


# --- boxes --------------------------------------------------------------------------------------------------------

moves = st.lists(st.tuples(st.sampled_from((Action.PUT, Action.TAKE)), st.sampled_from((A, B)), spans), max_size=10)


@given(moves)
def test_a_box_holds_what_was_put_in_and_not_taken_out(done: list[tuple[Action, UUID, Span]]) -> None:
    expected: dict[UUID, set[int]] = {A: set(), B: set()}
    for action, batch, span in done:
        change = expected[batch].__ior__ if action is Action.PUT else expected[batch].__isub__
        change(numbers(span))
    held = boxes.inside(Move(action, AT, None, batch, span) for action, batch, span in done)
    assert {batch: set().union(*map(numbers, found)) for batch, found in held.items()} == {
        batch: units for batch, units in expected.items() if units
    }


def test_an_unpacked_box_is_empty_for_good() -> None:
    done = [Move(Action.MAKE, AT), Move(Action.PUT, AT, None, A, Span(1, 4)), Move(Action.UNPACK, AT)]
    assert (boxes.fold(done), boxes.inside(done)) == (State.UNPACKED, {})
    assert all(boxes.act_reasons(State.UNPACKED, action) for action in Action)
    assert not boxes.act_reasons(State.OPEN, Action.PUT)
    assert boxes.act_reasons(State.CLOSED, Action.PUT)[0].code in boxes.REASONS


def test_void_and_unknown_units_do_not_go_in() -> None:
    ledger = Ledger(100, 2, reserved_high=20)
    found = boxes.put_reasons(ledger, [Span(3, 4)], [Span(1, 5), Span(18, 21)], "L-1")
    assert [one.code for one in found] == ["box.unit_void", "box.not_reserved"]
    assert {one.code for one in found} <= boxes.REASONS
    assert boxes.put_reasons(None, (), [Span(1, 1)], "L-1")[0].code == "box.not_reserved"
    assert boxes.take_reasons([Span(1, 3)], [Span(3, 4)], "L-1")[0].code == "box.not_inside"
