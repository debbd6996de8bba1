"""What anyone may read of an association: who it is and how it looks."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from pydantic import BaseModel

from seal.associations.directory import Tenancy
from seal.associations.model import Association
from seal.web.colours import dark_tone
from seal.web.policy import Public, policy

_CACHE = {"Cache-Control": "public, max-age=300"}


class Branding(BaseModel):
    """The association's own colour, for its mark and name only."""

    colour: str
    colour_dark: str


class PublicAssociation(BaseModel):
    """Allow-listed: nothing of its people, nothing finer than the commune."""

    slug: str
    name: str
    base: str
    did: str
    log_origin: str
    region: str
    communes: list[str]
    languages: list[str]
    zone: str
    demonstration: bool
    assurance_mode: str
    branding: Branding


def public(association: Association) -> PublicAssociation:
    """The public face of an association."""
    return PublicAssociation(
        slug=association.slug,
        name=association.name,
        base=association.base,
        did=association.did,
        log_origin=association.log_origin,
        region=association.region,
        communes=list(association.communes),
        languages=list(association.languages),
        zone=association.zone,
        demonstration=association.demonstration,
        assurance_mode=association.rules.assurance_mode.value,
        branding=Branding(colour=association.colour, colour_dark=dark_tone(association.colour)),
    )


@policy(Public)
@get("/association", sync_to_thread=False)
def show(request: Request[Any, Any, Any], association: Tenancy) -> Response[PublicAssociation]:
    """The association that this address belongs to."""
    return Response(public(association), headers=_CACHE)


routes: list[Any] = [show]
