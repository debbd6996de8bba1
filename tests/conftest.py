"""Storage for tests: every test that asks for ``database`` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from seal.db import engine
from seal.settings import Settings, settings

POSTGRES_BIN = Path("/usr/lib/postgresql/15/bin")


@dataclass(frozen=True)
class Database:
    """A fresh, migrated, empty database that is open in this process."""

    engine: str
    settings: Settings


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder used as ``settings().data``; no other SEAL_ variable of the machine is seen."""
    for name in list(os.environ):
        if name.startswith("SEAL_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("SEAL_DATA", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


@pytest.fixture(params=["sqlite", "postgres"])
def storage(request: pytest.FixtureRequest, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of a fresh, migrated, empty database that nobody has opened yet.

    ``@on("postgres")`` keeps a test to one engine.
    """
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), data_dir / "seal.db")
        yield settings()
    else:
        yield from _on_postgres(request, monkeypatch, "template_seal")


@pytest.fixture(params=["sqlite", "postgres"])
def blank(request: pytest.FixtureRequest, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of a database without a single table."""
    if request.param == "sqlite":
        yield settings()
    else:
        yield from _on_postgres(request, monkeypatch, "template_empty")


def _on_postgres(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, template: str) -> Iterator[Settings]:
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.take(template)
    monkeypatch.setenv("SEAL_DATABASE_URL", server.url(name))
    settings.cache_clear()
    yield settings()
    server.give_back(name, template)


def on(engine_name: str) -> pytest.MarkDecorator:
    """For a test of what only one engine has."""
    return pytest.mark.parametrize("storage", [engine_name], indirect=True)


@pytest.fixture
async def database(storage: Settings) -> AsyncIterator[Database]:
    """:func:`storage`, opened in this process and closed afterwards."""
    await engine.start(storage)
    yield Database(storage.engine, storage)
    await engine.stop()


@pytest.fixture(scope="session")
def schema_statements() -> list[str]:
    """The schema that tables.py declares; tests/db/test_migrate.py holds the migrations to it."""
    from seal.db.ddl import create_all
    from seal.schema import tables

    return create_all(tables())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, schema_statements: list[str]) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    for statement in ["BEGIN", *schema_statements, "COMMIT"]:
        connection.execute(statement)
    connection.close()
    return path


@pytest.fixture(scope="session")
def postgres_server(schema_statements: list[str]) -> Iterator[PostgresServer]:
    server = PostgresServer.start()
    try:
        server.prepare(schema_statements)
        yield server
    finally:
        server.stop()


_SCHEMA = """
    SELECT relname::text, relkind::text, relnatts, relchecks, relhastriggers FROM pg_class
    WHERE relnamespace = 'public'::regnamespace ORDER BY relname
"""
_EMPTY = """
    DO $$ DECLARE found record; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('DELETE FROM %I', found.tablename);
        END LOOP;
    END $$
"""


def _as_user(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


@dataclass
class PostgresServer:
    """A server of our own in a temporary folder, reached by its Unix socket only."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=count)
    free: dict[str, list[str]] = field(default_factory=dict)
    schema: list[tuple[object, ...]] = field(default_factory=list)

    @classmethod
    def start(cls) -> PostgresServer:
        if not (POSTGRES_BIN / "initdb").exists():
            pytest.fail(f"PostgreSQL 15 is not installed ({POSTGRES_BIN}/initdb): apt-get install postgresql-15")
        folder = Path(tempfile.mkdtemp(prefix="seal-pg-"))
        folder.chmod(0o777)
        server = cls(folder)
        options = (
            f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200 "
            "-c shared_buffers=64MB -c max_wal_senders=2 -c autovacuum=off"
        )
        server.run("initdb", "-D", f"{folder}/data", "-U", "seal", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        server.run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
        return server

    def run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            _as_user(str(POSTGRES_BIN / program), *arguments),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self.folder,
        )  # fmt: skip
        if done.returncode:
            pytest.fail(f"{program} failed: {done.stderr}")

    def url(self, name: str) -> str:
        return f"postgres://seal@/{name}?host={quote(str(self.folder))}"

    def sql(self, name: str, *statements: str) -> list[tuple[object, ...]]:
        """Run statements one by one, outside any test's event loop; the rows of the last one."""

        async def all_of_them() -> list[tuple[object, ...]]:
            connection = await asyncpg.connect(self.url(name))
            rows = [await connection.fetch(statement) for statement in statements][-1]
            await connection.close()
            return [tuple(row) for row in rows]

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(all_of_them())).result()

    def prepare(self, statements: list[str]) -> None:
        self.sql("postgres", "CREATE DATABASE template_seal", "CREATE DATABASE template_empty")
        self.sql("template_seal", *statements)
        self.schema = self.sql("template_seal", _SCHEMA)

    def take(self, template: str) -> str:
        """A database like ``template``. Emptying a used one takes milliseconds, making one half a second."""
        if self.free.setdefault(template, []):
            return self.free[template].pop()
        name = f"test_{next(self.numbers)}"
        self.sql("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def give_back(self, name: str, template: str) -> None:
        """Away with every session, setting and row; a database whose schema a test changed is dropped."""
        others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        self.sql("postgres", others, f"ALTER DATABASE {name} RESET ALL")
        if template == "template_empty":
            self.sql(name, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        elif self.sql(name, _SCHEMA) == self.schema:
            self.sql(name, _EMPTY)
        else:
            self.sql("postgres", f"DROP DATABASE {name} WITH (FORCE)")
            return
        self.free[template].append(name)

    def stop(self) -> None:
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
