"""The producer's certificate on paper, from what is stored; the signed credential is attached to the PDF."""

from __future__ import annotations

from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.certificates import issuing, store
from seal.certificates.model import Certification
from seal.certificates.review import Choice
from seal.clock import local_day
from seal.db import reading
from seal.errors import Refused
from seal.identity import Acting
from seal.ids import Code
from seal.keys import service as keys
from seal.members import service as members
from seal.printing import documents, service
from seal.printing.service import Attachment
from seal.printing.stationery import Branding
from seal.protocols import service as protocols
from seal.protocols.publication import PublishedProtocol
from seal.transparency import service as log
from seal.transparency.model import LeafType

LANGUAGE = "es"


def branding(association: Association) -> Branding:
    """Who issues a paper."""
    return Branding(
        name=association.name,
        base=association.base,
        region=association.region,
        colour=association.colour,
        demonstration=association.demonstration,
    )


def protocol_line(published: PublishedProtocol) -> documents.ProtocolLine:
    """The pinned protocol version as papers name it."""
    protocol = published.protocol
    return documents.ProtocolLine(protocol.title("es"), protocol.title("en"), published.version, published.digest)


async def proof(
    association: Association, public_id: int, leaf_type: LeafType, object_id: UUID, digits: str = ""
) -> documents.Proof:
    """What lets a stranger check a paper: code, fingerprint, place in the log, and the signed token if there is one."""
    leaf = await log.leaf_of(association.id, leaf_type, object_id)
    fingerprint = (await keys.public_keys(association.id)).fingerprint
    return documents.Proof(Code(public_id).printed, fingerprint, leaf.index if leaf else None, digits)


async def certificate_pdf(acting: Acting, certification_id: UUID, digits: str = "") -> bytes:
    """The certificate as PDF/A with its credential attached. Staff, and whoever acts for the producer.

    ``digits`` is the signed token that its QR carries (``labels.producer_certificate_pdf`` gives it); empty: the code.
    Raises ``NotFound``, ``Refused('certification.still_pending')`` before the signature, and as ``printing.service``.
    """
    held = await issuing.load(acting.association_id, certification_id)
    await members.require_access(acting, held.producer_id)
    if held.jws is None:
        raise Refused("certification.still_pending")
    association = await associations.get(acting.association_id)
    html = documents.certificate_html(await _view(association, held, digits))
    code = Code(held.public_id).printed
    attached = Attachment(f"{code}.jwt", held.jws, description="application/vc+jwt")
    assert held.issued_at is not None
    return await service.pdf(html, at=held.issued_at, lang=LANGUAGE, title=code, attachments=[attached])


async def _view(association: Association, held: Certification, digits: str) -> documents.ProducerCertificate:
    dossier = await members.dossier_of(association.id, held.producer_id)
    published = await protocols.pinned(association.id, held.version_id)
    async with reading():
        votes = await store.votes(association.id, held.decision_id)
        every = await store.of_producer(association.id, held.producer_id, held.protocol_id)
    return documents.ProducerCertificate(
        branding=branding(association),
        holder=dossier.producer.trade_name,
        producer_number=dossier.producer.number,
        commune=dossier.producer.commune,
        products=tuple(one.named(LANGUAGE) for one in dossier.products if one.id in held.products),
        sites=tuple(f"{one.name} · {one.commune}" for one in dossier.sites if one.id in held.sites),
        protocol=protocol_line(published),
        valid_from=held.valid_from,
        valid_until=held.valid_until,
        assurance_mode=held.assurance_mode,
        decision=documents.Decision(
            decided_on=local_day(held.granted_at, association.zone),
            votes=sum(vote.choice is Choice.GRANT for vote in votes),
        ),
        proof=await proof(association, held.public_id, LeafType.CERTIFICATION, held.id, digits),
        years=len([one for one in every if one.granted_at <= held.granted_at]),
    )
