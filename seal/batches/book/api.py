"""JSON: the batch book: what came in, what it was made into, and where it went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.batches.book import model, service
from seal.batches.book.model import Dimension, Entry, EntryKind, Lot, Standing
from seal.errors import BadInput
from seal.identity import Acting, Role
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MAKERS = Roles(Role.MANAGER, Role.PRODUCER)


class AmountIn(BaseModel):
    """An amount of a lot as typed: ``12,5`` ``kg``. Units: g, kg, t, ml, l, unit."""

    model_config = ConfigDict(extra="forbid")
    lot: UUID
    amount: str = Field(max_length=40)
    unit: str = Field(max_length=20)


class IntakeIn(BaseModel):
    """``kind``: harvest, receive or opening. ``signed_by``: who counted an opening stock."""

    model_config = ConfigDict(extra="forbid")
    kind: EntryKind = EntryKind.HARVEST
    material: str = Field(max_length=60)
    amount: str = Field(max_length=40)
    unit: str = Field(max_length=20)
    happened_on: date
    name: str = Field(default="", max_length=40)
    standing: Standing = Standing.OWN
    main: bool = True
    from_whom: str = ""
    certificate: str = ""
    readings: dict[str, str] = Field(default_factory=dict, max_length=20)
    site_id: UUID | None = None
    organisation_id: UUID | None = None
    about: UUID | None = None
    signed_by: str = ""


class LotOut(BaseModel):
    """``amount`` and ``unit``: what it holds now; below nought while an entry is missing."""

    id: UUID
    name: str
    material: str
    standing: Standing
    main: bool
    batch_id: UUID | None
    amount: str
    unit: str
    recorded_at: datetime


class LineOut(BaseModel):
    lot: UUID
    amount: str
    unit: str


class EntryOut(BaseModel):
    """``about``: the entry that this one answers or reverses. Amounts taken carry a minus sign."""

    id: UUID
    kind: EntryKind
    happened_on: date
    recorded_at: datetime
    about: UUID | None
    organisation_id: UUID | None
    to_producer_id: UUID | None
    reason: str
    lines: list[LineOut]


class IntakeOut(BaseModel):
    entry: UUID
    lot: LotOut


class BookOut(BaseModel):
    lots: list[LotOut]
    entries: list[EntryOut]


def lot_out(lot: Lot, held: int) -> LotOut:
    value, unit = model.said(held, lot.dimension)
    return LotOut(
        id=lot.id,
        name=lot.name,
        material=lot.material,
        standing=lot.standing,
        main=lot.main,
        batch_id=lot.batch_id,
        amount=value,
        unit=unit,
        recorded_at=lot.recorded_at,
    )


def entry_out(entry: Entry, dimensions: dict[UUID, Dimension]) -> EntryOut:
    lines = []
    for line in entry.lines:
        value, unit = model.said(line.change, dimensions[line.lot_id])
        lines.append(LineOut(lot=line.lot_id, amount=value, unit=unit))
    return EntryOut(
        id=entry.id,
        kind=entry.kind,
        happened_on=entry.happened_on,
        recorded_at=entry.recorded_at,
        about=entry.about,
        organisation_id=entry.organisation_id,
        to_producer_id=entry.to_producer_id,
        reason=entry.reason,
        lines=lines,
    )


async def amounts(acting: Acting, given: Sequence[AmountIn]) -> list[tuple[UUID, int]]:
    """Typed amounts in the base unit of each lot. ``BadInput('book.other_unit')`` for litres of what is weighed."""
    lots = await service.found_lots(acting, [one.lot for one in given])
    found = []
    for one in given:
        value, dimension = model.amount(one.amount, one.unit)
        if dimension is not lots[one.lot].dimension:
            raise BadInput("book.other_unit", field="unit", unit=one.unit[:20], lot=lots[one.lot].name)
        found.append((one.lot, value))
    return found


@policy(_EVERYONE)
@get("/api/v1/producers/{producer_id:uuid}/book")
async def show(acting: Actor, producer_id: FromPath[UUID]) -> BookOut:
    """A producer's lots with what each holds, and every entry, oldest first."""
    lots, entries = await service.book(acting, producer_id)
    held = model.balances(entries)
    dimensions = {lot.id: lot.dimension for lot in lots}
    return BookOut(
        lots=[lot_out(lot, held.get(lot.id, 0)) for lot in lots],
        entries=[entry_out(entry, dimensions) for entry in entries],
    )


@policy(_MAKERS)
@post("/api/v1/producers/{producer_id:uuid}/book/intakes")
async def intake(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[IntakeIn]
) -> IntakeOut:
    """Something came in: a harvest, goods received, or an opening stock."""

    async def run() -> dict[str, Any]:
        value, dimension = model.amount(data.amount, data.unit)
        new = service.New(
            data.material,
            value,
            dimension,
            name=data.name,
            standing=data.standing,
            main=data.main,
            from_whom=data.from_whom,
            certificate=data.certificate,
            readings=data.readings,
        )
        entry, lot = await service.intake(
            acting,
            producer_id,
            new,
            kind=data.kind,
            happened_on=data.happened_on,
            site_id=data.site_id,
            organisation_id=data.organisation_id,
            about=data.about,
            signed_by=data.signed_by,
        )
        return IntakeOut(entry=entry.id, lot=lot_out(lot, value)).model_dump(mode="json")

    return IntakeOut.model_validate(await once.api(request, acting, run, atomic=True))


routes: list[Any] = [show, intake]
"""The book's addresses; the room's ``api.py`` collects them."""
