"""Other programs come and go beside a running server (a backup, ``seal people link``, ``seal fsck``): nothing is lost.

SQLite's locks belong to the process and not to the connection, so a program that closes its last connection may
delete the WAL of a server that has given up its lock without knowing.
"""

from __future__ import annotations

import os
from uuid import uuid4

import pytest

from tests.cli.kept import run
from tests.faults.conftest import Ready, clean

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _beside(ready: Ready, *words: str) -> None:
    log = ready.folder / "beside.log"
    pid = await ready.launcher.start(list(words), log, dict(os.environ))
    assert await ready.launcher.ended(pid) == 0, log.read_text()


async def test_what_is_acknowledged_after_another_program_closed_the_database_is_kept(ready: Ready) -> None:
    path = f"/batches/{ready.sealed.id}/labels"
    async with ready.serving() as server:
        program = await ready.program(server, ready.owner)
        await program.insist(path, {"count": 3}, str(uuid4()))
        await _beside(ready, "fsck")
        given = [await program.insist(path, {"count": 4}, str(uuid4())) for _ in range(3)]
        await _beside(ready, "associations", "list")
        given += [await program.insist(path, {"count": 4}, str(uuid4())) for _ in range(3)]
        await server.kill()
    async with ready.serving() as server:
        program = await ready.program(server, ready.owner)
        kept = {one["id"] for one in (await program.get(path)).json()["ranges"]}
    assert {one["id"] for one in given} <= kept
    rows = await run("SELECT id FROM label_range WHERE batch_id = {}", ready.sealed.id)
    assert {str(row["id"]) for row in rows} == kept
    await clean()
