"""One runner among several real processes: never two at once, taken over when it dies, fenced when it wakes."""

from __future__ import annotations

import asyncio
import signal
from uuid import uuid4

import pytest

from seal.db import in_unit_of_work
from seal.db.lease import Lease
from seal.db.tables import Lease as Row
from seal.errors import Conflict
from tests.conftest import Database
from tests.db import processes


async def counter() -> None:
    await Row.insert(Row(id=uuid4(), name="counter"))


async def counted() -> int:
    value: int = (await Row.select(Row.beat).where(Row.name == "counter"))[0]["beat"]
    return value


async def test_a_second_process_does_not_get_it(database: Database) -> None:
    first, second = Lease("jobs"), Lease("jobs")
    assert await first.take()
    assert not await second.take()
    assert (first.epoch, second.epoch) == (1, None)


async def test_given_back_it_is_free_at_once_with_a_higher_epoch(database: Database) -> None:
    first, second = Lease("jobs"), Lease("jobs")
    async with first.hold() as epoch:
        assert epoch == 1
        async with second.hold() as other:
            assert other is None
    async with second.hold() as epoch:
        assert epoch == 2


async def test_leases_of_other_names_are_independent(database: Database) -> None:
    assert await Lease("one").take()
    assert await Lease("two").take()


async def test_a_silent_holder_is_overtaken_only_after_its_whole_term(database: Database) -> None:
    first, second = Lease("jobs", seconds=0.3), Lease("jobs", seconds=0.3)
    assert await first.take()
    assert not await second.take()
    await asyncio.sleep(0.2)
    await first.beat()
    assert not await second.take()
    await asyncio.sleep(0.2)
    assert not await second.take(), "it beat meanwhile"
    await asyncio.sleep(0.35)
    assert await second.take()
    assert second.epoch == 2
    with pytest.raises(Conflict, match=r"lease\.lost"):
        await first.beat()


async def test_under_the_lease_no_two_processes_work_at_once(database: Database) -> None:
    await in_unit_of_work(counter)
    started = [await processes.start("hold", "jobs", "10", "8") for _ in range(3)]
    said = [entry["epoch"] for process in started for entry in await processes.finish(process)]
    assert await counted() == 24
    assert len(set(said)) == 24, "every holding has an epoch of its own"


async def test_a_killed_holder_is_replaced_without_waiting_for_its_term(database: Database) -> None:
    await in_unit_of_work(counter)
    killed = await processes.start("hold", "jobs", "60", "1", failpoint="holding")
    await processes.finish(killed)
    assert killed.returncode == -signal.SIGKILL
    lease = Lease("jobs", seconds=60)
    assert await lease.take()
    assert lease.epoch == 2


async def test_a_holder_that_was_stopped_and_overtaken_can_write_nothing(database: Database) -> None:
    stopped = await processes.start("hold-stopped", "jobs", "0.4")
    assert await processes.line(stopped) == {"epoch": 1}
    lease = Lease("jobs", seconds=0.4)
    async with asyncio.timeout(10):
        while not await lease.take():  # noqa: ASYNC110 - what is awaited is a row
            await asyncio.sleep(0.05)
    assert lease.epoch == 2
    assert stopped.stdin is not None
    stopped.stdin.write(b"go on\n")
    assert "lease.lost" in (await processes.line(stopped))["refused"]
    await processes.finish(stopped)
    assert not [row for row in await Row.select(Row.name) if row["name"].startswith("late")]


async def test_work_is_stopped_when_the_lease_is_lost(database: Database) -> None:
    lease = Lease("jobs", seconds=0.3)

    held = asyncio.Event()

    async def steal() -> None:
        await held.wait()
        await in_unit_of_work(change)

    async def change() -> None:
        await Row.update({"epoch": 99, "holder": uuid4()}).where(Row.name == "jobs")

    async def work() -> None:
        thief = asyncio.create_task(steal())  # started outside, so not fenced
        async with lease.hold():
            held.set()
            await thief
            await asyncio.sleep(30)

    with pytest.raises(Conflict, match=r"lease\.lost"):
        async with asyncio.timeout(5):
            await work()


async def test_an_error_of_the_work_gives_the_lease_back(database: Database) -> None:
    async def work() -> None:
        async with Lease("jobs").hold():
            raise LookupError

    with pytest.raises(LookupError):
        await work()
    assert await Lease("jobs").take()
