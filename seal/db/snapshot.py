"""Looking at a whole database as it stands at one moment, by plain SQL, while others go on writing.

    async with snapshot():
        found = await rows("SELECT id FROM batch WHERE association_id = {}", association_id)

For checks that must not trust the stores. Nothing can be written inside; nobody waits for it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from piccolo.querystring import QueryString

from seal.db import engine
from seal.db.postgres import PostgresTransaction, SealPostgresEngine
from seal.db.sqlite import SealSQLiteEngine, connect
from seal.db.transaction import Row, Transaction, refuse_writes, to_the_end
from seal.db.violations import plainly


class _SQLiteSnapshot:
    """A read transaction of a connection of its own: WAL keeps its moment alive."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.task = asyncio.current_task()

    async def fetch(self, sql: str, arguments: list[Any]) -> list[Row]:
        def run() -> list[Row]:
            return self.connection.execute(sql, arguments).fetchall()

        with plainly():
            return await asyncio.to_thread(run)

    async def commit(self) -> None:
        await self.abandon()

    async def abandon(self) -> None:
        self.connection.close()


async def _sqlite(running: SealSQLiteEngine) -> Transaction:
    found = _SQLiteSnapshot(connect(running.file, read_only=True))
    await found.fetch("BEGIN", [])
    await found.fetch("SELECT 1 FROM sqlite_master LIMIT 1", [])  # the moment is that of the first read
    return found


async def _postgres(running: SealPostgresEngine) -> Transaction:
    pool: Any = running.pool
    if pool is None:
        raise RuntimeError("the database engine is not started")
    with plainly():
        connection = await pool.acquire()
    found = PostgresTransaction(pool, connection)
    try:
        await found.fetch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", [])
    except BaseException:
        await to_the_end(found.abandon())
        raise
    return found


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """Every read of this task inside the block sees the database as it was at its start.

    ``RuntimeError`` inside a unit of work. Raises ``Unavailable('db.unreachable')``.
    """
    running = engine.current()
    if running.current_transaction.get() is not None:
        raise RuntimeError("a snapshot is not taken inside a unit of work")
    opened = await (_sqlite(running) if isinstance(running, SealSQLiteEngine) else _postgres(running))
    token = running.current_transaction.set(opened)
    try:
        yield
    finally:
        running.current_transaction.reset(token)
        await to_the_end(opened.abandon())


async def rows(sql: str, *values: Any) -> list[Row]:
    """The rows of one reading statement, with ``{}`` for each value, as both engines give them."""
    refuse_writes(sql)
    return await engine.current().run_querystring(QueryString(sql, *values))
