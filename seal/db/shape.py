"""A table's rows as text that does not depend on the engine: one JSON object a line, in the order of the primary key.

Used by ``seal backup`` and ``seal db copy``; the digest of a table is the SHA-256 of its lines, each with its ``\\n``.

| column type                | in JSON                                                       |
|----------------------------|---------------------------------------------------------------|
| UUID, DATE                 | text: ``"0192…"``, ``"2026-11-25"``                           |
| TIMESTAMPTZ                | text in UTC with microseconds: ``"2026-11-25T18:51:29.000001Z"`` |
| TEXT, INTEGER, BIGINT      | text, number (up to 2^63-1)                                   |
| BOOLEAN                    | ``true``, ``false``                                           |
| BYTEA up to 64 KiB         | base64                                                        |
| BYTEA above                | ``{"sha256": hex, "size": bytes}``; the bytes stand beside it |
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from piccolo.table import Table

from seal.db.ddl import TYPES, in_order
from seal.errors import BadInput

INLINE_BYTES = 65_536
"""Longer values are named by their digest."""


@dataclass(frozen=True)
class Shape:
    """A table's name, its primary key, and each column with its SQL type."""

    table: str
    key: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.columns]

    @property
    def blobs(self) -> list[str]:
        """Columns whose values may be long."""
        return [name for name, kind in self.columns if kind == "BYTEA"]


def shapes(tables: Iterable[type[Table]]) -> tuple[Shape, ...]:
    """The shapes of ``tables``, each after those that it refers to."""
    found = []
    for table in in_order(tables):
        columns = tuple((one._meta.db_column_name, TYPES[type(one).__name__]) for one in table._meta.columns)
        found.append(Shape(table._meta.tablename, table._meta.primary_key._meta.db_column_name, columns))
    return tuple(found)


@dataclass
class Tally:
    """How many rows, and the digest of their lines so far."""

    count: int = 0
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)

    def add(self, lines: Sequence[bytes]) -> None:
        self.count += len(lines)
        for line in lines:
            self._digest.update(line)

    @property
    def sha256(self) -> str:
        return str(self._digest.hexdigest())


def _plain(value: object, kind: str) -> object:
    if value is None or kind in ("INTEGER", "BIGINT"):
        return value
    if kind == "BOOLEAN":
        return bool(value)
    if kind == "TIMESTAMPTZ" and isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if kind == "BYTEA" and isinstance(value, bytes | memoryview):
        data = bytes(value)
        if len(data) > INLINE_BYTES:
            return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        return base64.b64encode(data).decode("ascii")
    return str(value)


def line(shape: Shape, row: Sequence[object]) -> bytes:
    """One row, ending in a line feed. ``BadInput('db.nul')`` for text that PostgreSQL cannot hold."""
    said: dict[str, object] = {}
    for (name, kind), value in zip(shape.columns, row, strict=True):
        if kind == "TEXT" and isinstance(value, str) and "\0" in value:
            raise BadInput("db.nul", table=shape.table, column=name, row=str(row[0]))
        said[name] = _plain(value, kind)
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _value(said: Any, kind: str, blobs: Mapping[str, bytes]) -> object:
    if said is None:
        return None
    if kind == "UUID":
        return UUID(said)
    if kind == "DATE":
        return date.fromisoformat(said)
    if kind == "TIMESTAMPTZ":
        return datetime.strptime(said, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    if kind == "BYTEA":
        return blobs[said["sha256"]] if isinstance(said, dict) else base64.b64decode(said, validate=True)
    return said


def row(shape: Shape, text: bytes, blobs: Mapping[str, bytes]) -> tuple[object, ...]:
    """The values of one line, in the order of the columns. ``BadInput('db.line')`` if it does not fit the table."""
    try:
        said = json.loads(text)
        if list(said) != shape.names:
            raise ValueError("other columns")
        return tuple(_value(said[name], kind, blobs) for name, kind in shape.columns)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("db.line", table=shape.table, why=str(error)[:80]) from None
