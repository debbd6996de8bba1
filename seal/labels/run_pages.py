"""Pages of label runs: see how far one is, stop it, take the file; and a test page of a format."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from seal.batches import service as batches
from seal.errors import Conflict
from seal.identity import Role
from seal.labels import run_service, trial_page
from seal.labels.own import service as own
from seal.labels.run_model import Run
from seal.web import byte_ranges, forms, render
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_PRINTERS = Roles(Role.MANAGER, Role.PRODUCER)
Web = Request[Any, Any, Any]


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


routes: list[Any] = [run_page, cancel, file, test]
