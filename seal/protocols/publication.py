"""A published version, and the document that its log leaf (FORMATS A5, type 2) covers.

schema          seal-publication/1
association     the DID
protocol, version, sha256         the requirements (FORMATS A9)
modules         [{id, version, sha256}]
texts           {language: SHA-256 of the words}
package_sha256  the kept copy, from which the protocol can be rebuilt
published_at    RFC 3339, UTC
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import rfc8785

from seal.clock import rfc3339
from seal.errors import Reason
from seal.protocols import assembly
from seal.protocols.model import Protocol


@dataclass(frozen=True)
class PublishedProtocol:
    """What an association stands behind. ``protocol`` comes from the kept copy, never from today's files."""

    id: UUID
    association_id: UUID
    protocol_id: str
    version: str
    digest: str
    protocol: Protocol = field(repr=False)
    published_by: UUID | None
    published_at: datetime
    document: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    proposed_by: UUID | None = None
    proposed_at: datetime | None = None
    """``None``: published by one person, before two were asked for."""

    @property
    def sound(self) -> bool:
        """The kept copy still is what was published."""
        return self.protocol.digest == self.digest


def package_bytes(protocol: Protocol) -> bytes:
    return rfc8785.dumps(assembly.package(protocol))


def publication_bytes(did: str, protocol: Protocol, package: bytes, at: datetime) -> bytes:
    """The exact bytes that are logged."""
    return rfc8785.dumps(
        {
            "schema": "seal-publication/1",
            "association": did,
            "protocol": protocol.id,
            "version": protocol.version,
            "sha256": protocol.digest,
            "modules": [{"id": each.id, "version": each.version, "sha256": each.sha256} for each in protocol.includes],
            "texts": dict(protocol.text_digests),
            "package_sha256": hashlib.sha256(package).hexdigest(),
            "published_at": rfc3339(at),
        }
    )


def withdrawal_bytes(did: str, published: PublishedProtocol, reason: str, at: datetime) -> bytes:
    """What the leaf of a withdrawal covers (FORMATS A5, type 5): ``schema`` ``seal-protocol-withdrawal/1``."""
    return rfc8785.dumps(
        {
            "schema": "seal-protocol-withdrawal/1",
            "association": did,
            "publication": str(published.id),
            "protocol": published.protocol_id,
            "version": published.version,
            "sha256": published.digest,
            "reason": reason,
            "withdrawn_at": rfc3339(at),
        }
    )


def refusals(protocol: Protocol, kept: PublishedProtocol | None) -> tuple[Reason, ...]:
    """Why these files may not be published: a draft, or a published version that was edited afterwards."""
    named = {"id": protocol.id, "version": protocol.version}
    reasons = []
    if protocol.status != "published":
        reasons.append(Reason("protocols.draft", named))
    for part in protocol.modules[1:]:
        if part.status != "published":
            reasons.append(Reason("protocols.draft", {"id": part.id, "version": part.version}))
    if kept is not None and kept.digest != protocol.digest:
        reasons.append(Reason("protocols.edited", {**named, "kept": kept.digest, "found": protocol.digest}))
    return tuple(reasons)
