"""Open private keys, in this process's memory only. ``generations`` fills it; only ``signer`` takes from it."""

from __future__ import annotations

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal.keys.model import KeyRole

_open: dict[tuple[UUID, KeyRole], Ed25519PrivateKey] = {}


def put(association_id: UUID, role: KeyRole, seed: bytes) -> None:
    """Keep a key open. ``ValueError`` for the next key, which must stay offline."""
    if role is KeyRole.NEXT:
        raise ValueError("the next key is never opened to sign")
    _open[association_id, role] = Ed25519PrivateKey.from_private_bytes(seed)


def take(association_id: UUID, role: KeyRole) -> Ed25519PrivateKey | None:
    """The open key, ``None`` if it is locked."""
    return _open.get((association_id, role))


def holds(association_id: UUID, role: KeyRole) -> bool:
    return (association_id, role) in _open


def lock(association_id: UUID, role: KeyRole | None = None) -> None:
    """Forget one key, or both."""
    for one in KeyRole if role is None else (role,):
        _open.pop((association_id, one), None)
