"""The points of an audit as the forms of the visit show them: what is asked, was said before, is open. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from seal import ids
from seal.audits import entry
from seal.audits.access import Work
from seal.audits.answers import Answer
from seal.audits.entry import Field
from seal.audits.findings import Finding
from seal.protocols import plans
from seal.protocols.checklist import allowed_outcomes
from seal.protocols.measure import effective
from seal.protocols.model import ControlPoint, Grain, Measure, Outcome, Part, Texts

COMPUTED = frozenset({Outcome.COMPLIANT, Outcome.PARTIAL, Outcome.NON_COMPLIANT})
"""Outcomes that are never picked where something is typed."""
BLANKS = 2
"""Empty places for lots or workers that have no answer yet."""
Words = Callable[[str], str]


@dataclass(frozen=True)
class ChapterProgress:
    """How far the points of a chapter in one part of the audit are answered."""

    id: str
    part: Part
    points: int
    answered: int


def progress(work: Work) -> tuple[ChapterProgress, ...]:
    """The chapters of the checklist in order: those of the desk part first, then those of the visit."""
    counted = work.counted()
    found = []
    for part in Part:
        points = [point for point in work.points() if point.part is part]
        for chapter, inside in groupby(points, key=lambda point: point.chapter):
            listed = list(inside)
            found.append(ChapterProgress(chapter, part, len(listed), sum(one.id in counted for one in listed)))
    return tuple(found)


@dataclass(frozen=True)
class UnitView:
    """One answer on the form. ``key`` ends the names of its fields; ``name`` is of the site, product, lot or worker.

    ``blank``: a lot or worker still to be named. ``shown`` is what was typed so far, by field.
    """

    key: str
    unit: str
    name: str
    answer: Answer | None
    said: str
    shown: Mapping[str, Sequence[str]]
    evidence: tuple[Any, ...]
    next_id: UUID
    file_id: UUID
    blank: bool = False


@dataclass(frozen=True)
class PointView:
    """One point on the form: what it asks, its answers so far, and what earlier audits say."""

    point: ControlPoint
    number: int
    """Its place in its part of the audit, counted from 1: the same on paper."""
    outcomes: tuple[str, ...]
    fields: tuple[Field, ...]
    limit: str
    units: tuple[UnitView, ...]
    drawn: tuple[str, ...]
    previous: tuple[tuple[str, Answer, str], ...]
    """Of the last concluded audit: name of the unit, answer, and what was typed in words."""
    open_findings: tuple[Finding, ...]

    @property
    def picked(self) -> bool:
        """Whether the outcome is only picked."""
        return not self.fields


def points(work: Work, chosen: Sequence[ControlPoint], at: datetime, texts: Texts, t: Words) -> tuple[PointView, ...]:
    """The views of some points. ``at`` makes the ids of the answers to come."""
    places = numbers(work.points())
    return tuple(_point(work, point, places[point.id], at, texts, t) for point in chosen)


def numbers(points: Sequence[ControlPoint]) -> dict[str, int]:
    """The number of each point in its part."""
    return {
        point.id: number
        for part in Part
        for number, point in enumerate((one for one in points if one.part is part), start=1)
    }


def _point(work: Work, point: ControlPoint, number: int, at: datetime, texts: Texts, t: Words) -> PointView:
    outcomes = allowed_outcomes(work.protocol, point)
    fields = entry.fields(point)
    if fields:
        outcomes = tuple(outcome for outcome in outcomes if outcome not in COMPUTED)
    names = dict(work.units_of(point))
    return PointView(
        point,
        number,
        tuple(outcome.value for outcome in outcomes),
        fields,
        limit_of(effective(point.measure, work.situation)) if point.measure else "",
        _units(work, point, names, at, texts, t),
        work.drawn(point),
        tuple(
            (names.get(answer.unit, answer.unit), answer, told(answer, point, texts, t))
            for answer in work.past.answers.get(point.id, ())
        ),
        work.past.open_findings.get(point.id, ()),
    )


def _units(
    work: Work, point: ControlPoint, names: Mapping[str, str], at: datetime, texts: Texts, t: Words
) -> tuple[UnitView, ...]:
    answers = {answer.unit: answer for answer in work.answers_of(point.id)}
    if point.grain is Grain.PRODUCER:
        return (_unit(work, point, point.id, "", "", answers.get(""), at, texts, t),)
    known = {**names, **{unit: unit for unit in answers if unit not in names}}
    free = point.grain in (Grain.LOT, Grain.WORKER)
    places = [*known.items(), *([("", "")] * BLANKS if free else [])]
    return tuple(
        _unit(work, point, f"{point.id}@{number}", unit, name, answers.get(unit), at, texts, t)
        for number, (unit, name) in enumerate(places, start=1)
    )


def _unit(
    work: Work,
    point: ControlPoint,
    key: str,
    unit: str,
    name: str,
    answer: Answer | None,
    at: datetime,
    texts: Texts,
    t: Words,
) -> UnitView:
    return UnitView(
        key,
        unit,
        name,
        answer,
        told(answer, point, texts, t) if answer else "",
        shown(answer, point, texts, t),
        work.evidence_of(answer.id) if answer else (),
        ids.uuid7(at),
        ids.uuid7(at),
        blank=point.grain is not Grain.PRODUCER and not unit,
    )


def shown(answer: Answer | None, point: ControlPoint, texts: Texts, t: Words) -> dict[str, list[str]]:
    """What was typed, by field and cell; absence and presence in the reader's words."""

    def words(field: Field, option: str) -> str:
        return word(point, field, option, texts, t)

    found = entry.shown(typed_of(answer), point)
    for field in entry.fields(point):
        if field.kind is entry.Kind.GRID and field.options:
            for cell in [name for name in found if name.startswith(f"{field.name}.")]:
                found[cell] = [entry.in_words(field, one, words) for one in found[cell]]
    return found


def typed_of(answer: Answer | None) -> dict[str, Any]:
    """Everything typed in an answer, its measured value among it."""
    if answer is None:
        return {}
    typed = dict(answer.response or {})
    return {"value": answer.measured[0], "unit": answer.measured[1], **typed} if answer.measured else typed


def told(answer: Answer, point: ControlPoint, texts: Texts, t: Words) -> str:
    """What was typed, in one line of words; empty where an outcome was picked."""
    if answer.measured is not None:
        extra = entry.said(answer.response, point, lambda field, option: word(point, field, option, texts, t))
        return " · ".join(filter(None, (" ".join(answer.measured), extra)))
    return entry.said(answer.response, point, lambda field, option: word(point, field, option, texts, t))


def word(point: ControlPoint, field: Field, option: str, texts: Texts, t: Words) -> str:
    """The words of an option or a column: the protocol's own, else the catalogue's, else the id itself."""
    if own := texts.choices.get(point.id, {}).get(option):
        return own
    if field.options[:2] == ("yes", "no") or option in (entry.NONE, "result", "overall", *plans.PRESENCE):
        return t(f"audits.typed.{option}")
    return option.replace("_", " ")


def limit_of(measure: Measure) -> str:
    """``≥ 1 km``, ``≤ 10 %`` or both; empty where a value is only recorded."""
    low = f"≥ {measure.min} {measure.unit}" if measure.min is not None else ""
    high = f"≤ {measure.max} {measure.unit}" if measure.max is not None else ""
    return " · ".join(filter(None, (low, high)))
