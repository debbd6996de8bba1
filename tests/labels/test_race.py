"""Two processes race for the last labels: exactly what is left is given, and no number twice."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from seal.batches.model import Batch
from seal.labels import service as labels
from tests.certificates.certified import Certified, certified, sealed
from tests.conftest import Database
from tests.labels.rolled import allotted

LAST = 10


class Racers:
    """Processes that are ready, and go at one gun as often as told."""

    def __init__(self, made: Certified, processes: list[Process]) -> None:
        self.made, self.processes = made, processes

    async def run(self, batch: Batch, *ways: str) -> list[list[str]]:
        """What each process got, and why it stopped."""
        answers = []
        for process, way in zip(self.processes, ways, strict=True):
            assert process.stdin is not None
            process.stdin.write(f"{batch.id} {way}\n".encode())
        for process in self.processes:
            assert process.stdout is not None
            answers.append((await process.stdout.readline()).decode().split())
        return answers

    async def last_ten(self, lot: str) -> Batch:
        """A batch of which ten labels are left."""
        batch = await sealed(self.made, lot=lot, units=40)
        await labels.reserve(self.made.owner(), batch.id, 40 - LAST)
        return batch

    async def round(self, number: int) -> None:
        """Exactly ten are given between two of them; in turns, one takes seals of a roll, or one replaces labels."""
        batch, owner = await self.last_ten(f"R-{number}"), self.made.owner()
        kind = number % 3
        roll = f"bind {(await allotted(self.made, 40)).id} 1" if kind == 1 else ""
        ways = ("reserve", (roll, "reserve", "reprint 1 5")[(1, 0, 2)[kind]])
        answers = await self.run(batch, *ways)
        ends = ["label.over_quota", "done" if kind == 2 else "label.over_quota"]
        assert [answer[-1] for answer in answers] == ends
        replaced = 5 if kind == 2 else 0
        given = sorted(int(got) for answer in answers for got in answer[:-1])
        assert given == list(range(41 - LAST, 41 + replaced))
        ledger = (await labels.labels(owner, batch.id)).ledger
        assert (ledger.live, ledger.left, ledger.void_count) == (40, 0, replaced)


@asynccontextmanager
async def racers() -> AsyncIterator[Racers]:
    made = await certified()
    who = (made.world.association.id, made.world.member.owner.id)
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.labels.racer", *map(str, who), stdin=PIPE, stdout=PIPE
        )
        for _ in "12"
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    yield Racers(made, processes)
    for process in processes:
        await process.communicate(b"")
    assert [process.returncode for process in processes] == [0, 0]


async def test_two_processes_get_exactly_the_remainder(database: Database) -> None:
    async with racers() as found:
        for number in range(3):
            await found.round(number)


@pytest.mark.deep
async def test_a_hundred_times_the_last_ten_labels_are_exactly_ten(database: Database) -> None:
    async with racers() as found:
        for number in range(100):
            await found.round(number)
