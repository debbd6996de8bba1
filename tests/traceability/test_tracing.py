"""Traces against a reference that pours dye: shares, returns, repacking, producers, reversed mistakes."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from uuid import UUID

import pytest

from seal.batches.book.composition import Graph
from seal.batches.book.model import Dimension, Entry, EntryKind, Lot
from seal.traceability.tracing import Book, Where, by_place
from tests.traceability.books import SHOPS, Writer, book, on_shelves, poured


def shelves(traced: Book, lots: list[Lot]) -> dict[tuple[UUID, UUID], int]:
    return {
        (place.id, lot.id): place.amount
        for lot in lots
        for place in traced.places(lot.id)
        if place.where is Where.ORGANISATION and place.amount
    }


def agrees(lots: list[Lot], entries: list[Entry], subjects: list[UUID]) -> int:
    """How many lots the subjects reach; every share is that of the dye, forwards and backwards."""
    traced = Book(Graph(lots, entries))
    reached = 0
    for subject in subjects:
        dye = {lot: part for lot, part in poured(lots, entries, subject).items() if part}
        assert traced.from_subject(subject) == dye
        for lot in list(dye)[-3:]:
            assert traced.of_subject(lot)[subject] == dye[lot]
        reached += len(dye)
    assert shelves(traced, lots) == on_shelves(entries)
    return reached


@pytest.mark.parametrize("seed", range(8))
def test_every_pair_of_a_small_book_agrees_with_the_dye(seed: int) -> None:
    lots, entries = book(70, seed)
    agrees(lots, entries, [lot.id for lot in lots])
    traced = Book(Graph(lots, entries))
    for lot in lots:
        shares = traced.of_subject(lot.id)
        roots = [one for one in shares if not traced.parts(one)]
        assert sum(shares[one] for one in roots) == 1, "all of a lot came from somewhere"


def test_a_book_of_ten_thousand_lots_agrees_with_the_dye() -> None:
    lots, entries = book(10_000, 7)
    kinds = {entry.kind for entry in entries}
    assert kinds >= {EntryKind.TAKE_BACK, EntryKind.BLEND, EntryKind.SPLIT, EntryKind.REVERSE, EntryKind.BRING_BACK}
    assert agrees(lots, entries, [lot.id for lot in lots[::4000]]) > 300


@pytest.mark.deep
def test_many_subjects_of_large_books_agree_with_the_dye() -> None:
    for seed in range(20):
        lots, entries = book(10_000, 100 + seed)
        agrees(lots, entries, [lot.id for lot in lots[::200]])


def test_a_chain_of_ten_thousand_steps_is_walked() -> None:
    pen = Writer(Random(1))
    before = pen.lot()
    pen.write(EntryKind.HARVEST, [(before.id, 1000)])
    first = before
    for _ in range(10_000):
        made = pen.lot()
        pen.write(EntryKind.MAKE, [(before.id, -1), (made.id, 1)])
        before = made
    trace = Book(Graph(pen.lots, pen.entries)).trace(first.id)
    assert (trace.after[-1].lot.id, trace.after[-1].depth, trace.after[-1].share) == (before.id, 10_000, 1)


def test_repacked_units_carry_their_share_and_what_came_back_is_not_at_the_shop() -> None:
    pen = Writer(Random(1))
    honey, other, jars = pen.lot(), pen.lot(), pen.lot(Dimension.COUNT)
    pen.write(EntryKind.HARVEST, [(honey.id, 3000)])
    pen.write(EntryKind.HARVEST, [(other.id, 1000)])
    pen.write(EntryKind.MAKE, [(honey.id, -3000), (other.id, -1000), (jars.id, 8)])
    sold = pen.write(EntryKind.DISPATCH, [(jars.id, -6)], shop=SHOPS[0])
    pen.write(EntryKind.TAKE_BACK, [(jars.id, 4)], about=sold.id)
    again = pen.lot(Dimension.COUNT)
    pen.write(EntryKind.MAKE, [(jars.id, -5), (again.id, 5)])
    pen.write(EntryKind.DISPATCH, [(again.id, -3)], shop=SHOPS[1])
    pen.write(EntryKind.LOSE, [(again.id, -1)])
    trace = Book(Graph(pen.lots, pen.entries)).trace(honey.id)
    assert [(node.lot.id, node.share, node.held, node.lost, node.depth) for node in trace.after] == [
        (jars.id, Fraction(3, 4), 1, 0, 1),
        (again.id, Fraction(3, 4), 1, 1, 2),
    ]
    assert by_place(trace.nodes) == {
        (Where.ORGANISATION, SHOPS[0]): {jars.id: 2},
        (Where.ORGANISATION, SHOPS[1]): {again.id: 3},
    }
    back = Book(Graph(pen.lots, pen.entries)).trace(again.id)
    assert {node.lot.id: (node.depth, node.share) for node in back.before} == {
        jars.id: (-1, Fraction(1)),
        honey.id: (-2, Fraction(3, 4)),
        other.id: (-2, Fraction(1, 4)),
    }
    assert [(edge.parent, edge.child, edge.amount) for edge in back.edges] == [
        (honey.id, jars.id, 3000),
        (other.id, jars.id, 1000),
        (jars.id, again.id, 5),
    ]


def test_what_was_sent_and_not_received_stands_with_whom_it_was_sent_to() -> None:
    pen = Writer(Random(1))
    honey = pen.lot()
    pen.write(EntryKind.HARVEST, [(honey.id, 900)])
    on_the_way = pen.write(EntryKind.DISPATCH, [(honey.id, -200)], to=SHOPS[3])
    arrived = pen.write(EntryKind.DISPATCH, [(honey.id, -300)], to=SHOPS[4])
    received = pen.lot()
    pen.write(EntryKind.RECEIVE, [(received.id, 290)], about=arrived.id)
    pen.write(EntryKind.SEND, [(honey.id, -100)], shop=SHOPS[5])
    traced = Book(Graph(pen.lots, pen.entries))
    assert [(one.where, one.id, one.amount) for one in traced.places(honey.id)] == [
        (Where.PRODUCER, on_the_way.to_producer_id, 200),
        (Where.SUBCONTRACTOR, SHOPS[5], 100),
    ]
    assert traced.from_subject(honey.id) == {honey.id: 1, received.id: 1}
