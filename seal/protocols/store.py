"""Queries of published protocol versions, always inside one association."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any
from uuid import UUID

from seal.protocols import assembly
from seal.protocols.model import Protocol
from seal.protocols.publication import PublishedProtocol
from seal.protocols.tables import ProtocolVersion

_V = ProtocolVersion


@lru_cache(maxsize=64)
def _unpacked(package: bytes) -> Protocol:
    """Reading a package takes some milliseconds and always gives the same value."""
    return assembly.unpack(json.loads(package))


def _published(row: dict[str, Any]) -> PublishedProtocol:
    return PublishedProtocol(
        id=row["id"],
        association_id=row["association_id"],
        protocol_id=row["protocol_id"],
        version=row["version"],
        digest=row["digest"],
        protocol=_unpacked(bytes(row["package"])),
        published_by=row["published_by"],
        published_at=row["published_at"],
        document=bytes(row["document"]),
        salt=bytes(row["salt"]),
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
    )


async def by_id(association_id: UUID, version_id: UUID) -> PublishedProtocol | None:
    row = await _V.select().where(_V.association_id == association_id, _V.id == version_id).first()
    return _published(row) if row else None


async def by_name(association_id: UUID, protocol_id: str, version: str) -> PublishedProtocol | None:
    row = (
        await _V.select()
        .where(_V.association_id == association_id, _V.protocol_id == protocol_id, _V.version == version)
        .first()
    )
    return _published(row) if row else None


async def of_association(association_id: UUID) -> tuple[PublishedProtocol, ...]:
    """Every published version, oldest first."""
    rows = await _V.select().where(_V.association_id == association_id).order_by(_V.published_at, _V.id)
    return tuple(_published(row) for row in rows)


async def insert(published: PublishedProtocol, package: bytes) -> None:
    """Keep a version. Raises the database's error when this version is kept already."""
    await _V.insert(
        _V(
            id=published.id,
            association_id=published.association_id,
            protocol_id=published.protocol_id,
            version=published.version,
            digest=published.digest,
            document=published.document,
            salt=published.salt,
            package=package,
            published_by=published.published_by,
            published_at=published.published_at,
            proposed_by=published.proposed_by,
            proposed_at=published.proposed_at,
        )
    )
