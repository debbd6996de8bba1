"""The SQLite file of a program that runs apart: a witness's or a monitor's memory, in the folder of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class OwnFile:
    """One connection. Every commit is on the disk before it returns; several processes may hold one each, and every
    change is made under SQLite's write lock."""

    def __init__(self, path: Path, tables: Sequence[str]) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        for statement in tables:
            self._connection.execute(statement)

    @contextmanager
    def change(self) -> Iterator[None]:
        """The write lock, until the block has ended and what it wrote is on the disk; undone if it raises."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()
