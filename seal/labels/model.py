"""Unit numbers: how many a batch may have, which are out, and which are out of use. Pure.

Quota = units that are still there + spare % of them, rounded down, and never more than 65,535, what a token can carry.
Units that were lost, opened or made into something else are *gone*: they take no seal any more. No number is reserved
while live ones (reserved less void) reach the quota. Numbers only grow: one that was reserved is never given again, so
*void* is final.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from seal.batches.model import State as BatchState
from seal.certificates.model import State as CertificationState
from seal.errors import Reason
from seal.ids import UNIT_MAX

REASONS = frozenset(
    {
        "label.batch_state",
        "label.right_none",
        "label.right_suspended",
        "label.right_withdrawn",
        "label.right_ended",
        "label.audit_voided",
        "label.stock_negative",
        "label.origin_reversed",
        "label.count",
        "label.over_quota",
        "label.span",
        "label.not_reserved",
        "label.already_void",
    }
)
"""Every code that this file may give as a reason."""


class VoidReason(StrEnum):
    DAMAGED = "damaged"
    MISPRINT = "misprint"
    RETURNED = "returned"
    SURPLUS = "surplus"
    LOST = "lost"
    STOLEN = "stolen"

    @property
    def lost(self) -> bool:
        """Out of the producer's hands: blocked at once, and a finder reads "reported lost" (CERTIFICATION D 18)."""
        return self in (VoidReason.LOST, VoidReason.STOLEN)


@dataclass(frozen=True)
class Ledger:
    """The count of one batch's unit numbers. ``gone``: units that ceased to be without being sold, by the book."""

    units: int
    spare_percent: int
    reserved_high: int = 0
    void_count: int = 0
    gone: int = 0

    @property
    def remaining(self) -> int:
        """Units that may carry a seal."""
        return max(self.units - self.gone, 0)

    @property
    def spare(self) -> int:
        return min(self.remaining * self.spare_percent // 100, UNIT_MAX - self.remaining)

    @property
    def quota(self) -> int:
        """Most live numbers at any time."""
        return self.remaining + self.spare

    @property
    def live(self) -> int:
        return self.reserved_high - self.void_count

    @property
    def left(self) -> int:
        """How many more may be reserved now: the quota's rest, and what numbers are left up to 65,535."""
        return max(min(self.quota - self.live, UNIT_MAX - self.reserved_high), 0)


@dataclass(frozen=True)
class Span:
    """Unit numbers ``first``..``last``, both inclusive."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.first <= number <= self.last

    def meets(self, other: Span) -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class LabelRange:
    """Reserved numbers; ``signatures`` is None until they are first signed, then 64 bytes a number in order."""

    id: UUID
    batch_id: UUID
    first: int
    last: int
    reserved_at: datetime
    intent_id: UUID
    signatures: bytes | None = None

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)


@dataclass(frozen=True)
class Void:
    """Numbers out of use for good."""

    id: UUID
    batch_id: UUID
    first: int
    last: int
    reason: VoidReason
    voided_at: datetime

    @property
    def span(self) -> Span:
        return Span(self.first, self.last)


def right_reasons(batch: BatchState, right: CertificationState, audit_voided: bool = False) -> tuple[Reason, ...]:
    """Why no label of this batch may be reserved or printed now. Both right and lot must stand on the day."""
    reasons = []
    if batch is not BatchState.SEALED:
        reasons.append(Reason("label.batch_state", {"lot_state": batch.value}))
    if right is not CertificationState.ACTIVE:
        reasons.append(Reason(f"label.right_{right.value}"))
    if audit_voided:
        reasons.append(Reason("label.audit_voided"))
    return tuple(reasons)


def book_reasons(lot: str, short: tuple[date, int] | None, unrooted: Sequence[str]) -> tuple[Reason, ...]:
    """Why the batch book stops the labels of a lot: more units left it than it had, or what it is of was reversed."""
    reasons = []
    if short is not None:
        reasons.append(Reason("label.stock_negative", {"lot": lot, "day": short[0].isoformat(), "units": short[1]}))
    reasons += [Reason("label.origin_reversed", {"lot": lot, "from": name}) for name in unrooted]
    return tuple(reasons)


def reserve_reasons(ledger: Ledger, count: int) -> tuple[Reason, ...]:
    """Why ``count`` numbers may not be reserved."""
    if count < 1:
        return (Reason("label.count", {"count": count}),)
    if count > ledger.left:
        return (Reason("label.over_quota", {"asked": count, "left": ledger.left, "quota": ledger.quota}),)
    return ()


def void_reasons(ledger: Ledger, voids: Iterable[Span], span: Span) -> tuple[Reason, ...]:
    """Why ``span`` may not be taken out of use: not a range, never reserved, or out of use already."""
    if not 1 <= span.first <= span.last:
        return (Reason("label.span", {"first": span.first, "last": span.last}),)
    reasons = []
    if span.last > ledger.reserved_high:
        reasons.append(Reason("label.not_reserved", {"last": span.last, "highest": ledger.reserved_high}))
    for void in voids:
        if void.meets(span):
            reasons.append(Reason("label.already_void", {"first": void.first, "last": void.last}))
    return tuple(reasons)


def usable(span: Span, voids: Sequence[Span]) -> list[int]:
    """The numbers of ``span`` that are not out of use, in order; what a sheet may print."""
    out = {number for void in voids for number in range(max(void.first, span.first), min(void.last, span.last) + 1)}
    return [number for number in range(span.first, span.last + 1) if number not in out]
