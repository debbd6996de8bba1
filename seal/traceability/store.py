"""Queries of the units that dispatches took, always inside one association."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.ids import uuid7
from seal.labels.model import Span
from seal.traceability import tables

Row = dict[str, Any]
_S = tables.ShipmentUnit
AT_ONCE = 400


@dataclass(frozen=True)
class Moved:
    """Units that an entry of the batch book moved; ``box_id`` if they stood in a box."""

    entry_id: UUID
    batch_id: UUID
    span: Span
    box_id: UUID | None = None


async def insert(association_id: UUID, moved: Collection[Moved], at: datetime) -> None:
    """Raises the database's error (``shipment_unit_once``) for units that the entry has already."""
    for one in moved:
        await _S.insert(
            _S(
                id=uuid7(at),
                association_id=association_id,
                entry_id=one.entry_id,
                batch_id=one.batch_id,
                first_unit=one.span.first,
                last_unit=one.span.last,
                box_id=one.box_id,
            )
        )


async def of_batches(association_id: UUID, batches: Collection[UUID]) -> tuple[Moved, ...]:
    """What dispatches and returns say of units of these batches, in order of numbers."""
    found: list[Row] = []
    every = sorted(set(batches))
    for start in range(0, len(every), AT_ONCE):
        found += (
            await _S.select()
            .where(_S.association_id == association_id)
            .where(_S.batch_id.is_in(every[start : start + AT_ONCE]))
        )
    found.sort(key=lambda row: (row["batch_id"], row["first_unit"], row["id"]))
    return tuple(_moved(row) for row in found)


async def of_entry(association_id: UUID, entry_id: UUID) -> tuple[Moved, ...]:
    rows: list[Row] = await _S.select().where(_S.association_id == association_id).where(_S.entry_id == entry_id)
    return tuple(_moved(row) for row in rows)


def _moved(row: Row) -> Moved:
    return Moved(row["entry_id"], row["batch_id"], Span(row["first_unit"], row["last_unit"]), row["box_id"])
