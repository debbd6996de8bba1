"""A client that knows only the log's public key and its address: it computes everything from tiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import httpx

from seal.transparency import merkle, tiles
from seal.transparency.merkle import Node
from seal.transparency.note import CheckpointText, VerifierKey, open_checkpoint
from seal.transparency.tiles import Tile


class Inconsistent(Exception):
    """What was served does not hold together under the checkpoint."""


class Stranger:
    """``get`` answers for one path below the log's prefix; ``key`` is pinned."""

    def __init__(self, browser: httpx.AsyncClient, key: VerifierKey, prefix: str = "/log") -> None:
        self.browser = browser
        self.key = key
        self.prefix = prefix
        self.alter: Callable[[str, bytes], bytes] = lambda path, body: body

    async def fetch(self, path: str) -> bytes:
        answer = await self.browser.get(f"{self.prefix}/{path}")
        if answer.status_code != 200:
            raise Inconsistent(f"{path}: {answer.status_code}")
        return self.alter(path, answer.content)

    async def checkpoint(self) -> CheckpointText:
        return open_checkpoint(await self.fetch("checkpoint"), self.key)

    async def entries(self, size: int) -> list[bytes]:
        found: list[bytes] = []
        for bundle in tiles.entries_of(size):
            read = tiles.unpack(await self.fetch(f"tile/{bundle.path}"))
            if len(read) != bundle.width:
                raise Inconsistent(bundle.path)
            found += read
        return found

    async def tree(self, head: CheckpointText) -> Tree:
        """Every tile under a checkpoint, each against the entries or the tiles below it, and the root."""
        entries = await self.entries(head.size)
        below = [merkle.leaf_hash(entry) for entry in entries]
        leaves = list(below)
        named = list(tiles.tiles_of(head.size))
        for level in range(max((tile.level or 0 for tile in named), default=-1) + 1):
            hashes = await self._level(tile for tile in named if tile.level == level)
            if hashes != below:
                raise Inconsistent(f"level {level}")
            whole = len(hashes) // tiles.WIDTH
            below = [merkle.root(hashes[place * 256 : place * 256 + 256]) for place in range(whole)]
        if merkle.root(leaves) != head.root:
            raise Inconsistent("root")
        return Tree(leaves, head)

    async def _level(self, named: Iterable[Tile]) -> list[bytes]:
        found: list[bytes] = []
        for tile in named:
            body = await self.fetch(f"tile/{tile.path}")
            if len(body) != 32 * tile.width:
                raise Inconsistent(tile.path)
            found += [body[start : start + 32] for start in range(0, len(body), 32)]
        return found


class Tree:
    """The leaf hashes under a checkpoint, and the proofs that follow from them."""

    def __init__(self, leaves: list[bytes], head: CheckpointText) -> None:
        self.leaves = leaves
        self.head = head
        self.known: dict[Node, bytes] = {}

    def node(self, name: Node) -> bytes:
        level, place = name
        if level == 0:
            return self.leaves[place]
        if name not in self.known:
            left, right = self.node((level - 1, 2 * place)), self.node((level - 1, 2 * place + 1))
            self.known[name] = merkle.node_hash(left, right)
        return self.known[name]

    def holds(self, index: int) -> bool:
        path = merkle.proof(merkle.inclusion_ranges(index, self.head.size), self.node)
        return merkle.verify_inclusion(self.leaves[index], index, self.head.size, path, self.head.root)

    def extends(self, old: CheckpointText) -> bool:
        path = merkle.proof(merkle.consistency_ranges(old.size, self.head.size), self.node)
        return merkle.verify_consistency(old.size, self.head.size, path, old.root, self.head.root)
