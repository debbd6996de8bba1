"""The manager's page about keys: what there is, how old, what was done, and what to do if one is lost or stolen.

Nothing secret happens by web: the commands are shown, and typed on the machine by whoever holds it.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from seal.errors import Unavailable
from seal.identity import Role
from seal.keys import papers, service
from seal.web import context, render
from seal.web.context import Actor
from seal.web.policy import Roles, policy


@policy(Roles(Role.MANAGER))
@get("/desk/keys")
async def keys(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    """The keys of the association, newest first, and the book of what was done with them."""
    try:
        health = await service.health(acting.association_id, acting.at)
    except Unavailable as error:
        if error.code != "keys.missing":
            raise
        health = None
    periods = [*reversed(health.history.issuing)] if health else []
    return render.page(request, "keys/keys.html", health=health, periods=periods)


@policy(Roles(Role.MANAGER))
@get("/desk/keys/{number:int}")
async def record(request: Request[Any, Any, Any], acting: Actor, number: FromPath[int]) -> Response[str]:
    """One record of the book, as it is printed."""
    found = await service.record(acting.association_id, number)
    text = papers.record_text(found, context.translator_of(request).lang)
    return render.page(request, "keys/record.html", record=found, text=text)


routes: list[Any] = [keys, record]
