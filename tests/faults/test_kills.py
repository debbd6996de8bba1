"""The server is killed at random moments while programs keep sealing and reserving; then everything is counted.

What was acknowledged is there, asked again with the same key it is the same, no unit number was given twice, and
``seal fsck`` finds nothing. The seed is printed; SEAL_SEED repeats a run (its choices, not its timing), SEAL_KILLS sets
the length of the long one.
"""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from seal.clock import SystemClock, local_day
from tests.certificates.certified import GOOD, ZONE
from tests.faults.conftest import Ready, clean
from tests.faults.servers import Program, Server

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Read before the fixtures clear the SEAL_ variables of the machine.
SEED = os.environ.get("SEAL_SEED")
DEEP = bool(os.environ.get("SEAL_DEEP"))
KILLS = int(os.environ.get("SEAL_KILLS") or 500)
WORKERS = 2
EVERY = 50
"""After so many kills of a long run, everything is counted."""


@dataclass
class Crowd:
    """Programs at work, and every answer that they got."""

    ready: Ready
    stopping: bool = False
    answers: list[tuple[Program, str, dict[str, Any], str, dict[str, Any]]] = field(default_factory=list)
    ranges: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    async def ask(self, program: Program, path: str, body: dict[str, Any]) -> dict[str, Any]:
        key = str(uuid4())
        said = await program.insist(path, body, key)
        self.answers.append((program, path, body, key, said))
        return said

    async def work(self, program: Program, name: str, dice: random.Random) -> None:
        """Declare, test, seal and label one batch after the other."""
        number = 0
        while not self.stopping:
            number += 1
            batch = await self._tested(program, f"{name}-{number}")
            sealed = await self.ask(program, f"/batches/{batch}/seal", {})
            assert sealed["state"] == "sealed"
            for _ in range(dice.randint(1, 4)):
                said = await self.ask(program, f"/batches/{batch}/labels", {"count": dice.randint(1, 9)})
                self.ranges.setdefault(batch, []).append((said["first"], said["last"]))
            if dice.random() < 0.3:
                first, last = self.ranges[batch][0]
                lost = {"first": first, "last": last, "reason": "lost"}
                await self.ask(program, f"/batches/{batch}/labels/void", lost)

    async def _tested(self, program: Program, lot: str) -> str:
        one, today = self.ready.made.world.member, local_day(SystemClock().now(), ZONE).isoformat()
        harvest = {"material": "honey", "amount": "20", "unit": "kg", "happened_on": today}
        came = await self.ask(program, f"/producers/{one.producer.id}/book/intakes", harvest)
        declared = {
            "producer_id": str(one.producer.id),
            "product_id": str(one.product.id),
            "site_id": str(one.site.id),
            "lot": lot,
            "units": 40,
            "produced_on": today,
            "made_of": [{"lot": came["lot"]["id"], "amount": "20", "unit": "kg"}],
        }
        batch = str((await self.ask(program, "/batches", declared))["id"])
        for test, (value, unit) in GOOD.items():
            own = test == "moisture"
            result = {"test_id": test, "value": value, "unit": unit, "by": "self" if own else "lab", "tested_on": today}
            await self.ask(program, f"/batches/{batch}/tests", result if own else {**result, "laboratory": "Austral"})
        return batch

    async def count(self) -> None:
        """Everything that was acknowledged is there and is what it was; no number was given twice."""
        for program, path, body, key, said in self.answers:
            assert await program.insist(path, body, key) == said, path
        for batch, ranges in self.ranges.items():
            book = (await self.answers[0][0].get(f"/batches/{batch}/labels")).json()
            kept = {(one["first"], one["last"]) for one in book["ranges"]}
            assert set(ranges) <= kept
            assert len(set(ranges)) == len(ranges)
        await clean()


async def kill_often(ready: Ready, kills: int, seed: int) -> None:
    dice = random.Random(seed)
    crowd = Crowd(ready)
    server = Server(ready.folder, ready.launcher)
    await server.start()
    programs = [await ready.program(server, ready.owner) for _ in range(WORKERS)]
    tasks = [
        asyncio.create_task(crowd.work(program, f"K{seed}-{n}", random.Random(f"{seed}/{n}")))
        for n, program in enumerate(programs)
    ]
    try:
        for kill in range(1, kills + 1):
            early = dice.random() < 0.2
            await asyncio.sleep(dice.uniform(0.0, 0.4))
            await server.kill()
            await server.start(wait=not early)
            for task in tasks:
                if task.done():
                    task.result()
            if kill % EVERY == 0 and kill < kills:
                await server.healthy()
                await clean()
        await server.healthy()
        crowd.stopping = True
        await asyncio.gather(*tasks)
        assert len(crowd.answers) > kills
        await crowd.count()
        print(f"{kills} kills, {len(crowd.answers)} answers, {len(crowd.ranges)} batches")
    finally:
        for task in tasks:
            task.cancel()
        if server.pid is not None:
            await server.kill()


def _seed() -> int:
    seed = int(SEED or random.SystemRandom().randrange(10**9))
    print(f"seed {seed}: repeat with SEAL_SEED={seed}")
    return seed


async def test_ten_kills(ready: Ready) -> None:
    await kill_often(ready, 10, _seed())


@pytest.mark.deep
@pytest.mark.skipif(not DEEP, reason="takes long: deploy/deep")
async def test_five_hundred_kills(ready: Ready) -> None:
    await kill_often(ready, KILLS, _seed())
