"""Measured values: read as typed, converted exactly, compared with the limits without rounding.

20.04 against a limit of 20 fails; 20.0 passes (CERTIFICATION D 44). ``17,4`` and ``17.4`` are the same value.
A unit that cannot be converted into the protocol's is refused, naming those that can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from seal.errors import BadInput
from seal.protocols.model import BatchTest, Measure, Outcome, ResultKind

_VALUE = re.compile(r"[+-]?[0-9]{1,12}([.,][0-9]{1,12})?")

_SCALES: Final[dict[str, dict[str, Fraction]]] = {
    # unit of the protocol: unit as typed -> factor into the protocol's unit
    "g/100g": {"g/100g": Fraction(1), "%": Fraction(1), "g/kg": Fraction(1, 10), "mg/kg": Fraction(1, 10_000)},
    "mg/kg": {"mg/kg": Fraction(1), "g/kg": Fraction(1000), "g/100g": Fraction(10_000), "%": Fraction(10_000)},
    "%": {"%": Fraction(1)},
    "%/year": {"%/year": Fraction(1)},
    "km": {"km": Fraction(1), "m": Fraction(1, 1000)},
    "um": {"um": Fraction(1), "mm": Fraction(1000)},
    "min": {"min": Fraction(1), "h": Fraction(60)},
    "days": {"days": Fraction(1), "weeks": Fraction(7)},
    "months": {"months": Fraction(1), "years": Fraction(12)},
    "degC": {"degC": Fraction(1)},
    "kg": {"kg": Fraction(1), "g": Fraction(1, 1000)},
    "kg/hive": {"kg/hive": Fraction(1), "g/hive": Fraction(1, 1000)},
    "kg/hive/year": {"kg/hive/year": Fraction(1)},
    "mS/cm": {"mS/cm": Fraction(1), "uS/cm": Fraction(1, 1000)},
    "meq/kg": {"meq/kg": Fraction(1)},
    "mg/L": {"mg/L": Fraction(1), "g/L": Fraction(1000)},
    "Schade": {"Schade": Fraction(1)},
    "CFU/100mL": {"CFU/100mL": Fraction(1), "CFU/mL": Fraction(100)},
    "mites/100bees": {"mites/100bees": Fraction(1), "%": Fraction(1)},
    "people": {"people": Fraction(1)},
    "kWh/unit": {"kWh/unit": Fraction(1)},
}

SIGNED: Final = frozenset({"degC", "%/year"})
"""Units in which less than nothing can be measured."""

UNITS: Final = frozenset(_SCALES)
"""Units in which a protocol may state a limit."""


@dataclass(frozen=True)
class Measured:
    """A value judged: its outcome, and whether it also reaches the target (``None``: there is no target)."""

    outcome: Outcome
    on_target: bool | None
    exact: Fraction
    """The value in the protocol's unit."""


def read_value(text: str) -> Decimal:
    """The number as typed, comma or point as decimal sign. ``BadInput('protocols.not_a_value')`` otherwise."""
    bare = text.strip()
    if not _VALUE.fullmatch(bare):
        raise BadInput("protocols.not_a_value", field="value", value=text[:40])
    return Decimal(bare.replace(",", "."))


def accepted_units(unit: str) -> tuple[str, ...]:
    """Units that can be typed where the protocol states ``unit``."""
    return tuple(_SCALES.get(unit, {unit: Fraction(1)}))


def convert(value: Decimal, typed: str, into: str) -> Fraction:
    """``value`` in the unit ``into``, exactly. ``BadInput('protocols.unit')`` names the accepted units."""
    factor = _SCALES.get(into, {into: Fraction(1)}).get(typed.strip())
    if factor is None:
        raise BadInput("protocols.unit", field="unit", unit=typed[:40], accepted=", ".join(accepted_units(into)))
    return Fraction(value) * factor


def _inside(value: Fraction, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or value >= Fraction(low)) and (high is None or value <= Fraction(high))


def judge(measure: Measure, value: str, unit: str) -> Measured:
    """Judge a typed value. Limits are inclusive. Raises ``BadInput`` for an unreadable value or unit, and
    ``BadInput('protocols.negative_value')`` for less than nothing, unless the unit or the limit knows it."""
    typed = read_value(value)
    exact = convert(typed, unit, measure.unit)
    below_zero = measure.unit in SIGNED or (measure.min is not None and measure.min < 0)
    if typed.is_signed() and not below_zero:
        raise BadInput("protocols.negative_value", field="value", value=value[:40])
    outcome = Outcome.COMPLIANT if _inside(exact, measure.min, measure.max) else Outcome.NON_COMPLIANT
    if measure.target_min is None and measure.target_max is None:
        return Measured(outcome, None, exact)
    return Measured(outcome, _inside(exact, measure.target_min, measure.target_max), exact)


def outcome_of_measure(measure: Measure, value: str, unit: str) -> Outcome:
    """``compliant`` inside the limits, else ``non_compliant``: computed, never chosen."""
    return judge(measure, value, unit).outcome


def outcome_of_test(test: BatchTest, value: str, unit: str) -> Outcome:
    """The outcome of a batch test. An absence test takes ``absent`` or ``present`` and no unit."""
    if test.kind is ResultKind.ABSENCE:
        if value not in ("absent", "present"):
            raise BadInput("protocols.not_absence", field="value", value=value[:40])
        return Outcome.COMPLIANT if value == "absent" else Outcome.NON_COMPLIANT
    return outcome_of_measure(Measure(test.id, test.unit, test.min, test.max), value, unit)
