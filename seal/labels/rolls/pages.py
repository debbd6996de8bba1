"""Pages: rolls of pre-numbered seals, the list of who has which, and what to do when one is lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.batches import service as batches
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.identity import Acting, Role
from seal.ids import UNIT_MAX
from seal.labels import voiding
from seal.labels.model import Span, VoidReason
from seal.labels.rolls import service, signing
from seal.members import service as members
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_MANAGER = Roles(Role.MANAGER)
_VOIDERS = Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict, NotFound)
Web = Request[Any, Any, Any]


@policy(_VOIDERS)
@get("/desk/labels/rolls")
async def rolls(request: Web, acting: Actor) -> Response[str]:
    return await _rolls(request, acting, Form())


async def _rolls(request: Web, acting: Acting, form: Form, error: SealError | None = None) -> Response[str]:
    found = await service.rolls(acting)
    given: dict[str, Any] = {
        "rolls": [(one, one.roll.code) for one in found],
        "may_make": acting.has(Role.MANAGER),
    }
    if error is not None:
        return form.again(request, "labels/desk/rolls.html", error, **given)
    return render.page(request, "labels/desk/rolls.html", form=form, **given)


@policy(_MANAGER)
@post("/desk/labels/rolls")
async def make(request: Web, acting: Actor) -> Response[Any]:
    form = await forms.read(request)
    size, note = form.integer("size", low=1, high=UNIT_MAX), form.text("note", required=False)

    async def run() -> dict[str, Any]:
        return {"id": str((await service.make(acting, size, note=note)).id)}

    try:
        form.check()
        done = await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _rolls(request, acting, form, error)
    return render.to(request, f"/desk/labels/rolls/{done['id']}")


@policy(_VOIDERS)
@get("/desk/labels/rolls/{roll_id:uuid}")
async def roll(request: Web, acting: Actor, roll_id: FromPath[UUID]) -> Response[str]:
    return await _roll(request, acting, roll_id, Form())


async def _roll(
    request: Web, acting: Acting, roll_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    held = await service.book(acting, roll_id)
    producers = await members.producers(acting)
    given: dict[str, Any] = {
        "book": held,
        "roll": held.roll,
        "code": held.roll.code,
        "producers": [(str(one.id), one.trade_name) for one in producers],
        "names": {one.id: one.trade_name for one in producers},
        "lots": {one.id: one.lot for one in await batches.batches(acting)},
        "reasons": [one.value for one in VoidReason],
        "manages": acting.has(Role.MANAGER),
    }
    if error is not None:
        return form.again(request, "labels/desk/roll.html", error, **given)
    return render.page(request, "labels/desk/roll.html", form=form, **given)


@policy(_MANAGER)
@post("/desk/labels/rolls/{roll_id:uuid}/allot")
async def allot(request: Web, acting: Actor, roll_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    first, last = form.integer("first", low=1, high=UNIT_MAX), form.integer("last", low=1, high=UNIT_MAX)
    producer = form.uuid("producer") if form.value("producer") else None

    async def run() -> dict[str, Any]:
        return {"id": str((await service.allot(acting, roll_id, first, last, producer_id=producer)).id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _roll(request, acting, roll_id, form, error)
    return render.to(request, f"/desk/labels/rolls/{roll_id}")


@policy(_VOIDERS)
@post("/desk/labels/rolls/{roll_id:uuid}/void")
async def void(request: Web, acting: Actor, roll_id: FromPath[UUID]) -> Response[Any]:
    """The seals named, or without numbers the whole roll: blocked at once."""
    form = await forms.read(request)
    reason = form.choice("void_reason", [one.value for one in VoidReason])
    first = form.integer("from", low=1, high=UNIT_MAX) if form.value("from") else None
    last = form.integer("to", low=1, high=UNIT_MAX) if form.value("to") else None
    loss = voiding.Loss(
        form.day("last_seen_on", required=False),
        form.text("place", required=False),
        form.text("told", required=False, most=2000),
    )

    async def run() -> dict[str, Any]:
        size = (await service.book(acting, roll_id)).roll.size
        span = Span(first or 1, last or (first or size))
        gone = await voiding.void_seals(acting, roll_id, [span], VoidReason(reason), loss)
        return {"count": gone.count}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _roll(request, acting, roll_id, form, error)
    return render.to(request, f"/desk/labels/rolls/{roll_id}")


@policy(_MANAGER)
@get("/desk/labels/rolls/{roll_id:uuid}/seals.csv")
async def addresses(request: Web, acting: Actor, roll_id: FromPath[UUID]) -> Response[bytes]:
    """Numbers, codes and addresses for a print shop."""
    found = await signing.codes(acting, roll_id)
    name = f'attachment; filename="rollo-{str(roll_id)[:8]}.csv"'
    return Response(signing.as_csv(found), media_type="text/csv", headers={"Content-Disposition": name})


routes: list[Any] = [rolls, make, roll, allot, void, addresses]
