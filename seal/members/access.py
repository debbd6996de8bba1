"""Who may see which producer, and the reads that upper rooms build on."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from seal.associations import service as associations
from seal.clock import local_day
from seal.db import reading
from seal.errors import NotFound
from seal.identity import Acting, Role
from seal.members import model, store
from seal.members.model import TRANSITIONS, Dossier, Producer, Relation
from seal.people import service as people

EVERYONE = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
READERS = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)


async def today(acting: Acting) -> date:
    """The association's calendar day at ``acting.at``."""
    return local_day(acting.at, (await associations.get(acting.association_id)).zone)


async def found(acting: Acting, producer_id: UUID) -> Producer:
    """The producer, whoever asks. Raises ``NotFound``."""
    producer = await store.producer(acting.association_id, producer_id)
    if producer is None:
        raise NotFound("members.producer_not_found")
    return producer


async def represented_by(acting: Acting) -> frozenset[UUID]:
    """Producers for which the person acts now; empty for Seal itself."""
    if acting.person_id is None:
        return frozenset()
    return await producers_of(acting.association_id, acting.person_id, acting.at)


async def producers_of(association_id: UUID, person_id: UUID, at: datetime) -> frozenset[UUID]:
    """Producers for which a person acts at ``at``. Rules call it; it asks for no role."""
    async with reading():
        return await store.represented(association_id, person_id, at)


async def require_access(acting: Acting, producer_id: UUID) -> None:
    """Raises ``NotFound`` unless the person may see the producer: staff of the association, or who represents it.

    The same answer for a producer that does not exist (invariant 9).
    """
    await people.authorise(acting, *EVERYONE)
    async with reading():
        if await store.producer(acting.association_id, producer_id) is None:
            raise NotFound("members.producer_not_found")
    if acting.is_system or acting.has(*READERS):
        return
    if producer_id not in await represented_by(acting):
        raise NotFound("members.producer_not_found")


async def require_side(acting: Acting, producer_id: UUID) -> None:
    """Raises ``NotFound`` unless the person acts for the producer: what staff may not do in its place."""
    await people.authorise(acting, Role.PRODUCER)
    if not acting.is_system and producer_id not in await represented_by(acting):
        raise NotFound("members.producer_not_found")


async def producer(acting: Acting, producer_id: UUID) -> Producer:
    """One producer. Raises ``NotFound`` if the person may not see it."""
    await require_access(acting, producer_id)
    async with reading():
        return await found(acting, producer_id)


async def producers(acting: Acting) -> tuple[Producer, ...]:
    """The producers that the person may see, by number."""
    await people.authorise(acting, *EVERYONE)
    only = None if acting.is_system or acting.has(*READERS) else tuple(await represented_by(acting))
    async with reading():
        return await store.producers(acting.association_id, only)


async def trade_names(acting: Acting) -> tuple[tuple[UUID, str], ...]:
    """Every producer that still belongs to the association, by the name under which it sells: those whom goods may be
    sent to. Nothing else of them is told."""
    await people.authorise(acting, *EVERYONE)
    async with reading():
        found = await store.producers(acting.association_id)
    return tuple((one.id, one.trade_name) for one in found if TRANSITIONS[one.state])


async def dossier(acting: Acting, producer_id: UUID) -> Dossier:
    """What is known of a producer now. Raises ``NotFound`` if the person may not see it."""
    await require_access(acting, producer_id)
    return await dossier_of(acting.association_id, producer_id)


async def dossier_of(association_id: UUID, producer_id: UUID) -> Dossier:
    """The same for rules of upper rooms, which have asked for a role already."""
    async with reading():
        producer = await store.producer(association_id, producer_id)
        if producer is None:
            raise NotFound("members.producer_not_found")
        signed = await store.agreements(association_id, producer_id)
        return Dossier(
            producer,
            await store.sites(association_id, producer_id),
            await store.products(association_id, producer_id),
            model.latest_facts(await store.facts(association_id, producer_id)),
            model.current_permits(await store.permits(association_id, producer_id)),
            signed[-1] if signed else None,
        )


async def relations(association_id: UUID, producer_id: UUID) -> tuple[Relation, ...]:
    """Every tie declared to a producer. For rules; asks for no role."""
    async with reading():
        return await store.relations(association_id, producer_id)


async def representatives(association_id: UUID, producer_id: UUID, at: datetime) -> frozenset[UUID]:
    """People who act for a producer now. For rules and notices; asks for no role."""
    async with reading():
        return await store.representatives(association_id, producer_id, at)
