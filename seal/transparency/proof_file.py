"""``tlog-proof`` bundles (C2SP), strict: a proof that some bytes are in a log, checked without asking anybody. Pure.

    c2sp.org/tlog-proof@v1
    extra eyJvYmplY3Qi…              what is needed to compute the leaf, base64
    index 73894
    gSKyXoYZUgZ6jduWYrkDOARinOMG…   the inclusion proof, from the leaf's sibling up, one hash a line
                                     (a blank line)
    sello.example/a/aysen            the checkpoint note as it is served, stamp and cosignatures included
    109482
    …

``extra`` is an RFC 8785 JSON document: ``type`` and ``object`` (UUID) of the leaf, its ``salt`` (base64), and
``statements``, the chain of key statements. A stranger who holds the object's exact bytes (of a certificate its compact
JWS) and the fingerprint of an issuing key computes

    digest = SHA-256(salt || exact bytes)
    entry  = "seal-leaf/1" 00 || type (1 byte) || object (16 bytes) || digest
    leaf   = SHA-256(00 || entry)

and follows the hashes up to the checkpoint's root; the log's key is the one that the chain names from the fingerprint
on. Nothing of ``extra`` is trusted: a wrong salt gives another leaf, a wrong statement breaks the chain.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import rfc8785

from seal.errors import BadInput
from seal.transparency.merkle import HASH_BYTES
from seal.transparency.model import SALT_BYTES, LeafType
from seal.transparency.note import NOTE_MAX_BYTES, SIZE_MAX, strict_base64

HEADER = "c2sp.org/tlog-proof@v1"
MEDIA_TYPE = "text/plain"
PATH_MAX = 64
EXTRA_MAX_BYTES = 2_000_000
MAX_BYTES = EXTRA_MAX_BYTES * 4 // 3 + NOTE_MAX_BYTES + 10_000
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True)
class Extra:
    """What a leaf is computed from beside the object's bytes, and where keys are reached."""

    leaf_type: LeafType
    object_id: UUID
    salt: bytes
    statements: tuple[bytes, ...]

    @property
    def encoded(self) -> bytes:
        return rfc8785.dumps(
            {
                "object": str(self.object_id),
                "salt": base64.b64encode(self.salt).decode(),
                "statements": [one.decode() for one in self.statements],
                "type": int(self.leaf_type),
            }
        )


@dataclass(frozen=True)
class ProofFile:
    """A proof as it stands in a file. ``checkpoint`` is the exact note."""

    extra: bytes | None
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    @property
    def encoded(self) -> bytes:
        extra = [] if self.extra is None else [f"extra {base64.b64encode(self.extra).decode()}"]
        hashes = [base64.b64encode(one).decode() for one in self.path]
        lines = [HEADER, *extra, f"index {self.index}", *hashes, "", ""]
        return "\n".join(lines).encode() + self.checkpoint


def parse(data: bytes) -> ProofFile:
    """Read a proof; trusts nothing yet, its checkpoint is not read.

    Raises ``BadInput('proof.text' | 'proof.index' | 'proof.hash' | 'proof.extra')``.
    """
    head, gap, checkpoint = data.partition(b"\n\n")
    if len(data) > MAX_BYTES or not gap or not checkpoint:
        raise BadInput("proof.text")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise BadInput("proof.text") from None
    if first != HEADER or not lines:
        raise BadInput("proof.text")
    extra = None
    if lines[0].startswith("extra "):
        extra = strict_base64(lines.pop(0).removeprefix("extra "), "proof.extra")
    found = _INDEX.fullmatch(lines[0]) if lines else None
    if found is None or int(found[1]) > SIZE_MAX:
        raise BadInput("proof.index")
    path = tuple(strict_base64(line, "proof.hash") for line in lines[1:])
    if len(path) > PATH_MAX or any(len(one) != HASH_BYTES for one in path):
        raise BadInput("proof.hash")
    return ProofFile(extra, int(found[1]), path, checkpoint)


def parse_extra(document: Any) -> Extra:
    """The members of the extra document, once read as JSON. Raises ``BadInput('proof.extra')``."""
    try:
        if sorted(document) != ["object", "salt", "statements", "type"]:
            raise BadInput("proof.extra")
        statements = tuple(one.encode("ascii") for one in document["statements"])
        salt = strict_base64(document["salt"], "proof.extra")
        object_id = UUID(document["object"])
        kind = document["type"]
        if isinstance(kind, bool) or len(salt) != SALT_BYTES or str(object_id) != document["object"]:
            raise BadInput("proof.extra")
        return Extra(LeafType(kind), object_id, salt, statements)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise BadInput("proof.extra") from None
