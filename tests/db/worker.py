"""Another process, for tests: ``python -m tests.db.worker COMMAND …`` under the same SEAL_ environment."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from seal.db import engine, in_unit_of_work, unit_of_work
from seal.db.failpoint import failpoint
from seal.db.lease import Lease
from seal.db.migrate import migrate
from seal.db.once import once
from seal.db.tables import Lease as Row
from seal.settings import settings

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ASSOCIATION = UUID(int=1)


def say(**facts: object) -> None:
    """One line of JSON to the test."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def effect(name: str) -> None:
    """An effect that can be counted: one more row."""
    await Row.insert(Row(id=uuid4(), name=f"{name} {uuid4()}"))


async def run_once(key: str, body: str, pause: str, atomic: str) -> None:
    """Ask once; the run leaves a row, waits, and may die at a failpoint."""

    async def run() -> dict[str, object]:
        async with unit_of_work():
            await effect(key)
        failpoint("after_effect")
        await asyncio.sleep(float(pause))
        return {"pid": os.getpid()}

    answer = await once(ASSOCIATION, None, key, "test", body.encode(), NOW, run, atomic=atomic == "atomic")
    failpoint("before_answer")
    say(**answer)


async def hold(name: str, seconds: str, times: str) -> None:
    """Take the lease again and again; under it, read a counter, wait, and write it one higher."""
    lease = Lease(name, seconds=float(seconds))
    done = 0
    while done < int(times):
        async with lease.hold() as epoch:
            if epoch is not None:
                counted = (await Row.select(Row.beat).where(Row.name == "counter"))[0]["beat"]
                await asyncio.sleep(0.01)
                failpoint("holding")

                async def write(value: int = counted + 1) -> None:
                    await Row.update({"beat": value}).where(Row.name == "counter")

                await in_unit_of_work(write)
                done += 1
                say(epoch=epoch)
        await asyncio.sleep(0.002)


async def hold_stopped(name: str, seconds: str) -> None:
    """Take the lease, say so, wait for a line, then try to write under it."""
    lease = Lease(name, seconds=float(seconds))
    async with lease.hold() as epoch:
        say(epoch=epoch)
        sys.stdin.readline()  # the event loop stands still: no beat
        try:
            await in_unit_of_work(lambda: effect("late"))
        except Exception as error:
            say(refused=str(error))
        else:
            say(refused=None)


async def increment(times: str) -> None:
    """Read and write one counter, contended by other processes."""

    async def change() -> None:
        row = (await Row.select(Row.beat).where(Row.name == "counter"))[0]
        await Row.update({"beat": row["beat"] + 1}).where(Row.name == "counter")

    for _ in range(int(times)):
        await in_unit_of_work(change)
        say(done=1)


async def keep_locked(seconds: str) -> None:
    """Hold a write transaction for a while."""
    async with unit_of_work():
        await effect("locked")
        say(locked=True)
        await asyncio.sleep(float(seconds))


async def run_migrations(folder: str) -> None:
    say(ran=list((await migrate(settings(), Path(folder))).ran))


COMMANDS: dict[str, Callable[..., Awaitable[None]]] = {
    "once": run_once,
    "hold": hold,
    "hold-stopped": hold_stopped,
    "increment": increment,
    "keep-locked": keep_locked,
}


async def main(command: str, *arguments: str) -> None:
    if command == "migrate":
        await run_migrations(*arguments)
        return
    await engine.start(settings())
    started = time.monotonic()
    try:
        await COMMANDS[command](*arguments)
    finally:
        await engine.stop()
    assert time.monotonic() - started < 120


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
