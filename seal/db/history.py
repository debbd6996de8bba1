"""The migrations: Piccolo's file layout, frozen SQL inside, one text for both engines.

    migrations/seal_0001_first.py          what Piccolo looks for: ID, VERSION, DESCRIPTION, forwards()
    migrations/0001_first/members.sql      what it runs, one file per slice

A released file never changes: its text was generated once from ``tables.py`` and then read by a person.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

EngineName = Literal["sqlite", "postgres"]
Execute = Callable[[str], Awaitable[Sequence[Mapping[str, Any]]]]
"""Runs one statement and gives its rows."""

APP_NAME = "seal"


def default_folder() -> Path:
    """Inside the installed package, or beside it in a clone."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "_migrations"
    return inside if inside.is_dir() else package.parent / "migrations"


def statements(text: str) -> list[str]:
    """The statements of a script. Each ends with ``;`` at the end of a line; lines of ``--`` are comments."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    parts = "\n".join(lines).split(";\n")
    return [part.strip().removesuffix(";") for part in parts if part.strip().removesuffix(";")]


@dataclass(frozen=True)
class Script:
    """Statements that both engines run alike, in a file of the migration's folder."""

    file: str

    async def run(self, engine: EngineName, folder: Path, execute: Execute) -> None:
        for statement in statements((folder / self.file).read_text("utf-8")):
            await execute(statement)


@dataclass(frozen=True)
class Statements:
    """Statements given for each engine; an engine that is not named does nothing."""

    sqlite: Sequence[str] = ()
    postgres: Sequence[str] = ()

    async def run(self, engine: EngineName, folder: Path, execute: Execute) -> None:
        for statement in self.sqlite if engine == "sqlite" else self.postgres:
            await execute(statement)


@dataclass(frozen=True)
class Rebuild:
    """Change a filled table: PostgreSQL alters it, SQLite makes it anew from ``file`` and copies the rows.

    ``file`` holds ``CREATE TABLE "<table>" (…)`` and its indexes as they are to be. ``fill`` gives, for
    each new or changed column, the SQL expression over the old row; ``keep`` lists the columns copied.
    """

    table: str
    file: str
    keep: Sequence[str]
    postgres: Sequence[str]
    fill: dict[str, str] = field(default_factory=dict)

    async def run(self, engine: EngineName, folder: Path, execute: Execute) -> None:
        if engine == "postgres":
            for statement in self.postgres:
                await execute(statement)
            return
        create, *indexes = statements((folder / self.file).read_text("utf-8"))
        head = f'CREATE TABLE "{self.table}" '
        if not create.startswith(head):
            raise ValueError(f"{self.file} must begin with {head}")
        into = ", ".join(f'"{column}"' for column in [*self.keep, *self.fill])
        source = ", ".join([*(f'"{column}"' for column in self.keep), *self.fill.values()])
        await execute(create.replace(head, f'CREATE TABLE "{self.table}_new" ', 1))
        await execute(f'INSERT INTO "{self.table}_new" ({into}) SELECT {source} FROM "{self.table}"')  # noqa: S608
        await execute(f'DROP TABLE "{self.table}"')
        # With legacy_alter_table on, other tables' references keep pointing at the name, not at the old table.
        await execute(f'ALTER TABLE "{self.table}_new" RENAME TO "{self.table}"')
        for index in indexes:
            await execute(index)


@dataclass(frozen=True)
class Work:
    """What SQL alone cannot compute: reads and writes by ``execute``, values as literals, a few rows at a time."""

    do: Callable[[EngineName, Execute], Awaitable[None]]

    async def run(self, engine: EngineName, folder: Path, execute: Execute) -> None:
        await self.do(engine, execute)


Step = Script | Statements | Rebuild | Work


class Migration(MigrationManager):
    """What a migration file's ``forwards()`` returns: named steps in order, run by ``seal.db.migrate``."""

    def __init__(self, file: str, migration_id: str, description: str, steps: Sequence[Step]) -> None:
        super().__init__(migration_id=migration_id, app_name=APP_NAME, description=description)
        self.folder = Path(file).parent / migration_id
        self.steps = steps

    async def apply(self, engine: EngineName, execute: Execute) -> None:
        """Run every step by ``execute``, inside the caller's transaction."""
        for step in self.steps:
            await step.run(engine, self.folder, execute)

    async def run(self, backwards: bool = False) -> None:
        """Piccolo's own runner takes no lock and no copy: ``RuntimeError`` with the way to do it."""
        raise RuntimeError("run migrations with `seal migrate`; to go back, restore the copy that it made")


def _modules(folder: Path) -> list[ModuleType]:
    modules = []
    for path in sorted(folder.glob("seal_*.py")):
        specification = importlib.util.spec_from_file_location(f"seal_migration_{path.stem}", path)
        if specification is None or specification.loader is None:
            raise ValueError(f"{path} is not a Python file")
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        modules.append(module)
    return modules


async def history(folder: Path) -> list[Migration]:
    """Every migration in ``folder``, in order of its id. ``ValueError`` for a file that is not one."""
    found: list[Migration] = []
    for module in _modules(folder):
        migration = await module.forwards()
        if not isinstance(migration, Migration) or migration.migration_id != module.ID:
            raise ValueError(f"{module.__file__}: forwards() must return a Migration with the id of the file")
        found.append(migration)
    return sorted(found, key=lambda migration: migration.migration_id)
