"""Reading every row of a database at one moment, and filling an empty one: plain SQL on connections of their own.

An unfinished target says so by a record among its migrations: Seal refuses to serve or migrate it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from seal.db.migrate import RECORD_TABLE, UNFINISHED, migrate, records
from seal.db.shape import Shape
from seal.db.sqlite import connect
from seal.db.violations import plainly
from seal.errors import Refused
from seal.settings import Settings

ROWS_AT_ONCE = 1_000
BYTES_AT_ONCE = 4_000_000
"""A chunk holds at most this many rows, and this many bytes unless one row is longer."""

Rows = list[tuple[object, ...]]


class Source(Protocol):
    """A database as it stands at one moment."""

    def chunks(self, shape: Shape) -> AsyncIterator[Rows]: ...


class Target(Protocol):
    """An empty database that is being filled, in one transaction."""

    async def load(self, shape: Shape, chunks: AsyncIterator[Rows]) -> None: ...


def _select(shape: Shape) -> str:
    columns = ", ".join(f'"{name}"' for name in shape.names)
    return f'SELECT {columns} FROM "{shape.table}" ORDER BY "{shape.key}"'  # noqa: S608 - names of our own tables


def _longest(shape: Shape) -> str | None:
    """Asks for the bytes of the longest row, so that a chunk fits in memory; ``None`` if no column can be long."""
    if not shape.blobs:
        return None
    total = " + ".join(f'coalesce(length("{name}"), 0)' for name in shape.blobs)
    return f'SELECT coalesce(max({total}), 0) FROM "{shape.table}"'  # noqa: S608


def _at_once(longest: int) -> int:
    return max(1, min(ROWS_AT_ONCE, BYTES_AT_ONCE // max(longest, 1)))


class _SQLite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        connection.row_factory = None

    async def chunks(self, shape: Shape) -> AsyncIterator[Rows]:
        longest = _longest(shape)
        most = _at_once(self.connection.execute(longest).fetchone()[0] if longest else 0)
        cursor = self.connection.execute(_select(shape))
        while found := await asyncio.to_thread(cursor.fetchmany, most):
            yield found

    async def load(self, shape: Shape, chunks: AsyncIterator[Rows]) -> None:
        columns = ", ".join(f'"{name}"' for name in shape.names)
        marks = ", ".join("?" for _ in shape.names)
        sql = f'INSERT INTO "{shape.table}" ({columns}) VALUES ({marks})'  # noqa: S608
        async for chunk in chunks:  # PostgreSQL's driver has a UUID class of its own, unknown to SQLite's
            values = [[str(value) if isinstance(value, UUID) else value for value in one] for one in chunk]
            await asyncio.to_thread(self.connection.executemany, sql, values)


class _Postgres:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def chunks(self, shape: Shape) -> AsyncIterator[Rows]:
        longest = _longest(shape)
        most = _at_once(await self.connection.fetchval(longest) if longest else 0)
        cursor = await self.connection.cursor(_select(shape))
        while found := await cursor.fetch(most):
            yield [tuple(one) for one in found]

    async def load(self, shape: Shape, chunks: AsyncIterator[Rows]) -> None:
        async def one_by_one() -> AsyncIterator[tuple[object, ...]]:
            async for chunk in chunks:
                for one in chunk:
                    yield one

        # One COPY a table: no limit on bound values, and a row may refer to a later one of its own table.
        await self.connection.copy_records_to_table(shape.table, records=one_by_one(), columns=shape.names)


@asynccontextmanager
async def moment(settings: Settings) -> AsyncIterator[Source]:
    """Every row as it stood at the start of the block, while others go on writing. Writes nothing."""
    if settings.engine == "sqlite":
        with plainly(), closing(connect(settings.sqlite_path, read_only=True)) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            yield _SQLite(connection)
        return
    with plainly():
        server = await asyncpg.connect(settings.database_url, timeout=30, server_settings={"timezone": "UTC"})
    try:
        async with server.transaction(isolation="repeatable_read", readonly=True):
            yield _Postgres(server)
    finally:
        await server.close(timeout=10)


async def _sql(settings: Settings, *statements: tuple[str, Sequence[object]]) -> list[list[tuple[Any, ...]]]:
    """A few statements, each on its own; the rows of each."""
    if settings.engine == "sqlite":
        settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
        with plainly(), closing(connect(settings.sqlite_path)) as connection:
            connection.row_factory = None
            return [connection.execute(sql, values).fetchall() for sql, values in statements]
    with plainly():
        server = await asyncpg.connect(settings.database_url, timeout=30)
        try:
            return [[tuple(one) for one in await server.fetch(sql, *values)] for sql, values in statements]
        finally:
            await server.close(timeout=10)


async def require_empty(settings: Settings) -> None:
    """``Refused('db.not_empty')`` for a target with any table of its own: nothing is ever written over."""
    if settings.engine == "sqlite":
        if not settings.sqlite_path.exists():
            return
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    else:
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    (found,) = await _sql(settings, (sql, ()))
    if found:
        raise Refused("db.not_empty", table=str(found[0][0]))


@asynccontextmanager
async def filling(settings: Settings, migrations: Sequence[str]) -> AsyncIterator[Target]:
    """Make the schema of ``migrations`` in an empty database and fill it: all or nothing.

    After the block the rows are committed, and the database still says that it is unfinished until :func:`finish`.
    Raises ``Refused('db.not_empty')``; ``ValueError`` if rows refer to nothing.
    """
    await require_empty(settings)
    sqlite = settings.engine == "sqlite"
    key = "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL" if sqlite else "SERIAL PRIMARY KEY"
    await _sql(settings, (RECORD_TABLE.format(key=key), ()), _unfinished(sqlite))
    await migrate(settings, only=migrations, unfinished=True)
    if sqlite:
        with plainly(), closing(connect(settings.sqlite_path)) as connection:
            connection.execute("PRAGMA foreign_keys=OFF")  # checked as a whole before COMMIT
            connection.execute("BEGIN IMMEDIATE")
            yield _SQLite(connection)
            if broken := connection.execute("PRAGMA foreign_key_check").fetchall():
                raise ValueError(f"rows refer to nothing: {broken[:3]}")
            connection.execute("COMMIT")
        return
    with plainly():
        server = await asyncpg.connect(settings.database_url, timeout=30)
    try:
        async with server.transaction():
            yield _Postgres(server)
    finally:
        await server.close(timeout=10)


def _unfinished(sqlite: bool) -> tuple[str, Sequence[object]]:
    now = datetime.now(UTC).replace(tzinfo=None)
    places = "?, ?, ?" if sqlite else "$1, $2, $3"
    return (f"INSERT INTO migration (name, app_name, ran_on) VALUES ({places})", (UNFINISHED, "seal", now))  # noqa: S608


async def finish(settings: Settings) -> None:
    """Take the mark of an unfinished database away."""
    place = "?" if settings.engine == "sqlite" else "$1"
    await _sql(settings, (f"DELETE FROM migration WHERE name = {place}", (UNFINISHED,)))  # noqa: S608


async def migrations_of(settings: Settings) -> tuple[str, ...]:
    """The migrations that a database has run, in order."""
    (found,) = await _sql(settings, (records(), ()))
    return tuple(sorted(str(one[0]) for one in found))


Tell = Callable[[str, int], None]
"""Told each table's name and how many of its rows are done, now and then."""
