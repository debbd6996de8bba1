"""Paper: HTML to PDF in a fenced child process, and pictures of PDF pages."""

from __future__ import annotations

import asyncio
import hashlib
import io
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import pypdfium2
from PIL import Image

from seal.clock import rfc3339
from seal.errors import Unavailable
from seal.printing.certificates import AIRIEST, TIGHTEST
from seal.printing.fence import Errand, Job, fence

POINTS_PER_MM = 72 / 25.4
pdfium = threading.Lock()
"""PDFium keeps global state and must not be entered by two threads."""
LONGEST_LINE = 40
"""Jobs that may wait for the one child; whoever comes then is asked to come back."""
_printer = ThreadPoolExecutor(1, thread_name_prefix="printer")
_line = 0


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF. ``relationship`` is PDF/A-3's: Source, Data, Alternative, Supplement."""

    name: str
    data: bytes
    description: str = ""
    relationship: str = "Data"
    media_type: str = "application/octet-stream"


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
    (``printing.pango_missing``, ``printing.timeout``, ``printing.failed``, and ``printing.busy`` when too many wait).
    Starts or reuses a child process.
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
        tuple((item.name, item.description, item.relationship, item.media_type, item.data) for item in attachments),
    )
    return await in_turn(job)


async def one_page(
    html: Callable[[int], str], *, at: datetime, lang: str, title: str, attachments: Sequence[Attachment] = ()
) -> bytes:
    """A PDF of one page: ``html`` is asked for a tighter setting (-1 airy, 0, 1, …) as long as the page runs over.

    Raises as :func:`pdf`; ``Unavailable('printing.failed')`` if even the tightest runs over.
    """
    for tightness in range(AIRIEST, TIGHTEST + 1):
        made = await pdf(html(tightness), at=at, lang=lang, title=title, attachments=attachments)
        if await page_count(made) == 1:
            return made
    raise Unavailable("printing.failed", fault="two_pages")


async def in_turn(job: Job | Errand) -> bytes:
    """Jobs wait in one line, first come first served, and not in the threads that other work needs."""
    global _line
    if _line >= LONGEST_LINE:
        raise Unavailable("printing.busy")
    _line += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_printer, fence.print, job)
    finally:
        _line -= 1


async def png(document: bytes, *, page: int = 0, dpi: int = 300, crop_mm: Crop | None = None) -> bytes:
    """A page of a PDF of ours, or a part of it, as PNG at ``dpi`` dots an inch. Raises ``IndexError`` past the end."""
    return await asyncio.to_thread(_png, document, page, dpi, crop_mm)


async def image(document: bytes, *, page: int = 0, dpi: int = 300) -> Image.Image:
    """A page of a PDF of ours in pixels, for looking at it here. Raises ``IndexError`` past the end."""
    return await asyncio.to_thread(_image, document, page, dpi)


def _png(document: bytes, page: int, dpi: int, crop: Crop | None) -> bytes:
    image = _image(document, page, dpi)
    if crop is not None:
        dots = dpi / 25.4
        right, bottom = crop.left + crop.width, crop.top + crop.height
        left, top, right, bottom = (round(side * dots) for side in (crop.left, crop.top, right, bottom))
        image = image.crop((left, top, right, bottom))
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(dpi, dpi), optimize=True)
    return out.getvalue()


def _image(document: bytes, page: int, dpi: int) -> Image.Image:
    with pdfium:
        opened = pypdfium2.PdfDocument(document)
        try:
            if not 0 <= page < len(opened):
                raise IndexError(f"the document has {len(opened)} pages")
            return cast(Image.Image, opened[page].render(scale=dpi / 72).to_pil().convert("RGB"))
        finally:
            opened.close()


def attachments(document: bytes) -> tuple[tuple[str, bytes], ...]:
    """(name, bytes) of each file inside a PDF. Blocking. ``ValueError`` if it is not a PDF that can be read."""
    with pdfium:
        try:
            opened = pypdfium2.PdfDocument(document)
        except pypdfium2.PdfiumError as error:
            raise ValueError(str(error)) from None
        try:
            found = [opened.get_attachment(place) for place in range(opened.count_attachments())]
            return tuple((one.get_name(), bytes(one.get_data())) for one in found)
        finally:
            opened.close()


async def page_count(document: bytes) -> int:
    """Pages of a PDF."""

    def count() -> int:
        with pdfium:
            opened = pypdfium2.PdfDocument(document)
            try:
                return len(opened)
            finally:
                opened.close()

    return await asyncio.to_thread(count)
