"""One association's rows, read by plain SQL: the stores and services are not asked, since they are what is checked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from seal.db.snapshot import rows
from seal.errors import Reason
from seal.keys.statement import KeyHistory
from seal.transparency.losses import Losses

Row = dict[str, Any]
AT_ONCE = 500
SKEW = timedelta(minutes=10)
"""How far apart the clocks of two acts in a row may be: requests and jobs keep the moment at which they began."""


@dataclass(frozen=True)
class Intent:
    """What a check of another table needs of one signing intent."""

    kind: str
    object_id: UUID
    payload: bytes | None
    """Kept for credentials and label ranges only."""
    result: bytes | None
    """SHA-256 of what was signed; ``None`` until then."""


@dataclass
class Scope:
    """The association whose rows are checked, and what one check leaves for the next."""

    row: Row
    history: KeyHistory | None = None
    """The key statements, if they hold; set by the check of keys."""
    intents: dict[UUID, Intent] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    """How many rows of each kind were looked at."""
    losses: Losses = field(default_factory=Losses)
    """What a recovery kept account of, since the database cannot have it any more."""
    lost: list[Reason] = field(default_factory=list)
    """What was found that this account covers: named, and no breach."""
    notes: list[Reason] = field(default_factory=list)
    """What somebody should know, and breaks nothing."""

    @property
    def id(self) -> UUID:
        found: UUID = self.row["id"]
        return found

    def text(self, column: str) -> str:
        return str(self.row[column])

    async def all(self, table: str, *, columns: str = "*", order: str = "id") -> list[Row]:
        """Every row of a table. Names come from this package's own code, never from outside."""
        sql = f"SELECT {columns} FROM {table} WHERE association_id = {{}} ORDER BY {order}"  # noqa: S608
        found = await rows(sql, self.id)
        self.counted[table] = len(found)
        return found

    async def by_id(self, table: str, *, columns: str = "*") -> dict[UUID, Row]:
        return {row["id"]: row for row in await self.all(table, columns=columns)}

    async def grouped(self, table: str, by: str, *, columns: str = "*", order: str = "id") -> dict[UUID, list[Row]]:
        """Rows by what they belong to, each group in ``order``."""
        groups: dict[UUID, list[Row]] = {}
        for row in await self.all(table, columns=columns, order=order):
            groups.setdefault(row[by], []).append(row)
        return groups

    async def pages(
        self, table: str, *, columns: str = "*", at_once: int = AT_ONCE, by: str = "id", after: object = UUID(int=0)
    ) -> AsyncIterator[Row]:
        """Every row, a few at a time, in the order of a column ``by`` that no two rows share, from beyond ``after``:
        for tables whose rows are large or many."""
        sql = f"SELECT {columns} FROM {table} WHERE association_id = {{}} AND {by} > {{}} ORDER BY {by} LIMIT {at_once}"  # noqa: S608
        count = 0
        while found := await rows(sql, self.id, after):
            for row in found:
                yield row
            count += len(found)
            after = found[-1][by]
        self.counted[table] = count


async def associations(slug: str | None) -> list[Row]:
    """The associations to check, oldest first."""
    if slug is None:
        return await rows("SELECT * FROM association ORDER BY created_at, id")
    return await rows("SELECT * FROM association WHERE slug = {}", slug)
