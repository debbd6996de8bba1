"""Which control points apply to a producer. What nobody knows leaves the point in: the safe side."""

from __future__ import annotations

from dataclasses import replace

from seal.protocols.answer_types import Plan
from seal.protocols.facts import Facts
from seal.protocols.measure import Measure, effective
from seal.protocols.model import BatchTest, ControlPoint
from seal.protocols.situation import Situation, truth

__all__ = [
    "Facts",
    "Situation",
    "applies",
    "effective_measure",
    "effective_plan",
    "effective_test",
    "test_applies",
    "truth",
]


def applies(point: ControlPoint, situation: Situation | Facts) -> bool:
    """False only when what is known says so."""
    return point.applies_if is None or truth(point.applies_if, situation) is not False


def effective_measure(point: ControlPoint, situation: Situation) -> Measure | None:
    """The limits of ``point`` in ``situation``: the strictest of those that hold (see :func:`measure.effective`)."""
    return None if point.measure is None else effective(point.measure, situation)


def effective_plan(plan: Plan, situation: Situation) -> Plan:
    """A sampling plan with the numbers that hold in ``situation``."""
    return effective(plan, situation)


def test_applies(test: BatchTest, situation: Situation) -> bool:
    """False only when what is known says so."""
    return test.applies_if is None or truth(test.applies_if, situation) is not False


def effective_test(test: BatchTest, situation: Situation) -> BatchTest:
    """A batch test with the limits, and the sampling plan, that hold in ``situation``."""
    held = effective(test, situation)
    if test.plan is None:
        return held
    variants = (*test.plan.variants, *test.variants)
    return replace(held, plan=effective(replace(test.plan, variants=variants), situation))
