"""Certificates on paper as bytes: ordered with the act that issues, drawn once, kept by digest, served unchanged.

An upper room orders a paper inside the unit of work that marks its object issued, draws it afterwards outside any,
and keeps it here. A kept paper is never drawn again; a later layout needs a new edition by somebody's act, and the
old one stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from seal.db import in_unit_of_work, reading
from seal.errors import Conflict, NotFound, Unavailable
from seal.ids import uuid7
from seal.printing import store
from seal.printing.model import TEMPLATE, Language, Order, OrderKind, StoredPaper, digest


async def order(association_id: UUID, kind: OrderKind, object_id: UUID, at: datetime) -> None:
    """Ask for the first edition of an object's paper, telling of ``at``. In the caller's unit of work."""
    await store.insert_order(Order(object_id, association_id, kind, at))


async def order_again(association_id: UUID, object_id: UUID, at: datetime) -> int:
    """Ask for a new edition, telling of ``at``; its number. Joins the caller's unit of work.

    Raises ``NotFound('printing.no_paper')`` and ``Conflict('printing.edition_waits')`` while one is being made.
    """
    found = await found_order(association_id, object_id)
    if not await store.set_edition(association_id, object_id, found.edition + 1, at):
        raise Conflict("printing.edition_waits")
    return found.edition + 1


async def found_order(association_id: UUID, object_id: UUID) -> Order:
    """Raises ``NotFound('printing.no_paper')``, also for another association's object."""
    async with reading():
        found = await store.order(association_id, object_id)
    if found is None:
        raise NotFound("printing.no_paper")
    return found


async def waiting(association_id: UUID, limit: int) -> tuple[Order, ...]:
    """Orders that lack a paper, oldest first."""
    async with reading():
        return await store.waiting(association_id, limit)


async def drawn(association_id: UUID, order: Order, language: Language) -> StoredPaper | None:
    """The paper of an order as it was drawn, whole or still to be signed."""
    async with reading():
        return await store.drawn(association_id, order.id, order.edition, language)


async def keep(order: Order, language: Language, content: bytes, at: datetime, *, to_sign: bool) -> StoredPaper:
    """Keep a drawn paper; whoever drew the same one first is kept. ``to_sign``: it is not served before that."""
    sha256 = digest(content)
    new = StoredPaper(
        uuid7(at), order.id, order.edition, language, TEMPLATE, order.dated_at, at, None if to_sign else sha256, content
    )

    async def write() -> None:
        await store.insert(order.association_id, new, sha256)

    await in_unit_of_work(write)
    kept = await drawn(order.association_id, order, language)
    assert kept is not None  # just written, and never deleted
    return kept


async def keep_signature(association_id: UUID, paper: StoredPaper, signature: bytes) -> None:
    """Keep what a PDF signature appends to a drawn paper, which is whole from then on."""
    whole = replace(paper, signature=signature)

    async def write() -> None:
        await store.set_signature(association_id, paper.id, signature, digest(whole.served))

    await in_unit_of_work(write)


async def say(order: Order, fault: str | None, *, waiting: bool) -> None:
    """Write down that an edition is whole, or what stands in its way."""

    async def write() -> None:
        await store.set_fault(order.association_id, order, fault, waiting=waiting)

    if (fault, waiting) != (order.fault, order.waiting):
        await in_unit_of_work(write)


async def stored(
    association_id: UUID, object_id: UUID, languages: Sequence[Language], edition: int | None = None
) -> StoredPaper | None:
    """The newest whole paper of an object, in the first of ``languages`` that it has; None while it waits.

    For public answers too: a certificate on paper holds only what the public may know. Raises
    ``Unavailable('printing.damaged')`` if the kept bytes no longer match their digest.
    """
    async with reading():
        found = await store.newest(association_id, object_id, languages, edition)
    if found is not None and digest(found.served) != found.sha256:
        raise Unavailable("printing.damaged", id=str(found.id))
    return found


async def content_with(association_id: UUID, content_sha256: str) -> bytes | None:
    """The drawn bytes with this digest, for whoever signs them; None if there are none, or they do not match."""
    async with reading():
        found = await store.with_content(association_id, content_sha256)
    return found if found is not None and digest(found) == content_sha256 else None


async def editions(association_id: UUID, object_id: UUID) -> tuple[StoredPaper, ...]:
    """Every whole paper of an object without its bytes, newest edition first."""
    async with reading():
        return await store.editions(association_id, object_id)
