"""Queries of label ledgers, ranges and voids, always inside one association."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from seal import ids
from seal.labels import tables
from seal.labels.model import LabelRange, Ledger, Void, VoidReason

Row = dict[str, Any]
_L = tables.LabelLedger
_R = tables.LabelRange
_V = tables.LabelVoid


@dataclass(frozen=True)
class Kept:
    """The exact document of a range or a void and its salt, for the log and the bundle."""

    document: bytes
    salt: bytes


def _ledger(row: Row) -> Ledger:
    return Ledger(row["units"], row["spare_percent"], row["reserved_high"], row["void_count"])


async def ledger(association_id: UUID, batch_id: UUID) -> Ledger | None:
    row: Row | None = (
        await _L.select().where(_L.association_id == association_id).where(_L.batch_id == batch_id).first()
    )
    return _ledger(row) if row else None


async def lock_ledger(association_id: UUID, batch_id: UUID, fresh: Ledger, at: datetime) -> Ledger:
    """The ledger, locked until the end of the unit of work; made from ``fresh`` at the batch's first label.

    The lock is a plain write of what stands there already: it works on every engine and needs no FOR UPDATE.
    """
    for _ in range(2):
        rows: list[Row] = (
            await _L.update({_L.live: _L.reserved_high - _L.void_count})
            .where(_L.association_id == association_id)
            .where(_L.batch_id == batch_id)
            .returning(_L.units, _L.spare_percent, _L.reserved_high, _L.void_count)
        )
        if rows:
            return _ledger(rows[0])
        await _L.insert(
            _L(
                id=ids.uuid7(at),
                association_id=association_id,
                batch_id=batch_id,
                units=fresh.units,
                spare_percent=fresh.spare_percent,
                quota=fresh.quota,
                reserved_high=0,
                void_count=0,
                live=0,
            )
        ).on_conflict(target=(_L.association_id, _L.batch_id), action="DO NOTHING")
    raise RuntimeError("the ledger row cannot be made")


async def write_ledger(association_id: UUID, batch_id: UUID, ledger: Ledger) -> None:
    """New counts. The database refuses more live numbers than the quota, whatever the caller believes."""
    await (
        _L.update({_L.reserved_high: ledger.reserved_high, _L.void_count: ledger.void_count, _L.live: ledger.live})
        .where(_L.association_id == association_id)
        .where(_L.batch_id == batch_id)
    )


def _range(row: Row) -> LabelRange:
    return LabelRange(
        row["id"],
        row["batch_id"],
        row["first_unit"],
        row["last_unit"],
        row["reserved_at"],
        row["intent_id"],
        bytes(row["signatures"]) if row["signatures"] is not None else None,
    )


async def insert_range(association_id: UUID, found: LabelRange, kept: Kept, reserved_by: UUID | None) -> None:
    await _R.insert(
        _R(
            id=found.id,
            association_id=association_id,
            batch_id=found.batch_id,
            first_unit=found.first,
            last_unit=found.last,
            reserved_by=reserved_by,
            reserved_at=found.reserved_at,
            intent_id=found.intent_id,
            document=kept.document,
            salt=kept.salt,
        )
    )


async def label_range(association_id: UUID, range_id: UUID) -> LabelRange | None:
    row: Row | None = await _R.select().where(_R.association_id == association_id).where(_R.id == range_id).first()
    return _range(row) if row else None


async def ranges(association_id: UUID, batch_id: UUID) -> tuple[LabelRange, ...]:
    """A batch's ranges in order of numbers."""
    rows: list[Row] = (
        await _R.select()
        .where(_R.association_id == association_id)
        .where(_R.batch_id == batch_id)
        .order_by(_R.first_unit)
    )
    return tuple(_range(row) for row in rows)


async def keep_signatures(association_id: UUID, range_id: UUID, signatures: bytes) -> None:
    """Store the signatures; Ed25519 gives the same ones each time, so a second writer changes nothing."""
    await (
        _R.update({_R.signatures: signatures})
        .where(_R.association_id == association_id)
        .where(_R.id == range_id)
        .where(_R.signatures.is_null())
    )


async def unsigned(association_id: UUID) -> tuple[UUID, ...]:
    """Ranges reserved and not signed yet, oldest first."""
    rows: list[Row] = (
        await _R.select(_R.id)
        .where(_R.association_id == association_id)
        .where(_R.signatures.is_null())
        .order_by(_R.reserved_at, _R.id)
    )
    return tuple(row["id"] for row in rows)


async def insert_void(association_id: UUID, void: Void, kept: Kept, voided_by: UUID | None) -> None:
    await _V.insert(
        _V(
            id=void.id,
            association_id=association_id,
            batch_id=void.batch_id,
            first_unit=void.first,
            last_unit=void.last,
            reason=void.reason.value,
            voided_by=voided_by,
            voided_at=void.voided_at,
            document=kept.document,
            salt=kept.salt,
        )
    )


async def voids(association_id: UUID, batch_id: UUID) -> tuple[Void, ...]:
    """A batch's voids in order of numbers."""
    rows: list[Row] = (
        await _V.select(_V.id, _V.batch_id, _V.first_unit, _V.last_unit, _V.reason, _V.voided_at)
        .where(_V.association_id == association_id)
        .where(_V.batch_id == batch_id)
        .order_by(_V.first_unit)
    )
    return tuple(
        Void(
            row["id"],
            row["batch_id"],
            row["first_unit"],
            row["last_unit"],
            VoidReason(row["reason"]),
            row["voided_at"],
        )
        for row in rows
    )
