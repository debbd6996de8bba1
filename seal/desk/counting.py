"""Counts that help: of each producer's lots, how many units were made, sealed, printed, applied, voided and scanned.

They stand beside each other so that a gap is seen: more printed than sealed cannot be, far fewer applied than printed
is a question, a lot that nobody scans is another. Pure.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from uuid import UUID

from seal.batches.model import State
from seal.web.text import cell

MEASURES = ("made", "sealed", "printed", "applied", "voided", "scanned")
"""The numbers, in the order of a lot's life."""
SEALED = frozenset({State.SEALED, State.ON_HOLD, State.RECALLED, State.REVOKED})
NOT_MADE = frozenset({State.DISCARDED})


@dataclass(frozen=True)
class Count:
    """Units. ``applied`` is what was counted at the end of a run; ``scanned`` is how often a code was asked about."""

    made: int = 0
    sealed: int = 0
    printed: int = 0
    applied: int = 0
    voided: int = 0
    scanned: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True)
class LotCount:
    """One lot with its numbers."""

    producer_id: UUID
    batch_id: UUID
    product: Mapping[str, str]
    lot: str
    made_on: date
    state: State
    count: Count


@dataclass(frozen=True)
class Row:
    """A group of lots: a producer, or a month (``2026-02``)."""

    key: str
    name: str
    count: Count
    lots: int


def told(lots: Iterable[LotCount]) -> tuple[LotCount, ...]:
    """The lots that count: what was discarded was never made; what has no seal counts as made alone."""
    return tuple(
        one if one.state in SEALED else replace(one, count=replace(one.count, sealed=0))
        for one in lots
        if one.state not in NOT_MADE
    )


def total(lots: Iterable[LotCount]) -> Count:
    return sum((one.count for one in lots), Count())


def by_producer(lots: Sequence[LotCount], names: Mapping[UUID, str]) -> tuple[Row, ...]:
    """One row a producer, by name."""
    found = {one.producer_id for one in lots}
    rows = [
        Row(str(maker), names.get(maker, ""), total(mine), len(mine))
        for maker in found
        for mine in [[one for one in lots if one.producer_id == maker]]
    ]
    return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.key)))


def by_month(lots: Sequence[LotCount]) -> tuple[Row, ...]:
    """One row a month of production, oldest first."""
    months: dict[str, list[LotCount]] = {}
    for one in lots:
        months.setdefault(f"{one.made_on:%Y-%m}", []).append(one)
    return tuple(Row(month, month, total(mine), len(mine)) for month, mine in sorted(months.items()))


def as_csv(lots: Iterable[LotCount], names: Mapping[UUID, str], heads: Sequence[str], language: str) -> str:
    """One line a lot, with ``heads`` above: producer, product, lot, day, state, then the measures (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    for one in lots:
        name = one.product.get(language) or one.product.get("es", "")
        numbers = [getattr(one.count, measure) for measure in MEASURES]
        texts = [names.get(one.producer_id, ""), name, one.lot]
        writer.writerow([*map(cell, texts), one.made_on.isoformat(), one.state.value, *numbers])
    return out.getvalue()
