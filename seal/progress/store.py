"""Queries of progress."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from seal.progress import tables
from seal.progress.model import Advice


async def insert_advice(association_id: UUID, producer_id: UUID, advice: Advice, *, id: UUID, at: datetime) -> None:
    await tables.Advice.insert(
        tables.Advice(
            id=id,
            association_id=association_id,
            producer_id=producer_id,
            person_id=advice.person_id,
            given_on=advice.given_on,
            note=advice.note,
            recorded_at=at,
        )
    )


async def advice_since(association_id: UUID, producer_id: UUID, since: date) -> tuple[Advice, ...]:
    table = tables.Advice
    rows: list[dict[str, Any]] = (
        await table.select()
        .where(
            (table.association_id == association_id) & (table.producer_id == producer_id) & (table.given_on >= since)
        )
        .order_by(table.given_on, table.id)
    )
    return tuple(Advice(row["person_id"], row["given_on"], row["note"]) for row in rows)
