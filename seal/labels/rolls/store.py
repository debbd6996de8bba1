"""Queries of rolls, always inside one association."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from seal.labels.model import VoidReason
from seal.labels.rolls import tables
from seal.labels.rolls.model import Allotment, Binding, Roll, RollVoid
from seal.labels.store import Kept

Row = dict[str, Any]
_R = tables.Roll
_A = tables.Allotment
_B = tables.Binding
_V = tables.RollVoid


def _roll(row: Row) -> Roll:
    return Roll(
        row["id"],
        row["association_id"],
        row["public_id"],
        row["size"],
        row["issued_on"],
        row["made_at"],
        row["intent_id"],
        row["note"],
        row["bound_count"],
        row["void_count"],
        bytes(row["signatures"]) if row["signatures"] is not None else None,
    )


async def insert(roll: Roll, kept: Kept, made_by: UUID | None) -> None:
    await _R.insert(
        _R(
            id=roll.id,
            association_id=roll.association_id,
            public_id=roll.public_id,
            size=roll.size,
            issued_on=roll.issued_on,
            note=roll.note,
            made_by=made_by,
            made_at=roll.made_at,
            intent_id=roll.intent_id,
            document=kept.document,
            salt=kept.salt,
        )
    )


async def roll(association_id: UUID, roll_id: UUID) -> Roll | None:
    row: Row | None = await _R.select().where(_R.association_id == association_id).where(_R.id == roll_id).first()
    return _roll(row) if row else None


async def by_public_id(association_id: UUID, public_id: int) -> Roll | None:
    row: Row | None = (
        await _R.select().where(_R.association_id == association_id).where(_R.public_id == public_id).first()
    )
    return _roll(row) if row else None


async def rolls(association_id: UUID) -> tuple[Roll, ...]:
    """Every roll, newest first, without its signatures."""
    rows: list[Row] = (
        await _R.select(
            *(_R.id, _R.association_id, _R.public_id, _R.size, _R.issued_on, _R.made_at, _R.intent_id, _R.note),
            *(_R.bound_count, _R.void_count),
        )
        .where(_R.association_id == association_id)
        .order_by(_R.made_at, ascending=False)
        .order_by(_R.id, ascending=False)
    )
    return tuple(_roll(row | {"signatures": None}) for row in rows)


async def lock(association_id: UUID, roll_id: UUID) -> Roll | None:
    """The roll, locked until the end of the unit of work by a write of what stands there already."""
    rows: list[Row] = (
        await _R.update({_R.void_count: _R.void_count})
        .where(_R.association_id == association_id)
        .where(_R.id == roll_id)
        .returning(*_R.all_columns())
    )
    return _roll(rows[0]) if rows else None


async def count(association_id: UUID, roll_id: UUID, *, bound: int = 0, void: int = 0) -> None:
    """So many more are bound or out of use. The database refuses more than there are seals."""
    await (
        _R.update({_R.bound_count: _R.bound_count + bound, _R.void_count: _R.void_count + void})
        .where(_R.association_id == association_id)
        .where(_R.id == roll_id)
    )


async def keep_signatures(association_id: UUID, roll_id: UUID, signatures: bytes) -> None:
    """Ed25519 gives the same ones each time, so a second writer changes nothing."""
    await (
        _R.update({_R.signatures: signatures})
        .where(_R.association_id == association_id)
        .where(_R.id == roll_id)
        .where(_R.signatures.is_null())
    )


async def insert_allotment(association_id: UUID, one: Allotment, allotted_by: UUID | None) -> None:
    await _A.insert(
        _A(
            id=one.id,
            association_id=association_id,
            roll_id=one.roll_id,
            first_seal=one.first,
            last_seal=one.last,
            producer_id=one.producer_id,
            allotted_by=allotted_by,
            allotted_at=one.allotted_at,
        )
    )


async def allotments(association_id: UUID, roll_id: UUID | None = None) -> tuple[Allotment, ...]:
    """Hand-overs, oldest first; of one roll if named."""
    query = _A.select().where(_A.association_id == association_id)
    if roll_id is not None:
        query = query.where(_A.roll_id == roll_id)
    rows: list[Row] = await query.order_by(_A.allotted_at, _A.id)
    return tuple(
        Allotment(
            row["id"], row["roll_id"], row["first_seal"], row["last_seal"], row["producer_id"], row["allotted_at"]
        )
        for row in rows
    )


async def insert_binding(association_id: UUID, one: Binding, kept: Kept, bound_by: UUID | None) -> None:
    await _B.insert(
        _B(
            id=one.id,
            association_id=association_id,
            roll_id=one.roll_id,
            batch_id=one.batch_id,
            first_seal=one.first,
            last_seal=one.last,
            first_unit=one.unit,
            bound_by=bound_by,
            bound_at=one.bound_at,
            document=kept.document,
            salt=kept.salt,
        )
    )


def _binding(row: Row) -> Binding:
    return Binding(
        row["id"],
        row["roll_id"],
        row["batch_id"],
        row["first_seal"],
        row["last_seal"],
        row["first_unit"],
        row["bound_at"],
    )


_BINDING = (_B.id, _B.roll_id, _B.batch_id, _B.first_seal, _B.last_seal, _B.first_unit, _B.bound_at)


async def binding(association_id: UUID, binding_id: UUID) -> Binding | None:
    row: Row | None = (
        await _B.select(*_BINDING).where(_B.association_id == association_id).where(_B.id == binding_id).first()
    )
    return _binding(row) if row else None


async def bindings(association_id: UUID, roll_id: UUID) -> tuple[Binding, ...]:
    """A roll's bound seals in order."""
    rows: list[Row] = (
        await _B.select(*_BINDING)
        .where(_B.association_id == association_id)
        .where(_B.roll_id == roll_id)
        .order_by(_B.first_seal)
    )
    return tuple(_binding(row) for row in rows)


async def on_batch(association_id: UUID, batch_id: UUID) -> tuple[Binding, ...]:
    """The seals that stand on a batch, in order of its units."""
    rows: list[Row] = (
        await _B.select(*_BINDING)
        .where(_B.association_id == association_id)
        .where(_B.batch_id == batch_id)
        .order_by(_B.first_unit)
    )
    return tuple(_binding(row) for row in rows)


async def insert_void(association_id: UUID, one: RollVoid, kept: Kept, voided_by: UUID | None) -> None:
    await _V.insert(
        _V(
            id=one.id,
            association_id=association_id,
            roll_id=one.roll_id,
            first_seal=one.first,
            last_seal=one.last,
            reason=one.reason.value,
            voided_by=voided_by,
            voided_at=one.voided_at,
            document=kept.document,
            salt=kept.salt,
        )
    )


async def voids(association_id: UUID, roll_id: UUID) -> tuple[RollVoid, ...]:
    """A roll's unbound seals that are out of use, in order."""
    rows: list[Row] = (
        await _V.select(_V.id, _V.roll_id, _V.first_seal, _V.last_seal, _V.reason, _V.voided_at)
        .where(_V.association_id == association_id)
        .where(_V.roll_id == roll_id)
        .order_by(_V.first_seal)
    )
    return tuple(
        RollVoid(
            row["id"], row["roll_id"], row["first_seal"], row["last_seal"], VoidReason(row["reason"]), row["voided_at"]
        )
        for row in rows
    )
