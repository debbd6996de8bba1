"""What is signed for QR tokens ``seal-qr/1``, and the payload of a label range's intent. Pure.

    message    ASCII "seal-qr/1", a zero byte, the token's payload (17 bytes, or 19 with a number),
               then the GS1 suffix as printed, in upper case (empty if none)

One intent signs one batch, plaque or box token, or every token of a range of units or of a roll. Its payload is
RFC 8785 JSON:

    {"kind", "payload_hex": the 17 bytes, "suffix", "first", "last"}

Kinds 1 and 3 append each number ``first..last`` to the 17 bytes; the others have no number and ``first = last = 0``.
A suffix that ends in ``/21/#`` (kind 1) has the number written there in plain decimal (AI 21).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import rfc8785

from seal.errors import BadInput
from seal.ids import UNIT_MAX
from seal.keys import jws

DOMAIN = b"seal-qr/1\x00"
VERSION = 1
PAYLOAD_BYTES = 17
KINDS = (0, 1, 2, 3, 4)
NUMBERED = (1, 3)
"""Kinds whose payload ends in a two-byte number."""
WITHOUT_STATUS = (3, 4)
"""Kinds with no status index of their own: theirs is that of the batch that they stand for."""
SERIAL = "/21/#"


def message(payload: bytes, suffix: str = "") -> bytes:
    """The bytes under the signature of a token."""
    return DOMAIN + payload + suffix.upper().encode("ascii")


@dataclass(frozen=True)
class Range:
    """What one intent asks the issuing key to sign."""

    kind: int
    payload: bytes
    suffix: str
    first: int
    last: int

    @property
    def encoded(self) -> bytes:
        """The intent's payload."""
        return rfc8785.dumps(
            {
                "kind": self.kind,
                "payload_hex": self.payload.hex(),
                "suffix": self.suffix,
                "first": self.first,
                "last": self.last,
            }
        )

    def suffix_of(self, number: int) -> str:
        """The suffix as printed on one unit."""
        return self.suffix[:-1] + str(number) if self.suffix.endswith(SERIAL) else self.suffix

    def messages(self) -> Iterator[bytes]:
        """Every message to sign, in the order of the numbers."""
        if self.kind not in NUMBERED:
            yield message(self.payload, self.suffix)
            return
        for number in range(self.first, self.last + 1):
            yield message(self.payload + number.to_bytes(2), self.suffix_of(number))


def read_range(data: bytes) -> Range:
    """Read an intent's payload; canonical bytes only. Raises ``BadInput('qr_range.*')``."""
    document = jws.strict_json(data)
    try:
        asked = Range(
            document["kind"],
            bytes.fromhex(document["payload_hex"]),
            document["suffix"],
            document["first"],
            document["last"],
        )
        canonical = asked.encoded == data
    except (KeyError, TypeError, ValueError, AttributeError, rfc8785.CanonicalizationError):
        raise BadInput("qr_range.unreadable") from None
    numbers = (asked.kind, asked.first, asked.last)
    if not canonical or any(type(number) is not int for number in numbers) or not isinstance(asked.suffix, str):
        raise BadInput("qr_range.unreadable")
    if asked.kind not in KINDS:
        raise BadInput("qr_range.kind", kind=asked.kind)
    if len(asked.payload) != PAYLOAD_BYTES or asked.payload[0] != VERSION << 4 | asked.kind:
        raise BadInput("qr_range.payload")
    if not (asked.suffix.isascii() and asked.suffix == asked.suffix.upper()):
        raise BadInput("qr_range.suffix")
    if "#" in asked.suffix.removesuffix(SERIAL) or (asked.suffix.endswith(SERIAL) and asked.kind != 1):
        raise BadInput("qr_range.suffix")
    if asked.kind in NUMBERED and not 1 <= asked.first <= asked.last <= UNIT_MAX:
        raise BadInput("qr_range.numbers", first=asked.first, last=asked.last)
    if asked.kind not in NUMBERED and (asked.first, asked.last) != (0, 0):
        raise BadInput("qr_range.numbers", first=asked.first, last=asked.last)
    return asked
