"""Pages of the batch book: what there is, and what came in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.batches.book import model, service
from seal.batches.book.model import EntryKind, Standing
from seal.clock import local_day
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.identity import Acting, Role
from seal.members import service as members
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_MAKERS = Roles(Role.MANAGER, Role.PRODUCER)
_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict, NotFound)
MATERIALS = (
    *("honey", "fruit", "sugar", "milk", "gutted_fish", "fillet", "live_mussel", "greasy_wool", "clean_wool", "yarn"),
    "other",
)


@policy(_EVERYONE)
@get("/desk/book/{producer_id:uuid}")
async def show(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, producer_id: FromPath[UUID]
) -> Response[str]:
    """What a producer has, and the last things written down."""
    return await _show(request, acting, association.zone, producer_id, Form())


async def _show(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    producer_id: UUID,
    form: Form,
    error: SealError | None = None,
) -> Response[str]:
    lots, entries = await service.book(acting, producer_id)
    held = model.balances(entries)
    known = {lot.id: lot for lot in lots}
    given: dict[str, Any] = {
        "producer": await members.producer(acting, producer_id),
        "dossier": await members.dossier(acting, producer_id),
        "stock": [(lot, model.said(held.get(lot.id, 0), lot.dimension)) for lot in lots if held.get(lot.id)],
        "entries": entries[::-1][:50],
        "names": {lot.id: lot.name for lot in lots},
        "said": {
            (entry.id, line.lot_id): model.said(line.change, known[line.lot_id].dimension)
            for entry in entries
            for line in entry.lines
        },
        "materials": MATERIALS,
        "units": list(model.UNITS),
        "today": local_day(acting.at, zone),
        "may_write": acting.has(Role.MANAGER, Role.PRODUCER),
    }
    if error is not None:
        return form.again(request, "batches/book.html", error, **given)
    return render.page(request, "batches/book.html", form=form, **given)


@policy(_MAKERS)
@post("/desk/book/{producer_id:uuid}")
async def intake(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, producer_id: FromPath[UUID]
) -> Response[Any]:
    """Something came in."""
    form = await forms.read(request)
    kind = form.choice("kind", [one.value for one in EntryKind if one in model.INTAKE])
    material, other = form.choice("material", MATERIALS), form.text("other", required=False, most=60)
    amount, unit = form.decimal("amount"), form.choice("unit", list(model.UNITS))
    standing = form.choice("standing", [one.value for one in Standing], required=False)
    site = form.value("site")
    texts = {name: form.text(name, required=False) for name in ("name", "from_whom", "certificate", "signed_by")}
    happened_on = form.day("happened_on")

    async def run() -> dict[str, Any]:
        assert happened_on is not None  # form.check() has seen to it
        value, dimension = model.amount(amount, unit)
        new = service.New(
            other or material,
            value,
            dimension,
            name=texts["name"],
            standing=Standing(standing or Standing.OWN),
            from_whom=texts["from_whom"],
            certificate=texts["certificate"],
        )
        entry, _ = await service.intake(
            acting,
            producer_id,
            new,
            kind=EntryKind(kind),
            happened_on=happened_on,
            site_id=UUID(site) if site else None,
            signed_by=texts["signed_by"],
        )
        return {"id": str(entry.id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _show(request, acting, association.zone, producer_id, form, error)
    return render.to(request, f"/desk/book/{producer_id}")


routes: list[Any] = [show, intake]
"""The book's addresses; the room's ``pages.py`` collects them."""
