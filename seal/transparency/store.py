"""Every query of the log, always of one association."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.ids import uuid7
from seal.transparency import tile_store
from seal.transparency.merkle import Node
from seal.transparency.model import Checkpoint, Leaf, LeafType
from seal.transparency.stamp import SKEW, Stamp
from seal.transparency.tables import LogCheckpoint, LogHead, LogLeaf, LogStamp
from seal.transparency.tile_store import hashes_of

Row = dict[str, Any]
READ_AT_ONCE = 1_000


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
    return rows[0]["size"], hashes_of(rows[0]["frontier"])


async def head(association_id: UUID) -> tuple[int, tuple[bytes, ...]]:
    """Size and frontier; an unwritten log is empty."""
    row = await LogHead.select(LogHead.size, LogHead.frontier).where(LogHead.association_id == association_id).first()
    return (row["size"], hashes_of(row["frontier"])) if row else (0, ())


async def save_leaf(leaf: Leaf, frontier: Sequence[bytes], completed: Iterable[tuple[Node, bytes]]) -> None:
    """Write a leaf, what it completed of the tiles, and the head; the head's row must be held."""
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
    await tile_store.grow(leaf.association_id, leaf.index + 1, completed, leaf.appended_at)
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


async def checkpoint_of(association_id: UUID, size: int) -> Checkpoint | None:
    """The checkpoint of exactly that size, if one was signed."""
    row = (
        await LogCheckpoint.select()
        .where(LogCheckpoint.association_id == association_id, LogCheckpoint.size == size)
        .first()
    )
    return _checkpoint(row) if row else None


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


async def checkpoints(association_id: UUID) -> AsyncIterator[Checkpoint]:
    """Every checkpoint, smallest first, read a few at a time."""
    after = -1
    while rows := (
        await LogCheckpoint.select()
        .where(LogCheckpoint.association_id == association_id, LogCheckpoint.size > after)
        .order_by(LogCheckpoint.size)
        .limit(READ_AT_ONCE)
    ):
        for row in rows:
            yield _checkpoint(row)
        after = rows[-1]["size"]


async def stamp(association_id: UUID) -> Stamp | None:
    """The latest stamp."""
    row = await LogStamp.select().where(LogStamp.association_id == association_id).first()
    return Stamp(row["size"], row["stamped_at"], row["line"]) if row else None


async def save_stamp(association_id: UUID, stamp: Stamp) -> None:
    """Keep a stamp instead of an older one, of one of a smaller tree in its second, or of one from the future; in a
    unit of work."""
    await LogStamp.insert(
        LogStamp(
            id=uuid7(stamp.at), association_id=association_id, size=stamp.size, stamped_at=stamp.at, line=stamp.line
        )
    ).on_conflict(target=(LogStamp.association_id,), action="DO NOTHING")
    same_second = (LogStamp.stamped_at == stamp.at) & (LogStamp.size < stamp.size)
    newer = (LogStamp.stamped_at < stamp.at) | same_second | (LogStamp.stamped_at > stamp.at + SKEW)
    await LogStamp.update({LogStamp.size: stamp.size, LogStamp.stamped_at: stamp.at, LogStamp.line: stamp.line}).where(
        LogStamp.association_id == association_id, LogStamp.size <= stamp.size, newer
    )


async def to_sign(before: datetime) -> list[UUID]:
    """The logs that have leaves after their latest checkpoint, or no stamp of it made after ``before``.

    A stamp is of the latest checkpoint, so head and stamp say it, one row each, however long the log is.
    """
    rows: list[Row] = await LogHead.raw(
        "SELECT h.association_id FROM log_head h LEFT JOIN log_stamp s ON s.association_id = h.association_id"
        " WHERE h.size > 0 AND (s.size IS NULL OR s.stamped_at < {} OR s.size < h.size)"
        " ORDER BY h.association_id",
        before,
    )
    return [row["association_id"] for row in rows]
