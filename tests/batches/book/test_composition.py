"""What lots are made of: parents with their shares, children, and no circle however entries come."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from seal.batches.book.composition import Graph, Part
from seal.batches.book.model import Dimension, Entry, EntryKind, Lot

from .books import entry, lot


def test_a_lot_that_came_in_has_no_parents() -> None:
    a = lot()
    graph = Graph([a], [entry(EntryKind.HARVEST, (a, 10))])
    assert (graph.parents(a.id), graph.roots(a.id)) == ((), (a.id,))


def test_a_parent_s_share_is_its_part_of_what_went_in() -> None:
    a, b, c = lot("A"), lot("B"), lot("C")
    graph = Graph([a, b, c], [entry(EntryKind.BLEND, (a, -30), (b, -10), (c, 39))])
    assert graph.parents(c.id) == (Part(a.id, 30, Fraction(3, 4)), Part(b.id, 10, Fraction(1, 4)))
    assert (graph.children(a.id), graph.children(b.id)) == ((c.id,), (c.id,))


def test_litres_weigh_by_their_density_and_pieces_by_their_grams() -> None:
    milk = lot("M", "milk", Dimension.VOLUME, density="1,03")
    jars = lot("J", "product", Dimension.COUNT, grams="500")
    salt, made = lot("S", "salt", main=False), lot("Q", "cheese")
    graph = Graph([milk, jars, salt, made], [entry(EntryKind.MAKE, (milk, -1000), (jars, -2), (salt, -970), (made, 5))])
    assert [part.share for part in graph.parents(made.id)] == [
        Fraction(1030, 3000),
        Fraction(1000, 3000),
        Fraction(970, 3000),
    ]


def test_what_a_subcontractor_makes_descends_from_what_was_sent() -> None:
    fleece, yarn, rest = lot("V", "greasy_wool"), lot("H", "yarn"), lot("V2", "greasy_wool")
    sent = entry(EntryKind.SEND, (fleece, -10_000))
    back = entry(EntryKind.BRING_BACK, (yarn, 6000), (fleece, 500), about=sent)
    graph = Graph([fleece, yarn, rest], [entry(EntryKind.HARVEST, (fleece, 12_000)), sent, back])
    assert graph.parents(yarn.id) == (Part(fleece.id, 10_000, Fraction(1)),)
    assert graph.parents(fleece.id) == (), "what comes back unchanged is no new lot"


def test_what_is_received_descends_from_what_was_dispatched() -> None:
    theirs, mine = lot("T"), lot("R")
    sent = entry(EntryKind.DISPATCH, (theirs, -10))
    graph = Graph([theirs, mine], [sent, entry(EntryKind.RECEIVE, (mine, 10), about=sent)])
    assert graph.ancestors(mine.id) == (theirs.id,)


def test_a_reversed_making_made_nothing() -> None:
    a, b = lot("A"), lot("B")
    made = entry(EntryKind.MAKE, (a, -10), (b, 8))
    graph = Graph([a, b], [made, entry(EntryKind.REVERSE, (a, 10), (b, -8), about=made)])
    assert (graph.parents(b.id), graph.children(a.id)) == ((), ())


def test_a_return_or_a_recount_is_no_origin() -> None:
    a = lot("A")
    sold = entry(EntryKind.DISPATCH, (a, -10))
    graph = Graph([a], [entry(EntryKind.ADJUST, (a, 1)), sold, entry(EntryKind.TAKE_BACK, (a, 2), about=sold)])
    assert graph.origin == {}


@st.composite
def books(draw: st.DrawFn) -> tuple[list[Lot], list[Entry]]:
    """A book in which each making takes from lots that were there before."""
    lots = [lot(str(place)) for place in range(draw(st.integers(2, 12)))]
    entries = []
    for place, one in enumerate(lots):
        before = draw(st.lists(st.sampled_from(lots[:place]), unique_by=lambda it: it.id, max_size=3)) if place else []
        taken = [(each, -draw(st.integers(1, 50))) for each in before]
        entries.append(entry(EntryKind.MAKE if taken else EntryKind.HARVEST, *taken, (one, draw(st.integers(1, 99)))))
    return lots, entries


@given(books(), st.randoms(use_true_random=False))
def test_shares_are_whole_and_both_ways_agree(made: tuple[list[Lot], list[Entry]], random: object) -> None:
    lots, entries = made
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    graph = Graph(lots, shuffled)
    for one in lots:
        parts = graph.parents(one.id)
        assert not parts or sum(part.share for part in parts) == 1
        assert all(one.id in graph.children(part.lot_id) for part in parts)
        before = graph.ancestors(one.id)
        assert one.id not in before
        assert len(set(before)) == len(before)
        assert all(one.id in graph.descendants(parent) for parent in before)
        assert set(graph.roots(one.id)) <= {one.id, *before}
        assert all(not graph.parents(root) for root in graph.roots(one.id))
