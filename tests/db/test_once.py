"""Same key and body: same result, one effect. Same key, other body: refused. With real other processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from seal.db import in_unit_of_work, unit_of_work
from seal.db import once as once_module
from seal.db.once import NOBODY, Run, forget, once
from seal.db.tables import Idempotency
from seal.db.tables import Lease as Row
from seal.db.violations import Contention
from seal.errors import BadInput, Conflict, Refused, Unavailable
from tests.conftest import Database
from tests.db import processes
from tests.db.worker import ASSOCIATION, NOW, effect

both_ways = pytest.mark.parametrize("atomic", [True, False], ids=["atomic", "resumable"])


async def ask(run: Run, *, key: str = "k", body: bytes = b"{}", atomic: bool = False, **other: Any) -> dict[str, Any]:
    given = {"association_id": ASSOCIATION, "person_id": None, "verb": "test", "at": NOW} | other
    return await once(key=key, body=body, run=run, atomic=atomic, **given)


async def effects() -> int:
    return await Row.count()


async def until(count: Callable[[], Awaitable[int]]) -> None:
    async with asyncio.timeout(10):
        while not await count():  # noqa: ASYNC110 - what is awaited is a row
            await asyncio.sleep(0.01)


async def act() -> Mapping[str, Any]:
    """Leaves one row each time that it is run."""
    async with unit_of_work():
        await effect("act")
    return {"number": await effects(), "list": [1, "ñ"]}


@both_ways
async def test_the_second_call_gets_the_first_result_and_has_no_effect(database: Database, atomic: bool) -> None:
    first = await ask(act, atomic=atomic)
    assert first == {"number": 1, "list": [1, "ñ"]}
    assert await ask(act, atomic=atomic) == first
    assert await effects() == 1


@both_ways
async def test_another_body_is_refused(database: Database, atomic: bool) -> None:
    await ask(act, atomic=atomic)
    with pytest.raises(Conflict, match=r"idempotency\.other_body"):
        await ask(act, body=b"[]", atomic=atomic)
    assert await effects() == 1


async def test_another_verb_is_refused(database: Database) -> None:
    await ask(act)
    with pytest.raises(Conflict, match=r"idempotency\.other_body"):
        await ask(act, verb="other")


@pytest.mark.parametrize("other", [{"person_id": uuid4()}, {"association_id": uuid4()}, {"key": "k2"}])
async def test_a_key_belongs_to_one_person_of_one_association(database: Database, other: dict[str, Any]) -> None:
    await ask(act)
    assert (await ask(act, **other))["number"] == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "a\x00"])
async def test_a_key_that_cannot_be_one_is_refused(database: Database, key: str) -> None:
    with pytest.raises(BadInput, match=r"idempotency\.key"):
        await ask(act, key=key)


@both_ways
async def test_a_refusal_before_any_write_leaves_the_key_free(database: Database, atomic: bool) -> None:
    async def refuse() -> Mapping[str, Any]:
        raise Refused("test.no")

    with pytest.raises(Refused):
        await ask(refuse, atomic=atomic)
    assert (await ask(act, body=b"corrected", atomic=atomic))["number"] == 1


async def test_after_a_failure_halfway_the_same_body_resumes_and_another_is_refused(database: Database) -> None:
    async def half() -> Mapping[str, Any]:
        await act()
        raise Unavailable("test.key_locked")

    with pytest.raises(Unavailable):
        await ask(half)
    with pytest.raises(Conflict, match=r"idempotency\.other_body"):
        await ask(act, body=b"[]")

    async def refuse() -> Mapping[str, Any]:
        raise Refused("test.no")

    with pytest.raises(Refused):  # wrote nothing itself, but what came before it did
        await ask(refuse)
    with pytest.raises(Conflict, match=r"idempotency\.other_body"):
        await ask(act, body=b"[]")
    assert (await ask(act))["number"] == 2


async def test_a_failure_of_an_atomic_run_takes_its_effect_back(database: Database) -> None:
    async def half() -> Mapping[str, Any]:
        await act()
        raise Unavailable("test.key_locked")

    with pytest.raises(Unavailable):
        await ask(half, atomic=True)
    assert await effects() == 0


async def test_an_atomic_one_joins_the_callers_unit(database: Database) -> None:
    async def outer() -> None:
        async with unit_of_work():
            await ask(act, atomic=True)
            raise LookupError

    with pytest.raises(LookupError):
        await outer()
    assert await effects() == 0
    assert await Idempotency.count() == 0


async def test_a_resumable_one_cannot_stand_inside_a_unit(database: Database) -> None:
    async with unit_of_work():
        with pytest.raises(RuntimeError, match="atomic=True"):
            await ask(act)


@both_ways
async def test_a_contended_run_is_run_again(database: Database, atomic: bool) -> None:
    runs = 0

    async def contended() -> Mapping[str, Any]:
        nonlocal runs
        runs += 1
        if runs < 3:
            raise Contention("db.busy")
        return await act()

    assert (await ask(contended, atomic=atomic))["number"] == 1


@both_ways
async def test_a_double_click_has_one_effect(database: Database, atomic: bool) -> None:
    answers = await asyncio.gather(*(ask(act, atomic=atomic) for _ in range(6)))
    assert all(answer == answers[0] for answer in answers)
    assert await effects() == 1


async def test_a_cancelled_run_can_be_asked_again_at_once(database: Database) -> None:
    async def slow() -> Mapping[str, Any]:
        await act()
        await asyncio.sleep(60)
        return {}

    task = asyncio.create_task(ask(slow))
    await until(effects)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(3):
        await ask(act)


@both_ways
async def test_several_processes_with_one_key_have_one_effect(database: Database, atomic: bool) -> None:
    way = "atomic" if atomic else "resumable"
    started = [await processes.start("once", "k", "body", "0.1", way) for _ in range(4)]
    answers = [await processes.finish(process) for process in started]
    assert len({answer[0]["pid"] for answer in answers}) == 1
    assert await effects() == 1


async def test_killed_halfway_a_retry_runs_it_again_without_waiting(database: Database) -> None:
    killed = await processes.start("once", "k", "body", "0", "resumable", failpoint="after_effect")
    assert await processes.finish(killed) == []
    assert killed.returncode == -9
    async with asyncio.timeout(5):
        await ask(act, body=b"body")
    assert await effects() == 2, "this run does not resume; a real verb finds what is half done"


async def test_killed_halfway_an_atomic_run_left_nothing(database: Database) -> None:
    killed = await processes.start("once", "k", "body", "0", "atomic", failpoint="after_effect")
    assert await processes.finish(killed) == []
    await ask(act, body=b"body", atomic=True)
    assert await effects() == 1


@both_ways
async def test_killed_before_the_answer_a_retry_gets_the_same_result(database: Database, atomic: bool) -> None:
    way = "atomic" if atomic else "resumable"
    killed = await processes.start("once", "k", "body", "0", way, failpoint="before_answer")
    assert await processes.finish(killed) == []
    assert await ask(act, body=b"body", atomic=atomic) == {"pid": killed.pid}
    assert await effects() == 1


async def test_a_claimant_elsewhere_that_falls_silent_is_overtaken_and_can_commit_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(once_module, "BEAT_SECONDS", 60.0)
    monkeypatch.setattr(once_module, "SILENT_SECONDS", 0.3)
    go_on = asyncio.Event()

    async def stopped() -> Mapping[str, Any]:
        await go_on.wait()
        return await act()

    first = asyncio.create_task(ask(stopped))
    await until(Idempotency.count)
    assert (await ask(act))["number"] == 1
    go_on.set()
    with pytest.raises(Conflict, match=r"idempotency\.taken_over"):
        await first
    assert await effects() == 1
    assert (await ask(act))["number"] == 1


async def test_a_claimant_that_beats_is_waited_for(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once_module, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(once_module, "SILENT_SECONDS", 0.4)

    async def slow() -> Mapping[str, Any]:
        await asyncio.sleep(1.2)
        return await act()

    first = asyncio.create_task(ask(slow))
    await until(Idempotency.count)
    assert await ask(act) == await first
    assert await effects() == 1


async def test_waiting_ends_with_a_word(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once_module, "WAIT_SECONDS", 0.2)
    never = asyncio.Event()

    async def stuck() -> Mapping[str, Any]:
        await never.wait()
        return {}

    first = asyncio.create_task(ask(stuck))
    await until(Idempotency.count)
    with pytest.raises(Unavailable, match=r"idempotency\.still_running"):
        await ask(act)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)


async def test_old_answers_are_forgotten_and_young_or_open_ones_kept(database: Database) -> None:
    await ask(act, key="old")
    await ask(act, key="young", at=NOW + timedelta(days=2))
    open_one = Idempotency(
        id=uuid4(), association_id=ASSOCIATION, person_id=NOBODY, key="open", verb="v", body_sha256=b"x" * 32,
        started_at=NOW,
    )  # fmt: skip
    await in_unit_of_work(lambda: _insert(open_one))
    await forget(NOW + timedelta(days=1))
    assert {row["key"] for row in await Idempotency.select(Idempotency.key)} == {"young", "open"}


async def _insert(row: Idempotency) -> None:
    await Idempotency.insert(row)
