"""A code or token as a person has it: typed, or as the address that a camera read. Pure."""

from __future__ import annotations

import re

from seal.errors import BadInput
from seal.ids import Code, parse_code
from seal.labels import token as qr

_DIGITS = re.compile(r"(?:^|/)([0-9]{30,}(?:/.*)?)$")
_ADDRESS = re.compile(r"https?://(?P<host>[^ /?#]*)(?P<path>[^ ?#]*)(?:[?#][^ ]*)?", re.IGNORECASE | re.ASCII)
"""People paste ``HTTPS://HOST/…`` as the camera read it. The browser's verifier has the same pattern."""
LINE_MAX = 2_000
"""More than any address of a label; what is longer is no line that a person holds."""


def read(text: str) -> Code | qr.Token | None:
    """A typed code, a token, or the address of either; ``None`` for anything else (mistyped)."""
    text = text.strip()
    if len(text) > LINE_MAX or not text.isprintable():
        return None
    address = _ADDRESS.fullmatch(text)
    path = (address["path"] if address else text).rstrip("/")
    # Only of an address is a part read; other text is a code or a token as a whole, or nothing.
    digits = _DIGITS.search(path) if address else _DIGITS.match(path)
    if digits:
        token = qr.parse(digits[1])
        return token if isinstance(token, qr.Token) else None
    try:
        return parse_code(path.rpartition("/")[2] if address else path)
    except BadInput:
        return None


def host_of(text: str) -> str | None:
    """The host of a web address, in small letters, with the port if it has one; ``None`` for other text."""
    address = _ADDRESS.fullmatch(text.strip())
    return address["host"].rpartition("@")[2].lower() if address else None
