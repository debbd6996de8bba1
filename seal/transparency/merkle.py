"""The Merkle tree of RFC 6962 section 2.1, pure: hashes in, hashes and proofs out.

    leaf     SHA-256(00 || entry)
    node     SHA-256(01 || left || right)

A tree over n leaves splits at the largest power of two below n, so that every hash a proof needs is
either a *complete* subtree, named ``(level, place)`` and covering the leaves
``[place << level, (place + 1) << level)``, or the fold of a few of them. Complete subtrees never
change once they are full; a log that stores them appends and proves in O(log n).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

Node = tuple[int, int]
"""``(level, place)`` of a complete subtree."""

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_BYTES = 32


def leaf_hash(entry: bytes) -> bytes:
    """RFC 6962 2.1: the hash of one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 2.1: the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """One hash from the complete subtrees of a range, from left (largest) to right (smallest)."""
    if not hashes:
        return EMPTY_ROOT
    total = hashes[-1]
    for left in reversed(hashes[:-1]):
        total = node_hash(left, total)
    return total


def complete(hashes: Sequence[bytes]) -> bytes:
    """The hash of a complete subtree from those of a level below: their count is a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[place], hashes[place + 1]) for place in range(0, len(hashes), 2)]
    return hashes[0]


def cover(start: int, end: int) -> tuple[Node, ...]:
    """The complete subtrees that make up leaves ``[start, end)``, where ``start`` is aligned as in a tree."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return tuple(nodes)


def grow(size: int, frontier: Sequence[bytes], leaf: bytes) -> tuple[tuple[bytes, ...], tuple[tuple[Node, bytes], ...]]:
    """Append ``leaf`` to a tree of ``size`` leaves whose :func:`cover` hashes are ``frontier``.

    Returns the new frontier and every inner node that became complete, lowest first.
    """
    edge = [*frontier, leaf]
    completed: list[tuple[Node, bytes]] = []
    level, place = 0, size
    while place & 1:
        right, left = edge.pop(), edge.pop()
        level, place = level + 1, place >> 1
        edge.append(node_hash(left, right))
        completed.append(((level, place), edge[-1]))
    return tuple(edge), tuple(completed)


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over a list of leaf hashes; for tests, vectors and whole-log checks."""
    frontier: tuple[bytes, ...] = ()
    for size, leaf in enumerate(leaf_hashes):
        frontier, _ = grow(size, frontier, leaf)
    return fold(frontier)


def _split(size: int) -> int:
    """The largest power of two below ``size`` (which is at least 2)."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_ranges(index: int, size: int) -> tuple[tuple[int, int], ...]:
    """The leaf ranges whose hashes prove leaf ``index`` in a tree of ``size``: PATH of RFC 6962 2.1.1.

    Raises ``ValueError`` for an index that the tree does not have.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return tuple(reversed(ranges))


def consistency_ranges(old: int, new: int) -> tuple[tuple[int, int], ...]:
    """The leaf ranges whose hashes prove that ``new`` extends ``old``: PROOF of RFC 6962 2.1.2.

    Raises ``ValueError`` unless 0 < old <= new; a proof from the empty tree says nothing.
    """
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    start, end, ranges, whole = 0, new, [], True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return tuple(reversed(ranges))


def needed(ranges: Sequence[tuple[int, int]]) -> frozenset[Node]:
    """Every complete subtree that :func:`proof` will ask for: one query's worth."""
    return frozenset(node for start, end in ranges for node in cover(start, end))


def proof(ranges: Sequence[tuple[int, int]], node: Callable[[Node], bytes]) -> tuple[bytes, ...]:
    """The hashes of ``ranges``, given the hash of each complete subtree."""
    return tuple(fold([node(name) for name in cover(start, end)]) for start, end in ranges)


def _well_formed(*hashes: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in hashes)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], tree_root: bytes) -> bool:
    """RFC 9162 2.1.3.2: is the leaf hash at ``index`` of the tree of ``size`` with ``tree_root``?"""
    if not 0 <= index < size or not _well_formed(leaf, tree_root, *path):
        return False
    place, last, total = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            total = node_hash(sibling, total)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            total = node_hash(total, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and total == tree_root


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """RFC 9162 2.1.4.2: is the tree of ``new`` leaves an extension of the tree of ``old``?

    The empty tree is a prefix of every tree; its root must be the hash of nothing.
    """
    if not 0 <= old <= new or not _well_formed(old_root, new_root, *path):
        return False
    if old == 0:
        return not path and old_root == EMPTY_ROOT and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not path and old_root == new_root
    rest: Iterator[bytes] = iter(path if old & (old - 1) else (old_root, *path))
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = next(rest, None)
    if first is None:
        return False
    old_total = new_total = first
    for sibling in rest:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_total, new_total = node_hash(sibling, old_total), node_hash(sibling, new_total)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_total = node_hash(new_total, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old_total == old_root and new_total == new_root
