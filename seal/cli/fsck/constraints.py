"""The database's own constraints, asked as questions: a file may have been written with them switched off.

Every check, uniqueness and reference that ``tables.py`` declares is looked for row by row. A reference that does not
hold within one association is a hole in the wall between associations (invariant 9).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Scope
from seal.db.constraints import Check, Index, Reference, Unique
from seal.db.snapshot import rows
from seal.schema import SLICES, tables_of

OWNER = "association_id"
WALL = 9
INVARIANTS: Mapping[str, int] = {
    "transparency": 1, "keys": 11, "protocols": 2, "audits": 8, "certificates": 2, "batches": 14, "labels": 3,
    "labels.rolls": 3, "labels.boxes": 3, "files": 8, "members": 14, "verification": 7,
}  # fmt: skip
"""What the rows of a room mostly stand for; for the others, what keeps associations apart."""


async def check(scope: Scope) -> AsyncIterator[Breach]:
    for slice_name in SLICES:
        for table in tables_of(slice_name):
            meta: Any = table._meta
            columns = [column._meta.db_column_name for column in meta.columns]
            if OWNER not in columns or "id" not in columns:
                continue
            for constraint in meta.constraints:
                number = WALL if isinstance(constraint, Reference) else INVARIANTS.get(slice_name, WALL)
                async for found in _broken(scope, meta.tablename, constraint, number):
                    yield found


async def _broken(scope: Scope, table: str, constraint: Any, number: int) -> AsyncIterator[Breach]:
    name = f"{table}_{constraint._meta.name}"
    if isinstance(constraint, Check):
        code, sql = "row.check", f"SELECT id FROM {table} WHERE {OWNER} = {{}} AND NOT ({constraint.condition})"  # noqa: S608
    elif isinstance(constraint, Unique) or (isinstance(constraint, Index) and constraint.unique):
        code, sql = "row.twice", _twice(table, constraint)
    elif isinstance(constraint, Reference):
        code, sql = "row.orphan", _orphans(table, constraint)
    else:
        return
    for row in await rows(sql, scope.id):
        yield breach(number, table, row["id"], code, constraint=name)


def _twice(table: str, constraint: Unique | Index) -> str:
    """Every row but the first of those that hold the same values."""
    same = " AND ".join(f"other.{column} = one.{column}" for column in constraint.columns)
    where = getattr(constraint, "where", None)
    both = "".join(f" AND ({name}.{where})" for name in ("one", "other")) if where else ""
    return (
        f"SELECT one.id AS id FROM {table} one WHERE one.{OWNER} = {{}}"  # noqa: S608
        f" AND EXISTS (SELECT 1 FROM {table} other WHERE {same} AND other.id < one.id{both})"
    )


def _orphans(table: str, constraint: Reference) -> str:
    same = " AND ".join(
        f"parent.{target} = one.{column}" for column, target in zip(constraint.columns, constraint.target, strict=True)
    )
    given = " AND ".join(f"one.{column} IS NOT NULL" for column in constraint.columns)
    return (
        f"SELECT one.id AS id FROM {table} one WHERE one.{OWNER} = {{}} AND {given}"  # noqa: S608
        f" AND NOT EXISTS (SELECT 1 FROM {constraint.table} parent WHERE {same})"
    )
