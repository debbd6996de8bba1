"""Compact JWS (RFC 7515) with one algorithm, Ed25519. Pure; the signature is made elsewhere.

    base64url(header) . base64url(payload) . base64url(signature)

Header, as emitted: RFC 8785 JSON with exactly ``alg`` ("EdDSA"), ``kid`` (the DID URL of the key) and ``typ``.
Accepted besides: ``alg`` "Ed25519" (RFC 9864) and ``cty`` ("vc" with ``vc+jwt``). Any other header name,
a repeated name, padding, a non-canonical base64url tail or an oversized token is refused, so that one
signed object has one spelling. ``typ`` is always checked: the caller says what it expects.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

import rfc8785

from seal.errors import BadInput
from seal.keys import ed25519

VC = "vc+jwt"
KEYS = "seal-keys+jwt"
BUNDLE = "seal-bundle+jwt"
REGISTER = "seal-register+jwt"

MAX_BYTES = 16_000_000
"""A whole country's bundle fits; anything larger is refused before it is decoded."""
_HEADER_MAX = 4_000
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_ALGORITHMS = ("EdDSA", "Ed25519")
_NAMES = {"alg", "kid", "typ", "cty"}


def encode(data: bytes) -> str:
    """base64url without padding (RFC 7515 appendix C)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Strict inverse of :func:`encode`. Raises ``BadInput('jws.base64')`` for any other spelling."""
    try:
        plain = text.encode("ascii").translate(_TO_STANDARD) + b"=" * (-len(text) % 4)
        data = binascii.a2b_base64(plain, strict_mode=True)
    except (binascii.Error, ValueError):
        raise BadInput("jws.base64") from None
    if encode(data) != text:
        raise BadInput("jws.base64")
    return data


def strict_json(data: bytes) -> Any:
    """JSON without repeated names, floats or NaN, as Seal signs it. Raises ``BadInput('jws.json')``."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("repeated name")
        return dict(pairs)

    def never(text: str) -> Any:
        raise ValueError(f"not a number Seal signs: {text}")

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=once, parse_float=never, parse_constant=never)
    except (ValueError, RecursionError):
        raise BadInput("jws.json") from None


@dataclass(frozen=True)
class Jws:
    """A token that could be read. Nothing is trusted until :func:`verify` says so."""

    alg: str
    kid: str
    typ: str
    payload: bytes
    signature: bytes
    signing_input: bytes

    @property
    def key(self) -> str:
        """The key id: the fragment of ``kid``."""
        return self.kid.rpartition("#")[2]

    @property
    def did(self) -> str:
        """The DID: ``kid`` without its fragment."""
        return self.kid.rpartition("#")[0]


def signing_input(payload: bytes, *, kid: str, typ: str) -> bytes:
    """The bytes to sign for ``payload``; ``kid`` is the DID URL of the key."""
    header = rfc8785.dumps({"alg": "EdDSA", "kid": kid, "typ": typ})
    return f"{encode(header)}.{encode(payload)}".encode()


def compact(signed_input: bytes, signature: bytes) -> bytes:
    """The finished token. ``ValueError`` unless the signature has 64 bytes."""
    if len(signature) != ed25519.SIGNATURE_BYTES:
        raise ValueError("an Ed25519 signature has 64 bytes")
    return signed_input + b"." + encode(signature).encode()


def parse(data: bytes | str, *, typ: str, max_bytes: int = MAX_BYTES) -> Jws:
    """Read a compact JWS of type ``typ``, strictly; checks no signature.

    Raises ``BadInput``: ``jws.too_long``, ``jws.shape``, ``jws.base64``, ``jws.json``, ``jws.header``,
    ``jws.algorithm``, ``jws.type``.
    """
    if len(data) > max_bytes:
        raise BadInput("jws.too_long", bytes=len(data), max=max_bytes)
    try:
        text = data if isinstance(data, str) else data.decode("ascii")
    except UnicodeDecodeError:
        raise BadInput("jws.shape") from None
    parts = text.split(".")
    if len(parts) != 3 or len(parts[0]) > _HEADER_MAX:
        raise BadInput("jws.shape")
    header = strict_json(decode(parts[0]))
    if not isinstance(header, dict) or not all(isinstance(value, str) for value in header.values()):
        raise BadInput("jws.header")
    if not {"alg", "kid", "typ"} <= header.keys() <= _NAMES:
        raise BadInput("jws.header")
    if header["alg"] not in _ALGORITHMS:
        raise BadInput("jws.algorithm", alg=header["alg"])
    if header["typ"] != typ or ("cty" in header and (typ, header["cty"]) != (VC, "vc")):
        raise BadInput("jws.type", typ=header["typ"], expected=typ)
    signature = decode(parts[2])
    if len(signature) != ed25519.SIGNATURE_BYTES:
        raise BadInput("jws.shape")
    signed_input = f"{parts[0]}.{parts[1]}".encode()
    return Jws(header["alg"], header["kid"], header["typ"], decode(parts[1]), signature, signed_input)


def verify(jws: Jws, raw: bytes) -> bool:
    """True if the raw public key signed this token and is the key that ``kid`` names."""
    return jws.key == ed25519.key_id(raw) and ed25519.verify(raw, jws.signature, jws.signing_input)
