"""Associations: created by the machine's owner, read by everyone; and the registry of public codes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from seal import ids
from seal.associations import store
from seal.associations.model import (
    FIXED_ROUTES,
    Association,
    CodeKind,
    PublicCode,
    Rules,
    did_of,
    faults,
    log_origin_of,
)
from seal.db import reading, unit_of_work
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, NotFound

_TRIES = 16


async def create(
    *,
    slug: str,
    name: str,
    base: str,
    region: str,
    communes: tuple[str, ...],
    zone: str = "America/Coyhaique",
    colour: str = "#3a2f5f",
    languages: tuple[str, ...] = ("es", "en"),
    demonstration: bool = False,
    rules: Rules | None = None,
    at: datetime,
) -> Association:
    """A new association. Its address and whether it is a demonstration never change afterwards.

    Raises ``BadInput`` with every fault; ``Conflict('associations.taken')`` for a slug or base in use.
    """
    rules = rules or Rules()
    if found := faults(slug=slug, name=name, base=base, zone=zone, languages=languages, colour=colour, rules=rules):
        raise BadInput.because(found)
    association = Association(
        id=ids.uuid7(at),
        slug=slug,
        name=name.strip(),
        base=base,
        did=did_of(base),
        log_origin=log_origin_of(base),
        zone=zone,
        region=region,
        communes=tuple(communes),
        languages=tuple(languages),
        colour=colour,
        demonstration=demonstration,
        rules=rules,
        created_at=at,
    )
    taken = Conflict("associations.taken", slug=slug, base=base)
    async with unit_of_work(), integrity({"association_one_slug": taken, "association_one_base": taken}):
        await store.insert(association)
    return association


async def get(association_id: UUID) -> Association:
    """Raises ``NotFound('associations.not_found')``."""
    async with reading():
        found = await store.by_id(association_id)
    if found is None:
        raise NotFound("associations.not_found", slug="")
    return found


async def by_slug(slug: str) -> Association | None:
    async with reading():
        return await store.by_slug(slug)


async def all_associations() -> tuple[Association, ...]:
    """In the order of their creation."""
    async with reading():
        return await store.everyone()


async def claim_code(
    association_id: UUID,
    kind: CodeKind | Literal["batch", "certification", "roll", "box"],
    object_id: UUID,
    at: datetime,
) -> int:
    """A 40-bit public id for an object, unique on this server, never readable as the address of a page.

    Inside the caller's unit of work. The same object gets the same id again.
    """
    kind = CodeKind(kind)
    async with unit_of_work():
        already = await store.code_of(association_id, kind, object_id)
        if already is not None:
            return already.public_id
        for _ in range(_TRIES):
            public_id = ids.random_public_id()
            if any(ids.spells(public_id, route) for route in FIXED_ROUTES) or await store.code(public_id) is not None:
                continue
            await store.insert_code(PublicCode(public_id, kind, association_id, object_id), at)
            return public_id
    raise RuntimeError("no free public id in a row of tries: the random source is broken")


async def resolve_code(public_id: int) -> PublicCode | None:
    """What a public code stands for, whichever association gave it out."""
    async with reading():
        return await store.code(public_id)


async def reserve_lost_code(
    association_id: UUID, kind: CodeKind, public_id: int, object_id: UUID, at: datetime
) -> None:
    """After a restore: a public id of an object that is lost is never given out again."""
    async with unit_of_work():
        if await store.code(public_id) is None and await store.code_of(association_id, kind, object_id) is None:
            await store.insert_code(PublicCode(public_id, kind, association_id, object_id), at)
