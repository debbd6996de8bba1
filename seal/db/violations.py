"""What a database error means: a broken constraint by name, contention, or storage that cannot answer."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Literal

import asyncpg
from piccolo.table import TABLE_REGISTRY

from seal.db.constraints import Index, Unique
from seal.db.ddl import constraint_name
from seal.errors import SealError, Unavailable

Kind = Literal["unique", "check", "reference", "null"]

REFERENCE = "reference"
"""Key for any broken reference in :func:`integrity`: SQLite does not say which one."""


class Contention(Unavailable):
    """Someone else wrote at the same moment; the same unit of work may be run again from its start."""


@dataclass(frozen=True)
class Violation:
    """A constraint that a statement or a COMMIT broke. ``name`` is ``None`` where the engine keeps it to itself."""

    kind: Kind
    name: str | None


_POSTGRES: tuple[tuple[type[Exception], Kind], ...] = (
    (asyncpg.UniqueViolationError, "unique"),
    (asyncpg.CheckViolationError, "check"),
    (asyncpg.ForeignKeyViolationError, "reference"),
    (asyncpg.NotNullViolationError, "null"),
)
_SQLITE: tuple[tuple[str, Kind], ...] = (
    ("SQLITE_CONSTRAINT_UNIQUE", "unique"),
    ("SQLITE_CONSTRAINT_PRIMARYKEY", "unique"),
    ("SQLITE_CONSTRAINT_CHECK", "check"),
    ("SQLITE_CONSTRAINT_FOREIGNKEY", "reference"),
    ("SQLITE_CONSTRAINT_NOTNULL", "null"),
)


def violation(error: BaseException) -> Violation | None:
    """The constraint that ``error`` reports as broken, ``None`` if it is about something else."""
    for failure, kind in _POSTGRES:
        if isinstance(error, failure):
            column = getattr(error, "column_name", None)
            name = f"{error.table_name}_{column}" if kind == "null" else error.constraint_name  # type: ignore[attr-defined]
            return Violation(kind, name)
    if isinstance(error, sqlite3.IntegrityError):
        code = getattr(error, "sqlite_errorname", "")
        for prefix, kind in _SQLITE:
            if code == prefix:
                return Violation(kind, _sqlite_name(kind, str(error)))
    return None


def violated(error: BaseException) -> str | None:
    """The name ``<table>_<attribute>`` of the broken constraint; ``"reference"`` for any foreign key on SQLite."""
    found = violation(error)
    if found is None:
        return None
    return found.name or (REFERENCE if found.kind == "reference" else None)


def _sqlite_name(kind: Kind, message: str) -> str | None:
    """SQLite names a check, but tells a uniqueness by its columns: ``UNIQUE constraint failed: a.x, a.y``."""
    rest = message.partition("constraint failed: ")[2]
    if kind == "check":
        return rest or None
    if kind == "null":
        return rest.replace(".", "_") or None
    if kind == "unique":
        if found := re.fullmatch(r"index '(\w+)'", rest):
            return found[1]
        parts = [part.partition(".") for part in rest.split(", ")]
        return _unique_name(parts[0][0], [column for _, _, column in parts])
    return None


def _unique_name(table_name: str, columns: list[str]) -> str | None:
    for table in TABLE_REGISTRY:
        if table._meta.tablename != table_name:
            continue
        for constraint in table._meta.constraints:
            unique = isinstance(constraint, Unique) or (isinstance(constraint, Index) and constraint.unique)
            if unique and constraint.columns == columns:  # type: ignore[attr-defined]
                return constraint_name(table, constraint._meta.name)
        if columns == [table._meta.primary_key._meta.db_column_name]:
            return f"{table_name}_pkey"
        if any([column._meta.db_column_name] == columns and column._meta.unique for column in table._meta.columns):
            return constraint_name(table, f"{columns[0]}_unique")
    return None


@asynccontextmanager
async def integrity(errors: Mapping[str, SealError]) -> AsyncIterator[None]:
    """Turn a broken constraint into the domain's own error.

    ``errors`` maps names ``<table>_<attribute>`` (or ``"reference"`` for any foreign key) to what to raise.
    Anything else passes. After such an error only a rollback is of use: leave the unit of work.
    """
    try:
        yield
    except (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError) as error:
        for name in _names(error):
            if name in errors:
                raise errors[name] from error
        raise


def _names(error: BaseException) -> Iterator[str]:
    found = violation(error)
    if found and found.name:
        yield found.name
    if found and found.kind == "reference":
        yield REFERENCE


_RETRY_POSTGRES = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)
_FULL_SQLITE = "SQLITE_FULL"
_BUSY_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED")
_BROKEN_SQLITE = ("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


def plain(error: BaseException) -> BaseException:
    """The error to raise instead of a driver's: ``Contention`` or ``Unavailable`` where it is one of these.

    Broken constraints and mistakes in a query stay as they are.
    """
    if isinstance(error, _RETRY_POSTGRES):
        return Contention("db.busy")
    if isinstance(error, asyncpg.DiskFullError):
        return Unavailable("db.full")
    if isinstance(error, asyncpg.TooManyConnectionsError | asyncpg.CannotConnectNowError):
        return Unavailable("db.unreachable")
    if isinstance(error, asyncpg.PostgresConnectionError | asyncpg.AdminShutdownError):
        return Unavailable("db.unreachable")
    if isinstance(error, asyncpg.InterfaceError) and ("closed" in str(error) or "released" in str(error)):
        return Unavailable("db.unreachable")  # a pool takes back a connection that was cut
    if isinstance(error, OSError):
        return Unavailable("db.unreachable")
    if isinstance(error, sqlite3.OperationalError | sqlite3.DatabaseError):
        name = getattr(error, "sqlite_errorname", None) or ""
        if name.startswith(_BUSY_SQLITE):
            return Contention("db.busy")
        if name == _FULL_SQLITE:
            return Unavailable("db.full")
        if name.startswith(_BROKEN_SQLITE):
            return Unavailable("db.unreachable")
    return error


@contextmanager
def plainly() -> Iterator[None]:
    """Raise :func:`plain` errors instead of the drivers' inside the block."""
    try:
        yield
    except (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        better = plain(error)
        if better is error:
            raise
        raise better from error
