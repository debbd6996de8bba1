"""The page "what went out": made, blended, split, lost, dispatched, sent to a subcontractor. One act at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.batches.book import model, service
from seal.batches.book.model import EntryKind, Lot
from seal.batches.book.pages_shared import (
    FORM_ERRORS,
    MAKERS,
    asked,
    book_of,
    materials_of,
    new_of,
    picked,
    word,
)
from seal.batches.book.service import New
from seal.clock import local_day
from seal.errors import BadInput, SealError
from seal.identity import Acting
from seal.members import service as members
from seal.members.model import OrganisationKind
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import policy

ACTS = (EntryKind.DISPATCH, EntryKind.MAKE, EntryKind.BLEND, EntryKind.SPLIT, EntryKind.LOSE, EntryKind.SEND)
WITH_BATCHES = frozenset({EntryKind.DISPATCH, EntryKind.LOSE, EntryKind.SEND})
"""Acts on finished units too."""
PARTS = 4
"""Lots that one form may split a lot into."""
_RECEIVERS = {"organisation": "organisation_id", "producer": "to_producer_id"}
Write = Callable[[], Awaitable[model.Entry]]


@policy(MAKERS)
@get("/desk/book/{producer_id:uuid}/out")
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
    wanted = form.value("act") or request.query_params.get("act", "")
    act = next((one for one in ACTS if one == wanted), None)
    stock = [
        (lot, amount, unit, model.LARGE[lot.dimension])
        for lot, amount, unit in book["stock"]
        if act in WITH_BATCHES or lot.batch_id is None
    ]
    made = await materials_of(acting, producer_id)
    everyone = await members.organisations(acting)
    given: dict[str, Any] = {
        **book,
        "act": act.value if act else "",
        "acts": [one.value for one in ACTS],
        "stock": stock,
        "materials": made,
        "units": list(model.UNITS),
        "parts": range(1, PARTS + 1),
        "organisations": sorted(everyone, key=lambda one: one.kind is not OrganisationKind.SUBCONTRACTOR)
        if act is EntryKind.SEND
        else everyone,
        "neighbours": await _neighbours(acting, producer_id),
        "open": await _open(book["entries"]),
        "today": local_day(acting.at, zone),
    }
    if error is not None:
        return form.again(request, "batches/out.html", error, **given)
    return render.page(request, "batches/out.html", form=form, **given)


async def _neighbours(acting: Acting, producer_id: UUID) -> list[tuple[UUID, str]]:
    """The other producers of the association, who may be sent goods."""
    found = await members.trade_names(acting)
    return [(one, name) for one, name in found if one != producer_id]


async def _open(entries: tuple[model.Entry, ...]) -> list[model.Entry]:
    """The latest goods out that something may come back from, newest first."""
    stands = model.standing_entries(entries)
    return [one for one in reversed(stands) if one.kind in (EntryKind.SEND, EntryKind.DISPATCH)][:10]


@policy(MAKERS)
@post("/desk/book/{producer_id:uuid}/out")
async def write(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, producer_id: FromPath[UUID]
) -> Response[Any]:
    """Something went out, or was made of what there is."""
    form = await forms.read(request)
    act = picked(form, "act", ACTS)
    try:
        run_it = await _verb(request, acting, producer_id, form, act)
        form.check()

        async def run() -> dict[str, Any]:
            return {"id": str((await run_it()).id)}

        made = await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _show(request, acting, association.zone, producer_id, form, error)
    return render.to(request, f"/desk/book/entries/{made['id']}")


async def _verb(
    request: Request[Any, Any, Any], acting: Acting, producer_id: UUID, form: Form, act: EntryKind
) -> Write:
    """The act of the form, with its faults noted; it is not done yet."""
    day, used = form.day("happened_on"), asked(form)
    reason = form.text("reason", required=act is EntryKind.LOSE)
    named = word(context.translator_of(request))
    to = form.value("to")
    if act in (EntryKind.DISPATCH, EntryKind.SEND) and not to:
        form.fault("to", "form.needed")
    new = new_of(form, named) if act is EntryKind.MAKE else None
    names = {place: form.text(f"name_{place}", required=False, most=model.NAME_MOST) for place in range(1, PARTS + 1)}
    amounts = {place: form.decimal(f"part_{place}", required=False) for place in names}
    result, name = form.decimal("result", required=False), form.text("name", required=False, most=model.NAME_MOST)
    if not used:
        raise BadInput("book.nothing_used", field="lots")

    async def run() -> model.Entry:
        assert day is not None  # form.check() has seen to it
        takes = await service.used(acting, used)
        if act is EntryKind.LOSE:
            return await service.lose(acting, producer_id, happened_on=day, takes=takes, reason=reason)
        if act is EntryKind.DISPATCH:
            return await service.dispatch(
                acting, producer_id, happened_on=day, takes=takes, reason=reason, **_receiver(to)
            )
        if act is EntryKind.SEND:
            organisation = _receiver(to).get("organisation_id") or UUID(int=0)
            return await service.send(acting, producer_id, happened_on=day, takes=takes, organisation_id=organisation)
        lots = await service.found_lots(acting, [lot_id for lot_id, _ in takes])
        parts = list(zip(names.values(), amounts.values(), strict=True))
        made = [new()] if new else _same(lots, takes, result, name, parts, act)
        return await service.make(acting, producer_id, kind=act, happened_on=day, takes=takes, new=made, reason=reason)

    return run


def _receiver(to: str) -> dict[str, UUID]:
    """``organisation:ID`` or ``producer:ID`` as the page sends it. Raises ``BadInput('form.choice')``."""
    kind, _, number = to.partition(":")
    try:
        return {_RECEIVERS[kind]: UUID(number)}
    except (KeyError, ValueError):
        raise BadInput("form.choice", field="to") from None


def _same(
    lots: dict[UUID, Lot],
    takes: list[tuple[UUID, int]],
    result: str,
    name: str,
    parts: list[tuple[str, str]],
    act: EntryKind,
) -> list[New]:
    """What comes of a blend (all that went in, unless told) or a split: lots of the same material and readings."""
    first = next(iter(lots.values()))
    unit = model.LARGE[first.dimension]

    def new(amount: int, called: str) -> New:
        return New(
            first.material,
            amount,
            first.dimension,
            name=called,
            standing=max((one.standing for one in lots.values()), key=list(model.Standing).index),
            main=first.main,
            readings=first.readings if act is EntryKind.SPLIT else {},
            stem=first.name[:24],
        )

    if act is EntryKind.BLEND:
        whole = sum(amount for _, amount in takes)
        return [new(model.amount(result, unit, field="result")[0] if result else whole, name)]
    return [
        new(model.amount(amount, unit, field=f"part_{place}")[0], called)
        for place, (called, amount) in enumerate(parts, start=1)
        if amount
    ]


routes: list[Any] = [show, write]
"""The addresses of what went out; the room's ``pages.py`` collects them."""
