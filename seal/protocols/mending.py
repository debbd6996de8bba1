"""What would mend a rule that fails: the fewest points whose full conformity makes it hold, the most useful first."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

Gain = tuple[str, Fraction]
"""A point, and what the rule's number gains when the point is put right."""


def fewest(gains: Iterable[Gain], missing: Fraction) -> tuple[str, ...]:
    """The fewest points that together gain ``missing``; of equal gains the first of the checklist. Empty where even
    all of them would not: then no correction makes the rule hold."""
    order = sorted((gain for gain in gains if gain[1] > 0), key=lambda gain: gain[1], reverse=True)  # stable
    taken: list[str] = []
    for point, gain in order:
        if missing <= 0:
            break
        taken.append(point)
        missing -= gain
    return tuple(taken) if missing <= 0 else ()


def either(ordinary: list[Gain], best: list[Gain], missing: Fraction) -> tuple[str, ...]:
    """By bringing points up to what is expected; where that is not enough, to the best there is."""
    return fewest(ordinary, missing) or fewest(best, missing)
