"""Traces of what a person has in the hand, with names, states and unit numbers; reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.model import Batch, State
from seal.db import reading
from seal.identity import Acting, Role, system
from seal.labels import naming
from seal.labels.model import Span
from seal.members import service as members
from seal.people import service as people
from seal.traceability import shipping, store
from seal.traceability.finding import find, sees
from seal.traceability.store import Moved
from seal.traceability.tracing import Book, Node, Trace, Where

READERS = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
Spot = tuple[Where, UUID]


@dataclass(frozen=True)
class Names:
    """What ids of a trace are called; ``spots`` are organisations and other producers."""

    producers: Mapping[UUID, str]
    spots: Mapping[Spot, str]
    batches: Mapping[UUID, Batch]
    states: Mapping[UUID, State]


@dataclass(frozen=True)
class Told:
    """The traces of what was asked about. ``hidden``: lots of others that the reader is not shown.

    ``numbers``: unit numbers that are known to be at a spot, by batch.
    """

    traces: tuple[Trace, ...]
    names: Names
    numbers: Mapping[tuple[UUID, Spot], tuple[Span, ...]]
    unit: int | None = None
    unit_at: Spot | None = None
    hidden: int = 0


async def whole_book(acting: Acting) -> Book:
    """The batch book of the association; asks for no role."""
    return Book(await book.graph(acting.association_id))


async def trace(acting: Acting, text: str) -> Told:
    """What ``text`` (a code, a scan, a box, a seal, a lot's name or id) came from and where it went.

    Staff see all of it, a producer what is theirs. Raises as ``finding.find``.
    """
    await people.authorise(acting, *READERS)
    known = await whole_book(acting)
    found = await find(acting, known.graph, text)
    traces = tuple(known.trace(one) for one in found.lots)
    mine = await sees(acting)
    hidden = 0
    if mine is not None:
        kept = tuple(_only(one, mine) for one in traces)
        hidden = sum(len(one.nodes) - len(less.nodes) for one, less in zip(traces, kept, strict=True))
        traces = kept
    nodes = [node for one in traces for node in one.nodes]
    numbers, who_has = await numbers_of(acting, nodes)
    spot = who_has.get((found.lots[0], found.unit)) if found.unit is not None else None
    return Told(traces, await names_of(acting, nodes), numbers, found.unit, spot, hidden)


def _only(one: Trace, mine: frozenset[UUID]) -> Trace:
    """A trace with the lots of these producers alone."""
    before, after = (tuple(node for node in side if node.lot.producer_id in mine) for side in (one.before, one.after))
    inside = {one.subject.lot.id, *(node.lot.id for node in (*before, *after))}
    edges = tuple(edge for edge in one.edges if edge.parent in inside and edge.child in inside)
    return replace(one, before=before, after=after, edges=edges)


async def names_of(acting: Acting, nodes: Iterable[Node]) -> Names:
    """What the producers, places and batches of lots are called, in a fixed number of queries."""
    every = tuple(nodes)
    producers = {one.id: one.trade_name for one in await members.producers(system(acting.association_id, acting.at))}
    organisations = {one.id: one.name for one in await members.organisations(acting)}
    wanted = {node.lot.id for node in every if node.lot.batch_id is not None}
    found = {one.id: one for one in await batches.some(acting.association_id, wanted)}
    spots = {
        (place.where, place.id): (producers if place.where is Where.PRODUCER else organisations).get(place.id, "")
        for node in every
        for place in node.places
    }
    return Names(producers, spots, found, await batches.states(acting.association_id, list(found.values())))


async def numbers_of(
    acting: Acting, nodes: Iterable[Node]
) -> tuple[dict[tuple[UUID, Spot], tuple[Span, ...]], dict[tuple[UUID, int | None], Spot]]:
    """The unit numbers that are known to be at each spot, by batch; and the spot of each such unit."""
    batch_ids = {node.lot.id for node in nodes if node.lot.batch_id is not None}
    out = await still_out(acting, batch_ids)
    spans: dict[tuple[UUID, Spot], list[Span]] = {}
    units: dict[tuple[UUID, int | None], Spot] = {}
    for moved, spot in out:
        spans.setdefault((moved.batch_id, spot), []).append(moved.span)
        units |= {(moved.batch_id, number): spot for number in range(moved.span.first, moved.span.last + 1)}
    return {key: naming.joined(found) for key, found in spans.items()}, units


async def still_out(acting: Acting, batch_ids: Iterable[UUID]) -> tuple[tuple[Moved, Spot], ...]:
    """The units of batches that were scanned out and have not come back, each with where it went."""
    async with reading():
        moved = await store.of_batches(acting.association_id, set(batch_ids))
    if not moved:
        return ()
    entries = (await book.graph(acting.association_id)).entries
    known = [(one, entries[one.entry_id].about) for one in moved if one.entry_id in entries]
    found = []
    for spans in shipping.unreturned(known).values():
        for one in spans:
            entry = entries[one.entry_id]
            if entry.organisation_id is not None:
                found.append((one, (Where.ORGANISATION, entry.organisation_id)))
    return tuple(found)
