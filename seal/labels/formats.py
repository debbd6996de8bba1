"""Paper formats: how large a page and a label are, where each label stands, and what space the symbol has. Pure.

Millimetres throughout, from the page's top left corner. A *sheet* has a grid of labels, counted row by row from 1; on
a *roll* each label is a page of its own. The template draws one label's face; what it has room for is its own matter.
A printer that feeds paper askew is answered with an offset of at most 5 mm, a sheet that was begun with a start.

``space_mm`` is the square for the symbol, quiet zone included: 24.5 mm holds a signed token of version 6 at the aimed
0.50 mm a module, 20.7 mm at the least of 0.42 (FORMATS B2 "Printed size").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seal.errors import BadInput, Reason

MAX_OFFSET_MM = 5.0
MOST_PER_PAGE = 400
PAGE_LEAST_MM, PAGE_MOST_MM = 10.0, 500.0
_SLACK_MM = 0.01
"""What rounding to a hundredth of a millimetre may add up to."""
SHAPES = ("rect", "round", "tag")
HOLE_MM = 3.4
"""Across the hole of a neck tag."""

Pair = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """A label on the page, in millimetres from the page's top left corner."""

    left: float
    top: float


@dataclass(frozen=True)
class Format:
    """Pages and labels of one kind of paper. Pairs are (across, down); ``margin_mm`` is (left, top).

    ``template`` names the face that is drawn on it. Nothing is checked here: see :func:`format_reasons`.
    """

    id: str
    medium: Literal["sheet", "roll"]
    page_mm: Pair
    label_mm: Pair
    columns: int
    rows: int
    pitch_mm: Pair
    margin_mm: Pair
    shape: Literal["rect", "round", "tag"]
    space_mm: float
    template: str

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def pages(self, count: int, start: int = 1) -> int:
        """Pages needed for ``count`` labels, the first one begun at position ``start``."""
        return -(-(count + start - 1) // self.per_page)

    def place(self, position: int, offset_mm: Pair = (0.0, 0.0)) -> Place:
        """Where label ``position`` (1 to ``per_page``) stands. ``offset_mm`` moves all right and down, at most 5 mm.

        ``ValueError`` outside these limits.
        """
        if not 1 <= position <= self.per_page:
            raise ValueError(f"a page has positions 1 to {self.per_page}")
        if max(map(abs, offset_mm)) > MAX_OFFSET_MM:
            raise ValueError(f"an offset is at most {MAX_OFFSET_MM} mm")
        row, column = divmod(position - 1, self.columns)
        return Place(
            self.margin_mm[0] + column * self.pitch_mm[0] + offset_mm[0],
            self.margin_mm[1] + row * self.pitch_mm[1] + offset_mm[1],
        )


def roll(
    id: str, width: float, height: float, shape: Literal["rect", "round", "tag"], space: float, template: str
) -> Format:
    """A roll with one label across: each label is its own page."""
    size = (width, height)
    return Format(id, "roll", size, size, 1, 1, size, (0.0, 0.0), shape, space, template)


A4, LETTER = (210.0, 297.0), (215.9, 279.4)
SHEET_24 = Format("a4-24", "sheet", A4, (70.0, 37.0), 3, 8, (70.0, 37.0), (0.0, 0.5), "rect", 27.0, "sheet24")
"""3 x 70 = 210 and 8 x 37 = 296: labels fill the sheet without margins."""
BUILT_IN: dict[str, Format] = {
    one.id: one
    for one in (
        SHEET_24,
        # The same label on Letter ("carta"), to be cut from a whole adhesive sheet or plain paper.
        Format("letter-21", "sheet", LETTER, (70.0, 37.0), 3, 7, (70.0, 37.0), (2.95, 10.2), "rect", 27.0, "sheet24"),
        # Die-cut Letter stock of 4 x 2 inches, ten a sheet.
        Format("letter-10", "sheet", LETTER, (101.6, 50.8), 2, 5, (106.36, 50.8), (3.97, 12.7), "rect", 27.0, "jar"),
        Format("jar-a4", "sheet", A4, (60.0, 40.0), 3, 7, (62.0, 40.0), (13.0, 8.5), "rect", 24.5, "jar"),
        Format("round-a4", "sheet", A4, (40.0, 40.0), 4, 6, (46.0, 45.4), (16.0, 13.5), "round", 20.75, "round"),
        Format("tag-a4", "sheet", A4, (30.0, 50.0), 6, 5, (33.0, 55.0), (7.5, 13.5), "tag", 22.0, "tag"),
        roll("roll-70x37", 70.0, 37.0, "rect", 27.0, "sheet24"),
        roll("roll-60x40", 60.0, 40.0, "rect", 24.5, "jar"),
        roll("roll-round-40", 40.0, 40.0, "round", 20.75, "round"),
        roll("roll-30x50", 30.0, 50.0, "tag", 22.0, "tag"),
    )
}
"""The formats that Seal knows of itself, by id."""


def format_reasons(found: Format) -> tuple[Reason, ...]:
    """Everything that is wrong with a format: sizes, labels beyond the page, labels that overlap, no room to scan."""
    (page_w, page_h), (label_w, label_h) = found.page_mm, found.label_mm
    reasons = [
        Reason(f"label.format_{name}", {"mm": f"{size:g}"})
        for name, size in (("width", page_w), ("height", page_h))
        if not PAGE_LEAST_MM <= size <= PAGE_MOST_MM
    ]
    if found.columns < 1 or found.rows < 1 or found.per_page > MOST_PER_PAGE:
        reasons.append(Reason("label.format_count", {"columns": found.columns, "rows": found.rows}))
        return tuple(reasons)
    if min(label_w, label_h) < PAGE_LEAST_MM or min(found.margin_mm) < 0:
        reasons.append(Reason("label.format_label", {"width": f"{label_w:g}", "height": f"{label_h:g}"}))
    across = found.margin_mm[0] + (found.columns - 1) * found.pitch_mm[0] + label_w
    down = found.margin_mm[1] + (found.rows - 1) * found.pitch_mm[1] + label_h
    if across > page_w + _SLACK_MM:
        reasons.append(Reason("label.format_beyond_right", {"needs": f"{across:g}", "page": f"{page_w:g}"}))
    if down > page_h + _SLACK_MM:
        reasons.append(Reason("label.format_beyond_bottom", {"needs": f"{down:g}", "page": f"{page_h:g}"}))
    if (found.columns > 1 and found.pitch_mm[0] < label_w - _SLACK_MM) or (
        found.rows > 1 and found.pitch_mm[1] < label_h - _SLACK_MM
    ):
        reasons.append(Reason("label.format_overlap", {"width": f"{label_w:g}", "height": f"{label_h:g}"}))
    if not 0 < found.space_mm <= min(label_w, label_h):
        reasons.append(Reason("label.format_space", {"mm": f"{found.space_mm:g}"}))
    if found.medium == "roll" and (found.per_page > 1 or found.page_mm != found.label_mm):
        reasons.append(Reason("label.format_roll"))
    if found.shape == "round" and label_w != label_h:
        reasons.append(Reason("label.format_round", {"width": f"{label_w:g}", "height": f"{label_h:g}"}))
    return tuple(reasons)


def checked(found: Format) -> Format:
    """The same format. Raises ``BadInput`` with every reason of :func:`format_reasons`."""
    if reasons := format_reasons(found):
        raise BadInput.because(reasons)
    return found


def known(id: str) -> Format:
    """The built-in format of that id. Raises ``BadInput('label.format_unknown')``."""
    if id not in BUILT_IN:
        raise BadInput("label.format_unknown", field="format", format=id[:40])
    return BUILT_IN[id]


def usable_start(found: Format, start: int) -> int:
    """``start`` if the page has that position. Raises ``BadInput('label.start')``."""
    if not 1 <= start <= found.per_page:
        raise BadInput("label.start", field="start", most=found.per_page)
    return start


def usable_offset(right_mm: float, down_mm: float) -> Pair:
    """The offset to a tenth of a millimetre. Raises ``BadInput('label.offset')`` beyond 5 mm."""
    if not (abs(right_mm) <= MAX_OFFSET_MM and abs(down_mm) <= MAX_OFFSET_MM):
        raise BadInput("label.offset", field="offset", most=int(MAX_OFFSET_MM))
    return round(right_mm, 1), round(down_mm, 1)
