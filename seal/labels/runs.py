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
from seal.errors import Refused, Unavailable
from seal.identity import Acting, Role
from seal.ids import Code
from seal.keys import service as keys
from seal.keys.model import IntentKind
from seal.keys.qr import read_range
from seal.labels import access, drawing, formats, model, plaques, store, token
from seal.labels.drawing import UnitLabel
from seal.labels.faces import words
from seal.labels.formats import SHEET_24, Pair
from seal.labels.model import LabelRange, Span
from seal.labels.own import service as own
from seal.labels.sheet import LabelView
from seal.members import service as members
from seal.people import service as people
from seal.protocols import service as protocols

PRINTERS = (Role.MANAGER, Role.PRODUCER)


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
    source = await signed(acting, association, batch, found.span)
    usable = model.usable(found.span, [one.span for one in voids])
    return tuple(one for number in usable if (one := source.label(number)) is not None)


async def sheet(
    acting: Acting, range_id: UUID, *, start: int = 1, format: str = SHEET_24.id, offset_mm: Pair = (0.0, 0.0)
) -> bytes:
    """The sheets of a range in a format, from position ``start`` of the first; voided numbers leave their place blank.

    Raises as :func:`codes`, ``BadInput('label.start')``, ``BadInput('label.offset')`` and
    ``Unavailable('printing.pango_missing')``.
    """
    chosen = await own.paper(acting.association_id, format)
    formats.usable_start(chosen.format, start)
    offset = formats.usable_offset(*offset_mm)
    made = await codes(acting, range_id)
    association = await associations.get(acting.association_id)
    found = await access.found_range(association.id, range_id)
    if not made:
        raise Refused("label.all_void", first=found.first, last=found.last)
    batch = await batches.batch(acting, found.batch_id)
    shown = await view(association, batch)
    if not shown.numbered:
        common = await of_lot(acting, association, batch)
        made = tuple(replace(common, number=one.number) for one in made)
    signed = {one.number: one for one in made}
    plan = await drawing.plan(
        chosen.format,
        shown,
        branding(association),
        next(iter(signed.values())),
        at=found.reserved_at,
        title=title(batch, found.span),
        start=start,
        offset_mm=offset,
        template=chosen.template,
        batch_token=lambda: plaques.of_batch(acting, association, batch),
    )
    return await drawing.pdf(plan, [signed.get(number) for number in range(found.first, found.last + 1)])


def title(batch: Batch, span: Span) -> str:
    """``7Q4K-2MXP-8 1-240``."""
    return f"{Code(batch.public_id or 0).printed} {span.first}-{span.last}"


async def view(association: Association, batch: Batch) -> LabelView:
    """What every label of a batch says."""
    dossier = await members.dossier_of(association.id, batch.producer_id)
    product = next(one for one in dossier.products if one.id == batch.product_id)
    assert batch.certification_id is not None  # codes() refuses an unsealed batch
    held = await certificates.certification_of(association.id, batch.certification_id)
    protocol = (await protocols.pinned(association.id, held.version_id)).protocol
    return LabelView(
        product=product.named(drawing.LANGUAGE),
        net_content=product.net_content,
        maker=dossier.producer.trade_name,
        commune=dossier.producer.commune,
        lot=batch.lot,
        units=batch.units,
        use_by=batch.use_by,
        certified_until=held.valid_until,
        serial=protocol.rules.label.serial.value,
        notes=words.notes(protocol),
    )


async def of_lot(acting: Acting, association: Association, batch: Batch) -> UnitLabel:
    """The label of a product that is sealed by the lot: each bears the batch's own token and code, and no number.

    Raises ``Unavailable('keys.locked')`` while the batch's token cannot be signed.
    """
    digits = await plaques.of_batch(acting, association, batch)
    if not digits:
        raise Unavailable("keys.locked")
    return UnitLabel(0, Code(batch.public_id or 0).printed, digits, f"{association.base}/{digits}")


async def _sign(acting: Acting, association: Association, found: LabelRange) -> LabelRange:
    """The range with its signatures; Ed25519 gives the same ones however often it is asked."""
    if found.signatures is not None:
        return found
    signatures = await keys.sign_intent(association.id, found.intent_id, acting.at)
    failpoint("after_signature")
    await in_unit_of_work(lambda: store.keep_signatures(association.id, found.id, signatures))
    return replace(found, signatures=signatures)


@dataclass(frozen=True)
class Source:
    """The signatures of reserved numbers, from which labels are made one by one."""

    base: str
    batch: Batch
    ranges: tuple[tuple[LabelRange, bytes], ...]
    """Each with the hint of the key that signed it."""
    common: UnitLabel | None = None
    """What every label bears where a product is sealed by the lot."""

    def label(self, number: int) -> UnitLabel | None:
        """``None`` for a number of no range: it stands on a seal of a roll, which was printed before it was bound."""
        found, hint = next((one for one in self.ranges if number in one[0].span), (None, b""))
        if found is None:
            return None
        if self.common is not None:
            return replace(self.common, number=number)
        assert found.signatures is not None  # signed() saw to it
        start = (number - found.first) * token.SIGNATURE_BYTES
        signature = found.signatures[start : start + token.SIGNATURE_BYTES]
        made = token.Token(access.fields(self.batch, hint, number), signature)
        code = Code(self.batch.public_id or 0, number).printed
        return UnitLabel(number, code, made.digits, f"{self.base}/{made.path}")


async def signed(acting: Acting, association: Association, batch: Batch, span: Span) -> Source:
    """The source of the labels of ``span``; signs what is not signed yet. Raises ``Unavailable('keys.locked')``."""
    async with reading():
        every = await store.ranges(association.id, batch.id)
    ranges = []
    for one in every:
        if not one.span.meets(span):
            continue
        found = await _sign(acting, association, one)
        intent = await keys.intent_of(association.id, IntentKind.QR_RANGE, found.id)
        assert intent is not None
        # as committed: the key may have been replaced since the numbers were reserved
        ranges.append((found, read_range(intent.payload).payload[1:5]))
    return Source(association.base, batch, tuple(ranges))
