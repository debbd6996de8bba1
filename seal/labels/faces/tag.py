"""The face of a neck tag with its hole: everything in a column, what is long upright beside the symbol. Pure.

Place, net content and best before stand on the product's own label, and the product too where the lot needs its line.
"""

from __future__ import annotations

from seal.errors import Refused
from seal.labels.faces import words
from seal.labels.faces.pieces import (
    BOLD,
    HOLE_MM,
    LEAST_POINTS,
    Band,
    Face,
    Mark,
    Pair,
    Piece,
    Ring,
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

_EDGE = 1.5
_HOLE_TOP = 1.5
_CODE = 7.2


def face(view: LabelView, branding: Branding, size: Pair, space: float) -> Face:
    """The face. Raises ``Refused('labels.face_no_room')`` where an essential cannot be set on such a label."""
    width, height = size
    room, centre = width - 2 * _EDGE, width / 2
    top = _HOLE_TOP + HOLE_MM + 0.3
    said = must_fit("association", words.both("certified_by"), room, sizes(5.6), most=1)
    pieces: list[Piece] = [Ring(centre, _HOLE_TOP + HOLE_MM / 2, HOLE_MM / 2)]
    pieces += column(said, _EDGE, top, room, align="center")
    bottom, foot = _foot(branding, height, room)
    symbol_top = bottom - points_mm(_CODE) - 0.5 - space
    pieces += [
        *foot,
        Spot("symbol", centre - space / 2, symbol_top, space, space),
        Spot("code", _EDGE, bottom - points_mm(_CODE) - 0.4, room, points_mm(_CODE), _CODE),
    ]
    left_out = ["place", *(["use_by"] if view.use_by else []), *(["notes"] if view.notes else [])]
    sides = _sides(view, width, space, symbol_top, with_lot=True)
    named = [("product", view.product, 7.8), ("maker", view.maker, 6.6)]
    if sides is None:
        sides = _sides(view, width, space, symbol_top, with_lot=False)
        named = [("maker", view.maker, 6.6), ("lot", f"{words.both('lot')} {view.lot}", 6.0)]
        left_out.insert(0, "product")
    if sides is None:
        raise Refused("labels.face_no_room", face_part="certified_until", text=view.longest_unit)
    above = _above(branding, named, top + said.height_mm() + 0.2, symbol_top, room)
    if above is None and named[0][0] == "product":
        above = _above(branding, named[1:], top + said.height_mm() + 0.2, symbol_top, room)
        left_out.insert(0, "product")
    if above is None:
        raise Refused("labels.face_no_room", face_part="association", text=branding.name[:60])
    return Face(size, (*pieces, *sides, *above), tuple(left_out))


def _above(
    branding: Branding, named: list[tuple[str, str, float]], top: float, bottom: float, room: float
) -> list[Piece] | None:
    """Mark and association, then the names, as large as fits between the hole and the symbol."""
    for scale, beside in (
        (1.0, True),
        (0.94, True),
        (0.88, True),
        (0.82, True),
        (0.76, True),
        (0.76, False),
        (0.7, False),
    ):
        head = _head(branding, top, room, scale, beside=beside)
        if head is None:
            continue
        pieces, at = head
        for _, text, largest in named:
            found = fitted(text, room, sizes(max(LEAST_POINTS, largest * scale)), most=3, weight=BOLD)
            if found is None:
                return None
            pieces += column(found, _EDGE, at + 0.3, room, weight=BOLD, align="center")
            at += 0.3 + found.height_mm()
        if at <= bottom + 0.2:  # a line's box ends under its letters
            return pieces
    return None


def _head(
    branding: Branding, top: float, room: float, scale: float, *, beside: bool
) -> tuple[list[Piece], float] | None:
    """Mark and association; where that is too high the mark stands beside the hole."""
    if not beside:
        alone = must_fit("association", branding.name, room, sizes(max(LEAST_POINTS, 7.4 * scale)), most=3, weight=BOLD)
        mark = Mark(_EDGE + 2, _HOLE_TOP - 0.1, HOLE_MM + 0.2)
        return [mark, *column(alone, _EDGE, top, room, weight=BOLD, align="center")], top + alone.height_mm()
    side = 4.4 * scale
    name = fitted(branding.name, room - side - 0.9, sizes(max(LEAST_POINTS, 7.4 * scale)), most=3, weight=BOLD)
    if name is None:
        return None
    high = max(side, name.height_mm())
    wide = max(width_mm(line, name.size, weight=BOLD) for line in name.lines)
    left = _EDGE + (room - side - 0.9 - wide) / 2
    return [
        Mark(left, top + (high - side) / 2, side),
        *column(name, left + side + 0.9, top + (high - name.height_mm()) / 2, wide + 0.4, weight=BOLD),
    ], top + high


def _foot(branding: Branding, height: float, room: float) -> tuple[float, list[Piece]]:
    """The address and the invitation at the bottom, and where they begin. A demonstration says so instead."""
    line = points_mm(LEAST_POINTS) + 0.05
    at = height - 1.1 - 2 * line
    pieces: list[Piece] = []
    for key, lang, weight in (("meet", "", BOLD), ("meet", "en", 520)):
        said = words.EN if lang else words.ES
        if branding.demonstration:
            pieces.append(Band(said("labels_print.demonstration"), _EDGE + 2, at, room - 4, line))
        else:
            found = must_fit("invitation", said(f"labels_print.{key}"), room, sizes(5.6), most=1, weight=weight)
            pieces += column(found, _EDGE, at, room, weight=weight, align="center", lang=lang)
        at += line
    found = address(branding.address, room, sizes(5.8))
    begins = height - 1.1 - 2 * line - 0.25 - found.height_mm()
    return begins, [*pieces, *column(found, _EDGE, begins, room, align="center")]


def _sides(view: LabelView, width: float, space: float, symbol_top: float, *, with_lot: bool) -> list[Piece] | None:
    """How long the certificate runs, upright on the left; lot and number on the right. ``None`` if too long."""
    size, long = 5.4, space
    thick, spare = points_mm(size), (width - space) / 2
    inset = (spare - thick) / 2 + 0.3
    until = first_fitting(words.until(view), long, size)
    if until is None:
        return None
    bottom = symbol_top + space
    pieces: list[Piece] = [Text(until, inset, bottom, long, size, align="center", turn=270)]
    right = width - inset
    if not view.numbered:
        lot = f"{words.both('lot')} {view.lot}"
        if width_mm(lot, size, weight=BOLD) > long or not with_lot:
            return None if with_lot else pieces
        return [*pieces, Text(lot, right, bottom - long, long, size, BOLD, "center", turn=90)]
    key = "piece" if view.serial == "piece" else "unit"
    unit = width_mm(view.longest_unit, size, weight=BOLD) + 0.4
    number = words.ES(f"labels_print.{key}")
    told = (
        (f"{view.lot} · {number} ",)
        if with_lot
        else (f"{words.both(key if key == 'piece' else 'number')} ", f"{number} ")
    )
    before = first_fitting(told, long - unit, size, weight=BOLD)
    if before is None:
        return None
    first = width_mm(before, size, weight=BOLD)
    start = bottom - long + (long - first - unit) / 2
    return [
        *pieces,
        Text(before, right, start, first, size, BOLD, turn=90),
        Spot("unit", right, start + first, unit, thick, size, "left", turn=90),
    ]
