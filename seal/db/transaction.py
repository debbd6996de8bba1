"""What both engines' transactions share: who owns one, guards before COMMIT, and ends that always happen."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar, Token
from typing import Any, Protocol

Row = dict[str, Any]
Guard = Callable[[], Awaitable[None]]

guards: ContextVar[tuple[Guard, ...]] = ContextVar("seal_db_guards", default=())
"""Run inside each unit of work just before COMMIT; one that raises rolls everything back (fencing)."""

stale_reads: ContextVar[bool] = ContextVar("seal_db_stale_reads", default=False)
"""True inside ``reading(fresh=False)``: a replica may answer."""

long_reads: ContextVar[bool] = ContextVar("seal_db_long_reads", default=False)
"""True inside ``reading(long=True)``: keep the event loop free while the query runs."""

_READS = re.compile(r"\s*(SELECT|WITH|EXPLAIN|VALUES|PRAGMA|SHOW)\b", re.IGNORECASE)


class Transaction(Protocol):
    """One open transaction of one engine. ``commit`` and ``abandon`` both end it and free what it holds."""

    task: asyncio.Task[Any] | None

    async def fetch(self, sql: str, arguments: list[Any]) -> list[Row]: ...

    async def commit(self) -> None: ...

    async def abandon(self) -> None: ...


class CurrentTransaction:
    """Piccolo's ``current_transaction``, but only for the task that opened it.

    A task started inside a unit of work inherits its context; it must not write on a connection that
    the parent may commit or give back at any moment.
    """

    def __init__(self, name: str) -> None:
        self._variable: ContextVar[Transaction | None] = ContextVar(name, default=None)

    def get(self) -> Transaction | None:
        transaction = self._variable.get()
        if transaction is None or transaction.task is not asyncio.current_task():
            return None
        return transaction

    def set(self, transaction: Transaction) -> Token[Transaction | None]:
        return self._variable.set(transaction)

    def reset(self, token: Token[Transaction | None]) -> None:
        self._variable.reset(token)


def refuse_writes(sql: str) -> None:
    """A statement outside a unit of work may only read: ``RuntimeError`` for a programmer's mistake."""
    if not _READS.match(sql):
        raise RuntimeError(f"writes belong inside `async with unit_of_work()`: {sql[:60]}")


_ends: set[asyncio.Task[None]] = set()


async def to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Await ``work``; if the caller is cancelled meanwhile, ``work`` still goes on to its end."""
    task = asyncio.create_task(work)
    _ends.add(task)
    task.add_done_callback(_finished)
    await asyncio.shield(task)


def _finished(task: asyncio.Task[None]) -> None:
    _ends.discard(task)
    if not task.cancelled():
        task.exception()  # seen, so that nothing is printed when the awaiting side was cancelled
