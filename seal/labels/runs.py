"""Signing and printing of ranges that are reserved: outside the transaction, and as often as needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.certificates import service as certificates
from seal.certificates.papers import branding
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.errors import BadInput, Refused
from seal.identity import Acting, Role
from seal.ids import Code
from seal.keys import service as keys
from seal.keys.model import IntentKind
from seal.keys.qr import read_range
from seal.labels import access, model, store, token
from seal.labels import sheet as sheets
from seal.labels.model import LabelRange, Void
from seal.members import service as members
from seal.people import service as people
from seal.printing import service as printing

PRINTERS = (Role.MANAGER, Role.PRODUCER)
LANGUAGE = "es"


@dataclass(frozen=True)
class UnitLabel:
    """One label: its number, the code for people, the signed token's digits, and the address that the QR carries."""

    number: int
    code: str
    digits: str
    address: str


async def codes(acting: Acting, range_id: UUID) -> tuple[UnitLabel, ...]:
    """The labels of a range that are not out of use, signed. Signs the range at first; printing again is free.

    Raises ``Refused`` when the right has ended or the batch is stopped, ``Unavailable('keys.locked')``, ``NotFound``.
    """
    await people.authorise(acting, *PRINTERS)
    association = await associations.get(acting.association_id)
    found = await access.found_range(association.id, range_id)
    batch = await batches.batch(acting, found.batch_id)
    against = await access.against(acting, association, batch)
    if against:
        raise Refused.because(against)
    async with reading():
        voids = await store.voids(association.id, batch.id)
    return await _signed(association, batch, await _sign(acting, association, found), voids)


async def sheet(acting: Acting, range_id: UUID, *, start: int = 1) -> bytes:
    """The A4 sheets of a range, 24 labels each, from position ``start`` (1 to 24) of the first; voided ones blank.

    Raises as :func:`codes`, ``BadInput('label.start')`` and ``Unavailable('printing.pango_missing')``.
    """
    if not 1 <= start <= sheets.PER_SHEET:
        raise BadInput("label.start", field="start", most=sheets.PER_SHEET)
    printed = {one.number: one for one in await codes(acting, range_id)}
    association = await associations.get(acting.association_id)
    found = await access.found_range(association.id, range_id)
    batch = await batches.batch(acting, found.batch_id)
    views = await _views(association, batch, printed)
    title = f"{Code(batch.public_id or 0).printed} {found.first}-{found.last}"
    html = sheets.render_html(
        [views.get(number) for number in range(found.first, found.last + 1)],
        branding(association),
        start=start,
        run=title,
    )
    return await printing.pdf(html, at=found.reserved_at, lang=LANGUAGE, title=title)


async def _views(association: Association, batch: Batch, printed: dict[int, UnitLabel]) -> dict[int, sheets.LabelView]:
    dossier = await members.dossier_of(association.id, batch.producer_id)
    product = next(one for one in dossier.products if one.id == batch.product_id)
    assert batch.certification_id is not None  # codes() refuses an unsealed batch
    held = await certificates.certification_of(association.id, batch.certification_id)
    return {
        number: sheets.LabelView(
            product=product.named(LANGUAGE),
            net_content=product.net_content,
            maker=dossier.producer.trade_name,
            commune=dossier.producer.commune,
            lot=batch.lot,
            unit=number,
            units=batch.units,
            use_by=batch.use_by,
            certified_until=held.valid_until,
            code=one.code,
            digits=one.digits,
        )
        for number, one in printed.items()
    }


async def _sign(acting: Acting, association: Association, found: LabelRange) -> LabelRange:
    """The range with its signatures; Ed25519 gives the same ones however often it is asked."""
    if found.signatures is not None:
        return found
    signatures = await keys.sign_intent(association.id, found.intent_id, acting.at)
    failpoint("after_signature")
    await in_unit_of_work(lambda: store.keep_signatures(association.id, found.id, signatures))
    return replace(found, signatures=signatures)


async def _signed(
    association: Association, batch: Batch, found: LabelRange, voids: tuple[Void, ...]
) -> tuple[UnitLabel, ...]:
    intent = await keys.intent_of(association.id, IntentKind.QR_RANGE, found.id)
    assert intent is not None
    assert found.signatures is not None
    # as committed: the key may have been replaced since the numbers were reserved
    hint = read_range(intent.payload).payload[1:5]
    size = token.SIGNATURE_BYTES
    made = []
    for number in model.usable(found.span, [one.span for one in voids]):
        start = (number - found.first) * size
        signed = token.Token(access.fields(batch, hint, number), found.signatures[start : start + size])
        code = Code(batch.public_id or 0, number).printed
        made.append(UnitLabel(number, code, signed.digits, f"{association.base}/{signed.path}"))
    return tuple(made)
