"""What a checklist, a score and a typed answer cost beside parsing the protocol's YAML, which is done once a version.

``python -m tests.bench.bench_protocols``
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from seal.protocols import loader, response_forms
from seal.protocols.checklist import build
from seal.protocols.example_shapes import ExampleShape
from seal.protocols.examples import differences, paths
from seal.protocols.model import Outcome
from seal.protocols.reading import read
from seal.protocols.scoring import score
from seal.protocols.source import parse
from tests.bench.measure import cpu, table
from tests.protocols.test_responses import BOILED, KINDS

PROTOCOL = ("miel", "0.1.0")
PARSED = "parse protocol.yaml (its modules apart)"


def done(work: Callable[[], object]) -> Callable[[], Awaitable[None]]:
    async def once() -> None:
        work()

    return once


async def main() -> None:
    folder = loader.shipped()
    raw = (folder / "/".join(PROTOCOL) / "protocol.yaml").read_bytes()
    protocol = loader.load(folder, *PROTOCOL)
    checklist = build(protocol, {}, year=1)
    good = {point.id: Outcome.COMPLIANT for point in checklist.points}
    bad = dict.fromkeys(good, Outcome.NON_COMPLIANT)
    ph, sheet = KINDS.point("KIND-A05"), {"value": "5,3", "unit": "pH"}
    path = paths(folder, protocol)[0]
    source = loader.read(folder, path)
    example = read(ExampleShape, source)

    def scored(answers: dict[str, Outcome]) -> object:
        return score(protocol, checklist, answers, year=1, open_majors=0, after_corrections=False)

    figures = [
        await cpu(PARSED, done(lambda: parse("protocol.yaml", raw)), times=3),
        await cpu("load with modules and words", done(lambda: loader.load(folder, *PROTOCOL)), times=1, rounds=3),
        await cpu("checklist", done(lambda: build(protocol, {}, year=1)), times=20),
        await cpu(f"score {len(good)} answers, all compliant", done(lambda: scored(good)), times=20),
        await cpu(f"score {len(bad)} answers, every rule failing", done(lambda: scored(bad)), times=20),
        await cpu("judge a typed value", done(lambda: response_forms.judge(ph, BOILED, sheet)), times=200),
        await cpu("run an example", done(lambda: list(differences(protocol, example, source))), times=10),
    ]
    print(table(f"{PROTOCOL[0]} {PROTOCOL[1]}: {len(protocol.points)} points", figures, [PARSED]))


if __name__ == "__main__":
    asyncio.run(main())
