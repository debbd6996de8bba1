"""What a witness remembers of each log."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seal.errors import Conflict, NotFound
from seal.transparency.merkle import EMPTY_ROOT
from seal.transparency.note import parse_verifier_key
from seal.witness.own_file import OwnFile
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


class State(OwnFile):
    """The logs that are witnessed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / FILE, (_TABLE,))

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


def _texts(trusted: Trusted) -> tuple[str, str]:
    return json.dumps([key.text for key in trusted.keys]), json.dumps([one.decode() for one in trusted.statements])


def _log(row: Any) -> Log:
    keys = tuple(parse_verifier_key(text) for text in json.loads(row["keys"]))
    statements = tuple(one.encode() for one in json.loads(row["statements"]))
    return Log(
        row["url"], row["fingerprint"], Trusted(row["origin"], keys, statements), row["size"], row["root"], row["note"],
        row["cosigned_at"], row["line"],
    )  # fmt: skip
