"""How large the QR symbol of a signed token becomes behind an address; shown at the ceremony. Pure.

Level M, version 6 at most is what fits 24.5 mm at 0.50 mm a module: it holds a batch token behind a prefix
``HTTPS://HOST/`` of at most 32 characters, and a unit token behind at most 30 (FORMATS B2).
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX_ADVISED = 30
_DATA_BYTES_M = (16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415)
"""ISO/IEC 18004 table 7: data codewords of versions 1 to 15 at level M."""
_QUIET = 8


def prefix(base: str) -> str:
    """The printed beginning of every address: ``HTTPS://HOST/``."""
    return f"{base}/".upper()


def version(prefix_length: int, digits: int) -> int:
    """The smallest symbol version at level M for an alphanumeric prefix and a numeric rest.

    ``ValueError`` when not even version 15 holds it.
    """
    for number, capacity in enumerate(_DATA_BYTES_M, start=1):
        small = number < 10
        alphanumeric = 4 + (9 if small else 11) + 11 * (prefix_length // 2) + 6 * (prefix_length % 2)
        numeric = 4 + (10 if small else 12) + 10 * (digits // 3) + (0, 4, 7)[digits % 3]
        if alphanumeric + numeric <= capacity * 8:
            return number
    raise ValueError("the address is too long for a label")


@dataclass(frozen=True)
class Symbol:
    """The symbol of a unit token: its side includes the quiet zone; millimetres are tenths, as integers."""

    prefix: str
    version: int

    @property
    def modules(self) -> int:
        return 17 + 4 * self.version + _QUIET

    @property
    def least_tenths_mm(self) -> int:
        """Side at 0.42 mm a module, below which printing is refused."""
        return -(-self.modules * 42 // 10)

    @property
    def aim_tenths_mm(self) -> int:
        """Side at 0.50 mm a module."""
        return self.modules * 5

    @property
    def advised(self) -> bool:
        """True if the prefix is short enough for the label formats that Seal draws."""
        return len(self.prefix) <= PREFIX_ADVISED


def symbol(base: str) -> Symbol:
    """The symbol of a unit token (200 digits) behind ``base``."""
    start = prefix(base)
    return Symbol(start, version(len(start), 200))
