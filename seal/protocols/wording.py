"""Limits and units as people read them. The words themselves are in the locales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from seal.protocols.checklist import Checklist
from seal.protocols.document import number
from seal.protocols.model import BatchTest, Chapter, ControlPoint, Measure, PointText, Protocol
from seal.web.i18n import Translator

_NBSP = "\N{NO-BREAK SPACE}"


def unit(name: str, t: Translator) -> str:
    """``degC`` is ``°C``, ``months`` is ``meses``; a unit without words of its own is written as it is."""
    key = f"protocols.unit.{name}"
    return t(key) if t.has(key) else name


def limits(thing: Measure | BatchTest, t: Translator) -> str:
    """``≤ 20 g/100g`` or ``0,2 a 2 mg/L``; nothing where there is no limit."""
    low, high = (None if bound is None else t.number(number(bound)) for bound in (thing.min, thing.max))
    if low is None and high is None:
        return ""
    if low is not None and high is not None:
        return t("protocols.from_to", low=low, high=high, unit=unit(thing.unit, t))
    sign, bound = ("≥", low) if low is not None else ("≤", high)
    return f"{sign}{_NBSP}{bound}{_NBSP}{unit(thing.unit, t)}"


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
    """The points by chapter with their words, all of them or those of a checklist; empty chapters are left out."""
    text = protocol.text(t.lang)
    shown: Mapping[str, object] = {place.id: place for place in (checklist or protocol).points}
    views = []
    for chapter in protocol.chapters:
        points = tuple(
            PointView(
                point,
                text.points[point.id],
                limits(point.measure, t) if point.measure else "",
                target(point.measure, t) if point.measure else "",
                text.lacking(point.id),
            )
            for point in protocol.points
            if point.chapter == chapter.id and point.id in shown
        )
        if points:
            views.append(ChapterView(chapter, text.chapters[chapter.id], points))
    return tuple(views)
