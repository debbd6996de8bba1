"""QR token ``seal-qr/1`` (FORMATS A6, B2): one signed number, one spelling. Pure.

    HTTPS://<HOST>/<DIGITS>[<GS1 SUFFIX>]
    DIGITS = decimal of the big-endian integer 01 || payload || signature
             196 digits for kinds 0, 2, 4 and 200 for kinds 1, 3

    offset  bytes
    0       1     high nibble: version 1; low nibble: kind
    1       4     key hint: first bytes of the issuing key's id
    5       5     public id
    10      2     day since 2020-01-01: sealed (0, 1), granted (2), issued (3, 4)
    12      2     days: use-by after that day (0, 1; 0 = none), term (2), 0 (3, 4)
    14      3     status index; FFFFFF = none, always and only in kinds 3 and 4
    17      2     kinds 1 and 3 only: unit or seal number, 1 to 65535
    then    64    Ed25519 over "seal-qr/1" 00, payload, suffix

The host is not signed, the suffix is. Parsing says *mistyped*, or gives a token of which nothing is yet known to
be true; :func:`signer_of` says whether a key signed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from seal.clock import day_from_number, day_number
from seal.errors import Reason
from seal.ids import PUBLIC_ID_BITS, UNIT_MAX
from seal.keys import ed25519
from seal.keys.qr import NUMBERED, PAYLOAD_BYTES, VERSION, message

NO_STATUS = 0xFFFFFF
DAYS_MAX = 0xFFFF
SIGNATURE_BYTES = 64
_DIGITS = {196: PAYLOAD_BYTES, 200: PAYLOAD_BYTES + 2}


class Kind(IntEnum):
    """What a token speaks for."""

    BATCH = 0
    UNIT = 1
    PLAQUE = 2
    ROLL = 3
    BOX = 4

    @property
    def numbered(self) -> bool:
        return self in NUMBERED

    @property
    def has_status(self) -> bool:
        return self in (Kind.BATCH, Kind.UNIT, Kind.PLAQUE)


@dataclass(frozen=True)
class Fields:
    """What a token says, without signature. ``ValueError`` for what no token may say."""

    kind: Kind
    hint: bytes
    public_id: int
    day: date
    days: int
    status_index: int | None
    number: int | None = None

    def __post_init__(self) -> None:
        faults = {
            "hint": len(self.hint) != ed25519.HINT_BYTES,
            "public id": not 0 <= self.public_id < 2**PUBLIC_ID_BITS,
            "day": not 0 <= day_number(self.day) <= DAYS_MAX,
            "days": not 0 <= self.days <= (DAYS_MAX if self.kind.has_status else 0),
            "status index": (self.status_index is not None) != self.kind.has_status
            or not 0 <= (self.status_index or 0) < NO_STATUS,
            "number": (self.number is not None) != self.kind.numbered
            or not 1 <= (1 if self.number is None else self.number) <= UNIT_MAX,
        }
        wrong = [name for name, fault in faults.items() if fault]
        if wrong:
            raise ValueError(f"no token may say this {', '.join(wrong)}")

    @property
    def use_by(self) -> date | None:
        """Kinds 0 and 1: the product's own last day, if it has one."""
        has_one = self.kind in (Kind.BATCH, Kind.UNIT) and self.days
        return self.day + timedelta(days=self.days) if has_one else None

    @property
    def payload(self) -> bytes:
        """The 17 or 19 bytes."""
        status = NO_STATUS if self.status_index is None else self.status_index
        return (
            bytes([VERSION << 4 | self.kind])
            + self.hint
            + self.public_id.to_bytes(5)
            + day_number(self.day).to_bytes(2)
            + self.days.to_bytes(2)
            + status.to_bytes(3)
            + (b"" if self.number is None else self.number.to_bytes(2))
        )

    def message(self, suffix: str = "") -> bytes:
        """The bytes to sign."""
        return message(self.payload, suffix)


@dataclass(frozen=True)
class Token:
    """A token as read or as made: fields, signature, and the suffix in upper case."""

    fields: Fields
    signature: bytes
    suffix: str = ""

    @property
    def digits(self) -> str:
        """The one spelling: 196 or 200 decimal digits."""
        if len(self.signature) != SIGNATURE_BYTES:
            raise ValueError("an Ed25519 signature has 64 bytes")
        return str(int.from_bytes(b"\x01" + self.fields.payload + self.signature))

    @property
    def path(self) -> str:
        """Digits and suffix: the path of the address, without the first slash."""
        return self.digits + self.suffix


@dataclass(frozen=True)
class Mistyped:
    """Not a token, and why: a slip of the hand or a damaged symbol, not yet a lie."""

    reason: Reason


def read_fields(payload: bytes) -> Fields | Mistyped:
    """Fields of 17 or 19 bytes."""
    if payload[0] >> 4 != VERSION:
        return Mistyped(Reason("token.version", {"version": payload[0] >> 4}))
    if payload[0] & 15 not in list(Kind):
        return Mistyped(Reason("token.kind", {"kind": payload[0] & 15}))
    kind = Kind(payload[0] & 15)
    if len(payload) != PAYLOAD_BYTES + (2 if kind.numbered else 0):
        return Mistyped(Reason("token.length", {"kind": int(kind)}))
    status = int.from_bytes(payload[14:17])
    try:
        return Fields(
            kind=kind,
            hint=payload[1:5],
            public_id=int.from_bytes(payload[5:10]),
            day=day_from_number(int.from_bytes(payload[10:12])),
            days=int.from_bytes(payload[12:14]),
            status_index=None if status == NO_STATUS else status,
            number=int.from_bytes(payload[17:19]) if kind.numbered else None,
        )
    except ValueError:
        return Mistyped(Reason("token.field", {"kind": int(kind)}))


def parse(text: str) -> Token | Mistyped:
    """Read the path of a label's address (``DIGITS[SUFFIX]``, no leading slash) without any query.

    Reasons: ``token.digits``, ``token.length``, ``token.version``, ``token.kind``, ``token.field``,
    ``token.suffix``, ``token.spelling``.
    """
    digits, slash, rest = text.partition("/")
    suffix = (slash + rest).upper()
    if not (digits.isascii() and digits.isdigit()):
        return Mistyped(Reason("token.digits"))
    if len(digits) not in _DIGITS:
        return Mistyped(Reason("token.length", {"length": len(digits)}))
    size = 1 + _DIGITS[len(digits)] + SIGNATURE_BYTES
    number = int(digits)
    if number.bit_length() > 8 * size:
        return Mistyped(Reason("token.spelling"))
    whole = number.to_bytes(size)
    if whole[0] != 1:
        return Mistyped(Reason("token.spelling"))
    fields = read_fields(whole[1:-SIGNATURE_BYTES])
    if isinstance(fields, Mistyped):
        return fields
    if not (rest.isascii() and suffix_is_sound(suffix, fields.number)):  # "ı" and "ſ" have ASCII upper cases
        return Mistyped(Reason("token.suffix", {"suffix": suffix[:60]}))
    token = Token(fields, whole[-SIGNATURE_BYTES:], suffix)
    return token if token.digits == digits else Mistyped(Reason("token.spelling"))


_LOT = "[0-9A-Z.-]{1,20}"
_SUFFIX = re.compile(rf"/01/(?P<gtin>[0-9]{{14}})(/22/{_LOT})?(/10/{_LOT})?(/21/(?P<serial>{_LOT}))?")


def gtin_is_sound(gtin: str) -> bool:
    """GS1 General Specifications 7.9: the last of fourteen digits checks the others."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(gtin[:13]))
    return len(gtin) == 14 and (10 - total % 10) % 10 == int(gtin[13])


def suffix_is_sound(suffix: str, number: int | None) -> bool:
    """GS1 Digital Link path of keys 01, 22, 10, 21 in this order, or empty; AI 21 is the unit number."""
    if not suffix:
        return True
    found = _SUFFIX.fullmatch(suffix)
    if found is None or not gtin_is_sound(found["gtin"]):
        return False
    return found["serial"] is None or (number is not None and found["serial"] == str(number))


def signer_of(token: Token, raw_keys: Iterable[bytes]) -> str | None:
    """The id of the key, among raw public keys, that signed the token; every key with its hint is tried.

    ``None`` means that none of them did: forged if one has the hint, else of a key not held here.
    """
    signed = token.fields.message(token.suffix)
    for raw in raw_keys:
        kid = ed25519.key_id(raw)
        if ed25519.hint(kid) == token.fields.hint and ed25519.verify(raw, token.signature, signed):
            return kid
    return None
