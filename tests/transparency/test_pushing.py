"""A log sends its checkpoints to a real witness on a real socket, and waits for none that does not answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn

from seal.associations.model import Association
from seal.keys.envelope import Cost
from seal.transparency import pushing, witnessing
from seal.transparency.cosignature import cosigned_at
from seal.transparency.note import VerifierKey, parse_note
from seal.witness import key
from seal.witness.remote import Trusted
from seal.witness.serving import Application
from seal.witness.state import State
from tests.faults.servers import free_port
from tests.keys.examples import raw
from tests.transparency.conftest import NOW
from tests.transparency.test_witnessing import TOWN, grown

PASSPHRASE = "una clave larga de prueba"
CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)


@asynccontextmanager
async def witness(folder: Path, association: Association) -> AsyncIterator[tuple[key.WitnessKey, str]]:
    """A witness of the association's log that serves; its key and address."""
    own = key.make(folder, "municipio.example/w1", PASSPHRASE, NOW, cost=CHEAP)
    state = State(folder)
    state.add(
        association.base, None, Trusted(association.log_origin, (VerifierKey(association.log_origin, raw("log-1")),))
    )
    state.close()
    app = Application(folder, key.unlock(folder, PASSPHRASE), lambda: int(NOW.timestamp()))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  it has no event to wait for
        await asyncio.sleep(0.01)
    yield own, f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


async def test_a_witness_with_an_address_is_asked(association: Association, tmp_path: Path) -> None:
    async with witness(tmp_path / "town", association) as (own, url):
        await witnessing.add(association.id, own.text, url, NOW)
        for size in (3, 300):
            await grown(association, size)
            assert await pushing.push(association.id, NOW) == 1
            served = await witnessing.served(association.id)
            assert served is not None
            assert (served.size, cosigned_at(parse_note(served.note), own)) == (size, int(NOW.timestamp()))
        assert await pushing.push(association.id, NOW) == 0  # nothing new
        assert await pushing.push(association.id, NOW + timedelta(hours=2)) == 1  # the same again keeps it young


async def test_a_witness_that_has_seen_more_is_asked_from_there(association: Association, tmp_path: Path) -> None:
    """Its answer to the wrong old size says which is right."""
    async with witness(tmp_path / "town", association) as (own, url):
        await witnessing.add(association.id, own.text, url, NOW)
        await grown(association, 3)
        await pushing.push(association.id, NOW)
        await witnessing.remove(association.id, own.name, "otra", NOW)
        await grown(association, 5)
        await witnessing.add(association.id, own.text, url, NOW + timedelta(seconds=1))
        assert await pushing.push(association.id, NOW) == 1


async def test_one_that_does_not_answer_delays_nothing(
    association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(pushing, "SECONDS", 0.2)
    pushing._failed.clear()
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await witnessing.add(association.id, TOWN.text, f"http://127.0.0.1:{port}", NOW)
    await grown(association, 3)
    began = time.monotonic()
    assert await pushing.push(association.id, NOW) == 0
    assert await pushing.push(association.id, NOW) == 0  # left alone for a while
    assert time.monotonic() - began < 5
    assert (association.id, TOWN.text) in pushing._failed
    server.close()
