"""What a face is made of: pieces at fixed places, in millimetres from the label's top left corner. Pure.

A face is set line by line from the real widths of the fonts, so that long names come out smaller or on more lines and
never over something else. What differs from label to label (symbol, code, unit number) is a :class:`Spot`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from seal.errors import Refused
from seal.printing.fitting import MM_PER_POINT, Set, fitted, width_mm

LEAST_POINTS, CODE_POINTS = 5.2, 7.0
"""Smallest text and smallest code that is still read without a glass."""
BOLD, PLAIN = 700, 520
HOLE_MM = 3.4
Align = Literal["left", "center", "right"]
Pair = tuple[float, float]


@dataclass(frozen=True)
class Text:
    """One line. ``left``, ``top`` and ``width`` are of the box as it stands when read upright, before ``turn``."""

    text: str
    left: float
    top: float
    width: float
    size: float
    weight: int = PLAIN
    align: Align = "left"
    tracking: float = 0.0
    turn: int = 0
    lang: str = ""


@dataclass(frozen=True)
class Spot:
    """The place of something that differs: ``symbol``, ``code`` or ``unit``. Text of ``size`` points stands in it."""

    name: Literal["symbol", "code", "unit"]
    left: float
    top: float
    width: float
    height: float
    size: float = 0.0
    align: Align = "center"
    turn: int = 0


@dataclass(frozen=True)
class Rule:
    left: float
    top: float
    width: float
    thick: float = 0.25


@dataclass(frozen=True)
class Mark:
    left: float
    top: float
    side: float


@dataclass(frozen=True)
class Band:
    """White words on ink: a demonstration says so."""

    text: str
    left: float
    top: float
    width: float
    height: float = 2.2
    size: float = LEAST_POINTS
    turn: int = 0


@dataclass(frozen=True)
class Ring:
    """A drawn circle: the edge of a round label, or where a hole goes."""

    x: float
    y: float
    radius: float
    thick: float = 0.25


@dataclass(frozen=True)
class Letter:
    """One letter on a circle, its baseline starting at ``x``, ``y``, turned by ``angle`` degrees."""

    text: str
    x: float
    y: float
    angle: float
    size: float
    weight: int


Piece = Text | Spot | Rule | Mark | Band | Ring | Letter


@dataclass(frozen=True)
class Face:
    """A label's face. ``left_out`` names what had no room and may stand on the product's own label."""

    size_mm: Pair
    pieces: tuple[Piece, ...]
    left_out: tuple[str, ...] = ()

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple(one for one in self.pieces if isinstance(one, Spot))


def points_mm(points: float) -> float:
    return points * MM_PER_POINT


def sizes(largest: float, least: float = LEAST_POINTS) -> tuple[float, ...]:
    """Falling sizes in steps of 0.4 points, down to the least."""
    steps = max(0, math.ceil((largest - least) / 0.4))
    return tuple(max(least, round(largest - 0.4 * step, 2)) for step in range(steps + 1))


def must_fit(name: str, text: str, width: float, falling: Sequence[float], *, most: int, weight: int = PLAIN) -> Set:
    """``text`` in at most ``most`` lines. Raises ``Refused('labels.face_no_room')``: an essential is never cut."""
    found = fitted(text, width, tuple(falling), most=most, weight=weight)
    if found is None:
        raise Refused("labels.face_no_room", face_part=name, text=text[:60])
    return found


def address(text: str, width: float, falling: Sequence[float]) -> Set:
    """What a person types, in one line, or host and path in two; any longer one is broken. Raises as ``must_fit``."""
    found = fitted(text, width, tuple(falling))
    host, slash, path = text.partition("/")
    if found is None and slash:
        for size in falling:
            if max(width_mm(part, size) for part in (host, slash + path)) <= width:
                return Set((host, slash + path), size)
    return found or must_fit("address", text, width, falling, most=3)


def column(
    found: Set, left: float, top: float, width: float, *, weight: int = PLAIN, align: Align = "left", lang: str = ""
) -> list[Text]:
    """The lines of a set text, one under the other."""
    step = points_mm(found.size)
    return [
        Text(line, left, top + step * place, width, found.size, weight, align, lang=lang)
        for place, line in enumerate(found.lines)
    ]


def first_fitting(options: Sequence[str], width: float, size: float, *, weight: int = PLAIN) -> str | None:
    """The first of ``options`` that stands in one line of ``width``."""
    return next((one for one in options if width_mm(one, size, weight=weight) <= width), None)


def arc(
    text: str, centre: Pair, radius: float, size: float, *, weight: int = PLAIN, below: bool = False, gap: float = 0.0
) -> list[Letter]:
    """``text`` along a circle, in the middle above it or ``below``; ``gap`` in millimetres between letters."""
    advances = [width_mm(letter, size, weight=weight) + gap for letter in text]
    along = -sum(advances) / 2
    letters = []
    for letter, advance in zip(text, advances, strict=True):
        turn = (along + advance / 2) / radius
        sine, cosine = math.sin(turn), math.cos(turn)
        down = 1 if below else -1
        x = centre[0] + radius * sine - advance / 2 * cosine
        y = centre[1] + down * (radius * cosine + advance / 2 * sine)
        if letter != " ":
            letters.append(Letter(letter, x, y, -down * math.degrees(turn), size, weight))
        along += advance
    return letters


def arc_degrees(text: str, radius: float, size: float, *, weight: int = PLAIN, gap: float = 0.0) -> float:
    """How far ``text`` reaches around a circle."""
    return math.degrees((sum(width_mm(letter, size, weight=weight) for letter in text) + gap * len(text)) / radius)
