"""Whether a label may be printed: judged by what its picture and its letters show, not by what was meant. Pure.

The picture is of one label as it will be printed, symbol and all. What an essential says must be read on it, at no
less than 5.2 points (the code 7), dark enough on its ground, inside the label; nothing may enter the symbol's square.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from PIL import Image

from seal.errors import Reason
from seal.labels.faces.pieces import CODE_POINTS, LEAST_POINTS
from seal.printing.qr import QUIET
from seal.printing.reading import Glyph
from seal.web.colours import contrast, luminance

TEXT_CONTRAST, SYMBOL_CONTRAST = 4.5, 7.0
CHECK_DPI = 600
_ROUNDING = 0.03
"""Points that a PDF's decimals may take from a size."""
_EVEN = 0.02
"""How far a ground may vary in luminance and still be one ground."""
_TOLD = 40
_LEAN = 0.34
"""How much of a letter a neighbour may cover."""
_LIGATURE = 2


@dataclass(frozen=True)
class Square:
    """The symbol's place in millimetres, quiet zone included; ``modules`` of a side without it."""

    left: float
    top: float
    side: float
    modules: int

    @property
    def quiet(self) -> float:
        return self.side / (self.modules + 2 * QUIET) * QUIET


def faults(
    picture: Image.Image,
    letters: Sequence[Glyph],
    square: Square,
    essentials: Mapping[str, str],
    *,
    size: tuple[float, float],
    round_: bool = False,
    dpi: int = CHECK_DPI,
) -> tuple[Reason, ...]:
    """Everything that forbids the label of ``size`` millimetres, drawn in ``picture`` at ``dpi``; none if it is fit.

    ``essentials`` gives what must be read, by its name. Whether the symbol is read is asked of a reader elsewhere.
    """
    picture = picture.convert("RGB")
    dots = dpi / 25.4
    return (
        *missing(letters, essentials),
        *small(letters, essentials.get("code", "")),
        *_cut(letters, size, round_),
        *over(letters),
        *pale(picture, letters, dots),
        *quiet(picture, square, dots),
    )


def folded(text: str) -> str:
    """Letters and digits only, without case: how words are compared that stand on several lines or on a circle."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


def missing(letters: Sequence[Glyph], essentials: Mapping[str, str]) -> list[Reason]:
    """The essentials that are not on the label."""
    said = folded("".join(letter.text for letter in letters))
    return [
        Reason("labels.face_missing", {"face_part": part, "text": text[:_TOLD]})
        for part, text in essentials.items()
        if folded(text) and folded(text) not in said
    ]


def small(letters: Sequence[Glyph], code: str) -> list[Reason]:
    """Text under the least size, and the code under its own."""
    reasons = []
    for run in _runs(letters):
        least = CODE_POINTS if code and code in "".join(one.text for one in run) else LEAST_POINTS
        size = min(one.size for one in run)
        if size < least - _ROUNDING:
            told = {"text": _said(run), "points": f"{size:.1f}", "least": f"{least:g}"}
            reasons.append(Reason("labels.face_small", told))
    return reasons


def _runs(letters: Sequence[Glyph]) -> list[list[Glyph]]:
    """Letters that follow each other at one size: enough to name what is wrong."""
    runs: list[list[Glyph]] = []
    for letter in letters:
        if runs and abs(runs[-1][-1].size - letter.size) < 0.01:
            runs[-1].append(letter)
        else:
            runs.append([letter])
    return runs


def _said(run: Iterable[Glyph]) -> str:
    return "".join(one.text for one in run)[:_TOLD]


def _cut(letters: Sequence[Glyph], size: tuple[float, float], round_: bool) -> list[Reason]:
    """Letters that reach beyond the label."""
    width, height = size

    def beyond(one: Glyph) -> bool:
        if round_:
            radius = width / 2
            corners = [(x - radius, y - radius) for x in (one.left, one.right) for y in (one.top, one.bottom)]
            return max(x * x + y * y for x, y in corners) > radius * radius
        return one.left < 0 or one.top < 0 or one.right > width or one.bottom > height

    out = [letter for letter in letters if beyond(letter)]
    return [Reason("labels.face_cut", {"text": _said(out)})] if out else []


def over(letters: Sequence[Glyph]) -> list[Reason]:
    """Letters that are printed over others: by more than a third of the smaller. Those that follow each other are left
    out, since a ligature is one drawing of two or three."""
    lines = sorted(enumerate(letters), key=lambda found: found[1].top)
    hidden = []
    for place, (number, one) in enumerate(lines):
        for other_number, other in lines[place + 1 :]:
            if abs(number - other_number) <= _LIGATURE:
                continue
            if other.top >= one.bottom:
                break
            wide = min(one.right, other.right) - max(one.left, other.left)
            high = min(one.bottom, other.bottom) - max(one.top, other.top)
            if wide > 0 and high > 0 and wide * high > _LEAN * min(_area(one), _area(other)):
                hidden.append(other)
    return [Reason("labels.face_over", {"text": _said(hidden)})] if hidden else []


def _area(one: Glyph) -> float:
    return (one.right - one.left) * (one.bottom - one.top)


def pale(picture: Image.Image, letters: Sequence[Glyph], dots: float) -> list[Reason]:
    """Letters that hardly stand out from what is behind them, by pixels: hidden and covered ones as well."""
    faint: list[tuple[float, Glyph]] = []
    for letter in letters:
        measured = _contrast(picture, letter, dots)
        if measured < TEXT_CONTRAST:
            faint.append((measured, letter))
    if not faint:
        return []
    least = min(measured for measured, _ in faint)
    told = {"text": _said(one for _, one in faint), "contrast": f"{least:.1f}", "least": f"{TEXT_CONTRAST:g}"}
    return [Reason("labels.face_pale", told)]


def _contrast(picture: Image.Image, letter: Glyph, dots: float) -> float:
    inside = (
        int(letter.left * dots),
        int(letter.top * dots),
        int(letter.right * dots) + 1,
        int(letter.bottom * dots) + 1,
    )
    around = (inside[0] - 4, inside[1] - 4, inside[2] + 4, inside[3] + 4)
    ground = max(_colours(picture, around))[1]
    own = _light(ground)
    ink = max((colour for _, colour in _colours(picture, inside)), key=lambda colour: abs(_light(colour) - own))
    return contrast(_hex(ink), _hex(ground))


def _colours(picture: Image.Image, box: tuple[int, int, int, int]) -> list[tuple[int, tuple[int, ...]]]:
    """How often each colour is in a box, what is beyond the picture being black."""
    part = picture.crop(box)
    found = part.getcolors(max(1, part.width * part.height))
    return cast("list[tuple[int, tuple[int, ...]]]", found) or [(1, (0, 0, 0))]


def _hex(colour: tuple[int, ...]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in colour[:3])


@lru_cache(maxsize=4096)
def _light(colour: tuple[int, ...]) -> float:
    return luminance(_hex(colour))


def quiet(picture: Image.Image, square: Square, dots: float) -> list[Reason]:
    """What enters the blank margin, on which side; and a ground on which the symbol cannot stand."""
    margin = square.quiet - 1.5 / dots  # the symbol's own edge is blurred by a dot
    left, top, right, bottom = square.left, square.top, square.left + square.side, square.top + square.side
    strips = {
        "top": (left, top, right, top + margin),
        "bottom": (left, bottom - margin, right, bottom),
        "left": (left, top, left + margin, bottom),
        "right": (right - margin, top, right, bottom),
    }
    reasons, grounds = [], []
    for side, strip in strips.items():
        first, second, third, fourth = (round(edge * dots) for edge in strip)
        box = (first, second, third, fourth)
        if box[0] < 0 or box[1] < 0 or box[2] > picture.width or box[3] > picture.height:
            reasons.append(Reason("labels.face_quiet", {"label_side": side, "mm": f"{square.side:.1f}"}))
            continue
        colours = _colours(picture, box)
        lights = [_light(colour) for _, colour in colours]
        grounds.append(max(colours)[1])
        if max(lights) - min(lights) > _EVEN:
            reasons.append(Reason("labels.face_quiet", {"label_side": side, "mm": f"{square.side:.1f}"}))
    return [*reasons, *(_ground(grounds[0]) if grounds else [])]


def _ground(ground: tuple[int, ...]) -> list[Reason]:
    """The symbol is black: what it needs is a light ground."""
    measured = contrast("#000000", _hex(ground))
    if _light(ground) < 0.18:  # closer to black than to white
        return [Reason("labels.face_ground_dark")]
    if measured < SYMBOL_CONTRAST:
        told = {"contrast": f"{measured:.1f}", "least": f"{SYMBOL_CONTRAST:g}"}
        return [Reason("labels.face_ground_pale", told)]
    return []
