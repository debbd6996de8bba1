"""The log's verbs: append, prove, check before signing. Who may append is the caller's business."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from seal.db import in_unit_of_work
from seal.errors import Conflict, NotFound, Reason, Refused
from seal.transparency import merkle, store, tiles
from seal.transparency.model import (
    PREFIX,
    Checkpoint,
    Head,
    InclusionProof,
    Leaf,
    LeafType,
    entry_bytes,
    leaf_hash,
    new_salt,
)
from seal.transparency.note import CheckpointText
from seal.transparency.tiles import Tile

__all__ = [
    "append",
    "checked_head",
    "consistency",
    "faults",
    "head",
    "inclusion",
    "latest_checkpoint",
    "leaf_of",
    "leaves",
    "new_salt",
    "prove",
    "recent_checkpoints",
    "root_at",
    "save_checkpoint",
    "tile",
]


async def append(
    association_id: UUID, leaf_type: LeafType, object_id: UUID, exact_bytes: bytes, salt: bytes, at: datetime
) -> int:
    """Record an object and return its index; in the caller's unit of work, which should be short: appends to
    one log wait for each other until it ends.

    The same object with the same bytes and salt again returns the index it has. Raises
    ``Conflict('transparency.already_logged')`` for other bytes or another salt.
    """
    entry = entry_bytes(leaf_type, object_id, salt, exact_bytes)

    async def write() -> int:
        size, frontier = await store.lock_head(association_id, at)
        before = await store.leaf_of(association_id, leaf_type, object_id)
        if before is not None:
            if before.entry != entry:
                raise Conflict("transparency.already_logged", index=before.index)
            return before.index
        leaf = Leaf(association_id, size, LeafType(leaf_type), object_id, entry, leaf_hash(entry), at)
        grown, completed = merkle.grow(size, frontier, leaf.hash)
        await store.save_leaf(leaf, grown, completed)
        return size

    return await in_unit_of_work(write)


async def head(association_id: UUID) -> Head:
    """Size and root now."""
    size, frontier = await store.head(association_id)
    return Head(size, merkle.fold(frontier))


async def leaf_of(association_id: UUID, leaf_type: LeafType, object_id: UUID) -> Leaf | None:
    """The leaf of one object, ``None`` if it is not logged."""
    return await store.leaf_of(association_id, leaf_type, object_id)


async def leaves(association_id: UUID, start: int, end: int) -> list[Leaf]:
    """Leaves ``[start, end)``, at most a thousand."""
    return await store.leaves(association_id, start, end)


async def latest_checkpoint(association_id: UUID) -> Checkpoint | None:
    """The largest signed tree head, ``None`` before the first."""
    return await store.latest_checkpoint(association_id)


async def tile(association_id: UUID, name: Tile) -> bytes:
    """The bytes of a tile or of a bundle of entries, of what the latest checkpoint covers.

    They never change: what is covered once is covered by every later checkpoint. Raises
    ``NotFound('transparency.no_tile')`` for what no checkpoint covers yet.
    """
    latest = await store.latest_checkpoint(association_id)
    if latest is None or name.leaves > latest.size:
        raise NotFound("transparency.no_tile", tile=name.path)
    if name.level is None:
        read = await store.leaves(association_id, name.start, name.start + name.width)
        return tiles.pack(leaf.entry for leaf in read)
    wanted = tiles.nodes_of(name)
    found = await store.nodes(association_id, wanted)
    return b"".join(found[node] for node in wanted)


async def recent_checkpoints(association_id: UUID, limit: int) -> list[Checkpoint]:
    """The largest signed tree heads, largest first."""
    return await store.recent_checkpoints(association_id, limit)


async def root_at(association_id: UUID, size: int) -> bytes:
    """The root of the first ``size`` leaves. Raises ``NotFound('transparency.no_leaf')`` beyond the log."""
    now, _ = await store.head(association_id)
    frontier = await store.frontier_at(association_id, size) if 0 <= size <= now else None
    if frontier is None:
        raise NotFound("transparency.no_leaf", index=size, size=now)
    return merkle.fold(frontier)


async def save_checkpoint(checkpoint: Checkpoint) -> None:
    """Keep a signed tree head."""

    async def write() -> None:
        await store.save_checkpoint(checkpoint)

    await in_unit_of_work(write)


async def _proof(association_id: UUID, ranges: tuple[tuple[int, int], ...]) -> tuple[bytes, ...]:
    found = await store.nodes(association_id, merkle.needed(ranges))
    return merkle.proof(ranges, found.__getitem__)


async def inclusion(association_id: UUID, index: int, size: int) -> tuple[bytes, ...]:
    """The path of leaf ``index`` in the tree of the first ``size`` leaves.

    Raises ``NotFound('transparency.no_leaf')`` for a leaf or a size that the log does not have.
    """
    now, _ = await store.head(association_id)
    if not 0 <= index < size <= now:
        raise NotFound("transparency.no_leaf", index=index, size=size)
    return await _proof(association_id, merkle.inclusion_ranges(index, size))


async def consistency(association_id: UUID, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the tree of ``new`` leaves extends that of ``old``. Raises ``NotFound`` as above."""
    now, _ = await store.head(association_id)
    if not 0 < old <= new <= now:
        raise NotFound("transparency.no_leaf", index=old, size=new)
    return await _proof(association_id, merkle.consistency_ranges(old, new))


async def prove(association_id: UUID, leaf_type: LeafType, object_id: UUID) -> tuple[InclusionProof, Checkpoint] | None:
    """The proof of an object under the latest checkpoint, ``None`` while no checkpoint covers it."""
    leaf = await store.leaf_of(association_id, leaf_type, object_id)
    checkpoint = await store.latest_checkpoint(association_id)
    if leaf is None or checkpoint is None or leaf.index >= checkpoint.size:
        return None
    path = await _proof(association_id, merkle.inclusion_ranges(leaf.index, checkpoint.size))
    return InclusionProof(leaf.index, checkpoint.size, path), checkpoint


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
    grown = await store.frontier_at(association_id, start)
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


async def faults(association_id: UUID) -> tuple[Reason, ...]:
    """Everything wrong in the whole log: gaps, altered leaves, nodes, head and checkpoints (invariants 1 and 10).

    Reads every leaf. Whether each leaf's object still has its bytes is for the rooms that own the objects.
    """
    size, frontier = await store.head(association_id)
    checkpoints = {checkpoint.size: checkpoint for checkpoint in await store.checkpoints(association_id)}
    found: list[Reason] = []
    grown: tuple[bytes, ...] = ()
    expected: dict[merkle.Node, bytes] = {}
    index = 0
    while read := await store.leaves(association_id, index, index + store.READ_AT_ONCE):
        for leaf in read:
            if _leaf_fault(leaf, index):
                return (*found, Reason("transparency.leaf_broken", {"index": index}))
            grown, completed = merkle.grow(index, grown, leaf.hash)
            expected |= dict(completed)
            index += 1
            checkpoint = checkpoints.pop(index, None)
            if checkpoint and checkpoint.root != merkle.fold(grown):
                found.append(Reason("transparency.checkpoint_broken", {"size": index}))
        stored = await store.nodes(association_id, expected)
        wrong = [name for name, value in expected.items() if stored.get(name) != value]
        found += [Reason("transparency.node_broken", {"level": level, "place": place}) for level, place in wrong]
        expected = {}
    found += [Reason("transparency.checkpoint_broken", {"size": ahead}) for ahead in sorted(checkpoints)]
    if (index, grown) != (size, frontier):
        found.append(Reason("transparency.tree_broken", {"size": size}))
    return tuple(found)
