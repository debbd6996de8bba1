"""What is filled in at a point, by its answer type: one list for the form on screen, the boxes on paper and JSON.

Pure. A field is typed as text and kept as text: numbers exactly as typed, days as ``2026-03-03``. What an answer is
worth is judged elsewhere (``judging``); here is only what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from seal.protocols import answer_types as types
from seal.protocols import plans
from seal.protocols.measures import accepted_units
from seal.protocols.model import ControlPoint
from seal.protocols.panels import OVERALL
from seal.protocols.terms import DecisionRule, Grain

NONE = "none"
"""The option of a field of several that says: none of them. Nothing ticked at all is no answer yet."""
MEASURED = (types.NumberAnswer, types.LabAnswer)
"""Answers whose value and unit are kept apart from the rest, as those of every measured point."""
PICKED = (types.OutcomeAnswer, types.ComputedAnswer)
"""Answers of which the outcome is picked: nothing else is typed."""


class Kind(StrEnum):
    """How a field is filled."""

    ONE = "one"
    """One of its options."""
    SEVERAL = "several"
    AMOUNT = "amount"
    """A number as typed."""
    TEXT = "text"
    DAY = "day"
    GRID = "grid"
    """Rows of cells."""
    LINES = "lines"
    """Texts, one a line."""


@dataclass(frozen=True)
class Field:
    """One thing to fill. ``options`` are the values kept; their words are the protocol's or the catalogue's.

    ``rows`` and ``columns`` are those of a grid, whose cells are texts, or one of the ``options`` in free words;
    ``fixed``: the options are numbers or units that need no words.
    """

    name: str
    kind: Kind
    options: tuple[str, ...] = ()
    rows: int = 0
    columns: tuple[str, ...] = ()
    fixed: bool = False


def fields(point: ControlPoint) -> tuple[Field, ...]:
    """The fields of a point, in order; none where only an outcome is picked."""
    if sampled(point):
        return _SAMPLE
    return _FIELDS[type(point.answer)](point.answer, point)


def measured(point: ControlPoint) -> bool:
    """Whether the point is answered by a value with its unit."""
    return point.measure is not None and isinstance(point.answer, MEASURED) and not sampled(point)


def sampled(point: ControlPoint) -> bool:
    """Whether the point is answered by a sample: what was drawn, and what of it failed."""
    return point.sampling is not None and point.grain is Grain.PRODUCER


def typed(point: ControlPoint) -> bool:
    """Whether the outcome follows from something typed that is no measured value."""
    return sampled(point) or not isinstance(point.answer, (*MEASURED, *PICKED))


_VALUE, _DONE = Field("value", Kind.AMOUNT), Field("done", Kind.ONE, ("yes", "no"))
_SAMPLE = (
    Field("population", Kind.LINES),
    Field("chosen", Kind.LINES),
    Field("looked", Kind.ONE, ("yes", "no")),
    Field("failed", Kind.LINES),
)


def _value(answer: Any, point: ControlPoint) -> tuple[Field, ...]:
    measure = point.measure
    units = accepted_units(measure.unit) if measure else ()
    found = (_VALUE, Field("unit", Kind.ONE, units, fixed=True))
    guarded = measure is not None and measure.decision is DecisionRule.GUARD_BAND
    return (*found, Field("uncertainty", Kind.AMOUNT)) if guarded else found


def _plan(answer: types.PlanAnswer, point: ControlPoint) -> tuple[Field, ...]:
    results = Field("value", Kind.GRID, rows=answer.n, columns=("result",))
    if answer.absent_in_g is not None:
        return (replace(results, options=plans.PRESENCE),)
    return results, Field("unit", Kind.ONE, accepted_units(answer.unit), fixed=True)


def _panel(answer: types.PanelAnswer, point: ControlPoint) -> tuple[Field, ...]:
    judges = max(answer.judges_min, 2 * answer.trim + 1) + 2
    return (Field("judges", Kind.GRID, rows=judges, columns=answer.criteria or (OVERALL,)),)


def _document(answer: types.DocumentAnswer, point: ControlPoint) -> tuple[Field, ...]:
    seen = Field("document", Kind.ONE, ("yes", "no"))
    return (seen, Field("expires_on", Kind.DAY)) if answer.expires else (seen,)


def _numbers(first: int, last: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(first, last + 1))


_Reader = Callable[[Any, ControlPoint], tuple[Field, ...]]
_FIELDS: Mapping[type, _Reader] = {
    types.OutcomeAnswer: lambda answer, point: (),
    types.YesNoAnswer: lambda answer, point: (Field("yes", Kind.ONE, ("yes", "no")),),
    types.ScaleAnswer: lambda answer, point: (Field("points", Kind.ONE, _numbers(0, answer.max), fixed=True),),
    types.RankAnswer: lambda answer, point: (Field("rank", Kind.ONE, _numbers(1, answer.max), fixed=True),),
    types.NumberAnswer: _value,
    types.RatioAnswer: lambda answer, point: (Field("good", Kind.AMOUNT), Field("of", Kind.AMOUNT)),
    types.ChoiceAnswer: lambda answer, point: (Field("choice", Kind.ONE, tuple(answer.choices)),),
    types.MultiAnswer: lambda answer, point: (Field("chosen", Kind.SEVERAL, (*answer.choices, NONE)),),
    types.DateAnswer: lambda answer, point: (Field("day", Kind.DAY),),
    types.DocumentAnswer: _document,
    types.TableAnswer: lambda answer, point: (
        Field("rows", Kind.GRID, rows=answer.min_rows + 2, columns=answer.columns),
    ),
    types.PhotoAnswer: lambda answer, point: (Field("files", Kind.AMOUNT),),
    types.GeoAnswer: lambda answer, point: (_DONE,),
    types.SignatureAnswer: lambda answer, point: (_DONE,),
    types.ExerciseAnswer: lambda answer, point: (Field("minutes", Kind.AMOUNT), _DONE),
    types.LabAnswer: lambda answer, point: (*_value(answer, point), Field("report", Kind.TEXT)),
    types.PlanAnswer: _plan,
    types.PanelAnswer: _panel,
    types.ComputedAnswer: lambda answer, point: (),
}
_WHOLE = frozenset({"points", "rank", "good", "of", "files"})
"""Fields kept as whole numbers."""
_YES_NO = frozenset({"yes", "done", "document", "looked"})
"""Fields kept as yes or no."""


def read(point: ControlPoint, value: Callable[[str], str], many: Callable[[str], Sequence[str]]) -> dict[str, Any]:
    """What a form holds for a point, as ``protocols.response_forms`` has it; empty if nothing was filled in.

    ``value(name)`` and ``many(name)`` give what was typed; cells of a grid are named ``rows.0.1`` (row, column).
    """
    found: dict[str, Any] = {}
    for field in fields(point):
        if field.kind is Kind.SEVERAL:
            ticked = set(many(field.name))
            if ticked:
                found[field.name] = sorted(ticked - {NONE})
        elif field.kind is Kind.GRID:
            rows = _rows(field, value)
            if rows:
                found[field.name] = _results(field, rows) if field.name == "value" else rows
        elif given := value(field.name).strip():
            found[field.name] = _kept(field, given)
    return found if set(found) - {"unit"} else {}  # a unit of measure stands on the form already


def _kept(field: Field, given: str) -> Any:
    if field.kind is Kind.LINES:
        return [line.strip() for line in given.splitlines() if line.strip()]
    if field.name in _YES_NO:
        return given == "yes"
    if field.name in _WHOLE and given.isascii() and given.isdigit() and len(given) < 10:
        return int(given)
    return given


def _results(field: Field, rows: Sequence[Mapping[str, str]]) -> str:
    """The results of several units in one text; where only absence counts, as the two words that are kept."""
    typed = [row["result"] for row in rows]
    return "; ".join([_presence(one) or one for one in typed] if field.options else typed)


def _presence(text: str) -> str | None:
    return plans.ABSENT if text == "0" else plans.presence(text)


def _rows(field: Field, value: Callable[[str], str]) -> list[dict[str, str]]:
    """The filled rows, each by its columns; a row left empty is none, and so is an empty cell."""
    rows = []
    for row in range(field.rows):
        cells = {name: value(f"{field.name}.{row}.{column}").strip() for column, name in enumerate(field.columns)}
        rows.append({name: cell for name, cell in cells.items() if cell})
    return [row for row in rows if row]


def shown(response: Mapping[str, Any] | None, point: ControlPoint) -> dict[str, list[str]]:
    """A kept response as a form shows it again: the inverse of :func:`read`."""
    found: dict[str, list[str]] = {}
    for field in fields(point):
        given = (response or {}).get(field.name)
        if given is None:
            continue
        if field.kind is Kind.GRID:
            rows = [{"result": part.strip()} for part in given.split(";")] if isinstance(given, str) else given
            for row, cells in enumerate(rows):
                for column, name in enumerate(field.columns):
                    found[f"{field.name}.{row}.{column}"] = [str(cells.get(name, ""))]
        elif field.kind is Kind.SEVERAL:
            found[field.name] = list(given) or [NONE]
        elif field.kind is Kind.LINES:
            found[field.name] = ["\n".join(given)]
        elif isinstance(given, bool):
            found[field.name] = ["yes" if given else "no"]
        else:
            found[field.name] = [str(given)]
    return found


def said(response: Mapping[str, Any] | None, point: ControlPoint, word: Callable[[Field, str], str]) -> str:
    """A response in one line for people. ``word(field, option)`` gives the words of an option."""
    parts = []
    known = shown(response, point)
    for field in fields(point):
        if field.kind is Kind.GRID:
            given = (response or {}).get(field.name, [])
            if isinstance(given, str) and field.options:
                given = "; ".join(in_words(field, one.strip(), word) for one in given.split(";"))
            parts.append(given if isinstance(given, str) else "; ".join(" · ".join(row.values()) for row in given))
        else:
            spoken = [
                word(field, one) if field.options and not field.fixed else one for one in known.get(field.name, [])
            ]
            parts.append(", ".join(spoken).replace("\n", ", "))
    return " · ".join(part for part in parts if part)


def in_words(field: Field, text: str, word: Callable[[Field, str], str]) -> str:
    """One result of an absence plan in words, however it was typed."""
    meant = _presence(text)
    return text if meant is None else word(field, meant)
