"""A process of its own that appends leaves to a log, a few in each unit of work.

python -m tests.transparency.appender ASSOCIATION FIRST COUNT
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from uuid import UUID

from seal.db import engine, in_unit_of_work
from seal.errors import Unavailable
from seal.settings import settings
from seal.transparency import service as log
from seal.transparency.model import LeafType
from tests.web.support import AT

TOGETHER = 7
PAUSE_SECONDS = 0.05
"""So that readers have their turn."""


async def main(association: str, first: str, count: str) -> None:
    owner, start, end = UUID(association), int(first), int(first) + int(count)
    await engine.start(settings())
    for number in range(start, end, TOGETHER):

        async def some(number: int = number) -> None:
            for one in range(number, min(end, number + TOGETHER)):
                await log.append(owner, LeafType.DECISION, UUID(int=one + 1), b"{}", bytes(16), AT)

        while True:  # on a busy machine a server may not answer in time: the same leaves again are the same leaves
            with suppress(Unavailable):
                await in_unit_of_work(some)
                break
        await asyncio.sleep(PAUSE_SECONDS)
    await engine.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
