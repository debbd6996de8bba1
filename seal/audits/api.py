"""JSON: the same verbs on audits as the pages. Answers and evidence may be sent again: the client makes their ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from seal.audits import api_findings, api_products, service
from seal.audits.api_answers import AnswerOut, AnswersIn, EvidenceIn, EvidenceOut, decoded
from seal.audits.api_bodies import (
    AbortIn,
    AuditDetailOut,
    AuditOut,
    ConclusionOut,
    DeclarationIn,
    FactsIn,
    PersonIn,
    PlanIn,
    ReasonIn,
)
from seal.identity import Acting, Role
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MANAGER = Roles(Role.MANAGER)
_AUDITOR = Roles(Role.AUDITOR)
_REVIEWER = Roles(Role.MANAGER, Role.AUDITOR)


async def _once(
    request: Request[Any, Any, Any], acting: Acting, audit_id: UUID, verb: Callable[[], Awaitable[object]]
) -> AuditOut:
    """Run one verb once, and give the audit as it stands then."""

    async def run() -> dict[str, Any]:
        await verb()
        return {}

    await once.api(request, acting, run, atomic=True)
    return AuditOut.of(await service.audit(acting, audit_id))


@policy(_EVERYONE)
@get("/api/v1/audits")
async def list_audits(acting: Actor, producer: FromQuery[UUID | None] = None) -> list[AuditOut]:
    """The audits that the caller may see, newest planned day first."""
    return [AuditOut.of(audit) for audit in await service.audits(acting, producer)]


@policy(_EVERYONE)
@get("/api/v1/audits/{audit_id:uuid}")
async def detail(acting: Actor, audit_id: FromPath[UUID]) -> AuditDetailOut:
    """One audit with all that belongs to it; producers get the answers once they are submitted."""
    return AuditDetailOut.of(await service.work(acting, audit_id))


@policy(_MANAGER)
@post("/api/v1/audits")
async def plan(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[PlanIn]) -> AuditOut:
    """Plan an audit. Refused with every reason, conflicts of interest of each auditor included."""

    async def run() -> dict[str, Any]:
        return {"id": str((await service.plan(acting, **data.model_dump())).id)}

    made = await once.api(request, acting, run, atomic=True)
    return AuditOut.of(await service.audit(acting, UUID(made["id"])))


@policy(_MANAGER)
@post("/api/v1/audits/{audit_id:uuid}/team")
async def assign(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], data: JSONBody[PersonIn]
) -> AuditOut:
    """Add an auditor to the team."""
    return await _once(request, acting, audit_id, lambda: service.assign(acting, audit_id, data.person_id))


@policy(_MANAGER)
@post("/api/v1/audits/{audit_id:uuid}/team/{person_id:uuid}/end")
async def unassign(
    request: Request[Any, Any, Any],
    acting: Actor,
    audit_id: FromPath[UUID],
    person_id: FromPath[UUID],
    data: JSONBody[ReasonIn],
) -> AuditOut:
    """Take an auditor off the team before the start."""
    return await _once(
        request, acting, audit_id, lambda: service.unassign(acting, audit_id, person_id, reason=data.reason)
    )


@policy(_AUDITOR)
@post("/api/v1/audits/{audit_id:uuid}/declaration")
async def declare(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], data: JSONBody[DeclarationIn]
) -> AuditOut:
    """Declare conflicts of interest, or none."""
    return await _once(request, acting, audit_id, lambda: service.declare_conflicts(acting, audit_id, data.conflict))


@policy(_AUDITOR)
@post("/api/v1/audits/{audit_id:uuid}/start")
async def start(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> AuditOut:
    """Start: facts and checklist are frozen by digest."""
    return await _once(request, acting, audit_id, lambda: service.start(acting, audit_id))


@policy(_AUDITOR)
@post("/api/v1/audits/{audit_id:uuid}/facts")
async def correct_facts(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], data: JSONBody[FactsIn]
) -> AuditOut:
    """Correct the frozen facts on site; the checklist is derived anew and every answer stays."""
    return await _once(
        request,
        acting,
        audit_id,
        lambda: service.correct_facts(acting, audit_id, data.told(), reason=data.reason, confirmed=data.confirmed),
    )


@policy(Roles(Role.AUDITOR, Role.MANAGER, upload=True))
@post("/api/v1/audits/{audit_id:uuid}/answers")
async def answer(acting: Actor, audit_id: FromPath[UUID], data: JSONBody[AnswersIn]) -> list[AnswerOut]:
    """Take answers, all or none. The same answer under its id again is accepted; another under it is a conflict.
    With ``filled_by``, paper that an auditor filled is keyed in by somebody else."""
    stored = await service.answer(acting, audit_id, [item.given() for item in data.answers])
    return [AnswerOut.of(one) for one in stored]


@policy(Roles(Role.AUDITOR, upload=True))
@post("/api/v1/audits/{audit_id:uuid}/evidence")
async def attach_evidence(acting: Actor, audit_id: FromPath[UUID], data: JSONBody[EvidenceIn]) -> EvidenceOut:
    """Keep a file as evidence of an answer. Safe to send again under its id."""
    kept = await service.attach_evidence(
        acting,
        audit_id,
        id=data.id,
        answer_id=data.answer_id,
        data=decoded(data.data_base64),
        declared_type=data.media_type,
        device=data.device.value() if data.device else None,
    )
    return EvidenceOut(
        id=kept.id, answer_id=kept.answer_id, file_id=kept.file_id, sha256=kept.sha256, media_type=kept.media_type
    )


@policy(_AUDITOR)
@post("/api/v1/audits/{audit_id:uuid}/submit")
async def submit(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> AuditOut:
    """Hand in the answers. Refused with everything that is missing; findings are raised."""
    return await _once(request, acting, audit_id, lambda: service.submit(acting, audit_id))


@policy(_MANAGER)
@post("/api/v1/audits/{audit_id:uuid}/return")
async def return_for_completion(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], data: JSONBody[ReasonIn]
) -> AuditOut:
    """Send an audit back; changes are then amendments with a reason each."""
    return await _once(
        request, acting, audit_id, lambda: service.return_for_completion(acting, audit_id, reason=data.reason)
    )


@policy(_REVIEWER)
@post("/api/v1/audits/{audit_id:uuid}/abort")
async def abort(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], data: JSONBody[AbortIn]
) -> AuditOut:
    """The audit could not be made or finished."""
    return await _once(
        request, acting, audit_id, lambda: service.abort(acting, audit_id, cause=data.cause, reason=data.reason)
    )


@policy(_MANAGER)
@post("/api/v1/audits/{audit_id:uuid}/void")
async def void(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], data: JSONBody[ReasonIn]
) -> AuditOut:
    """Void an audit, by someone who was never in its team."""
    return await _once(request, acting, audit_id, lambda: service.void(acting, audit_id, reason=data.reason))


@policy(_REVIEWER)
@post("/api/v1/audits/{audit_id:uuid}/conclude")
async def conclude(request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID]) -> ConclusionOut:
    """Conclude, once and for good. Certifies nothing."""

    async def run() -> dict[str, Any]:
        await service.conclude(acting, audit_id)
        return {}

    await once.api(request, acting, run, atomic=True)
    return ConclusionOut.of(await service.concluded(acting, audit_id))


@policy(_EVERYONE)
@get("/api/v1/audits/{audit_id:uuid}/conclusion")
async def conclusion(acting: Actor, audit_id: FromPath[UUID]) -> ConclusionOut:
    """The conclusion of an audit that the caller may see."""
    return ConclusionOut.of(await service.concluded(acting, audit_id))


routes: list[Any] = [
    list_audits,
    detail,
    plan,
    assign,
    unassign,
    declare,
    start,
    correct_facts,
    answer,
    attach_evidence,
    submit,
    return_for_completion,
    abort,
    void,
    conclude,
    conclusion,
    *api_findings.routes,
    *api_products.routes,
]
