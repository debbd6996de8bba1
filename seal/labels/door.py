"""The plaque for the producer's door: who is certified, for what and until when, with a signed token (kind 2).

It is drawn from what holds today and only while the certification is in force; what it says later is for whoever scans
it. It names the products, since a sign at a door must not seem to speak for all that is sold there.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from seal.associations import service as associations
from seal.certificates import service as certificates
from seal.certificates.model import State
from seal.certificates.papers import branding
from seal.errors import BadInput, Refused, Unavailable
from seal.identity import Acting
from seal.ids import Code
from seal.labels import plaques
from seal.members import service as members
from seal.printing import service as printing
from seal.printing.stationery import paper
from seal.protocols import service as protocols


class Size(StrEnum):
    A5 = "a5"
    A4 = "a4"


async def plaque(acting: Acting, certification_id: UUID, size: str = Size.A5) -> bytes:
    """The plaque as a PDF of one page. Staff, and whoever acts for the producer.

    Raises ``BadInput('labels.plaque_size')``, ``NotFound``, ``Refused`` (``certification.still_pending``,
    ``label.right_*`` where the certification is not in force), ``Unavailable`` (``keys.locked``, and as
    ``printing.service.pdf``).
    """
    if size not in list(Size):
        raise BadInput("labels.plaque_size", field="size", size=size[:20])
    held = await certificates.certification(acting, certification_id)
    if held.pending:
        raise Refused("certification.still_pending")
    association = await associations.get(acting.association_id)
    state = held.state(acting.at, association.zone)
    if state is not State.ACTIVE:
        raise Refused(f"label.right_{state.value}")
    digits = await plaques.of_certification(acting, association, held)
    if not digits:
        raise Unavailable("keys.locked")
    dossier = await members.dossier_of(association.id, held.producer_id)
    protocol = (await protocols.pinned(association.id, held.version_id)).protocol
    products = [one for one in dossier.products if one.id in held.products]
    code = Code(held.public_id).printed
    html = paper(
        "labels/plaque.html",
        size=size.upper(),
        branding=branding(association),
        maker=dossier.producer.trade_name,
        commune=dossier.producer.commune,
        products=[(one.named("es"), one.named("en")) for one in products],
        protocol=(protocol.title("es"), protocol.title("en")),
        until=held.valid_until,
        code=code,
        digits=digits,
    )
    return await printing.pdf(html, at=held.granted_at, lang="es", title=code)
