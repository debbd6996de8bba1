"""Verbs of protocols: look at the library, publish a version, have a published version back as it was."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from uuid import UUID

import rfc8785

from seal import ids
from seal.associations import service as associations
from seal.db import in_unit_of_work, reading
from seal.errors import NotFound, Reason, Refused, Unavailable
from seal.identity import Acting, Role
from seal.people import service as people
from seal.protocols import loader, store
from seal.protocols.loader import Key, Library
from seal.protocols.model import Protocol
from seal.protocols.publication import PublishedProtocol, package_bytes, publication_bytes, refusals
from seal.transparency import service as transparency
from seal.transparency.model import LeafType, new_salt

__all__ = [
    "PublishedProtocol",
    "edited",
    "library",
    "pinned",
    "publish",
    "published",
    "published_by_name",
    "published_here",
    "read",
    "requirements",
]


@cache
def read(folder: Path) -> Library:
    """The library in ``folder``, read once a process; ``read.cache_clear()`` after changing files."""
    return loader.load_each(folder)


def library(folder: Path | None = None) -> Mapping[Key, Protocol]:
    """Every protocol that can be read, by (id, version); a faulty file blocks itself only."""
    return read(folder or loader.shipped()).protocols


async def publish(acting: Acting, protocol_id: str, version: str, *, folder: Path | None = None) -> PublishedProtocol:
    """Keep a version of the library for the association, whole, and log it (leaf type 2). Managers only.

    Publishing the same version again gives back what is kept. Raises ``BadInput`` with every fault of the files,
    ``NotFound('protocols.not_in_library')``, ``Refused('protocols.draft' | 'protocols.edited')``.
    """
    await people.authorise(acting, Role.MANAGER)
    found = _from_library(folder or loader.shipped(), protocol_id, version)
    association = await associations.get(acting.association_id)
    salt = new_salt()

    async def change() -> PublishedProtocol:
        kept = await store.by_name(association.id, protocol_id, version)
        reasons = refusals(found, kept)
        if reasons:
            raise Refused.because(reasons)
        if kept is not None:
            return kept
        package = package_bytes(found)
        fresh = PublishedProtocol(
            id=ids.uuid7(acting.at),
            association_id=association.id,
            protocol_id=protocol_id,
            version=version,
            digest=found.digest,
            protocol=found,
            published_by=acting.person_id,
            published_at=acting.at,
            document=publication_bytes(association.did, found, package, acting.at),
            salt=salt,
        )
        await store.insert(fresh, package, acting.person_id, acting.at)
        await transparency.append(association.id, LeafType.PROTOCOL, fresh.id, fresh.document, fresh.salt, acting.at)
        return fresh

    return await in_unit_of_work(change)


def _from_library(folder: Path, protocol_id: str, version: str) -> Protocol:
    key = (protocol_id, version)
    if key not in loader.versions(folder):  # never a path from outside
        raise NotFound("protocols.not_in_library", id=protocol_id[:60], version=version[:20])
    return loader.load(folder, *key)


async def published(acting: Acting) -> tuple[PublishedProtocol, ...]:
    """Every version that the association has published, oldest first. Anyone signed in."""
    await people.authorise(acting)
    async with reading():
        return await store.of_association(acting.association_id)


async def pinned(association_id: UUID, version_id: UUID) -> PublishedProtocol:
    """The version as published, from the kept copy. For rules and verbs that have asked for a role already.

    Raises ``NotFound('protocols.not_found')``, ``Unavailable('protocols.kept_copy_damaged')``.
    """
    async with reading():
        found = await store.by_id(association_id, version_id)
    return _sound(found)


async def published_by_name(association_id: UUID, protocol_id: str, version: str) -> PublishedProtocol:
    """The same by protocol and version; for the public page, so no role is asked."""
    async with reading(fresh=False):
        found = await store.by_name(association_id, protocol_id, version)
    return _sound(found)


async def published_here(association_id: UUID) -> tuple[PublishedProtocol, ...]:
    """Every published version, for the public list; no role is asked."""
    async with reading(fresh=False):
        return await store.of_association(association_id)


async def requirements(association_id: UUID, part_id: str, version: str) -> bytes:
    """The requirement document of a published protocol, or of a module of one, whose SHA-256 is its digest.

    Public. Raises ``NotFound('protocols.not_found')``.
    """
    for one in await published_here(association_id):
        for part in one.protocol.modules:
            if (part.id, part.version) == (part_id, version):
                return rfc8785.dumps(dict(part.document))
    raise NotFound("protocols.not_found")


def _sound(found: PublishedProtocol | None) -> PublishedProtocol:
    if found is None:
        raise NotFound("protocols.not_found")
    if not found.sound:
        raise Unavailable("protocols.kept_copy_damaged", id=found.protocol_id, version=found.version)
    return found


async def edited(association_id: UUID, *, folder: Path | None = None) -> tuple[Reason, ...]:
    """Published versions whose files in the library have changed since: named, and never used."""
    known = library(folder)
    async with reading():
        kept = await store.of_association(association_id)
    pairs = [(one, known.get((one.protocol_id, one.version))) for one in kept]
    return tuple(
        reason
        for one, now in pairs
        if now is not None
        for reason in refusals(now, one)
        if reason.code == "protocols.edited"
    )
