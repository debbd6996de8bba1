"""The only door to transactions, and the door for reads.

    async with unit_of_work():          # a verb inside another verb's joins it
        ...
    await in_unit_of_work(change)       # the same, run again when someone else wrote at the same moment

It commits on leaving, or rolls back and gives everything back: on any error, when cancelled, and when
COMMIT itself fails (Piccolo's own transaction keeps the lock or the connection for ever then).
A nested block that fails takes back its own writes only; the outer one may go on.
Work in another asyncio task never joins: it reads what is committed, and must open its own.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from seal.db import engine
from seal.db.transaction import Transaction, guards, long_reads, stale_reads, to_the_end
from seal.db.violations import Contention

T = TypeVar("T")

ATTEMPTS = 12
PATIENCE_SECONDS = 30.0
"""How often, and for how long at most, contended work is run again before ``Contention`` is let out."""


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[None]:
    """Commit everything inside, or nothing.

    Raises what the block raises; at its end ``Contention('db.busy')`` when someone else was faster,
    ``Unavailable('db.full' | 'db.unreachable')``, or the driver's integrity error for a constraint
    that is checked at COMMIT. In each case nothing was written and nothing stays locked.
    """
    running = engine.current()
    outer: Transaction | None = running.current_transaction.get()
    if outer is not None:
        async with _nested(outer):
            yield
        return
    transaction = await running.begin()
    token = running.current_transaction.set(transaction)
    try:
        try:
            yield
            for guard in guards.get():
                await guard()
        except BaseException:
            await to_the_end(transaction.abandon())
            raise
        await to_the_end(transaction.commit())
    finally:
        running.current_transaction.reset(token)


@asynccontextmanager
async def _nested(transaction: Transaction) -> AsyncIterator[None]:
    await transaction.fetch("SAVEPOINT seal_nested", [])
    try:
        yield
    except Exception:
        # The outermost block rolls back everything if this one cannot take back its part.
        await transaction.fetch("ROLLBACK TO SAVEPOINT seal_nested", [])
        await transaction.fetch("RELEASE SAVEPOINT seal_nested", [])
        raise
    await transaction.fetch("RELEASE SAVEPOINT seal_nested", [])


async def again_if_contended(work: Callable[[], Awaitable[T]]) -> T:
    """Run ``work``, and run it again from its start while it fails by contention only."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    for attempt in range(ATTEMPTS):
        try:
            return await work()
        except Contention:
            if attempt == ATTEMPTS - 1 or time.monotonic() > deadline:
                raise
            await asyncio.sleep(random.uniform(0.2, 1.0) * min(0.01 * 2**attempt, 0.5))  # noqa: S311 - jitter
    raise AssertionError("unreachable")


async def in_unit_of_work(work: Callable[[], Awaitable[T]]) -> T:
    """``work()`` inside a unit of work; the whole is run again on contention (40001, 40P01, busy file).

    So ``work`` must do nothing outside the database. Inside an outer unit of work it joins, and the
    outermost one is run again.
    """

    async def once() -> T:
        async with unit_of_work():
            return await work()

    if inside():
        return await once()
    return await again_if_contended(once)


def inside() -> bool:
    """True if this task is inside a unit of work."""
    return engine.current().current_transaction.get() is not None


@asynccontextmanager
async def reading(fresh: bool = True, *, long: bool = False) -> AsyncIterator[None]:
    """The door for reads outside a unit of work; inside one, reads belong to it.

    ``fresh=False`` lets a replica answer, which may be a moment behind. ``long=True`` says that the
    query may take more than a millisecond, so that the event loop is kept free.
    """
    stale_token = stale_reads.set(not fresh)
    long_token = long_reads.set(long)
    try:
        yield
    finally:
        long_reads.reset(long_token)
        stale_reads.reset(stale_token)
