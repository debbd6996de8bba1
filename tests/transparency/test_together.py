"""Two processes append while a third reads: what stands under one checkpoint is always one tree."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from seal.associations.model import Association
from seal.transparency import merkle, tiles
from seal.transparency import service as log
from seal.transparency.growth import Growth
from seal.transparency.model import Checkpoint
from tests.conftest import Database
from tests.transparency.conftest import NOW

ROOT = Path(__file__).parents[2]
EACH = 140


async def _appending(association: Association, first: int) -> asyncio.subprocess.Process:
    words = [sys.executable, "-m", "tests.transparency.appender", str(association.id), str(first), str(EACH)]
    return await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=dict(os.environ))


async def _read(association: Association, size: int) -> list[bytes]:
    """Every leaf hash under a checkpoint, from entries; the tiles must be those that follow from them."""
    entries: list[bytes] = []
    for bundle in tiles.entries_of(size):
        entries += tiles.unpack(await log.tile(association.id, bundle))
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    grown = Growth()
    whole = {(level, place): hashes for leaf in leaves for level, place, hashes in grown.add(leaf)}
    whole |= {(level, place): hashes for level, place, hashes in grown.partial()}
    edge = size - size % tiles.WIDTH
    for tile in tiles.tiles_of(size):
        served = await log.tile(association.id, tile)
        expected = whole.get((tile.level or 0, tile.index), b"".join(leaves[edge:]))
        assert served == expected, tile.path
    return leaves


async def test_one_tree_under_each_checkpoint(database: Database, association: Association) -> None:
    running = [await _appending(association, first) for first in (0, 10_000)]
    sizes: list[int] = []
    last: list[bytes] = []
    while any(one.returncode is None for one in running) or sizes[-1:] != [2 * EACH]:
        await asyncio.sleep(0.02)
        assert not any(one.returncode for one in running), "a process that appends has failed"
        text = await log.checked_head(association.id, association.log_origin)
        if text is None:
            continue
        await log.save_checkpoint(Checkpoint(association.id, text.size, text.root, b"note", NOW))
        leaves = await _read(association, text.size)
        assert merkle.root(leaves) == text.root
        assert leaves[: len(last)] == last
        sizes.append(text.size)
        last = leaves
    assert len(sizes) > 2, "the reader looked while they wrote"
    assert await log.faults(association.id) == ()
