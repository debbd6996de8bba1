"""Measured values: read as typed, converted exactly, compared with the limits without rounding.

20.04 against a limit of 20 fails; 20.0 passes (CERTIFICATION D 44). ``17,4`` and ``17.4`` are the same value.
A unit that cannot be converted into the protocol's is refused, naming those that can.

``<0.5`` is compliant where 0.5 would be. ``ND`` is below any highest limit and never reaches a lowest one. What a
reading does not settle is refused with the words to ask the laboratory for. What is merely strange (outside the
plausible band, another unit likely, finer than the instrument reads) is a doubt: asked again, never refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from seal.errors import BadInput, Reason
from seal.protocols import plans, values
from seal.protocols.answer_types import Plan
from seal.protocols.document import number
from seal.protocols.measure import effective
from seal.protocols.model import BatchTest, Measure, Outcome, ResultKind
from seal.protocols.situation import Situation
from seal.protocols.terms import DecisionRule, ReplicateRule
from seal.protocols.units import SIGNED, UNITS, accepted_units, convert, possible
from seal.protocols.values import Reading, Sign, Span, read_value

__all__ = [
    "SIGNED",
    "UNITS",
    "Measured",
    "accepted_units",
    "convert",
    "doubts",
    "judge",
    "outcome_of_measure",
    "outcome_of_test",
    "plan_of",
    "read_value",
    "shown",
]


@dataclass(frozen=True)
class Measured:
    """A value judged: its outcome, and whether it also reaches the target (``None``: there is no target)."""

    outcome: Outcome
    on_target: bool | None
    exact: Fraction
    """The value in the protocol's unit; of ``<0.5`` the number typed; 0 where nothing was detected."""
    spare: Fraction | None = None
    """How much nearer the limit the value may be, with a guard band: the uncertainty typed."""


def judge(measure: Measure, value: str, unit: str, *, uncertainty: str = "") -> Measured:
    """Judge a typed value, or replicates separated by ``;``. Limits are inclusive.

    ``uncertainty`` (expanded, in the same unit) is needed where the measure has a guard band (ILAC-G8): the value
    must then be inside the limits by at least that much. Raises ``BadInput`` for an unreadable value or unit, too few
    replicates, ``protocols.negative_value`` for less than nothing unless the unit or the limit knows it, and
    ``protocols.unsettled`` where a reading such as ``<5`` does not say on which side of the limit the value lies.
    """
    found = _readings(measure, value)
    guard = _guard(measure, uncertainty, unit)
    spans = [_span(measure, reading, unit) for reading in found]
    inside = _within(measure, found, spans, measure.min, measure.max, guard)
    if inside is None:
        raise BadInput("protocols.unsettled", field="value", value=value[:40], limit=_limit(measure), unit=measure.unit)
    target: bool | None = None
    if measure.target_min is not None or measure.target_max is not None:
        target = bool(_within(measure, found, spans, measure.target_min, measure.target_max, Fraction(0)))
    outcome = Outcome.COMPLIANT if inside else Outcome.NON_COMPLIANT
    spare = guard if measure.decision is DecisionRule.GUARD_BAND else None
    return Measured(outcome, target, _exact(measure, found, unit), spare)


def outcome_of_measure(measure: Measure, value: str, unit: str) -> Outcome:
    """``compliant`` inside the limits, else ``non_compliant``: computed, never chosen."""
    return judge(measure, value, unit).outcome


def outcome_of_test(test: BatchTest, value: str, unit: str, situation: Situation | None = None) -> Outcome:
    """The outcome of a batch test. An absence test takes ``absent`` or ``present`` and no unit; a test with a plan
    takes the result of each of its units, separated by ``;``. Variants are those that may hold in ``situation``."""
    here = situation or Situation()
    plan = plan_of(test, here)
    if plan is not None:
        return plans.judge(plan, value, unit)
    if test.kind is ResultKind.ABSENCE:
        if value not in ("absent", "present"):
            raise BadInput("protocols.not_absence", field="value", value=value[:40])
        return Outcome.COMPLIANT if value == "absent" else Outcome.NON_COMPLIANT
    return outcome_of_measure(effective(measure_of(test), here), value, unit)


def plan_of(test: BatchTest, situation: Situation) -> Plan | None:
    """The sampling plan of a batch test as it holds in a situation; its variants may stand in either place."""
    if test.plan is None:
        return None
    return effective(replace(test.plan, variants=(*test.plan.variants, *test.variants)), situation)


def measure_of(test: BatchTest) -> Measure:
    """The measure that a batch test with limits is."""
    return Measure(
        test.id,
        test.unit,
        test.min,
        test.max,
        test.target_min,
        test.target_max,
        plausible=test.plausible,
        variants=test.variants,
    )


def doubts(measure: Measure, value: str, unit: str) -> tuple[Reason, ...]:
    """What a person should look at again before it counts: the answer stands if they say that it is so."""
    asked: list[Reason] = []
    low, high = measure.plausible or possible(measure.unit) or (None, None)
    for reading in _readings(measure, value):
        if reading.number is None:
            continue
        typed = f"{_text(reading.number)} {unit.strip()}"
        exact = convert(reading.number, unit, measure.unit)
        if low is not None and high is not None and not Fraction(low) <= exact <= Fraction(high):
            band: dict[str, str | int] = {"value": typed, "low": _text(low), "high": _text(high), "unit": measure.unit}
            meant = _likely_unit(measure, reading.number, unit, Fraction(low), Fraction(high))
            if meant is None:
                asked.append(Reason("protocols.implausible", band))
            else:
                asked.append(
                    Reason("protocols.implausible_unit", {**band, "meant": f"{_text(reading.number)} {meant}"})
                )
        if measure.precision and exact % Fraction(measure.precision):
            asked.append(
                Reason("protocols.finer", {"value": typed, "precision": _text(measure.precision), "unit": measure.unit})
            )
    return tuple(asked)


def shown(measure: Measure, exact: Fraction) -> Decimal:
    """``exact`` at the measure's precision for display, towards nought; the comparison never sees it (D 44)."""
    step = Fraction(measure.precision) if measure.precision else Fraction(1, 1_000_000)
    steps = abs(exact) // step
    found = step * steps * (-1 if exact < 0 else 1)
    return Decimal(found.numerator) / Decimal(found.denominator)


def _readings(measure: Measure, value: str) -> tuple[Reading, ...]:
    if measure.replicates is None:
        return (values.read(value),)
    found = values.read_all(value)
    needed = measure.replicates.count
    if len(found) < needed:
        raise BadInput("protocols.replicates", field="value", needed=needed, got=len(found))
    return found


def _span(measure: Measure, reading: Reading, unit: str) -> Span:
    signed = measure.unit in SIGNED or (measure.min is not None and measure.min < 0)
    least = None if signed else Fraction(0)
    if reading.number is None:
        convert(Decimal(0), unit, measure.unit)  # a wrong unit is refused even where nothing was found
        return Span(least, None)
    exact = convert(reading.number, unit, measure.unit)
    if reading.number.is_signed() and not signed:
        raise BadInput("protocols.negative_value", field="value", value=str(reading.number)[:40])
    if reading.sign is Sign.EXACT:
        return Span(exact, exact)
    if reading.sign in (Sign.BELOW, Sign.AT_MOST):
        return Span(least, exact, high_open=reading.sign is Sign.BELOW)
    return Span(exact, None, low_open=reading.sign is Sign.ABOVE)


def _guard(measure: Measure, uncertainty: str, unit: str) -> Fraction:
    if measure.decision is not DecisionRule.GUARD_BAND:
        return Fraction(0)
    if not uncertainty.strip():
        raise BadInput("protocols.uncertainty_missing", field="uncertainty", unit=measure.unit)
    typed = read_value(uncertainty)
    if typed.is_signed():
        raise BadInput("protocols.negative_value", field="uncertainty", value=uncertainty[:40])
    return convert(typed, unit, measure.unit)


def _within(
    measure: Measure,
    found: tuple[Reading, ...],
    spans: list[Span],
    low: Decimal | None,
    high: Decimal | None,
    guard: Fraction,
) -> bool | None:
    """Whether what was read lies inside limits; ``None``: the readings do not say."""
    least, most = (None if bound is None else Fraction(bound) for bound in (low, high))
    blind = [reading.number is None for reading in found]
    if all(blind):
        return least is None
    accepted = (None if least is None else least + guard, None if most is None else most - guard)
    # Nothing detected lies at the highest limit at most; averaged with real values, that is what can be said of it.
    placed = [Span(span.low, most) if unseen else span for span, unseen in zip(spans, blind, strict=True)]
    take = measure.replicates.take if measure.replicates else ReplicateRule.WORST
    if take is ReplicateRule.WORST:
        verdicts = [
            least is None if unseen else span.inside(*accepted) for span, unseen in zip(placed, blind, strict=True)
        ]
        return False if False in verdicts else None if None in verdicts else True
    whole = (values.mean if take is ReplicateRule.MEAN else values.median)(placed)
    verdict = whole.inside(*accepted)
    return False if verdict is None and least is not None and any(blind) else verdict


def _exact(measure: Measure, found: tuple[Reading, ...], unit: str) -> Fraction:
    exact = [convert(reading.number or Decimal(0), unit, measure.unit) for reading in found]
    take = measure.replicates.take if measure.replicates else ReplicateRule.WORST
    if take is ReplicateRule.MEAN:
        return sum(exact, Fraction(0)) / len(exact)
    if take is ReplicateRule.MEDIAN:
        middle = values.median([Span(value, value) for value in exact])
        assert middle.low is not None
        return middle.low
    return min(exact, key=lambda value: _margin(measure, value))


def _margin(measure: Measure, value: Fraction) -> Fraction:
    """How far inside the limits ``value`` lies; less than nought outside; without limits the lowest is the worst."""
    margins = [value - Fraction(measure.min)] if measure.min is not None else []
    margins += [Fraction(measure.max) - value] if measure.max is not None else []
    return min(margins) if margins else value


def _likely_unit(measure: Measure, value: Decimal, typed: str, low: Fraction, high: Fraction) -> str | None:
    """Another unit in which the same number would be an ordinary value (CERTIFICATION D 45)."""
    for unit in accepted_units(measure.unit):
        if unit != typed.strip() and low <= convert(value, unit, measure.unit) <= high:
            return unit
    return None


def _limit(measure: Measure) -> str:
    bounds = (("≥", measure.min), ("≤", measure.max))
    return ", ".join(f"{sign} {_text(bound)}" for sign, bound in bounds if bound is not None)


def _text(value: Decimal | int) -> str:
    return number(value)
