"""Several real processes on one database: nothing lost, nothing blocked, whoever is killed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from seal.db import engine, in_unit_of_work
from seal.db.tables import Lease as Row
from tests.conftest import Database, on
from tests.db import processes


async def counter() -> None:
    await Row.insert(Row(id=uuid4(), name="counter"))


async def counted() -> int:
    value: int = (await Row.select(Row.beat).where(Row.name == "counter"))[0]["beat"]
    return value


@asynccontextmanager
async def longest_pause() -> AsyncIterator[list[float]]:
    """How long the event loop stood still, at most, in seconds."""
    longest = [0.0]
    loop = asyncio.get_running_loop()

    async def tick() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(0.005)
            longest[0] = max(longest[0], loop.time() - before - 0.005)

    ticking = asyncio.create_task(tick())
    yield longest
    ticking.cancel()


async def test_contended_increments_of_three_processes_are_never_lost(database: Database) -> None:
    await in_unit_of_work(counter)
    started = [await processes.start("increment", "15") for _ in range(3)]
    for process in started:
        assert len(await processes.finish(process)) == 15
    assert await counted() == 45


async def _killed_at_random(kills: int) -> None:
    await in_unit_of_work(counter)
    acknowledged = 0
    for _ in range(kills):
        process = await processes.start("increment", "100000")
        await processes.line(process)
        acknowledged += 1
        await asyncio.sleep(random.uniform(0.0, 0.2))
        process.kill()
        acknowledged += len(await processes.finish(process))
    # A kill between COMMIT and the word leaves one that was done and never told.
    assert acknowledged <= await counted() <= acknowledged + kills
    async with asyncio.timeout(5):
        await in_unit_of_work(lambda: Row.update({"beat": 0}).where(Row.name == "counter"))


async def test_killed_at_random_nothing_acknowledged_is_lost(database: Database) -> None:
    await _killed_at_random(3)


@pytest.mark.deep
async def test_killed_at_random_many_times_nothing_acknowledged_is_lost(database: Database) -> None:
    await _killed_at_random(100)


async def test_another_process_that_dies_in_a_transaction_leaves_no_lock(database: Database) -> None:
    holder = await processes.start("keep-locked", "60")
    await processes.line(holder)
    holder.kill()
    await processes.finish(holder)
    async with asyncio.timeout(5):
        await in_unit_of_work(counter)
    assert [row["name"] for row in await Row.select(Row.name)] == ["counter"]


@on("sqlite")
async def test_while_another_process_holds_the_lock_the_event_loop_runs_and_reads_answer(database: Database) -> None:
    holder = await processes.start("keep-locked", "1")
    await processes.line(holder)
    async with longest_pause() as longest:
        waiting = asyncio.create_task(in_unit_of_work(counter))
        for _ in range(10):
            assert await Row.count() == 0
            await asyncio.sleep(0.02)
        assert not waiting.done()
        await waiting
    assert longest[0] < 0.3
    await processes.finish(holder)
    assert await Row.count() == 2


async def test_the_commit_of_another_process_changes_the_data_version(database: Database) -> None:
    await in_unit_of_work(counter)
    before = await engine.data_version()
    await processes.finish(await processes.start("increment", "1"))
    assert await engine.data_version() != before
    assert await counted() == 1
