"""The face of rectangular labels of any size: symbol, code and address on the left, words on the right. Pure.

The words are set as large as they fit; notes on allergens and storage are printed where they leave room. On labels
that fill the sheet words keep ``edge`` millimetres from the cut, as printers leave so much of a page blank.
"""

from __future__ import annotations

from dataclasses import dataclass

from seal.errors import Refused
from seal.labels.faces import words
from seal.labels.faces.pieces import (
    BOLD,
    CODE_POINTS,
    LEAST_POINTS,
    Band,
    Face,
    Mark,
    Pair,
    Piece,
    Rule,
    Spot,
    Text,
    address,
    column,
    first_fitting,
    must_fit,
    points_mm,
    sizes,
)
from seal.labels.sheet import LabelView
from seal.printing.fitting import fitted, width_mm
from seal.printing.stationery import Branding

_GAP = 1.2
_ONE_LINE = 0.78
"""Rather one line, a little smaller, than two."""
_TIGHTER = (1.0, 0.92, 0.85, 0.78, 0.7, 0.62, 0.5)


@dataclass(frozen=True)
class Box:
    """Where symbol and words stand on a label of ``size``."""

    size: Pair
    space: float
    edge: float

    @property
    def symbol(self) -> Pair:
        """Left and top of the symbol's square; its quiet zone may lie in the printer's margin, being blank."""
        return max(1.0, self.edge - 1.8), max(0.6, self.edge - 2.9)

    @property
    def left(self) -> float:
        return self.symbol[0] + self.space + _GAP

    @property
    def width(self) -> float:
        return self.size[0] - self.edge - self.left

    @property
    def height(self) -> float:
        return self.size[1] - 2 * self.edge + 0.2

    @property
    def scale(self) -> float:
        """Larger labels carry larger words."""
        return max(1.0, min(1.5, self.width / 33, self.size[1] / 38))


def face(view: LabelView, branding: Branding, size: Pair, space: float, *, edge: float = 2.2) -> Face:
    """The face. Raises ``Refused('labels.face_no_room')`` where the essentials cannot be set on such a label."""
    box = Box(size, space, edge)
    left, invites = _left(box, branding)
    tries = [(scale, joined, True) for scale in _TIGHTER[:4] for joined in (False, True)] if view.notes else []
    tries += [(scale, joined, False) for scale in _TIGHTER for joined in (False, True)]
    fault: Refused | None = None
    for scale, joined, noted in tries:
        try:
            right = _right(box, view, branding, box.scale * scale, joined=joined, noted=noted, invites=not invites)
        except Refused as error:
            fault = error
            continue
        if right is not None:
            return Face(size, (*left, *right), () if noted or not view.notes else ("notes",))
    raise fault or Refused("labels.face_no_room", face_part="label", text=view.product[:60])


def _left(box: Box, branding: Branding) -> tuple[list[Piece], bool]:
    """Symbol, code and address, and the invitation where it fits under them (told by the flag)."""
    left, top = box.symbol
    code_top = top + box.space + 0.1
    size = 7.6 if box.space >= 26 else CODE_POINTS
    pieces: list[Piece] = [
        Spot("symbol", left, top, box.space, box.space),
        Spot("code", left, code_top, box.space, points_mm(size), size),
    ]
    address_top = code_top + points_mm(size) + 0.5
    found = address(branding.address, box.space, sizes(6.2))
    pieces += column(found, left, address_top, box.space, align="center")
    below = address_top + found.height_mm() + 0.8
    line = points_mm(5.6)
    if below + 2 * line > box.size[1] - box.edge + 0.6:
        return pieces, False
    start = box.size[1] - box.edge - 2 * line + 0.4
    pieces.append(Text(words.ES("labels_print.meet"), left, start, box.space, 5.6, BOLD, "center"))
    pieces.append(Text(words.EN("labels_print.meet"), left, start + line, box.space, 5.6, align="center", lang="en"))
    return pieces, True


def _right(
    box: Box, view: LabelView, branding: Branding, scale: float, *, joined: bool, noted: bool, invites: bool
) -> list[Piece] | None:
    """The words at one size; ``None`` if they are higher than the label."""
    left, width, top = box.left, box.width, box.edge - 0.1
    apart = 1.0 if scale >= 0.7 * box.scale else 0.4
    pieces: list[Piece] = []
    if branding.demonstration:
        said = [words.ES("labels_print.demonstration"), words.EN("labels_print.demonstration")]
        if width_mm(" · ".join(said), LEAST_POINTS, weight=BOLD) + 0.8 <= width + 1.2:
            said = [" · ".join(said)]
        for line in said:
            pieces.append(Band(line, left - 0.6, top, width + 1.2, 2.1))
            top += 2.1
        top += 0.3
    head, top = _head(branding, left, top, width, scale, apart)
    pieces += head
    for name, text, largest, weight, most, before in (
        ("product", view.product, 10.4, BOLD, 3 if scale < 0.8 else 2, 0.8),
        ("maker", view.maker, 7.2, BOLD, 2, 0.5),
        ("place", f"{view.commune}, {branding.region} · {view.net_content}", 6.0, 520, 2, 0.3),
    ):
        falling = sizes(max(LEAST_POINTS, largest * scale))
        whole = tuple(size for size in falling if size >= _ONE_LINE * largest * scale)
        found = fitted(text, width, whole, weight=weight) or must_fit(
            name, text, width, falling, most=most, weight=weight
        )
        pieces += column(found, left, top + before * apart, width, weight=weight)
        top += before * apart + found.height_mm() + 0.1
    foot = _foot(box, view, scale, apart, joined=joined, invites=invites)
    if foot is None or foot[1] < top + 0.3 * apart:
        return None
    pieces += foot[0]
    if noted:
        noticed = _notes(view, left, width, top + 0.5, foot[1] - 0.3)
        if noticed is None:
            return None
        pieces += noticed
    return pieces


def _head(
    branding: Branding, left: float, top: float, width: float, scale: float, apart: float
) -> tuple[list[Piece], float]:
    """Mark, who certifies, and a rule under them; and where that ends."""
    side = 5.9 * min(1.25, max(0.85, scale))
    small = max(LEAST_POINTS, min(6.4, 5.3 * scale))
    at, room = left + side + 1.1, width - side - 1.1
    name = must_fit("association", branding.name, room, sizes(max(LEAST_POINTS, 8.2 * scale)), most=3, weight=BOLD)
    said = must_fit("association", words.both("certified_by"), room, sizes(small), most=2)
    high = said.height_mm() + 0.3 + name.height_mm()
    down = max(0.0, (side - high) / 2)
    pieces: list[Piece] = [Mark(left, top + max(0.0, (high - side) / 2), side)]
    pieces += column(said, at, top + down, room)
    pieces += column(name, at, top + down + said.height_mm() + 0.3, room, weight=BOLD)
    under = top + max(side, high) + 0.6 * apart
    return [*pieces, Rule(left, under, width)], under + 0.25


def _foot(
    box: Box, view: LabelView, scale: float, apart: float, *, joined: bool, invites: bool
) -> tuple[list[Piece], float] | None:
    """The list at the bottom, the number beside the lot if ``joined``, and where it starts; ``None`` if too wide."""
    pieces: list[Piece] = []
    bottom = box.size[1] - box.edge + 0.1
    if invites:
        found = fitted(f"{words.ES('labels_print.meet')} · {words.EN('labels_print.meet')}", box.width, sizes(5.6),
                       weight=BOLD)  # fmt: skip
        if found is None:
            return None
        bottom -= found.height_mm()
        pieces += column(found, box.left, bottom, box.width, weight=BOLD)
        if apart == 1.0:
            bottom -= 0.6
            pieces.append(Rule(box.left, bottom, box.width, 0.2))
        bottom -= 0.3 * apart
    for size in sizes(max(LEAST_POINTS, min(8.0, 5.7 * scale))):
        for shorter in (False, True) if size == LEAST_POINTS else (False,):
            listed = _list(box, view, bottom, size, joined=joined, shorter=shorter)
            if listed is not None:
                return [*pieces, *listed[0]], listed[1]
    return None


def _list(
    box: Box, view: LabelView, bottom: float, size: float, *, joined: bool, shorter: bool
) -> tuple[list[Piece], float] | None:
    """The rows of the foot, each with its longest words unless ``shorter``; ``None`` if one is too wide."""
    step = points_mm(size) * 1.07
    rows = [(said if shorter else said[:1], value) for said, value in words.rows(view)]
    pieces: list[Piece] = []
    top = bottom - step * (len(rows) - joined)
    if joined:
        lot = _lot_and_number(view, box, top, size)
        if lot is None:
            return None
        pieces += lot
        del rows[:2]
    for place, (said, value) in enumerate(rows):
        row = _row(said, value or view.longest_unit, box, top + step * (place + joined), size, unit=not value)
        if row is None:
            return None
        pieces += row
    return pieces, top


def _row(said: tuple[str, ...], value: str, box: Box, top: float, size: float, *, unit: bool) -> list[Piece] | None:
    """Words on the left, value (or the place of the unit's) on the right; ``None`` if they are too long."""
    room = width_mm(value, size, weight=BOLD) + 0.3
    shown = first_fitting(said, box.width - room - 0.5, size)
    if shown is None:
        return None
    at = box.left + box.width - room
    place = Spot("unit", at, top, room, points_mm(size), size, "right")
    return [
        Text(shown, box.left, top, box.width - room, size),
        place if unit else Text(value, at, top, room, size, BOLD, "right"),
    ]


def _lot_and_number(view: LabelView, box: Box, top: float, size: float) -> list[Piece] | None:
    """Lot and number in one row, where both have room."""
    if not view.numbered:
        return None
    number = words.ES("labels_print.unit")
    unit = width_mm(view.longest_unit, size, weight=BOLD) + 0.3
    lot, after = (width_mm(text, size, weight=BOLD) + 0.4 for text in (view.lot, number))
    said = first_fitting(words.rows(view)[0][0], box.width - lot - after - unit - 0.8, size)
    if said is None:
        return None
    first, at = width_mm(said, size) + 0.6, box.left + box.width - unit
    return [
        Text(said, box.left, top, first, size),
        Text(view.lot, box.left + first, top, lot, size, BOLD),
        Text(number, at - after, top, after, size),
        Spot("unit", at, top, unit, points_mm(size), size, "right"),
    ]


def _notes(view: LabelView, left: float, width: float, top: float, bottom: float) -> list[Piece] | None:
    """Every note in both languages, at the largest size that fits; ``None`` if not even the least does."""
    spanish, english = (". ".join(note[place].rstrip(".") for note in view.notes) + "." for place in (0, 1))
    for size in sizes(6.4):
        one, other = (fitted(text, width, (size,), most=6) for text in (spanish, english))
        if one is None or other is None or top + one.height_mm() + other.height_mm() + 0.2 > bottom:
            continue
        return [
            *column(one, left, top, width),
            *column(other, left, top + one.height_mm() + 0.2, width, lang="en"),
        ]
    return None
