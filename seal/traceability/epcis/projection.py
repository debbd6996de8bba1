"""The events that the records of an association tell, worked out each time from what is recorded; nothing is stored.

A movement that came as an event is left out: the event that brought it speaks for it (see ``capturing``).
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from uuid import UUID

from seal.associations import service as associations
from seal.batches import store as batches
from seal.batches.book import store as book_store
from seal.db import reading
from seal.labels.boxes import store as boxes
from seal.traceability.epcis import labels_told, model, sources, store
from seal.traceability.epcis.book_told import Book
from seal.traceability.epcis.labels_told import Teller
from seal.traceability.epcis.listing import Listed
from seal.traceability.epcis.ours import Namer
from seal.traceability.epcis.store import Scope


async def events(scope: Scope) -> tuple[Listed, ...]:
    """Every event of our own record that the scope lets see."""
    association = await associations.get(scope.association_id)
    async with reading():
        members = await sources.members(scope.association_id)
        every = await batches.of_producers(scope.association_id, list(members.numbers))
        ranges = await sources.given_out(scope.association_id)
        voids = await sources.void(scope.association_id)
        lots = await book_store.lots(scope.association_id)
        entries = await book_store.entries(scope.association_id)
        packed = await boxes.boxes(scope.association_id)
        elsewhere = await store.moved(scope.association_id)
    by_id = {one.id: one for one in every}
    seen = {one.id: one for one in every if scope.producers is None or one.producer_id in scope.producers}
    teller = Teller(
        association.did, association.zone, Namer(association.base, members.glns, members.gtins), members.numbers
    )
    book = Book(teller, {lot.id: lot for lot in lots}, {one.id: one for one in entries}, by_id)
    shown = frozenset(
        one.id for one in entries if scope.producers is None or {one.producer_id, one.to_producer_id} & scope.producers
    )
    return (
        *labels_told.told(
            teller,
            seen,
            [one for one in ranges if one.batch_id in seen],
            [one for one in voids if one.batch_id in seen and one.id not in elsewhere],
        ),
        *(
            event
            for box in packed
            if scope.producers is None or box.producer_id in scope.producers
            for event in teller.moves(box, by_id)
        ),
        *book.told(shown - elsewhere),
    )


async def called(scope: Scope) -> dict[str, str]:
    """What people call the lots that the scope lets see, by their names in events."""
    association = await associations.get(scope.association_id)
    async with reading():
        members = await sources.members(scope.association_id)
        every = await batches.of_producers(scope.association_id, list(scope.producers or members.numbers))
        lots = {lot.id: lot for lot in await book_store.lots(scope.association_id)}
        aliases = await store.aliases(scope.association_id)
    if scope.producers is not None:
        lots = {lot_id: lot for lot_id, lot in lots.items() if lot.producer_id in scope.producers}
    namer = Namer(association.base, members.glns, members.gtins)
    return {
        **{namer.lot(lot_id): lot.name for lot_id, lot in lots.items()},
        **{name: lots[lot_id].name for name, lot_id in aliases.items() if lot_id in lots},
        **{name: one.lot for one in every if one.id in lots for name in namer.every(one)},
    }


async def digests(association_id: UUID, event_ids: AbstractSet[str]) -> dict[str, bytes]:
    """The content digest of each of these events that is one of ours already: they come back in our own export."""
    if not any(one.startswith("urn:uuid:") for one in event_ids):
        return {}
    return {
        one.id: model.digest(one.event.document) for one in await events(Scope(association_id)) if one.id in event_ids
    }
