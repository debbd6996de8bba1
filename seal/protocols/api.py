"""JSON: the library, published versions, the acts of their life, and the checklist that some facts give."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.identity import Acting, Role
from seal.protocols import api_drafts, api_flags, service
from seal.protocols.checklist import build
from seal.protocols.life import Life
from seal.protocols.publication import PublishedProtocol
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, SignedIn, policy


class LibraryEntry(BaseModel):
    """A version that could be published."""

    protocol: str
    version: str
    sha256: str
    title: dict[str, str]
    status: str


class PublishedOut(BaseModel):
    """A version that the association stands behind; ``sha256`` is over its requirements."""

    id: UUID
    protocol: str
    version: str
    sha256: str
    texts: dict[str, str] = Field(description="SHA-256 of the words, by language")
    title: dict[str, str]
    published_at: datetime


class VersionIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    protocol: str = Field(max_length=60)
    version: str = Field(max_length=20)


class ReasonIn(VersionIn):
    reason: str = Field(max_length=2000)


class LifeOut(BaseModel):
    """Where a version stands (draft, proposed, published, superseded, withdrawn, discarded) and its acts."""

    id: UUID
    protocol: str
    version: str
    source: str = Field(description="where its text is: library, own or overlay")
    state: str
    acts: list[ActOut]


class ActOut(BaseModel):
    act: str
    person: UUID | None = Field(description="null: the owner at the server's command line")
    at: datetime
    reason: str


class FactsIn(BaseModel):
    """Facts about a producer: yes or no, a choice, several; numbers as decimal strings. What is left out is unknown,
    and its points apply."""

    model_config = ConfigDict(extra="forbid")
    facts: dict[str, bool | str | list[str] | None] = {}
    year: int = Field(default=1, ge=1, le=100, description="year in the scheme; 1 is the first")


class ChecklistOut(BaseModel):
    """``checklist`` is the document (RFC 8785) behind ``sha256``."""

    sha256: str
    checklist: dict[str, Any]


def _out(one: PublishedProtocol) -> PublishedOut:
    return PublishedOut(
        id=one.id,
        protocol=one.protocol_id,
        version=one.version,
        sha256=one.digest,
        texts=dict(one.protocol.text_digests),
        title={language: text.title for language, text in one.protocol.texts.items()},
        published_at=one.published_at,
    )


def _life(life: Life) -> LifeOut:
    return LifeOut(
        id=life.id,
        protocol=life.protocol_id,
        version=life.version,
        source=life.source.value,
        state=life.state.value,
        acts=[ActOut(act=one.action.value, person=one.actor_id, at=one.at, reason=one.reason) for one in life.steps],
    )


@policy(SignedIn)
@get("/api/v1/protocols/library")
async def list_library(acting: Actor) -> list[LibraryEntry]:
    """What comes with this server."""
    return [
        LibraryEntry(
            protocol=one.id,
            version=one.version,
            sha256=one.digest,
            title={language: text.title for language, text in one.texts.items()},
            status=one.status,
        )
        for one in service.library().values()
    ]


@policy(SignedIn)
@get("/api/v1/protocols")
async def list_published(acting: Actor) -> list[PublishedOut]:
    return [_out(one) for one in await service.published(acting)]


@policy(Roles(Role.MANAGER))
@post("/api/v1/protocols")
async def publish(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[VersionIn]) -> PublishedOut:
    """Keep a version that somebody else proposed, whole, and log it. The same again gives back what is kept."""

    async def run() -> dict[str, Any]:
        return _out(await service.publish(acting, data.protocol, data.version)).model_dump(mode="json")

    return PublishedOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(SignedIn)
@get("/api/v1/protocols/lives")
async def list_lives(acting: Actor) -> list[LifeOut]:
    """Every version on its way or published, with its acts."""
    return [_life(one) for one in await service.lives(acting)]


@policy(Roles(Role.MANAGER))
@post("/api/v1/protocols/proposals")
async def propose(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[VersionIn]) -> LifeOut:
    """Propose a version of the library or a draft; somebody else publishes it."""
    return await _act(request, acting, lambda: service.propose(acting, data.protocol, data.version))


@policy(Roles(Role.MANAGER))
@post("/api/v1/protocols/returns")
async def give_back(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[ReasonIn]) -> LifeOut:
    """A proposal becomes a draft again."""
    return await _act(
        request, acting, lambda: service.give_back(acting, data.protocol, data.version, reason=data.reason)
    )


@policy(Roles(Role.MANAGER))
@post("/api/v1/protocols/withdrawals")
async def withdraw(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[ReasonIn]) -> LifeOut:
    """No audit is planned under this version any more. The reason is public and logged."""
    return await _act(
        request, acting, lambda: service.withdraw(acting, data.protocol, data.version, reason=data.reason)
    )


async def _act(request: Request[Any, Any, Any], acting: Acting, verb: Callable[[], Awaitable[Life]]) -> LifeOut:
    async def run() -> dict[str, Any]:
        return _life(await verb()).model_dump(mode="json")

    return LifeOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(SignedIn)
@post("/api/v1/protocols/{version_id:uuid}/checklist", status_code=200)
async def preview(acting: Actor, version_id: FromPath[UUID], data: JSONBody[FactsIn]) -> ChecklistOut:
    """The checklist that these facts would give. Nothing is kept."""
    found = await service.pinned(acting.association_id, version_id)
    checklist = build(found.protocol, data.facts, year=data.year)
    return ChecklistOut(sha256=checklist.digest, checklist=checklist.document())


routes: list[Any] = [
    list_library, list_published, list_lives, propose, publish, give_back, withdraw, preview,
    *api_flags.routes, *api_drafts.routes,
]  # fmt: skip
