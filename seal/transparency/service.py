"""The log's verbs: append, prove, check before signing. Who may append is the caller's business."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from seal.db import in_unit_of_work
from seal.errors import Conflict, NotFound, Refused
from seal.transparency import merkle, rollback, store, tile_store, tiles
from seal.transparency.checking import checked_head, faults
from seal.transparency.cosignature import with_lines
from seal.transparency.model import (
    Checkpoint,
    Head,
    InclusionProof,
    Leaf,
    LeafType,
    entry_bytes,
    leaf_hash,
    new_salt,
)
from seal.transparency.note import parse_note
from seal.transparency.stamp import Stamp
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
    "save_stamp",
    "stamp",
    "stamped",
    "tile",
    "to_sign",
]


async def append(
    association_id: UUID, leaf_type: LeafType, object_id: UUID, exact_bytes: bytes, salt: bytes, at: datetime
) -> int:
    """Record an object and return its index; in the caller's unit of work, which should be short: appends to
    one log wait for each other until it ends.

    The same object with the same bytes and salt again returns the index it has. Raises
    ``Conflict('transparency.already_logged')`` for other bytes or another salt, and
    ``Unavailable('transparency.recovery')`` when this is an older log than the one that was marked.
    """
    entry = entry_bytes(leaf_type, object_id, salt, exact_bytes)

    async def write() -> int:
        size, frontier = await store.lock_head(association_id, at)
        await rollback.require_level(association_id, size)
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
        return tiles.pack(await tile_store.entries(association_id, name.start, name.start + name.width))
    body = await tile_store.tile(association_id, name.level, name.index, name.width)
    if len(body) != name.width * merkle.HASH_BYTES:
        raise Refused("transparency.tree_broken", size=latest.size)
    return body


async def stamp(association_id: UUID) -> Stamp | None:
    """The latest stamp, ``None`` before the first."""
    return await store.stamp(association_id)


async def stamped(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint as it is served: with the stamp of its size, if there is one."""
    latest = await store.stamp(checkpoint.association_id)
    if latest is None or latest.size != checkpoint.size:
        return checkpoint
    return replace(checkpoint, note=with_lines(parse_note(checkpoint.note), [latest.signature]).encoded)


async def save_stamp(association_id: UUID, latest: Stamp) -> None:
    """Keep a stamp instead of an older one."""

    async def write() -> None:
        await store.save_stamp(association_id, latest)

    await in_unit_of_work(write)


async def to_sign(before: datetime) -> list[UUID]:
    """The associations whose log has grown since its latest checkpoint, or has no stamp made after ``before``."""
    return await store.to_sign(before)


async def recent_checkpoints(association_id: UUID, limit: int) -> list[Checkpoint]:
    """The largest signed tree heads, largest first."""
    return await store.recent_checkpoints(association_id, limit)


async def root_at(association_id: UUID, size: int) -> bytes:
    """The root of the first ``size`` leaves. Raises ``NotFound('transparency.no_leaf')`` beyond the log."""
    now, _ = await store.head(association_id)
    frontier = await tile_store.frontier_at(association_id, size) if 0 <= size <= now else None
    if frontier is None:
        raise NotFound("transparency.no_leaf", index=size, size=now)
    return merkle.fold(frontier)


async def save_checkpoint(checkpoint: Checkpoint) -> None:
    """Keep a signed tree head."""

    async def write() -> None:
        await store.save_checkpoint(checkpoint)

    await in_unit_of_work(write)


async def _proof(association_id: UUID, ranges: tuple[tuple[int, int], ...]) -> tuple[bytes, ...]:
    found = await tile_store.nodes(association_id, merkle.needed(ranges))
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
