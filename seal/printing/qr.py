"""QR symbols as grids and as SVG (FORMATS B2): explicit segments, level M, never a logo inside.

The address before the token is upper case, so it goes in the alphanumeric mode; the token is decimal,
so it goes in the numeric mode. Left to guess, the library would write bytes and need one or two versions more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import qrcode
from markupsafe import Markup, escape
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, MODE_NUMBER, QRData

QUIET = 4
"""Modules of blank border on each side; ISO/IEC 18004 asks for four and nothing may enter them."""

LONGEST_ADDRESS = 300
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@dataclass(frozen=True)
class Symbol:
    """One QR symbol without its quiet zone. ``rows[y][x]`` is true where ink goes."""

    text: str
    version: int
    rows: tuple[tuple[bool, ...], ...]

    @property
    def modules(self) -> int:
        """Modules of one side without the quiet zone: 17 + 4 x version."""
        return len(self.rows)

    @property
    def side(self) -> int:
        """Modules of one side with the quiet zone; times the module's size gives the printed side."""
        return self.modules + 2 * QUIET

    def path(self) -> str:
        """SVG path data, one rectangle per run of dark modules, offset by the quiet zone."""
        return "".join(
            f"M{start + QUIET} {y + QUIET}h{width}v1h-{width}z"
            for y, row in enumerate(self.rows)
            for start, width in _runs(row)
        )


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Runs of dark modules as (start, width): a fifth of the path that one square a module would need."""
    runs, x = [], 0
    while x < len(row):
        if row[x]:
            start = x
            while x < len(row) and row[x]:
                x += 1
            runs.append((start, x - start))
        else:
            x += 1
    return runs


@lru_cache(maxsize=512)
def symbol(prefix: str, digits: str = "") -> Symbol:
    """The smallest level M symbol of ``prefix`` (alphanumeric) followed by ``digits`` (numeric).

    ``ValueError`` if the prefix has a character outside the alphanumeric set (lower case among them) or
    ``digits`` holds anything but 0-9. Pure; about 8 ms for a signed token, kept for repeated use.
    """
    if not prefix or not _ALPHANUMERIC.issuperset(prefix):
        raise ValueError(f"not alphanumeric for a QR symbol: {prefix!r}")
    if digits and not (digits.isascii() and digits.isdigit()):
        raise ValueError("a token is written in digits only")
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(QRData(prefix.encode(), mode=MODE_ALPHA_NUM), optimize=0)
    if digits:
        code.add_data(QRData(digits.encode(), mode=MODE_NUMBER), optimize=0)
    code.make(fit=True)
    rows = tuple(tuple(bool(cell) for cell in row) for row in code.get_matrix())
    return Symbol(prefix + digits, (len(rows) - 17) // 4, rows)


@lru_cache(maxsize=512)
def of_address(address: str) -> Symbol:
    """The smallest level M symbol of any address, byte by byte: for addresses in which lower case counts.

    ``ValueError`` for an address that is empty or longer than 300 characters. Pure.
    """
    if not 0 < len(address) <= LONGEST_ADDRESS:
        raise ValueError(f"not an address for a QR symbol: {address[:40]!r}")
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(QRData(address.encode(), mode=MODE_8BIT_BYTE), optimize=0)
    code.make(fit=True)
    rows = tuple(tuple(bool(cell) for cell in row) for row in code.get_matrix())
    return Symbol(address, (len(rows) - 17) // 4, rows)


def svg(prefix: str, digits: str = "", *, side_mm: str | None = None, label: str = "") -> Markup:
    """The symbol with its quiet zone as one inline ``<svg>``.

    ``side_mm``: printed side, quiet zone included, in millimetres (else the style sheet decides).
    ``label``: what a screen reader says; without it the drawing is hidden, as the code stands beside it in words.
    """
    return _drawn(symbol(prefix, digits), side_mm, label)


def address_svg(address: str, *, side_mm: str | None = None, label: str = "") -> Markup:
    """The same for :func:`of_address`."""
    return _drawn(of_address(address), side_mm, label)


def _drawn(drawn: Symbol, side_mm: str | None, label: str) -> Markup:
    size = f' style="width:{side_mm}mm;height:{side_mm}mm"' if side_mm else ""
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(  # noqa: S704 - numbers, an escaped label and a path drawn above
        f'<svg class="qr" viewBox="0 0 {drawn.side} {drawn.side}" shape-rendering="crispEdges" {spoken}{size}>'
        f'<path d="{drawn.path()}"/></svg>'
    )
