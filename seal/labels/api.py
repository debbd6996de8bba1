"""JSON: label books, ranges, signed codes, sheets, and numbers taken out of use."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import BaseModel, ConfigDict

from seal.identity import Role
from seal.labels import door, run_api, seal_api, service, thermal_files
from seal.labels.boxes import api as box_api
from seal.labels.formats import SHEET_24
from seal.labels.model import LabelRange, Void, VoidReason
from seal.labels.own import api as own_api
from seal.labels.rolls import api as roll_api
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_PRINTERS = Roles(Role.MANAGER, Role.PRODUCER)
_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)


class RangeOut(BaseModel):
    """Unit numbers ``first`` to ``last``, both inclusive."""

    id: UUID
    first: int
    last: int
    reserved_at: datetime


class VoidOut(BaseModel):
    id: UUID
    first: int
    last: int
    reason: VoidReason
    voided_at: datetime


class BlockedReason(BaseModel):
    code: str
    params: dict[str, str | int]


class BookOut(BaseModel):
    """``gone``: units lost, opened or made into something else. ``quota`` = the units that remain, and spare; ``live``
    = given out less void; ``left`` may be asked for if nothing blocks."""

    units: int
    gone: int
    spare: int
    quota: int
    live: int
    left: int
    blocked: list[BlockedReason]
    ranges: list[RangeOut]
    voids: list[VoidOut]


class ReserveIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    count: int


class VoidIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    first: int
    last: int
    reason: VoidReason


class CodeOut(BaseModel):
    """``code`` for people, ``digits`` the signed token, ``address`` what the QR carries."""

    number: int
    code: str
    digits: str
    address: str


def _range(found: LabelRange) -> RangeOut:
    return RangeOut(id=found.id, first=found.first, last=found.last, reserved_at=found.reserved_at)


def _void(found: Void) -> VoidOut:
    return VoidOut(id=found.id, first=found.first, last=found.last, reason=found.reason, voided_at=found.voided_at)


@policy(_EVERYONE)
@get("/api/v1/batches/{batch_id:uuid}/labels")
async def book(acting: Actor, batch_id: FromPath[UUID]) -> BookOut:
    found = await service.labels(acting, batch_id)
    ledger = found.ledger
    return BookOut(
        units=ledger.units,
        gone=ledger.units - ledger.remaining,
        spare=ledger.spare,
        quota=ledger.quota,
        live=ledger.live,
        left=ledger.left,
        blocked=[BlockedReason(code=one.code, params=dict(one.params)) for one in found.against],
        ranges=[_range(one) for one in found.ranges],
        voids=[_void(one) for one in found.voids],
    )


@policy(_PRINTERS)
@post("/api/v1/batches/{batch_id:uuid}/labels")
async def reserve(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[ReserveIn]
) -> RangeOut:
    """Reserve the next numbers, for good."""

    async def run() -> dict[str, Any]:
        return _range(await service.reserve(acting, batch_id, data.count)).model_dump(mode="json")

    return RangeOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER))
@post("/api/v1/batches/{batch_id:uuid}/labels/void")
async def void(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[VoidIn]
) -> VoidOut:
    """Take numbers out of use, for good."""

    async def run() -> dict[str, Any]:
        done = await service.void(acting, batch_id, data.first, data.last, reason=data.reason)
        return _void(done).model_dump(mode="json")

    return VoidOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_PRINTERS)
@get("/api/v1/label-ranges/{range_id:uuid}/codes")
async def codes(acting: Actor, range_id: FromPath[UUID]) -> list[CodeOut]:
    """The signed codes of a range, void numbers left out. Refused once the right has ended."""
    return [
        CodeOut(number=one.number, code=one.code, digits=one.digits, address=one.address)
        for one in await service.codes(acting, range_id)
    ]


@policy(_PRINTERS)
@get("/api/v1/label-ranges/{range_id:uuid}/sheet")
async def sheet(
    acting: Actor,
    range_id: FromPath[UUID],
    start: FromQuery[int] = 1,
    format: FromQuery[str] = SHEET_24.id,
    right_mm: FromQuery[float] = 0.0,
    down_mm: FromQuery[float] = 0.0,
) -> Response[bytes]:
    """The sheets of a format (or a page a label, of a roll) as PDF, from position ``start`` of the first, moved by at
    most 5 mm."""
    made = await service.sheet(acting, range_id, start=start, format=format, offset_mm=(right_mm, down_mm))
    return Response(made, media_type="application/pdf")


@policy(_PRINTERS)
@get("/api/v1/batches/{batch_id:uuid}/labels/roll")
async def roll(
    acting: Actor,
    batch_id: FromPath[UUID],
    first: FromQuery[int] = 1,
    last: FromQuery[int | None] = None,
    file: FromQuery[Literal["zpl", "png"]] = "zpl",
    format: FromQuery[str] = thermal_files.ROLL,
    dpi: FromQuery[int] = 203,
    right_mm: FromQuery[float] = 0.0,
    down_mm: FromQuery[float] = 0.0,
) -> Response[bytes]:
    """At most 500 labels for a thermal printer of 203 or 300 ``dpi``: a ZPL II job, or a ZIP with a PNG each.

    Without ``last`` one label, the ``first``.
    """
    wanted = thermal_files.Wanted(batch_id, first, first if last is None else last, format, dpi, (right_mm, down_mm))
    return await thermal_files.sent(acting, wanted, file)


@policy(_EVERYONE)
@get("/api/v1/certifications/{certification_id:uuid}/plaque")
async def plaque(
    acting: Actor, certification_id: FromPath[UUID], size: FromQuery[str] = door.Size.A5.value
) -> Response[bytes]:
    """The plaque for the producer's door as PDF, ``size`` a5 or a4. Refused while the certification is not in force."""
    return Response(await door.plaque(acting, certification_id, size), media_type="application/pdf")


routes: list[Any] = [
    *(book, reserve, void, codes, sheet, roll, plaque),
    *run_api.routes,
    *own_api.routes,
    *seal_api.routes,
    *roll_api.routes,
    *box_api.routes,
]
