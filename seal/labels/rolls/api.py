"""JSON: rolls of pre-numbered seals, their lists, their codes for a print shop, and what they stand on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.identity import Role
from seal.ids import Code
from seal.labels import voiding
from seal.labels.model import Span, VoidReason
from seal.labels.rolls import service, signing
from seal.labels.rolls.model import Binding
from seal.labels.seal_api import GoneOut, LossIn, gone_out
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_MANAGER = Roles(Role.MANAGER)
_BINDERS = Roles(Role.MANAGER, Role.PRODUCER)
_VOIDERS = Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER)
_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)


class RollIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int
    note: str = Field(default="", max_length=service.NOTE_MOST)
    id: UUID | None = None


class AllotIn(BaseModel):
    """``producer`` null: the seals come back to the association."""

    model_config = ConfigDict(extra="forbid")
    first: int
    last: int
    producer: UUID | None
    id: UUID | None = None


class BindIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    first: int
    last: int
    batch: UUID
    id: UUID | None = None


class VoidSealsIn(BaseModel):
    """Without ``first`` and ``last`` the whole roll: what to do when it is lost."""

    model_config = ConfigDict(extra="forbid")
    first: int | None = None
    last: int | None = None
    reason: VoidReason
    loss: LossIn = LossIn()


class HeldOut(BaseModel):
    first: int
    last: int
    producer: UUID | None


class BoundOut(BaseModel):
    """Seals ``first`` to ``last`` are units ``unit`` and on of the batch."""

    id: UUID
    first: int
    last: int
    batch: UUID
    unit: int
    bound_at: datetime


class SealVoidOut(BaseModel):
    first: int
    last: int
    reason: VoidReason
    voided_at: datetime


class RollOut(BaseModel):
    """``left``: seals that stand on nothing and are not out of use. ``held``: who has which."""

    id: UUID
    code: str
    size: int
    issued_on: date
    note: str
    bound: int
    void: int
    left: int
    held: list[HeldOut]
    bindings: list[BoundOut]
    voids: list[SealVoidOut]


class SealOut(BaseModel):
    """``code`` for people, ``address`` for the symbol, in capitals."""

    number: int
    code: str
    address: str


def _bound(one: Binding) -> BoundOut:
    return BoundOut(id=one.id, first=one.first, last=one.last, batch=one.batch_id, unit=one.unit, bound_at=one.bound_at)


def _roll(held: service.Book) -> RollOut:
    roll = held.roll
    return RollOut(
        id=roll.id,
        code=Code(roll.public_id).printed,
        size=roll.size,
        issued_on=roll.issued_on,
        note=roll.note,
        bound=roll.bound_count,
        void=roll.void_count,
        left=roll.left,
        held=[HeldOut(first=span.first, last=span.last, producer=who) for span, who in held.holders],
        bindings=[_bound(one) for one in held.bindings],
        voids=[
            SealVoidOut(first=one.first, last=one.last, reason=one.reason, voided_at=one.voided_at)
            for one in held.voids
        ],
    )


@policy(_EVERYONE)
@get("/api/v1/rolls")
async def rolls(acting: Actor) -> list[RollOut]:
    """The rolls that the person may see, newest first."""
    return [_roll(one) for one in await service.rolls(acting)]


@policy(_MANAGER)
@post("/api/v1/rolls")
async def make(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[RollIn]) -> RollOut:
    """A roll of pre-numbered seals; they vouch for nothing until they are bound to a batch."""

    async def run() -> dict[str, Any]:
        made = await service.make(acting, data.size, note=data.note, id=data.id)
        return _roll(await service.book(acting, made.id)).model_dump(mode="json")

    return RollOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_EVERYONE)
@get("/api/v1/rolls/{roll_id:uuid}")
async def show(acting: Actor, roll_id: FromPath[UUID]) -> RollOut:
    return _roll(await service.book(acting, roll_id))


@policy(_MANAGER)
@post("/api/v1/rolls/{roll_id:uuid}/allotments")
async def allot(
    request: Request[Any, Any, Any], acting: Actor, roll_id: FromPath[UUID], data: JSONBody[AllotIn]
) -> RollOut:
    """Put seals on a producer's list, or take them back."""

    async def run() -> dict[str, Any]:
        await service.allot(acting, roll_id, data.first, data.last, producer_id=data.producer, id=data.id)
        return _roll(await service.book(acting, roll_id)).model_dump(mode="json")

    return RollOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_BINDERS)
@post("/api/v1/rolls/{roll_id:uuid}/bindings")
async def bind(
    request: Request[Any, Any, Any], acting: Actor, roll_id: FromPath[UUID], data: JSONBody[BindIn]
) -> BoundOut:
    """Seals become units of a sealed batch, for good, under its quota."""

    async def run() -> dict[str, Any]:
        made = await service.bind(acting, roll_id, data.first, data.last, data.batch, id=data.id)
        return _bound(made).model_dump(mode="json")

    return BoundOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_VOIDERS)
@post("/api/v1/rolls/{roll_id:uuid}/void")
async def void(
    request: Request[Any, Any, Any], acting: Actor, roll_id: FromPath[UUID], data: JSONBody[VoidSealsIn]
) -> GoneOut:
    """Take seals out of use at once, bound ones too; without numbers the whole roll."""

    async def run() -> dict[str, Any]:
        roll = (await service.book(acting, roll_id)).roll
        span = Span(data.first or 1, data.last or roll.size)
        return gone_out(await voiding.void_seals(acting, roll_id, [span], data.reason, data.loss.value))

    return GoneOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_MANAGER)
@get("/api/v1/rolls/{roll_id:uuid}/seals", media_type="application/json")
async def seals(acting: Actor, roll_id: FromPath[UUID], format: FromQuery[str] = "json") -> Response[Any]:
    """The signed addresses of a roll for a print shop, seals out of use left out; ``?format=csv`` for a table."""
    found = await signing.codes(acting, roll_id)
    if format == "csv":
        name = f'attachment; filename="roll-{Code((await service.book(acting, roll_id)).roll.public_id).plain}.csv"'
        return Response(signing.as_csv(found), media_type="text/csv", headers={"Content-Disposition": name})
    listed = [SealOut(number=one.number, code=one.code, address=one.address.upper()) for one in found]
    return Response([one.model_dump() for one in listed], media_type="application/json")


routes: list[Any] = [rolls, make, show, allot, bind, void, seals]
