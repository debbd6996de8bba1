"""A process of its own that reserves labels one by one until none is left; prints the numbers that it got."""

from __future__ import annotations

import asyncio
import sys
from uuid import UUID

from seal.db import engine
from seal.errors import Refused
from seal.identity import Acting, Role
from seal.labels import service as labels
from seal.settings import settings
from tests import world


async def race(association_id: UUID, person_id: UUID, batch_id: UUID) -> None:
    await engine.start(settings())
    acting = Acting(association_id, person_id, frozenset({Role.PRODUCER}), world.START)
    print("ready", flush=True)
    sys.stdin.readline()  # the gun
    while True:
        try:
            print((await labels.reserve(acting, batch_id, 1)).first)
        except Refused as refused:
            print(refused.code)
            break
    await engine.stop()


if __name__ == "__main__":
    asyncio.run(race(*map(UUID, sys.argv[1:4])))
