"""Queries of what was told of lost labels, and of which void each reprint makes good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from seal.identity import Acting
from seal.ids import uuid7
from seal.labels.model import Span, VoidReason
from seal.labels.tables import LabelLoss, LabelReprint

Row = dict[str, Any]


class Told(Protocol):
    """When and where, as far as anybody knows."""

    @property
    def last_seen_on(self) -> date | None: ...
    @property
    def place(self) -> str: ...
    @property
    def told(self) -> str: ...


@dataclass(frozen=True)
class Report:
    """A loss as it was told."""

    first: int
    last: int
    reason: VoidReason
    last_seen_on: date | None
    place: str
    told: str
    reported_at: datetime


async def insert(
    acting: Acting,
    span: Span,
    reason: VoidReason,
    told: Told,
    *,
    batch_id: UUID | None = None,
    roll_id: UUID | None = None,
) -> None:
    await LabelLoss.insert(
        LabelLoss(
            id=uuid7(acting.at),
            association_id=acting.association_id,
            batch_id=batch_id,
            roll_id=roll_id,
            first_number=span.first,
            last_number=span.last,
            reason=reason.value,
            last_seen_on=told.last_seen_on,
            place=told.place,
            told=told.told,
            reported_by=acting.person_id,
            reported_at=acting.at,
        )
    )


async def losses(
    association_id: UUID, *, batch_id: UUID | None = None, roll_id: UUID | None = None
) -> tuple[Report, ...]:
    """What was told about one batch or one roll, oldest first."""
    query = LabelLoss.select().where(LabelLoss.association_id == association_id)
    query = query.where(LabelLoss.batch_id == batch_id) if batch_id else query.where(LabelLoss.roll_id == roll_id)
    rows: list[Row] = await query.order_by(LabelLoss.reported_at, LabelLoss.id)
    return tuple(
        Report(
            row["first_number"],
            row["last_number"],
            VoidReason(row["reason"]),
            row["last_seen_on"],
            row["place"],
            row["told"],
            row["reported_at"],
        )
        for row in rows
    )


async def insert_reprint(acting: Acting, range_id: UUID, void_id: UUID) -> None:
    await LabelReprint.insert(
        LabelReprint(id=uuid7(acting.at), association_id=acting.association_id, range_id=range_id, void_id=void_id)
    )


async def reprinted(association_id: UUID, range_id: UUID) -> frozenset[UUID]:
    """The voids that a range makes good; empty for one that is no reprint."""
    rows: list[Row] = (
        await LabelReprint.select(LabelReprint.void_id)
        .where(LabelReprint.association_id == association_id)
        .where(LabelReprint.range_id == range_id)
    )
    return frozenset(row["void_id"] for row in rows)


async def reprints(association_id: UUID) -> dict[UUID, frozenset[UUID]]:
    """Every reprint: its range, and the voids that it makes good."""
    rows: list[Row] = await LabelReprint.select(LabelReprint.range_id, LabelReprint.void_id).where(
        LabelReprint.association_id == association_id
    )
    found: dict[UUID, frozenset[UUID]] = {}
    for row in rows:
        found[row["range_id"]] = found.get(row["range_id"], frozenset()) | {row["void_id"]}
    return found
