"""Work on what somebody sends, off the event loop and a few at a time.

It is read, judged and put into words in a thread: a purpose-made document costs its sender a wait and
the pages of everybody else nothing. The queue has an end, so that waiting bodies do not fill the memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from seal.errors import Unavailable

AT_A_TIME = 2
MOST_WAITING = 40
_T = TypeVar("_T")


class Turns:
    """Who works and who waits."""

    def __init__(self, at_a_time: int = AT_A_TIME, waiting: int = MOST_WAITING, code: str = "web.busy") -> None:
        self._code = code
        self._busy = asyncio.Semaphore(at_a_time)
        self._most = at_a_time + waiting
        self._inside = 0

    async def take(self, work: Callable[[], _T]) -> _T:
        """What ``work`` returns or raises. ``Unavailable`` with the code of these turns if too many wait already."""
        if self._inside >= self._most:
            raise Unavailable(self._code)
        self._inside += 1
        try:
            async with self._busy:
                return await asyncio.to_thread(work)
        finally:
            self._inside -= 1
