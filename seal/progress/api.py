"""JSON: advice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict

from seal.identity import Role
from seal.progress import service
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_STAFF = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)


class AdviceOut(BaseModel):
    person_id: UUID
    given_on: date
    note: str


class NewAdvice(BaseModel):
    """``by``: who advised, if not the caller (managers only)."""

    model_config = ConfigDict(extra="forbid")
    given_on: date
    note: str
    by: UUID | None = None


@policy(_STAFF)
@get("/api/v1/producers/{producer_id:uuid}/advice")
async def list_advice(acting: Actor, producer_id: FromPath[UUID]) -> list[AdviceOut]:
    """Advice given to a producer, oldest first."""
    return [
        AdviceOut(person_id=one.person_id, given_on=one.given_on, note=one.note)
        for one in await service.advice(acting, producer_id)
    ]


@policy(_STAFF)
@post("/api/v1/producers/{producer_id:uuid}/advice")
async def give_advice(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[NewAdvice]
) -> None:
    """Record advice: whoever gave it may not audit or decide on the producer for two years."""

    async def run() -> dict[str, Any]:
        await service.give_advice(acting, producer_id, given_on=data.given_on, note=data.note, by=data.by)
        return {}

    await once.api(request, acting, run, atomic=True)


routes: list[Any] = [list_advice, give_advice]
