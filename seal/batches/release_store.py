"""Queries of waivers and of results awaited, always inside one association."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.batches import tables
from seal.batches.conditions import Condition
from seal.batches.waivers import Waiver, WaiverEnd, WaiverState, packed, unpacked

Row = dict[str, Any]
_W = tables.BatchWaiver
_E = tables.BatchWaiverEnd
_C = tables.BatchCondition


async def insert_waiver(association_id: UUID, asked: Waiver) -> None:
    await _W.insert(
        _W(
            id=asked.id,
            association_id=association_id,
            batch_id=asked.batch_id,
            gate=asked.gate,
            subject=asked.subject,
            told=packed(asked.told),
            reason=asked.reason,
            file_id=asked.file_id,
            asked_by=asked.asked_by,
            asked_at=asked.asked_at,
        )
    )


async def approve_waiver(
    association_id: UUID, waiver_id: UUID, *, by: UUID, at: datetime, document: bytes, salt: bytes
) -> bool:
    """Once; False when it was approved already. Raises the database's error (``batch_waiver_two_persons``) when one
    person does both."""
    rows: list[Row] = (
        await _W.update({_W.approved_by: by, _W.approved_at: at, _W.document: document, _W.salt: salt})
        .where(_W.association_id == association_id)
        .where(_W.id == waiver_id)
        .where(_W.approved_at.is_null())
        .returning(_W.id)
    )
    return bool(rows)


async def end_waiver(
    association_id: UUID, waiver_id: UUID, end: WaiverEnd, *, document: bytes | None, salt: bytes | None
) -> None:
    """Raises the database's error (``batch_waiver_end_once``) when it has ended already."""
    await _E.insert(
        _E(
            id=end.id,
            association_id=association_id,
            waiver_id=waiver_id,
            kind=end.kind.value,
            reason=end.reason,
            ended_by=end.by,
            ended_at=end.at,
            document=document,
            salt=salt,
        )
    )


async def waiver(association_id: UUID, waiver_id: UUID) -> Waiver | None:
    found = await _waivers(association_id, _W.id == waiver_id)
    return found[0] if found else None


async def waivers(association_id: UUID, batches: Sequence[UUID]) -> dict[UUID, tuple[Waiver, ...]]:
    """The waivers of each batch, oldest first, ended ones too."""
    found: dict[UUID, tuple[Waiver, ...]] = {}
    for one in await _waivers(association_id, _W.batch_id.is_in(list(batches))) if batches else ():
        found[one.batch_id] = (*found.get(one.batch_id, ()), one)
    return found


async def _waivers(association_id: UUID, where: Any) -> tuple[Waiver, ...]:
    columns = [column for column in _W._meta.columns if column not in (_W.document, _W.salt)]
    rows: list[Row] = (
        await _W.select(*columns).where(_W.association_id == association_id).where(where).order_by(_W.asked_at, _W.id)
    )
    if not rows:
        return ()
    ends: list[Row] = (
        await _E.select(_E.id, _E.waiver_id, _E.kind, _E.reason, _E.ended_by, _E.ended_at)
        .where(_E.association_id == association_id)
        .where(_E.waiver_id.is_in([row["id"] for row in rows]))
    )
    ended = {
        row["waiver_id"]: WaiverEnd(
            row["id"], WaiverState(row["kind"]), row["reason"], row["ended_by"], row["ended_at"]
        )
        for row in ends
    }
    return tuple(
        Waiver(
            id=row["id"],
            batch_id=row["batch_id"],
            gate=row["gate"],
            subject=row["subject"],
            told=unpacked(row["told"]),
            reason=row["reason"],
            asked_by=row["asked_by"],
            asked_at=row["asked_at"],
            file_id=row["file_id"],
            approved_by=row["approved_by"],
            approved_at=row["approved_at"],
            end=ended.get(row["id"]),
        )
        for row in rows
    )


async def insert_condition(association_id: UUID, opened: Condition) -> None:
    await _C.insert(
        _C(
            id=opened.id,
            association_id=association_id,
            batch_id=opened.batch_id,
            test_id=opened.test_id,
            laboratory=opened.laboratory,
            sampled_on=opened.sampled_on,
            due_on=opened.due_on,
            opened_by=opened.opened_by,
            opened_at=opened.opened_at,
        )
    )


async def lift(association_id: UUID, batch_id: UUID, test_id: str, result_id: UUID, at: datetime) -> None:
    """Every open condition of a batch about a test is met by a result."""
    await (
        _C.update({_C.result_id: result_id, _C.lifted_at: at})
        .where(_C.association_id == association_id)
        .where(_C.batch_id == batch_id)
        .where(_C.test_id == test_id)
        .where(_C.lifted_at.is_null())
    )


async def conditions(association_id: UUID, batches: Sequence[UUID]) -> dict[UUID, tuple[Condition, ...]]:
    """The conditions of each batch, oldest first, lifted ones too."""
    return _by_batch(await _conditions(association_id, _C.batch_id.is_in(list(batches)))) if batches else {}


async def open_conditions(association_id: UUID) -> dict[UUID, tuple[Condition, ...]]:
    """Of every batch with one that is not lifted."""
    return _by_batch(await _conditions(association_id, _C.lifted_at.is_null()))


def _by_batch(found: Sequence[Condition]) -> dict[UUID, tuple[Condition, ...]]:
    grouped: dict[UUID, tuple[Condition, ...]] = {}
    for one in found:
        grouped[one.batch_id] = (*grouped.get(one.batch_id, ()), one)
    return grouped


async def _conditions(association_id: UUID, where: Any) -> tuple[Condition, ...]:
    rows: list[Row] = (
        await _C.select().where(_C.association_id == association_id).where(where).order_by(_C.opened_at, _C.id)
    )
    return tuple(
        Condition(
            id=row["id"],
            batch_id=row["batch_id"],
            test_id=row["test_id"],
            laboratory=row["laboratory"],
            sampled_on=row["sampled_on"],
            due_on=row["due_on"],
            opened_at=row["opened_at"],
            opened_by=row["opened_by"],
            result_id=row["result_id"],
            lifted_at=row["lifted_at"],
        )
        for row in rows
    )
