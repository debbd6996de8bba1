"""Queries of the status space: slots, the epoch, published lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from seal import ids
from seal.certificates.tables import StatusEpoch, StatusList, StatusSlot

Row = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """One edition of one list. ``jws`` is None between intent and signature."""

    id: UUID
    purpose: str
    number: int
    edition: int
    epoch: int
    intent_id: UUID
    made_at: datetime
    jws: bytes | None


async def take_slot(
    association_id: UUID, slot: int, object_id: UUID, under_id: UUID | None, made_on: date | None, at: datetime
) -> bool:
    """Take ``slot`` if it is free; False when somebody holds it. Never raises for a taken slot."""
    rows: list[Row] = (
        await StatusSlot.insert(
            StatusSlot(
                id=ids.uuid7(at),
                association_id=association_id,
                slot=slot,
                object_id=object_id,
                under_id=under_id,
                made_on=made_on,
                revoked=False,
                suspended=False,
            )
        )
        .on_conflict(target=(StatusSlot.association_id, StatusSlot.slot), action="DO NOTHING")
        .returning(StatusSlot.id)
    )
    return bool(rows)


async def slot_count(association_id: UUID) -> int:
    return int(await StatusSlot.count().where(StatusSlot.association_id == association_id))


async def slot_of(association_id: UUID, object_id: UUID) -> int | None:
    row: Row | None = (
        await StatusSlot.select(StatusSlot.slot)
        .where(StatusSlot.association_id == association_id)
        .where(StatusSlot.object_id == object_id)
        .first()
    )
    return int(row["slot"]) if row else None


async def slot_under(association_id: UUID, object_id: UUID, certification_id: UUID) -> int | None:
    """The slot of a batch, if it was sealed under that certification."""
    row: Row | None = (
        await StatusSlot.select(StatusSlot.slot)
        .where(StatusSlot.association_id == association_id)
        .where(StatusSlot.object_id == object_id)
        .where(StatusSlot.under_id == certification_id)
        .first()
    )
    return int(row["slot"]) if row else None


async def under(association_id: UUID, certification_id: UUID, first: date, last: date) -> tuple[int, ...]:
    """Slots of what was sealed under a certification from ``first`` to ``last``."""
    rows: list[Row] = (
        await StatusSlot.select(StatusSlot.slot)
        .where(StatusSlot.association_id == association_id)
        .where(StatusSlot.under_id == certification_id)
        .where(StatusSlot.made_on >= first)
        .where(StatusSlot.made_on <= last)
        .order_by(StatusSlot.slot)
    )
    return tuple(row["slot"] for row in rows)


async def set_bit(association_id: UUID, slot: int, purpose: str, on: bool) -> bool:
    """True if the bit changed."""
    column = StatusSlot.revoked if purpose == "revocation" else StatusSlot.suspended
    rows: list[Row] = (
        await StatusSlot.update({column: on})
        .where(StatusSlot.association_id == association_id)
        .where(StatusSlot.slot == slot)
        .where(column == (not on))
        .returning(StatusSlot.id)
    )
    return bool(rows)


async def set_slots(association_id: UUID, purpose: str, first: int, last: int) -> tuple[int, ...]:
    """Slots from ``first`` to ``last`` whose bit is set."""
    column = StatusSlot.revoked if purpose == "revocation" else StatusSlot.suspended
    rows: list[Row] = (
        await StatusSlot.select(StatusSlot.slot)
        .where(StatusSlot.association_id == association_id)
        .where(column == True)  # noqa: E712  a column, not a truth value
        .where(StatusSlot.slot >= first)
        .where(StatusSlot.slot <= last)
        .order_by(StatusSlot.slot)
    )
    return tuple(row["slot"] for row in rows)


async def highest_slot(association_id: UUID) -> int:
    """The highest slot taken; 0 when none is."""
    row: Row | None = (
        await StatusSlot.select(StatusSlot.slot)
        .where(StatusSlot.association_id == association_id)
        .order_by(StatusSlot.slot, ascending=False)
        .first()
    )
    return int(row["slot"]) if row else 0


async def epoch(association_id: UUID) -> int:
    """0 until the first bit changes."""
    row: Row | None = (
        await StatusEpoch.select(StatusEpoch.epoch).where(StatusEpoch.association_id == association_id).first()
    )
    return int(row["epoch"]) if row else 0


async def epochs() -> dict[UUID, int]:
    """Of every association: the one query here that is not of one alone; it tells numbers and nothing else."""
    rows: list[Row] = await StatusEpoch.select(StatusEpoch.association_id, StatusEpoch.epoch)
    return {row["association_id"]: int(row["epoch"]) for row in rows}


async def bump_epoch(association_id: UUID, at: datetime) -> int:
    """One more, and that number; makes the row at the first change. Locks the row until the end of the unit."""
    for _ in range(2):
        rows: list[Row] = (
            await StatusEpoch.update({StatusEpoch.epoch: StatusEpoch.epoch + 1, StatusEpoch.changed_at: at})
            .where(StatusEpoch.association_id == association_id)
            .returning(StatusEpoch.epoch)
        )
        if rows:
            return int(rows[0]["epoch"])
        await StatusEpoch.insert(
            StatusEpoch(id=ids.uuid7(at), association_id=association_id, epoch=0, changed_at=at)
        ).on_conflict(target=StatusEpoch.association_id, action="DO NOTHING")
    raise RuntimeError("the epoch row cannot be made")


def _published(row: Row) -> Published:
    return Published(
        row["id"],
        row["purpose"],
        row["number"],
        row["edition"],
        row["epoch"],
        row["intent_id"],
        row["made_at"],
        bytes(row["jws"]) if row["jws"] is not None else None,
    )


async def latest(association_id: UUID, purpose: str, number: int, *, signed: bool = False) -> Published | None:
    """The newest edition of a list; with ``signed``, the newest that can be served."""
    query = (
        StatusList.select()
        .where(StatusList.association_id == association_id)
        .where(StatusList.purpose == purpose)
        .where(StatusList.number == number)
    )
    if signed:
        query = query.where(StatusList.jws.is_not_null())
    row: Row | None = await query.order_by(StatusList.edition, ascending=False).first()
    return _published(row) if row else None


async def insert_list(association_id: UUID, edition: Published) -> None:
    """Raises the database's error when another process made this edition."""
    await StatusList.insert(
        StatusList(
            id=edition.id,
            association_id=association_id,
            purpose=edition.purpose,
            number=edition.number,
            edition=edition.edition,
            epoch=edition.epoch,
            intent_id=edition.intent_id,
            made_at=edition.made_at,
        )
    )


async def sign_list(association_id: UUID, list_id: UUID, jws: bytes) -> None:
    await (
        StatusList.update({StatusList.jws: jws})
        .where(StatusList.association_id == association_id)
        .where(StatusList.id == list_id)
    )
