"""SQLite as Seal uses it: one kept writer on its own thread, kept readers, WAL, full synchronisation.

Piccolo's own engine opens a thread and a connection for every query and begins DEFERRED transactions,
which fail at once when two of them turn from reading to writing. Here:

- a unit of work waits for its turn on an asyncio lock, then begins IMMEDIATE on the writer's thread:
  the event loop never waits for a lock or a disk;
- reads outside run at once on the event loop (tens of microseconds with an index) on a read-only
  connection, or on the reader's thread when asked (``reading(long=True)``) or when the file is busy;
- other processes are waited for by SQLite's busy timeout, on the writer's thread.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from piccolo.engine.sqlite import SQLiteEngine, dict_factory
from piccolo.querystring import QueryString

from seal.db.transaction import CurrentTransaction, Row, long_reads, refuse_writes, to_the_end
from seal.db.violations import Contention, plainly
from seal.errors import Unavailable

T = TypeVar("T")

BUSY_MILLISECONDS = 15_000
"""How long the writer's thread waits for another process."""
TURN_SECONDS = 30.0
"""How long a unit of work waits for the others of its own process."""


def connect(path: Path, *, busy_milliseconds: int = BUSY_MILLISECONDS, read_only: bool = False) -> sqlite3.Connection:
    """A connection with Seal's settings. WAL is made once and stays in the file; a new file is its owner's alone.

    A file that exists is opened by SQLite only: closing any other descriptor of it would give up this process's
    locks, and the next program that closes its connection would delete the WAL from under us.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.row_factory = dict_factory
    connection.execute(f"PRAGMA busy_timeout={busy_milliseconds}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute("PRAGMA trusted_schema=OFF")
    if read_only:
        connection.execute("PRAGMA query_only=ON")
    return connection


def assert_durable(connection: sqlite3.Connection) -> None:
    """Refuse to serve from a file that could lose an acknowledged commit. ``Unavailable('db.not_durable')``."""
    found = {
        name: next(iter(connection.execute(f"PRAGMA {name}").fetchone().values()))
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    if found != {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}:
        raise Unavailable("db.not_durable", found=", ".join(f"{name}={value}" for name, value in found.items()))


class SQLiteTransaction:
    """A transaction on the writer. Every statement runs on the writer's thread, one after the other."""

    def __init__(self, engine: SealSQLiteEngine) -> None:
        self.engine = engine
        self.task = asyncio.current_task()

    async def fetch(self, sql: str, arguments: list[Any]) -> list[Row]:
        return await self.engine.on_writer(lambda writer: writer.execute(sql, arguments).fetchall())

    async def begin(self) -> None:
        await self.engine.on_writer(lambda writer: writer.execute("BEGIN IMMEDIATE"))

    async def commit(self) -> None:
        try:
            await self.engine.on_writer(lambda writer: writer.execute("COMMIT"))
        except BaseException:
            # A failed COMMIT leaves the transaction open, with the write lock held.
            await self.engine.roll_back()
            raise
        finally:
            self.engine.turn.release()

    async def abandon(self) -> None:
        try:
            await self.engine.roll_back()
        finally:
            self.engine.turn.release()


class SealSQLiteEngine(SQLiteEngine):
    """Piccolo's engine with kept connections. Open between :meth:`open` and :meth:`close` only."""

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))
        self.file = path
        self.current_transaction: Any = CurrentTransaction(f"seal_sqlite_{path}")
        self._writer: sqlite3.Connection | None = None
        self._inline: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open the connections and check that they are durable."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.turn = asyncio.Lock()
        self._writer_thread = ThreadPoolExecutor(1, "seal-db-writer")
        self._reader_thread = ThreadPoolExecutor(1, "seal-db-reader")
        loop = asyncio.get_running_loop()
        self._writer = await loop.run_in_executor(self._writer_thread, connect, self.file)
        assert_durable(self._writer)
        # Busy timeout 0: the event loop asks once, and hands the question to the reader's thread if it must wait.
        self._inline = connect(self.file, read_only=True)
        self._inline.execute("PRAGMA busy_timeout=0")
        self._reader = connect(self.file, read_only=True)

    async def close(self) -> None:
        """Wait for the writer's turn, then close. A unit of work that never ends is given up after a while."""
        try:
            async with asyncio.timeout(5):
                await self.turn.acquire()
        except TimeoutError:
            pass
        for thread in (self._writer_thread, self._reader_thread):
            await asyncio.get_running_loop().run_in_executor(None, thread.shutdown)
        for connection in (self._inline, self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._writer = self._inline = self._reader = None

    async def on_writer(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` on the writer's thread; only whoever has the turn may ask."""

        def job() -> T:
            if self._writer is None:
                self._writer = connect(self.file)
            return work(self._writer)

        with plainly():
            return await asyncio.get_running_loop().run_in_executor(self._writer_thread, job)

    async def roll_back(self) -> None:
        """Leave no transaction open on the writer; a connection that cannot roll back is thrown away."""

        def job() -> None:
            writer = self._writer
            if writer is None:
                return
            try:
                if writer.in_transaction:
                    writer.execute("ROLLBACK")
            except sqlite3.Error:
                self._writer = None
                writer.close()

        await asyncio.get_running_loop().run_in_executor(self._writer_thread, job)

    async def begin(self) -> SQLiteTransaction:
        """Wait for the turn and begin. ``Contention('db.busy')`` when that takes too long."""
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self.turn.acquire()
        except TimeoutError as error:
            raise Contention("db.busy") from error
        transaction = SQLiteTransaction(self)
        try:
            await transaction.begin()
        except BaseException:
            # Cancelled while waiting on the thread, it may still begin: the rollback queues up behind it.
            await to_the_end(transaction.abandon())
            raise
        return transaction

    async def read(self, sql: str, arguments: list[Any], *, long: bool = False) -> list[Row]:
        """A statement that only reads, outside any transaction."""
        refuse_writes(sql)
        if self._inline is None or self._reader is None:
            raise RuntimeError("the database engine is not started")
        reader = self._reader
        if not long:
            with suppress(Contention), plainly():
                return self._inline.execute(sql, arguments).fetchall()
        with plainly():
            return await asyncio.get_running_loop().run_in_executor(
                self._reader_thread, lambda: reader.execute(sql, arguments).fetchall()
            )

    async def data_version(self) -> str:
        """Changes whenever any process, this one too, has committed; tells caches to look again."""
        rows = await self.read("PRAGMA data_version", [])
        return str(next(iter(rows[0].values())))

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> list[Row]:
        """Piccolo's hook for every query."""
        sql, arguments = querystring.compile_string(engine_type=self.engine_type)
        return await self._run(sql, arguments)

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> list[Row]:
        """Piccolo's hook for statements that define tables."""
        return await self._run(ddl, [])

    async def _run(self, sql: str, arguments: list[Any]) -> list[Row]:
        transaction = self.current_transaction.get()
        if transaction is not None:
            rows: list[Row] = await transaction.fetch(sql, arguments)
            return rows
        return await self.read(sql, arguments, long=long_reads.get())

    def transaction(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("transactions are opened by seal.db.unit_of_work only")

    def atomic(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("transactions are opened by seal.db.unit_of_work only")
