"""PostgreSQL as Seal uses it: started pools, SERIALIZABLE units of work, replicas for reads that may be old.

SERIALIZABLE gives the same outcomes as SQLite's single writer (and is what CockroachDB always does);
its price, error 40001, is paid by ``in_unit_of_work`` and ``once``, which run the work again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine
from piccolo.querystring import QueryString

from seal.db.transaction import CurrentTransaction, Row, refuse_writes, stale_reads, to_the_end
from seal.db.violations import Contention, plainly
from seal.errors import Unavailable

POOL_MAX = 10
ACQUIRE_SECONDS = 15.0
COMMIT_SECONDS = 30.0
"""A COMMIT that waits longer (a synchronous standby is gone) is answered as unknown; a retry will tell."""


class PostgresTransaction:
    """A transaction on one connection of the pool, given back however it ends."""

    def __init__(self, pool: Any, connection: Any) -> None:
        self.pool = pool
        self.connection = connection
        self.task = asyncio.current_task()

    async def fetch(self, sql: str, arguments: list[Any]) -> list[Row]:
        with plainly():
            return [dict(row) for row in await self.connection.fetch(sql, *arguments)]

    async def begin(self) -> None:
        with plainly():
            await self.connection.execute("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE")

    async def commit(self) -> None:
        try:
            try:
                with plainly():
                    status = await self.connection.execute("COMMIT", timeout=COMMIT_SECONDS)
            except Unavailable as error:
                if error.code == "db.unreachable":  # gone or silent in the middle of it
                    raise Unavailable("db.unknown") from error
                raise
            if status != "COMMIT":
                # After a swallowed error PostgreSQL answers COMMIT with a quiet ROLLBACK.
                raise RuntimeError("the unit of work swallowed a database error, so nothing was written")
        finally:
            await self._give_back()

    async def abandon(self) -> None:
        try:
            if not self.connection.is_closed() and self.connection.is_in_transaction():
                await self.connection.execute("ROLLBACK", timeout=ACQUIRE_SECONDS)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            with suppress(asyncpg.InterfaceError):  # gone already
                self.connection.terminate()
        finally:
            await self._give_back()

    async def _give_back(self) -> None:
        """Release also rolls back what is still open; a connection that cannot is closed by the pool."""
        await self.pool.release(self.connection, timeout=ACQUIRE_SECONDS)


class SealPostgresEngine(PostgresEngine):
    """Piccolo's engine with a pool that is always there, between :meth:`open` and :meth:`close`."""

    def __init__(self, dsn: str, replicas: Mapping[str, str] | None = None) -> None:
        super().__init__(
            config={"dsn": dsn},
            extra_nodes={name: SealPostgresEngine(other) for name, other in (replicas or {}).items()},
        )
        self.current_transaction: Any = CurrentTransaction(f"seal_postgres_{dsn}")

    async def get_version(self) -> float:
        """Piccolo asks on construction; :meth:`open` meets the server, so nothing is asked here."""
        return 15.0

    async def open(self) -> None:
        """Open the pools, also each replica's. ``Unavailable('db.unreachable')``."""
        with plainly():
            await self.start_connection_pool(
                min_size=1, max_size=POOL_MAX, server_settings={"application_name": "seal", "timezone": "UTC"}
            )
            rows = await self.read("SHOW synchronous_commit", [])
        if rows[0]["synchronous_commit"] == "off":
            raise Unavailable("db.not_durable", found="synchronous_commit=off")
        for replica in self.extra_nodes.values():
            with plainly():
                await replica.start_connection_pool(min_size=0, max_size=POOL_MAX)

    async def close(self) -> None:
        """Close the pools; a connection that does not come back in 10 s is cut."""
        for engine in (*self.extra_nodes.values(), self):
            if engine.pool is None:
                continue
            try:
                async with asyncio.timeout(10):
                    await engine.pool.close()
            except TimeoutError:
                engine.pool.terminate()
            engine.pool = None

    async def begin(self) -> PostgresTransaction:
        """Take a connection and begin. ``Contention('db.busy')`` if none comes free."""
        pool: Any = self.pool
        if pool is None:
            raise RuntimeError("the database engine is not started")
        try:
            connection = await pool.acquire(timeout=ACQUIRE_SECONDS)
        except TimeoutError as error:
            raise Contention("db.busy") from error
        except (asyncpg.PostgresError, OSError):
            with plainly():
                raise
        transaction = PostgresTransaction(pool, connection)
        try:
            await transaction.begin()
        except BaseException:
            await to_the_end(transaction.abandon())
            raise
        return transaction

    async def read(self, sql: str, arguments: list[Any], *, stale: bool = False) -> list[Row]:
        """A statement that only reads, outside any transaction; on a replica if it may be old and one answers."""
        refuse_writes(sql)
        if stale:
            for replica in self.extra_nodes.values():
                if replica.pool is None:
                    continue
                try:
                    async with replica.pool.acquire(timeout=2) as connection:
                        return [dict(row) for row in await connection.fetch(sql, *arguments)]
                except (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError):
                    continue
        if self.pool is None:
            raise RuntimeError("the database engine is not started")
        with plainly():
            async with self.pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                return [dict(row) for row in await connection.fetch(sql, *arguments)]

    async def data_version(self) -> str:
        """Changes whenever any writing transaction has ended; tells caches to look again."""
        rows = await self.read("SELECT pg_current_snapshot()::text AS snapshot", [])
        return str(rows[0]["snapshot"])

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[Row]:
        """Piccolo's hook for every query."""
        sql, arguments = querystring.compile_string(engine_type=self.engine_type)
        return await self._run(sql, arguments)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[Row]:
        """Piccolo's hook for statements that define tables."""
        return await self._run(ddl, [])

    async def _run(self, sql: str, arguments: list[Any]) -> list[Row]:
        transaction = self.current_transaction.get()
        if transaction is not None:
            rows: list[Row] = await transaction.fetch(sql, arguments)
            return rows
        return await self.read(sql, arguments, stale=stale_reads.get())

    def transaction(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("transactions are opened by seal.db.unit_of_work only")

    def atomic(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("transactions are opened by seal.db.unit_of_work only")
