"""Two processes race for the last labels: exactly what is left is given, and no number twice."""

from __future__ import annotations

import asyncio
import sys

from seal.labels import service as labels
from tests.certificates.certified import certified, sealed
from tests.conftest import Database


async def test_two_processes_get_exactly_the_remainder(database: Database) -> None:
    made = await certified()
    batch = await sealed(made, units=40)
    await labels.reserve(made.owner(), batch.id, 20)
    who = (batch.association_id, made.world.member.owner.id, batch.id)
    racers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.labels.racer", *map(str, who),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout is not None
        assert await racer.stdout.readline() == b"ready\n"
    answers = [(await racer.communicate(b"go\n"))[0].split() for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0]
    assert [answer[-1] for answer in answers] == [b"label.over_quota"] * 2
    given = sorted(int(number) for answer in answers for number in answer[:-1])
    assert given == list(range(21, 41))
    assert (await labels.labels(made.owner(), batch.id)).ledger.left == 0
