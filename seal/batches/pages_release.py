"""Pages: asking for an exception, approving it, and the list of batches that are out without a result."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations.directory import Tenancy
from seal.batches import service, showing
from seal.batches.waivers import REASON_MOST
from seal.clock import local_day
from seal.identity import Role
from seal.members import service as members
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_APPROVERS = Roles(Role.MANAGER, Role.CERTIFIER)


@policy(Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER, upload=True))
@post("/desk/batches/{batch_id:uuid}/waivers")
async def ask(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, batch_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    gate, subject = form.text("gate", most=60), form.text("subject", required=False)
    reason, file = form.text("reason", most=REASON_MOST), form.upload("report", required=False)

    async def run() -> dict[str, Any]:
        await service.batch(acting, batch_id)
        kept = await showing.keep(acting, file)
        asked = await service.ask_waiver(acting, batch_id, gate=gate, subject=subject, reason=reason, file_id=kept)
        return {"id": str(asked.id)}

    return await showing.act(request, acting, association.zone, batch_id, form, run, atomic=True)


@policy(_APPROVERS)
@post("/desk/waivers/{waiver_id:uuid}/approve")
async def approve(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, waiver_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    batch_id = await service.batch_of_waiver(acting, waiver_id)

    async def run() -> dict[str, Any]:
        return {"state": (await service.approve_waiver(acting, waiver_id)).state.value}

    return await showing.act(request, acting, association.zone, batch_id, form, run, atomic=True)


@policy(_EVERYONE)
@post("/desk/waivers/{waiver_id:uuid}/end")
async def end(
    request: Request[Any, Any, Any], acting: Actor, association: Tenancy, waiver_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    batch_id = await service.batch_of_waiver(acting, waiver_id)
    reason = form.text("reason", most=REASON_MOST)

    async def run() -> dict[str, Any]:
        return {"state": (await service.end_waiver(acting, waiver_id, reason=reason)).state.value}

    return await showing.act(request, acting, association.zone, batch_id, form, run, atomic=True)


@policy(_EVERYONE)
@get("/desk/conditions")
async def conditions(request: Request[Any, Any, Any], acting: Actor, association: Tenancy) -> Response[str]:
    """Who has what, of the batches whose result is not in: ready for a recall."""
    return render.page(
        request,
        "batches/conditions.html",
        waiting=await service.waiting(acting),
        names={one.id: one.trade_name for one in await members.producers(acting)},
        today=local_day(acting.at, association.zone),
    )


routes: list[Any] = [ask, approve, end, conditions]
