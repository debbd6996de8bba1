"""Pages of label runs: ask for one, see how far it is, stop it, take the file; and a test page of a format."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from seal.batches import service as batches
from seal.errors import BadInput, Conflict, Refused, SealError
from seal.identity import Role
from seal.labels import run_service, trial_page
from seal.labels.own import service as own
from seal.labels.run_model import Run
from seal.web import byte_ranges, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_PRINTERS = Roles(Role.MANAGER, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict)
Web = Request[Any, Any, Any]


@policy(_PRINTERS)
@get("/desk/labels/{batch_id:uuid}/runs")
async def ask_page(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[str]:
    """The form, filled with ``?first=`` and ``?last=``, and the batch's last runs."""
    return await _asking(request, acting, batch_id, Form(), None)


async def _asking(request: Web, acting: Actor, batch_id: UUID, form: Form, error: SealError | None) -> Response[str]:
    given: dict[str, Any] = {
        "batch": await batches.batch(acting, batch_id),
        "runs": await run_service.runs_of(acting, batch_id),
        "formats": [paper.format.id for paper in await own.papers(acting)],
        "names": await _names(acting),
        "asked": {name: request.query_params.get(name, "") for name in ("first", "last")},
    }
    if error is not None:
        return form.again(request, "labels/desk/runs.html", error, **given)
    return render.page(request, "labels/desk/runs.html", form=form, **given)


@policy(_PRINTERS)
@post("/desk/labels/{batch_id:uuid}/runs")
async def ask(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    first, last = form.integer("first", low=1, high=65_535), form.integer("last", low=1, high=65_535)
    format = form.choice("format", [paper.format.id for paper in await own.papers(acting)])
    start = form.integer("start", low=1, high=400)
    right, down = form.decimal("right"), form.decimal("down")

    async def run() -> dict[str, Any]:
        offset = float(right), float(down)
        made = await run_service.ask(acting, batch_id, first, last, format=format, start=start, offset_mm=offset)
        return {"id": str(made.id)}

    try:
        form.check()
        done = await form.once(request, acting, run)
    except FORM_ERRORS as error:
        return await _asking(request, acting, batch_id, form, error)
    return render.to(request, f"/desk/labels/runs/{done['id']}")


@policy(_PRINTERS)
@get("/desk/labels/runs/{run_id:uuid}")
async def run_page(request: Web, acting: Actor, run_id: FromPath[UUID]) -> Response[str]:
    """How far a run is; the page comes again by itself until the run has ended."""
    run = await run_service.run_of(acting, run_id)
    batch = await batches.batch(acting, run.batch_id)
    return render.page(request, "labels/desk/run.html", run=run, batch=batch, names=await _names(acting))


async def _names(acting: Actor) -> dict[str, str]:
    """What the association calls its own formats, by id; built-in ones have words."""
    return {one.format.id: one.name for one in await own.own_formats(acting)}


@policy(_PRINTERS)
@post("/desk/labels/runs/{run_id:uuid}/cancel")
async def cancel(request: Web, acting: Actor, run_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)

    async def run() -> dict[str, Any]:
        return {"id": str((await run_service.cancel(acting, run_id)).id)}

    with suppress(Conflict):  # it ended meanwhile: the page says how
        await form.once(request, acting, run, atomic=True)
    return render.to(request, f"/desk/labels/runs/{run_id}")


@policy(_PRINTERS)
@get("/desk/labels/runs/{run_id:uuid}/labels.pdf")
async def file(request: Web, acting: Actor, run_id: FromPath[UUID]) -> Response[Any] | Stream:
    """The finished file; with ``Range`` the part that is missing."""
    return await sent(request, acting, run_id, "inline")


async def sent(request: Web, acting: Actor, run_id: UUID, disposition: str) -> Response[Any] | Stream:
    """A run's file as pages and programs get it."""
    run, path = await run_service.file(acting, run_id)
    assert run.size is not None  # a finished run has one
    return byte_ranges.send(
        request.headers,
        path,
        size=run.size,
        etag=etag(run),
        media_type="application/pdf",
        headers={"Content-Disposition": f'{disposition}; filename="{run.file_name}"'},
    )


def etag(run: Run) -> str:
    return f'"{run.sha256}"'


@policy(_PRINTERS)
@get("/desk/labels/formats/{format_id:str}/test.pdf")
async def test(request: Web, acting: Actor, format_id: FromPath[str]) -> Response[bytes]:
    """Outlines and a ruler on plain paper, to hold against the stock; ``?right=`` and ``?down=`` in millimetres."""
    offset = [_millimetres(request.query_params.get(name, "0")) for name in ("right", "down")]
    paper = await own.paper(acting.association_id, format_id)
    made = await trial_page.pdf(paper.format, (offset[0], offset[1]), at=acting.at)
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": 'inline; filename="test.pdf"'})


def _millimetres(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")  # refused with the limits


routes: list[Any] = [ask_page, ask, run_page, cancel, file, test]
