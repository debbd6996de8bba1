"""The server dies at a named point; after a restart the same request gives what it would have given, once."""

from __future__ import annotations

import asyncio
import signal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from seal.ids import parse_code
from seal.people.model import Person
from tests.cli.kept import run
from tests.faults.conftest import Ready, clean
from tests.faults.servers import Program

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def die(ready: Ready, point: str, who: Person, path: str, body: dict[str, Any], *, plain: bool = False) -> str:
    """Ask a server that dies at ``point``; the key that was used."""
    key = str(uuid4())
    async with ready.serving(point, from_nothing=plain) as server:
        program = await ready.program(server, who)
        with pytest.raises(httpx.TransportError):
            await program.post(path, body, key)
        assert await server.ended() == -signal.SIGKILL, server.log()
    return key


async def again(
    ready: Ready, who: Person, path: str, body: dict[str, Any], key: str, other: dict[str, Any]
) -> dict[str, Any]:
    """Ask again, twice, after the restart; both answers are the same, ``other`` under the key is refused, and fsck
    finds nothing."""
    async with ready.serving() as server:
        program = await ready.program(server, who)
        first = await program.insist(path, body, key)
        assert await program.insist(path, body, key) == first
        assert (await program.post(path, other, key)).status_code == 409
    await clean()
    return first


@pytest.mark.parametrize("point", ["after_intent", "after_signature", "after_leaf", "before_answer", "answer_kept"])
async def test_sealing(ready: Ready, point: str) -> None:
    batch = ready.batches.pop()
    path = f"/batches/{batch.id}/seal"
    key = await die(ready, point, ready.owner, path, {}, plain=point == "after_signature")
    sealed = await again(ready, ready.owner, path, {}, key, {"other": 1})
    assert (sealed["id"], sealed["state"]) == (str(batch.id), "sealed")
    assert parse_code(sealed["code"]).unit is None
    (row,) = await run("SELECT count(*) AS times FROM batch_action WHERE batch_id = {} AND action = 'issue'", batch.id)
    assert row["times"] == 1


@pytest.mark.parametrize("point", ["after_intent", "after_signature", "after_leaf", "before_answer"])
async def test_deciding(ready: Ready, point: str) -> None:
    audit = ready.audits.pop()
    path, body = f"/audits/{audit}/votes", {"choice": "grant"}
    key = await die(ready, point, ready.certifier, path, body)
    decided = await again(ready, ready.certifier, path, body, key, {"choice": "defer", "reason": "No"})
    assert (decided["outcome"], decided["votes"], decided["pending"]) == ("grant", 1, False)
    (row,) = await run("SELECT count(*) AS times FROM certification WHERE audit_id = {}", audit)
    assert row["times"] == 1


@pytest.mark.parametrize("point", ["after_reservation", "answer_kept"])
async def test_reserving(ready: Ready, point: str) -> None:
    before = await _highest(ready)
    path, body = f"/batches/{ready.sealed.id}/labels", {"count": 24}
    key = await die(ready, point, ready.owner, path, body)
    reserved = await again(ready, ready.owner, path, body, key, {"count": 23})
    assert (reserved["first"], reserved["last"]) == (before + 1, before + 24)
    assert await _highest(ready) == before + 24


async def _highest(ready: Ready) -> int:
    rows = await run("SELECT last_unit FROM label_range WHERE batch_id = {}", ready.sealed.id)
    return max((row["last_unit"] for row in rows), default=0)


async def test_signing_labels(ready: Ready) -> None:
    async with ready.serving("after_signature") as server:
        program = await ready.program(server, ready.owner)
        reserved = await program.insist(f"/batches/{ready.sealed.id}/labels", {"count": 5}, str(uuid4()))
        with pytest.raises(httpx.TransportError):
            await program.get(f"/label-ranges/{reserved['id']}/codes")
        assert await server.ended() == -signal.SIGKILL
    async with ready.serving() as server:
        program = await ready.program(server, ready.owner)
        codes = await program.get(f"/label-ranges/{reserved['id']}/codes")
        assert [one["number"] for one in codes.json()] == list(range(reserved["first"], reserved["last"] + 1))
        assert (await program.get(f"/label-ranges/{reserved['id']}/codes")).json() == codes.json()
    await clean()


@pytest.mark.parametrize("point", ["after_intent", "before_answer"])
async def test_recalling(ready: Ready, point: str) -> None:
    batch = ready.batches.pop()
    async with ready.serving() as server:
        await (await ready.program(server, ready.owner)).insist(f"/batches/{batch.id}/seal", {}, str(uuid4()))
    path = f"/batches/{batch.id}/recall"
    body = {"reason_class": "food_safety", "reason": "Residuos", "advice": "do_not_eat"}
    key = await die(ready, point, ready.manager, path, body)
    recalled = await again(ready, ready.manager, path, body, key, {**body, "reason": "Otro"})
    assert recalled["state"] == "recalled"
    (row,) = await run("SELECT count(*) AS times FROM batch_action WHERE batch_id = {} AND action = 'recall'", batch.id)
    assert row["times"] == 1


async def test_two_servers_race_for_the_last_ten_labels(ready: Ready) -> None:
    """Two processes, twenty askers, ten labels: exactly ten are given out, each once (invariant 3)."""
    batch = ready.batches.pop()
    async with ready.serving() as one, ready.serving() as two:
        programs = [await ready.program(server, ready.owner) for server in (one, two)]
        await programs[0].insist(f"/batches/{batch.id}/seal", {}, str(uuid4()))
        path = f"/batches/{batch.id}/labels"
        book = (await programs[0].get(path)).json()
        await programs[0].insist(path, {"count": book["left"] - 10}, str(uuid4()))
        given = await asyncio.gather(*(_one_label(programs[n % 2], path) for n in range(20)))
    numbers = [number for number in given if number is not None]
    assert sorted(numbers) == list(range(book["left"] - 9, book["left"] + 1))
    await clean()


async def _one_label(program: Program, path: str) -> int | None:
    """The number that was got, ``None`` if there was none left."""
    key = str(uuid4())
    while True:
        answer = await program.post(path, {"count": 1}, key)
        if answer.status_code == 503:
            continue
        if answer.status_code == 201:
            said = answer.json()
            assert said["first"] == said["last"]
            number: int = said["first"]
            return number
        assert [one["code"] for one in answer.json()["reasons"]] == ["label.over_quota"], answer.text
        return None
