"""Pages: label books, reserving with the sum that gives the number, sheets to print, numbers taken out of use."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.batches import service as batches
from seal.batches.model import WITH_SEAL
from seal.errors import BadInput, Conflict, Refused, SealError
from seal.identity import Acting, Role
from seal.labels import paper_pages, print_pages, run_pages, seal_pages, service
from seal.labels.boxes import pages as box_pages
from seal.labels.formats import SHEET_24
from seal.labels.model import VoidReason
from seal.labels.own import pages as own_pages
from seal.labels.rolls import pages as roll_pages
from seal.labels.run_model import AT_ONCE
from seal.members import service as members
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_PRINTERS = Roles(Role.MANAGER, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict)


@policy(_PRINTERS)
@get("/desk/labels")
async def list_books(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    """Sealed batches, newest first: each has a label book."""
    found = [one for one in await batches.batches(acting) if one.state in WITH_SEAL]
    return render.page(
        request,
        "labels/desk/list.html",
        batches=found,
        states=await batches.states(acting.association_id, found),
        names={one.id: one.trade_name for one in await members.producers(acting)},
    )


@policy(_PRINTERS)
@get("/desk/labels/{batch_id:uuid}")
async def book(request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID]) -> Response[str]:
    return await _book(request, acting, batch_id, Form())


async def _book(
    request: Request[Any, Any, Any], acting: Acting, batch_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    found = await service.labels(acting, batch_id)
    given: dict[str, Any] = {
        "book": found,
        "batch": found.batch,
        "ledger": found.ledger,
        "producer": await members.producer(acting, found.batch.producer_id),
        "reasons": [one.value for one in VoidReason],
        "per_sheet": SHEET_24.per_page,
        "at_once": AT_ONCE,
    }
    if error is not None:
        return form.again(request, "labels/desk/book.html", error, **given)
    return render.page(request, "labels/desk/book.html", form=form, **given)


@policy(_PRINTERS)
@post("/desk/labels/{batch_id:uuid}")
async def reserve(request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    count = form.integer("count", low=1, high=65_535)

    async def run() -> dict[str, Any]:
        return {"id": str((await service.reserve(acting, batch_id, count)).id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _book(request, acting, batch_id, form, error)
    return render.to(request, f"/desk/labels/{batch_id}")


@policy(Roles(Role.MANAGER, Role.PRODUCER))
@post("/desk/labels/{batch_id:uuid}/void")
async def void(request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    first, last = form.integer("first", low=1, high=65_535), form.integer("last", low=1, high=65_535)
    reason = form.choice("void_reason", [one.value for one in VoidReason])

    async def run() -> dict[str, Any]:
        return {"id": str((await service.void(acting, batch_id, first, last, reason=reason)).id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _book(request, acting, batch_id, form, error)
    return render.to(request, f"/desk/labels/{batch_id}")


@policy(_PRINTERS)
@get("/desk/labels/ranges/{range_id:uuid}/sheet.pdf")
async def sheet(request: Request[Any, Any, Any], acting: Actor, range_id: FromPath[UUID]) -> Response[bytes]:
    """The sheets to print; ``?start=`` (1 to 24) for a sheet that has been begun."""
    start = request.query_params.get("start", "1")
    pdf = await service.sheet(acting, range_id, start=int(start) if start.isdecimal() else 0)
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": 'inline; filename="labels.pdf"'})


routes: list[Any] = [
    *(list_books, book, reserve, void, sheet),
    *print_pages.routes,
    *run_pages.routes,
    *paper_pages.routes,
    *own_pages.routes,
    *seal_pages.routes,
    *roll_pages.routes,
    *box_pages.routes,
]
