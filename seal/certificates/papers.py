"""What stands on a producer's certificate on paper, from what is stored: public things only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from seal.associations.model import Association
from seal.certificates import store
from seal.certificates.model import Certification
from seal.certificates.review import Choice
from seal.clock import local_day
from seal.db import reading
from seal.ids import Code
from seal.keys import service as keys
from seal.members import service as members
from seal.printing import documents
from seal.printing.model import Language
from seal.printing.stationery import Branding
from seal.protocols import service as protocols
from seal.protocols.publication import PublishedProtocol
from seal.transparency import service as log
from seal.transparency.model import LeafType
from seal.web.i18n import translator


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
    association: Association,
    public_id: int,
    leaf_type: LeafType,
    object_id: UUID,
    digits: str,
    edition: int,
    dated_at: datetime,
) -> documents.Proof:
    """What lets a stranger check a paper: code, fingerprint, place in the log, the signed token if there is one, and
    which edition it is, of which day."""
    leaf = await log.leaf_of(association.id, leaf_type, object_id)
    fingerprint = (await keys.public_keys(association.id)).fingerprint
    return documents.Proof(
        Code(public_id).printed,
        fingerprint,
        leaf.index if leaf else None,
        digits,
        edition,
        local_day(dated_at, association.zone),
    )


def years(every: Sequence[Certification], held: Certification) -> int:
    """How many times in a row the producer had been granted this protocol's seal by then."""
    return len([one for one in every if one.granted_at <= held.granted_at])


async def view(
    association: Association, held: Certification, digits: str, language: Language, edition: int, dated_at: datetime
) -> documents.ProducerCertificate:
    """The certificate of an issued certification. Sites as the credential names them: kind and commune, no name."""
    dossier = await members.dossier_of(association.id, held.producer_id)
    published = await protocols.pinned(association.id, held.version_id)
    async with reading():
        votes = await store.votes(association.id, held.decision_id)
        every = await store.of_producer(association.id, held.producer_id, held.protocol_id)
    words = translator(language.leading)
    sites = [one for one in dossier.sites if one.id in held.sites]
    named = [f"{words(f'members.site_kind.{one.kind.value}')}, {one.commune}" for one in sites]
    return documents.ProducerCertificate(
        branding=branding(association),
        holder=dossier.producer.trade_name,
        producer_number=dossier.producer.number,
        commune=dossier.producer.commune,
        products=tuple(one.named(language.leading) for one in dossier.products if one.id in held.products),
        sites=_counted([name[:1].upper() + name[1:] for name in named]),
        protocol=protocol_line(published),
        valid_from=held.valid_from,
        valid_until=held.valid_until,
        assurance_mode=held.assurance_mode,
        decision=documents.Decision(
            decided_on=local_day(held.granted_at, association.zone),
            votes=sum(vote.choice is Choice.GRANT for vote in votes),
        ),
        proof=await proof(association, held.public_id, LeafType.CERTIFICATION, held.id, digits, edition, dated_at),
        years=years(every, held),
    )


def _counted(names: Sequence[str]) -> tuple[str, ...]:
    """Each name once, with how many there are of it: ``apiario, Cochrane (3)``."""
    return tuple(name if names.count(name) == 1 else f"{name} ({names.count(name)})" for name in dict.fromkeys(names))
