"""Whether a label may be printed on an association's own template: drawn as it will be, looked at, and read.

Asked when a template is recorded, with names of ordinary length, and at every run, with the batch's own.
"""

from __future__ import annotations

import asyncio

import zxingcpp

from seal.errors import Reason
from seal.labels.faces import checking, essentials
from seal.labels.faces.checking import CHECK_DPI, Square
from seal.labels.formats import Format
from seal.labels.sheet import LabelView
from seal.printing import labels as printing
from seal.printing import reading, service
from seal.printing.labels import Face, Layout
from seal.printing.qr import QUIET
from seal.printing.service import POINTS_PER_MM
from seal.printing.stationery import Branding

READ_DPI = 300
_EXACT_MM = 0.05


async def one(face: Face, layout: Layout, format: Format, printed: printing.Printed) -> bytes:
    """One label alone on a page of its size, as it will be printed."""
    alone = Layout(format.label_mm, ((0.0, 0.0),), format.label_mm[1], layout.module_mm, layout.version, layout.prefix)
    return await printing.whole(face, alone, [printed])


async def faults(
    face: Face,
    layout: Layout,
    format: Format,
    printed: tuple[str, ...],
    view: LabelView,
    branding: Branding,
) -> tuple[Reason, ...]:
    """Every reason against the label ``printed`` (address, code, number), drawn and looked at; none if it is fit.

    Raises ``Unavailable`` as ``printing.labels.piece`` does.
    """
    drawn = await one(face, layout, format, printed)
    picture = await service.image(drawn, dpi=CHECK_DPI)
    code, unit = printed[1], printed[2] if len(printed) > 2 else ""
    small = format.shape != "rect"
    said = essentials.of(view, branding, code=code, unit=unit, small=small)
    letters = await asyncio.to_thread(reading.glyphs, drawn)
    square, against = _square(face, layout, format)
    if square is None:
        return against
    found = await asyncio.to_thread(
        checking.faults, picture, letters, square, said, size=format.label_mm, round_=format.shape == "round"
    )
    if not any(reason.code.startswith(("labels.face_quiet", "labels.face_ground")) for reason in found):
        found = (*found, *await unread(drawn, printed[0]))
    return found


def _square(face: Face, layout: Layout, format: Format) -> tuple[Square | None, tuple[Reason, ...]]:
    """Where the symbol stands; the template may neither stretch it nor push it off the label."""
    left, top, right, bottom = (side / POINTS_PER_MM for side in face.parts["symbol"])
    modules = 17 + 4 * layout.version
    side = (modules + 2 * QUIET) * layout.module_mm
    stretched = max(abs(right - left - side), abs(bottom - top - side)) > _EXACT_MM
    width, height = format.label_mm
    beyond = left < -_EXACT_MM or top < -_EXACT_MM or right > width + _EXACT_MM or bottom > height + _EXACT_MM
    if stretched or beyond:
        return None, (Reason("labels.face_symbol", {"mm": f"{format.space_mm:g}"}),)
    return Square(left, top, side, modules), ()


async def unread(drawn: bytes, address: str) -> list[Reason]:
    """Whether a reader gets something else out of the picture than was put in."""
    picture = (await service.image(drawn, dpi=READ_DPI)).convert("L")
    read = await asyncio.to_thread(zxingcpp.read_barcodes, picture)
    return [] if [code.text for code in read] == [address] else [Reason("labels.face_unread")]


async def picture(face: Face, layout: Layout, format: Format, printed: printing.Printed) -> bytes:
    """One label as PNG, sharp enough for a screen."""
    return await service.png(await one(face, layout, format, printed), dpi=READ_DPI)
