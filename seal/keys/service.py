"""Keys: what is public of them, and the verbs of this room (ceremony, unlocking, intents, signatures, checkpoints).

These verbs are Seal's own and the machine owner's: rooms above call them after they have checked who is acting.
Without keys, or with locked ones, signing raises ``Unavailable`` and everything else goes on.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from seal.associations.model import Association
from seal.errors import Unavailable
from seal.keys import did as dids
from seal.keys import store
from seal.keys.book import book, record, start, stop, stopped
from seal.keys.chain import history
from seal.keys.checks import faults
from seal.keys.ed25519 import key_id
from seal.keys.generations import ceremony, demonstration_ceremony
from seal.keys.health import Health, due_at, health
from seal.keys.intents import (
    checkpoint,
    commit_intent,
    embed_missing,
    embedded,
    forget_bundles,
    intent_of,
    keep_fresh,
    sign_intent,
)
from seal.keys.model import KeySet, PublicKey
from seal.keys.opening import can_sign, folder_of, lock, unlock, unlock_from
from seal.keys.safekeeping import joined, restore, retire, share
from seal.keys.succession import compromise, read_next, rotate, succeed
from seal.transparency.note import VerifierKey

__all__ = [
    "Health",
    "book",
    "can_sign",
    "ceremony",
    "checkpoint",
    "commit_intent",
    "compromise",
    "demonstration_ceremony",
    "did_document",
    "due_at",
    "embed_missing",
    "embedded",
    "faults",
    "folder_of",
    "forget_bundles",
    "health",
    "history",
    "intent_of",
    "joined",
    "jwks",
    "keep_fresh",
    "key_id",
    "lock",
    "public_keys",
    "read_next",
    "record",
    "restore",
    "retire",
    "rotate",
    "share",
    "sign_intent",
    "start",
    "statement_leaves",
    "statements",
    "stop",
    "stopped",
    "succeed",
    "unlock",
    "unlock_from",
    "verifier_key",
]


async def statements(association_id: UUID) -> tuple[bytes, ...]:
    """The key statements, compact JWS, first to last; empty before the ceremony."""
    return await store.statements(association_id)


async def statement_leaves(association_id: UUID) -> list[tuple[UUID, bytes, bytes]]:
    """``(object id, salt, compact JWS)`` of each statement, for proofs and whole-log checks."""
    return await store.statement_leaves(association_id)


async def public_keys(association_id: UUID) -> KeySet:
    """The public keys and their history. Raises ``Unavailable('keys.missing')`` before the ceremony, ``BadInput``
    (``jws.*``, ``statement.*``, ``chain.*``) if the stored chain does not hold."""
    chain = await history(association_id)
    if chain is None:
        raise Unavailable("keys.missing")
    return KeySet(PublicKey(chain.current.issuing), PublicKey(chain.current.log), chain)


async def verifier_key(association: Association) -> VerifierKey:
    """The log's key as witnesses and other verifiers are given it. Raises ``Unavailable('keys.missing')``."""
    return VerifierKey(association.log_origin, (await public_keys(association.id)).log.raw)


async def _trusted(association: Association) -> list[bytes]:
    """Every key that was named and not ended, issuing keys first, newest first."""
    chain = await history(association.id)
    if chain is None:
        return []
    kept = [period.raw for period in (*chain.issuing[::-1], *chain.log[::-1]) if period.ended is None]
    return list(dict.fromkeys(kept))


async def did_document(association: Association) -> dict[str, Any]:
    """The DID document; without keys before the ceremony. Ended keys are left out, replaced ones stay."""
    return dids.document(association.did, await _trusted(association))


async def jwks(association: Association) -> dict[str, Any]:
    """The JWK Set with the same keys."""
    return dids.key_set(association.did, await _trusted(association))
