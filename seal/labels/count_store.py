"""Queries of counted labels, always inside one association."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from seal.labels.counts import Count
from seal.labels.tables import LabelCount

Row = dict[str, Any]
_C = LabelCount


def _count(row: Row) -> Count:
    return Count(
        row["id"],
        row["batch_id"],
        row["counted_on"],
        row["used"],
        row["spoiled"],
        row["left_over"],
        row["live"],
        row["reserved_high"],
        row["counted_at"],
        row["note"],
    )


async def insert(association_id: UUID, made: Count, counted_by: UUID | None) -> None:
    await _C.insert(
        _C(
            id=made.id,
            association_id=association_id,
            batch_id=made.batch_id,
            counted_on=made.counted_on,
            used=made.used,
            spoiled=made.spoiled,
            left_over=made.left_over,
            live=made.live,
            reserved_high=made.reserved_high,
            note=made.note,
            counted_by=counted_by,
            counted_at=made.counted_at,
        )
    )


async def count(association_id: UUID, count_id: UUID) -> Count | None:
    row: Row | None = await _C.select().where(_C.association_id == association_id).where(_C.id == count_id).first()
    return _count(row) if row else None


async def counts(association_id: UUID, batch_id: UUID) -> tuple[Count, ...]:
    """A batch's counts, oldest first."""
    rows: list[Row] = (
        await _C.select()
        .where(_C.association_id == association_id)
        .where(_C.batch_id == batch_id)
        .order_by(_C.counted_at, _C.id)
    )
    return tuple(_count(row) for row in rows)


async def latest(association_id: UUID) -> dict[UUID, Count]:
    """The last count of each batch that was counted."""
    rows: list[Row] = await _C.select().where(_C.association_id == association_id).order_by(_C.counted_at, _C.id)
    return {row["batch_id"]: _count(row) for row in rows}
