"""did:web identity, DID document, JWK Set and multikeys. Pure.

https://sello.example           did:web:sello.example             /.well-known/did.json
https://sello.example/a/aysen   did:web:sello.example:a:aysen     /a/aysen/did.json
http://localhost:8080           did:web:localhost%3A8080
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from seal.errors import BadInput
from seal.keys import ed25519, jws

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUE58 = {symbol: value for value, symbol in enumerate(_BASE58)}
_ED25519_PUB = b"\xed\x01"
"""Multicodec ``ed25519-pub`` 0xed as an unsigned varint."""


def did_for(base: str) -> str:
    """The did:web of a base address (no trailing slash). ``ValueError`` if it is no such address."""
    parts = urlsplit(base)
    plain = f"{parts.scheme}://{parts.netloc}{parts.path}" == base and not base.endswith("/")
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain or "@" in parts.netloc:
        raise ValueError(f"not a base address: {base!r}")
    return ":".join(["did:web", parts.netloc.lower().replace(":", "%3A"), *parts.path.split("/")[1:]])


def document_path(base: str) -> str:
    """Where did:web asks for the document of ``base``, as a path on its host."""
    path = urlsplit(base).path
    return f"{path}/did.json" if path else "/.well-known/did.json"


def key_url(did: str, kid: str) -> str:
    """The DID URL of a key: what stands as ``kid`` in a JWS header."""
    if not ed25519.is_key_id(kid):
        raise ValueError("a key id is 64 lower-case hexadecimal digits")
    return f"{did}#{kid}"


def multikey_url(did: str, raw: bytes) -> str:
    """The DID URL of a key as a Multikey: what stands as ``verificationMethod`` in an embedded proof."""
    return f"{did}#{multikey(raw)}"


def base58(data: bytes) -> str:
    """Base58 with the Bitcoin alphabet; each leading zero byte is a leading ``1``."""
    number, text = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def from_base58(text: str) -> bytes:
    """Inverse of :func:`base58`. Raises ``BadInput('multibase.symbol')``."""
    number = 0
    for symbol in text:
        if symbol not in _VALUE58:
            raise BadInput("multibase.symbol", symbol=symbol)
        number = number * 58 + _VALUE58[symbol]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def multikey(raw: bytes) -> str:
    """``z6Mk…``: the multibase form of a raw Ed25519 public key (Controlled Identifiers 2.2.2)."""
    return "z" + base58(_ED25519_PUB + raw)


def from_multikey(text: str) -> bytes:
    """The raw key of a multikey. Raises ``BadInput('multibase.*')`` for any other encoding or key type."""
    if not text.startswith("z") or len(text) > 64:
        raise BadInput("multibase.encoding")
    data = from_base58(text[1:])
    if len(data) != 34 or data[:2] != _ED25519_PUB:
        raise BadInput("multibase.key_type")
    return data[2:]


def jwk(raw: bytes) -> dict[str, str]:
    """The public JWK (RFC 8037), without a ``kid``."""
    return {"crv": "Ed25519", "kty": "OKP", "x": jws.encode(raw)}


def document(did: str, raw_keys: Iterable[bytes]) -> dict[str, Any]:
    """The DID document: every key as JsonWebKey under its key id, for JOSE, and as Multikey, for embedded
    proofs. All stand in ``assertionMethod``, since outside status checks expect one issuer for both roles;
    Seal's own verifiers accept each key for its own purposes only."""
    methods: list[dict[str, Any]] = []
    for raw in raw_keys:
        url = key_url(did, ed25519.key_id(raw))
        methods.append({"id": url, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk(raw)})
        multi = multikey(raw)
        methods.append(
            {"id": multikey_url(did, raw), "type": "Multikey", "controller": did, "publicKeyMultibase": multi}
        )
    return {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/jwk/v1",
            "https://w3id.org/security/multikey/v1",
        ],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def key_set(did: str, raw_keys: Iterable[bytes]) -> dict[str, Any]:
    """The JWK Set (RFC 7517); ``kid`` is the DID URL, as it stands in our JWS headers."""
    keys = [{**jwk(raw), "alg": "EdDSA", "use": "sig", "kid": key_url(did, ed25519.key_id(raw))} for raw in raw_keys]
    return {"keys": keys}
