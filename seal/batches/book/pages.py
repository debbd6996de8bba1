"""Pages of the batch book: what there is, one lot with its history, one entry and what answers or reverses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.batches.book import model, pages_in, pages_out, receiving, service, telling
from seal.batches.book.model import EntryKind
from seal.batches.book.pages_shared import (
    ANYBODY,
    FORM_ERRORS,
    MAKERS,
    asked,
    book_of,
    materials_of,
    new_of,
    optional_id,
    said_of,
    word,
)
from seal.clock import local_day
from seal.errors import NotFound, SealError
from seal.identity import Acting, Role
from seal.members import service as members
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import policy

LAST = 30
"""Entries on the first page."""


@policy(ANYBODY)
@get("/desk/book")
async def choose(request: Request[Any, Any, Any], acting: Actor) -> Response[Any]:
    """Whose book; straight to it for who acts for one producer."""
    producers = await members.producers(acting)
    if len(producers) == 1:
        return render.to(request, f"/desk/book/{producers[0].id}")
    return render.page(request, "batches/books.html", producers=producers)


@policy(ANYBODY)
@get("/desk/book/{producer_id:uuid}")
async def show(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[str]:
    """What a producer has, what waits at the door, and the last things written down."""
    given = await book_of(acting, producer_id)
    waiting = await receiving.waiting(acting, producer_id)
    gone = model.reversed_ids(given["entries"])
    return render.page(
        request,
        "batches/book.html",
        **given,
        last=[(one, said_of(one, given["lots"])) for one in given["entries"][::-1][:LAST]],
        gone=gone,
        waiting=waiting,
        names={one.id: one.name for one in await members.organisations(acting)},
        may_write=acting.has(Role.MANAGER, Role.PRODUCER),
    )


@policy(ANYBODY)
@get("/desk/book/lots/{lot_id:uuid}")
async def show_lot(request: Request[Any, Any, Any], acting: Actor, lot_id: FromPath[UUID]) -> Response[str]:
    """Where a lot is from, what it holds, and what became of it."""
    found = await telling.history(acting, lot_id)
    lot, graph = found.lot, found.graph
    parents = [
        (graph.lots[part.lot_id], model.said(part.amount, graph.lots[part.lot_id].dimension), part.share)
        for part in graph.parents(lot_id)
    ]
    dossier = await members.dossier(acting, lot.producer_id)
    return render.page(
        request,
        "batches/lot.html",
        lot=lot,
        held=model.said(found.held, lot.dimension),
        producer=dossier.producer,
        site=next((one for one in dossier.sites if one.id == lot.site_id), None),
        organisation=next((one for one in await members.organisations(acting) if one.id == lot.organisation_id), None),
        parents=parents,
        children=[graph.lots[one] for one in graph.children(lot_id)],
        entries=[(one, said_of(one, found.lots)) for one in found.entries],
        gone=found.gone,
        names={one.id: one.name for one in await members.organisations(acting)},
        origin=graph.origin.get(lot_id),
    )


@policy(ANYBODY)
@get("/desk/book/entries/{entry_id:uuid}")
async def show_entry(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, entry_id: FromPath[UUID]
) -> Response[str]:
    return await _entry(request, acting, association.zone, entry_id, Form())


async def _entry(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    entry_id: UUID,
    form: Form,
    error: SealError | None = None,
) -> Response[str]:
    found = await telling.entry(acting, entry_id)
    seen = {one.id: one for one in await members.producers(acting)}
    producer = seen.get(found.entry.producer_id) or seen[found.entry.to_producer_id or found.entry.producer_id]
    given: dict[str, Any] = {
        "entry": found.entry,
        "lines": said_of(found.entry, found.lots),
        "answers": [(one, said_of(one, found.lots)) for one in found.answers],
        "undone": found.undone,
        "left": [(lot, *model.said_large(amount, lot.dimension)) for lot, amount in found.left],
        "mine": found.entry.producer_id in seen,
        "arrives": found.arrives and found.entry.to_producer_id in seen,
        "producer": producer,
        "dossier": await members.dossier(acting, producer.id),
        "materials": await materials_of(acting, producer.id),
        "units": list(model.UNITS),
        "organisation": next(
            (one for one in await members.organisations(acting) if one.id == found.entry.organisation_id), None
        ),
        "to_producer": await _trade_name(acting, found.entry.to_producer_id),
        "from_producer": await _trade_name(acting, found.entry.producer_id),
        "today": local_day(acting.at, zone),
        "may_write": acting.has(Role.MANAGER, Role.PRODUCER),
    }
    if error is not None:
        return form.again(request, "batches/entry.html", error, **given)
    return render.page(request, "batches/entry.html", form=form, **given)


async def _trade_name(acting: Acting, producer_id: UUID | None) -> str:
    if producer_id is None:
        return ""
    return (await members.dossier_of(acting.association_id, producer_id)).producer.trade_name


async def _act(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    entry_id: UUID,
    form: Form,
    run: Callable[[], Awaitable[dict[str, Any]]],
) -> Response[Any]:
    """Run one verb about an entry; then the page of what it wrote."""
    try:
        form.check()
        made = await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _entry(request, acting, zone, entry_id, form, error)
    return render.to(request, f"/desk/book/entries/{made['id']}")


@policy(MAKERS)
@post("/desk/book/entries/{entry_id:uuid}/receipt")
async def receive(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, entry_id: FromPath[UUID]
) -> Response[Any]:
    """What another producer sent is here."""
    form = await forms.read(request)
    day, site = form.day("happened_on"), optional_id(form, "site")

    async def run() -> dict[str, Any]:
        assert day is not None  # form.check() has seen to it
        return {"id": str((await receiving.receive(acting, entry_id, happened_on=day, site_id=site)).id)}

    return await _act(request, acting, association.zone, entry_id, form, run)


@policy(MAKERS)
@post("/desk/book/entries/{entry_id:uuid}/return")
async def bring_back(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, entry_id: FromPath[UUID]
) -> Response[Any]:
    """Goods come back: from a shop, or from a subcontractor as they went or made into something."""
    form = await forms.read(request)
    day, reason = form.day("happened_on"), form.text("reason", required=False)
    used = asked(form)
    made = form.value("amount").strip()
    new = new_of(form, word(context.translator_of(request))) if made else None

    async def run() -> dict[str, Any]:
        assert day is not None  # form.check() has seen to it
        sent = await service.found_entry(acting, entry_id)
        gives = await service.used(acting, used)
        if sent.kind is EntryKind.SEND:
            back = await service.bring_back(acting, entry_id, happened_on=day, gives=gives, new=[new()] if new else ())
        elif sent.kind is EntryKind.DISPATCH:
            back = await service.take_back(acting, entry_id, happened_on=day, gives=gives, reason=reason)
        else:
            raise NotFound("book.entry_not_found")
        return {"id": str(back.id)}

    return await _act(request, acting, association.zone, entry_id, form, run)


@policy(MAKERS)
@post("/desk/book/entries/{entry_id:uuid}/reversal")
async def reverse(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, entry_id: FromPath[UUID]
) -> Response[Any]:
    """A mistake is taken back; it stays to be read."""
    form = await forms.read(request)
    why = form.text("why")

    async def run() -> dict[str, Any]:
        return {"id": str((await service.reverse(acting, entry_id, reason=why)).id)}

    return await _act(request, acting, association.zone, entry_id, form, run)


routes: list[Any] = [
    *(choose, show, show_lot, show_entry, receive, bring_back, reverse),
    *(*pages_in.routes, *pages_out.routes),
]
"""The book's addresses; the room's ``pages.py`` collects them."""
