"""What the embedded engine promises by its settings."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from pathlib import Path
from uuid import uuid4

import pytest

from seal.db import engine, in_unit_of_work, reading
from seal.db import sqlite as sqlite_module
from seal.db.sqlite import SealSQLiteEngine, assert_durable, connect
from seal.db.tables import Lease
from seal.db.transaction import refuse_writes
from seal.db.violations import Contention
from seal.errors import Unavailable
from tests.conftest import Database, on
from tests.db.test_unit_of_work import add, names


def test_a_connection_is_durable_and_private(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    connection = connect(path)
    assert_durable(connection)
    assert path.stat().st_mode & 0o777 == 0o600
    connection.close()


@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "synchronous=OFF", "journal_mode=DELETE", "foreign_keys=OFF"])
def test_a_connection_that_could_lose_a_commit_is_refused(tmp_path: Path, pragma: str) -> None:
    connection = connect(tmp_path / "new.db")
    connection.execute(f"PRAGMA {pragma}")
    with pytest.raises(Unavailable, match=r"db\.not_durable"):
        assert_durable(connection)
    connection.close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    connection = connect(tmp_path / "new.db", read_only=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("CREATE TABLE x (id INTEGER)")
    connection.close()


@on("sqlite")
async def test_queries_open_no_threads(database: Database) -> None:
    await in_unit_of_work(lambda: add("a"))
    async with reading(long=True):
        await names()
    before = threading.active_count()
    for number in range(20):
        await in_unit_of_work(lambda number=number: add(f"n{number}"))  # type: ignore[misc]
        await names()
    assert threading.active_count() == before


@on("sqlite")
async def test_a_file_that_stays_locked_is_busy_not_broken(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    running = engine.current()
    assert isinstance(running, SealSQLiteEngine)
    await running.on_writer(lambda writer: writer.execute("PRAGMA busy_timeout=20"))
    monkeypatch.setattr(sys.modules["seal.db.unit_of_work"], "PATIENCE_SECONDS", 0.1)
    other = connect(database.settings.sqlite_path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Contention):
        await in_unit_of_work(lambda: add("a"))
    other.execute("ROLLBACK")
    other.close()
    await in_unit_of_work(lambda: add("a"))


@on("sqlite")
async def test_a_turn_that_never_comes_is_busy(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "TURN_SECONDS", 0.05)
    monkeypatch.setattr(sys.modules["seal.db.unit_of_work"], "PATIENCE_SECONDS", 0.1)
    running = engine.current()
    assert isinstance(running, SealSQLiteEngine)
    await running.turn.acquire()
    with pytest.raises(Contention):
        await in_unit_of_work(lambda: add("a"))
    running.turn.release()
    await in_unit_of_work(lambda: add("a"))


@on("sqlite")
async def test_a_writer_that_cannot_roll_back_is_replaced(database: Database) -> None:
    running = engine.current()
    assert isinstance(running, SealSQLiteEngine)

    async def break_it() -> None:
        await add("lost")
        assert running._writer is not None
        running._writer.close()
        await add("refused")

    with pytest.raises(sqlite3.ProgrammingError):
        await in_unit_of_work(break_it)
    await in_unit_of_work(lambda: add("next"))
    assert await names() == {"next"}


@on("sqlite")
async def test_values_come_back_as_they_went_in(database: Database) -> None:
    await in_unit_of_work(lambda: Lease.insert(Lease(id=_ID, name="ñandú", epoch=2**60, holder=_ID)))
    row = (await Lease.select())[0]
    assert (row["id"], row["name"], row["epoch"], row["holder"]) == (_ID, "ñandú", 2**60, _ID)


_ID = uuid4()


@on("sqlite")
async def test_another_program_that_closes_the_file_leaves_the_log_of_writes(database: Database) -> None:
    """Its last connection deletes the WAL unless we hold our lock; closing the file ourselves would give that up."""
    await in_unit_of_work(lambda: add("a"))
    path = database.settings.sqlite_path
    log = path.with_name(f"{path.name}-wal")
    before = log.stat().st_ino
    other = f"from pathlib import Path; from seal.db.sqlite import connect; connect(Path({str(path)!r})).close()"
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", other)
        assert await process.wait() == 0
        connect(path, read_only=True).close()
    assert log.stat().st_ino == before
    await in_unit_of_work(lambda: add("b"))
    seen = sqlite3.connect(path)
    assert {name for (name,) in seen.execute("SELECT name FROM lease")} == {"a", "b"}
    seen.close()


@pytest.mark.parametrize("sql", ["INSERT INTO x VALUES (1)", " update x set y = 1", "DELETE FROM x", "DROP TABLE x"])
def test_a_statement_that_writes_is_seen(sql: str) -> None:
    with pytest.raises(RuntimeError):
        refuse_writes(sql)


@pytest.mark.parametrize("sql", ["SELECT 1", "\n select 1", "WITH x AS (SELECT 1) SELECT * FROM x", "EXPLAIN SELECT 1"])
def test_a_statement_that_reads_passes(sql: str) -> None:
    refuse_writes(sql)
