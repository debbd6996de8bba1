"""A person's home: what waits for them, and the way to each room."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.clock import local_day
from seal.desk import pages_counts, service
from seal.keys import recovery
from seal.notices import service as notices
from seal.web import context, render
from seal.web.context import Actor
from seal.web.policy import SignedIn, policy


@policy(SignedIn)
@get("/desk")
async def home(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    day = local_day(acting.at, context.association_of(request).zone)
    return render.page(
        request,
        "desk/home.html",
        day=day,
        today=await service.today(acting, day),
        notices=await notices.for_person(acting),
        behind=await recovery.faults(acting.association_id),
    )


@policy(SignedIn)
@post("/desk/notices/{notice_id:uuid}/done")
async def dismiss(request: Request[Any, Any, Any], acting: Actor, notice_id: FromPath[UUID]) -> Response[Any]:
    await notices.dismiss(acting, notice_id)
    return render.to(request, "/desk")


routes: list[Any] = [home, dismiss, *pages_counts.routes]
