"""Names of tiles and entry bundles (C2SP tlog-tiles), one spelling each. Pure.

    0/x001/x234/067          level 0, tile 1,234,067: the 256 leaf hashes from leaf 1,234,067 * 256 on
    1/000.p/17               level 1, tile 0, its first 17 hashes, each of 256 leaves
    entries/000.p/3          the first three entries

A hash of level L is of 256**L leaves: the root of a whole tile of the level below. A whole tile has 256 of them.
A client that knows a checkpoint of size s finds in level L ``s >> 8 * L`` hashes, the last of them in a partial tile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

HEIGHT = 8
"""Levels of the tree in one tile."""
WIDTH = 1 << HEIGHT
LEVEL_MAX = 63
INDEX_MAX = (1 << 63) // WIDTH
_NAME = re.compile(
    r"(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True)
class Tile:
    """One tile, or with ``level`` ``None`` one bundle of entries; ``width`` hashes or entries of at most 256."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def whole(self) -> bool:
        return self.width == WIDTH

    @property
    def start(self) -> int:
        """The place, among the hashes of its level, of its first."""
        return self.index * WIDTH

    @property
    def leaves(self) -> int:
        """How many leaves a tree must have to hold this much of the tile."""
        return (self.start + self.width) << HEIGHT * (self.level or 0)

    @property
    def path(self) -> str:
        """As it stands after ``/log/tile/``."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
        index = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level is None else str(self.level)
        return f"{level}/{index}" if self.whole else f"{level}/{index}.p/{self.width}"


def parse(path: str) -> Tile | None:
    """The tile of a path; ``None`` for anything but the one spelling of a tile that some log could have."""
    found = _NAME.fullmatch(path)
    if found is None:
        return None
    level = None if found["level"] == "entries" else int(found["level"])
    index = int(found["index"].replace("x", "").replace("/", ""))
    width = int(found["width"]) if found["width"] else WIDTH
    tile = Tile(level, index, width)
    if found["width"] and width >= WIDTH:
        return None
    known = (level or 0) <= LEVEL_MAX and index <= INDEX_MAX
    return tile if known and tile.path == path else None


def tiles_of(size: int) -> Iterable[Tile]:
    """Every tile of hashes of a tree of ``size`` leaves, lowest level first; the last of a level may be partial."""
    level = 0
    while hashes := size >> HEIGHT * level:
        for start in range(0, hashes, WIDTH):
            yield Tile(level, start // WIDTH, min(WIDTH, hashes - start))
        level += 1


def entries_of(size: int) -> Iterable[Tile]:
    """Every bundle of entries of a log of ``size`` leaves."""
    for start in range(0, size, WIDTH):
        yield Tile(None, start // WIDTH, min(WIDTH, size - start))


def pack(entries: Iterable[bytes]) -> bytes:
    """A bundle: each entry after its length, two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. ``ValueError`` for one that is cut off or holds an empty entry."""
    entries, place = [], 0
    while place < len(bundle):
        length = int.from_bytes(bundle[place : place + 2], "big")
        entry = bundle[place + 2 : place + 2 + length]
        if not length or len(entry) != length:
            raise ValueError("the bundle of entries is cut off")
        entries.append(entry)
        place += 2 + length
    return entries
