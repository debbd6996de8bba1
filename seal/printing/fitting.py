"""How wide words come out in the fonts that Seal ships, so that a small label is set to fit before it is drawn.

The same font files as in the PDF, read by FreeType. Pure but for reading those files once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

MM_PER_POINT = 25.4 / 72
_UNITS = 1000
"""Size at which widths are measured; the rest is proportion."""
_FOLDER = Path(__file__).resolve().parent.parent / "static" / "fonts"
_FILE = {
    "Piazzolla": "piazzolla-latin-wght-normal.woff2",
    "Noto Sans Mono": "noto-sans-mono-latin-600-normal.woff2",
}
_SPARE = 1.01
"""Hinting and rounding may make a line a little longer than it was measured."""


@dataclass(frozen=True)
class Set:
    """Text set in lines of one size in points."""

    lines: tuple[str, ...]
    size: float

    def height_mm(self, leading: float = 1.0) -> float:
        return len(self.lines) * self.size * leading * MM_PER_POINT


@cache
def _font(family: str, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(_FOLDER / _FILE[family]), _UNITS)
    if family == "Piazzolla":
        font.set_variation_by_axes([weight])
    return font


@cache
def _advance(text: str, family: str, weight: int) -> float:
    """Ems."""
    return float(_font(family, weight).getlength(text)) / _UNITS


def width_mm(text: str, size: float, *, weight: int = 520, family: str = "Piazzolla", tracking: float = 0.0) -> float:
    """Millimetres of one line of ``text`` at ``size`` points; ``tracking`` in ems after each letter."""
    return (_advance(text, family, weight) + tracking * len(text)) * size * MM_PER_POINT * _SPARE


def wrapped(text: str, size: float, width: float, *, weight: int = 520, tracking: float = 0.0) -> tuple[str, ...]:
    """``text`` in lines of at most ``width`` millimetres; a word that is longer than a line is broken."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if width_mm(joined, size, weight=weight, tracking=tracking) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and width_mm(lines[-1] + letter, size, weight=weight, tracking=tracking) > width:
                lines.append("")
            lines[-1] += letter
    return tuple(lines)


def fitted(
    text: str, width: float, sizes: tuple[float, ...], *, most: int = 1, weight: int = 520, tracking: float = 0.0
) -> Set | None:
    """``text`` at the largest of ``sizes`` (falling) at which it takes at most ``most`` lines; ``None`` if at none.

    A word is broken only at the smallest size.
    """
    for size in sizes:
        whole = all(width_mm(word, size, weight=weight, tracking=tracking) <= width for word in text.split())
        lines = wrapped(text, size, width, weight=weight, tracking=tracking)
        if len(lines) <= most and (whole or size == sizes[-1]):
            return Set(lines, size)
    return None
