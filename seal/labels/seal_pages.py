"""Pages: labels taken out of use by scan or number, printed anew, counted at the end of a run, units repacked.

The address of the first is what a plain camera application leads to: it opens the unit's public page, and a link there
comes here with the code filled in.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations import service as associations
from seal.batches import service as batches
from seal.batches.book import model as book_model
from seal.batches.book.service import New
from seal.batches.model import WITH_SEAL
from seal.clock import local_day
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.identity import Acting, Role
from seal.labels import counting, repack, service, voiding
from seal.labels.model import VoidReason
from seal.labels.rolls import service as rolls
from seal.labels.seal_api import count_out, gone_out
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_PRINTERS = Roles(Role.MANAGER, Role.PRODUCER)
_VOIDERS = Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict, NotFound)
LINE_MOST = 400
Web = Request[Any, Any, Any]


@policy(_VOIDERS)
@get("/desk/labels/void")
async def void_form(request: Web, acting: Actor) -> Response[str]:
    """The field that takes anything; ``?line=`` fills it, ``?batch=`` says whose numbers alone are meant."""
    line, batch = request.query_params.get("line", "")[:LINE_MOST], request.query_params.get("batch", "")[:LINE_MOST]
    return await _void(request, acting, Form({"lines": [line], "batch": [batch]} if line or batch else None))


async def _void(
    request: Web, acting: Acting, form: Form, error: SealError | None = None, done: dict[str, Any] | None = None
) -> Response[str]:
    found = [one for one in await batches.batches(acting) if one.state in WITH_SEAL]
    given: dict[str, Any] = {
        "books": found,
        "lots": {str(one.id): one.lot for one in found},
        "reasons": [one.value for one in VoidReason],
        "done": done,
    }
    if error is not None:
        return form.again(request, "labels/desk/void.html", error, **given)
    return render.page(request, "labels/desk/void.html", form=form, **given)


def _loss(form: Form) -> voiding.Loss:
    """When and where, as far as it is known; nothing of it is asked for."""
    return voiding.Loss(
        form.day("last_seen_on", required=False),
        form.text("place", required=False),
        form.text("told", required=False, most=2000),
    )


@policy(_VOIDERS)
@post("/desk/labels/void")
async def void(request: Web, acting: Actor) -> Response[str]:
    form = await forms.read(request)
    lines = form.text("lines", most=100_000)
    reason = form.choice("void_reason", [one.value for one in VoidReason])
    loss, batch_id = _loss(form), form.uuid("batch") if form.value("batch") else None

    async def run() -> dict[str, Any]:
        book = (await batches.batch(acting, batch_id)).public_id if batch_id else None
        return gone_out(await voiding.void_named(acting, lines, reason=reason, book=book, loss=loss))

    try:
        form.check()
        done = await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _void(request, acting, form, error)
    return await _void(request, acting, Form(), done=dict(done))


@policy(_VOIDERS)
@get("/desk/labels/{batch_id:uuid}/seals")
async def book(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[str]:
    """Beside the label book: what stands on the lot from rolls, new labels for bad ones, and the count of a run."""
    return await _book(request, acting, batch_id, Form())


async def _book(
    request: Web, acting: Acting, batch_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    found = await service.labels(acting, batch_id)
    batch = found.batch
    held = await rolls.rolls(acting)
    given: dict[str, Any] = {
        "batch": batch,
        "ledger": found.ledger,
        "against": found.against,
        "reasons": [one.value for one in VoidReason],
        "bound": [(one.roll, two) for one in held for two in one.bindings if two.batch_id == batch_id],
        "ready": [
            (one.roll, span)
            for one in held
            for span, holder in one.holders
            if holder == batch.producer_id and one.roll.left
        ],
        "today": await _today(acting),
        "counts": [count_out(one) for one in await counting.counts(acting, batch_id)],
    }
    if error is not None:
        return form.again(request, "labels/desk/seals.html", error, **given)
    return render.page(request, "labels/desk/seals.html", form=form, **given)


async def _today(acting: Acting) -> str:
    return local_day(acting.at, (await associations.get(acting.association_id)).zone).isoformat()


@policy(_PRINTERS)
@post("/desk/labels/{batch_id:uuid}/reprint")
async def reprint(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    lines = form.text("lines", most=100_000)
    reason = form.choice("void_reason", [one.value for one in VoidReason])

    async def run() -> dict[str, Any]:
        _, made = await voiding.reprint(acting, batch_id, lines, reason=reason)
        return {"id": str(made.id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _book(request, acting, batch_id, form, error)
    return render.to(request, f"/desk/labels/{batch_id}")


@policy(_PRINTERS)
@post("/desk/labels/{batch_id:uuid}/bind")
async def bind(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    roll = form.uuid("roll")
    first, last = form.integer("first", low=1, high=65_535), form.integer("last", low=1, high=65_535)

    async def run() -> dict[str, Any]:
        return {"id": str((await rolls.bind(acting, roll, first, last, batch_id)).id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _book(request, acting, batch_id, form, error)
    return render.to(request, f"/desk/labels/{batch_id}/seals")


@policy(_VOIDERS)
@post("/desk/labels/{batch_id:uuid}/count")
async def count(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    used, spoiled, left = (form.integer(name, low=0, high=65_535) for name in ("used", "spoiled", "left_over"))
    day, note = form.day("counted_on"), form.text("note", required=False, most=counting.NOTE_MOST)

    async def run() -> dict[str, Any]:
        gap = await counting.count(
            acting, batch_id, used=used, spoiled=spoiled, left_over=left, counted_on=day, note=note
        )
        return {"id": str(gap.count.id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _book(request, acting, batch_id, form, error)
    return render.to(request, f"/desk/labels/{batch_id}/seals")


@policy(_PRINTERS)
@get("/desk/labels/{batch_id:uuid}/repack")
async def repack_form(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[str]:
    return await _repack(request, acting, batch_id, Form())


async def _repack(
    request: Web, acting: Acting, batch_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    batch = await batches.batch(acting, batch_id)
    if error is not None:
        return form.again(request, "labels/desk/repack.html", error, batch=batch, today=await _today(acting))
    return render.page(request, "labels/desk/repack.html", form=form, batch=batch, today=await _today(acting))


@policy(_PRINTERS)
@post("/desk/labels/{batch_id:uuid}/repack")
async def repack_units(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    lines, material = form.text("lines", most=100_000), form.text("material")
    amount, unit, name = form.text("amount", most=40), form.text("unit", most=20), form.text("name", required=False)
    day = form.day("happened_on")

    async def run() -> dict[str, Any]:
        value, dimension = book_model.amount(amount, unit)
        assert day is not None  # form.check() has passed
        new = New(material, value, dimension, name=name)
        done = await repack.repack(acting, lines, new, happened_on=day, opened=batch_id)
        return {"id": str(done.entry.id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _repack(request, acting, batch_id, form, error)
    return render.to(request, f"/desk/labels/{batch_id}/seals")


routes: list[Any] = [void_form, void, book, reprint, bind, count, repack_form, repack_units]
