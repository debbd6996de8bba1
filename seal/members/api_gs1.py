"""JSON: organisations, and the numbers that GS1 gave: GTIN of a product, GLN of a site or organisation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.identity import Role
from seal.members import service
from seal.members.model import Organisation, OrganisationKind
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MANAGER = Roles(Role.MANAGER)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OrganisationOut(BaseModel):
    id: UUID
    name: str
    kind: OrganisationKind
    commune: str
    contact: str
    gln: str | None


class NewOrganisation(_Body):
    name: str = Field(max_length=200)
    kind: OrganisationKind
    commune: str = Field(default="", max_length=80)
    contact: str = Field(default="", max_length=200)
    gln: str = Field(default="", max_length=40)


class GtinIn(_Body):
    """Eight to fourteen digits as on the bar code; empty takes it away."""

    gtin: str = Field(max_length=40)


class GlnIn(_Body):
    """Thirteen digits; empty takes it away."""

    gln: str = Field(max_length=40)


def _out(one: Organisation) -> OrganisationOut:
    return OrganisationOut(
        id=one.id, name=one.name, kind=one.kind, commune=one.commune, contact=one.contact, gln=one.gln
    )


@policy(_EVERYONE)
@get("/api/v1/organisations")
async def list_organisations(acting: Actor) -> list[OrganisationOut]:
    """Who goods are sent to or come from, by name."""
    return [_out(one) for one in await service.organisations(acting)]


@policy(Roles(Role.MANAGER, Role.PRODUCER))
@post("/api/v1/organisations")
async def add_organisation(
    request: Request[Any, Any, Any], acting: Actor, data: JSONBody[NewOrganisation]
) -> OrganisationOut:
    """Enter an organisation."""

    async def run() -> dict[str, Any]:
        return _out(await service.add_organisation(acting, **data.model_dump())).model_dump(mode="json")

    return OrganisationOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_MANAGER)
@post("/api/v1/organisations/{organisation_id:uuid}/gln")
async def organisation_gln(
    request: Request[Any, Any, Any], acting: Actor, organisation_id: FromPath[UUID], data: JSONBody[GlnIn]
) -> None:
    """The GLN that GS1 gave it."""

    async def run() -> dict[str, Any]:
        await service.set_organisation_gln(acting, organisation_id, data.gln)
        return {}

    await once.api(request, acting, run, atomic=True)


@policy(_MANAGER)
@post("/api/v1/producers/{producer_id:uuid}/products/{product_id:uuid}/gtin")
async def product_gtin(
    request: Request[Any, Any, Any],
    acting: Actor,
    producer_id: FromPath[UUID],
    product_id: FromPath[UUID],
    data: JSONBody[GtinIn],
) -> None:
    """The GTIN that GS1 gave a product. It is used in trace events; none is ever made up."""

    async def run() -> dict[str, Any]:
        await service.set_gtin(acting, producer_id, product_id, data.gtin)
        return {}

    await once.api(request, acting, run, atomic=True)


@policy(_MANAGER)
@post("/api/v1/producers/{producer_id:uuid}/sites/{site_id:uuid}/gln")
async def site_gln(
    request: Request[Any, Any, Any],
    acting: Actor,
    producer_id: FromPath[UUID],
    site_id: FromPath[UUID],
    data: JSONBody[GlnIn],
) -> None:
    """The GLN that GS1 gave a place of work."""

    async def run() -> dict[str, Any]:
        await service.set_gln(acting, producer_id, site_id, data.gln)
        return {}

    await once.api(request, acting, run, atomic=True)


routes: list[Any] = [list_organisations, add_organisation, organisation_gln, product_gtin, site_gln]
