"""Public keys: Ed25519 (RFC 8032), their identifiers and the check of a signature. Pure; no private key.

Key id = SHA-256 of the raw public key, 64 lower-case hexadecimal digits. People pin it as the *fingerprint*
of the issuing key; its first four bytes are the hint in a QR token.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64
HINT_BYTES = 4


def key_id(raw: bytes) -> str:
    """The key id of a raw public key. ``ValueError`` unless it has 32 bytes."""
    if len(raw) != PUBLIC_BYTES:
        raise ValueError("an Ed25519 public key has 32 bytes")
    return hashlib.sha256(raw).hexdigest()


def hint(kid: str) -> bytes:
    """The four bytes of a key id that travel in a QR token."""
    return bytes.fromhex(kid)[:HINT_BYTES]


def is_key_id(text: str) -> bool:
    """True for 64 lower-case hexadecimal digits."""
    return len(text) == 64 and all(symbol in "0123456789abcdef" for symbol in text)


def verify(raw: bytes, signature: bytes, message: bytes) -> bool:
    """True if ``raw`` signed ``message``. Never raises: a malformed key or signature verifies nothing."""
    if len(raw) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
