"""What stands in the log: entries, leaves, checkpoints (FORMATS A5). Pure.

One entry, byte by byte, for ever:

    73 65 61 6c 2d 6c 65 61 66 2f 31 00   ASCII "seal-leaf/1", then a zero byte
    type                                  1 byte, see LeafType
    object id                             16 bytes: the UUID of the object's row, big-endian
    SHA-256(salt || exact bytes)          32 bytes; the salt is 16 random bytes kept with the object

Exact bytes: for types 1, 3 and 4 the compact JWS; for 2, 5 and 6 an RFC 8785 JSON document. Dropping the
salt on a lawful erasure leaves the entry in place and makes it say nothing about the person.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from seal.transparency.merkle import (
    EMPTY_ROOT,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "ENTRY_BYTES",
    "Checkpoint",
    "Head",
    "InclusionProof",
    "Leaf",
    "LeafType",
    "consistency_ranges",
    "entry_bytes",
    "inclusion_ranges",
    "leaf_hash",
    "new_salt",
    "node_hash",
    "root",
    "verify_consistency",
    "verify_inclusion",
    "verify_object",
]

PREFIX = b"seal-leaf/1\x00"
SALT_BYTES = 16
ENTRY_BYTES = len(PREFIX) + 1 + 16 + 32


class LeafType(IntEnum):
    """The byte that says what kind of event a leaf records. Numbers are frozen; new ones are appended."""

    KEY_STATEMENT = 1
    PROTOCOL = 2
    CERTIFICATION = 3
    BATCH = 4
    DECISION = 5
    """A decision or a status change."""
    LABEL_RANGE = 6
    """A label range reserved or voided."""


def new_salt() -> bytes:
    """Sixteen random bytes; keep them with the object."""
    return secrets.token_bytes(SALT_BYTES)


def entry_bytes(leaf_type: LeafType, object_id: UUID, salt: bytes, exact_bytes: bytes) -> bytes:
    """The entry of one object. ``ValueError`` for a salt that is not 16 bytes or an empty object."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a leaf's salt has 16 bytes")
    if not exact_bytes:
        raise ValueError("a leaf records the object's exact bytes, not nothing")
    digest = hashlib.sha256(salt + exact_bytes).digest()
    return PREFIX + bytes([LeafType(leaf_type)]) + object_id.bytes + digest


@dataclass(frozen=True)
class Leaf:
    """One stored leaf. ``index`` counts from 0 without gaps in one association's log."""

    association_id: UUID
    index: int
    leaf_type: LeafType
    object_id: UUID
    entry: bytes
    hash: bytes
    appended_at: datetime

    def records(self, salt: bytes, exact_bytes: bytes) -> bool:
        """True if this leaf is of exactly these bytes under this salt, and its hash is its entry's."""
        expected = entry_bytes(self.leaf_type, self.object_id, salt, exact_bytes)
        return self.entry == expected and self.hash == leaf_hash(expected)


@dataclass(frozen=True)
class Head:
    """Size and root of a log now; unlike a checkpoint it is signed by nobody."""

    size: int
    root: bytes


@dataclass(frozen=True)
class Checkpoint:
    """A signed tree head (C2SP tlog-checkpoint). ``note`` is the exact text as served, UTF-8."""

    association_id: UUID
    size: int
    root: bytes
    note: bytes
    signed_at: datetime


@dataclass(frozen=True)
class InclusionProof:
    """What a stranger needs, beside object and salt, to find an object in a tree of ``size`` leaves."""

    index: int
    size: int
    path: tuple[bytes, ...]


def verify_object(
    leaf_type: LeafType, object_id: UUID, salt: bytes, exact_bytes: bytes, proof: InclusionProof, tree_root: bytes
) -> bool:
    """Is this object, byte for byte, in the log with this root?"""
    leaf = leaf_hash(entry_bytes(leaf_type, object_id, salt, exact_bytes))
    return verify_inclusion(leaf, proof.index, proof.size, proof.path, tree_root)
