"""JSON: producers, their dossier, and what is recorded of them. Producers of no concern are not found."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from seal.errors import BadInput
from seal.identity import Role
from seal.members import api_gs1, service
from seal.members.model import Dossier, Membership, MembershipAction, Producer, RelationKind, SiteKind
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MANAGER = Roles(Role.MANAGER)
_SIDE = Roles(Role.MANAGER, Role.PRODUCER)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProducerOut(BaseModel):
    id: UUID
    number: int
    trade_name: str
    commune: str
    language: str
    state: Membership
    joined_on: date | None


class SiteOut(BaseModel):
    id: UUID
    name: str
    kind: SiteKind
    commune: str
    gln: str | None


class ProductOut(BaseModel):
    """``grams``: net content in grams."""

    id: UUID
    protocol_id: str
    name: dict[str, str]
    net_content: str
    grams: int
    kind: str | None
    gtin: str | None


class PermitOut(BaseModel):
    """``valid_until`` is the last day, ``null`` without an end."""

    id: UUID
    kind: str
    number: str
    valid_until: date | None
    file_id: UUID | None


class AgreementOut(BaseModel):
    version: str
    terms_sha256: str
    signed_at: datetime


class DossierOut(BaseModel):
    """``facts``: ``null`` is "unknown"; points that depend on it apply."""

    producer: ProducerOut
    sites: list[SiteOut]
    products: list[ProductOut]
    facts: dict[str, bool | str | list[str] | None]
    permits: list[PermitOut]
    agreement: AgreementOut | None


class NewProducer(_Body):
    trade_name: str
    commune: str
    language: str = "es"
    contact: str = ""


class NewSite(_Body):
    name: str
    kind: SiteKind
    commune: str


class NewProduct(_Body):
    protocol_id: str
    name: dict[str, str]
    net_content: str
    grams: int
    kind: str | None = None


class NewPermit(_Body):
    kind: str
    number: str
    valid_until: date | None = None
    file_id: UUID | None = None


class NewRelation(_Body):
    person_id: UUID
    kind: RelationKind
    since: date
    until: date | None = None
    degree: int | None = None


class FactsIn(_Body):
    """Yes or no, a number or a choice as text, several choices as a list; ``null`` is unknown."""

    facts: dict[str, StrictBool | str | list[str] | None] = Field(max_length=200)


class AgreementIn(_Body):
    """``terms_base64``: the exact bytes of the terms."""

    version: str
    terms_base64: str = Field(max_length=2_000_000)


class RepresentativeIn(_Body):
    person_id: UUID


class MembershipIn(_Body):
    action: MembershipAction
    reason: str
    effective_on: date | None = None


class Made(BaseModel):
    id: UUID


def _producer(one: Producer) -> ProducerOut:
    return ProducerOut(
        id=one.id,
        number=one.number,
        trade_name=one.trade_name,
        commune=one.commune,
        language=one.language,
        state=one.state,
        joined_on=one.joined_on,
    )


def _dossier(found: Dossier) -> DossierOut:
    signed = found.agreement
    return DossierOut(
        producer=_producer(found.producer),
        sites=[
            SiteOut(id=site.id, name=site.name, kind=site.kind, commune=site.commune, gln=site.gln)
            for site in found.sites
        ],
        products=[
            ProductOut(
                id=product.id,
                protocol_id=product.protocol_id,
                name=dict(product.name),
                net_content=product.net_content,
                grams=product.grams,
                kind=product.kind,
                gtin=product.gtin,
            )
            for product in found.products
        ],
        facts={name: list(value) if isinstance(value, tuple) else value for name, value in found.fact_values().items()},
        permits=[
            PermitOut(
                id=permit.id,
                kind=permit.kind,
                number=permit.number,
                valid_until=permit.valid_until,
                file_id=permit.file_id,
            )
            for permit in found.permits
        ],
        agreement=AgreementOut(version=signed.version, terms_sha256=signed.terms_sha256, signed_at=signed.signed_at)
        if signed
        else None,
    )


@policy(_EVERYONE)
@get("/api/v1/producers")
async def list_producers(acting: Actor) -> list[ProducerOut]:
    """The producers that the caller may see, by number."""
    return [_producer(one) for one in await service.producers(acting)]


@policy(_EVERYONE)
@get("/api/v1/producers/{producer_id:uuid}")
async def dossier(acting: Actor, producer_id: FromPath[UUID]) -> DossierOut:
    """What is known of one producer now."""
    return _dossier(await service.dossier(acting, producer_id))


@policy(_MANAGER)
@post("/api/v1/producers")
async def register(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[NewProducer]) -> Made:
    """Enter a producer in the register, as a member."""

    async def run() -> dict[str, Any]:
        made = await service.register_producer(acting, **data.model_dump())
        return {"id": str(made.id)}

    return Made.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_MANAGER)
@post("/api/v1/producers/{producer_id:uuid}/sites")
async def add_site(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[NewSite]
) -> Made:
    """Add a place of work."""

    async def run() -> dict[str, Any]:
        return {"id": str((await service.add_site(acting, producer_id, **data.model_dump())).id)}

    return Made.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_MANAGER)
@post("/api/v1/producers/{producer_id:uuid}/permits")
async def record_permit(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[NewPermit]
) -> Made:
    """Record an authorisation; a newer one of its kind replaces it."""

    async def run() -> dict[str, Any]:
        return {"id": str((await service.record_permit(acting, producer_id, **data.model_dump())).id)}

    return Made.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_SIDE)
@post("/api/v1/producers/{producer_id:uuid}/facts")
async def record_facts(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[FactsIn]
) -> DossierOut:
    """Record profile facts; ``null`` takes one back to unknown."""

    async def run() -> dict[str, Any]:
        told = {name: tuple(value) if isinstance(value, list) else value for name, value in data.facts.items()}
        await service.record_facts(acting, producer_id, told)
        return {}

    await once.api(request, acting, run, atomic=True)
    return _dossier(await service.dossier(acting, producer_id))


@policy(_MANAGER)
@post("/api/v1/producers/{producer_id:uuid}/relations")
async def declare_relation(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[NewRelation]
) -> None:
    """Record a tie that bars a person from judging the producer."""

    async def run() -> dict[str, Any]:
        told = data.model_dump()
        await service.declare_relation(acting, told.pop("person_id"), producer_id, **told)
        return {}

    await once.api(request, acting, run, atomic=True)


@policy(_SIDE)
@post("/api/v1/producers/{producer_id:uuid}/agreement")
async def sign_agreement(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[AgreementIn]
) -> DossierOut:
    """Sign the certification agreement; the exact terms are kept with their digest."""
    try:
        terms = base64.b64decode(data.terms_base64, validate=True)
    except binascii.Error:
        raise BadInput("members.terms_unreadable", field="terms_base64") from None

    async def run() -> dict[str, Any]:
        await service.sign_agreement(acting, producer_id, version=data.version, terms=terms)
        return {}

    await once.api(request, acting, run, atomic=True)
    return _dossier(await service.dossier(acting, producer_id))


@policy(_MANAGER)
@post("/api/v1/producers/{producer_id:uuid}/representatives")
async def represent(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[RepresentativeIn]
) -> None:
    """Let a person act for the producer."""

    async def run() -> dict[str, Any]:
        await service.represent(acting, data.person_id, producer_id)
        return {}

    await once.api(request, acting, run, atomic=True)


@policy(_MANAGER)
@post("/api/v1/producers/{producer_id:uuid}/membership")
async def change_membership(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[MembershipIn]
) -> ProducerOut:
    """Take the next step of the membership."""

    async def run() -> dict[str, Any]:
        await service.change_membership(
            acting, producer_id, data.action, reason=data.reason, effective_on=data.effective_on
        )
        return {}

    await once.api(request, acting, run, atomic=True)
    return _producer(await service.producer(acting, producer_id))


routes: list[Any] = [
    list_producers,
    dossier,
    register,
    add_site,
    record_permit,
    record_facts,
    declare_relation,
    sign_agreement,
    represent,
    change_membership,
    *api_gs1.routes,
]
