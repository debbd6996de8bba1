"""Page: the advice given to a producer, which bars from auditing and deciding."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.errors import BadInput, Conflict, Refused
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.progress import service
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_STAFF = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)


@policy(_STAFF)
@get("/desk/producers/{producer_id:uuid}/advice")
async def show(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[str]:
    return render.page(request, "progress/advice.html", form=Form(), **await _given(acting, producer_id))


async def _given(acting: Acting, producer_id: UUID) -> dict[str, Any]:
    everyone = await people.people(acting)
    return {
        "producer": await members.producer(acting, producer_id),
        "advice": await service.advice(acting, producer_id),
        "people": everyone,
        "names": {one.id: one.name for one in everyone},
        "today": await members.today(acting),
    }


@policy(_STAFF)
@post("/desk/producers/{producer_id:uuid}/advice")
async def give(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    day, note = form.day("given_on"), form.text("note", most=2000)
    by = form.uuid("by") if form.value("by") else None

    async def run() -> dict[str, Any]:
        assert day is not None  # form.check() has passed
        await service.give_advice(acting, producer_id, given_on=day, note=note, by=by)
        return {}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except (BadInput, Refused, Conflict) as error:
        return form.again(request, "progress/advice.html", error, **await _given(acting, producer_id))
    return render.to(request, f"/desk/producers/{producer_id}/advice")


routes: list[Any] = [show, give]
