"""Opening and closing the one engine of a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from seal import schema
from seal.db import engine, in_unit_of_work
from seal.db.tables import Lease
from seal.settings import Settings
from tests.conftest import Database, on
from tests.db.test_unit_of_work import add, names


def test_before_start_there_is_none() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        engine.current()


async def test_a_second_start_shares_the_engine_until_both_have_stopped(database: Database) -> None:
    running = engine.current()
    await engine.start(database.settings)
    assert engine.current() is running
    await engine.stop()
    await in_unit_of_work(lambda: add("still open"))
    assert await names() == {"still open"}


async def test_another_database_is_refused(database: Database, tmp_path: Path) -> None:
    other = database.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'other.db'}"})
    with pytest.raises(RuntimeError, match="another database"):
        await engine.start(other)


async def test_stopping_twice_is_harmless(storage: Settings) -> None:
    await engine.start(storage)
    await engine.stop()
    await engine.stop()


async def test_it_opens_again_on_the_same_database(storage: Settings) -> None:
    await engine.start(storage)
    await in_unit_of_work(lambda: add("kept"))
    await engine.stop()
    await engine.start(storage)
    assert await names() == {"kept"}
    await engine.stop()


@on("sqlite")
async def test_a_table_that_nobody_bound_finds_the_engine(database: Database) -> None:
    Lease._meta._db = None
    assert await names() == set()
    assert Lease._meta._db is engine.current()


def test_every_table_has_a_slice_and_a_name_of_its_own() -> None:
    tables = schema.tables()
    assert len({table._meta.tablename for table in tables}) == len(tables)
    assert {path.parent.name for path in Path(schema.__file__).parent.glob("*/tables.py")} == set(schema.SLICES) & {
        path.parent.name for path in Path(schema.__file__).parent.glob("*/tables.py")
    }
