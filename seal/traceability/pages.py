"""Pages of the room: tracing anything; what went to shops and came back, by scan; recalls; trace events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get, post

from seal.associations.directory import Tenancy
from seal.clock import local_day
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.identity import Acting, Role
from seal.members import service as members
from seal.traceability import latest, saying, service, shipping, views
from seal.traceability.epcis import pages as epcis_pages
from seal.traceability.epcis import resolving
from seal.traceability.recalls import pages as recall_pages
from seal.web import context, forms, problems, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_SHIPPERS = Roles(Role.MANAGER, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict, NotFound)
Web = Request[Any, Any, Any]
LINES_MOST = 200_000


@policy(_EVERYONE)
@get("/desk/trace")
async def trace(request: Web, acting: Actor) -> Response[str]:
    """A picture and a list; ``?q=`` is what was typed or scanned."""
    asked = request.query_params.get("q", "").strip()
    t = context.translator_of(request)
    given: dict[str, Any] = {"asked": asked, "told": None, "traces": (), "fault": "", "unit_at": ""}
    if not asked:
        return render.page(request, "traceability/trace.html", **given)
    try:
        told = await service.trace(acting, asked)
    except (BadInput, NotFound) as error:
        given["fault"] = t.reason(error.reasons[0])
        return render.page(request, "traceability/trace.html", status=problems.status_of(error), **given)
    given |= {
        "told": told,
        "traces": [views.shown(told, one, t) for one in told.traces],
        "unit_at": told.names.spots.get(told.unit_at, "") if told.unit_at else "",
    }
    return render.page(request, "traceability/trace.html", **given)


@policy(_EVERYONE)
@get("/desk/trace.csv")
async def trace_csv(request: Web, acting: Actor) -> Response[bytes]:
    """The same for a spreadsheet."""
    told = await service.trace(acting, request.query_params.get("q", ""))
    headers = {"Content-Disposition": 'attachment; filename="trace.csv"'}
    table = views.as_csv(told, context.translator_of(request))
    return Response(table.encode("utf-8-sig"), media_type="text/csv", headers=headers)


@policy(_SHIPPERS)
@get("/desk/shipments")
async def shipments(request: Web, acting: Actor, association: Tenancy) -> Response[str]:
    return await _shipments(request, acting, association.zone, Form())


async def _shipments(
    request: Web, acting: Acting, zone: str, form: Form, error: SealError | None = None
) -> Response[str]:
    given: dict[str, Any] = {
        "organisations": await members.organisations(acting),
        "today": local_day(acting.at, zone),
        "latest": await latest.dispatches(acting),
        "written": request.query_params.get("written", "").split(",") if request.method == "GET" else [],
        "back": request.query_params.get("back", "").split(",") if request.method == "GET" else [],
        "amount": views.amount,
        "numbers": saying.numbers,
        "say": context.translator_of(request),
    }
    if error is not None:
        return form.again(request, "traceability/shipments.html", error, **given)
    return render.page(request, "traceability/shipments.html", form=form, **given)


@policy(_SHIPPERS)
@post("/desk/shipments")
async def ship(request: Web, acting: Actor, association: Tenancy) -> Response[Any]:
    form = await forms.read(request)
    to, happened_on = form.uuid("organisation"), form.day("happened_on")
    lines = form.text("lines", most=LINES_MOST)

    async def run() -> dict[str, Any]:
        assert happened_on is not None  # form.check() has seen to it
        done = await shipping.ship(acting, organisation_id=to, happened_on=happened_on, lines=lines)
        return {"entries": [str(one.id) for one in done]}

    return await _act(request, acting, association.zone, form, run)


@policy(_SHIPPERS)
@post("/desk/returns")
async def bring_back(request: Web, acting: Actor, association: Tenancy) -> Response[Any]:
    form = await forms.read(request)
    happened_on, lines = form.day("happened_on"), form.text("lines", most=LINES_MOST)
    reason = form.text("reason", required=False)

    async def run() -> dict[str, Any]:
        assert happened_on is not None  # form.check() has seen to it
        done = await shipping.bring_back(acting, happened_on=happened_on, lines=lines, reason=reason)
        return {"entries": [str(one.about) for one in done], "back": True}

    return await _act(request, acting, association.zone, form, run)


async def _act(
    request: Web, acting: Acting, zone: str, form: Form, run: Callable[[], Awaitable[dict[str, Any]]]
) -> Response[Any]:
    try:
        form.check()
        done = await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _shipments(request, acting, zone, form, error)
    return render.to(request, f"/desk/shipments?{'back' if 'back' in done else 'written'}={','.join(done['entries'])}")


routes: list[Any] = [
    trace,
    trace_csv,
    shipments,
    ship,
    bring_back,
    *recall_pages.routes,
    *epcis_pages.routes,
    *resolving.routes,
]
