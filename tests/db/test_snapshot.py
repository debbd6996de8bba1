"""Looking at one moment of a database while others write."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from seal.db import in_unit_of_work, unit_of_work
from seal.db.snapshot import rows, snapshot
from seal.errors import Unavailable
from tests.conftest import Database
from tests.db.test_unit_of_work import add, names

NAMES = "SELECT name FROM lease ORDER BY name"


async def _names() -> list[str]:
    return [row["name"] for row in await rows(NAMES)]


async def test_what_is_written_meanwhile_is_not_seen(database: Database) -> None:
    await in_unit_of_work(lambda: add("a"))
    async with snapshot():
        assert await _names() == ["a"]
        await asyncio.create_task(in_unit_of_work(lambda: add("b")))
        assert await _names() == ["a"]
    assert await _names() == ["a", "b"]


async def test_nobody_waits_for_it_and_nothing_stays_open(database: Database) -> None:
    for number in range(30):
        async with snapshot():
            async with asyncio.timeout(10):
                await asyncio.create_task(in_unit_of_work(lambda number=number: add(f"n{number}")))  # type: ignore[misc]
    assert len(await names()) == 30


async def test_values_stand_where_the_braces_are(database: Database) -> None:
    await in_unit_of_work(lambda: add("ñandú {}"))
    async with snapshot():
        assert len(await rows("SELECT id FROM lease WHERE name = {} AND epoch = {}", "ñandú {}", 0)) == 1


async def test_a_statement_that_writes_is_refused(database: Database) -> None:
    async with snapshot():
        with pytest.raises(RuntimeError, match="writes belong"):
            await rows("DELETE FROM lease")


async def test_the_database_itself_refuses_writes(database: Database) -> None:
    async with snapshot():
        with pytest.raises((Unavailable, asyncpg.ReadOnlySQLTransactionError)):
            await add("a")
    assert await names() == set()


async def test_it_is_not_taken_inside_a_unit_of_work(database: Database) -> None:
    async with unit_of_work():
        with pytest.raises(RuntimeError, match="not taken inside"):
            async with snapshot():
                pass
