"""JSON: boxes, what stands in them, and their signed code."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.identity import Acting, Role
from seal.ids import Code
from seal.labels.boxes import service
from seal.labels.boxes.model import State
from seal.labels.seal_api import Lines
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_PACKERS = Roles(Role.MANAGER, Role.PRODUCER)
_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)


class BoxIn(BaseModel):
    """``producer`` null: the association's own box, for units of several producers. ``lines`` go in at once."""

    model_config = ConfigDict(extra="forbid")
    producer: UUID | None = None
    note: str = Field(default="", max_length=service.NOTE_MOST)
    lines: str = Field(default="", max_length=500_000)
    id: UUID | None = None


class LinesIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    lines: str = Lines


class ActIn(BaseModel):
    """``unpack`` is for good."""

    model_config = ConfigDict(extra="forbid")
    act: Literal["close", "open", "unpack"]


class InsideOut(BaseModel):
    batch: UUID
    code: str
    lot: str
    units: list[tuple[int, int]]


class BoxOut(BaseModel):
    id: UUID
    code: str
    producer: UUID | None
    issued_on: date
    note: str
    state: State
    contents: list[InsideOut]


class BoxCodeOut(BaseModel):
    """``digits`` is the signed token, ``address`` what the symbol carries."""

    code: str
    digits: str
    address: str


async def _out(acting: Acting, box_id: UUID) -> dict[str, Any]:
    found = await service.box(acting, box_id)
    box = found.box
    inside = [
        InsideOut(
            batch=batch.id,
            code=Code(batch.public_id or 0).printed,
            lot=batch.lot,
            units=[(span.first, span.last) for span in spans],
        )
        for batch, spans in found.batches
    ]
    out = BoxOut(
        id=box.id,
        code=Code(box.public_id).printed,
        producer=box.producer_id,
        issued_on=box.issued_on,
        note=box.note,
        state=box.state,
        contents=inside,
    )
    return out.model_dump(mode="json")


@policy(_EVERYONE)
@get("/api/v1/boxes")
async def boxes(acting: Actor) -> list[BoxOut]:
    """The boxes that the person may see, newest first."""
    return [BoxOut.model_validate(await _out(acting, one.id)) for one in await service.boxes(acting)]


@policy(_PACKERS)
@post("/api/v1/boxes")
async def make(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[BoxIn]) -> BoxOut:
    async def run() -> dict[str, Any]:
        made = await service.make(acting, producer_id=data.producer, note=data.note, lines=data.lines, id=data.id)
        return await _out(acting, made.id)

    return BoxOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_EVERYONE)
@get("/api/v1/boxes/{box_id:uuid}")
async def show(acting: Actor, box_id: FromPath[UUID]) -> BoxOut:
    return BoxOut.model_validate(await _out(acting, box_id))


@policy(_PACKERS)
@post("/api/v1/boxes/{box_id:uuid}/put")
async def put(
    request: Request[Any, Any, Any], acting: Actor, box_id: FromPath[UUID], data: JSONBody[LinesIn]
) -> BoxOut:
    async def run() -> dict[str, Any]:
        await service.put(acting, box_id, data.lines)
        return await _out(acting, box_id)

    return BoxOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_PACKERS)
@post("/api/v1/boxes/{box_id:uuid}/take")
async def take(
    request: Request[Any, Any, Any], acting: Actor, box_id: FromPath[UUID], data: JSONBody[LinesIn]
) -> BoxOut:
    async def run() -> dict[str, Any]:
        await service.take(acting, box_id, data.lines)
        return await _out(acting, box_id)

    return BoxOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_PACKERS)
@post("/api/v1/boxes/{box_id:uuid}/state")
async def act(request: Request[Any, Any, Any], acting: Actor, box_id: FromPath[UUID], data: JSONBody[ActIn]) -> BoxOut:
    """Close it, open it again, or unpack it for good."""

    async def run() -> dict[str, Any]:
        await service.ACTS[data.act](acting, box_id)
        return await _out(acting, box_id)

    return BoxOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_PACKERS)
@get("/api/v1/boxes/{box_id:uuid}/code")
async def code(acting: Actor, box_id: FromPath[UUID]) -> BoxCodeOut:
    """The signed code for the box's label."""
    found = await service.code(acting, box_id)
    return BoxCodeOut(code=found.code, digits=found.digits, address=found.address)


routes: list[Any] = [boxes, make, show, put, take, act, code]
