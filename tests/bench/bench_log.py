"""The log at 10,000 and at a million leaves: append, prove, serve tiles, make the next tree head.

``--leaves N …`` measures other sizes: ten million take some minutes and seven gigabytes in the temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from seal.associations import service as associations
from seal.cli.session import configure, opened
from seal.db import unit_of_work
from seal.db.migrate import migrate
from seal.ids import uuid7
from seal.transparency import service as log
from seal.transparency.checking import checked_head
from seal.transparency.merkle import leaf_hash
from seal.transparency.model import Checkpoint, LeafType
from seal.transparency.store import lock_head
from seal.transparency.tiles import Tile
from tests.bench.bulk import fill
from tests.bench.measure import Figure, cpu, table

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
PEER = "SHA-256 of one leaf"
SIZES = (10_000, 1_000_000)


async def _log(file: Path, size: int) -> UUID:
    """An association whose log has ``size`` leaves under one checkpoint."""
    one = await associations.create(
        slug="bench", name="Bench", base="https://sello.example", region="Aysén", communes=("Coyhaique",), at=AT
    )
    async with unit_of_work():
        await lock_head(one.id, AT)
    await asyncio.to_thread(fill, file, one.id, size)
    head = await log.head(one.id)
    await log.save_checkpoint(Checkpoint(one.id, head.size, head.root, b"note", AT))
    return one.id


def _verbs(owner: UUID, size: int) -> dict[str, tuple[Callable[[], Awaitable[object]], int]]:
    chance = random.Random(7)

    async def append() -> None:
        async with unit_of_work():
            await log.append(owner, LeafType.BATCH, uuid7(AT), b"{}", bytes(16), AT)

    async def append_many() -> None:
        async with unit_of_work():
            for _ in range(256):
                await log.append(owner, LeafType.BATCH, uuid7(AT), b"{}", bytes(16), AT)

    async def prove() -> None:
        await log.inclusion(owner, chance.randrange(size), size)

    async def extend() -> None:
        await log.consistency(owner, chance.randrange(1, size), size)

    async def tile() -> None:
        await log.tile(owner, Tile(0, chance.randrange(size // 256)))

    async def entries() -> None:
        await log.tile(owner, Tile(None, chance.randrange(size // 256)))

    async def head() -> None:
        await checked_head(owner, "sello.example")

    return {
        "append, one unit of work": (append, 20),
        "append, 256 in one unit of work": (append_many, 1),
        "inclusion proof": (prove, 50),
        "consistency proof": (extend, 50),
        "tile of 256 hashes": (tile, 100),
        "bundle of 256 entries": (entries, 10),
        "next tree head after what was appended": (head, 2),
    }


async def measured(size: int) -> tuple[list[Figure], int]:
    """Figures at one size, and the size of the database file in bytes for each leaf."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "seal.db"
        given = configure(data=Path(folder), database_url=f"sqlite:///{file}", port=8080)
        await migrate(given)
        async with opened(given):
            owner = await _log(file, size)
            with closing(sqlite3.connect(file)) as database:
                (pages,) = database.execute("PRAGMA page_count").fetchone()
                (each,) = database.execute("PRAGMA page_size").fetchone()
            entry = bytes(61)

            async def raw() -> None:
                leaf_hash(entry)

            figures = [await cpu(PEER, raw, times=20_000)]
            for name, (work, times) in _verbs(owner, size).items():
                figures.append(await cpu(name, work, times=times, rounds=5))
    return figures, pages * each // size


async def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--leaves", type=int, nargs="+", default=SIZES)
    before: list[Figure] = []
    for size in words.parse_args().leaves:
        figures, each = await measured(size)
        print()
        print(table(f"The log at {size:,} leaves (SQLite, every commit synced; {each} bytes a leaf)", figures, [PEER]))
        if before:
            ratios = {new.name: new.median / old.median for old, new in zip(before, figures, strict=True)}
            print()
            for name, ratio in ratios.items():
                print(f"{name:44}{ratio:>10.2f} x the smaller log")
        before = before or figures


if __name__ == "__main__":
    asyncio.run(main())
