"""Pages: signing in by a one-time link, one's own sessions, and the people of the association."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.errors import BadInput, Conflict, Refused
from seal.identity import Acting, Role
from seal.people import cookie, service
from seal.people.model import LINK_LASTS, link_address
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Public, Roles, SignedIn, policy

_ROLES = tuple(role.value for role in Role)


@policy(Public)
@get("/entrar")
async def how_to_sign_in(request: Request[Any, Any, Any]) -> Response[str]:
    """For whoever came without a link: how to get one."""
    return render.page(request, "people/sign_in_how.html")


@policy(Public)
@get("/entrar/{token:str}")
async def look_at_link(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """A page with one button. Looking does not use the link up: previews of messages look too."""
    person = await service.look_at_link(token, context.hooks_of(request).clock.now())
    return render.page(request, "people/sign_in.html", name=person.name, token=token)


@policy(Public)
@post("/entrar/{token:str}")
async def use_link(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
    """The button: a new session, whatever the browser carried before."""
    form = await forms.read(request)
    at = context.hooks_of(request).clock.now()
    done = await service.sign_in(token, at, pressed=form.value("_once"), browser=request.headers.get("user-agent", ""))
    answer = render.to(request, "/desk")
    cookie.give(answer, context.hooks_of(request), done, at)
    return answer


@policy(SignedIn)
@post("/desk/salir")
async def sign_out(request: Request[Any, Any, Any], acting: Actor) -> Response[Any]:
    visitor = context.visitor_of(request)
    assert visitor is not None
    await service.sign_out(visitor.token, acting.at)
    answer = render.to(request, "/entrar")
    cookie.take(answer, context.hooks_of(request))
    return answer


@policy(SignedIn)
@get("/desk/sessions")
async def sessions(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    return render.page(request, "people/sessions.html", sessions=await service.sessions(acting))


@policy(SignedIn)
@post("/desk/sessions/{session_id:uuid}/end")
async def end_session(request: Request[Any, Any, Any], acting: Actor, session_id: FromPath[UUID]) -> Response[Any]:
    await service.end_session(acting, session_id)
    return render.to(request, "/desk/sessions")


@policy(Roles(Role.MANAGER))
@get("/desk/people")
async def people(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    return render.page(request, "people/list.html", people=await service.people(acting), form=Form(), roles=_ROLES)


@policy(Roles(Role.MANAGER))
@post("/desk/people")
async def add(request: Request[Any, Any, Any], acting: Actor) -> Response[Any]:
    form = await forms.read(request)
    name = form.text("name", most=120)
    email = form.text("email", required=False)
    language = form.choice("language", ("es", "en"))
    roles = form.many("roles")
    if not roles or not set(roles) <= set(_ROLES):
        form.fault("roles", "form.choice")

    async def run() -> dict[str, Any]:
        made = await service.create_person(
            acting, name=name, email=email, language=language, roles=[Role(role) for role in roles]
        )
        return {"id": str(made.id)}

    try:
        form.check()
        made = await form.once(request, acting, run, atomic=True)
    except (BadInput, Refused, Conflict) as error:
        return form.again(request, "people/list.html", error, people=await service.people(acting), roles=_ROLES)
    return render.to(request, f"/desk/people/{made['id']}")


@policy(Roles(Role.MANAGER))
@get("/desk/people/{person_id:uuid}")
async def show(request: Request[Any, Any, Any], acting: Actor, person_id: FromPath[UUID]) -> Response[str]:
    return await _person(request, acting, person_id, Form())


@policy(Roles(Role.MANAGER))
@post("/desk/people/{person_id:uuid}/roles")
async def change_role(request: Request[Any, Any, Any], acting: Actor, person_id: FromPath[UUID]) -> Response[Any]:
    """Give (``change=grant``) or take back (``change=end``) one role."""
    form = await forms.read(request)
    role, change = form.choice("role", _ROLES), form.choice("change", ("grant", "end"))

    async def run() -> dict[str, Any]:
        verb = service.grant_role if change == "grant" else service.end_role
        await verb(acting, person_id, Role(role))
        return {}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except (BadInput, Refused, Conflict) as error:
        return await _person(request, acting, person_id, form, error)
    return render.to(request, f"/desk/people/{person_id}")


@policy(Roles(Role.MANAGER))
@post("/desk/people/{person_id:uuid}/end")
async def end_person(request: Request[Any, Any, Any], acting: Actor, person_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)

    async def run() -> dict[str, Any]:
        await service.end_person(acting, person_id)
        return {}

    try:
        await form.once(request, acting, run, atomic=True)
    except (Refused, Conflict) as error:
        return await _person(request, acting, person_id, form, error)
    return render.to(request, "/desk/people")


@policy(Roles(Role.MANAGER))
@post("/desk/people/{person_id:uuid}/link")
async def make_link(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, person_id: FromPath[UUID]
) -> Response[str]:
    """Show a new link once; it is kept nowhere, so there is no page to come back to."""
    person = await service.person(acting, person_id)
    token = await service.make_link(acting, person_id)
    return render.page(
        request,
        "people/link.html",
        person=person,
        link=link_address(association.base, token),
        minutes=int(LINK_LASTS.total_seconds()) // 60,
    )


async def _person(
    request: Request[Any, Any, Any],
    acting: Acting,
    person_id: UUID,
    form: Form,
    error: BadInput | Refused | Conflict | None = None,
) -> Response[str]:
    given: dict[str, Any] = {"person": await service.person(acting, person_id), "roles": _ROLES}
    if error is not None:
        return form.again(request, "people/person.html", error, **given)
    return render.page(request, "people/person.html", form=form, **given)


routes: list[Any] = [
    how_to_sign_in, look_at_link, use_link, sign_out, sessions, end_session,
    people, add, show, change_role, end_person, make_link,
]  # fmt: skip
