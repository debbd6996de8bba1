"""What a count of labels leaves open. Pure.

    gap = live at the count - (used + spoiled + left) - what was told lost or stolen since, of the numbers then out

``live`` is reserved less void, so labels that were voided before are counted nowhere else. A gap either way is a
question: fewer than are out, and some walk about unseen; more, and some were made twice. More than 1 % unexplained is
worth a minor finding, more than 3 % a major one (CERTIFICATION D 16).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from seal.audits.findings import Grade
from seal.labels.model import Void

MINOR_PERCENT, MAJOR_PERCENT = 1, 3


@dataclass(frozen=True)
class Count:
    """One count. ``live`` and ``reserved_high`` are the ledger's at that moment."""

    id: UUID
    batch_id: UUID
    counted_on: date
    used: int
    spoiled: int
    left_over: int
    live: int
    reserved_high: int
    counted_at: datetime
    note: str = ""

    @property
    def accounted(self) -> int:
        return self.used + self.spoiled + self.left_over


@dataclass(frozen=True)
class Gap:
    """What a count leaves open: labels missing (positive) or too many (negative), and what that is worth."""

    count: Count
    unexplained: int
    grade: Grade | None

    @property
    def per_mille(self) -> int:
        """Of the labels that were out, rounded down."""
        return abs(self.unexplained) * 1000 // self.count.live if self.count.live else 0


def gap(count: Count, voids: Iterable[Void]) -> Gap:
    """The gap of a count today, with the batch's voids. Pure."""
    explained = sum(
        min(one.last, count.reserved_high) - one.first + 1
        for one in voids
        if one.reason.lost and one.voided_at > count.counted_at and one.first <= count.reserved_high
    )
    open_ = count.live - count.accounted
    unexplained = max(open_ - explained, 0) if open_ > 0 else open_
    return Gap(count, unexplained, grade_of(unexplained, count.live))


def grade_of(unexplained: int, live: int) -> Grade | None:
    """Exact: one label of a hundred is not more than one per cent. ``None`` for nothing to ask about."""
    if abs(unexplained) * 100 > MAJOR_PERCENT * live:
        return Grade.MAJOR
    return Grade.MINOR if abs(unexplained) * 100 > MINOR_PERCENT * live else None
