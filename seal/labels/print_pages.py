"""The page that prints: which numbers, on what paper, from which place of the sheet, and how a label will look.

It works without script: choosing is a form that asks for the same page, a tap on the sheet is a link, and printing is
the one button that does something.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.batches import service as batches
from seal.errors import BadInput, Conflict, Refused, SealError
from seal.identity import Acting, Role
from seal.labels import previewing, run_service, service, thermal_files
from seal.labels.formats import MAX_OFFSET_MM
from seal.labels.own import service as own
from seal.labels.own.service import Paper
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_PRINTERS = Roles(Role.MANAGER, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict)
ASKED = ("first", "last", "format", "start", "right", "down")
Web = Request[Any, Any, Any]


@policy(_PRINTERS)
@get("/desk/labels/{batch_id:uuid}/runs")
async def ask_page(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[str]:
    """What would be printed, as the address says it, and the batch's last runs."""
    asked = {name: request.query_params[name] for name in ASKED if name in request.query_params}
    return await _page(request, acting, batch_id, asked, Form())


async def _page(
    request: Web, acting: Acting, batch_id: UUID, asked: Mapping[str, str], form: Form, error: SealError | None = None
) -> Response[str]:
    book = await service.labels(acting, batch_id)
    papers = await own.papers(acting)
    runs = await run_service.runs_of(acting, batch_id)
    paper = _chosen(papers, asked.get("format") or (runs[0].format if runs else ""))
    newest = book.ranges[-1] if book.ranges else None
    offset = await own.setting(acting, paper.format.id)
    first = _number(asked.get("first"), newest.first if newest else 1, 65_535)
    last = _number(asked.get("last"), newest.last if newest else first, 65_535)
    start = _number(asked.get("start"), 1, paper.format.per_page)
    choice = {
        "first": first,
        "last": last,
        "format": paper.format.id,
        "right": asked.get("right") or f"{offset[0]:g}",
        "down": asked.get("down") or f"{offset[1]:g}",
    }
    count = max(0, last - first + 1)
    given: dict[str, Any] = {
        "batch": book.batch,
        "against": book.against,
        "runs": runs,
        "names": {one.format.id: one.name for one in await own.own_formats(acting)},
        "papers": papers,
        "paper": paper,
        "format": paper.format,
        "choice": choice,
        "start": start,
        "count": count,
        "pages": paper.format.pages(count, start),
        "look": await previewing.look(acting, batch_id, paper),
        "at_start": f"?{urlencode(choice)}&start=",
        "most_offset": int(MAX_OFFSET_MM),
    }
    if error is not None:
        return form.again(request, "labels/desk/runs.html", error, **given)
    return render.page(request, "labels/desk/runs.html", form=form, **given)


def _chosen(papers: tuple[Paper, ...], wanted: str) -> Paper:
    """The paper of that id, else the sheet of 24."""
    usual = next(one for one in papers if one.format.id == "a4-24")
    return next((one for one in papers if one.format.id == wanted), usual)


def _number(text: str | None, usual: int, most: int) -> int:
    """A number of the address; whatever is no number of the range is the usual one."""
    said = (text or "").strip()
    return int(said) if said.isdecimal() and len(said) < 6 and 1 <= int(said) <= most else usual


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
        await own.keep_setting(acting, format, offset)
        return {"id": str(made.id)}

    try:
        form.check()
        done = await form.once(request, acting, run)
    except FORM_ERRORS as error:
        return await _page(request, acting, batch_id, {name: form.value(name) for name in ASKED}, form, error)
    return render.to(request, f"/desk/labels/runs/{done['id']}")


@policy(_PRINTERS)
@get("/desk/labels/{batch_id:uuid}/preview.png")
async def preview(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[bytes]:
    """The batch's label on ``?format=``, with a code that nobody signed."""
    await batches.batch(acting, batch_id)
    paper = await own.paper(acting.association_id, request.query_params.get("format", "a4-24"))
    return Response(await previewing.picture(acting, batch_id, paper), media_type="image/png")


@policy(_PRINTERS)
@get("/desk/labels/{batch_id:uuid}/roll/{file:str}")
async def roll(request: Web, acting: Actor, batch_id: FromPath[UUID], file: FromPath[str]) -> Response[bytes]:
    """The labels for a thermal printer, ``zpl`` or ``png``: ``?first=``, ``?last=``, ``?format=``, ``?dpi=``."""
    query = request.query_params
    wanted = thermal_files.Wanted(
        batch_id,
        _number(query.get("first"), 1, 65_535),
        _number(query.get("last"), 1, 65_535),
        query.get("format", thermal_files.ROLL),
        _number(query.get("dpi"), 203, 1200),
        await own.setting(acting, query.get("format", thermal_files.ROLL)),
    )
    return await thermal_files.sent(acting, wanted, file)


routes: list[Any] = [ask_page, ask, preview, roll]
