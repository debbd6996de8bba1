"""Pages: batches, one batch with its tests and gates, sealing, holding and recalling."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.batches import asking, pages_quantities, pages_release, pages_tests, service, showing
from seal.batches.book import pages as book_pages
from seal.batches.book import service as book
from seal.batches.book.pages_shared import asked
from seal.batches.declaring import NAME_MOST
from seal.batches.model import Action, Advice, Batch
from seal.certificates.model import ReasonClass
from seal.clock import local_day
from seal.errors import NotFound, SealError
from seal.identity import Acting, Role
from seal.members import service as members
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MAKERS = Roles(Role.MANAGER, Role.PRODUCER)
_STAFF = Roles(Role.MANAGER, Role.CERTIFIER, Role.AUDITOR)


@policy(_EVERYONE)
@get("/desk/batches")
async def list_batches(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    found = await service.batches(acting)
    return render.page(
        request,
        "batches/list.html",
        batches=found,
        states=await service.states(acting.association_id, found),
        names={one.id: one.trade_name for one in await members.producers(acting)},
    )


@policy(_MAKERS)
@get("/desk/batches/new")
async def new(request: Request[Any, Any, Any], acting: Actor, association: Tenancy) -> Response[str]:
    """Which producer, then which product and site: two short pages instead of one that needs script."""
    return await _new(request, acting, association.zone, Form())


async def _new(
    request: Request[Any, Any, Any], acting: Acting, zone: str, form: Form, error: SealError | None = None
) -> Response[str]:
    producers = await members.producers(acting)
    wanted = form.value("producer") or request.query_params.get("producer", "")
    chosen = next((one for one in producers if str(one.id) == wanted), producers[0] if len(producers) == 1 else None)
    given: dict[str, Any] = {
        "producers": producers,
        "dossier": await members.dossier(acting, chosen.id) if chosen else None,
        "today": local_day(acting.at, zone),
        "stock": await book.stock(acting, chosen.id) if chosen else (),
        "named": await asking.names_asked(acting, chosen.id) if chosen else (),
    }
    if error is not None:
        return form.again(request, "batches/new.html", error, **given)
    return render.page(request, "batches/new.html", form=form, **given)


@policy(_MAKERS)
@post("/desk/batches")
async def declare(request: Request[Any, Any, Any], acting: Actor, association: Tenancy) -> Response[Any]:
    form = await forms.read(request)
    producer, product, site = form.uuid("producer"), form.uuid("product"), form.uuid("site")
    lot = form.text("lot", most=20)
    units = form.integer("units", low=1, high=65_535)
    produced_on, use_by = form.day("produced_on"), form.day("use_by", required=False)
    recipe, dye_lot = (form.text(name, required=False, most=NAME_MOST) for name in ("recipe", "dye_lot"))
    used = asked(form)

    async def run() -> dict[str, Any]:
        assert produced_on is not None  # form.check() has seen to it
        batch = await service.declare(
            acting,
            producer_id=producer,
            product_id=product,
            site_id=site,
            lot=lot,
            units=units,
            produced_on=produced_on,
            use_by=use_by,
            made_of=await book.used(acting, used),
            recipe=recipe,
            dye_lot=dye_lot,
        )
        return {"id": str(batch.id)}

    try:
        form.check()
        made = await form.once(request, acting, run, atomic=True)
    except showing.FORM_ERRORS as error:
        return await _new(request, acting, association.zone, form, error)
    return render.to(request, f"/desk/batches/{made['id']}")


@policy(_EVERYONE)
@get("/desk/batches/{batch_id:uuid}")
async def show(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[str]:
    return await showing.show(request, acting, association.zone, batch_id, Form())


@policy(_MAKERS)
@post("/desk/batches/{batch_id:uuid}/seal")
async def seal(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)

    async def run() -> dict[str, Any]:
        return {"code": (await service.seal(acting, batch_id)).code}

    return await showing.act(request, acting, association.zone, batch_id, form, run)


@policy(_MAKERS)
@post("/desk/batches/{batch_id:uuid}/discard")
async def discard(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    reason = form.text("reason", most=2000)

    async def run() -> dict[str, Any]:
        return {"state": (await service.discard(acting, batch_id, reason=reason)).state.value}

    return await showing.act(request, acting, association.zone, batch_id, form, run, atomic=True)


@policy(_STAFF)
@post("/desk/batches/{batch_id:uuid}/{action:str}")
async def stop(
    request: Request[Any, Any, Any],
    acting: Actor,
    association: Tenancy,
    batch_id: FromPath[UUID],
    action: FromPath[str],
) -> Response[Any]:
    """Hold, release, recall or revoke."""
    form = await forms.read(request)
    verbs: dict[str, Callable[..., Awaitable[Batch]]] = {
        Action.HOLD.value: service.hold,
        Action.RELEASE.value: service.release,
        Action.RECALL.value: service.recall,
        Action.REVOKE.value: service.revoke,
    }
    if action not in verbs:
        raise NotFound("batch.not_found")
    given: dict[str, Any] = {"reason": form.text("reason", most=2000)}
    if action != Action.RELEASE:
        given["reason_class"] = form.choice("reason_class", [one.value for one in ReasonClass])
    if action == Action.RECALL:
        given["advice"] = form.choice("advice", [one.value for one in Advice])

    async def run() -> dict[str, Any]:
        return {"state": (await verbs[action](acting, batch_id, **given)).state.value}

    return await showing.act(request, acting, association.zone, batch_id, form, run)


routes: list[Any] = [
    list_batches, new, declare, show, seal, discard, stop,
    *pages_tests.routes, *pages_release.routes, *pages_quantities.routes, *book_pages.routes,
]  # fmt: skip
