"""What an instrument or a laboratory says, as typed: ``17,4``, ``<0.5``, ``ND``, ``>2420``, replicates ``4,1; 4,3``.

A reading that is no number still says where the true value lies. It is kept as a span, and spans are averaged like
numbers: nothing is put at half the detection limit, and what the span does not settle is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from seal.errors import BadInput

_NUMBER = r"[+-]?[0-9]{1,12}(?:[.,][0-9]{1,12})?"
_VALUE = re.compile(_NUMBER)
_CENSORED = re.compile(rf"(<=|>=|[<>≤≥])\s*({_NUMBER})")
_NOT_DETECTED = frozenset({"nd", "n.d.", "<lod", "<loq", "<ld", "<lc", "<lq", "no detectado", "not detected"})
MOST_REPLICATES = 30


class Sign(StrEnum):
    EXACT = "="
    BELOW = "<"
    AT_MOST = "≤"
    ABOVE = ">"
    AT_LEAST = "≥"
    NOT_DETECTED = "ND"


_SIGNS = {"<": Sign.BELOW, "<=": Sign.AT_MOST, "≤": Sign.AT_MOST, ">": Sign.ABOVE, ">=": Sign.AT_LEAST}


@dataclass(frozen=True)
class Reading:
    """One reading. ``number`` as typed; ``None`` where nothing was detected."""

    sign: Sign
    number: Decimal | None


@dataclass(frozen=True)
class Span:
    """Where the true value lies: from ``low`` to ``high``; ``None``: without end; an open end is not part of it."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def inside(self, low: Fraction | None, high: Fraction | None) -> bool | None:
        """Whether all of it lies within inclusive limits; ``None``: part of it does."""
        under = self.high is not None and low is not None and (self.high < low or (self.high == low and self.high_open))
        over = self.low is not None and high is not None and (self.low > high or (self.low == high and self.low_open))
        if under or over:
            return False
        not_under = low is None or (self.low is not None and self.low >= low)
        not_over = high is None or (self.high is not None and self.high <= high)
        return True if not_under and not_over else None


def read_value(text: str) -> Decimal:
    """The number as typed, comma or point as decimal sign. ``BadInput('protocols.not_a_value')`` otherwise."""
    bare = text.strip()
    if not _VALUE.fullmatch(bare):
        raise BadInput("protocols.not_a_value", field="value", value=text[:40])
    return Decimal(bare.replace(",", "."))


def read(text: str) -> Reading:
    """One reading: a number, ``<`` or ``>`` with a number, or ``ND``."""
    bare = text.strip()
    if _is_nothing(bare):
        return Reading(Sign.NOT_DETECTED, None)
    censored = _CENSORED.fullmatch(bare)
    if censored is None:
        return Reading(Sign.EXACT, read_value(text))
    return Reading(_SIGNS.get(censored[1], Sign.AT_LEAST), Decimal(censored[2].replace(",", ".")))


def read_all(text: str) -> tuple[Reading, ...]:
    """Readings separated by ``;`` or by lines, in the order typed."""
    parts = [part for part in re.split(r"[;\n]", text) if part.strip()]
    if not 1 <= len(parts) <= MOST_REPLICATES:
        raise BadInput("protocols.not_a_value", field="value", value=text[:40])
    return tuple(read(part) for part in parts)


def tidy(text: str) -> str:
    """``text`` without idle spaces, so that a value and its unit can stand in one line: ``< 0,5; ND`` is ``<0,5;ND``.

    Digits, signs and order stay as typed; words for "not detected" become ``ND``.
    """
    parts = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
    return ";".join("ND" if _is_nothing(part) else re.sub(r"^([<>≤≥]=?)\s+", r"\1", part) for part in parts)


def _is_nothing(text: str) -> bool:
    return text.lower().replace("< ", "<") in _NOT_DETECTED


def mean(spans: Sequence[Span]) -> Span:
    """The span in which the mean of the true values lies."""
    lows, highs = [span.low for span in spans], [span.high for span in spans]
    return Span(_mean(lows), _mean(highs), any(span.low_open for span in spans), any(span.high_open for span in spans))


def median(spans: Sequence[Span]) -> Span:
    """The span in which the median of the true values lies."""
    # The k-th smallest value is no less than the k-th smallest low end and no more than the k-th smallest high end.
    lows = sorted(spans, key=lambda span: (span.low is not None, span.low or 0, span.low_open))
    highs = sorted(spans, key=lambda span: (span.high is None, span.high or 0, not span.high_open))
    ends = [Span(low.low, high.high, low.low_open, high.high_open) for low, high in zip(lows, highs, strict=True)]
    half = len(ends) // 2
    return ends[half] if len(ends) % 2 else mean(ends[half - 1 : half + 1])


def _mean(ends: Sequence[Fraction | None]) -> Fraction | None:
    known = [end for end in ends if end is not None]
    return sum(known, Fraction(0)) / len(known) if len(known) == len(ends) else None
