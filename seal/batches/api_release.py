"""JSON: what stands against a seal, what two persons let stand, and the results that batches are sealed without."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.batches import service
from seal.batches.awaiting import Awaited
from seal.batches.conditioning import Waiting
from seal.batches.conditions import Condition
from seal.batches.waivers import REASON_MOST, Waiver
from seal.errors import Reason
from seal.identity import Role
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_TESTERS = Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER)
_APPROVERS = Roles(Role.MANAGER, Role.CERTIFIER)
Params = dict[str, str | int]


class GateReason(BaseModel):
    """A reason against sealing. ``subject``: what a waiver of it names."""

    code: str
    params: Params
    subject: str


class WaivedReason(GateReason):
    waiver_id: UUID


class AwaitedReason(GateReason):
    condition_id: UUID
    due_on: date


class GatesOut(BaseModel):
    """``open``: it may be sealed now; else every reason why not. ``waived``: reasons that two persons let stand.
    ``awaited``: results that it would be sealed without for now."""

    open: bool
    reasons: list[GateReason]
    waived: list[WaivedReason]
    awaited: list[AwaitedReason]


class WaiverIn(BaseModel):
    """``gate`` and ``subject`` as the gates of the batch give them (``code``, ``subject``)."""

    model_config = ConfigDict(extra="forbid")
    gate: str = Field(max_length=60)
    subject: str = Field(default="", max_length=200)
    reason: str = Field(max_length=REASON_MOST)
    file_id: UUID | None = None


class EndIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: str = Field(max_length=REASON_MOST)


class WaiverOut(BaseModel):
    """``state``: asked, approved, withdrawn, refused or revoked."""

    id: UUID
    batch_id: UUID
    state: str
    gate: str
    subject: str
    params: Params
    reason: str
    file_id: UUID | None
    asked_by: UUID
    asked_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    ended_by: UUID | None
    ended_at: datetime | None
    end_reason: str | None


class ConditionIn(BaseModel):
    """A sample of a test that may be awaited is at a laboratory."""

    model_config = ConfigDict(extra="forbid")
    test_id: str = Field(max_length=40)
    laboratory: str = Field(max_length=120)
    sampled_on: date


class ConditionOut(BaseModel):
    """``standing``: awaited, overdue, failed or lifted, as it is today."""

    id: UUID
    batch_id: UUID
    test_id: str
    laboratory: str
    sampled_on: date
    due_on: date
    opened_at: datetime
    standing: str
    result_id: UUID | None


class HolderOut(BaseModel):
    """Who has how many units; ``kind``: shop, other organisation, or ``producer``."""

    name: str
    kind: str
    units: int


class WaitingOut(BaseModel):
    """A batch that is out without a result, ready to be called back: who has it, and what never left."""

    condition: ConditionOut
    lot: str
    code: str
    state: str
    producer_id: UUID
    product_id: UUID
    units: int
    sealed_on: date | None
    holders: list[HolderOut]
    at_home: int


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "params": dict(reason.params), "subject": service.subject_of(reason)}


def _waiver(one: Waiver) -> WaiverOut:
    return WaiverOut(
        id=one.id,
        batch_id=one.batch_id,
        state=one.state.value,
        gate=one.gate,
        subject=one.subject,
        params=dict(one.told),
        reason=one.reason,
        file_id=one.file_id,
        asked_by=one.asked_by,
        asked_at=one.asked_at,
        approved_by=one.approved_by,
        approved_at=one.approved_at,
        ended_by=one.end.by if one.end else None,
        ended_at=one.end.at if one.end else None,
        end_reason=one.end.reason if one.end else None,
    )


def _condition(one: Condition, standing: str) -> ConditionOut:
    return ConditionOut(
        id=one.id,
        batch_id=one.batch_id,
        test_id=one.test_id,
        laboratory=one.laboratory,
        sampled_on=one.sampled_on,
        due_on=one.due_on,
        opened_at=one.opened_at,
        standing=standing,
        result_id=one.result_id,
    )


def _awaited(one: Awaited) -> ConditionOut:
    return _condition(one.condition, one.standing.value)


def _waiting(one: Waiting) -> WaitingOut:
    batch = one.batch
    return WaitingOut(
        condition=_awaited(one.awaited),
        lot=batch.lot,
        code=batch.code,
        state=batch.state.value,
        producer_id=batch.producer_id,
        product_id=batch.product_id,
        units=batch.units,
        sealed_on=batch.sealed_on,
        holders=[HolderOut(name=who.name, kind=who.kind, units=who.units) for who in one.holders],
        at_home=one.at_home,
    )


@policy(_EVERYONE)
@get("/api/v1/batches/{batch_id:uuid}/gates")
async def gates(acting: Actor, batch_id: FromPath[UUID]) -> GatesOut:
    """Every reason why the batch may not be sealed now, and what it would be sealed with."""
    found = await service.judged(acting, batch_id)
    return GatesOut(
        open=not found.standing,
        reasons=[GateReason(**_reason(one)) for one in found.standing],
        waived=[WaivedReason(**_reason(one), waiver_id=waiver.id) for one, waiver in found.waived],
        awaited=[AwaitedReason(**_reason(one), condition_id=by.id, due_on=by.due_on) for one, by in found.awaited],
    )


@policy(_EVERYONE)
@get("/api/v1/batches/{batch_id:uuid}/waivers")
async def list_waivers(acting: Actor, batch_id: FromPath[UUID]) -> list[WaiverOut]:
    """Oldest first, ended ones too."""
    return [_waiver(one) for one in await service.waivers(acting, batch_id)]


@policy(_EVERYONE)
@get("/api/v1/waivers")
async def list_asked(acting: Actor) -> list[WaiverOut]:
    """Those that wait for a second person."""
    return [_waiver(one) for _, one in await service.waivers_asked(acting)]


@policy(_TESTERS)
@post("/api/v1/batches/{batch_id:uuid}/waivers")
async def ask(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[WaiverIn]
) -> WaiverOut:
    """Ask that a reason be let stand; another person approves it."""

    async def run() -> dict[str, Any]:
        return _waiver(await service.ask_waiver(acting, batch_id, **data.model_dump())).model_dump(mode="json")

    return WaiverOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_APPROVERS)
@post("/api/v1/waivers/{waiver_id:uuid}/approve")
async def approve(request: Request[Any, Any, Any], acting: Actor, waiver_id: FromPath[UUID]) -> WaiverOut:
    """By another person than the one who asked, with no interest in the producer."""

    async def run() -> dict[str, Any]:
        return _waiver(await service.approve_waiver(acting, waiver_id)).model_dump(mode="json")

    return WaiverOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_EVERYONE)
@post("/api/v1/waivers/{waiver_id:uuid}/end")
async def end(
    request: Request[Any, Any, Any], acting: Actor, waiver_id: FromPath[UUID], data: JSONBody[EndIn]
) -> WaiverOut:
    """Take back, refuse or revoke, before the batch is sealed."""

    async def run() -> dict[str, Any]:
        return _waiver(await service.end_waiver(acting, waiver_id, reason=data.reason)).model_dump(mode="json")

    return WaiverOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_EVERYONE)
@get("/api/v1/batches/{batch_id:uuid}/conditions")
async def list_conditions(acting: Actor, batch_id: FromPath[UUID]) -> list[ConditionOut]:
    return [_awaited(one) for one in await service.conditions(acting, batch_id)]


@policy(_TESTERS)
@post("/api/v1/batches/{batch_id:uuid}/conditions")
async def await_result(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[ConditionIn]
) -> ConditionOut:
    """A sample is at the laboratory: the batch may be sealed meanwhile, where the protocol's test allows it."""

    async def run() -> dict[str, Any]:
        found = await service.await_result(acting, batch_id, **data.model_dump())
        return _condition(found, "awaited").model_dump(mode="json")

    return ConditionOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_EVERYONE)
@get("/api/v1/conditions")
async def list_waiting(acting: Actor) -> list[WaitingOut]:
    """Batches that are out without a result, by the day that it is due: whom to call if it is bad."""
    return [_waiting(one) for one in await service.waiting(acting)]


routes: list[Any] = [
    gates, list_waivers, list_asked, ask, approve, end, list_conditions, await_result, list_waiting,
]  # fmt: skip
