"""The association's plain front page, with the place to type a code."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.params import FromQuery

from seal.associations import service
from seal.web import context, render
from seal.web.policy import Public, policy

_MOST = 400


@policy(Public)
@get("/")
async def front(request: Request[Any, Any, Any]) -> Response[str]:
    """The association of this address; on a server of several, the list of them."""
    if context.association_of(request) is None:
        return render.page(request, "associations/several.html", associations=await service.all_associations())
    return render.page(request, "associations/front.html")


@policy(Public)
@get("/verificar")
async def look_up(request: Request[Any, Any, Any], c: FromQuery[str] = "") -> Response[bytes]:
    """The code that somebody typed: go to its page. Spaces and hyphens are nothing."""
    typed = "".join(c.split()).replace("-", "")[:_MOST]
    return render.to(request, f"/{quote(typed, safe='')}")


routes: list[Any] = [front, look_up]
