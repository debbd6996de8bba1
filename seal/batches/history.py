"""What was made and tested around a batch: the results that may serve it, and what tells batches apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from seal.batches import due, result_store, store
from seal.batches.book import service as book
from seal.batches.book.model import INTAKE
from seal.batches.due import Told
from seal.batches.model import Batch, State, TestResult
from seal.protocols.model import Protocol
from seal.protocols.terms import Every

NOT_MADE = frozenset({State.DISCARDED})
NAMED = (Every.RECIPE_CHANGE, Every.DYE_LOT)
"""Occasions that a batch is told apart by through a name."""


@dataclass(frozen=True)
class Consignment:
    """A lot of raw material that came in: harvested, received or counted as opening stock."""

    id: UUID
    name: str


@dataclass(frozen=True)
class History:
    """``made``: batches of the same product and site, the batch included. ``results`` by batch, pooled ones under each
    batch that they name. ``consignments``: what this batch was made of; one ``None`` where nobody knows."""

    made: tuple[Batch, ...]
    results: dict[UUID, tuple[TestResult, ...]]
    told: Told
    consignments: tuple[Consignment | None, ...] = (None,)


async def load(association_id: UUID, batch: Batch, protocol: Protocol) -> History:
    """As far back as a result may serve. Only what the protocol's frequencies ask for is looked up."""
    made = await _made(association_id, batch)
    ids = sorted({one.id for one in made})
    asked = frozenset(when for test in protocol.rules.batch_tests for when in due.occasions(test))
    names = await result_store.occasions(association_id, ids) if asked.intersection(NAMED) else {}
    results = await result_store.tests(association_id, ids)
    if Every.CONSIGNMENT not in asked:
        return History(made, results, Told(names))
    came_in = {one.id: await _consignments(association_id, one.id) for one in made if one is batch or one.id in results}
    own = came_in[batch.id]
    inputs = {batch_id: frozenset(lot.id for lot in lots) for batch_id, lots in came_in.items()}
    of_lots = await result_store.tests_of_lots(association_id, [lot.id for lot in own])
    return History(made, results, Told(names, inputs, of_lots), own or (None,))


async def _consignments(association_id: UUID, batch_id: UUID) -> tuple[Consignment, ...]:
    """The lots of raw material that came in and that a batch descends from, by name; what only helps is none."""
    graph = await book.graph_of(association_id, batch_id)
    level, seen, found = [batch_id], {batch_id}, list[Consignment]()
    while level:
        above = {part.lot_id for lot_id in level for part in graph.parents(lot_id)} - seen
        seen |= above
        came_in = {one for one in above if one in graph.origin and graph.origin[one].kind in INTAKE}
        found += [Consignment(one, graph.lots[one].name) for one in came_in if graph.lots[one].main]
        level = sorted(above - came_in)  # what it was before it came in was tested by whoever sent it
    return tuple(sorted(found, key=lambda lot: (lot.name, lot.id)))


async def _made(association_id: UUID, batch: Batch) -> tuple[Batch, ...]:
    """The producer's batches of the same product and site, this one included, as far back as a result may serve."""
    # whatever day stands in the row: there are none before date.min and after date.max
    first = batch.produced_on - min(due.LOOK_BACK, batch.produced_on - date.min)
    last = batch.produced_on + min(due.LOOK_BACK, date.max - batch.produced_on)
    made = await store.made_between(association_id, batch.producer_id, batch.protocol_id, first, last)
    return (*alike(batch, made), batch)


def alike(batch: Batch, made: Sequence[Batch]) -> tuple[Batch, ...]:
    """Others of the same product and site that were really made."""
    same = (batch.product_id, batch.site_id)
    return tuple(
        one
        for one in made
        if (one.product_id, one.site_id) == same and one.id != batch.id and one.state not in NOT_MADE
    )
