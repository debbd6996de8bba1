"""The page "what came in": one's own, received, or counted at the start. Few fields; the last used ones are offered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.batches.book import materials, model, receiving, service, telling
from seal.batches.book.model import Entry, EntryKind, Lot, Standing
from seal.batches.book.pages_shared import (
    FORM_ERRORS,
    MAKERS,
    book_of,
    materials_of,
    new_of,
    optional_id,
    picked,
    said_of,
    word,
)
from seal.clock import local_day
from seal.errors import SealError
from seal.identity import Acting
from seal.members import service as members
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import policy

KINDS = (EntryKind.HARVEST, EntryKind.RECEIVE, EntryKind.OPENING)
RECEIVED = (Standing.DECLARED, Standing.CERTIFIED, Standing.UNCERTIFIED)


@policy(MAKERS)
@get("/desk/book/{producer_id:uuid}/in")
async def show(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, producer_id: FromPath[UUID]
) -> Response[str]:
    return await _show(request, acting, association.zone, producer_id, Form())


async def _show(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    producer_id: UUID,
    form: Form,
    error: SealError | None = None,
) -> Response[str]:
    book = await book_of(acting, producer_id)
    wanted = form.value("kind") or request.query_params.get("kind", "")
    last = _last(book["entries"], wanted)
    kind = wanted if wanted in list(KINDS) else last.kind.value if last is not None else EntryKind.HARVEST.value
    offered = await materials_of(acting, producer_id)
    waiting = await receiving.waiting(acting, producer_id) if kind == EntryKind.RECEIVE else ()
    given: dict[str, Any] = {
        **book,
        "kind": kind,
        "kinds": [one.value for one in KINDS],
        "materials": offered,
        "units": list(model.UNITS),
        "used": _used(last, book["lots"], offered),
        "standings": [one.value for one in RECEIVED],
        "organisations": await members.organisations(acting),
        "waiting": [(one, said_of(one, await telling.lots_of(acting, one))) for one in waiting],
        "today": local_day(acting.at, zone),
    }
    if error is not None:
        return form.again(request, "batches/in.html", error, **given)
    return render.page(request, "batches/in.html", form=form, **given)


def _last(entries: Sequence[Entry], wanted: str) -> Entry | None:
    """The newest intake: of the kind asked for, else of any."""
    kinds = [one for one in KINDS if one == wanted] or list(KINDS)
    return next((one for one in reversed(entries) if one.kind in kinds and one.about is None), None)


def _used(last: Entry | None, lots: dict[UUID, Lot], offered: Sequence[str]) -> dict[str, Any]:
    """What was typed the last time, to be offered again."""
    first = next((one for one in offered if one != materials.OTHER), "")
    nothing = dict.fromkeys(("other", "site", "organisation", "from_whom", "standing"), "")
    if last is None:
        return {**nothing, "material": first, "unit": materials.UNIT.get(first, "kg")}
    lot = lots[last.lines[0].lot_id]
    known = lot.material in offered
    return {
        "material": lot.material if known else materials.OTHER,
        "other": "" if known else lot.material,
        "unit": model.LARGE[lot.dimension],
        "site": lot.site_id or "",
        "organisation": lot.organisation_id or "",
        "from_whom": lot.from_whom,
        "standing": lot.standing.value,
    }


@policy(MAKERS)
@post("/desk/book/{producer_id:uuid}/in")
async def intake(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, producer_id: FromPath[UUID]
) -> Response[Any]:
    """Something came in. The code of a sealed batch that was dispatched here leads to its receipt."""
    form = await forms.read(request)
    kind = picked(form, "kind", KINDS)
    code = form.text("certificate", required=False)
    try:
        if kind is EntryKind.RECEIVE and code:
            sent = await receiving.dispatch_of(acting, producer_id, code)
            if sent is not None:
                return render.to(request, f"/desk/book/entries/{sent.id}")
        made = await _write(request, acting, producer_id, form, kind, code)
    except FORM_ERRORS as error:
        return await _show(request, acting, association.zone, producer_id, form, error)
    return render.to(request, f"/desk/book/lots/{made['lot']}")


async def _write(
    request: Request[Any, Any, Any], acting: Acting, producer_id: UUID, form: Form, kind: EntryKind, code: str
) -> dict[str, Any]:
    standing = picked(form, "standing", RECEIVED) if kind is EntryKind.RECEIVE else Standing.OWN
    site, organisation = optional_id(form, "site"), optional_id(form, "organisation")
    from_whom, signed_by = form.text("from_whom", required=False), form.text("signed_by", required=False)
    day = form.day("happened_on")
    named = word(context.translator_of(request))
    new = new_of(form, named, standing=standing, from_whom=from_whom, certificate=code)
    form.check()

    async def run() -> dict[str, Any]:
        assert day is not None  # form.check() has seen to it
        entry, lot = await service.intake(
            acting,
            producer_id,
            new(),
            kind=kind,
            happened_on=day,
            site_id=site,
            organisation_id=organisation,
            signed_by=signed_by,
        )
        return {"id": str(entry.id), "lot": str(lot.id)}

    return await form.once(request, acting, run, atomic=True)


routes: list[Any] = [show, intake]
"""The addresses of what came in; the room's ``pages.py`` collects them."""
