"""The tree of RFC 6962, against its own definition and against every way to lie about it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.transparency import merkle

LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(70)]


def defined(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:split]) + defined(leaves[split:])).digest()


def node(name: merkle.Node) -> bytes:
    level, place = name
    return defined(LEAVES[place << level : (place + 1) << level])


def inclusion(index: int, size: int) -> tuple[bytes, ...]:
    return merkle.proof(merkle.inclusion_ranges(index, size), node)


def consistency(old: int, new: int) -> tuple[bytes, ...]:
    return merkle.proof(merkle.consistency_ranges(old, new), node)


@pytest.mark.parametrize("size", range(70))
def test_root_is_as_defined(size: int) -> None:
    assert merkle.root(LEAVES[:size]) == defined(LEAVES[:size])


def test_growing_tells_every_inner_node_once() -> None:
    frontier: tuple[bytes, ...] = ()
    told: dict[merkle.Node, bytes] = {}
    for size, leaf in enumerate(LEAVES):
        frontier, completed = merkle.grow(size, frontier, leaf)
        assert not told.keys() & dict(completed).keys()
        told |= dict(completed)
        assert frontier == tuple(node(name) for name in merkle.cover(0, size + 1))
    assert all(value == node(name) for name, value in told.items())
    assert len(told) == sum(70 >> level for level in range(1, 7))


@pytest.mark.parametrize("level", range(7))
def test_a_complete_subtree_is_folded_from_its_leaves(level: int) -> None:
    assert merkle.complete(LEAVES[: 1 << level]) == node((level, 0))


def test_leaves_that_are_no_complete_subtree_are_covered_by_several() -> None:
    assert merkle.cover(0, 0) == ()
    assert merkle.cover(0, 7) == ((2, 0), (1, 2), (0, 6))
    assert merkle.cover(64, 70) == ((2, 16), (1, 34))


def test_a_proof_asks_for_what_is_needed_and_for_nothing_else() -> None:
    for new in range(1, 40):
        ranges = [merkle.inclusion_ranges(index, new) for index in range(new)]
        ranges += [merkle.consistency_ranges(old, new) for old in range(1, new + 1)]
        for one in ranges:
            asked: list[merkle.Node] = []
            merkle.proof(one, lambda name, asked=asked: asked.append(name) or bytes(32))  # type: ignore[misc]
            assert merkle.needed(one) == frozenset(asked)


def test_every_leaf_of_every_small_tree_is_included() -> None:
    for size in range(1, 40):
        tree_root = defined(LEAVES[:size])
        for index in range(size):
            path = inclusion(index, size)
            assert merkle.verify_inclusion(LEAVES[index], index, size, path, tree_root)
            assert len(path) <= (size - 1).bit_length()


def test_every_small_tree_extends_every_smaller() -> None:
    for new in range(1, 40):
        for old in range(1, new + 1):
            proof = consistency(old, new)
            assert merkle.verify_consistency(old, new, proof, defined(LEAVES[:old]), defined(LEAVES[:new]))


def test_the_empty_tree_comes_before_every_tree() -> None:
    assert merkle.verify_consistency(0, 5, (), merkle.EMPTY_ROOT, defined(LEAVES[:5]))
    assert not merkle.verify_consistency(0, 5, (), LEAVES[0], defined(LEAVES[:5]))
    assert not merkle.verify_consistency(0, 5, (LEAVES[0],), merkle.EMPTY_ROOT, defined(LEAVES[:5]))
    assert merkle.verify_consistency(0, 1, (), merkle.EMPTY_ROOT, LEAVES[0])
    assert merkle.verify_consistency(0, 0, (), merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)
    assert not merkle.verify_consistency(0, 0, (), merkle.EMPTY_ROOT, LEAVES[0])


def test_a_tree_extends_itself_without_a_proof() -> None:
    tree_root = defined(LEAVES[:5])
    assert merkle.verify_consistency(5, 5, (), tree_root, tree_root)
    assert not merkle.verify_consistency(5, 5, (LEAVES[0],), tree_root, tree_root)
    assert not merkle.verify_consistency(5, 5, (), tree_root, LEAVES[0])


def test_no_tree_extends_a_larger_one() -> None:
    assert not merkle.verify_consistency(5, 4, consistency(4, 5), defined(LEAVES[:5]), defined(LEAVES[:4]))
    assert not merkle.verify_consistency(-1, 5, (), merkle.EMPTY_ROOT, defined(LEAVES[:5]))
    assert not merkle.verify_consistency(-1, -1, (), merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)


@pytest.mark.parametrize(("old", "new"), [(3, 7), (4, 7), (6, 7), (1, 64), (63, 64)])
def test_consistency_needs_every_hash_and_no_other(old: int, new: int) -> None:
    path, ends = consistency(old, new), (defined(LEAVES[:old]), defined(LEAVES[:new]))
    assert merkle.verify_consistency(old, new, path, *ends)
    assert not merkle.verify_consistency(old, new, (), *ends)
    assert not merkle.verify_consistency(old, new, path[:-1], *ends)
    assert not merkle.verify_consistency(old, new, path[1:], *ends)
    assert not merkle.verify_consistency(old, new, (*path, LEAVES[0]), *ends)


def test_the_leaf_after_the_last_is_not_in_the_tree() -> None:
    assert merkle.verify_inclusion(LEAVES[0], 0, 1, (), LEAVES[0])
    assert not merkle.verify_inclusion(LEAVES[0], 1, 1, (), LEAVES[0])
    assert not merkle.verify_inclusion(LEAVES[0], -1, 1, (), LEAVES[0])


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_no_such_leaf(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        merkle.inclusion_ranges(index, size)
    assert not merkle.verify_inclusion(LEAVES[0], index, size, (), LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_no_such_consistency(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no consistency"):
        merkle.consistency_ranges(old, new)


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, 70))
    return draw(st.integers(0, size - 1)), size


@given(places(), st.data())
def test_no_bit_of_an_inclusion_proof_can_flip(place: tuple[int, int], data: st.DataObject) -> None:
    index, size = place
    parts = [LEAVES[index], *inclusion(index, size), defined(LEAVES[:size])]
    which = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, 255))
    parts[which] = (int.from_bytes(parts[which]) ^ 1 << bit).to_bytes(32)
    assert not merkle.verify_inclusion(parts[0], index, size, parts[1:-1], parts[-1])


@given(places(), places())
def test_a_proof_proves_one_place_only(one: tuple[int, int], other: tuple[int, int]) -> None:
    index, size = one
    if one == other:
        return
    path = inclusion(index, size)
    there = merkle.verify_inclusion(LEAVES[index], other[0], other[1], path, defined(LEAVES[:size]))
    # In trees of other sizes the same path may lead to the same root only if the leaf stands at the same turn;
    # a leaf is then still the one that was logged.
    assert not there or other[0] == index or size != other[1]


@given(places(), st.booleans())
def test_paths_too_long_or_too_short(place: tuple[int, int], longer: bool) -> None:
    index, size = place
    path = inclusion(index, size)
    wrong = (*path, LEAVES[0]) if longer else path[:-1]
    if wrong == path:
        return
    assert not merkle.verify_inclusion(LEAVES[index], index, size, wrong, defined(LEAVES[:size]))


@given(places(), st.data())
def test_no_bit_of_a_consistency_proof_can_flip(place: tuple[int, int], data: st.DataObject) -> None:
    old, new = place[0] + 1, place[1]
    parts = [defined(LEAVES[:old]), *consistency(old, new), defined(LEAVES[:new])]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = (int.from_bytes(parts[which]) ^ 1 << data.draw(st.integers(0, 255))).to_bytes(32)
    assert not merkle.verify_consistency(old, new, parts[1:-1], parts[0], parts[-1])


def test_hashes_of_a_wrong_length_prove_nothing() -> None:
    """Each one would else fit: what is hashed with it is made to match."""
    leaf, short, long = LEAVES[0], LEAVES[1][:31], LEAVES[1] + b"\0"
    for wrong in (short, long, b""):
        assert not merkle.verify_inclusion(wrong, 0, 1, (), wrong)
        assert not merkle.verify_inclusion(wrong, 0, 2, (leaf,), merkle.node_hash(wrong, leaf))
        assert not merkle.verify_inclusion(leaf, 0, 2, (wrong,), merkle.node_hash(leaf, wrong))
        assert not merkle.verify_inclusion(leaf, 0, 1, (), wrong)
        assert not merkle.verify_consistency(1, 2, (wrong,), leaf, merkle.node_hash(leaf, wrong))
        assert not merkle.verify_consistency(1, 2, (leaf,), wrong, merkle.node_hash(wrong, leaf))
        assert not merkle.verify_consistency(0, 5, (), merkle.EMPTY_ROOT, wrong)
        assert not merkle.verify_consistency(5, 5, (), wrong, wrong)


def test_a_leaf_and_a_node_are_hashed_apart() -> None:
    """RFC 6962 2.1: the first byte tells them, so that no node passes for an entry."""
    assert merkle.leaf_hash(b"entry") == hashlib.sha256(b"\x00entry").digest()
    assert merkle.node_hash(LEAVES[0], LEAVES[1]) == hashlib.sha256(b"\x01" + LEAVES[0] + LEAVES[1]).digest()
