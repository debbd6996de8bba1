"""What the batch book says when a batch is judged: where its matter came from, and what stands against it.

Nothing is stored: a late entry that balances the book opens the gate by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import CodeKind
from seal.batches import store as batches
from seal.batches.book import model, service, store
from seal.batches.book.composition import Graph
from seal.batches.book.model import EntryKind, Lot, Standing
from seal.batches.book.writing import STOPPED, state_now
from seal.batches.gates import Origin
from seal.batches.model import Batch
from seal.db import reading
from seal.errors import BadInput
from seal.ids import parse_code
from seal.protocols.model import Protocol
from seal.protocols.terms import CustodyModel


async def origin(batch: Batch, protocol: Protocol | None) -> Origin:
    """The gate's question to the book, for a batch under a protocol."""
    graph = await service.graph_of(batch.association_id, batch.id)
    rules = protocol.rules if protocol is not None else None
    needed = rules is not None and (rules.capacity is not None or rules.reconciliation is not None)
    if batch.id not in graph.origin:
        return Origin(needed, known=False)
    before = graph.ancestors(batch.id)
    apart = rules is not None and rules.custody_model is CustodyModel.IDENTITY_PRESERVED
    return Origin(
        needed,
        negative=await _negative(graph, batch.association_id, (batch.id, *before)),
        uncertified=[graph.lots[one].name for one in before if _uncertified(graph, one)],
        stopped=await _stopped(batch.association_id, graph, before),
        mixed=_mixed(graph, batch.id, before) if apart else (),
    )


def _uncertified(graph: Graph, lot_id: UUID) -> bool:
    lot = graph.lots[lot_id]
    return lot.main and lot.standing is Standing.UNCERTIFIED


async def unchecked(batch: Batch) -> tuple[Lot, ...]:
    """Lots among what a batch was made of that came in as certified on somebody's word: no dispatch of a member stands
    behind them, and their certificate is no code that was given out here."""
    graph = await service.graph_of(batch.association_id, batch.id)
    found = []
    for lot_id in graph.ancestors(batch.id):
        lot, entry = graph.lots[lot_id], graph.origin.get(lot_id)
        if lot.standing is Standing.CERTIFIED and (entry is None or entry.about is None):
            try:
                code = await associations.resolve_code(parse_code(lot.certificate.rsplit("/", 1)[-1]).public_id)
            except BadInput:
                code = None
            if code is None or code.kind not in (CodeKind.BATCH, CodeKind.CERTIFICATION):
                found.append(lot)
    return tuple(found)


async def _negative(graph: Graph, association_id: UUID, lots: Sequence[UUID]) -> list[tuple[str, date, str]]:
    async with reading():
        entries = await store.touching(association_id, lots)
        undone = await store.about(association_id, [one.id for one in entries])
    every = tuple({one.id: one for one in (*entries, *undone)}.values())
    found = []
    for lot_id in lots:
        short = model.below_nothing(every, lot_id)
        if short is not None:
            lot = graph.lots[lot_id]
            found.append((lot.name, short[0], " ".join(model.said(short[1], lot.dimension))))
    return found


async def _stopped(association_id: UUID, graph: Graph, lots: Sequence[UUID]) -> list[tuple[str, str]]:
    """The state of a lot is that of its worst parent (CERTIFICATION D 8)."""
    found = []
    for lot_id in lots:
        if graph.lots[lot_id].batch_id is None:
            continue
        async with reading():
            batch = await batches.batch(association_id, lot_id)
        assert batch is not None  # a batch's lot has the batch's id
        state = await state_now(batch)
        if state in STOPPED:
            found.append((batch.lot, state.value))
    return found


def _mixed(graph: Graph, batch_id: UUID, before: Sequence[UUID]) -> list[str]:
    """Names of lots that were blended, or made apart and put together: one batch is one cook, vat or run."""
    found: list[UUID] = []
    for lot_id in (batch_id, *before):
        entry = graph.origin.get(lot_id)
        if entry is None:
            continue
        parts = [part.lot_id for part in graph.parents(lot_id) if graph.lots[part.lot_id].main]
        made = [one for one in parts if graph.parents(one)]
        if entry.kind is EntryKind.BLEND or len(made) > 1:
            found += parts if entry.kind is EntryKind.BLEND else made
    return [graph.lots[one].name for one in dict.fromkeys(found)]
