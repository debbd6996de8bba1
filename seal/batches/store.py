"""Queries of batches, their actions and tests, always inside one association."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from seal.batches import tables
from seal.batches.model import Action, Advice, Batch, Step

Row = dict[str, Any]
_B = tables.Batch
_A = tables.BatchAction
AT_ONCE = 400
"""Ids in one query: far below what either engine takes as parameters."""


async def insert(batch: Batch, lot_key: str) -> None:
    """A declared batch. Raises the database's error (``batch_lot_once``) when the lot name is taken."""
    await _B.insert(
        _B(
            id=batch.id,
            association_id=batch.association_id,
            producer_id=batch.producer_id,
            product_id=batch.product_id,
            site_id=batch.site_id,
            protocol_id=batch.protocol_id,
            lot=batch.lot,
            lot_key=lot_key,
            units=batch.units,
            produced_on=batch.produced_on,
            use_by=batch.use_by,
            declared_at=batch.declared_at,
        )
    )


async def insert_step(
    association_id: UUID,
    batch_id: UUID,
    sequence: int,
    step: Step,
    *,
    document: bytes | None = None,
    salt: bytes | None = None,
) -> None:
    """The next action. Raises the database's error (``batch_action_step_once``) when someone was faster."""
    await _A.insert(
        _A(
            id=step.id,
            association_id=association_id,
            batch_id=batch_id,
            sequence=sequence,
            action=step.action.value,
            actor_id=step.actor_id,
            recorded_at=step.recorded_at,
            effective_at=step.effective_at,
            reason_class=step.reason_class,
            reason=step.reason,
            advice=step.advice.value if step.advice else None,
            document=document,
            salt=salt,
        )
    )


async def set_intent(
    association_id: UUID,
    batch_id: UUID,
    *,
    certification_id: UUID,
    public_id: int,
    status_index: int,
    sealed_on: date,
    intent_id: UUID,
    salt: bytes,
) -> None:
    """What sealing fixes, once; a second sealing collides on the action's sequence before this."""
    await (
        _B.update(
            {
                _B.certification_id: certification_id,
                _B.public_id: public_id,
                _B.status_index: status_index,
                _B.sealed_on: sealed_on,
                _B.intent_id: intent_id,
                _B.salt: salt,
            }
        )
        .where(_B.association_id == association_id)
        .where(_B.id == batch_id)
        .where(_B.intent_id.is_null())
    )


async def mark_sealed(association_id: UUID, batch_id: UUID, jws: bytes, at: datetime) -> bool:
    """Store the signed bytes, once; False when they are there already."""
    rows: list[Row] = (
        await _B.update({_B.jws: jws, _B.sealed_at: at})
        .where(_B.association_id == association_id)
        .where(_B.id == batch_id)
        .where(_B.jws.is_null())
        .returning(_B.id)
    )
    return bool(rows)


async def batch(association_id: UUID, batch_id: UUID) -> Batch | None:
    found = await _batches(association_id, _B.id == batch_id)
    return found[0] if found else None


async def some(association_id: UUID, batch_ids: Collection[UUID]) -> tuple[Batch, ...]:
    """The named ones, however many."""
    every = sorted(set(batch_ids))
    found: list[Batch] = []
    for start in range(0, len(every), AT_ONCE):
        found += await _batches(association_id, _B.id.is_in(every[start : start + AT_ONCE]))
    return tuple(found)


async def named(association_id: UUID, producer_id: UUID, lot_key: str) -> Batch | None:
    """A producer's batch by the key of its lot name."""
    found = await _batches(association_id, (_B.producer_id == producer_id) & (_B.lot_key == lot_key))
    return found[0] if found else None


async def of_producers(association_id: UUID, producers: Sequence[UUID]) -> tuple[Batch, ...]:
    """Newest first."""
    return await _batches(association_id, _B.producer_id.is_in(list(producers))) if producers else ()


async def made_between(
    association_id: UUID, producer_id: UUID, protocol_id: str, first: date, last: date
) -> tuple[Batch, ...]:
    """A producer's batches under one protocol with production days ``first`` to ``last``."""
    where = (_B.producer_id == producer_id) & (_B.protocol_id == protocol_id)
    return await _batches(association_id, where & (_B.produced_on >= first) & (_B.produced_on <= last))


async def pending(association_id: UUID) -> tuple[UUID, ...]:
    """Batches whose certificate is intended and not signed, oldest first."""
    rows: list[Row] = (
        await _B.select(_B.id)
        .where(_B.association_id == association_id)
        .where(_B.intent_id.is_not_null())
        .where(_B.jws.is_null())
        .order_by(_B.sealed_on, _B.id)
    )
    return tuple(row["id"] for row in rows)


async def _batches(association_id: UUID, where: Any) -> tuple[Batch, ...]:
    """Two queries however many rows."""
    query = _B.select().where(_B.association_id == association_id)
    if where is not None:
        query = query.where(where)
    rows: list[Row] = await query.order_by(_B.declared_at, _B.id, ascending=False)
    if not rows:
        return ()
    steps: dict[UUID, list[Step]] = {}
    actions: list[Row] = (
        await _A.select(
            _A.id,
            _A.batch_id,
            _A.action,
            _A.actor_id,
            _A.recorded_at,
            _A.effective_at,
            _A.reason_class,
            _A.reason,
            _A.advice,
        )
        .where(_A.association_id == association_id)
        .where(_A.batch_id.is_in([row["id"] for row in rows]))
        .order_by(_A.batch_id, _A.sequence)
    )
    for row in actions:
        steps.setdefault(row["batch_id"], []).append(
            Step(
                action=Action(row["action"]),
                recorded_at=row["recorded_at"],
                effective_at=row["effective_at"],
                actor_id=row["actor_id"],
                reason_class=row["reason_class"],
                reason=row["reason"],
                advice=Advice(row["advice"]) if row["advice"] else None,
                id=row["id"],
            )
        )
    return tuple(_batch(row, tuple(steps.get(row["id"], ()))) for row in rows)


def _batch(row: Row, steps: tuple[Step, ...]) -> Batch:
    return Batch(
        id=row["id"],
        association_id=row["association_id"],
        producer_id=row["producer_id"],
        product_id=row["product_id"],
        site_id=row["site_id"],
        protocol_id=row["protocol_id"],
        lot=row["lot"],
        units=row["units"],
        produced_on=row["produced_on"],
        use_by=row["use_by"],
        declared_at=row["declared_at"],
        certification_id=row["certification_id"],
        public_id=row["public_id"],
        status_index=row["status_index"],
        sealed_on=row["sealed_on"],
        intent_id=row["intent_id"],
        salt=bytes(row["salt"]) if row["salt"] is not None else None,
        jws=bytes(row["jws"]) if row["jws"] is not None else None,
        sealed_at=row["sealed_at"],
        steps=steps,
    )
