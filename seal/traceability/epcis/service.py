"""Verbs on trace events: take a document, ask for events, one event, what was taken, and the file for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from functools import partial
from uuid import UUID

from seal.associations import service as associations
from seal.db import reading
from seal.errors import BadInput, NotFound
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.traceability.epcis import asking, listing, model, parsing, projection, store
from seal.traceability.epcis.asking import Query
from seal.traceability.epcis.capturing import CAPTURE, IMPORT, SENDERS, TURNS, Limits, capture
from seal.traceability.epcis.listing import Listed, Page, Standing
from seal.traceability.epcis.model import Event
from seal.traceability.epcis.store import Capture, Kept, Scope

__all__ = [
    "CAPTURE",
    "IMPORT",
    "SENDERS",
    "Limits",
    "called",
    "capture",
    "captures",
    "events",
    "export",
    "job",
    "one_event",
]

READERS = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
STAFF = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)
MOST_EXPORTED = 200_000


async def scope_of(acting: Acting) -> Scope:
    """What the person sees: staff all of the association, a producer its own. Raises ``NotAllowed``."""
    await people.authorise(acting, *READERS)
    if acting.is_system or acting.has(*STAFF):
        return Scope(acting.association_id)
    return Scope(acting.association_id, await members.represented_by(acting), acting.person_id)


async def events(acting: Acting, pairs: Sequence[tuple[str, str]]) -> tuple[Page, str | None]:
    """One page of what is asked for, and the token of the next. Raises ``BadInput`` for what no query is,
    ``BadInput('epcis.too_large')`` for more events than ``maxEventCount`` allows."""
    query = asking.read(pairs)
    scope = await scope_of(acting)
    projected = await projection.events(scope)
    async with reading():
        if query.most is not None:
            count = await store.count(scope, query)
            count += sum(query.takes(one.event, one.recorded_at) for one in projected)
            if count > query.most:
                raise BadInput("epcis.too_large", count=count, most=query.most)
        kept = await store.page(scope, query, query.room + 1)
    page = await TURNS.take(partial(listing.page, [*projected, *map(_listed, kept)], query))
    return page, (asking.token(page.next, pairs) if page.next else None)


async def called(acting: Acting) -> dict[str, str]:
    """What people call the lots that events name, where the person may know it."""
    return await projection.called(await scope_of(acting))


async def one_event(acting: Acting, event_id: str) -> tuple[Listed, ...]:
    """The event of that id, and what declares it wrong.

    Raises ``NotFound('epcis.no_such_event')``, also for one that the person may not see.
    """
    query = Query(ids=frozenset({event_id}))
    scope = await scope_of(acting)
    async with reading():
        kept = await store.page(scope, query, 2)
    found = [_listed(one) for one in kept] or [one for one in await projection.events(scope) if one.id == event_id]
    if not found:
        raise NotFound("epcis.no_such_event", id=event_id[:80])
    return tuple(found)


async def export(acting: Acting, *, claims: bool = False) -> bytes:
    """Every event of one's own as an ``EPCISDocument``; with ``claims`` also what others said. Raises ``NotAllowed``,
    ``BadInput('epcis.too_large')``."""
    scope = await scope_of(acting)
    association = await associations.get(acting.association_id)
    projected = await projection.events(scope)
    async with reading():
        kept = await store.page(scope, Query(), MOST_EXPORTED + 1)
    found = [*projected, *map(_listed, kept)]
    chosen = [one for one in found if claims or one.standing is not Standing.CLAIM]
    if len(chosen) > MOST_EXPORTED:
        raise BadInput("epcis.too_large", count=len(chosen), most=MOST_EXPORTED)
    return listing.export(chosen, acting.at, association.did)


def _listed(kept: Kept) -> Listed:
    return Listed(
        key=kept.id,
        at=kept.event_time,
        recorded_at=kept.captured_at.astimezone(UTC),
        standing=Standing.MOVEMENT if kept.moved else Standing.CLAIM,
        make=partial(_event, kept),
        context=listing.foreign_context(kept.context),
    )


def _event(kept: Kept) -> Event:
    value = parsing.parse(kept.exact, most_bytes=model.IMPORT_BYTES).value
    return replace(model.event(value), id=kept.event_id.removesuffix(model.DECLARED))


async def job(acting: Acting, capture_id: UUID) -> Capture:
    """A document that was taken. Raises ``NotFound('epcis.no_such_capture')``."""
    scope = await scope_of(acting)
    async with reading():
        found = await store.capture(scope, capture_id)
    if found is None:
        raise NotFound("epcis.no_such_capture")
    return found


async def captures(acting: Acting) -> tuple[Capture, ...]:
    """The documents that the person sees, newest first."""
    scope = await scope_of(acting)
    async with reading():
        return await store.captures(scope)
