"""In the printing child: pages of labels as content, each label the face drawn once more with its own code and words.

A symbol is a picture of one bit a module, used as a stencil. Measured beside one path of rectangles (version 6, sheets
of 24): a quarter of the file (0.22 against 0.92 kB a label) and of the time; all codes read from 72 to 600 dots an inch
either way. Rectangles also grow in print: every dot that they touch is inked (Ghostscript at 300 dots an inch: 36 % of
the square dark where 31 % should be), and they show grey seams on a screen; a stencil keeps each module as it is.

Codes come from zxing-cpp, told the version by which the printed size was reckoned; where it cannot keep it, from
``qrcode``, which reckoned it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import zxingcpp

from seal.printing import qr

MASK = 3
"""One of the eight masks for every symbol: what digits of a signature look like is random under each of them, and
trying them all costs four times as much. On damaged pictures (15 codes, each far, blurred, on kraft, pale, turned, bent
and well lit, as in ``tests/printing/test_degraded.py``) 82 of 105 were read, and 75 with the best mask of each code."""
_BITS = bytes.maketrans(b"\x00\xff", b"10")


def modules(text: str, prefix: int, version: int) -> list[int]:
    """The rows of a symbol at level M in that version, each a number whose bits are the modules, 1 dark, left first.

    ``prefix``: how many characters come before the digits, for the segments of ``qrcode``.
    """
    side = 17 + 4 * version
    try:
        made = zxingcpp.create_barcode(
            text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", version=version, data_mask=MASK
        )
        image: Any = made.to_image(scale=1, add_quiet_zones=False)
        flat = bytes(image).translate(_BITS)
    except ValueError:
        flat = b""
    if len(flat) != side * side:
        drawn = qr.symbol(text[:prefix], text[prefix:])
        return [int("".join("1" if dark else "0" for dark in row), 2) for row in drawn.rows]
    return [int(flat[at : at + side], 2) for at in range(0, len(flat), side)]


def stencil(rows: Sequence[int]) -> bytes:
    """An inline image (ISO 32000 8.9.7) of the unit square: ink where a bit is 1, nothing where it is 0."""
    side = len(rows)
    octets = (side + 7) // 8
    spare = octets * 8 - side
    data = b"".join((row << spare).to_bytes(octets) for row in rows)
    return b"BI /W %d /H %d /IM true /D [1 0] /L %d ID " % (side, side, len(data)) + data + b"\nEI"


class Words:
    """Writes the texts of one spot."""

    def __init__(self, spot: Mapping[str, Any]) -> None:
        self._a, self._b, c, d, self._e, self._f = spot["matrix"]
        self._head = (
            f"{spot['fill']} {spot['font']} {spot['size']:.4f} Tf {spot['tracking']:.4f} Tc "
            f"{self._a:.5g} {self._b:.5g} {c:.5g} {d:.5g} "
        )
        self._codes, self._widths = spot["codes"], spot["widths"]
        self._tracking, self._width = spot["tracking"], spot["width"]
        self._share = {"left": 0.0, "center": 0.5, "right": 1.0}[spot["align"]]

    def written(self, text: str) -> str:
        """The operators that write ``text`` at the spot. ``KeyError`` for a character that was not announced."""
        width = sum(self._widths[char] for char in text) + self._tracking * len(text)
        ahead = self._share * (self._width - width)
        codes = "".join(self._codes[char] for char in text)
        return f"{self._head}{self._e + self._a * ahead:.3f} {self._f + self._b * ahead:.3f} Tm <{codes}> Tj\n"


def contents(parts: Mapping[str, Any], layout: Mapping[str, Any], labels: Sequence[Any]) -> list[bytes]:
    """The content of each page, all but perhaps the last filled from the first position.

    ``layout``: ``places_pt`` (left and bottom of each position), and of the symbol ``module_pt``, ``version`` and
    ``prefix``. A label is ``[address, text of each spot]``; ``None`` leaves its place blank.
    """
    words = [Words(spot) for spot in parts["spots"]]
    left, top, right, bottom = parts["symbol"]
    side = (17 + 4 * layout["version"]) * layout["module_pt"]
    x, y = (left + right - side) / 2, parts["height_pt"] - (top + bottom + side) / 2
    square = f"q 0 g {side:.4f} 0 0 {side:.4f} {x:.4f} {y:.4f} cm\n".encode()
    pages = []
    per_page = len(layout["places_pt"])
    for first in range(0, len(labels), per_page):
        out = []
        for place, label in zip(layout["places_pt"], labels[first : first + per_page], strict=False):
            if label is None:
                continue
            address, *texts = label
            said = "".join(one.written(text) for one, text in zip(words, texts, strict=True))
            out += [
                b"q 1 0 0 1 %.3f %.3f cm /L Do\n" % tuple(place),
                square,
                stencil(modules(address, layout["prefix"], layout["version"])),
                f"\nQ BT\n{said}ET Q\n".encode(),
            ]
        pages.append(b"".join(out))
    return pages
