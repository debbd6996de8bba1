"""JSON: review and votes on audits, certifications, and what is decided about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from seal.associations.directory import Tenancy
from seal.certificates import api_impact, service
from seal.certificates.model import Certification, ReasonClass, Step
from seal.errors import Reason, Refused
from seal.identity import Role
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_COMMITTEE = Roles(Role.MANAGER, Role.CERTIFIER)
_CERTIFIER = Roles(Role.CERTIFIER)


class ReasonOut(BaseModel):
    """A reason as code and parameters; the sentence is made from them."""

    code: str
    params: dict[str, str | int]


class VoterOut(BaseModel):
    person_id: UUID
    name: str
    may_vote: bool
    reasons: list[ReasonOut]


class ReviewOut(BaseModel):
    """What stands against a grant (nothing: it may be granted), and who may vote."""

    audit_id: UUID
    against: list[ReasonOut]
    voters: list[VoterOut]
    outcome: str | None


class VoteIn(BaseModel):
    """``months``, ``sites`` and ``products`` may narrow what is granted; left out, all that was audited."""

    model_config = ConfigDict(extra="forbid")
    choice: str = Field(description="grant, refuse or defer")
    reason: str = ""
    months: int | None = None
    sites: list[UUID] | None = None
    products: list[UUID] | None = None


class DecisionOut(BaseModel):
    """``outcome`` null: more votes are needed. ``pending``: granted, certificate not signed yet."""

    decision_id: UUID
    outcome: str | None
    votes: int
    quorum: int
    certification_id: UUID | None
    pending: bool


class StepOut(BaseModel):
    action: str
    recorded_at: datetime
    effective_at: datetime
    reason_class: str | None
    affected_from: date | None
    affected_to: date | None
    batches: list[UUID]


class CertificationOut(BaseModel):
    """``state`` is what holds now: active, suspended, withdrawn or ended. Both days are inclusive."""

    id: UUID
    code: str
    producer_id: UUID
    protocol: str
    state: str
    pending: bool
    valid_from: date
    valid_until: date
    assurance_mode: str
    sites: list[UUID]
    products: list[UUID]
    steps: list[StepOut]


class SanctionIn(BaseModel):
    """``effective_at`` may lie before now; ``affected_*`` (sealing days, inclusive) and ``batches`` are revoked."""

    model_config = ConfigDict(extra="forbid")
    reason_class: ReasonClass
    reason: str
    effective_at: AwareDatetime | None = None
    affected_from: date | None = None
    affected_to: date | None = None
    batches: list[UUID] = []
    choice: str = Field(default="approve", description="approve or reject, where several must vote")


class LiftIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: str
    effective_at: AwareDatetime | None = None
    choice: str = "approve"


def _reasons(reasons: tuple[Reason, ...]) -> list[ReasonOut]:
    return [ReasonOut(code=one.code, params=dict(one.params)) for one in reasons]


def _step(step: Step) -> StepOut:
    return StepOut(
        action=step.action.value,
        recorded_at=step.recorded_at,
        effective_at=step.effective_at,
        reason_class=step.reason_class.value if step.reason_class else None,
        affected_from=step.affected_from,
        affected_to=step.affected_to,
        batches=list(step.batches),
    )


def _out(held: Certification, at: datetime, zone: str) -> CertificationOut:
    return CertificationOut(
        id=held.id,
        code=held.code,
        producer_id=held.producer_id,
        protocol=held.protocol_id,
        state=held.state(at, zone).value,
        pending=held.pending,
        valid_from=held.valid_from,
        valid_until=held.valid_until,
        assurance_mode=held.assurance_mode,
        sites=sorted(held.sites),
        products=sorted(held.products),
        steps=[_step(step) for step in held.steps],
    )


def _decision(state: service.DecisionState) -> DecisionOut:
    return DecisionOut(
        decision_id=state.decision.id,
        outcome=state.outcome.value if state.outcome else None,
        votes=sum(vote.choice != "barred" for vote in state.votes),
        quorum=state.decision.quorum,
        certification_id=state.certification.id if state.certification else None,
        pending=state.pending,
    )


@policy(_COMMITTEE)
@get("/api/v1/audits/{audit_id:uuid}/review")
async def review(acting: Actor, audit_id: FromPath[UUID]) -> ReviewOut:
    """Every reason against a grant, and everyone who may or may not vote, with why."""
    found = await service.review(acting, audit_id)
    voters = [
        VoterOut(
            person_id=voter.person.id,
            name=voter.person.name,
            may_vote=not voter.reasons,
            reasons=_reasons(voter.reasons),
        )
        for voter in found.voters
    ]
    outcome = found.state.outcome.value if found.state and found.state.outcome else None
    return ReviewOut(audit_id=audit_id, against=_reasons(found.against), voters=voters, outcome=outcome)


@policy(_CERTIFIER)
@post("/api/v1/audits/{audit_id:uuid}/votes")
async def vote(
    request: Request[Any, Any, Any], acting: Actor, audit_id: FromPath[UUID], data: JSONBody[VoteIn]
) -> DecisionOut:
    """Vote; with the vote that makes the quorum the decision is made, and a grant is issued."""

    async def run() -> dict[str, Any]:
        return _decision(await service.decide(acting, audit_id, **data.model_dump())).model_dump(mode="json")

    return DecisionOut.model_validate(await once.api(request, acting, run))


@policy(_EVERYONE)
@get("/api/v1/certifications")
async def list_certifications(
    acting: Actor, association: Tenancy, producer: FromQuery[UUID | None] = None
) -> list[CertificationOut]:
    """Those that one may see, newest first."""
    found = await service.certifications(acting, producer)
    return [_out(one, acting.at, association.zone) for one in found]


@policy(_EVERYONE)
@get("/api/v1/certifications/{certification_id:uuid}")
async def show(acting: Actor, association: Tenancy, certification_id: FromPath[UUID]) -> CertificationOut:
    return _out(await service.certification(acting, certification_id), acting.at, association.zone)


@policy(_EVERYONE)
@get("/api/v1/certifications/{certification_id:uuid}/credential")
async def credential(acting: Actor, certification_id: FromPath[UUID]) -> Response[bytes]:
    """The exact signed bytes (``application/vc+jwt``)."""
    held = await service.certification(acting, certification_id)
    if held.jws is None:
        raise Refused("certification.still_pending")
    return Response(held.jws, media_type="application/vc+jwt")


@policy(_CERTIFIER)
@post("/api/v1/certifications/{certification_id:uuid}/suspension")
async def suspend(
    request: Request[Any, Any, Any],
    acting: Actor,
    association: Tenancy,
    certification_id: FromPath[UUID],
    data: JSONBody[SanctionIn],
) -> CertificationOut:
    async def run() -> dict[str, Any]:
        held = await service.suspend(acting, certification_id, **data.model_dump())
        return _out(held, acting.at, association.zone).model_dump(mode="json")

    return CertificationOut.model_validate(await once.api(request, acting, run))


@policy(_CERTIFIER)
@post("/api/v1/certifications/{certification_id:uuid}/lifting")
async def lift(
    request: Request[Any, Any, Any],
    acting: Actor,
    association: Tenancy,
    certification_id: FromPath[UUID],
    data: JSONBody[LiftIn],
) -> CertificationOut:
    async def run() -> dict[str, Any]:
        held = await service.lift(acting, certification_id, **data.model_dump())
        return _out(held, acting.at, association.zone).model_dump(mode="json")

    return CertificationOut.model_validate(await once.api(request, acting, run))


@policy(_CERTIFIER)
@post("/api/v1/certifications/{certification_id:uuid}/withdrawal")
async def withdraw(
    request: Request[Any, Any, Any],
    acting: Actor,
    association: Tenancy,
    certification_id: FromPath[UUID],
    data: JSONBody[SanctionIn],
) -> CertificationOut:
    """For good."""

    async def run() -> dict[str, Any]:
        held = await service.withdraw(acting, certification_id, **data.model_dump())
        return _out(held, acting.at, association.zone).model_dump(mode="json")

    return CertificationOut.model_validate(await once.api(request, acting, run))


routes: list[Any] = [review, vote, list_certifications, show, credential, suspend, lift, withdraw, *api_impact.routes]
