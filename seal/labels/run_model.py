"""Label runs: a span of a batch's numbers made into one file, beside other work and in pieces. Pure.

    waiting -> printing -> ready
        \\__________\\_____-> cancelled (by a person) or failed (the right has ended, the paper cannot be drawn)

A run that a process left behind goes on in another: who prints it beats, and a run without a beat for a while is free.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from seal.errors import Reason
from seal.labels.model import Span

MOST_OPEN = 10
"""Runs of an association that wait or print at a time."""
AT_ONCE = 240
"""Labels that a page prints while the person waits; more become a run."""
FREE_AFTER = timedelta(seconds=60)
"""A run in print without a beat for so long has lost its process."""
FILE_KEPT = timedelta(days=7)


class RunState(StrEnum):
    WAITING = "waiting"
    PRINTING = "printing"
    READY = "ready"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def open(self) -> bool:
        return self in (RunState.WAITING, RunState.PRINTING)


@dataclass(frozen=True)
class Run:
    """A run and how far it is. ``right_tenths`` and ``down_tenths`` are the offset in tenths of a millimetre; ``done``
    counts numbers; ``voids`` is the digest of those left blank; ``sha256`` and ``size`` are of the finished file."""

    id: UUID
    batch_id: UUID
    first: int
    last: int
    format: str
    start: int
    right_tenths: int
    down_tenths: int
    title: str
    asked_at: datetime
    state: RunState = RunState.WAITING
    done: int = 0
    sha256: str | None = None
    size: int | None = None
    voids: str | None = None
    finished_at: datetime | None = None
    faults: tuple[Reason, ...] = ()

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)

    @property
    def percent(self) -> int:
        return 100 * self.done // len(self.span)

    @property
    def file_name(self) -> str:
        return f"labels-{self.first}-{self.last}.pdf"


def left_blank(span: Span, voids: Iterable[Span]) -> frozenset[int]:
    """The numbers of ``span`` that are out of use."""
    return frozenset(
        number for void in voids for number in range(max(void.first, span.first), min(void.last, span.last) + 1)
    )


def digest_of(numbers: Iterable[int]) -> str:
    """What a file depends on besides its run: the numbers that it leaves blank."""
    return hashlib.sha256(json.dumps(sorted(numbers)).encode()).hexdigest()


def written(faults: Iterable[Reason]) -> str:
    return json.dumps([[fault.code, dict(fault.params)] for fault in faults])


def read_faults(text: str | None) -> tuple[Reason, ...]:
    return tuple(Reason(code, params) for code, params in json.loads(text or "[]"))
