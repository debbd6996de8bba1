"""Every query of tiles, always of one association: the tree as the service knows it, by complete subtrees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.errors import Refused
from seal.ids import uuid7
from seal.transparency.merkle import HASH_BYTES, Node, complete, cover
from seal.transparency.tables import LogLeaf, LogTile
from seal.transparency.tiles import HEIGHT, WIDTH

Row = dict[str, Any]
TilePlace = tuple[int, int]
"""``(level of tiles, place among them)``."""


def hashes_of(data: bytes) -> tuple[bytes, ...]:
    return tuple(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))


async def leaf_hashes(association_id: UUID, start: int, end: int) -> list[bytes]:
    """Of the leaves ``[start, end)`` in order; those that are not there are left out."""
    rows: list[Row] = (
        await LogLeaf.select(LogLeaf.leaf_hash)
        .where(LogLeaf.association_id == association_id, LogLeaf.leaf_index >= start, LogLeaf.leaf_index < end)
        .order_by(LogLeaf.leaf_index)
    )
    return [row["leaf_hash"] for row in rows]


async def entries(association_id: UUID, start: int, end: int) -> list[bytes]:
    """The entries of the leaves ``[start, end)`` in order."""
    rows: list[Row] = (
        await LogLeaf.select(LogLeaf.entry)
        .where(LogLeaf.association_id == association_id, LogLeaf.leaf_index >= start, LogLeaf.leaf_index < end)
        .order_by(LogLeaf.leaf_index)
    )
    return [row["entry"] for row in rows]


async def read(association_id: UUID, places: Iterable[TilePlace]) -> dict[TilePlace, bytes]:
    """The stored tiles among ``places``, in one query.

    Each level names the association again: only so is each an index lookup, and not a walk over every tile of the log.
    """
    by_level: dict[int, list[int]] = {}
    for level, place in places:
        by_level.setdefault(level, []).append(place)
    if not by_level:
        return {}
    condition: Any = None
    for level, wanted in by_level.items():
        term = (LogTile.association_id == association_id) & (LogTile.level == level) & LogTile.place.is_in(wanted)
        condition = term if condition is None else condition | term
    rows: list[Row] = await LogTile.select(LogTile.level, LogTile.place, LogTile.hashes).where(condition)
    return {(row["level"], row["place"]): row["hashes"] for row in rows}


async def grow(association_id: UUID, size: int, completed: Iterable[tuple[Node, bytes]], at: datetime) -> None:
    """After the last leaf of a tree of ``size``: write what became whole. The log's head must be held.

    Raises ``Refused('transparency.tree_broken')`` where what should stand before is not there.
    """
    if size % WIDTH == 0:
        hashes = await leaf_hashes(association_id, size - WIDTH, size)
        if len(hashes) != WIDTH:
            raise Refused("transparency.tree_broken", size=size)
        await _insert(association_id, 0, size // WIDTH - 1, b"".join(hashes), at)
    for (height, number), hash_ in completed:
        if height % HEIGHT:
            continue
        level, (place, before) = height // HEIGHT, divmod(number, WIDTH)
        if before == 0:
            await _insert(association_id, level, place, hash_, at)
            continue
        stored = (await read(association_id, [(level, place)])).get((level, place), b"")
        if len(stored) != before * HASH_BYTES:
            raise Refused("transparency.tree_broken", size=size)
        await LogTile.update({LogTile.hashes: stored + hash_}).where(
            LogTile.association_id == association_id, LogTile.level == level, LogTile.place == place
        )


async def _insert(association_id: UUID, level: int, place: int, hashes: bytes, at: datetime) -> None:
    await LogTile.insert(LogTile(id=uuid7(at), association_id=association_id, level=level, place=place, hashes=hashes))


async def tile(association_id: UUID, level: int, place: int, width: int) -> bytes:
    """The first ``width`` hashes of a tile; fewer bytes where the log has not so many."""
    stored = (await read(association_id, [(level, place)])).get((level, place))
    if stored is None and level == 0:
        stored = b"".join(await leaf_hashes(association_id, place * WIDTH, place * WIDTH + width))
    return (stored or b"")[: width * HASH_BYTES]


async def nodes(association_id: UUID, names: Iterable[Node]) -> Mapping[Node, bytes]:
    """The hashes of complete subtrees, at most two queries; those that the log does not have are absent."""
    spans = {name: _span(name) for name in names}
    places = {(level, start // WIDTH) for level, start, _ in spans.values()}
    tiles = await read(association_id, places)
    for level, place in places - tiles.keys():
        if level == 0:
            edge = await leaf_hashes(association_id, place * WIDTH, place * WIDTH + WIDTH)
            tiles[level, place] = b"".join(edge)
    found: dict[Node, bytes] = {}
    for name, (level, start, count) in spans.items():
        offset = start % WIDTH * HASH_BYTES
        part = tiles.get((level, start // WIDTH), b"")[offset : offset + count * HASH_BYTES]
        if len(part) == count * HASH_BYTES:
            found[name] = complete(hashes_of(part))
    return found


def _span(name: Node) -> tuple[int, int, int]:
    """``(level of tiles, first hash of that level, how many)`` under a node; never more than one tile."""
    height, place = name
    level, rest = divmod(height, HEIGHT)
    return level, place << rest, 1 << rest


async def frontier_at(association_id: UUID, size: int) -> tuple[bytes, ...] | None:
    """The complete subtrees of the first ``size`` leaves; ``None`` if one is missing."""
    names = cover(0, size)
    found = await nodes(association_id, names)
    return tuple(found[name] for name in names) if len(found) == len(names) else None
