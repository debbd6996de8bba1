"""The verb behind the counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from seal.associations import service as associations
from seal.batches import service as batches
from seal.clock import local_day
from seal.db import reading
from seal.desk import counting, store
from seal.desk.counting import LotCount
from seal.errors import BadInput
from seal.identity import Acting
from seal.members import service as members


@dataclass(frozen=True)
class Counted:
    """The lots of a time with the names of their producers."""

    first: date
    last: date
    lots: tuple[LotCount, ...]
    names: dict[UUID, str]


async def counted(
    acting: Acting, since: date | None = None, until: date | None = None, producer: UUID | None = None
) -> Counted:
    """Every lot made from ``since`` to ``until`` that the person may see; without days of the last twelve months.

    Raises ``NotFound`` for another's producer, ``BadInput('desk.counts_days')`` for days in disorder.
    """
    today = local_day(acting.at, (await associations.get(acting.association_id)).zone)
    last = until or today
    first = since or date(last.year - 1, last.month, 1)
    if last < first:
        raise BadInput("desk.counts_days", field="until")
    names = {one.id: one.trade_name for one in await members.producers(acting)}
    if producer is not None:
        await members.require_access(acting, producer)
    async with reading():
        found = await store.counts(acting.association_id, first, last, {producer} if producer else names.keys())
    every = await batches.batches(acting, producer)
    states = await batches.states(acting.association_id, every)
    lots = counting.told(replace(one, state=states[one.batch_id]) for one in found if one.batch_id in states)
    return Counted(first, last, lots, names)
