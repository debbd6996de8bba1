"""Count-in and count-out: the labels of a batch that were used, spoiled and left, against those that are out.

Nobody is found guilty by a sum: the association is shown the gap (:mod:`seal.labels.counts`), and an auditor raises the
finding that it is worth in the next audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.batches import service as batches
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.errors import BadInput, Conflict, Refused
from seal.identity import Acting, Role
from seal.labels import count_store, store
from seal.labels.counts import Count, Gap, gap
from seal.people import service as people

COUNTERS = (Role.MANAGER, Role.AUDITOR, Role.PRODUCER)
NOTE_MOST = 500


async def count(
    acting: Acting,
    batch_id: UUID,
    *,
    used: int,
    spoiled: int,
    left_over: int,
    counted_on: date | None = None,
    note: str = "",
    id: UUID | None = None,
) -> Gap:
    """Write down a count at the end of a run; the gap that it leaves. ``spoiled`` are those not voided yet.

    ``id`` is the client's UUIDv7: sent again it gives the first. Raises ``Refused('label.counted_none')`` before any
    label is out, ``BadInput('label.counted_future' | 'label.counted_before' | 'label.count')``, ``NotFound``.
    """
    await people.authorise(acting, *COUNTERS)
    association = await associations.get(acting.association_id)
    today = local_day(acting.at, association.zone)
    wanted, day = id or ids.uuid7(acting.at), counted_on or today
    if day > today:
        raise BadInput("label.counted_future", field="counted_on")
    if min(used, spoiled, left_over) < 0:
        raise BadInput("label.count", field="used", count=min(used, spoiled, left_over))

    async def write() -> Count:
        made_on = (await batches.batch(acting, batch_id)).produced_on
        if day < made_on:
            raise BadInput("label.counted_before", field="counted_on", day=made_on.isoformat())
        before = await count_store.count(association.id, wanted)
        if before is not None:
            if (before.batch_id, before.used, before.spoiled, before.left_over) != (batch_id, used, spoiled, left_over):
                raise Conflict("label.id_taken", id=str(wanted))
            return before
        ledger = await store.ledger(association.id, batch_id)
        if ledger is None or ledger.reserved_high == 0:
            raise Refused("label.counted_none")
        ledger = await store.lock_ledger(association.id, batch_id, ledger, acting.at)
        made = Count(
            *(wanted, batch_id, day, used, spoiled, left_over, ledger.live, ledger.reserved_high, acting.at),
            note[:NOTE_MOST],
        )
        await count_store.insert(association.id, made, acting.person_id)
        return made

    made = await in_unit_of_work(write)
    async with reading():
        return gap(made, await store.voids(association.id, batch_id))


async def counts(acting: Acting, batch_id: UUID) -> tuple[Gap, ...]:
    """Every count of a batch, oldest first, each with its gap today. Raises ``NotFound``."""
    await batches.batch(acting, batch_id)
    async with reading():
        voids = await store.voids(acting.association_id, batch_id)
        found = await count_store.counts(acting.association_id, batch_id)
    return tuple(gap(one, voids) for one in found)


async def open_gaps(acting: Acting) -> tuple[Gap, ...]:
    """The last count of each batch that the person may see, where more is unexplained than 1 %."""
    await people.authorise(acting, *COUNTERS, Role.CERTIFIER)
    seen: Sequence[UUID] = [one.id for one in await batches.batches(acting)]
    async with reading():
        latest = await count_store.latest(acting.association_id)
        found = [
            gap(latest[batch_id], await store.voids(acting.association_id, batch_id))
            for batch_id in seen
            if batch_id in latest
        ]
    return tuple(one for one in found if one.grade is not None)


async def loose(acting: Acting, batch_ids: Sequence[UUID]) -> dict[UUID, int | None]:
    """By batch, the labels that are out and on no unit, as far as the last count tells: live less used. ``None`` is
    never counted. Batches with none are left out."""
    await people.authorise(acting, *COUNTERS, Role.CERTIFIER)
    found: dict[UUID, int | None] = {}
    async with reading():
        latest = await count_store.latest(acting.association_id) if batch_ids else {}
        for batch_id in batch_ids:
            ledger, last = await store.ledger(acting.association_id, batch_id), latest.get(batch_id)
            if ledger is not None and ledger.live > (last.used if last else 0):
                found[batch_id] = ledger.live - last.used if last else None
    return found
