"""Work for strangers: a few at a time, and a queue with an end."""

from __future__ import annotations

import asyncio
import threading

import pytest

from seal.errors import Unavailable
from seal.web.turns import Turns


async def test_no_more_than_two_work_and_no_more_than_the_queue_waits() -> None:
    turns, go, working = Turns(at_a_time=2, waiting=3, code="foreign.busy"), threading.Event(), threading.Semaphore(0)

    def work() -> int:
        working.release()
        go.wait(10)
        return threading.get_ident()

    asked = [asyncio.create_task(turns.take(work)) for _ in range(5)]
    await asyncio.to_thread(lambda: [working.acquire(timeout=10) for _ in range(2)])
    with pytest.raises(Unavailable, match=r"foreign\.busy"):
        await turns.take(work)
    assert not working.acquire(blocking=False)
    go.set()
    assert threading.get_ident() not in await asyncio.gather(*asked)
    assert await turns.take(work)  # whoever is done leaves the place to others


async def test_work_that_fails_leaves_its_place() -> None:
    turns = Turns(at_a_time=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await turns.take(lambda: 1 // 0)
