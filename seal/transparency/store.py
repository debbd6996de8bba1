"""Every query of the log, always of one association."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.ids import uuid7
from seal.transparency.merkle import HASH_BYTES, Node, cover
from seal.transparency.model import Checkpoint, Leaf, LeafType
from seal.transparency.tables import LogCheckpoint, LogHead, LogLeaf, LogNode

Row = dict[str, Any]
READ_AT_ONCE = 1_000


def _hashes(frontier: bytes) -> tuple[bytes, ...]:
    return tuple(frontier[start : start + HASH_BYTES] for start in range(0, len(frontier), HASH_BYTES))


async def lock_head(association_id: UUID, at: datetime) -> tuple[int, tuple[bytes, ...]]:
    """Size and frontier, with the head's row held until the unit of work ends; made at the first append.

    An update is a lock on every engine, unlike ``FOR UPDATE``.
    """
    touch = (
        LogHead.update({LogHead.changed_at: at})
        .where(LogHead.association_id == association_id)
        .returning(LogHead.size, LogHead.frontier)
    )
    rows = await touch
    if not rows:
        head = LogHead(id=uuid7(at), association_id=association_id, size=0, frontier=b"", changed_at=at)
        await LogHead.insert(head).on_conflict(target=(LogHead.association_id,), action="DO NOTHING")
        rows = await touch
    return rows[0]["size"], _hashes(rows[0]["frontier"])


async def head(association_id: UUID) -> tuple[int, tuple[bytes, ...]]:
    """Size and frontier; an unwritten log is empty."""
    row = await LogHead.select(LogHead.size, LogHead.frontier).where(LogHead.association_id == association_id).first()
    return (row["size"], _hashes(row["frontier"])) if row else (0, ())


async def save_leaf(leaf: Leaf, frontier: Sequence[bytes], nodes: Iterable[tuple[Node, bytes]]) -> None:
    """Write a leaf, the inner nodes that it completed, and the head; the head's row must be held."""
    await LogLeaf.insert(
        LogLeaf(
            id=uuid7(leaf.appended_at),
            association_id=leaf.association_id,
            leaf_index=leaf.index,
            leaf_type=int(leaf.leaf_type),
            object_id=leaf.object_id,
            entry=leaf.entry,
            leaf_hash=leaf.hash,
            appended_at=leaf.appended_at,
        )
    )
    rows = [
        LogNode(id=uuid7(leaf.appended_at), association_id=leaf.association_id, level=level, place=place, hash=hash_)
        for (level, place), hash_ in nodes
    ]
    if rows:
        await LogNode.insert(*rows)
    await LogHead.update(
        {LogHead.size: leaf.index + 1, LogHead.frontier: b"".join(frontier), LogHead.changed_at: leaf.appended_at}
    ).where(LogHead.association_id == leaf.association_id)


def _leaf(row: Row) -> Leaf:
    return Leaf(
        association_id=row["association_id"],
        index=row["leaf_index"],
        leaf_type=LeafType(row["leaf_type"]),
        object_id=row["object_id"],
        entry=row["entry"],
        hash=row["leaf_hash"],
        appended_at=row["appended_at"],
    )


async def leaf_of(association_id: UUID, leaf_type: LeafType, object_id: UUID) -> Leaf | None:
    row = (
        await LogLeaf.select()
        .where(
            LogLeaf.association_id == association_id,
            LogLeaf.leaf_type == int(leaf_type),
            LogLeaf.object_id == object_id,
        )
        .first()
    )
    return _leaf(row) if row else None


async def leaf_at(association_id: UUID, index: int) -> Leaf | None:
    row = await LogLeaf.select().where(LogLeaf.association_id == association_id, LogLeaf.leaf_index == index).first()
    return _leaf(row) if row else None


async def leaves(association_id: UUID, start: int, end: int) -> list[Leaf]:
    """Leaves ``[start, end)`` in order; at most ``READ_AT_ONCE``."""
    rows = (
        await LogLeaf.select()
        .where(
            LogLeaf.association_id == association_id,
            LogLeaf.leaf_index >= start,
            LogLeaf.leaf_index < min(end, start + READ_AT_ONCE),
        )
        .order_by(LogLeaf.leaf_index)
    )
    return [_leaf(row) for row in rows]


async def nodes(association_id: UUID, names: Iterable[Node]) -> Mapping[Node, bytes]:
    """The hashes of complete subtrees; those that are not stored are absent."""
    by_level: dict[int, list[int]] = {}
    for level, place in names:
        by_level.setdefault(level, []).append(place)
    found: dict[Node, bytes] = {}
    if places := by_level.pop(0, None):
        rows: list[Row] = await LogLeaf.select(LogLeaf.leaf_index, LogLeaf.leaf_hash).where(
            LogLeaf.association_id == association_id, LogLeaf.leaf_index.is_in(places)
        )
        found |= {(0, row["leaf_index"]): row["leaf_hash"] for row in rows}
    if by_level:
        condition: Any = None
        for level, places in by_level.items():
            term = (LogNode.level == level) & LogNode.place.is_in(places)
            condition = term if condition is None else condition | term
        rows = await LogNode.select(LogNode.level, LogNode.place, LogNode.hash).where(
            LogNode.association_id == association_id, condition
        )
        found |= {(row["level"], row["place"]): row["hash"] for row in rows}
    return found


async def frontier_at(association_id: UUID, size: int) -> tuple[bytes, ...] | None:
    """The complete subtrees of the first ``size`` leaves from the stored nodes; ``None`` if one is missing."""
    names = cover(0, size)
    found = await nodes(association_id, names)
    return tuple(found[name] for name in names) if len(found) == len(names) else None


async def save_checkpoint(checkpoint: Checkpoint) -> None:
    """Keep a checkpoint; one of the same size is kept as it was first signed."""
    await LogCheckpoint.insert(
        LogCheckpoint(
            id=uuid7(checkpoint.signed_at),
            association_id=checkpoint.association_id,
            size=checkpoint.size,
            root=checkpoint.root,
            note=checkpoint.note,
            signed_at=checkpoint.signed_at,
        )
    ).on_conflict(target=(LogCheckpoint.association_id, LogCheckpoint.size), action="DO NOTHING")


def _checkpoint(row: Row) -> Checkpoint:
    return Checkpoint(row["association_id"], row["size"], row["root"], row["note"], row["signed_at"])


async def latest_checkpoint(association_id: UUID) -> Checkpoint | None:
    row = (
        await LogCheckpoint.select()
        .where(LogCheckpoint.association_id == association_id)
        .order_by(LogCheckpoint.size, ascending=False)
        .first()
    )
    return _checkpoint(row) if row else None


async def recent_checkpoints(association_id: UUID, limit: int) -> list[Checkpoint]:
    """The largest checkpoints, largest first."""
    rows = (
        await LogCheckpoint.select()
        .where(LogCheckpoint.association_id == association_id)
        .order_by(LogCheckpoint.size, ascending=False)
        .limit(limit)
    )
    return [_checkpoint(row) for row in rows]


async def checkpoints(association_id: UUID) -> list[Checkpoint]:
    """Every checkpoint, smallest first."""
    rows = (
        await LogCheckpoint.select().where(LogCheckpoint.association_id == association_id).order_by(LogCheckpoint.size)
    )
    return [_checkpoint(row) for row in rows]
