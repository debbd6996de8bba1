"""What a batch with a seal asks of the book: its units are there before they leave, and its history stays."""

from __future__ import annotations

from uuid import UUID

from seal.batches import store as batches
from seal.batches.book import model, remaining, store
from seal.batches.book.composition import Graph
from seal.batches.book.model import Entry, Lot
from seal.batches.model import State
from seal.errors import Param, Reason

NOT_SEALED = frozenset({State.DECLARED, State.HELD, State.DISCARDED})


async def short(entry: Entry, lot: Lot, units: int, asked: int) -> list[Reason]:
    """Sealed units are there, or they go nowhere. A batch whose making nobody wrote down began with all its units."""
    entries = await store.touching(entry.association_id, [lot.id])
    held = remaining.least_from(entries, lot.id, entry.happened_on)
    if lot.id not in Graph([lot], entries).origin:
        held += units
    if asked <= held:
        return []
    told: dict[str, Param] = {
        "lot": lot.name,
        "day": entry.happened_on.isoformat(),
        "held": max(held, 0),
        "asked": asked,
    }
    return [Reason("book.units_not_there", told)]


async def under_seal(association_id: UUID, about: Entry) -> list[Reason]:
    """What sealed batches descend from stays in the book, unless it is not needed for what was taken out of it."""
    graph: Graph | None = None
    for line in about.given:
        left = [one for one in await store.touching(association_id, [line.lot_id]) if one.id != about.id]
        if model.below_nothing(left, line.lot_id) is None:
            continue
        if graph is None:
            graph = Graph(await store.lots(association_id), await store.entries(association_id))
        for lot_id in graph.descendants(line.lot_id):
            if graph.lots[lot_id].batch_id is None:
                continue
            batch = await batches.batch(association_id, lot_id)
            if batch is not None and batch.state not in NOT_SEALED:
                return [Reason("book.batch_stands_on", {"lot": batch.lot, "from": graph.lots[line.lot_id].name})]
    return []
