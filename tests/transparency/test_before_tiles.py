"""A log from before there were tiles: its migration makes the very tiles that the log itself would have written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from piccolo.querystring import QueryString

from seal.associations.model import Association
from seal.db import unit_of_work
from seal.db.history import default_folder, history, statements
from seal.ids import uuid7
from seal.transparency import merkle
from seal.transparency import service as log
from seal.transparency.tables import LogTile
from tests.conftest import Database
from tests.transparency.conftest import NOW
from tests.transparency.filling import fill

OLD = re.compile(r'CREATE TABLE "log_node" .*?\n\);', re.DOTALL)


async def _execute(sql: str) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await LogTile._meta.db.run_querystring(QueryString(sql))
    return rows


async def _tiles() -> list[dict[str, Any]]:
    columns = (LogTile.level, LogTile.place, LogTile.hashes)
    rows: list[dict[str, Any]] = await LogTile.select(*columns).order_by(LogTile.level).order_by(LogTile.place)
    return rows


@pytest.mark.parametrize("size", [3, 256, 600])
async def test_the_tiles_are_filled(database: Database, association: Association, size: int) -> None:
    await fill(association, size)
    written = await _tiles()
    (migration,) = [one for one in await history(default_folder()) if one.migration_id == "0003_tiles"]
    _, work, drop = migration.steps
    first = (default_folder() / "0001_first" / "transparency.sql").read_text("utf-8")
    found = OLD.search(first)
    assert found is not None
    (create,) = statements(found[0])
    async with unit_of_work():
        await _execute(create)
        await LogTile.delete(force=True)
        frontier: tuple[bytes, ...] = ()
        for leaf in await log.leaves(association.id, 0, size):
            frontier, completed = merkle.grow(leaf.index, frontier, leaf.hash)
            for (level, place), hash_ in completed:
                await LogTile.raw(
                    "INSERT INTO log_node (id, association_id, level, place, hash) VALUES ({}, {}, {}, {}, {})",
                    *(uuid7(NOW), association.id, level, place, hash_),
                )
        for step in (work, drop):
            await step.run(database.settings.engine, migration.folder, _execute)
    assert await _tiles() == written
    assert len(written) == size // 256 + (size >= 256)
    assert await log.faults(association.id) == ()
    await fill(association, 256)
    assert await log.faults(association.id) == (), "and the log goes on from there"
