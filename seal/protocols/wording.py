"""Limits and units as people read them. The words themselves are in the locales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from seal.protocols.answer_types import Plan, PlanAnswer
from seal.protocols.checklist import Checklist
from seal.protocols.document import number
from seal.protocols.measure import effective
from seal.protocols.model import BatchTest, Chapter, ControlPoint, Measure, PointText, Protocol
from seal.protocols.situation import Situation, truth
from seal.web.i18n import Translator

_NBSP = "\N{NO-BREAK SPACE}"


def unit(name: str, t: Translator) -> str:
    """``degC`` is ``°C``, ``months`` is ``meses``; a unit without words of its own is written as it is."""
    key = f"protocols.unit.{name}"
    return t(key) if t.has(key) else name


def limits(thing: Measure | BatchTest | Plan, t: Translator) -> str:
    """``≤ 20 g/100g`` or ``0,2 a 2 mg/L``, a sampling plan in words; nothing where there is no limit."""
    if isinstance(thing, Plan):
        return _plan(thing, t)
    if isinstance(thing, BatchTest) and thing.plan is not None:
        return _plan(thing.plan, t)
    low, high = (None if bound is None else t.number(number(bound)) for bound in (thing.min, thing.max))
    if low is None and high is None:
        return ""
    if low is not None and high is not None:
        return t("protocols.from_to", low=low, high=high, unit=unit(thing.unit, t))
    sign, bound = ("≥", low) if low is not None else ("≤", high)
    return f"{sign}{_NBSP}{bound}{_NBSP}{unit(thing.unit, t)}"


def _plan(plan: Plan, t: Translator) -> str:
    """``5 muestras: a lo más 2 entre 100 y 1000 UFC por g, ninguna sobre 1000``."""
    said = {
        "n": plan.n,
        "c": plan.c,
        "unit": unit(plan.unit, t),
        "grams": _number(plan.absent_in_g, t),
        "m": _number(plan.m, t),
        "most": _number(plan.M, t),
    }
    kind = "absent" if plan.absent_in_g is not None else "classes" if plan.M is not None else "above"
    return t(f"protocols.plan.{kind}{'_none' if not plan.c else ''}", **said)


def _number(value: Decimal | None, t: Translator) -> str:
    return "" if value is None else t.number(number(value))


def limits_of(point: ControlPoint, t: Translator, situation: Situation | None = None) -> str:
    """The limits of a point in ``situation``, or the general ones; what still depends on something is said."""
    thing = point.answer if isinstance(point.answer, PlanAnswer) else point.measure
    if thing is None:
        return ""
    said = limits(thing if situation is None else effective(thing, situation), t)
    unsettled = any(situation is None or truth(variant.when, situation) is None for variant in thing.variants)
    return t("protocols.limits.varies", limits=said) if said and unsettled else said


def limits_of_test(test: BatchTest, t: Translator) -> str:
    """The limits of a batch test; that they depend on the product is said."""
    said = limits(test, t)
    varies = bool(test.variants or (test.plan is not None and test.plan.variants))
    return t("protocols.limits.varies", limits=said) if said and varies else said


def target(measure: Measure, t: Translator) -> str:
    """The target band in the same way."""
    return limits(Measure(measure.quantity, measure.unit, measure.target_min, measure.target_max), t)


def percent(basis_points: int, t: Translator) -> str:
    """``98,45 %`` from 9845."""
    return f"{t.number(number(Decimal(basis_points) / 100))}{_NBSP}%"


@dataclass(frozen=True)
class PointView:
    point: ControlPoint
    words: PointText
    limits: str
    target: str
    lacks: frozenset[str] = frozenset()
    """Which of the words are Spanish in place of a translation."""


@dataclass(frozen=True)
class ChapterView:
    chapter: Chapter
    name: str
    points: tuple[PointView, ...]


def chapters(protocol: Protocol, t: Translator, checklist: Checklist | None = None) -> tuple[ChapterView, ...]:
    """The points by chapter with their words, all of them or those of a checklist, with the limits that hold for its
    producer; empty chapters are left out."""
    situation = None if checklist is None else checklist.situation
    text = protocol.text(t.lang)
    shown: Mapping[str, object] = {place.id: place for place in (checklist or protocol).points}
    views = []
    for chapter in protocol.chapters:
        points = tuple(
            PointView(
                point,
                text.points[point.id],
                limits_of(point, t, situation),
                target(effective(point.measure, situation or Situation()), t) if point.measure else "",
                text.lacking(point.id),
            )
            for point in protocol.points
            if point.chapter == chapter.id and point.id in shown
        )
        if points:
            views.append(ChapterView(chapter, text.chapters[chapter.id], points))
    return tuple(views)
