"""Queries of boxes, always inside one association."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from seal.ids import uuid7
from seal.labels.boxes import tables
from seal.labels.boxes.model import Action, Box, Move
from seal.labels.model import Span
from seal.labels.store import Kept

Row = dict[str, Any]
_B = tables.Box
_M = tables.BoxMove
_U = tables.BoxUnit
_AT_ONCE = 500


def _box(row: Row, moves: tuple[Move, ...]) -> Box:
    return Box(
        row["id"],
        row["association_id"],
        row["public_id"],
        row["producer_id"],
        row["issued_on"],
        row["made_at"],
        row["intent_id"],
        row["note"],
        row["steps"],
        moves,
        bytes(row["signature"]) if row["signature"] is not None else None,
    )


async def insert(box: Box, kept: Kept, made_by: UUID | None) -> None:
    await _B.insert(
        _B(
            id=box.id,
            association_id=box.association_id,
            public_id=box.public_id,
            producer_id=box.producer_id,
            issued_on=box.issued_on,
            note=box.note,
            made_by=made_by,
            made_at=box.made_at,
            intent_id=box.intent_id,
            document=kept.document,
            salt=kept.salt,
        )
    )


async def box(association_id: UUID, box_id: UUID) -> Box | None:
    row: Row | None = await _B.select().where(_B.association_id == association_id).where(_B.id == box_id).first()
    return _box(row, (await moves(association_id, box_id)).get(box_id, ())) if row else None


async def boxes(association_id: UUID) -> tuple[Box, ...]:
    """Every box, newest first."""
    rows: list[Row] = (
        await _B.select()
        .where(_B.association_id == association_id)
        .order_by(_B.made_at, ascending=False)
        .order_by(_B.id, ascending=False)
    )
    done = await moves(association_id)
    return tuple(_box(row, done.get(row["id"], ())) for row in rows)


async def moves(association_id: UUID, box_id: UUID | None = None) -> dict[UUID, tuple[Move, ...]]:
    """What was done to each box, or to one, in order."""
    query = _M.select().where(_M.association_id == association_id)
    if box_id is not None:
        query = query.where(_M.box_id == box_id)
    rows: list[Row] = await query.order_by(_M.box_id, _M.sequence)
    found: dict[UUID, list[Move]] = {}
    for row in rows:
        span = Span(row["first_unit"], row["last_unit"]) if row["first_unit"] is not None else None
        move = Move(Action(row["action"]), row["recorded_at"], row["actor_id"], row["batch_id"], span)
        found.setdefault(row["box_id"], []).append(move)
    return {key: tuple(value) for key, value in found.items()}


async def lock(association_id: UUID, box_id: UUID, more: int) -> int | None:
    """How many steps the box has had, after which ``more`` are about to follow; locked until the end of the unit of
    work. ``None`` for no such box."""
    rows: list[Row] = (
        await _B.update({_B.steps: _B.steps + more})
        .where(_B.association_id == association_id)
        .where(_B.id == box_id)
        .returning(_B.steps)
    )
    return int(rows[0]["steps"]) - more if rows else None


async def add_moves(association_id: UUID, box_id: UUID, begin: int, done: Sequence[Move]) -> None:
    for place, move in enumerate(done, start=begin):
        await _M.insert(
            _M(
                id=uuid7(move.recorded_at),
                association_id=association_id,
                box_id=box_id,
                sequence=place,
                action=move.action.value,
                batch_id=move.batch_id,
                first_unit=move.span.first if move.span else None,
                last_unit=move.span.last if move.span else None,
                actor_id=move.actor_id,
                recorded_at=move.recorded_at,
            )
        )


async def put(association_id: UUID, box_id: UUID, move: Move) -> None:
    """The units stand in this box now; the database refuses one that stands in another."""
    assert move.span is not None
    units = range(move.span.first, move.span.last + 1)
    for start in range(0, len(units), _AT_ONCE):
        await _U.insert(
            *(
                _U(
                    id=uuid7(move.recorded_at),
                    association_id=association_id,
                    batch_id=move.batch_id,
                    unit=unit,
                    box_id=box_id,
                )
                for unit in units[start : start + _AT_ONCE]
            )
        )


async def take(association_id: UUID, box_id: UUID, move: Move) -> None:
    assert move.span is not None
    await (
        _U.delete()
        .where(_U.association_id == association_id)
        .where(_U.box_id == box_id)
        .where(_U.batch_id == move.batch_id)
        .where(_U.unit >= move.span.first)
        .where(_U.unit <= move.span.last)
    )


async def empty(association_id: UUID, box_id: UUID) -> None:
    await _U.delete().where(_U.association_id == association_id).where(_U.box_id == box_id)


async def where(association_id: UUID, batch_id: UUID) -> dict[int, UUID]:
    """In which box each boxed unit of a batch stands."""
    rows: list[Row] = (
        await _U.select(_U.unit, _U.box_id).where(_U.association_id == association_id).where(_U.batch_id == batch_id)
    )
    return {row["unit"]: row["box_id"] for row in rows}


async def keep_signature(association_id: UUID, box_id: UUID, signature: bytes) -> None:
    """Ed25519 gives the same one each time, so a second writer changes nothing."""
    await (
        _B.update({_B.signature: signature})
        .where(_B.association_id == association_id)
        .where(_B.id == box_id)
        .where(_B.signature.is_null())
    )
