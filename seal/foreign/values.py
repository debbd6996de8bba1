"""The kinds of value that the data model knows: URL, moment, text in a language, digest. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from seal.errors import BadInput
from seal.foreign.faults import Fault, malformed, shown, step
from seal.keys import did as dids

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f]+")
_HOST = re.compile(r"(?i:https?|ftp|wss?):(?!//[^/?#:@])")
_URL_MAX = 100_000
"""A credential inside a data URL is a URL as well."""
_MOMENT = re.compile(
    r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T(?:([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]+))?|(24:00:00(?:\.0+)?))"
    r"(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))",
    re.ASCII,
)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_SRI = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(\?[\x21-\x7e]*)?")
_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
_MULTIHASH = {b"\x12\x20": 32, b"\x20\x30": 48, b"\x13\x40": 64}
"""Multihash heads of SHA-256, SHA-384 and SHA-512."""
_DIGEST_MAX = 200


def is_url(value: object) -> bool:
    """True for an absolute URL (URL Standard, without its leniency); a relative one names nothing to a stranger."""
    if not isinstance(value, str) or len(value) > _URL_MAX:
        return False
    return _URL.fullmatch(value) is not None and _HOST.match(value) is None


def as_list(value: object) -> list[Any]:
    """JSON-LD writes a set of one as the thing itself."""
    return value if isinstance(value, list) else [value]


def moment(value: object) -> datetime | None:
    """An ``xsd:dateTimeStamp`` (a zone is required) in UTC; ``None`` for anything else and for years beyond 1 to 9999.

    Digits finer than a microsecond are dropped.
    """
    found = _MOMENT.fullmatch(value) if isinstance(value, str) and len(value) < 80 else None
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, midnight, zone = found.groups()
    sign = -1 if zone[0] == "-" else 1
    offset = timedelta() if zone == "Z" else sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    try:
        local = datetime(int(year), int(month), int(day), tzinfo=UTC)
        if midnight is not None:
            return local + timedelta(days=1) - offset
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        return local.replace(hour=int(hour), minute=int(minute), second=int(second), microsecond=micro) - offset
    except (ValueError, OverflowError):
        return None


def text_faults(value: object, pointer: str) -> Iterator[Fault]:
    """A string, a language value object or several of these (data model 2.0, 4.6 and 11.1)."""
    if not isinstance(value, list):
        yield from _text(value, pointer)
        return
    if not value:
        yield malformed("text", pointer)
    for place, one in enumerate(value):
        yield from _text(one, pointer + step(place))


def _text(value: object, pointer: str) -> Iterator[Fault]:
    if isinstance(value, str):
        return
    if not isinstance(value, dict) or not isinstance(value.get("@value"), str):
        yield malformed("text", pointer)
        return
    for name in sorted(value.keys() - {"@value", "@language", "@direction"}):
        yield malformed("text_member", pointer + step(name), name=shown(name))
    if "@language" in value:
        language = value["@language"]
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            yield malformed("text_language", f"{pointer}/@language", value=shown(language))
    if "@direction" in value and value["@direction"] not in ("ltr", "rtl", None):
        yield malformed("text_direction", f"{pointer}/@direction")


def sri(value: object) -> tuple[str, bytes] | None:
    """``(algorithm, digest)`` of a Subresource Integrity value with one hash; ``None`` if it is none."""
    found = _SRI.fullmatch(value) if isinstance(value, str) and len(value) <= _DIGEST_MAX else None
    if found is None:
        return None
    digest = unbase64(found[2].rstrip("="))
    return (found[1], digest) if digest is not None and len(digest) == _SIZES[found[1]] else None


def multibase_digest(value: object) -> bytes | None:
    """The digest of a ``digestMultibase``: a multihash of SHA-2, or 32, 48 or 64 bare bytes; ``None`` if it is none."""
    data = multibase(value)
    if data is None:
        return None
    size = _MULTIHASH.get(data[:2])
    if size is not None and len(data) == size + 2:
        return data[2:]
    return data if len(data) in _SIZES.values() else None


def multibase(value: object) -> bytes | None:
    """``u`` base64url without padding or ``z`` base58btc (Controlled Identifiers 2.4); ``None`` for others."""
    if not isinstance(value, str) or len(value) > _DIGEST_MAX:
        return None
    if value.startswith("u"):
        return unbase64(value[1:])
    try:
        return dids.from_base58(value[1:]) if value.startswith("z") else None
    except BadInput:
        return None


def unbase64(text: str) -> bytes | None:
    """Base64 of either alphabet, without padding; ``None`` if it is none."""
    plain = text.replace("+", "-").replace("/", "_")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
