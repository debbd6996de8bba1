"""What a label says, and how large its symbol comes out. Pure.

Module pitch decides whether a code scans (FORMATS B2 "Printed size"): aim at 0.50 mm or more, warn below it,
refuse below 0.42; four modules of quiet zone always. The signed token is printed where it fits, else the short code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from seal.errors import Reason, Refused
from seal.labels.formats import SHEET_24
from seal.printing import qr

SPACE_MM = SHEET_24.space_mm
"""The square that a label gives the symbol, quiet zone included."""
AIM_MM, LEAST_MM = 0.50, 0.42
_DOT_MM = 25.4 / 300
_WHOLE_DOTS = (7, 6)
"""Module sizes at or above the aim that are whole dots at 300 and 600 dpi: the sharpest edges."""


@dataclass(frozen=True)
class LabelView:
    """What every label of a batch says.

    ``serial`` is the protocol's: ``unit``, ``piece`` or ``lot``; with ``lot`` no numbers are printed. ``notes`` are
    sentences (Spanish, English) on allergens, storage and what to do once opened, printed where there is room.
    """

    product: str
    net_content: str
    maker: str
    commune: str
    lot: str
    units: int
    use_by: date | None
    certified_until: date
    serial: str = "unit"
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def numbered(self) -> bool:
        return self.serial != "lot"

    @property
    def longest_unit(self) -> str:
        return f"{self.units}/{self.units}"


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


def module_size(side_modules: int, space_mm: float, dots_per_mm: float | None = None) -> float | None:
    """The module size in millimetres for a symbol of that many modules, quiet zone included; ``None`` if too small.

    Whole printer dots above the aim, else the aim itself, else all the space down to the least. On a thermal printer
    (``dots_per_mm``) always whole dots; the square may then be larger by the one dot that rounding takes.
    """
    if dots_per_mm is not None:
        dots = int((space_mm * dots_per_mm + 1) / side_modules)
        return dots / dots_per_mm if dots / dots_per_mm >= LEAST_MM else None
    for dots in _WHOLE_DOTS:
        if side_modules * dots * _DOT_MM <= space_mm:
            return dots * _DOT_MM
    if side_modules * AIM_MM <= space_mm:
        return AIM_MM
    return space_mm / side_modules if space_mm / side_modules >= LEAST_MM else None


def fit(prefix: str, digits: str, code: str, *, space_mm: float = SPACE_MM, dots_per_mm: float | None = None) -> Fit:
    """The symbol for a label: the signed token if it fits the space, else the short code with a warning.

    ``prefix`` is the address up to the token in upper case; ``code`` the code for people.
    Raises ``Refused('labels.qr_too_small')`` when even the short code would fall under the least module size.
    """
    signed = qr.symbol(prefix, digits)
    if module := module_size(signed.side, space_mm, dots_per_mm):
        small = Reason("labels.qr_small", {"module_um": round(module * 1000), "host": prefix})
        return Fit(signed, module, True, small if module < AIM_MM else None)
    short = qr.symbol(prefix + code.replace("-", ""))
    if module := module_size(short.side, space_mm, dots_per_mm):
        return Fit(short, module, False, Reason("labels.qr_short_code", {"host": prefix}))
    raise Refused("labels.qr_too_small", host=prefix, space_mm=int(space_mm))
