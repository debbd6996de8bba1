"""Pages: batches, one batch with its tests and gates, sealing, holding and recalling."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.batches import service
from seal.batches.book import pages as book_pages
from seal.batches.book import service as book
from seal.batches.model import TRANSITIONS, Action, Advice, Batch, State
from seal.certificates.model import ReasonClass
from seal.clock import local_day
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.files import service as files
from seal.identity import Acting, Role
from seal.members import service as members
from seal.protocols.plans import results
from seal.protocols.terms import Tester
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MAKERS = Roles(Role.MANAGER, Role.PRODUCER)
_STAFF = Roles(Role.MANAGER, Role.CERTIFIER, Role.AUDITOR)
_USED = re.compile(r"of_[0-9a-f-]{36}")
"""Fields that say how much of a lot was used, in the unit that the page shows."""
FORM_ERRORS = (BadInput, Refused, Conflict, NotFound)


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
    asked = form.value("producer") or request.query_params.get("producer", "")
    chosen = next((one for one in producers if str(one.id) == asked), producers[0] if len(producers) == 1 else None)
    given: dict[str, Any] = {
        "producers": producers,
        "dossier": await members.dossier(acting, chosen.id) if chosen else None,
        "today": local_day(acting.at, zone),
        "stock": await book.stock(acting, chosen.id) if chosen else (),
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
    named = [name for name in form.fields if _USED.fullmatch(name) and form.value(name).strip()]
    used = {name.removeprefix("of_"): form.decimal(name) for name in named}

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
        )
        return {"id": str(batch.id)}

    try:
        form.check()
        made = await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _new(request, acting, association.zone, form, error)
    return render.to(request, f"/desk/batches/{made['id']}")


@policy(_EVERYONE)
@get("/desk/batches/{batch_id:uuid}")
async def show(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[str]:
    return await _show(request, acting, association.zone, batch_id, Form())


async def _show(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    batch_id: UUID,
    form: Form,
    error: SealError | None = None,
) -> Response[str]:
    batch = await service.batch(acting, batch_id)
    state, decision = await service.standing(batch)
    waiting = batch.state in (State.DECLARED, State.HELD)
    dossier = await members.dossier(acting, batch.producer_id)
    given: dict[str, Any] = {
        "batch": batch,
        "state": state,
        "decision": decision,
        "dossier": dossier,
        "product": next(one for one in dossier.products if one.id == batch.product_id),
        "site": next(one for one in dossier.sites if one.id == batch.site_id),
        "against": await service.gates(acting, batch_id) if waiting else (),
        "required": await service.required_tests(acting, batch_id),
        "results": await service.tests(acting, batch_id),
        "waiting": waiting,
        "actions": _actions(batch, acting),
        "classes": [one.value for one in ReasonClass],
        "advice": [one.value for one in Advice],
        "parts": results,
        "testers": [one.value for one in Tester],
        "today": local_day(acting.at, zone),
    }
    if error is not None:
        return form.again(request, "batches/detail.html", error, **given)
    return render.page(request, "batches/detail.html", form=form, **given)


WHO = {
    Action.HOLD: (Role.MANAGER, Role.CERTIFIER, Role.AUDITOR),
    Action.RELEASE: (Role.MANAGER, Role.CERTIFIER),
    Action.RECALL: (Role.MANAGER, Role.CERTIFIER),
    Action.REVOKE: (Role.CERTIFIER,),
    Action.DISCARD: (Role.MANAGER, Role.PRODUCER),
}
"""Which buttons a person sees; the verbs ask again."""


def _actions(batch: Batch, acting: Acting) -> list[str]:
    return [action.value for action in TRANSITIONS[batch.state] if action in WHO and acting.has(*WHO[action])]


async def _act(
    request: Request[Any, Any, Any],
    acting: Acting,
    zone: str,
    batch_id: UUID,
    form: Form,
    run: Callable[[], Awaitable[dict[str, Any]]],
    *,
    atomic: bool = False,
) -> Response[Any]:
    """Run one verb of the form; the batch's page again, with what was wrong or without."""
    try:
        form.check()
        await form.once(request, acting, run, atomic=atomic)
    except FORM_ERRORS as error:
        return await _show(request, acting, zone, batch_id, form, error)
    return render.to(request, f"/desk/batches/{batch_id}")


@policy(_MAKERS)
@post("/desk/batches/{batch_id:uuid}/seal")
async def seal(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)

    async def run() -> dict[str, Any]:
        return {"code": (await service.seal(acting, batch_id)).code}

    return await _act(request, acting, association.zone, batch_id, form, run)


@policy(Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER, upload=True))
@post("/desk/batches/{batch_id:uuid}/tests")
async def record_test(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    test_id, by = form.text("test_id", most=40), form.choice("by", [one.value for one in Tester])
    value, unit = form.text("value", most=400), form.text("unit", required=False, most=40)
    tested_on, laboratory = form.day("tested_on"), form.text("laboratory", required=False, most=120)
    report = form.upload("report", required=False)
    presence = _presence(request)
    value = ";".join(presence.get(part.casefold(), part) for part in results(value)) or value

    async def run() -> dict[str, Any]:
        assert tested_on is not None  # form.check() has seen to it
        await service.batch(acting, batch_id)
        file_id = None
        if report is not None and report.data:
            kept = await files.put(
                acting.association_id,
                report.data,
                declared_type=report.declared_type,
                author=acting.person_id,
                at=acting.at,
            )
            file_id = kept.id
        result = await service.record_test(
            acting,
            batch_id,
            test_id=test_id,
            value=value,
            unit=unit,
            by=by,
            tested_on=tested_on,
            laboratory=laboratory or None,
            file_id=file_id,
        )
        return {"id": str(result.id)}

    return await _act(request, acting, association.zone, batch_id, form, run, atomic=True)


def _presence(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The two results of an absence test, as people write them in their language."""
    t = context.translator_of(request)
    return {t(f"batches.value.{value}").casefold(): value for value in ("absent", "present")}


@policy(_MAKERS)
@post("/desk/batches/{batch_id:uuid}/discard")
async def discard(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    reason = form.text("reason", most=2000)

    async def run() -> dict[str, Any]:
        return {"state": (await service.discard(acting, batch_id, reason=reason)).state.value}

    return await _act(request, acting, association.zone, batch_id, form, run, atomic=True)


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

    return await _act(request, acting, association.zone, batch_id, form, run)


routes: list[Any] = [list_batches, new, declare, show, seal, record_test, discard, stop, *book_pages.routes]
