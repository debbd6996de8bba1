"""Pages: boxes, what stands in them, and the label of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.certificates.papers import branding
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.identity import Acting, Role
from seal.ids import Code
from seal.labels.boxes import model, service
from seal.members import service as members
from seal.printing import qr
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_PACKERS = Roles(Role.MANAGER, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict, NotFound)
Web = Request[Any, Any, Any]


@policy(_PACKERS)
@get("/desk/labels/boxes")
async def boxes(request: Web, acting: Actor) -> Response[str]:
    return await _boxes(request, acting, Form())


async def _boxes(request: Web, acting: Acting, form: Form, error: SealError | None = None) -> Response[str]:
    found = await service.boxes(acting)
    producers = [(str(one.id), one.trade_name) for one in await members.producers(acting)]
    given: dict[str, Any] = {
        "boxes": [
            (one, Code(one.public_id).printed, sum(len(span) for spans in one.inside.values() for span in spans))
            for one in found
        ],
        "producers": producers,
        "manages": acting.has(Role.MANAGER),
    }
    if error is not None:
        return form.again(request, "labels/desk/boxes.html", error, **given)
    return render.page(request, "labels/desk/boxes.html", form=form, **given)


@policy(_PACKERS)
@post("/desk/labels/boxes")
async def make(request: Web, acting: Actor) -> Response[Any]:
    form = await forms.read(request)
    producer = form.uuid("producer") if form.value("producer") else None
    lines, note = form.text("lines", required=False, most=100_000), form.text("note", required=False)

    async def run() -> dict[str, Any]:
        return {"id": str((await service.make(acting, producer_id=producer, note=note, lines=lines)).id)}

    try:
        form.check()
        done = await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _boxes(request, acting, form, error)
    return render.to(request, f"/desk/labels/boxes/{done['id']}")


@policy(_PACKERS)
@get("/desk/labels/boxes/{box_id:uuid}")
async def box(request: Web, acting: Actor, box_id: FromPath[UUID]) -> Response[str]:
    return await _box(request, acting, box_id, Form())


async def _box(request: Web, acting: Acting, box_id: UUID, form: Form, error: SealError | None = None) -> Response[str]:
    found = await service.box(acting, box_id)
    given: dict[str, Any] = {
        "box": found.box,
        "code": Code(found.box.public_id).printed,
        "lots": found.batches,
        "acts": [one.value for one in model.TRANSITIONS[found.box.state] if one.value in service.ACTS],
        "packs": model.Action.PUT in model.TRANSITIONS[found.box.state],
    }
    if error is not None:
        return form.again(request, "labels/desk/box.html", error, **given)
    return render.page(request, "labels/desk/box.html", form=form, **given)


async def _do(request: Web, acting: Acting, box_id: UUID, form: Form, run: Any) -> Response[Any]:
    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _box(request, acting, box_id, form, error)
    return render.to(request, f"/desk/labels/boxes/{box_id}")


@policy(_PACKERS)
@post("/desk/labels/boxes/{box_id:uuid}/contents")
async def move(request: Web, acting: Actor, box_id: FromPath[UUID]) -> Response[Any]:
    """Put in or take out what the lines name."""
    form = await forms.read(request)
    lines, way = form.text("lines", most=100_000), form.choice("way", ("put", "take"))

    async def run() -> dict[str, Any]:
        done = await (service.put if way == "put" else service.take)(acting, box_id, lines)
        return {"id": str(done.id)}

    return await _do(request, acting, box_id, form, run)


@policy(_PACKERS)
@post("/desk/labels/boxes/{box_id:uuid}/state")
async def act(request: Web, acting: Actor, box_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    wanted = form.choice("act", tuple(service.ACTS))

    async def run() -> dict[str, Any]:
        return {"id": str((await service.ACTS[wanted](acting, box_id)).id)}

    return await _do(request, acting, box_id, form, run)


@policy(_PACKERS)
@get("/desk/labels/boxes/{box_id:uuid}/label")
async def label(request: Web, acting: Actor, box_id: FromPath[UUID], association: Tenancy) -> Response[str]:
    """A page to print: the signed symbol, large, with the code in words and what is inside now."""
    found, signed = await service.box(acting, box_id), await service.code(acting, box_id)
    return render.page(
        request,
        "labels/desk/box_label.html",
        box=found.box,
        code=signed.code,
        lots=found.batches,
        symbol=qr.symbol(branding(association).qr_prefix, signed.digits),
        host=association.base.split("://", 1)[1],
    )


routes: list[Any] = [boxes, make, box, move, act, label]
