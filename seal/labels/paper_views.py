"""What stands on a certificate on paper, from what is stored. Public things only: what the credential says, the votes
as a number, the ranges of labels. An edition tells of its date: labels reserved or voided later are not on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from seal.associations.model import Association
from seal.batches import gates, gating
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.certificates import papers
from seal.certificates import service as certificates
from seal.db import reading
from seal.errors import Unavailable
from seal.identity import Acting
from seal.ids import Code
from seal.keys import service as keys
from seal.labels import model, plaques, store
from seal.members import service as members
from seal.printing import documents
from seal.printing.model import Language, Order
from seal.printing.service import Attachment
from seal.protocols import plans
from seal.protocols import service as protocols
from seal.protocols.measure import effective
from seal.protocols.measures import plan_of
from seal.protocols.model import BatchTest, Protocol
from seal.protocols.plans import PRESENCE, results
from seal.protocols.situation import Situation
from seal.transparency.model import LeafType
from seal.web.i18n import Translator, translator

_NUMBER = re.compile(r"[<>]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Drawing:
    """A paper to be drawn: its HTML by how tight it is set, its printed code, and the credential to attach."""

    html: Callable[[int], str]
    code: str
    credential: Attachment


async def certification(acting: Acting, association: Association, order: Order, language: Language) -> Drawing:
    """The producer's certificate. Raises ``Unavailable('keys.locked')`` when its token cannot be signed yet."""
    held = await certificates.certification_of(association.id, order.id)
    assert held.jws is not None  # ordered when it was issued
    digits = _signed(association, await plaques.of_certification(acting, association, held))
    view = await papers.view(association, held, digits, language, order.edition, order.dated_at)
    return Drawing(
        lambda tightness: documents.certificate_html(view, language, tightness),
        view.proof.code,
        credential(view.proof.code, held.jws),
    )


async def batch(acting: Acting, association: Association, order: Order, language: Language) -> Drawing:
    """The batch's certificate. Raises as :func:`certification`."""
    found = await batches.batch(acting, order.id)
    assert found.jws is not None  # ordered when it was sealed
    digits = _signed(association, await plaques.of_batch(acting, association, found))
    view = await _batch(association, found, digits, language, order)
    return Drawing(
        lambda tightness: documents.batch_certificate_html(view, language, tightness),
        view.proof.code,
        credential(view.proof.code, found.jws),
    )


def credential(code: str, jws: bytes) -> Attachment:
    """The signed credential inside the paper, as the source of what the paper shows."""
    return Attachment(
        f"{code}.jwt",
        jws,
        description="W3C Verifiable Credential",
        relationship="Source",
        media_type="application/vc+jwt",
    )


def _signed(association: Association, digits: str) -> str:
    """The token; while the keys are locked the paper waits for it. Where none can be made the code stands in."""
    if not digits and not keys.can_sign(association.id):
        raise Unavailable("keys.locked")
    return digits


async def _batch(
    association: Association, found: Batch, digits: str, language: Language, order: Order
) -> documents.BatchCertificate:
    assert found.certification_id is not None  # a sealed batch has all of these
    assert found.public_id is not None
    assert found.sealed_on is not None
    held = await certificates.certification_of(association.id, found.certification_id)
    dossier = await members.dossier_of(association.id, found.producer_id)
    product = next(one for one in dossier.products if one.id == found.product_id)
    published = await protocols.pinned(association.id, held.version_id)
    every = await certificates.held(association.id, found.producer_id, held.protocol_id)
    async with reading():
        ranges = await store.ranges(association.id, found.id)
        voids = await store.voids(association.id, found.id)
    return documents.BatchCertificate(
        branding=papers.branding(association),
        product=product.named(language.leading),
        holder=dossier.producer.trade_name,
        commune=dossier.producer.commune,
        lot=found.lot,
        units=found.units,
        net_content=product.net_content,
        produced_on=found.produced_on,
        sealed_on=found.sealed_on,
        use_by=found.use_by,
        tests=await _tests(association, found, published.protocol, language),
        labels=tuple((one.first, one.last) for one in ranges if one.reserved_at <= order.dated_at),
        voided=sum(len(one.span) for one in voids if one.voided_at <= order.dated_at),
        protocol=papers.protocol_line(published),
        certification_code=Code(held.public_id).printed,
        certified_until=held.valid_until,
        assurance_mode=held.assurance_mode,
        proof=await papers.proof(
            association, found.public_id, LeafType.BATCH, found.id, digits, order.edition, order.dated_at
        ),
        years=papers.years(every, held),
        most_labels=model.Ledger(found.units, association.rules.spare_percent, 0, 0).quota,
    )


async def _tests(
    association: Association, found: Batch, protocol: Protocol, language: Language
) -> tuple[documents.TestLine, ...]:
    """The public tests with the result that counted."""
    async with reading():
        required = {test.id: test for test in await gating.tests(association.id, found, protocol)}
        here = await gating.situation(association.id, found, protocol)
    lines = []
    for test in protocol.rules.batch_tests:
        counted = gates.counted(required[test.id]) if test.id in required else None
        if test.public and counted is not None:
            lines.append(
                documents.TestLine(
                    name_es=protocol.text("es").batch_tests.get(test.id, test.id),
                    name_en=protocol.text("en").batch_tests.get(test.id, test.id),
                    result=_result(counted[0].value, counted[0].unit, translator(language.leading)),
                    limit_es=limit(test, translator("es"), here),
                    limit_en=limit(test, translator("en"), here),
                    tested_on=counted[0].tested_on,
                )
            )
    return tuple(lines)


def _result(value: str, unit: str, words: Translator) -> str:
    """A measured value as typed with its unit; comma or point, and an absence, in the paper's language."""
    known = [
        words(f"batches.value.{part}") if part in PRESENCE else words.number(part) if _NUMBER.fullmatch(part) else part
        for part in results(value)
    ]
    return f"{'; '.join(known)} {unit}".strip()


def limit(test: BatchTest, words: Translator, here: Situation = gating.ANYWHERE) -> str:
    """The limit in words that every font has: ``hasta 20 g/100 g``; empty for an absence test."""
    plan = plan_of(test, here)
    if plan is not None:
        return plans.words(plan)
    held = effective(test, here)
    bounds = []
    if held.min is not None:
        bounds.append(words("certificates_print.at_least", limit=f"{held.min} {test.unit}".strip()))
    if held.max is not None:
        bounds.append(words("certificates_print.at_most", limit=f"{held.max} {test.unit}".strip()))
    return ", ".join(bounds)
