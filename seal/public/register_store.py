"""Queries of the kept snapshots, always of one association."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from seal.db.violations import Contention, integrity
from seal.public.tables import RegisterSnapshot

Row = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """One edition of a day's snapshot. ``jws`` is ``None`` between intent and signature."""

    id: UUID
    day: date
    edition: int
    as_of: datetime
    content_sha256: str
    intent_id: UUID
    jws: bytes | None = None


def _kept(row: Row) -> Kept:
    return Kept(
        row["id"],
        row["day"],
        row["edition"],
        row["as_of"],
        row["content_sha256"],
        row["intent_id"],
        bytes(row["jws"]) if row["jws"] is not None else None,
    )


async def latest(association_id: UUID, day: date | None = None, *, signed: bool = False) -> Kept | None:
    """The newest snapshot, or the newest of ``day``; with ``signed``, the newest that can be served."""
    query = RegisterSnapshot.select().where(RegisterSnapshot.association_id == association_id)
    if day is not None:
        query = query.where(RegisterSnapshot.day == day)
    if signed:
        query = query.where(RegisterSnapshot.jws.is_not_null())
    row: Row | None = (
        await query.order_by(RegisterSnapshot.day, ascending=False)
        .order_by(RegisterSnapshot.edition, ascending=False)
        .first()
    )
    return _kept(row) if row else None


async def days(association_id: UUID) -> tuple[date, ...]:
    """Every day that has a signed snapshot, newest first."""
    rows: list[Row] = (
        await RegisterSnapshot.select(RegisterSnapshot.day)
        .where(RegisterSnapshot.association_id == association_id)
        .where(RegisterSnapshot.jws.is_not_null())
        .order_by(RegisterSnapshot.day, ascending=False)
    )
    return tuple(dict.fromkeys(row["day"] for row in rows))


async def insert(association_id: UUID, kept: Kept) -> None:
    """Raises ``Contention('db.busy')`` when another process made this edition."""
    async with integrity({"register_snapshot_edition_once": Contention("db.busy")}):
        await RegisterSnapshot.insert(
            RegisterSnapshot(
                id=kept.id,
                association_id=association_id,
                day=kept.day,
                edition=kept.edition,
                as_of=kept.as_of,
                content_sha256=kept.content_sha256,
                intent_id=kept.intent_id,
            )
        )


async def sign(association_id: UUID, snapshot_id: UUID, jws: bytes) -> None:
    await (
        RegisterSnapshot.update({RegisterSnapshot.jws: jws})
        .where(RegisterSnapshot.association_id == association_id)
        .where(RegisterSnapshot.id == snapshot_id)
    )
