"""Bringing leaves back to a restored log that is behind its marks, and asking whether a log ever stood at a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from seal.db import in_unit_of_work
from seal.errors import Refused
from seal.transparency import merkle, store, tile_store
from seal.transparency.marks import Place
from seal.transparency.model import PREFIX, Leaf, LeafType, leaf_hash


async def has(association_id: UUID, place: Place) -> bool:
    """True if this log had that root at that size."""
    found = await tile_store.frontier_at(association_id, place.size)
    return found is not None and merkle.fold(found) == place.root


async def readmit(association_id: UUID, start: int, entries: Sequence[bytes], to: Place, at: datetime) -> list[Leaf]:
    """Bring back leaves that a restored log lacks: entries from index ``start`` on, up to the marked place ``to``.

    All or nothing. Returns the leaves that were new. Raises ``Refused('transparency.entries_short')`` when they do not
    reach it, ``Refused('transparency.other_history')`` when the log would not be the one that was marked.
    """

    async def write() -> list[Leaf]:
        size, frontier = await store.lock_head(association_id, at)
        wanted = entries[size - start : to.size - start] if size >= start else []
        if len(wanted) < to.size - size:
            raise Refused("transparency.entries_short", found=size + len(wanted), wanted=to.size)
        made = []
        for entry in wanted:
            try:
                leaf_type, object_id = LeafType(entry[len(PREFIX)]), UUID(bytes=entry[len(PREFIX) + 1 :][:16])
            except (ValueError, IndexError):
                raise Refused("transparency.other_history", size=size) from None
            leaf = Leaf(association_id, size, leaf_type, object_id, entry, leaf_hash(entry), at)
            frontier, completed = merkle.grow(size, frontier, leaf.hash)
            await store.save_leaf(leaf, frontier, completed)
            made.append(leaf)
            size += 1
        if not await has(association_id, to):
            raise Refused("transparency.other_history", size=to.size)
        return made

    return await in_unit_of_work(write)
