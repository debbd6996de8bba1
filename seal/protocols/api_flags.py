"""JSON: the review flags of a version, and noting that somebody read what one asks for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.identity import Role
from seal.protocols import service
from seal.protocols.flags import Standing
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, SignedIn, policy


class FlagActOut(BaseModel):
    act: str = Field(description="clear or reopen")
    name: str
    on: date
    note: str
    recorded_at: datetime


class FlagOut(BaseModel):
    module: str
    place: str = Field(description="a point, or a section such as capacity")
    flag: str
    requirement_sha256: str = Field(description="the requirement as it stands; a clearance holds for it alone")
    cleared: bool
    acts: list[FlagActOut]


class ClearanceIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: str = Field(max_length=80, description="such as miel@0.1.0")
    place: str = Field(max_length=60)
    flag: str = Field(max_length=40)
    name: str = Field(max_length=200, description="who read it; public")
    note: str = Field(max_length=2000, description="what was read")
    on: date | None = Field(default=None, description="the day; today if left out")
    reopen: bool = False


def _out(one: Standing) -> FlagOut:
    return FlagOut(
        module=one.flag.module_id,
        place=one.flag.place,
        flag=one.flag.flag,
        requirement_sha256=one.flag.requirement_sha256,
        cleared=one.cleared is not None,
        acts=[
            FlagActOut(act=act.act.value, name=act.name, on=act.on, note=act.note, recorded_at=act.recorded_at)
            for act in one.acts
        ],
    )


@policy(SignedIn)
@get("/api/v1/protocols/flags")
async def list_flags(request: Request[Any, Any, Any], acting: Actor) -> list[FlagOut]:
    """``?version=miel@0.1.0``"""
    return [_out(one) for one in await service.flags_of_version(acting, request.query_params.get("version", ""))]


@policy(Roles(Role.MANAGER))
@post("/api/v1/protocols/clearances")
async def clear(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[ClearanceIn]) -> FlagOut:
    """Note who read what a flag asks for, or that it must be read again. It changes no digest."""

    async def run() -> dict[str, Any]:
        done = await service.clear(
            acting,
            data.version,
            f"{data.place} {data.flag}",
            name=data.name,
            on=data.on,
            note=data.note,
            reopen=data.reopen,
        )
        return _out(done).model_dump(mode="json")

    return FlagOut.model_validate(await once.api(request, acting, run, atomic=True))


routes: list[Any] = [list_flags, clear]
