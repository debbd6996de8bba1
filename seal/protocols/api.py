"""JSON: the library, published versions, publishing, and the checklist that some facts give."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.identity import Role
from seal.protocols import service
from seal.protocols.checklist import build
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


class FactsIn(BaseModel):
    """Facts about a producer; a fact that is left out is unknown, and its points apply."""

    model_config = ConfigDict(extra="forbid")
    facts: dict[str, bool | None] = {}
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
    """Keep a version of the library whole and log it. The same version again gives back what is kept."""

    async def run() -> dict[str, Any]:
        return _out(await service.publish(acting, data.protocol, data.version)).model_dump(mode="json")

    return PublishedOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(SignedIn)
@post("/api/v1/protocols/{version_id:uuid}/checklist", status_code=200)
async def preview(acting: Actor, version_id: FromPath[UUID], data: JSONBody[FactsIn]) -> ChecklistOut:
    """The checklist that these facts would give. Nothing is kept."""
    found = await service.pinned(acting.association_id, version_id)
    checklist = build(found.protocol, data.facts, year=data.year)
    return ChecklistOut(sha256=checklist.digest, checklist=checklist.document())


routes: list[Any] = [list_library, list_published, publish, preview]
