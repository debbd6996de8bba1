"""How the benchmarks measure and print: CPU time of this process, the median of several rounds, as ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

ROUNDS = 7


@dataclass(frozen=True)
class Figure:
    """One thing measured: CPU microseconds each, median and the spread over rounds."""

    name: str
    median: float
    least: float
    most: float


async def cpu(name: str, work: Callable[[], Awaitable[object]], *, times: int, rounds: int = ROUNDS) -> Figure:
    """CPU microseconds of one call of ``work``, after one round that is not counted."""
    found = []
    for round_number in range(rounds + 1):
        start = time.process_time_ns()
        for _ in range(times):
            await work()
        if round_number:
            found.append((time.process_time_ns() - start) / times / 1000)
    return Figure(name, statistics.median(found), min(found), max(found))


def table(title: str, figures: Sequence[Figure], peers: Sequence[str]) -> str:
    """A text table: each figure, and how many times each peer it is."""
    by_name = {figure.name: figure for figure in figures}
    lines = [title, ""]
    lines.append(f"{'':44}{'CPU µs':>10}{'range':>18}" + "".join(f"{'/ ' + peer:>24}" for peer in peers))
    for figure in figures:
        ratios = "".join(f"{figure.median / by_name[peer].median:>24.2f}" for peer in peers)
        lines.append(f"{figure.name:44}{figure.median:>10.1f}{f'{figure.least:.0f}-{figure.most:.0f}':>18}{ratios}")
    return "\n".join(lines)
