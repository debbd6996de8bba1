"""A process of its own that takes labels one by one until none is left, round after round.

Each line that it reads is a round, ``BATCH WAY [MORE…]``; it answers with the numbers that it got and why it stopped,
in one line. ``reserve`` asks for the next number; ``bind ROLL FIRST`` puts seal after seal of a roll on the batch;
``reprint FIRST COUNT`` replaces labels, which takes as many as it gives.
"""

from __future__ import annotations

import asyncio
import sys
from uuid import UUID

from seal.db import engine
from seal.errors import Refused
from seal.identity import Acting, Role
from seal.labels import service as labels
from seal.labels import voiding
from seal.labels.rolls import service as rolls
from seal.settings import settings
from tests import world


async def one(acting: Acting, batch_id: UUID, way: str, more: list[str], place: int) -> int:
    """The number that was got. Raises ``Refused`` when there is none left."""
    if way == "reserve":
        return (await labels.reserve(acting, batch_id, 1)).first
    if way == "bind":
        seal = int(more[1]) + place
        return (await rolls.bind(acting, UUID(more[0]), seal, seal, batch_id)).unit
    if place == int(more[1]):
        raise Refused("done")
    _, made = await voiding.reprint(acting, batch_id, str(int(more[0]) + place), reason="misprint")
    return made.first


async def race(association_id: UUID, person_id: UUID) -> None:
    await engine.start(settings())
    acting = Acting(association_id, person_id, frozenset({Role.PRODUCER}), world.START)
    print("ready", flush=True)
    for line in iter(sys.stdin.readline, ""):
        batch, way, *more = line.split()
        got: list[int | str] = []
        while not (got and isinstance(got[-1], str)):
            try:
                got.append(await one(acting, UUID(batch), way, more, len(got)))
            except Refused as refused:
                got.append(refused.code)
        print(*got, flush=True)
    await engine.stop()


if __name__ == "__main__":
    asyncio.run(race(*map(UUID, sys.argv[1:3])))
