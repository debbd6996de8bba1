"""A log of any size at once: synthetic leaves, tiles and head written by plain SQL, as the log itself would have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from seal.transparency.growth import Growth
from seal.transparency.model import LeafType, entry_bytes, leaf_hash

AT_ONCE = 50_000
_LEAF = (
    "INSERT INTO log_leaf (id, association_id, leaf_index, leaf_type, object_id, entry, leaf_hash, appended_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_TILE = "INSERT INTO log_tile (id, association_id, level, place, hashes) VALUES (?, ?, ?, ?, ?)"


def fill(file: Path, association_id: UUID, size: int) -> None:
    """Leaves from the first that is missing up to ``size``; the log must have its head and no leaf yet."""
    owner, grown, tiles = str(association_id), Growth(), []

    def leaves(start: int, end: int) -> Iterator[tuple[Any, ...]]:
        for index in range(start, end):
            id = UUID(int=1 + index)
            entry = entry_bytes(LeafType.DECISION, id, bytes(16), b"{}")
            hash_ = leaf_hash(entry)
            tiles.extend(grown.add(hash_))
            yield str(id), owner, index, int(LeafType.DECISION), str(id), entry, hash_, "2026-11-25 12:00:00+00:00"

    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous=OFF")
        number = 0
        for start in range(0, size, AT_ONCE):
            database.execute("BEGIN")
            database.executemany(_LEAF, leaves(start, min(size, start + AT_ONCE)))
            last = grown.partial() if start + AT_ONCE >= size else []
            for level, place, hashes in (*tiles, *last):
                number += 1
                database.execute(_TILE, (str(UUID(int=number)), owner, level, place, hashes))
            tiles.clear()
            database.execute("COMMIT")
        head = (size, b"".join(grown.frontier), owner)
        database.execute("UPDATE log_head SET size = ?, frontier = ? WHERE association_id = ?", head)
