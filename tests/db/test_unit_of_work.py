"""The one door to transactions: what it promises, on both engines, also when COMMIT fails."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from uuid import uuid4

import asyncpg
import pytest

from seal.db import engine, in_unit_of_work, reading, unit_of_work
from seal.db.tables import Lease
from seal.db.unit_of_work import inside
from seal.db.violations import Contention, violated
from seal.errors import Unavailable
from seal.settings import Settings
from tests.conftest import Database, on


async def add(name: str) -> None:
    await Lease.insert(Lease(id=uuid4(), name=name))


async def names() -> set[str]:
    return {row["name"] for row in await Lease.select(Lease.name)}


async def test_a_commit_is_seen(database: Database) -> None:
    async with unit_of_work():
        await add("a")
    assert await names() == {"a"}


async def test_an_error_takes_everything_back(database: Database) -> None:
    async def failing() -> None:
        async with unit_of_work():
            await add("a")
            raise LookupError

    with pytest.raises(LookupError):
        await failing()
    assert await names() == set()
    assert not inside()


async def test_a_nested_unit_joins(database: Database) -> None:
    async def failing() -> None:
        async with unit_of_work():
            await add("outer")
            async with unit_of_work():
                await add("inner")
            assert inside()
            raise LookupError

    with pytest.raises(LookupError):
        await failing()
    assert await names() == set()


async def test_a_nested_failure_takes_back_its_own_writes_only(database: Database) -> None:
    async def inner() -> None:
        async with unit_of_work():
            await add("inner")
            async with unit_of_work():
                await add("innermost")
            raise LookupError

    async with unit_of_work():
        await add("outer")
        with pytest.raises(LookupError):
            await inner()
        await add("after")
    assert await names() == {"outer", "after"}


async def test_a_broken_constraint_in_a_nested_unit_leaves_the_outer_one_usable(database: Database) -> None:
    async def inner() -> None:
        async with unit_of_work():
            await add("same")

    async with unit_of_work():
        await add("same")
        with pytest.raises(Exception) as caught:  # noqa: PT011 - two drivers, two classes
            await inner()
        assert violated(caught.value) == "lease_one_name"
        await add("after")
    assert await names() == {"same", "after"}


async def test_another_task_does_not_join(database: Database) -> None:
    async with unit_of_work():
        await add("a")
        assert await asyncio.create_task(names()) == set()
        with pytest.raises(RuntimeError, match="unit_of_work"):
            await asyncio.create_task(add("b"))
        assert await names() == {"a"}
    assert await names() == {"a"}


async def test_another_task_waits_for_its_own_unit(database: Database) -> None:
    async def other() -> None:
        async with unit_of_work():
            await add("other")

    async with unit_of_work():
        await add("first")
        task = asyncio.create_task(other())
        await asyncio.sleep(0.05)
    await task
    assert await names() == {"first", "other"}


async def test_a_write_outside_is_refused(database: Database) -> None:
    with pytest.raises(RuntimeError, match="unit_of_work"):
        await add("a")
    async with reading():
        with pytest.raises(RuntimeError, match="unit_of_work"):
            await Lease.delete(force=True)


async def test_piccolos_own_transactions_are_closed(database: Database) -> None:
    with pytest.raises(RuntimeError, match="unit_of_work"):
        engine.current().transaction()
    with pytest.raises(RuntimeError, match="unit_of_work"):
        engine.current().atomic()


async def _deferred_tables() -> None:
    async with unit_of_work():
        await Lease.raw("CREATE TABLE early (id INTEGER PRIMARY KEY)")
        await Lease.raw("CREATE TABLE late (id INTEGER REFERENCES early (id) DEFERRABLE INITIALLY DEFERRED)")


async def _broken_at_commit() -> None:
    async with unit_of_work():
        await add("lost")
        await Lease.raw("INSERT INTO late VALUES (99)")


async def test_a_failing_commit_writes_nothing_and_frees_everything(database: Database) -> None:
    await _deferred_tables()
    for _ in range(12):  # more often than the pool has connections
        with pytest.raises(Exception) as caught:  # noqa: PT011 - two drivers, two classes
            await asyncio.create_task(_broken_at_commit())
        assert violated(caught.value) in ("reference", "late_id_fkey")
    async with asyncio.timeout(2):
        await in_unit_of_work(lambda: add("next"))
    assert await names() == {"next"}


async def test_after_a_failing_commit_the_same_task_goes_on_durably(database: Database) -> None:
    await _deferred_tables()
    with pytest.raises(Exception):  # noqa: B017, PT011 - two drivers, two classes
        await _broken_at_commit()
    assert not inside()
    await in_unit_of_work(lambda: add("kept"))
    await engine.stop()
    await engine.start(database.settings)
    assert await names() == {"kept"}


@on("sqlite")
async def test_a_commit_that_the_disk_refuses_writes_nothing(storage: Settings) -> None:
    await engine.start(storage)
    try:
        await in_unit_of_work(lambda: add("before"))
        log = storage.sqlite_path.with_name("seal.db-wal")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
        try:
            for _ in range(3):
                with pytest.raises(Unavailable):
                    await in_unit_of_work(lambda: add("refused"))
            assert await names() == {"before"}
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        await in_unit_of_work(lambda: add("after"))
        assert await names() == {"before", "after"}
    finally:
        await engine.stop()


@on("postgres")
async def test_a_swallowed_database_error_is_never_acknowledged(storage: Settings) -> None:
    await engine.start(storage)

    async def swallowing() -> None:
        async with unit_of_work():
            await add("a")
            with pytest.raises(asyncpg.UniqueViolationError):
                await add("a")

    try:
        with pytest.raises(RuntimeError, match="nothing was written"):
            await swallowing()
        assert await names() == set()
    finally:
        await engine.stop()


async def test_cancelled_inside_it_rolls_back_and_frees(database: Database) -> None:
    started = asyncio.Event()

    async def slow() -> None:
        async with unit_of_work():
            await add("a")
            started.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(2):
        await in_unit_of_work(lambda: add("next"))
    assert await names() == {"next"}


async def test_cancelled_at_any_moment_nothing_stays_locked(database: Database) -> None:
    async def work(name: str) -> None:
        async with unit_of_work():
            await add(name)

    for step in range(40):
        task = asyncio.create_task(work(f"n{step}"))
        await asyncio.sleep(step * 0.0001)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):
        await in_unit_of_work(lambda: add("next"))
    assert "next" in await names()


async def test_contended_increments_are_never_lost(database: Database) -> None:
    await in_unit_of_work(lambda: add("counter"))

    async def increment() -> None:
        row = (await Lease.select(Lease.beat).where(Lease.name == "counter"))[0]
        await Lease.update({"beat": row["beat"] + 1}).where(Lease.name == "counter")

    await asyncio.gather(*(in_unit_of_work(increment) for _ in range(20)))
    assert (await Lease.select(Lease.beat))[0]["beat"] == 20


@on("postgres")
async def test_contention_without_retry_says_so(storage: Settings) -> None:
    await engine.start(storage)
    try:
        await in_unit_of_work(lambda: add("counter"))
        both_read = asyncio.Barrier(2)

        async def increment() -> None:
            async with unit_of_work():
                row = (await Lease.select(Lease.beat))[0]
                await both_read.wait()
                await Lease.update({"beat": row["beat"] + 1}).where(Lease.name == "counter")

        outcomes = await asyncio.gather(increment(), increment(), return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Contention", "NoneType"]
    finally:
        await engine.stop()


async def test_write_skew_is_refused(storage: Settings) -> None:
    """Two units of work that each read what the other writes: one of them must run again."""
    await engine.start(storage)

    async def add_if_alone(name: str) -> None:
        alone = not await names()
        await asyncio.sleep(0.05)
        if alone:
            await add(name)

    try:
        await asyncio.gather(*(in_unit_of_work(lambda name=name: add_if_alone(name)) for name in "ab"))
        assert len(await names()) == 1
    finally:
        await engine.stop()


async def test_when_every_attempt_is_contended_it_gives_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["seal.db.unit_of_work"], "ATTEMPTS", 3)
    runs = 0

    async def contended() -> None:
        nonlocal runs
        runs += 1
        raise Contention("db.busy")

    with pytest.raises(Contention):
        await in_unit_of_work(contended)
    assert runs == 3


async def test_the_data_version_tells_of_commits_only(database: Database) -> None:
    before = await engine.data_version()
    await names()
    assert await engine.data_version() == before
    await in_unit_of_work(lambda: add("a"))
    after = await engine.data_version()
    assert after != before
    with pytest.raises(RuntimeError):
        await add("refused")
    assert await engine.data_version() == after


async def test_a_long_read_and_a_stale_read_answer_the_same(database: Database) -> None:
    await in_unit_of_work(lambda: add("a"))
    async with reading(fresh=False):
        assert await names() == {"a"}
    async with reading(long=True):
        assert await names() == {"a"}
    async with unit_of_work():
        await add("b")
        async with reading(fresh=False, long=True):
            assert await names() == {"a", "b"}


def test_no_environment_leaks_into_the_tests(data_dir: object) -> None:
    assert [name for name in os.environ if name.startswith("SEAL_")] == ["SEAL_DATA"]
