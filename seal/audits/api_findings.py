"""JSON: findings and corrective actions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from seal.audits import service
from seal.audits.api_answers import decoded
from seal.audits.api_bodies import (
    DeadlineIn,
    FindingOut,
    GradeIn,
    ReasonIn,
    ResponseIn,
    RulingIn,
    VerificationIn,
)
from seal.audits.findings import FindingAction
from seal.audits.service import Upload
from seal.identity import Acting, Role
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_REVIEWER = Roles(Role.MANAGER, Role.AUDITOR)


async def _once(
    request: Request[Any, Any, Any], acting: Acting, finding_id: UUID, verb: Callable[[], Awaitable[object]]
) -> FindingOut:
    async def run() -> dict[str, Any]:
        await verb()
        return {}

    await once.api(request, acting, run, atomic=True)
    return FindingOut.of(await service.finding(acting, finding_id))


@policy(_EVERYONE)
@get("/api/v1/findings")
async def list_findings(acting: Actor, producer: FromQuery[UUID | None] = None) -> list[FindingOut]:
    """Findings of the audits that the caller may see."""
    return [FindingOut.of(one) for one in await service.findings_of(acting, producer)]


@policy(_EVERYONE)
@get("/api/v1/findings/{finding_id:uuid}")
async def one_finding(acting: Actor, finding_id: FromPath[UUID]) -> FindingOut:
    """One finding with its history."""
    return FindingOut.of(await service.finding(acting, finding_id))


@policy(Roles(Role.PRODUCER, upload=True))
@post("/api/v1/findings/{finding_id:uuid}/response")
async def respond(
    request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID], data: JSONBody[ResponseIn]
) -> FindingOut:
    """The producer's corrective action: cause, correction, prevention, with a file if there is one."""
    file = Upload(decoded(data.file.data_base64), data.file.media_type) if data.file else None
    return await _once(
        request,
        acting,
        finding_id,
        lambda: service.respond(
            acting,
            finding_id,
            cause=data.cause,
            correction=data.correction,
            prevention=data.prevention,
            file=file,
            planned_only=data.planned_only,
        ),
    )


@policy(_REVIEWER)
@post("/api/v1/findings/{finding_id:uuid}/verification")
async def verify(
    request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID], data: JSONBody[VerificationIn]
) -> FindingOut:
    """Accept or reject what the producer handed in."""
    return await _once(
        request,
        acting,
        finding_id,
        lambda: service.verify_response(acting, finding_id, accepted=data.accepted, reason=data.reason),
    )


@policy(Roles(Role.PRODUCER))
@post("/api/v1/findings/{finding_id:uuid}/dispute")
async def dispute(
    request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID], data: JSONBody[ReasonIn]
) -> FindingOut:
    """Dispute a finding: its clock stands still until it is ruled on."""
    return await _once(request, acting, finding_id, lambda: service.dispute(acting, finding_id, reason=data.reason))


@policy(Roles(Role.MANAGER))
@post("/api/v1/findings/{finding_id:uuid}/ruling")
async def rule_on_dispute(
    request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID], data: JSONBody[RulingIn]
) -> FindingOut:
    """Rule on a dispute, by someone who was never in the team."""
    return await _once(
        request,
        acting,
        finding_id,
        lambda: service.rule_on_dispute(
            acting, finding_id, ruling=FindingAction(data.ruling), reason=data.reason, grade=data.grade
        ),
    )


@policy(_REVIEWER)
@post("/api/v1/findings/{finding_id:uuid}/grade")
async def regrade(
    request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID], data: JSONBody[GradeIn]
) -> FindingOut:
    """Change the grade with a reason; both grades stay."""
    return await _once(
        request,
        acting,
        finding_id,
        lambda: service.regrade(acting, finding_id, grade=data.grade, reason=data.reason),
    )


@policy(Roles(Role.MANAGER))
@post("/api/v1/findings/{finding_id:uuid}/deadline")
async def extend(
    request: Request[Any, Any, Any], acting: Actor, finding_id: FromPath[UUID], data: JSONBody[DeadlineIn]
) -> FindingOut:
    """Extend a deadline, once, with a reason."""
    return await _once(
        request,
        acting,
        finding_id,
        lambda: service.extend(acting, finding_id, due_on=data.due_on, reason=data.reason),
    )


routes: list[Any] = [list_findings, one_finding, respond, verify, dispute, rule_on_dispute, regrade, extend]
