"""Identifiers: UUIDv7 for rows, and the codes that people read from a label and type.

A public id is 40 random bits, unique on the server. Written for people it is eight Crockford
base32 symbols and a check symbol; a unit code is the eight, four more for the unit number, and one
check symbol over the twelve (FORMATS A7):

    7Q4K-2MXP-8            batch, producer or roll code
    7Q4K-2MXP-002R-5       code of unit 87 of that batch

The check is Σ g^(n-i)·s_i over GF(32) modulo x^5+x^2+1 with g = 2: every single wrong symbol and every
swap of neighbours is caught. Reading accepts lower case, spaces, hyphens, and O/I/L for 0/1/1.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seal.errors import BadInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
PUBLIC_ID_BITS = 40
UNIT_MAX = 65_535


_last = (-1, 0)
"""Milliseconds and the 74 bits after them of the last id that this process made."""


def uuid7(at: datetime) -> UUID:
    """A version 7 UUID (RFC 9562 5.7): milliseconds of ``at``, then 74 bits.

    Ids that one process makes for the same moment grow (RFC 9562 6.2, method 2): acts are timed by whole seconds, and
    rows of one second must keep their order.
    """
    global _last
    milliseconds = int(at.timestamp() * 1000) & (2**48 - 1)
    # A new moment begins with the highest bit free, so that the number can grow.
    tail = _last[1] + 1 + secrets.randbits(32) if milliseconds == _last[0] else secrets.randbits(73)
    _last = (milliseconds, tail)
    value = milliseconds << 80 | 0x7 << 76 | (tail >> 62 & 0xFFF) << 64 | 0b10 << 62 | tail & (2**62 - 1)
    return UUID(int=value)


def random_public_id() -> int:
    """Forty random bits. Uniqueness is the database's business (``public_code``)."""
    return secrets.randbits(PUBLIC_ID_BITS)


def _times_two(value: int) -> int:
    """Multiply by g = 2 in GF(32) modulo x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _check(symbols: list[int]) -> int:
    total = 0
    for value in symbols:  # Horner: each step multiplies all earlier symbols by g once more
        total = _times_two(total ^ value)
    return total


def _symbols(value: int, count: int) -> list[int]:
    return [value >> 5 * (count - 1 - place) & 31 for place in range(count)]


@dataclass(frozen=True)
class Code:
    """A code as typed by a person: a public id, and the unit number if it names one unit."""

    public_id: int
    unit: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.public_id < 2**PUBLIC_ID_BITS:
            raise ValueError("a public id has 40 bits")
        if self.unit is not None and not 1 <= self.unit <= UNIT_MAX:
            raise ValueError("a unit number is 1 to 65535")

    @property
    def plain(self) -> str:
        """Nine or thirteen symbols without separators, as in an address."""
        symbols = _symbols(self.public_id, 8)
        if self.unit is not None:
            symbols += _symbols(self.unit, 4)
        return "".join(ALPHABET[value] for value in [*symbols, _check(symbols)])

    @property
    def printed(self) -> str:
        """Grouped by four for the eye: ``7Q4K-2MXP-8``."""
        plain = self.plain
        return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def looks_like_code(text: str) -> bool:
    """True if ``text`` has the length of a code once separators are dropped; says nothing of the check."""
    return len(_bare(text)) in (9, 13)


def _bare(text: str) -> str:
    return text.strip().replace("-", "").replace(" ", "").upper()


def parse_code(text: str) -> Code:
    """Read a code as a person types it.

    Raises ``BadInput('code.length' | 'code.symbol' | 'code.check' | 'code.unit')``.
    """
    bare = _bare(text)
    if len(bare) not in (9, 13):
        raise BadInput("code.length", length=len(bare))
    values = []
    for place, symbol in enumerate(bare, start=1):
        if symbol not in _VALUE:
            raise BadInput("code.symbol", symbol=symbol, place=place)
        values.append(_VALUE[symbol])
    if _check(values[:-1]) != values[-1]:
        raise BadInput("code.check")
    public_id = 0
    for value in values[:8]:
        public_id = public_id << 5 | value
    if len(bare) == 9:
        return Code(public_id)
    unit = 0
    for value in values[8:12]:
        unit = unit << 5 | value
    if not 1 <= unit <= UNIT_MAX:
        raise BadInput("code.unit", unit=unit)
    return Code(public_id, unit)


def spells(public_id: int, word: str) -> bool:
    """True if the code of ``public_id`` could be read as ``word`` (a fixed route): never issue such an id."""
    bare = _bare(word)
    if len(bare) != 9 or any(symbol not in _VALUE for symbol in bare):
        return False
    return Code(public_id).plain == "".join(ALPHABET[_VALUE[symbol]] for symbol in bare)
