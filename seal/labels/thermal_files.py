"""Files for thermal printers: ZPL II, or a picture of each label, of a range on a roll."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from litestar import Response
from PIL import Image

from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.certificates.papers import branding
from seal.db import reading
from seal.errors import BadInput, Refused
from seal.identity import Acting
from seal.labels import access, drawing, formats, model, plaques, runs, store, thermal
from seal.labels.drawing import Plan, UnitLabel
from seal.labels.formats import Format, Pair
from seal.labels.model import Span
from seal.labels.own import judging
from seal.labels.own import service as own
from seal.labels.thermal import DOTS_PER_MM, DPIS
from seal.people import service as people
from seal.printing import qr, service
from seal.printing.service import POINTS_PER_MM

MOST = 500
"""Labels in one file: each is drawn in dots, and what they share is known only when all are."""
ROLL = "roll-60x40"


@dataclass(frozen=True)
class Wanted:
    """Numbers ``first`` to ``last`` of a batch on a roll, for a printer of ``dpi``, moved by the offset."""

    batch_id: UUID
    first: int
    last: int
    format: str = ROLL
    dpi: int = 203
    offset_mm: Pair = (0.0, 0.0)


async def zpl(acting: Acting, wanted: Wanted) -> bytes:
    """The labels as one ZPL II job; voided numbers are left out.

    Raises as ``runs.signed``, ``BadInput`` (``labels.dpi``, ``labels.roll_only``, ``label.offset``), ``Refused`` where
    the right has ended, such labels cannot be printed or are too many for one file.
    """
    return thermal.zpl([picture for _, picture in await _drawn(acting, wanted)])


async def pictures(acting: Acting, wanted: Wanted) -> bytes:
    """The same labels as black and white PNG files in a ZIP, one each, named by number and code. Raises as ``zpl``."""
    found = await _drawn(acting, wanted)
    return await asyncio.to_thread(_packed, found, wanted.dpi)


async def sent(acting: Acting, wanted: Wanted, file: str) -> Response[bytes]:
    """The file as pages and programs get it. Raises as :func:`zpl`."""
    made = await (zpl if file == "zpl" else pictures)(acting, wanted)
    name = f"labels-{wanted.first}-{wanted.last}-{wanted.dpi}.{'zpl' if file == 'zpl' else 'zip'}"
    kind = "application/octet-stream" if file == "zpl" else "application/zip"
    return Response(made, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _packed(found: Sequence[tuple[UnitLabel, Image.Image]], dpi: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for one, picture in found:
            png = io.BytesIO()
            picture.save(png, "PNG", dpi=(dpi, dpi))
            packed.writestr(zipfile.ZipInfo(f"{one.number:05d}-{one.code}.png"), png.getvalue())
    return out.getvalue()


async def _drawn(acting: Acting, wanted: Wanted) -> list[tuple[UnitLabel, Image.Image]]:
    dpi = wanted.dpi
    if dpi not in DPIS:
        raise BadInput("labels.dpi", field="dpi", dpi=dpi)
    chosen = await own.paper(acting.association_id, wanted.format)
    if chosen.format.medium != "roll":
        raise BadInput("labels.roll_only", field="format")
    offset = formats.usable_offset(*wanted.offset_mm)
    association, batch, made = await _labels(acting, wanted)
    view = await runs.view(association, batch)
    if not view.numbered:
        common = await runs.of_lot(acting, association, batch)
        made = [replace(common, number=one.number) for one in made]
    plan = await drawing.plan(
        chosen.format,
        view,
        branding(association),
        made[0],
        at=batch.sealed_at or acting.at,
        title=runs.title(batch, Span(wanted.first, wanted.last)),
        template=chosen.template,
        dots_per_mm=DOTS_PER_MM[dpi],
        batch_token=lambda: plaques.of_batch(acting, association, batch),
    )
    move = thermal.dots(offset[0], dpi), thermal.dots(offset[1], dpi)
    return [(one, thermal.moved(await dotted(plan, chosen.format, one, dpi), *move)) for one in made]


async def _labels(acting: Acting, wanted: Wanted) -> tuple[Association, Batch, list[UnitLabel]]:
    """The labels that are not out of use, signed; nothing once the right has ended."""
    await people.authorise(acting, *runs.PRINTERS)
    association = await associations.get(acting.association_id)
    batch = await batches.batch(acting, wanted.batch_id)
    if against := await access.against(acting, association, batch):
        raise Refused.because(against)
    span = Span(wanted.first, wanted.last)
    if len(span) > MOST:
        raise Refused("labels.thermal_many", most=MOST)
    async with reading():
        ledger = await store.ledger(association.id, batch.id)
        voids = await store.voids(association.id, batch.id)
    highest = ledger.reserved_high if ledger else 0
    if not 1 <= span.first <= span.last <= highest:
        raise Refused("label.not_reserved", last=span.last, highest=highest)
    source = await runs.signed(acting, association, batch, span)
    usable = model.usable(span, [one.span for one in voids])
    made = [one for number in usable if (one := source.label(number)) is not None]
    if not made:
        raise Refused("label.all_void", first=span.first, last=span.last)
    return association, batch, made


async def dotted(plan: Plan, format: Format, one: UnitLabel, dpi: int) -> Image.Image:
    """One label in the printer's dots, its symbol in whole ones."""
    (printed,) = drawing.printed(plan, [one])
    assert printed is not None  # a label that is not out of use
    drawn = await judging.one(plan.face, plan.layout, format, printed)
    size = tuple(thermal.dots(side, dpi) for side in format.label_mm)
    picture = (await service.image(drawn, dpi=dpi * 2)).resize((size[0], size[1]), Image.Resampling.BOX)
    left, top, *_ = plan.face.parts["symbol"]
    corner = thermal.dots(left / POINTS_PER_MM, dpi), thermal.dots(top / POINTS_PER_MM, dpi)
    text, prefix = printed[0], plan.layout.prefix
    module = thermal.dots(plan.layout.module_mm, dpi)
    return thermal.stamped(picture, qr.symbol(text[:prefix], text[prefix:]), *corner, module)
