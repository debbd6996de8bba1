"""Pages: bars by producer and by month, and one line a lot for a spreadsheet."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from seal.desk import counting
from seal.desk.counting import MEASURES
from seal.desk.counts import Counted, counted
from seal.identity import Acting, Role
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.exact import whole
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)


async def _asked(request: Request[Any, Any, Any], acting: Acting) -> Counted:
    form = forms.Form({name: [value] for name, value in request.query_params.items()})
    since, until = form.day("since", required=False), form.day("until", required=False)
    producer = form.uuid("producer") if form.value("producer") else None
    form.check()
    return await counted(acting, since, until, producer)


@policy(_EVERYONE)
@get("/desk/counts")
async def counts(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    """``?since=&until=&producer=``."""
    found = await _asked(request, acting)
    return render.page(
        request,
        "desk/counts.html",
        found=found,
        total=counting.total(found.lots),
        producers=counting.by_producer(found.lots, found.names),
        months=counting.by_month(found.lots),
        measures=MEASURES,
        chosen=request.query_params.get("producer", ""),
        query=request.url.query,
    )


@policy(_EVERYONE)
@get("/desk/counts.csv")
async def export(request: Request[Any, Any, Any], acting: Actor) -> Response[bytes]:
    """One line a lot."""
    found = await _asked(request, acting)
    t = context.translator_of(request)
    heads = [t(f"counts.{name}") for name in ("producer", "product", "lot", "made_on", "state", *MEASURES)]
    text = counting.as_csv(found.lots, found.names, heads, t.lang)
    headers = {"Content-Disposition": 'attachment; filename="counts.csv"', "Cache-Control": "private, no-store"}
    return whole(request, text.encode("utf-8-sig"), "text/csv", headers)


routes: list[Any] = [counts, export]
"""The counts' addresses; ``pages.py`` collects them."""
