"""Shares, amounts and spans as people read them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from seal.labels.model import Span

LEAST = Fraction(1, 10_000)
"""A smaller share is said to be less than a hundredth of a per cent, never nought."""
EXACT_MOST = 10**9
"""A share is also written as a fraction up to this denominator."""


def percent(share: Fraction) -> str:
    """``37.5``, ``100``; ``<0.01`` for what is more than nothing and would be written as nought."""
    if 0 < share < LEAST:
        return "<0.01"
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator) if share else Decimal(0)
    rounded = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if share < 1 and rounded == 100:
        rounded = Decimal("99.99")
    return f"{rounded.normalize():f}"


def fraction(share: Fraction) -> str:
    """``3/4`` where that can be read, else nothing: the percentage says enough."""
    return str(share) if share.denominator <= EXACT_MOST else ""


def whole(part: Fraction) -> int:
    """A part of an amount in whole base units, to the nearest; at least one of what is more than nothing."""
    return max(1, round(part)) if part > 0 else 0


def numbers(spans: Iterable[Span]) -> str:
    """``1-24, 30``."""
    return ", ".join(str(one.first) if one.first == one.last else f"{one.first}-{one.last}" for one in spans)
