"""W3C Bitstring Status List v1.0: 131,072 bits in a credential of their own. Pure.

Bit 0 is the left-most of the first byte (section 1.4 of the specification). A list is gzipped with no time
in its header and written as multibase base64url: ``u`` and no padding. The credential has this shape, whose
``validUntil`` is the heartbeat after which a list is stale even if nothing changed:

    {"@context": ["https://www.w3.org/ns/credentials/v2"],
     "id": "<base>/status/<purpose>/<n>", "type": ["VerifiableCredential", "BitstringStatusListCredential"],
     "issuer": "<did>", "validFrom", "validUntil",
     "credentialSubject": {"id": "<id>#list", "type": "BitstringStatusList", "statusPurpose", "encodedList"}}

A status index of a token or credential is ``list << 17 | slot``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from seal import clock
from seal.errors import BadInput
from seal.keys import jws

Purpose = Literal["revocation", "suspension"]
PURPOSES: tuple[Purpose, ...] = ("revocation", "suspension")
SLOTS = 131_072
INDEX_MAX = 0xFFFFFE
"""The largest status index that a token can carry; FFFFFF means none."""
_BYTES = SLOTS // 8
_ENCODED_MAX = 40_000
_GZIP = 16 + zlib.MAX_WBITS


def place(index: int) -> tuple[int, int]:
    """``(list number, slot)`` of a status index."""
    if not 0 <= index <= INDEX_MAX:
        raise ValueError(f"no such status index: {index}")
    return index >> 17, index & SLOTS - 1


def bits(slots: Iterable[int]) -> bytes:
    """The bitstring in which exactly ``slots`` are set. ``ValueError`` for a slot that a list does not have."""
    field = bytearray(_BYTES)
    for slot in slots:
        if not 0 <= slot < SLOTS:
            raise ValueError(f"a status list has no slot {slot}")
        field[slot >> 3] |= 0x80 >> (slot & 7)
    return bytes(field)


def encode_list(slots: Iterable[int]) -> str:
    """``encodedList`` of the set slots."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return "u" + jws.encode(packer.compress(bits(slots)) + packer.flush())


def decode_list(encoded: str) -> bytes:
    """The bitstring of an ``encodedList`` of our size.

    Raises ``BadInput``: ``status_list.encoding``, ``status_list.compression`` (a bomb included, which is never
    unpacked beyond the size of a list) and ``status_list.size``.
    """
    if len(encoded) > _ENCODED_MAX or not encoded.startswith("u"):
        raise BadInput("status_list.encoding")
    try:
        packed = jws.decode(encoded[1:])
    except BadInput:
        raise BadInput("status_list.encoding") from None
    unpacker = zlib.decompressobj(_GZIP)
    try:
        field = unpacker.decompress(packed, _BYTES + 1)
    except zlib.error:
        raise BadInput("status_list.compression") from None
    if len(field) != _BYTES:
        raise BadInput("status_list.size", bytes=len(field))
    if not unpacker.eof or unpacker.unused_data:
        raise BadInput("status_list.compression")
    return field


def is_set(field: bytes, slot: int) -> bool:
    """Read one slot of a bitstring."""
    if not 0 <= slot < len(field) * 8:
        raise ValueError(f"a status list has no slot {slot}")
    return bool(field[slot >> 3] & 0x80 >> (slot & 7))


def address(base: str, purpose: Purpose, number: int) -> str:
    """Where list ``number`` of a purpose is served, and the ``id`` of its credential."""
    return f"{base}/status/{purpose}/{number}"


def entry(base: str, purpose: Purpose, index: int) -> dict[str, str]:
    """One ``credentialStatus`` entry. The slot is a base-10 string, as W3C has it (UNTP's schema errs here)."""
    number, slot = place(index)
    at = address(base, purpose, number)
    return {
        "id": f"{at}#{slot}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(slot),
        "statusListCredential": at,
    }


def document(
    *, base: str, did: str, purpose: Purpose, number: int, slots: Iterable[int], valid_from: datetime, until: datetime
) -> dict[str, Any]:
    """The credential of one list, unsigned. ``until`` is when the next heartbeat must have replaced it."""
    if until <= valid_from:
        raise ValueError("a status list must be valid for a while")
    at = address(base, purpose, number)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": at,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": clock.rfc3339(valid_from),
        "validUntil": clock.rfc3339(until),
        "credentialSubject": {
            "id": f"{at}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode_list(slots),
        },
    }


def read_document(payload: bytes, *, at: str, issuer: str, purpose: Purpose) -> bytes:
    """The bitstring of a list credential's payload, if it is the list that was asked for.

    ``at`` is the list's address. Raises ``BadInput('status_list.other')`` for another list, issuer or purpose,
    and as :func:`decode_list`. The signature and the dates are the caller's to check.
    """
    content = jws.strict_json(payload)
    subject = content.get("credentialSubject") if isinstance(content, dict) else None
    if not isinstance(subject, dict) or "BitstringStatusListCredential" not in content.get("type", ()):
        raise BadInput("status_list.other")
    found = (content.get("id"), content.get("issuer"), subject.get("statusPurpose"), subject.get("type"))
    if found != (at, issuer, purpose, "BitstringStatusList") or not isinstance(subject.get("encodedList"), str):
        raise BadInput("status_list.other")
    return decode_list(subject["encodedList"])
