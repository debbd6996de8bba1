"""The text that makes a table, written from its ``tables.py``: one text for both engines.

Type names are chosen so that PostgreSQL takes them and SQLite's driver knows them again. No column has
a default in the database: the app gives every value, and a forgotten one is an error, not an empty text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from piccolo.columns import Column
from piccolo.table import Table

from seal.db.constraints import Index, Reference

TYPES = {
    "UUID": "UUID",
    "Text": "TEXT",
    "Integer": "INTEGER",
    "BigInt": "BIGINT",
    "Boolean": "BOOLEAN",
    "Date": "DATE",
    "Timestamptz": "TIMESTAMPTZ",
    "Bytea": "BYTEA",
}
LONGEST_NAME = 63
"""Bytes of a name in PostgreSQL; longer ones are cut without a word."""


def constraint_name(table: type[Table], attribute: str) -> str:
    """The name in the database of the constraint declared as ``attribute``."""
    name = f"{table._meta.tablename}_{attribute}"
    if len(name.encode()) > LONGEST_NAME:
        raise ValueError(f"{name}: a name in the database has at most {LONGEST_NAME} bytes")
    return name


def _column(table: type[Table], column: Column) -> str:
    kind = type(column).__name__
    where = f"{table.__name__}.{column._meta.name}"
    if kind not in TYPES:
        raise TypeError(f"{where}: {kind} does not mean the same on both engines; use one of {', '.join(TYPES)}")
    rule = " PRIMARY KEY NOT NULL" if column._meta.primary_key else "" if column._meta.null else " NOT NULL"
    if column._meta.unique:
        rule += f' CONSTRAINT "{constraint_name(table, column._meta.name + "_unique")}" UNIQUE'
    return f'"{column._meta.db_column_name}" {TYPES[kind]}{rule}'


def create_table(table: type[Table]) -> list[str]:
    """``CREATE TABLE`` with its constraints, then its indexes. ``TypeError`` for a column that is not portable."""
    name = table._meta.tablename
    lines = [_column(table, column) for column in table._meta.columns]
    indexes = [
        f'CREATE INDEX "{constraint_name(table, column._meta.name + "_index")}" '
        f'ON "{name}" ("{column._meta.db_column_name}")'
        for column in table._meta.columns
        if column._meta.index and not column._meta.unique
    ]
    for constraint in table._meta.constraints:
        own = constraint_name(table, constraint._meta.name)
        if isinstance(constraint, Index):
            unique = "UNIQUE " if constraint.unique else ""
            indexes.append(f'CREATE {unique}INDEX "{own}" ON "{name}" {constraint.ddl}')
        else:
            lines.append(f'CONSTRAINT "{own}" {constraint.ddl}')
    body = ",\n    ".join(lines)
    return [f'CREATE TABLE "{name}" (\n    {body}\n)', *indexes]


def in_order(tables: Iterable[type[Table]], there: Iterable[str] = ()) -> list[type[Table]]:
    """Tables so that each comes after those that it refers to; ``there`` names tables that exist already.

    ``ValueError`` for a circle or an unknown table.
    """
    waiting = {table._meta.tablename: table for table in tables}
    placed = set(there)
    known = set(waiting) | placed
    done: list[type[Table]] = []
    while waiting:
        ready = [name for name, table in waiting.items() if targets(table) - {name} <= placed]
        if not ready:
            missing = {target for table in waiting.values() for target in targets(table)} - known
            why = f"no such tables: {sorted(missing)}" if missing else f"they refer in a circle: {sorted(waiting)}"
            raise ValueError(f"tables cannot be put in order; {why}")
        for name in ready:
            done.append(waiting.pop(name))
            placed.add(name)
    return done


def targets(table: type[Table]) -> set[str]:
    """The names of the tables that ``table`` refers to."""
    return {constraint.table for constraint in table._meta.constraints if isinstance(constraint, Reference)}


def create_all(tables: Sequence[type[Table]]) -> list[str]:
    """Every statement that makes ``tables`` in an empty database."""
    return [statement for table in in_order(tables) for statement in create_table(table)]
