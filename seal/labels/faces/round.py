"""The face of a round label: names on the circle, what is long upright beside the symbol. Pure.

Beside the symbol are four slots, two on each side. Maker, lot and number take what they need, then how long the
certificate runs if the circle has no room for it, then the invitation. Product, place, net content and best before
stand on the product's own label.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from seal.errors import Refused
from seal.labels.faces import words
from seal.labels.faces.pieces import (
    BOLD,
    CODE_POINTS,
    LEAST_POINTS,
    PLAIN,
    Band,
    Face,
    Mark,
    Pair,
    Piece,
    Ring,
    Spot,
    Text,
    arc,
    arc_degrees,
    first_fitting,
    points_mm,
    sizes,
)
from seal.labels.sheet import LabelView
from seal.printing.fitting import Set, fitted, width_mm
from seal.printing.stationery import Branding

_SIDE = 5.4
_ABOVE, _BELOW = 108.0, 94.0
"""Degrees that words on the circle may take: beyond them they would meet what stands upright, and the code."""
_CAPITALS = ((7.4, 0.12), (6.8, 0.12), (6.2, 0.1))


@dataclass
class _Round:
    """A face in the making. ``free`` are the slots: 1 next to the symbol, 2 outside of it."""

    view: LabelView
    branding: Branding
    radius: float
    space: float
    pieces: list[Piece] = field(default_factory=list)
    free: set[str] = field(default_factory=lambda: {"L1", "L2", "R1", "R2"})
    circle_free: bool = True

    @property
    def edge(self) -> float:
        return self.radius - 0.8

    @property
    def top(self) -> float:
        """Top of the symbol: a little above the middle, as the code and the address stand under it."""
        return self.radius - self.space * 0.56

    def near(self, slot: str) -> float:
        """How far from the middle a slot begins."""
        return self.space / 2 + 0.25 + (points_mm(_SIDE) + 0.3 if slot.endswith("2") else 0.0)

    def reach(self, slot: str) -> tuple[float, float]:
        """Top and bottom of a slot: between the words on the circle, and beside the code."""
        away = self.near(slot) + points_mm(_SIDE)
        inside = self.edge - 3.1
        ends = inside * math.cos(math.radians(_ABOVE / 2))
        if slot.endswith("1"):
            return self.radius - _chord(inside, away) + 0.1, self.top + self.space - 0.1
        return self.radius - ends + 0.3, self.radius + min(_chord(self.edge - 0.5, away), inside * 0.69)

    def long(self, slot: str) -> float:
        """How long a line in a slot may be."""
        top, bottom = self.reach(slot)
        return bottom - top

    def upright(self, slot: str, text: str, size: float, weight: int = BOLD, lang: str = "") -> None:
        """A line in a slot: upwards on the left, downwards on the right."""
        self.free.discard(slot)
        top, bottom = self.reach(slot)
        if slot.startswith("L"):
            left, start, turn = self.radius - self.near(slot) - points_mm(size), bottom, 270
        else:
            left, start, turn = self.radius + self.near(slot) + points_mm(size), top, 90
        self.pieces.append(Text(text, left, start, bottom - top, size, weight, "center", turn=turn, lang=lang))

    def numbered(self, slot: str, before: str) -> bool:
        """Words and the unit's place in a slot on the right; false if they are too long."""
        for size in sizes(_SIDE):
            first = width_mm(before, size, weight=BOLD)
            unit = width_mm(self.view.longest_unit, size, weight=BOLD) + 0.2
            if first + unit > self.long(slot):
                continue
            self.free.discard(slot)
            thick = points_mm(size)
            right, start = self.radius + self.near(slot) + thick, (sum(self.reach(slot)) - first - unit) / 2
            self.pieces += [
                Text(before, right, start, first, size, BOLD, turn=90),
                Spot("unit", right, start + first, unit, thick, size, "left", turn=90),
            ]
            return True
        return False


def face(view: LabelView, branding: Branding, size: Pair, space: float) -> Face:
    """The face. Raises ``Refused('labels.face_no_room')`` where an essential cannot be set on such a label."""
    made = _Round(view, branding, size[0] / 2, space)
    made.pieces += [
        Ring(made.radius, made.radius, made.edge),
        Spot("symbol", made.radius - space / 2, made.top, space, space),
    ]
    _crown(made)
    _association(made)
    _code(made)
    _maker(made)
    _lot(made)
    _until(made)
    invited = _invitation(made)
    left_out = ["product", "place", *(["use_by"] if view.use_by else []), *(["notes"] if view.notes else [])]
    return Face(size, tuple(made.pieces), tuple(left_out if invited else [*left_out, "invitation"]))


def _crown(made: _Round) -> None:
    """The mark over the symbol; on a demonstration the word for it."""
    if not made.branding.demonstration:
        made.pieces.append(Mark(made.radius - 2.1, made.top - 4.3, 4.2))
        return
    said = words.ES("labels_print.demonstration")
    wide = width_mm(said, LEAST_POINTS, weight=BOLD) + 1.2
    made.pieces.append(Band(said, made.radius - wide / 2, made.top - 2.3, wide, 2.1))


def _association(made: _Round) -> None:
    """On the circle above; a long name goes on below."""
    name, at, middle = made.branding.name, made.edge - 2.55, (made.radius, made.radius)
    options = [(name.upper(), *each) for each in _CAPITALS] + [(name, each, 0.0) for each in sizes(7.4)]
    for text, size, gap in options:
        if arc_degrees(text, at, size, weight=BOLD, gap=gap) <= _ABOVE:
            made.pieces += arc(text, middle, at, size, weight=BOLD, gap=gap)
            return
    parts = name.split()
    for count in range(len(parts) - 1, 0, -1):
        above, below = " ".join(parts[:count]), " ".join(parts[count:])
        if (
            arc_degrees(above, at, LEAST_POINTS, weight=BOLD) <= _ABOVE
            and arc_degrees(below, made.edge - 0.95, LEAST_POINTS, weight=BOLD) <= _BELOW
        ):
            made.pieces += arc(above, middle, at, LEAST_POINTS, weight=BOLD)
            made.pieces += arc(below, middle, made.edge - 0.95, LEAST_POINTS, weight=BOLD, below=True)
            made.circle_free = False
            return
    raise Refused("labels.face_no_room", face_part="association", text=name[:60])


def _code(made: _Round) -> None:
    """Code and address under the symbol; an address that is too long for that goes on the circle."""
    top, high = made.top + made.space + 0.05, points_mm(CODE_POINTS)
    wide = _chord(made.edge - 0.4, top + high - made.radius)
    made.pieces.append(Spot("code", made.radius - wide, top, 2 * wide, high, CODE_POINTS))
    top += high + 0.3
    for size in sizes(5.8):
        wide = _chord(made.edge - 2.7, top + points_mm(size) * 0.8 - made.radius)
        if width_mm(made.branding.address, size) <= 2 * wide:
            made.pieces.append(Text(made.branding.address, made.radius - wide, top, 2 * wide, size, PLAIN, "center"))
            return
    if not made.circle_free or not _on_circle(made, (made.branding.address,)):
        raise Refused("labels.face_no_room", face_part="address", text=made.branding.address[:60])


def _on_circle(made: _Round, options: tuple[str, ...]) -> bool:
    """The first of ``options`` that fits on the circle below, as large as it fits."""
    for text in options:
        for size in sizes(5.8):
            if arc_degrees(text, made.edge - 0.95, size, weight=PLAIN + 60) <= _BELOW:
                middle = (made.radius, made.radius)
                made.pieces += arc(text, middle, made.edge - 0.95, size, weight=PLAIN + 60, below=True)
                made.circle_free = False
                return True
    return False


def _maker(made: _Round) -> None:
    """On the left, in two lines if it must."""
    name = made.view.maker
    found: Set | None = fitted(name, made.long("L1"), sizes(5.8), weight=BOLD)
    slots = ["L1"]
    if found is None:
        found, slots = fitted(name, made.long("L2"), sizes(5.4), most=2, weight=BOLD), ["L2", "L1"]
    if found is None:
        raise Refused("labels.face_no_room", face_part="maker", text=name[:60])
    for slot, line in zip(slots, found.lines, strict=True):
        made.upright(slot, line, found.size)


def _lot(made: _Round) -> None:
    """Lot and number on the right, together or side by side."""
    view = made.view
    number = words.ES("labels_print.piece" if view.serial == "piece" else "labels_print.unit")
    if view.numbered and any(made.numbered(slot, f"{view.lot} · {number} ") for slot in ("R1", "R2")):
        return
    options = (f"{words.both('lot')} {view.lot}", f"{words.ES('labels_print.lot')} {view.lot}", view.lot)
    lot = first_fitting(options, made.long("R1"), _SIDE, weight=BOLD)
    if lot is None or (view.numbered and not made.numbered("R2", f"{number} ")):
        raise Refused("labels.face_no_room", face_part="lot", text=view.lot)
    made.upright("R1", lot, _SIDE)


def _until(made: _Round) -> None:
    options = words.until(made.view)
    if made.circle_free and _on_circle(made, options):
        return
    for slot in ("L2", "R2", "R1"):
        said = first_fitting(options, made.long(slot), LEAST_POINTS)
        if slot in made.free and said is not None:
            made.upright(slot, said, LEAST_POINTS, PLAIN)
            return
    raise Refused("labels.face_no_room", face_part="certified_until", text=options[-1])


def _invitation(made: _Round) -> bool:
    """In the slots that are left, Spanish on the left; false if one of the two languages had no room."""
    keys = ("meet", "demonstration") if made.branding.demonstration else ("meet", "meet")
    shown = 0
    for side, said, key, lang in (("L", words.ES, keys[0], ""), ("R", words.EN, keys[1], "en")):
        text = said(f"labels_print.{key}")
        for slot in (f"{side}2", f"{side}1"):
            if slot in made.free and width_mm(text, LEAST_POINTS, weight=BOLD) <= made.long(slot):
                made.upright(slot, text, LEAST_POINTS, PLAIN if lang and key == "meet" else BOLD, lang)
                shown += 1
                break
    return shown == 2


def _chord(radius: float, away: float) -> float:
    """Half of a circle's width at ``away`` from its middle."""
    return math.sqrt(max(0.0, radius**2 - away**2))
