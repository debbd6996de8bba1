"""What a planted breach is, and the few ways to make one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.cli.kept import Kept, run

DAY = timedelta(days=1)
NOBODY = UUID(int=7)
LATE = UUID("ffffffff-ffff-7fff-bfff-ffffffffffff")
"""Comes after every id that is there."""


@dataclass(frozen=True)
class Plant:
    """``statements`` are SQL with ``{}`` and their values; then ``table`` and ``id`` must be named."""

    table: str
    id: object
    statements: tuple[tuple[Any, ...], ...]

    async def put(self) -> None:
        for sql, *values in self.statements:
            await run(sql, *values)


PLANTS: dict[str, Callable[[Kept], Plant]] = {}
"""By the code of the breach, and after a stroke what is special about it."""


def plant(name: str) -> Callable[[Callable[[Kept], Plant]], Callable[[Kept], Plant]]:
    def keep(make: Callable[[Kept], Plant]) -> Callable[[Kept], Plant]:
        assert name not in PLANTS
        PLANTS[name] = make
        return make

    return keep


def change(table: str, row: dict[str, Any], **changes: Any) -> Plant:
    """The row with other values."""
    sets = ", ".join(f"{name} = {{}}" for name in changes)
    return Plant(table, row["id"], ((f"UPDATE {table} SET {sets} WHERE id = {{}}", *changes.values(), row["id"]),))


def drop(table: str, row: dict[str, Any], *, named: tuple[str, object] | None = None) -> Plant:
    """The row is gone; ``named`` is what tells of it."""
    where, id = named or (table, row["id"])
    return Plant(where, id, ((f"DELETE FROM {table} WHERE id = {{}}", row["id"]),))


def add(table: str, row: dict[str, Any], **changes: Any) -> Plant:
    """A copy of a row, with another id and other values."""
    new = {**row, "id": LATE, **changes}
    names, places = ", ".join(new), ", ".join("{}" for _ in new)
    return Plant(table, new["id"], ((f"INSERT INTO {table} ({names}) VALUES ({places})", *new.values()),))


def simple(name: str, table: str, wanted: Callable[[Kept], dict[str, Any]], **changes: Any) -> None:
    """A plant that changes one row."""

    def make(kept: Kept) -> Plant:
        row = wanted(kept)
        return change(table, row, **{key: value(row) if callable(value) else value for key, value in changes.items()})

    plant(name)(make)


def flipped(data: bytes, place: int = -1) -> bytes:
    altered = bytearray(data)
    altered[place] ^= 1
    return bytes(altered)


def forged(jws: bytes) -> bytes:
    """A compact JWS whose signature is another one."""
    return jws[:-20] + (b"A" if jws[-20:-19] != b"A" else b"B") + jws[-19:]


def last(kept: Kept, table: str, by: str, **wanted: object) -> dict[str, Any]:
    rows = [row for row in kept.rows[table] if all(row[name] == value for name, value in wanted.items())]
    return max(rows, key=lambda row: row[by])
