"""Paper: HTML to PDF in a fenced child process, and pictures of PDF pages."""

from __future__ import annotations

import asyncio
import hashlib
import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pypdfium2

from seal.clock import rfc3339
from seal.printing.fence import Job, fence

POINTS_PER_MM = 72 / 25.4
_pdfium = threading.Lock()
"""PDFium keeps global state and must not be entered by two threads."""


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF. ``relationship`` is PDF/A-3's: Source, Data, Alternative, Supplement."""

    name: str
    data: bytes
    description: str = ""
    relationship: str = "Data"


@dataclass(frozen=True)
class Crop:
    """A part of a page, in millimetres from its top left corner."""

    left: float
    top: float
    width: float
    height: float


async def pdf(html: str, *, at: datetime, lang: str, title: str, attachments: Sequence[Attachment] = ()) -> bytes:
    """``html`` as a tagged PDF, PDF/A-3a when it carries attachments.

    The same arguments give the same bytes: dates come from ``at``, the identifier from the content. Only
    ``data:`` addresses are read; anything else in the HTML is left out. Raises ``Unavailable``
    (``printing.pango_missing``, ``printing.timeout``, ``printing.failed``). Starts or reuses a child process.
    """
    created = rfc3339(at)
    identity = hashlib.sha256(f"{created}\0{lang}\0{title}\0{html}".encode())
    for attachment in attachments:
        identity.update(hashlib.sha256(attachment.data).digest())
    job = Job(
        html,
        lang,
        title,
        created,
        identity.hexdigest()[:32],
        "pdf/a-3a" if attachments else None,
        tuple((item.name, item.description, item.relationship, item.data) for item in attachments),
    )
    return await asyncio.to_thread(fence.print, job)


async def png(document: bytes, *, page: int = 0, dpi: int = 300, crop_mm: Crop | None = None) -> bytes:
    """A page of a PDF of ours, or a part of it, as PNG at ``dpi`` dots an inch. Raises ``IndexError`` past the end."""
    return await asyncio.to_thread(_png, document, page, dpi, crop_mm)


def _png(document: bytes, page: int, dpi: int, crop: Crop | None) -> bytes:
    with _pdfium:
        opened = pypdfium2.PdfDocument(document)
        try:
            if not 0 <= page < len(opened):
                raise IndexError(f"the document has {len(opened)} pages")
            image = opened[page].render(scale=dpi / 72).to_pil().convert("RGB")
        finally:
            opened.close()
    if crop is not None:
        dots = dpi / 25.4
        right, bottom = crop.left + crop.width, crop.top + crop.height
        image = image.crop(tuple(round(side * dots) for side in (crop.left, crop.top, right, bottom)))
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(dpi, dpi), optimize=True)
    return out.getvalue()


async def page_count(document: bytes) -> int:
    """Pages of a PDF."""

    def count() -> int:
        with _pdfium:
            opened = pypdfium2.PdfDocument(document)
            try:
                return len(opened)
            finally:
                opened.close()

    return await asyncio.to_thread(count)
