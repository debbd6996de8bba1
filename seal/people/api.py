"""JSON: sessions for programs, people and their roles. Sign in with a one-time link, then send the token as bearer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, delete, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.associations.directory import Tenancy
from seal.identity import Role
from seal.people import service
from seal.people.model import LINK_LASTS, Person, lifetime, link_address
from seal.web import context, once
from seal.web.context import Actor
from seal.web.policy import KEY_HEADER, Public, Roles, SignedIn, policy


class LinkIn(BaseModel):
    """A one-time sign-in link, whole or its token."""

    model_config = ConfigDict(extra="forbid")
    link: str = Field(max_length=500)


class SessionOut(BaseModel):
    """Send ``token`` as ``Authorization: Bearer <token>``. It is given back here and never again."""

    token: str
    ends_at: datetime
    person: PersonOut


class PersonOut(BaseModel):
    id: UUID
    name: str
    email: str
    language: str
    roles: list[Role]
    active: bool


class NewPerson(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    email: str = ""
    language: str = "es"
    roles: list[Role] = []


class RoleIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    role: Role


class LinkOut(BaseModel):
    """Works once, until ``ends_at``; it is kept nowhere."""

    link: str
    ends_at: datetime


class OwnSession(BaseModel):
    id: UUID
    made_at: datetime
    seen_at: datetime
    browser: str


SessionOut.model_rebuild()


def _out(person: Person) -> PersonOut:
    return PersonOut(
        id=person.id,
        name=person.name,
        email=person.email,
        language=person.language,
        roles=sorted(person.roles),
        active=person.active,
    )


@policy(Public)
@post("/api/v1/sessions")
async def create_session(request: Request[Any, Any, Any], data: JSONBody[LinkIn]) -> SessionOut:
    """Sign in. The same ``Idempotency-Key`` within two minutes replaces the session of a lost answer."""
    at = context.hooks_of(request).clock.now()
    browser = request.headers.get("user-agent", "")
    done = await service.sign_in(data.link, at, pressed=request.headers.get(KEY_HEADER, ""), browser=browser)
    return SessionOut(
        token=done.session_token, ends_at=at + lifetime(done.person.roles).absolute, person=_out(done.person)
    )


@policy(SignedIn)
@get("/api/v1/sessions")
async def list_sessions(acting: Actor) -> list[OwnSession]:
    """One's own living sessions."""
    return [
        OwnSession(id=one.id, made_at=one.made_at, seen_at=one.seen_at, browser=one.browser)
        for one in await service.sessions(acting)
    ]


@policy(SignedIn)
@delete("/api/v1/sessions/{session_id:uuid}")
async def end_session(acting: Actor, session_id: FromPath[UUID]) -> None:
    """End one of one's own sessions."""
    await service.end_session(acting, session_id)


@policy(SignedIn)
@get("/api/v1/me")
async def me(acting: Actor) -> PersonOut:
    """Who is signed in."""
    assert acting.person_id is not None
    return _out(await service.person(acting, acting.person_id))


@policy(Roles(Role.MANAGER))
@get("/api/v1/people")
async def list_people(acting: Actor) -> list[PersonOut]:
    return [_out(person) for person in await service.people(acting)]


@policy(Roles(Role.MANAGER))
@post("/api/v1/people")
async def create_person(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[NewPerson]) -> PersonOut:
    async def run() -> dict[str, Any]:
        made = await service.create_person(
            acting, name=data.name, email=data.email, language=data.language, roles=data.roles
        )
        return _out(made).model_dump(mode="json")

    return PersonOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(Roles(Role.MANAGER))
@get("/api/v1/people/{person_id:uuid}")
async def show_person(acting: Actor, person_id: FromPath[UUID]) -> PersonOut:
    return _out(await service.person(acting, person_id))


@policy(Roles(Role.MANAGER))
@post("/api/v1/people/{person_id:uuid}/roles")
async def grant_role(
    request: Request[Any, Any, Any], acting: Actor, person_id: FromPath[UUID], data: JSONBody[RoleIn]
) -> PersonOut:
    async def run() -> dict[str, Any]:
        return _out(await service.grant_role(acting, person_id, data.role)).model_dump(mode="json")

    return PersonOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(Roles(Role.MANAGER))
@delete("/api/v1/people/{person_id:uuid}/roles/{role:str}")
async def end_role(acting: Actor, person_id: FromPath[UUID], role: FromPath[Role]) -> None:
    await service.end_role(acting, person_id, role)


@policy(Roles(Role.MANAGER))
@post("/api/v1/people/{person_id:uuid}/links")
async def make_link(acting: Actor, association: Tenancy, person_id: FromPath[UUID]) -> LinkOut:
    """A one-time link for a person. Asking again makes another: a link is never shown twice."""
    token = await service.make_link(acting, person_id)
    return LinkOut(link=link_address(association.base, token), ends_at=acting.at + LINK_LASTS)


routes: list[Any] = [
    create_session, list_sessions, end_session, me,
    list_people, create_person, show_person, grant_role, end_role, make_link,
]  # fmt: skip
