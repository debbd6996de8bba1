"""Certificates on paper, with the signed token in their QR and the credential attached."""

from __future__ import annotations

from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import gates, gating
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.certificates import papers
from seal.certificates import service as certificates
from seal.db import reading
from seal.errors import Refused
from seal.identity import Acting
from seal.ids import Code
from seal.labels import plaques, store
from seal.members import service as members
from seal.printing import documents, service
from seal.printing.service import Attachment
from seal.protocols import service as protocols
from seal.protocols.model import Protocol
from seal.transparency.model import LeafType
from seal.web.i18n import translator


async def producer_certificate_pdf(acting: Acting, certification_id: UUID) -> bytes:
    """The producer's certificate. Signs its token at the first print. Raises as ``certificates.papers`` does."""
    held = await certificates.certification(acting, certification_id)
    if held.pending:
        raise Refused("certification.still_pending")
    association = await associations.get(acting.association_id)
    return await papers.certificate_pdf(
        acting, certification_id, await plaques.of_certification(acting, association, held)
    )


async def batch_certificate_pdf(acting: Acting, batch_id: UUID) -> bytes:
    """The certificate of a sealed batch as PDF/A. Raises ``NotFound``, ``Refused('batch.not_sealed')`` before that."""
    batch = await batches.batch(acting, batch_id)
    if batch.jws is None or batch.public_id is None or batch.sealed_at is None:
        raise Refused("batch.not_sealed")
    association = await associations.get(acting.association_id)
    html = documents.batch_certificate_html(
        await _view(association, batch, await plaques.of_batch(acting, association, batch))
    )
    code = Code(batch.public_id).printed
    attached = Attachment(f"{code}.jwt", batch.jws, description="application/vc+jwt")
    return await service.pdf(html, at=batch.sealed_at, lang=papers.LANGUAGE, title=code, attachments=[attached])


async def _view(association: Association, batch: Batch, digits: str) -> documents.BatchCertificate:
    assert batch.certification_id is not None  # a sealed batch has all of these
    assert batch.public_id is not None
    assert batch.sealed_on is not None
    held = await certificates.certification_of(association.id, batch.certification_id)
    dossier = await members.dossier_of(association.id, batch.producer_id)
    product = next(one for one in dossier.products if one.id == batch.product_id)
    published = await protocols.pinned(association.id, held.version_id)
    async with reading():
        ranges = await store.ranges(association.id, batch.id)
        ledger = await store.ledger(association.id, batch.id)
    return documents.BatchCertificate(
        branding=papers.branding(association),
        product=product.named(papers.LANGUAGE),
        holder=dossier.producer.trade_name,
        commune=dossier.producer.commune,
        lot=batch.lot,
        units=batch.units,
        net_content=product.net_content,
        produced_on=batch.produced_on,
        sealed_on=batch.sealed_on,
        use_by=batch.use_by,
        tests=await _tests(association, batch, published.protocol),
        labels=tuple((one.first, one.last) for one in ranges),
        voided=ledger.void_count if ledger else 0,
        protocol=papers.protocol_line(published),
        certification_code=Code(held.public_id).printed,
        certified_until=held.valid_until,
        assurance_mode=held.assurance_mode,
        proof=await papers.proof(association, batch.public_id, LeafType.BATCH, batch.id, digits),
    )


async def _tests(association: Association, batch: Batch, protocol: Protocol) -> tuple[documents.TestLine, ...]:
    """The public tests with the result that counted."""
    async with reading():
        required = {test.id: test for test in await gating.tests(association.id, batch, protocol)}
    lines = []
    for test in protocol.rules.batch_tests:
        counted = gates.counted(required[test.id])
        if test.public and counted is not None:
            limit = gating.limit_words(test)
            lines.append(
                documents.TestLine(
                    name_es=protocol.text("es").batch_tests.get(test.id, test.id),
                    name_en=protocol.text("en").batch_tests.get(test.id, test.id),
                    result=_result(counted[0].value, counted[0].unit),
                    limit_es=limit,
                    limit_en=limit,
                    tested_on=counted[0].tested_on,
                    laboratory=counted[0].laboratory or "",
                )
            )
    return tuple(lines)


def _result(value: str, unit: str) -> str:
    """A measured value as typed with its unit; an absence in the paper's language."""
    words = translator(papers.LANGUAGE)
    return words(f"batches.value.{value}") if value in ("absent", "present") else f"{value} {unit}".strip()
