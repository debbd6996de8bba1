"""The tree computed again from its leaves, one after the other, in little memory. Pure."""

from __future__ import annotations

from seal.transparency import merkle
from seal.transparency.tiles import HEIGHT, WIDTH

Whole = tuple[int, int, bytes]
"""Level, place and bytes of a stored tile."""


class Growth:
    """The tiles that leaves make one after the other; the last of each level is all that is held."""

    def __init__(self) -> None:
        self.size = 0
        self.frontier: tuple[bytes, ...] = ()
        self.open: list[list[bytes]] = [[]]

    def add(self, leaf: bytes) -> list[Whole]:
        """One more leaf; the tiles that became whole with it, lowest first."""
        self.frontier, completed = merkle.grow(self.size, self.frontier, leaf)
        self.size += 1
        whole = []
        for height, hash_ in ((0, leaf), *((height, hash_) for (height, _), hash_ in completed)):
            level, rest = divmod(height, HEIGHT)
            if rest:
                continue
            if level == len(self.open):
                self.open.append([])
            self.open[level].append(hash_)
            if len(self.open[level]) == WIDTH:
                place = (self.size >> HEIGHT * (level + 1)) - 1
                whole.append((level, place, b"".join(self.open[level])))
                self.open[level] = []
        return whole

    def partial(self) -> list[Whole]:
        """The stored tiles that are not whole: those above level 0."""
        return [
            (level, self.size >> HEIGHT * (level + 1), b"".join(hashes))
            for level, hashes in enumerate(self.open)
            if level and hashes
        ]
