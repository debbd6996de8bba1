"""One runner among several processes, on one machine or many, for reminders, heartbeats and checkpoints.

No clocks are compared: a holder beats, and a contender that saw no beat for the whole term, by its own
monotonic clock, takes over. Each new holder has a higher epoch, and every unit of work of a holder
checks its epoch before COMMIT: one that was stopped and overtaken can write nothing.

    lease = Lease("jobs")
    while True:
        async with lease.hold() as epoch:
            if epoch is not None:
                await run_jobs()
        await asyncio.sleep(5)
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

from seal.db.runner import is_gone, place
from seal.db.tables import Lease as Row
from seal.db.transaction import guards, to_the_end
from seal.db.unit_of_work import in_unit_of_work
from seal.db.violations import Contention, integrity
from seal.errors import Conflict, Unavailable


class Lease:
    """This process's side of the lease ``name``. Keep one object between attempts: it remembers what it saw."""

    def __init__(self, name: str, *, seconds: float = 15.0) -> None:
        self.name = name
        self.seconds = seconds
        self.holder = uuid4()
        self.epoch: int | None = None
        self._seen: tuple[int, int] = (-1, -1)
        self._seen_since = 0.0

    async def _row(self) -> dict[str, Any] | None:
        rows: list[dict[str, Any]] = await Row.select().where(Row.name == self.name)
        return rows[0] if rows else None

    async def take(self) -> bool:
        """One attempt. True if this process holds the lease afterwards."""
        row = await in_unit_of_work(self._take)
        if row is None:
            return True
        self.epoch = None
        if (row["epoch"], row["beat"]) != self._seen:
            self._seen, self._seen_since = (row["epoch"], row["beat"]), time.monotonic()
        return False

    async def _take(self) -> dict[str, Any] | None:
        row = await self._row()
        if row is None:
            async with integrity({"lease_one_name": Contention("db.busy")}):
                await Row.insert(Row(id=uuid4(), name=self.name, epoch=1, holder=self.holder, place=place()))
            self.epoch = 1
            return None
        if row["holder"] == self.holder:
            self.epoch = row["epoch"]
            await Row.update({"beat": row["beat"] + 1}).where(Row.id == row["id"])
            return None
        silent = (row["epoch"], row["beat"]) == self._seen and time.monotonic() - self._seen_since > self.seconds
        if row["holder"] is not None and not silent and not is_gone(row["place"]):
            return row
        self.epoch = row["epoch"] + 1
        change: dict[Any, Any] = {"epoch": self.epoch, "holder": self.holder, "place": place(), "beat": row["beat"] + 1}
        await Row.update(change).where(Row.id == row["id"])
        return None

    async def check(self) -> None:
        """Guard: ``Conflict('lease.lost')`` if another process took over."""
        row = await self._row()
        if row is None or (row["holder"], row["epoch"]) != (self.holder, self.epoch):
            raise Conflict("lease.lost", name=self.name)

    async def beat(self) -> None:
        """Say that the holder lives. ``Conflict('lease.lost')``."""

        async def change() -> None:
            await self.check()
            await Row.update({"beat": Row.beat + 1}).where(Row.name == self.name)

        await in_unit_of_work(change)

    async def give_back(self) -> None:
        """Let another process take it at once. Nothing happens if it is lost already."""

        async def change() -> None:
            mine = (Row.name == self.name) & (Row.holder == self.holder)
            await Row.update({"holder": None, "place": ""}).where(mine)

        await in_unit_of_work(change)
        self.epoch = None

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[int | None]:
        """The epoch while this process holds the lease, or ``None`` if another does.

        Inside, the lease is kept by a background task, and every unit of work is fenced. If the lease is
        lost meanwhile the block is cancelled and ``Conflict('lease.lost')`` raised.
        """
        if not await self.take():
            yield None
            return
        lost = asyncio.Event()
        body = asyncio.current_task()
        keeper = asyncio.create_task(self._keep(lost, body))
        token = guards.set((*guards.get(), self.check))
        try:
            yield self.epoch
        except asyncio.CancelledError:
            if lost.is_set() and body is not None:
                body.uncancel()
                raise Conflict("lease.lost", name=self.name) from None
            raise
        finally:
            guards.reset(token)
            keeper.cancel()
            with suppress(Unavailable):
                await to_the_end(self.give_back())

    async def _keep(self, lost: asyncio.Event, body: asyncio.Task[Any] | None) -> None:
        """Beat three times a term; after a whole term without success, stop the work."""
        last = time.monotonic()
        while True:
            await asyncio.sleep(self.seconds / 3)
            try:
                await self.beat()
                last = time.monotonic()
            except Conflict:
                break
            except Unavailable:
                if time.monotonic() - last > self.seconds:
                    break
        lost.set()
        if body is not None:
            body.cancel()
