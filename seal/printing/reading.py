"""What a drawn page really shows: its letters with their places and sizes, read back from the PDF. Blocking."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

from seal.printing.service import POINTS_PER_MM, pdfium


@dataclass(frozen=True)
class Glyph:
    """One letter: its box in millimetres from the page's top left corner, and its size in points as it is printed."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float


def glyphs(document: bytes, page: int = 0) -> tuple[Glyph, ...]:
    """Every letter of a page that is not blank, whatever hides or covers it. ``ValueError`` if it is no PDF."""
    with pdfium:
        try:
            opened = pypdfium2.PdfDocument(document)
        except pypdfium2.PdfiumError as error:
            raise ValueError(str(error)) from None
        try:
            height = opened[page].get_height()
            text = opened[page].get_textpage()
            found = (_glyph(text.raw, place, height) for place in range(text.count_chars()))
            return tuple(one for one in found if one is not None)
        finally:
            opened.close()


def _glyph(text: object, place: int, height: float) -> Glyph | None:
    letter = chr(raw.FPDFText_GetUnicode(text, place))
    if letter.isspace() or raw.FPDFText_IsGenerated(text, place) == 1:
        return None
    sides = [ctypes.c_double() for _ in range(4)]
    raw.FPDFText_GetCharBox(text, place, *(ctypes.byref(side) for side in sides))
    left, right, bottom, top = (side.value / POINTS_PER_MM for side in sides)
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, place, matrix)
    size = raw.FPDFText_GetFontSize(text, place) * math.hypot(matrix.c, matrix.d)
    high = height / POINTS_PER_MM
    return Glyph(letter, left, high - top, right, high - bottom, size)
