"""JSON: drafts kept in the database, with what is wrong in each; begin, save, take a newer base."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.identity import Acting, Role
from seal.protocols import drafting
from seal.protocols.drafting import Draft
from seal.protocols.life import Life
from seal.web import context, once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_MANAGER = Roles(Role.MANAGER)
_ONE = "/api/v1/protocols/drafts/{protocol_id:str}/{version:str}"


class DraftLine(BaseModel):
    id: UUID
    protocol: str
    version: str
    source: str = Field(description="own or overlay")
    state: str
    begun_at: datetime


class FaultOut(BaseModel):
    code: str
    sentence: str


class ItemOut(BaseModel):
    subject: str
    act: str = Field(description="new, retired, point or section")
    own: bool = Field(description="the overlay changes it too, and keeps doing so")


class DraftOut(DraftLine):
    revisions: int
    files: dict[str, str]
    sha256: str | None = Field(description="digest of the requirements; null while there are faults")
    faults: list[FaultOut]
    newer_base: str = Field(description="a newer version of what it adapts; empty if there is none")
    upstream: list[ItemOut]


class BeginIn(BaseModel):
    """``files``: the text itself; or ``base`` (``miel@0.1.0``) to adapt; with neither, a small draft to begin from."""

    model_config = ConfigDict(extra="forbid")
    protocol: str = Field(max_length=60)
    version: str = Field(max_length=20)
    title: str = Field(default="", max_length=200)
    base: str = Field(default="", max_length=80)
    files: dict[str, str] | None = None


class FilesIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    files: dict[str, str]


class UpstreamIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    to: str = Field(max_length=20)
    refused: dict[str, str] = Field(default={}, description="what is not taken, each with its reason")


def _line(life: Life) -> DraftLine:
    return DraftLine(
        id=life.id,
        protocol=life.protocol_id,
        version=life.version,
        source=life.source.value,
        state=life.state.value,
        begun_at=life.begun_at,
    )


def _out(request: Request[Any, Any, Any], found: Draft) -> DraftOut:
    t = context.translator_of(request)
    return DraftOut(
        **_line(found.life).model_dump(),
        revisions=len(found.revisions),
        files=dict(found.files),
        sha256=found.read.protocol.digest if found.read.protocol else None,
        faults=[FaultOut(code=one.code, sentence=t.reason(one)) for one in found.read.faults],
        newer_base=found.newer,
        upstream=[ItemOut(subject=one.subject, act=one.act, own=one.own) for one in found.upstream],
    )


@policy(_MANAGER)
@get("/api/v1/protocols/drafts")
async def list_drafts(acting: Actor) -> list[DraftLine]:
    """Every draft and every version that came from one, newest first."""
    return [_line(one) for one in await drafting.all_drafts(acting)]


@policy(_MANAGER)
@get(_ONE)
async def show(
    request: Request[Any, Any, Any], acting: Actor, protocol_id: FromPath[str], version: FromPath[str]
) -> DraftOut:
    return _out(request, await drafting.draft(acting, protocol_id, version))


@policy(_MANAGER)
@post("/api/v1/protocols/drafts")
async def begin(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[BeginIn]) -> DraftOut:
    """A new draft. Faults inside its text are told, not refused."""
    key = data.protocol, data.version
    if data.files is not None:
        return await _act(request, acting, key, lambda: drafting.begin(acting, *key, data.files or {}))
    if data.base:
        return await _act(request, acting, key, lambda: drafting.adapt(acting, data.base, *key, data.title))
    return await _act(request, acting, key, lambda: drafting.begin_empty(acting, *key, data.title))


@policy(_MANAGER)
@post(_ONE + "/revisions")
async def revise(
    request: Request[Any, Any, Any],
    acting: Actor,
    protocol_id: FromPath[str],
    version: FromPath[str],
    data: JSONBody[FilesIn],
) -> DraftOut:
    """Save the whole text as the next revision; the same text again saves nothing."""
    key = protocol_id, version
    return await _act(request, acting, key, lambda: drafting.revise(acting, *key, data.files))


@policy(_MANAGER)
@post(_ONE + "/upstream")
async def take(
    request: Request[Any, Any, Any],
    acting: Actor,
    protocol_id: FromPath[str],
    version: FromPath[str],
    data: JSONBody[UpstreamIn],
) -> DraftOut:
    """Lay an overlay over the newer version of its base; what is not refused is taken."""
    key = protocol_id, version
    return await _act(
        request, acting, key, lambda: drafting.take_upstream(acting, *key, to=data.to, refused=data.refused)
    )


async def _act(
    request: Request[Any, Any, Any], acting: Acting, key: tuple[str, str], verb: Callable[[], Awaitable[Life]]
) -> DraftOut:
    async def run() -> dict[str, Any]:
        await verb()
        return _out(request, await drafting.draft(acting, *key)).model_dump(mode="json")

    return DraftOut.model_validate(await once.api(request, acting, run, atomic=True))


routes: list[Any] = [list_drafts, show, begin, revise, take]
