"""The A4 sheet of 24 labels: geometry, how large the QR comes out, and the page as HTML. Pure.

Labels of 70 x 37 mm, three across and eight down, fill the sheet without margins (3 x 70 = 210, 8 x 37 = 296:
half a millimetre remains above and below). Printers leave about 4 mm of a page blank, so words and dark modules
keep that far from each label's edge; the quiet zone may lie in it, being blank.

Module pitch decides whether a code scans (FORMATS B2 "Printed size"): aim at 0.50 mm or more, warn below it,
refuse below 0.42; four modules of quiet zone always. The signed token is printed where it fits, else the short code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from seal.errors import Reason, Refused
from seal.printing import qr
from seal.printing.stationery import Branding, paper

COLUMNS, ROWS = 3, 8
PER_SHEET = COLUMNS * ROWS
WIDTH_MM, HEIGHT_MM = 70.0, 37.0
TOP_MM = 0.5
SPACE_MM = 27.0
"""The square that a label gives the symbol, quiet zone included."""
SPACE_LEFT_MM, SPACE_TOP_MM = 2.2, 1.1
AIM_MM, LEAST_MM = 0.50, 0.42
_DOT_MM = 25.4 / 300
_WHOLE_DOTS = (7, 6)
"""Module sizes at or above the aim that are whole dots at 300 and 600 dpi: the sharpest edges."""
MAX_OFFSET_MM = 5.0


@dataclass(frozen=True)
class LabelView:
    """What one label says. ``code`` is the unit code as printed (``7Q4K-2MXP-002R-5``), ``digits`` the signed token."""

    product: str
    net_content: str
    maker: str
    commune: str
    lot: str
    unit: int
    units: int
    use_by: date | None
    certified_until: date
    code: str
    digits: str


@dataclass(frozen=True)
class Fit:
    """How a symbol comes out: sizes in millimetres, ``signed`` false when only the short code fitted."""

    symbol: qr.Symbol
    module_mm: float
    signed: bool
    warning: Reason | None

    @property
    def side_mm(self) -> float:
        """Printed side with the quiet zone."""
        return self.symbol.side * self.module_mm


@dataclass(frozen=True)
class Place:
    """A label on the sheet, in millimetres from the page's top left corner."""

    left: float
    top: float


def module_size(side_modules: int, space_mm: float) -> float | None:
    """The module size in millimetres for a symbol of that many modules, quiet zone included; ``None`` if too small.

    Whole printer dots above the aim, else the aim itself, else all the space down to the least.
    """
    for dots in _WHOLE_DOTS:
        if side_modules * dots * _DOT_MM <= space_mm:
            return dots * _DOT_MM
    if side_modules * AIM_MM <= space_mm:
        return AIM_MM
    return space_mm / side_modules if space_mm / side_modules >= LEAST_MM else None


def fit(prefix: str, digits: str, code: str, *, space_mm: float = SPACE_MM) -> Fit:
    """The symbol for a label: the signed token if it fits the space, else the short code with a warning.

    ``prefix`` is the address up to the token in upper case; ``code`` the code for people.
    Raises ``Refused('labels.qr_too_small')`` when even the short code would fall under the least module size.
    """
    signed = qr.symbol(prefix, digits)
    if module := module_size(signed.side, space_mm):
        small = Reason("labels.qr_small", {"module_um": round(module * 1000), "host": prefix})
        return Fit(signed, module, True, small if module < AIM_MM else None)
    short = qr.symbol(prefix + code.replace("-", ""))
    if module := module_size(short.side, space_mm):
        return Fit(short, module, False, Reason("labels.qr_short_code", {"host": prefix}))
    raise Refused("labels.qr_too_small", host=prefix, space_mm=int(space_mm))


def geometry(position: int, *, offset_mm: tuple[float, float] = (0.0, 0.0)) -> Place:
    """Where label ``position`` (1 to 24, row by row) stands. ``offset_mm`` moves all right and down, at most 5 mm."""
    if not 1 <= position <= PER_SHEET:
        raise ValueError(f"a sheet has positions 1 to {PER_SHEET}")
    if max(map(abs, offset_mm)) > MAX_OFFSET_MM:
        raise ValueError(f"an offset is at most {MAX_OFFSET_MM} mm")
    row, column = divmod(position - 1, COLUMNS)
    return Place(column * WIDTH_MM + offset_mm[0], TOP_MM + row * HEIGHT_MM + offset_mm[1])


def sheets(count: int, start: int = 1) -> int:
    """Sheets needed for ``count`` labels, the first one begun at position ``start``."""
    return -(-(count + start - 1) // PER_SHEET)


def render_html(
    labels: Sequence[LabelView | None],
    branding: Branding,
    *,
    start: int = 1,
    offset_mm: tuple[float, float] = (0.0, 0.0),
    guides: bool = False,
    run: str = "",
) -> str:
    """The sheets as HTML for ``printing.service.pdf``; ``None`` leaves a position blank (a voided number).

    ``start`` (1 to 24) skips positions already used on the first sheet; ``guides`` draws corner ticks for plain
    paper; ``run`` names the print run in the document's title. Raises as :func:`fit` and :func:`geometry` do.
    """
    if not 1 <= start <= PER_SHEET:
        raise ValueError(f"a sheet has positions 1 to {PER_SHEET}")
    pages: list[list[dict[str, object]]] = [[] for _ in range(max(1, sheets(len(labels), start)))]
    for place, label in enumerate(labels, start=start - 1):
        if label is None:
            continue
        page, position = divmod(place, PER_SHEET)
        drawn = fit(branding.qr_prefix, label.digits, label.code)
        at = geometry(position + 1, offset_mm=offset_mm)
        pages[page].append({"label": label, "fit": drawn, "left": round(at.left, 3), "top": round(at.top, 3)})
    return paper(
        "labels/sheet.html",
        pages=pages,
        branding=branding,
        guides=guides,
        run=run,
        space={"side": SPACE_MM, "left": SPACE_LEFT_MM, "top": SPACE_TOP_MM},
        cell={"width": WIDTH_MM, "height": HEIGHT_MM},
    )
