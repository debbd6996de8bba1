"""Attribute sampling plans of microbiology: n units, of which c may lie between m and M, and none above M.

Two classes where there is no M (at most c above m) or the organism must be absent in a mass (at most c present);
three classes otherwise (EU 2073/2005 Annex I; ICMSF). Bounds are inclusive: a unit at m is good, one at M is marginal.
"""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

from seal.errors import BadInput
from seal.protocols import values
from seal.protocols.answer_types import Plan
from seal.protocols.document import number
from seal.protocols.terms import Outcome
from seal.protocols.units import convert
from seal.protocols.values import Reading, Sign, Span

ABSENT, PRESENT = "absent", "present"
PRESENCE = (ABSENT, PRESENT)
_SAID = {
    ABSENT: ("absent", "ausente", "negative", "negativo", "negativa", "nd", "n.d.", "no detectado", "not detected"),
    PRESENT: ["present", "presente", "detectado", "detectada", "detected", "positivo", "positiva", "positive"],
}
_WORDS = {word: meant for meant, words in _SAID.items() for word in words}


class Class(IntEnum):
    """Of one unit, from best to worst."""

    GOOD = 0
    MARGINAL = 1
    BAD = 2


def judge(plan: Plan, value: str, unit: str) -> Outcome:
    """The outcome of a lot by the results of its n units, separated by ``;``.

    Raises ``BadInput`` for another number of results than the plan asks for, for an unreadable one, and
    ``protocols.unsettled`` where a reading such as ``<100`` against m = 10 leaves both outcomes possible.
    """
    parts = results(value)
    if len(parts) != plan.n:
        raise BadInput("protocols.plan_units", field="value", needed=plan.n, got=len(parts))
    if plan.absent_in_g is not None:
        found = [presence(part) for part in parts]
        for part, meant in zip(parts, found, strict=True):
            if meant is None:
                raise BadInput("protocols.not_absence", field="value", value=part[:40])
        return _outcome(found.count(PRESENT) <= plan.c)
    spans = [_span(values.read(part), unit, plan.unit) for part in parts]
    best = _holds(plan, [_classes(plan, span)[0] for span in spans])
    worst = _holds(plan, [_classes(plan, span)[1] for span in spans])
    if best != worst:
        raise BadInput("protocols.unsettled", field="value", value=value[:40], limit=f"m = {plan.m}", unit=plan.unit)
    return _outcome(worst)


def presence(text: str) -> str | None:
    """``absent`` or ``present`` as laboratories write it, in Spanish or English; ``None`` for anything else."""
    return _WORDS.get(" ".join(text.casefold().split()))


def results(value: str) -> list[str]:
    """The results of several units in one text, as typed."""
    return [part.strip() for part in value.replace("\n", ";").split(";") if part.strip()]


def words(plan: Plan) -> str:
    """The plan as microbiologists write it: ``n = 5, c = 2, m = 100, M = 1000 CFU/g``."""
    counts = f"n = {plan.n}, c = {plan.c}"
    if plan.absent_in_g is not None:
        return f"{counts}, 0 / {number(plan.absent_in_g)} g"
    bounds = [f"{name} = {number(bound)}" for name, bound in (("m", plan.m), ("M", plan.M)) if bound is not None]
    return f"{', '.join((counts, *bounds))} {plan.unit}"


def _outcome(holds: bool) -> Outcome:
    return Outcome.COMPLIANT if holds else Outcome.NON_COMPLIANT


def _holds(plan: Plan, classes: list[Class]) -> bool:
    return Class.BAD not in classes and classes.count(Class.MARGINAL) <= plan.c


def _span(reading: Reading, unit: str, into: str) -> Span:
    value = convert(reading.number or Decimal(0), unit, into)
    if reading.number is not None and reading.number.is_signed():
        raise BadInput("protocols.negative_value", field="value", value=str(reading.number)[:40])
    if reading.sign in (Sign.BELOW, Sign.AT_MOST):
        return Span(Fraction(0), value, high_open=reading.sign is Sign.BELOW)
    if reading.sign in (Sign.ABOVE, Sign.AT_LEAST):
        return Span(value, None, low_open=reading.sign is Sign.ABOVE)
    return Span(value, value)  # nothing detected counts as none


def _classes(plan: Plan, span: Span) -> tuple[Class, Class]:
    """The best and the worst class in which a unit may be. Two classes: above m is marginal, and none is bad."""
    assert plan.m is not None
    m, most = Fraction(plan.m), None if plan.M is None else Fraction(plan.M)
    good, not_bad = span.inside(None, m), span.inside(None, most)
    best = Class.BAD if not_bad is False else Class.MARGINAL if good is False else Class.GOOD
    worst = Class.GOOD if good is True else Class.MARGINAL if not_bad is True else Class.BAD
    return best, worst
