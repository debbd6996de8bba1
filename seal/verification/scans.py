"""Scans, counted by local day and code: no address, no device, no time of day. The copy alarm rests on them."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from seal.associations.model import Association
from seal.clock import local_day
from seal.db import engine, in_unit_of_work
from seal.errors import Unavailable
from seal.ids import Code as TypedCode
from seal.verification import store

SEEN_OFTEN_SCANS = 25
SEEN_OFTEN_DAYS = 7
"""The copy alarm is a plain threshold: one jar asked about 25 times within 7 days. A popular jar on a counter rings it
too, so the page says "compare your jar" and never more."""

SCANS_EVERY = timedelta(seconds=30)
"""Scans are counted in memory and written together; a crash loses at most this much of the counting."""


@dataclass(frozen=True)
class _Scan:
    association_id: UUID
    public_id: int
    unit: int
    day: date


class Waiting:
    """Counts by day and code, in memory until they are written: no address, no device, no time of day."""

    def __init__(self) -> None:
        self.waiting: Counter[_Scan] = Counter()
        self.written_at: datetime | None = None
        self.engine: object = None

    def add(self, owner: Association, code: TypedCode, at: datetime) -> None:
        self.waiting[_Scan(owner.id, code.public_id, code.unit or 0, local_day(at, owner.zone))] += 1

    def due(self, at: datetime) -> bool:
        """True if there is something to write and it has waited long enough."""
        if self.written_at is None or at < self.written_at:
            self.written_at = at
        return bool(self.waiting) and at - self.written_at >= SCANS_EVERY

    def count(self, owner: Association, code: TypedCode, since: date) -> int:
        days = (since + timedelta(days=number) for number in range(SEEN_OFTEN_DAYS))
        return sum(self.waiting[_Scan(owner.id, code.public_id, code.unit or 0, day)] for day in days)


_waiting = Waiting()
"""The counts of this process."""


def _here() -> Waiting:
    """The counts for the database that is open: those of one that was closed are of no use to another."""
    global _waiting
    running = engine.current()
    if _waiting.engine is not running:
        _waiting = Waiting()
        _waiting.engine = running
    return _waiting


async def seen_often(owner: Association, code: TypedCode, at: datetime) -> bool:
    since = local_day(at, owner.zone) - timedelta(days=SEEN_OFTEN_DAYS - 1)
    stored = await store.scans(owner.id, code.public_id, code.unit or 0, since)
    return stored + _here().count(owner, code, since) >= SEEN_OFTEN_SCANS


async def write(at: datetime, *, now: bool = False) -> int:
    """Write the waiting counts if they are due (or ``now``); how many scans were written. A failure keeps them."""
    here = _here()
    if not here.due(at) and not (now and here.waiting):
        return 0
    taken, here.waiting = here.waiting, Counter()
    here.written_at = at
    counts = {(scan.association_id, scan.public_id, scan.unit, scan.day): times for scan, times in taken.items()}

    async def add_all() -> None:
        await store.add_scans(counts, at)

    try:
        await in_unit_of_work(add_all)
    except BaseException:
        here.waiting.update(taken)
        raise
    return sum(taken.values())


async def count(owner: Association, code: TypedCode, at: datetime) -> None:
    """Count one scan, and write what waits if it is time. Counting is worth less than answering: it never fails."""
    _here().add(owner, code, at)
    with suppress(Unavailable):
        await write(at)
