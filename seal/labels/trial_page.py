"""A page of outlines to hold against the stock: where each label will stand, in which order, and a ruler."""

from __future__ import annotations

from datetime import datetime

from seal.labels import formats
from seal.labels.formats import Format, Pair
from seal.printing import service as printing
from seal.printing.stationery import paper

LANGUAGE = "es"


async def pdf(format: Format, offset_mm: Pair, *, at: datetime) -> bytes:
    """The test page of a format, moved by the offset. Raises ``BadInput('label.offset')`` for a large one."""
    return await printing.pdf(html(format, offset_mm), at=at, lang=LANGUAGE, title=format.id)


def html(found: Format, offset_mm: Pair) -> str:
    offset = formats.usable_offset(*offset_mm)
    places = [found.place(position, offset) for position in range(1, found.per_page + 1)]
    return paper(
        "labels/trial_page.html", format=found, places=places, ruler=min(50, int(found.label_mm[0] // 10) * 10 - 10)
    )
