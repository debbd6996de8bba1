"""Reading the log again: before its head is signed, and as a whole (invariants 1 and 10)."""

from __future__ import annotations

from uuid import UUID

from seal.errors import Reason, Refused
from seal.transparency import merkle, store, tile_store
from seal.transparency.growth import Growth, Whole
from seal.transparency.model import PREFIX, Leaf, leaf_hash
from seal.transparency.note import CheckpointText


def _leaf_fault(leaf: Leaf, index: int) -> bool:
    entry = leaf.entry
    named = entry[: len(PREFIX)] == PREFIX and entry[len(PREFIX)] == leaf.leaf_type
    owned = entry[len(PREFIX) + 1 :][:16] == leaf.object_id.bytes
    return not (leaf.index == index and named and owned and leaf.hash == leaf_hash(entry))


async def checked_head(association_id: UUID, origin: str) -> CheckpointText | None:
    """The next checkpoint to sign, ``None`` if the log has not grown since the last.

    Every leaf since the last checkpoint is read again and the tree grown from them: one flipped bit, once signed,
    would end the log. Raises ``Refused('transparency.leaf_broken' | 'transparency.tree_broken')``.
    """
    size, frontier = await store.head(association_id)
    last = await store.latest_checkpoint(association_id)
    start = last.size if last else 0
    if size == start:
        return None
    grown = await tile_store.frontier_at(association_id, start)
    if grown is None or (last and merkle.fold(grown) != last.root):
        raise Refused("transparency.tree_broken", size=start)
    index = start
    while index < size:
        read = await store.leaves(association_id, index, size)
        for leaf in read:
            if _leaf_fault(leaf, index):
                raise Refused("transparency.leaf_broken", index=index)
            grown, _ = merkle.grow(index, grown, leaf.hash)
            index += 1
        if not read:
            raise Refused("transparency.leaf_broken", index=index)
    if grown != frontier:
        raise Refused("transparency.tree_broken", size=size)
    return CheckpointText(origin, size, merkle.fold(frontier))


async def _wrong(association_id: UUID, expected: list[Whole]) -> list[Reason]:
    stored = await tile_store.read(association_id, [(level, place) for level, place, _ in expected])
    return [
        Reason("transparency.tile_broken", {"level": level, "place": place})
        for level, place, hashes in expected
        if stored.get((level, place)) != hashes
    ]


async def faults(association_id: UUID) -> tuple[Reason, ...]:
    """Everything wrong in the whole log: gaps, altered leaves, tiles, head and checkpoints (invariants 1 and 10).

    Reads every leaf, a thousand at a time. Whether each leaf's object still has its bytes is for the rooms that own
    the objects.
    """
    size, frontier = await store.head(association_id)
    checkpoints = store.checkpoints(association_id)
    checkpoint = await anext(checkpoints, None)
    found: list[Reason] = []
    grown = Growth()
    while read := await store.leaves(association_id, grown.size, grown.size + store.READ_AT_ONCE):
        whole: list[Whole] = []
        for leaf in read:
            if _leaf_fault(leaf, grown.size):
                return (*found, Reason("transparency.leaf_broken", {"index": grown.size}))
            whole += grown.add(leaf.hash)
            if checkpoint and checkpoint.size == grown.size:
                if checkpoint.root != merkle.fold(grown.frontier):
                    found.append(Reason("transparency.checkpoint_broken", {"size": grown.size}))
                checkpoint = await anext(checkpoints, None)
        found += await _wrong(association_id, whole)
    found += await _wrong(association_id, grown.partial())
    while checkpoint:
        found.append(Reason("transparency.checkpoint_broken", {"size": checkpoint.size}))
        checkpoint = await anext(checkpoints, None)
    if (grown.size, grown.frontier) != (size, frontier):
        found.append(Reason("transparency.tree_broken", {"size": size}))
    return tuple(found)
