"""What a witness remembers of each log, in a SQLite file of its own: every commit is on the disk before it returns."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seal.errors import Conflict, NotFound
from seal.transparency.merkle import EMPTY_ROOT
from seal.transparency.note import parse_verifier_key
from seal.witness.remote import Trusted

FILE = "witness.db"
_TABLE = """
CREATE TABLE IF NOT EXISTS log (
    origin TEXT PRIMARY KEY NOT NULL,
    url TEXT NOT NULL,
    fingerprint TEXT,
    keys TEXT NOT NULL,
    statements TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note BLOB,
    cosigned_at INTEGER NOT NULL DEFAULT 0,
    line BLOB
)
"""


@dataclass(frozen=True)
class Log:
    """A log that is witnessed: whom it is believed from, and the largest tree head seen (0 and the empty root before
    the first). ``line`` is the last cosignature of exactly that head, ``None`` until it is made."""

    url: str
    fingerprint: str | None
    trusted: Trusted
    size: int
    root: bytes
    note: bytes | None
    cosigned_at: int
    line: bytes | None

    @property
    def origin(self) -> str:
        return self.trusted.origin


class State:
    """One connection. Several processes may hold one each: every change is made under SQLite's write lock."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / FILE, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(_TABLE)

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

    def add(self, url: str, fingerprint: str | None, trusted: Trusted) -> None:
        """Raises ``Conflict('witness.log_known')``."""
        try:
            self._connection.execute(
                "INSERT INTO log (origin, url, fingerprint, keys, statements, size, root) VALUES (?, ?, ?, ?, ?, 0, ?)",
                (trusted.origin, url, fingerprint, *_texts(trusted), EMPTY_ROOT),
            )
        except sqlite3.IntegrityError:
            raise Conflict("witness.log_known", origin=trusted.origin) from None

    def logs(self) -> list[Log]:
        return [_log(row) for row in self._connection.execute("SELECT * FROM log ORDER BY origin")]

    def log(self, origin: str) -> Log:
        """Raises ``NotFound('witness.log_unknown')``."""
        row = self._connection.execute("SELECT * FROM log WHERE origin = ?", (origin,)).fetchone()
        if row is None:
            raise NotFound("witness.log_unknown", origin=origin)
        return _log(row)

    def trust(self, trusted: Trusted) -> None:
        """Keep a chain that has grown."""
        self._connection.execute(
            "UPDATE log SET keys = ?, statements = ? WHERE origin = ?", (*_texts(trusted), trusted.origin)
        )

    def advance(self, origin: str, size: int, root: bytes, note: bytes) -> None:
        """Inside :meth:`change`. A new head has no cosignature yet."""
        self._connection.execute(
            "UPDATE log SET size = ?, root = ?, note = ?, line = NULL WHERE origin = ?", (size, root, note, origin)
        )

    def cosigned(self, origin: str, at: int, line: bytes) -> None:
        """Inside :meth:`change`."""
        self._connection.execute("UPDATE log SET cosigned_at = ?, line = ? WHERE origin = ?", (at, line, origin))

    def close(self) -> None:
        self._connection.close()


def _texts(trusted: Trusted) -> tuple[str, str]:
    return json.dumps([key.text for key in trusted.keys]), json.dumps([one.decode() for one in trusted.statements])


def _log(row: Any) -> Log:
    keys = tuple(parse_verifier_key(text) for text in json.loads(row["keys"]))
    statements = tuple(one.encode() for one in json.loads(row["statements"]))
    return Log(
        row["url"], row["fingerprint"], Trusted(row["origin"], keys, statements), row["size"], row["root"], row["note"],
        row["cosigned_at"], row["line"],
    )  # fmt: skip
