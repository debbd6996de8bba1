"""Write the draft of a migration from the difference between ``tables.py`` and the history so far.

New tables come out finished, one file per slice. A changed table comes out as a ``Rebuild`` whose
PostgreSQL side a person writes; the test that a migrated schema equals a fresh one tells when it is right.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from piccolo.table import Table

from seal.db.ddl import create_table, in_order, targets
from seal.db.history import history

_FILE = '''"""{description}"""

from seal.db.history import {names}

ID = "{migration_id}"
VERSION = "1.38.0"
DESCRIPTION = "{description}"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
{steps}
        ],
    )
'''


async def draft(folder: Path, name: str, slices: Mapping[str, Sequence[type[Table]]], description: str) -> Path | None:
    """Write ``folder/seal_<number>_<name>.py`` and its SQL files; ``None`` if nothing changed.

    ``slices`` gives the tables of each slice in order, lower slices first.
    """
    so_far = await history(folder)
    migration_id = f"{len(so_far) + 1:04d}_{name}"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:

        async def execute(statement: str) -> list[dict[str, Any]]:
            database.execute(statement)
            return []  # no row is ever here

        for migration in so_far:
            await migration.apply("sqlite", execute)
        old = {
            table: sorted(
                row[0]
                for row in database.execute("SELECT sql FROM sqlite_master WHERE tbl_name = ?", (table,))
                if row[0]
            )
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        }
        columns = {table: [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')] for table in old}
    files: dict[str, str] = {}
    steps: list[str] = []
    placed = set(old)
    for slice_name, tables in slices.items():
        new = [table for table in tables if table._meta.tablename not in old]
        if new:
            files[f"{slice_name}.sql"] = _script(slice_name, new, placed)
            steps.append(f'Script("{slice_name}.sql"),')
            placed |= {table._meta.tablename for table in new}
        for table in tables:
            tablename = table._meta.tablename
            if tablename in old and sorted(create_table(table)) != old[tablename]:
                files[f"{tablename}.sql"] = ";\n\n".join(create_table(table)) + ";\n"
                wanted = [column._meta.db_column_name for column in table._meta.columns]
                keep = [column for column in wanted if column in columns[tablename]]
                fill = {column: "NULL" for column in wanted if column not in keep}
                steps.append(f'Rebuild("{tablename}", "{tablename}.sql", keep={keep!r}, fill={fill!r}, postgres=[]),')
    if not steps:
        return None
    (folder / migration_id).mkdir(parents=True)
    for file, text in files.items():
        (folder / migration_id / file).write_text(text, "utf-8")
    path = folder / f"seal_{migration_id}.py"
    names = ", ".join(["Migration", *sorted({step.partition("(")[0] for step in steps})])
    body = "\n".join(f"            {step}" for step in steps)
    path.write_text(_FILE.format(description=description, migration_id=migration_id, names=names, steps=body), "utf-8")
    return path


def _script(slice_name: str, tables: Sequence[type[Table]], placed: set[str]) -> str:
    own = {table._meta.tablename for table in tables}
    for table in tables:
        if stray := targets(table) - own - placed:
            raise ValueError(f"{table.__name__} refers to {sorted(stray)}, which come later: order the slices")
    ordered = in_order(tables, placed)
    head = f"-- Tables of seal/{slice_name}. Frozen: a change is a new migration. {datetime.now(UTC):%Y-%m-%d}.\n\n"
    return head + ";\n\n".join(statement for table in ordered for statement in create_table(table)) + ";\n"
