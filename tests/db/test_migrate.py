"""One history on both engines: fresh equals migrated, whole or not at all, one migrator at a time."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from piccolo.columns import UUID, Text
from piccolo.table import TABLE_REGISTRY, Table

from seal.db.constraints import Reference, Unique
from seal.db.draft import draft
from seal.db.history import default_folder, statements
from seal.db.migrate import migrate, pending, require_migrated
from seal.errors import Unavailable
from seal.schema import SLICES, tables_of
from seal.settings import Settings
from tests.db import processes
from tests.db.catalog import catalog

FIRST = """
from seal.db.history import Migration, Script
ID = "0001_first"
VERSION = "1.38.0"
DESCRIPTION = "first"
async def forwards():
    return Migration(__file__, ID, DESCRIPTION, steps=[Script("places.sql")])
"""
PLACES = """-- A parent, a child and a table that refers to itself.
CREATE TABLE "place" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "old" INTEGER,
    "within" UUID,
    CONSTRAINT "place_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "place_within" FOREIGN KEY ("association_id", "within") REFERENCES "place" ("association_id", "id")
);
CREATE INDEX "place_by_name" ON "place" ("name") WHERE name <> 'x;y';
CREATE TABLE "jar" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "place_id" UUID NOT NULL,
    CONSTRAINT "jar_place" FOREIGN KEY ("association_id", "place_id") REFERENCES "place" ("association_id", "id")
);
"""
SECOND = """
from seal.db.history import Migration, Rebuild
ID = "0002_kind"
VERSION = "1.38.0"
DESCRIPTION = "places have a kind, and nothing old"
async def forwards():
    return Migration(__file__, ID, DESCRIPTION, steps=[
        Rebuild("place", "place.sql", keep=["id", "association_id", "name", "within"],
            fill={"kind": "CASE WHEN old > 5 THEN 'large' ELSE 'small' END"},
            postgres=[
                "ALTER TABLE place ADD COLUMN kind TEXT",
                "UPDATE place SET kind = CASE WHEN old > 5 THEN 'large' ELSE 'small' END",
                "ALTER TABLE place ALTER COLUMN kind SET NOT NULL",
                "ALTER TABLE place DROP COLUMN old",
                "ALTER TABLE place ADD CONSTRAINT place_kind CHECK (kind IN ('large', 'small'))",
            ]),
    ])
"""
PLACE = """CREATE TABLE "place" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "within" UUID,
    "kind" TEXT NOT NULL,
    CONSTRAINT "place_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "place_within" FOREIGN KEY ("association_id", "within") REFERENCES "place" ("association_id", "id"),
    CONSTRAINT "place_kind" CHECK (kind IN ('large', 'small'))
);
CREATE INDEX "place_by_name" ON "place" ("name") WHERE name <> 'x;y';
"""
BROKEN = """
from seal.db.history import Migration, Statements
ID = "0002_broken"
VERSION = "1.38.0"
DESCRIPTION = "fails halfway"
async def forwards():
    both = ["DELETE FROM jar", "DROP TABLE jar", "CREATE TABLE nonsense ("]
    return Migration(__file__, ID, DESCRIPTION, steps=[Statements(sqlite=both, postgres=both)])
"""
DANGLING = BROKEN.replace(
    '"DROP TABLE jar", "CREATE TABLE nonsense ("', '"DELETE FROM place WHERE within IS NULL"'
).replace('"DELETE FROM jar", ', "")
A = "'00000000-0000-0000-0000-00000000000a'"
ONE, TWO, THREE = (f"'00000000-0000-7000-8000-00000000000{number}'" for number in (1, 2, 3))
ROWS = (
    f"INSERT INTO place VALUES ({ONE}, {A}, 'río', 9, NULL)",
    f"INSERT INTO place VALUES ({TWO}, {A}, 'x;y', 1, {ONE})",
    f"INSERT INTO jar VALUES ({THREE}, {A}, {ONE})",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A history of one migration."""
    made = tmp_path / "history"
    (made / "0001_first").mkdir(parents=True)
    (made / "seal_0001_first.py").write_text(FIRST)
    (made / "0001_first" / "places.sql").write_text(PLACES)
    return made


def add_second(folder: Path) -> None:
    (folder / "0002_kind").mkdir()
    (folder / "seal_0002_kind.py").write_text(SECOND)
    (folder / "0002_kind" / "place.sql").write_text(PLACE)


async def empty(settings: Settings) -> None:
    """Away with every table."""
    if settings.engine == "sqlite":
        settings.sqlite_path.unlink()
    else:
        await run(settings, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


async def run(settings: Settings, *sql: str) -> list[tuple[object, ...]]:
    """Statements outside of Seal; the rows of the last one."""
    if settings.engine == "sqlite":
        with closing(sqlite3.connect(settings.sqlite_path, isolation_level=None)) as database:
            database.execute("PRAGMA foreign_keys=ON")
            return [database.execute(statement).fetchall() for statement in sql][-1]
    server = await asyncpg.connect(settings.database_url)
    try:
        return [[tuple(row) for row in await server.fetch(statement)] for statement in sql][-1]
    finally:
        await server.close()


async def test_the_migrated_schema_equals_the_one_that_the_tables_declare(
    blank: Settings, schema_statements: list[str]
) -> None:
    await migrate(blank)
    migrated = await catalog(blank)
    await empty(blank)
    await run(blank, *schema_statements)
    declared = await catalog(blank)
    assert sorted(migrated) == sorted(declared)
    for name, table in declared.items():
        assert migrated[name] == table, name


async def test_nothing_is_left_to_draft(tmp_path: Path) -> None:
    copy = shutil.copytree(default_folder(), tmp_path / "migrations")
    assert await draft(copy, "probe", {name: tables_of(name) for name in SLICES}, "") is None


async def test_a_draft_of_a_changed_table_is_a_rebuild(blank: Settings, folder: Path) -> None:
    class Place(Table, tablename="place"):
        id = UUID(primary_key=True, default=None)
        association_id = UUID(null=False, default=None)
        name = Text(null=False, default=None)
        kind = Text(null=True, default=None)
        same_association = Unique(["association_id", "id"])

    class Lid(Table, tablename="lid"):
        id = UUID(primary_key=True, default=None)
        association_id = UUID(null=False, default=None)
        place = Reference(["association_id", "id"], "place")

    TABLE_REGISTRY.remove(Place)
    TABLE_REGISTRY.remove(Lid)
    written = await draft(folder, "kind", {"places": [Place, Lid]}, "places have a kind")
    assert written == folder / "seal_0002_kind.py"
    text = written.read_text()
    written.write_text(text.replace("postgres=[]", "postgres=['ALTER TABLE place ADD kind TEXT']"))
    await migrate(blank, folder)
    assert "kind" in [column[0] for column in (await catalog(blank))["place"]["columns"]]
    assert "lid" in await catalog(blank)
    assert await draft(folder, "again", {"places": [Place, Lid]}, "") is None


def test_signed_bytes_and_times_have_their_own_types(schema_statements: list[str]) -> None:
    text = "\n".join(schema_statements)
    assert "BYTEA" in text
    assert "TIMESTAMPTZ" in text
    assert "DEFAULT" not in text


async def test_migrating_again_does_nothing(blank: Settings, folder: Path) -> None:
    assert await pending(blank, folder) == ("0001_first",)
    with pytest.raises(Unavailable, match=r"db\.not_migrated\(count=1\)"):
        await require_migrated(blank, folder)
    assert (await migrate(blank, folder)).ran == ("0001_first",)
    await require_migrated(blank, folder)
    before = await catalog(blank)
    again = await migrate(blank, folder)
    assert (again.ran, again.copy) == ((), None)
    assert await catalog(blank) == before


async def test_a_filled_table_is_changed_and_keeps_its_rows_and_references(blank: Settings, folder: Path) -> None:
    await migrate(blank, folder)
    await run(blank, *ROWS)
    add_second(folder)
    done = await migrate(blank, folder)
    assert done.ran == ("0002_kind",)
    rows = await run(blank, "SELECT name, kind FROM place ORDER BY name")
    assert sorted(rows) == [("río", "large"), ("x;y", "small")]
    assert await run(blank, "SELECT count(*) FROM jar JOIN place ON place.id = jar.place_id") == [(1,)]
    for broken in (
        "DELETE FROM place WHERE name = 'río'",  # a jar and a place refer to it
        "UPDATE place SET kind = 'huge'",
        "UPDATE jar SET association_id = '00000000-0000-0000-0000-00000000000b'",
    ):
        with pytest.raises((sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)):
            await run(blank, broken)


async def test_a_changed_schema_equals_a_fresh_one(blank: Settings, folder: Path) -> None:
    await migrate(blank, folder)
    add_second(folder)
    await migrate(blank, folder)
    changed = await catalog(blank)
    fresh = [*statements(PLACE), statements(PLACES)[2]]
    await empty(blank)
    await run(blank, *fresh)
    wanted = await catalog(blank)
    if blank.engine == "postgres":  # there a new column stands last
        for table in (*changed.values(), *wanted.values()):
            table["columns"].sort()
    assert changed == wanted


async def test_before_changing_a_sqlite_file_a_copy_is_made(blank: Settings, folder: Path) -> None:
    assert (await migrate(blank, folder)).copy is None, "there was nothing to copy"
    await run(blank, *ROWS)
    add_second(folder)
    copy = (await migrate(blank, folder)).copy
    if blank.engine == "postgres":
        assert copy is None
        return
    assert copy == blank.sqlite_path.with_name("seal.db.before-0002_kind")
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as database:
        assert sorted(database.execute("SELECT name, old FROM place").fetchall()) == [("río", 9), ("x;y", 1)]
        assert database.execute("SELECT name FROM migration").fetchall() == [("0001_first",)]


@pytest.mark.parametrize("text", [BROKEN, DANGLING], ids=["broken statement", "dangling reference"])
async def test_a_failing_migration_leaves_everything_as_it_was(blank: Settings, folder: Path, text: str) -> None:
    await migrate(blank, folder)
    await run(blank, *ROWS)
    before = await catalog(blank)
    (folder / "seal_0002_broken.py").write_text(text)
    for _ in range(2):
        with pytest.raises(Unavailable, match=r"db\.migration_failed\(name=0002_broken"):
            await migrate(blank, folder)
    assert await catalog(blank) == before
    assert await run(blank, "SELECT count(*) FROM jar") == [(1,)]
    assert await pending(blank, folder) == ("0002_broken",)
    (folder / "seal_0002_broken.py").unlink()
    add_second(folder)
    assert (await migrate(blank, folder)).ran == ("0002_kind",)


async def test_a_database_of_a_newer_seal_is_refused(blank: Settings, folder: Path) -> None:
    add_second(folder)
    await migrate(blank, folder)
    (folder / "seal_0002_kind.py").unlink()
    for ask in (migrate, pending, require_migrated):
        with pytest.raises(Unavailable, match=r"db\.newer\(name=0002_kind\)"):
            await ask(blank, folder)


async def test_three_migrators_at_once_all_succeed(blank: Settings, folder: Path) -> None:
    add_second(folder)
    started = [await processes.start("migrate", str(folder)) for _ in range(3)]
    said = [(await processes.finish(process))[0]["ran"] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    assert sorted(said) == [[], [], ["0001_first", "0002_kind"]]


async def test_piccolos_own_runner_is_refused(folder: Path) -> None:
    from seal.db.history import history

    with pytest.raises(RuntimeError, match="seal migrate"):
        await (await history(folder))[0].run()


async def test_a_file_that_is_no_migration_is_refused(blank: Settings, folder: Path) -> None:
    (folder / "seal_0002_odd.py").write_text(
        SECOND.replace("return Migration", "return None #").replace("steps=[", "\n[]\n#")
    )
    with pytest.raises((ValueError, SyntaxError)):
        await migrate(blank, folder)
