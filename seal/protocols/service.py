"""Verbs of protocols: look at the library, have a published version back as it was. What changes a version's life is in
``publishing.py``, what it is used for in ``transition.py``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from uuid import UUID

import rfc8785

from seal.db import reading
from seal.errors import NotFound, Reason, Unavailable
from seal.identity import Acting
from seal.people import service as people
from seal.protocols import life_store, loader, store
from seal.protocols.clearing import clear, flags_of, flags_of_version
from seal.protocols.comparing import compared, named, names
from seal.protocols.diff import changed_points
from seal.protocols.life import Life
from seal.protocols.loader import Key, Library
from seal.protocols.model import Protocol
from seal.protocols.publication import PublishedProtocol, refusals
from seal.protocols.publishing import discard, give_back, propose, publish, withdraw
from seal.protocols.transition import current_until, plannable, planning_reasons, usable

__all__ = [
    "PublishedProtocol",
    "changed_points",
    "clear",
    "compared",
    "current_until",
    "discard",
    "edited",
    "flags_of",
    "flags_of_version",
    "give_back",
    "library",
    "lives",
    "lives_here",
    "named",
    "names",
    "pinned",
    "plannable",
    "planning_reasons",
    "propose",
    "publish",
    "published",
    "published_by_name",
    "published_here",
    "read",
    "requirements",
    "usable",
    "withdraw",
]


@cache
def read(folder: Path) -> Library:
    """The library in ``folder``, read once a process; ``read.cache_clear()`` after changing files."""
    return loader.load_each(folder)


def library(folder: Path | None = None) -> Mapping[Key, Protocol]:
    """Every protocol that can be read, by (id, version); a faulty file blocks itself only."""
    return read(folder or loader.shipped()).protocols


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


async def lives(acting: Acting) -> tuple[Life, ...]:
    """Every version on its way or published, oldest first. Anyone signed in."""
    await people.authorise(acting)
    return await lives_here(acting.association_id)


async def lives_here(association_id: UUID) -> tuple[Life, ...]:
    """The same for public pages, which say no more of it than state, dates and public reasons."""
    async with reading():
        return await life_store.of_association(association_id)


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
