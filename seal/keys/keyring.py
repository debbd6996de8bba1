"""Open private keys, in this process's memory only. ``opening`` and ``generations`` fill it; only ``signer`` takes.

A key is a seed that was read from its file, or a handle to a key that never leaves its token (``hsm``).
"""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal.keys.model import KeyRole


class PrivateKey(Protocol):
    """What signs. ``raw`` is the public key."""

    @property
    def raw(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes, Ed25519."""
        ...


class SeedKey:
    """A private key in memory."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.raw = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


_open: dict[tuple[UUID, KeyRole], PrivateKey] = {}


def put(association_id: UUID, role: KeyRole, key: bytes | PrivateKey) -> None:
    """Keep a key open: a seed, or a key in a token. ``ValueError`` for the next key, which must stay offline."""
    if role is KeyRole.NEXT:
        raise ValueError("the next key is never opened to sign")
    _open[association_id, role] = SeedKey(key) if isinstance(key, bytes) else key


def take(association_id: UUID, role: KeyRole) -> PrivateKey | None:
    """The open key, ``None`` if it is locked."""
    return _open.get((association_id, role))


def holds(association_id: UUID, role: KeyRole) -> bool:
    return (association_id, role) in _open


def lock(association_id: UUID, role: KeyRole | None = None) -> None:
    """Forget one key, or both."""
    for one in KeyRole if role is None else (role,):
        _open.pop((association_id, one), None)
