"""What a monitor remembers of the one log that it follows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seal.errors import Refused
from seal.transparency import merkle
from seal.transparency.model import PREFIX, leaf_hash
from seal.witness import apart
from seal.witness.own_file import OwnFile

FILE = "monitor.db"
_TABLES = (
    "CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL)",
    """CREATE TABLE IF NOT EXISTS leaf (place INTEGER PRIMARY KEY NOT NULL, type INTEGER NOT NULL, object BLOB NOT NULL,
    entry BLOB NOT NULL, opened INTEGER NOT NULL DEFAULT 0, content BLOB)""",
    "CREATE INDEX IF NOT EXISTS leaf_by_object ON leaf (type, object)",
)


@dataclass(frozen=True)
class LeafRow:
    """A leaf as read from the tiles. ``content``: the exact bytes that it was shown to record, ``None`` unopened."""

    place: int
    type: int
    object: bytes
    entry: bytes
    content: bytes | None


class MonitorState(OwnFile):
    """A run takes the write lock for as long as it lasts."""

    def __init__(self, folder: Path) -> None:
        apart.require_folder(folder)
        if folder.exists() and not (folder / FILE).exists() and any(folder.iterdir()):
            raise Refused("witness.folder_used", folder=str(folder), marker=FILE)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        super().__init__(folder / FILE, _TABLES)

    def fact(self, name: str) -> bytes | None:
        row = self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row["value"])

    def keep(self, name: str, value: bytes) -> None:
        self._connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    def drop(self, name: str) -> None:
        self._connection.execute("DELETE FROM fact WHERE name = ?", (name,))

    def kept(self, name: str, default: Any) -> Any:
        """A fact that is JSON."""
        found = self.fact(name)
        return default if found is None else json.loads(found)

    def keep_json(self, name: str, value: Any) -> None:
        self.keep(name, json.dumps(value).encode())

    def append(self, start: int, entries: Iterable[bytes]) -> None:
        """Entries from place ``start`` on. The type and object of one that is not ours are 0 and nothing."""
        rows = []
        for place, entry in enumerate(entries, start):
            ours = entry.startswith(PREFIX) and len(entry) == len(PREFIX) + 49
            kind, named = (entry[len(PREFIX)], entry[len(PREFIX) + 1 : len(PREFIX) + 17]) if ours else (0, b"")
            rows.append((place, kind, named, entry))
        self._connection.executemany("INSERT INTO leaf (place, type, object, entry) VALUES (?, ?, ?, ?)", rows)

    def frontier(self, size: int) -> tuple[bytes, ...]:
        """The hashes of the complete subtrees of the first ``size`` leaves, as kept by the last run or grown anew."""
        kept = self.fact(f"frontier {size}")
        if kept is not None:
            return tuple(kept[at : at + 32] for at in range(0, len(kept), 32))
        grown: tuple[bytes, ...] = ()
        query = "SELECT entry FROM leaf WHERE place < ? ORDER BY place"
        for place, row in enumerate(self._connection.execute(query, (size,))):
            grown, _ = merkle.grow(place, grown, leaf_hash(row["entry"]))
        return grown

    def forget(self, size: int) -> None:
        """Leaves beyond the first ``size``: they were of another history."""
        self._connection.execute("DELETE FROM leaf WHERE place >= ?", (size,))

    def root(self, size: int) -> bytes:
        """The root of the first ``size`` leaves."""
        return merkle.fold(self.frontier(size))

    def open(self, place: int, content: bytes) -> None:
        self._connection.execute("UPDATE leaf SET opened = 1, content = ? WHERE place = ?", (content, place))

    def leaf(self, place: int) -> LeafRow | None:
        row = self._connection.execute("SELECT * FROM leaf WHERE place = ?", (place,)).fetchone()
        return _row(row) if row else None

    def leaves(self, *types: int, start: int = 0) -> Iterator[LeafRow]:
        """Leaves of these types from ``start`` on, in order."""
        marks = ", ".join("?" * len(types))
        query = f"SELECT * FROM leaf WHERE type IN ({marks}) AND place >= ? ORDER BY place"  # noqa: S608
        for row in self._connection.execute(query, (*types, start)).fetchall():
            yield _row(row)


def _row(row: Any) -> LeafRow:
    return LeafRow(row["place"], row["type"], row["object"], row["entry"], row["content"])
