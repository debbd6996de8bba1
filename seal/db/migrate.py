"""Bring a database to the newest schema: one migrator at a time, each migration whole or not at all.

The record that a migration ran is written in its own transaction. SQLite: a copy of the file is made
first (``seal.db.before-<migration>``), which is also the way back. Run it as often and by as many
processes as one likes.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from seal.db.history import APP_NAME, Migration, default_folder, history
from seal.db.sqlite import connect
from seal.db.violations import plainly
from seal.errors import SealError, Unavailable
from seal.settings import Settings

LOCK_SECONDS = 300.0
POSTGRES_LOCK = 0x5EA1
"""Key of the advisory lock that one migrator holds."""

RECORD_TABLE = (
    'CREATE TABLE IF NOT EXISTS "migration" ("id" {key}, "name" VARCHAR(200) NOT NULL, '
    '"app_name" VARCHAR(200) NOT NULL, "ran_on" TIMESTAMP NOT NULL, '
    'CONSTRAINT "migration_once" UNIQUE ("app_name", "name"))'
)
"""As Piccolo has it; and no migration can be recorded twice."""
_RECORDS = f"SELECT name FROM migration WHERE app_name = '{APP_NAME}'"  # noqa: S608 - a constant of ours
UNFINISHED = "unfinished"
"""Recorded like a migration while a copy or a restore fills a database: nobody serves or migrates half of one."""
_RECORD = "INSERT INTO migration (name, app_name, ran_on) VALUES ({name}, {app}, {now})"


@dataclass(frozen=True)
class Migrated:
    """What ``migrate`` did: the ids that it ran, and the copy that it made before, if there was something to copy."""

    ran: tuple[str, ...]
    copy: Path | None


async def migrate(
    settings: Settings, folder: Path | None = None, *, only: Sequence[str] | None = None, unfinished: bool = False
) -> Migrated:
    """Run every migration that has not run yet; of ``only`` these, if given. ``unfinished``: for who fills it.

    Raises ``Unavailable('db.migration_failed')`` with everything as it was before the failing migration,
    ``Unavailable('db.newer')`` for a database of a newer Seal, ``Unavailable('db.unfinished')`` for half a copy,
    ``Unavailable('db.busy')`` if another migrator does not finish in five minutes. Makes the database file and its
    folder if there is none.
    """
    known = await history(folder or default_folder())
    if only is not None:
        if strangers := set(only) - {migration.migration_id for migration in known}:
            raise Unavailable("db.newer", name=min(strangers))
        known = [migration for migration in known if migration.migration_id in only]
    if settings.engine == "sqlite":
        return await _migrate_sqlite(settings.sqlite_path, known, unfinished)
    return await _migrate_postgres(settings.database_url, known, unfinished)


def records() -> str:
    """Asks a database for the migrations that it has run."""
    return _RECORDS


async def pending(settings: Settings, folder: Path | None = None) -> tuple[str, ...]:
    """Ids of migrations that have not run; changes nothing. ``Unavailable('db.newer')`` as above."""
    known = await history(folder or default_folder())
    if settings.engine == "sqlite":
        path = settings.sqlite_path
        if not path.exists():
            return tuple(migration.migration_id for migration in known)
        with plainly(), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=15)) as database:
            return _ids(_missing(known, _sqlite_records(database)))
    with plainly():
        server = await asyncpg.connect(settings.database_url)
    try:
        there = await server.fetchval("SELECT to_regclass('migration') IS NOT NULL")
        done = [row["name"] for row in await server.fetch(_RECORDS)] if there else []
        return _ids(_missing(known, done))
    finally:
        await server.close()


async def require_migrated(settings: Settings, folder: Path | None = None) -> None:
    """``Unavailable('db.not_migrated')`` if a migration has not run: a server must not start on it."""
    missing = await pending(settings, folder)
    if missing:
        raise Unavailable("db.not_migrated", count=len(missing))


def _missing(known: Sequence[Migration], done: Sequence[str], unfinished: bool = False) -> list[Migration]:
    if UNFINISHED in done and not unfinished:
        raise Unavailable("db.unfinished")
    strangers = set(done) - {UNFINISHED} - {migration.migration_id for migration in known}
    if strangers:
        raise Unavailable("db.newer", name=min(strangers))
    return [migration for migration in known if migration.migration_id not in done]


def _ids(migrations: Sequence[Migration]) -> tuple[str, ...]:
    return tuple(migration.migration_id for migration in migrations)


def _sqlite_records(database: sqlite3.Connection) -> list[str]:
    there = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'").fetchone()
    return (
        [next(iter(row.values())) if isinstance(row, dict) else row[0] for row in database.execute(_RECORDS)]
        if there
        else []
    )


def _failed(migration: Migration, error: Exception) -> SealError:
    return Unavailable("db.migration_failed", name=migration.migration_id, why=str(error) or type(error).__name__)


# --- SQLite -------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _file_lock(path: Path) -> AsyncIterator[None]:
    """One migrator at a time on this machine; the lock dies with its holder."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        async with asyncio.timeout(LOCK_SECONDS):
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    await asyncio.sleep(0.05)
        yield
    except TimeoutError as error:
        raise Unavailable("db.busy") from error
    finally:
        os.close(descriptor)


async def _migrate_sqlite(path: Path, known: Sequence[Migration], unfinished: bool) -> Migrated:
    path.parent.mkdir(parents=True, exist_ok=True)
    async with _file_lock(path.with_name(f"{path.name}.migrating")):
        with plainly(), closing(connect(path)) as database:
            todo = _missing(known, _sqlite_records(database), unfinished)
            if not todo:
                return Migrated((), None)
            copy = None
            if not unfinished:
                copy = await asyncio.to_thread(_copy_before, database, path, todo[0].migration_id)
            database.execute(RECORD_TABLE.format(key="INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"))
            for migration in todo:
                await _run_sqlite(database, migration)
            return Migrated(_ids(todo), copy)


async def _run_sqlite(database: sqlite3.Connection, migration: Migration) -> None:
    async def execute(statement: str) -> list[dict[str, Any]]:
        return await asyncio.to_thread(lambda: database.execute(statement).fetchall())

    # Off, or dropping a table that is made anew would be refused; checked as a whole before COMMIT.
    database.execute("PRAGMA foreign_keys=OFF")
    database.execute("PRAGMA legacy_alter_table=ON")
    try:
        await execute("BEGIN IMMEDIATE")
        await migration.apply("sqlite", execute)
        if broken := database.execute("PRAGMA foreign_key_check").fetchall():
            raise ValueError(f"rows refer to nothing: {broken[:3]}")
        database.execute(
            _RECORD.format(name="?", app="?", now="?"),
            (migration.migration_id, APP_NAME, datetime.now(UTC).replace(tzinfo=None)),
        )
        await execute("COMMIT")
    except Exception as error:
        raise _failed(migration, error) from error
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")
        database.execute("PRAGMA legacy_alter_table=OFF")
        database.execute("PRAGMA foreign_keys=ON")


def _copy_before(database: sqlite3.Connection, path: Path, migration_id: str) -> Path | None:
    """A whole, checked, synchronised copy beside the file; ``None`` for an empty database."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' LIMIT 1").fetchone():
        return None
    name = f"{path.name}.before-{migration_id}"
    copy = path.with_name(name)
    again = 1
    while copy.exists():
        again += 1
        copy = path.with_name(f"{name}-{again}")
    partial = copy.with_name(f"{copy.name}.partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    database.execute("VACUUM INTO ?", (str(partial),))
    with closing(sqlite3.connect(partial)) as copied:
        if copied.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise Unavailable("db.migration_failed", name=migration_id, why="the copy made before it is damaged")
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    partial.rename(copy)
    folder = os.open(copy.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return copy


# --- PostgreSQL ---------------------------------------------------------------------------------------------


async def _migrate_postgres(url: str, known: Sequence[Migration], unfinished: bool) -> Migrated:
    with plainly():
        server = await asyncpg.connect(url, timeout=30)
    try:
        with plainly():
            # Held by the session, so it is free again when this migrator ends in any way.
            await server.fetch("SELECT pg_advisory_lock($1)", POSTGRES_LOCK, timeout=LOCK_SECONDS)
            await server.execute(RECORD_TABLE.format(key="SERIAL PRIMARY KEY"))
            todo = _missing(known, [row["name"] for row in await server.fetch(_RECORDS)], unfinished)
        for migration in todo:
            await _run_postgres(server, migration)
        return Migrated(_ids(todo), None)
    finally:
        await server.close(timeout=10)


async def _run_postgres(server: asyncpg.Connection, migration: Migration) -> None:
    try:
        async with server.transaction():
            await migration.apply("postgres", server.fetch)
            now = datetime.now(UTC).replace(tzinfo=None)
            await server.execute(_RECORD.format(name="$1", app="$2", now="$3"), migration.migration_id, APP_NAME, now)
    except Exception as error:
        raise _failed(migration, error) from error
