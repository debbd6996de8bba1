"""One answer to a point from the answers of its units: sites, products, lots, workers (CERTIFICATION A4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from seal.errors import Reason
from seal.protocols import samples
from seal.protocols.model import ControlPoint
from seal.protocols.responses import Judged
from seal.protocols.terms import Aggregate, Outcome

_FROM_WORST = (
    Outcome.NOT_AUDITED,
    Outcome.NON_COMPLIANT,
    Outcome.PARTIAL,
    Outcome.DEFERRED,
    Outcome.COMPLIANT,
    Outcome.NOT_APPLICABLE,
)
PLAIN_CREDIT: Mapping[Outcome, Decimal] = {
    Outcome.COMPLIANT: Decimal(1),
    Outcome.PARTIAL: Decimal("0.5"),
    Outcome.NON_COMPLIANT: Decimal(0),
}


def aggregate(
    point: ControlPoint, judged: Mapping[str, Judged], *, credit: Mapping[Outcome, Decimal] = PLAIN_CREDIT
) -> Judged:
    """The answer to ``point`` from those of its units by name. ``credit``: the protocol's own scale.

    A unit to which the point does not apply is left out. One that nobody looked at leaves the point unaudited, and
    one that has to wait for its season defers it, unless another fails already. ``worst``: as the worst unit;
    ``mean``: the mean of what each earned; ``all``: every unit complies, or the point does not. Where the point is
    sampled its units are the sample, and as many may fail as the sampling accepts.
    """
    units = sorted(judged.items())
    doubts = tuple(_of_unit(doubt, unit) for unit, one in units for doubt in one.doubts)
    asked = [one for _, one in units if one.outcome is not Outcome.NOT_APPLICABLE]
    if not asked:
        return Judged(Outcome.NOT_APPLICABLE if units else Outcome.NOT_AUDITED, doubts=doubts)
    worst = min((one.outcome for one in asked), key=_FROM_WORST.index)
    if worst in (Outcome.NOT_AUDITED, Outcome.DEFERRED):
        return Judged(worst, doubts=doubts)
    seen = [one for one in asked if one.outcome is not Outcome.DEFERRED]
    if point.sampling is not None:
        found = _sampled(point, seen)
    elif point.aggregate is Aggregate.MEAN:
        found = _mean(seen, credit)
    elif point.aggregate is Aggregate.ALL:
        found = Judged(Outcome.COMPLIANT if worst is Outcome.COMPLIANT else Outcome.NON_COMPLIANT)
    else:
        found = Judged(worst, _each(min, (one.credit for one in seen if one.outcome is worst)))
    taken = _average if point.aggregate is Aggregate.MEAN else min
    return replace(
        found,
        points=_each(taken, (one.points for one in seen)),
        rank=_each(taken, (one.rank for one in seen)),
        lowest=_each(min, (one.lowest for one in seen)),
        on_target=None if any(one.on_target is None for one in seen) else all(one.on_target for one in seen),
        doubts=doubts,
    )


def _mean(seen: list[Judged], scale: Mapping[Outcome, Decimal]) -> Judged:
    earned = [Fraction(scale[one.outcome]) if one.credit is None else one.credit for one in seen]
    outcomes = {one.outcome for one in seen}
    outcome = outcomes.pop() if len(outcomes) == 1 else Outcome.PARTIAL
    return Judged(outcome, _average(earned))


def _sampled(point: ControlPoint, seen: list[Judged]) -> Judged:
    assert point.sampling is not None
    failed = sum(one.outcome is not Outcome.COMPLIANT for one in seen)
    return Judged(*samples.verdict(point.sampling, len(seen), failed))


def _average(numbers: Iterable[Fraction]) -> Fraction:
    listed = list(numbers)
    return sum(listed, Fraction(0)) / len(listed)


def _each(taken: Callable[[Iterable[Fraction]], Fraction], numbers: Iterable[Fraction | None]) -> Fraction | None:
    """``taken`` of the numbers, where every unit has one."""
    listed = list(numbers)
    known = [number for number in listed if number is not None]
    return taken(known) if known and len(known) == len(listed) else None


def _of_unit(doubt: Reason, unit: str) -> Reason:
    return Reason(doubt.code, {**doubt.params, "at": unit})
