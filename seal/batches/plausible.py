"""A result that is asked back once: outside what is usual, or likely in another unit (CERTIFICATION D 45). Pure.

The usual range is the test's, else its control point's, else what nature allows. Where the protocol gives none, a value
hundreds of times away from the limit is asked about if the same number would lie near it in another unit.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from seal.errors import Reason
from seal.protocols import measures, values
from seal.protocols.document import number
from seal.protocols.measure import Measure, effective
from seal.protocols.model import BatchTest, Protocol, ResultKind
from seal.protocols.situation import Situation
from seal.protocols.units import SPELLINGS, accepted_units, convert
from seal.protocols.values import Sign

FAR: Final = 200
"""So many times the limit, or so small a part of it, is strange."""
NEAR: Final = (Fraction(1, 20), Fraction(5))
"""What is ordinary, as a part of the limit."""


def band(test: BatchTest, protocol: Protocol) -> tuple[Decimal, Decimal] | None:
    """The usual range in the test's unit that the protocol states, if it states one."""
    if test.plausible is not None or test.point is None:
        return test.plausible
    point = next((one for one in protocol.points if one.id == test.point), None)
    measure = point.measure if point is not None else None
    return measure.plausible if measure is not None and measure.unit == test.unit else None


def doubts(test: BatchTest, protocol: Protocol, value: str, unit: str, here: Situation) -> tuple[Reason, ...]:
    """What a person should look at again before the result counts; each names value, unit and range. ``value`` and
    ``unit`` can be read: that was asked before."""
    if test.kind is ResultKind.ABSENCE or test.plan is not None:
        return ()
    measure = effective(
        Measure(test.id, test.unit, test.min, test.max, plausible=band(test, protocol), variants=test.variants), here
    )
    asked = measures.doubts(measure, value, unit)
    return asked or (() if measure.plausible is not None else _other_unit(measure, value, unit))


def _other_unit(measure: Measure, value: str, unit: str) -> tuple[Reason, ...]:
    reading = values.read(value)
    limit = measure.max if measure.max is not None else measure.min
    if reading.sign is not Sign.EXACT or not reading.number or not limit or limit < 0 or reading.number < 0:
        return ()
    bare = unit.strip()
    of_limit = convert(reading.number, bare, measure.unit) / Fraction(limit)
    if Fraction(1, FAR) < of_limit < FAR:
        return ()
    for other in accepted_units(measure.unit):
        if other == SPELLINGS.get(bare, bare):
            continue
        if NEAR[0] <= convert(reading.number, other, measure.unit) / Fraction(limit) <= NEAR[1]:
            typed = number(reading.number)
            bound = f"{'≤' if measure.max is not None else '≥'} {number(limit)} {measure.unit}"
            said = {"value": f"{typed} {bare}", "meant": f"{typed} {other}", "limit": bound}
            return (Reason("batch.unit_doubt", said),)
    return ()
