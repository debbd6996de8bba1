"""Which points stand on which page of an audit's paper: fixed by the checklist, so that paper and screen agree. Pure.

Heights are reckoned in millimetres from the lengths of the words, on the safe side: a page never runs over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from seal.audits import entry
from seal.audits.entry import Field, Kind
from seal.protocols.model import ControlPoint, Grain, Part, Protocol

PAGE_MM = 242.0
"""What a page holds between its head and its foot."""
CHAPTER_MM = 9.5
BLANKS = 3
"""Empty places for lots or workers on paper."""
NOTE_LINES = 2
LINE_MM, SMALL_MM, ROW_MM, NOTE_MM = 4.7, 4.1, 6.2, 5.7
LINE_LETTERS, SMALL_LETTERS = 94, 110
OPTION_LETTERS = 96


@dataclass(frozen=True)
class Page:
    """One page of a part: ``number`` counts from 1 of ``of``; points with their numbers in the part."""

    part: Part
    number: int
    of: int
    points: tuple[tuple[int, ControlPoint], ...]


def pages(
    protocol: Protocol, points: Sequence[ControlPoint], units: Callable[[ControlPoint], Mapping[str, str]]
) -> tuple[Page, ...]:
    """The desk part, then the visit, each paged and numbered by itself, in the order of the checklist."""
    found: list[Page] = []
    for part in Part:
        inside = [point for point in points if point.part is part]
        numbered = list(enumerate(inside, start=1))
        split = _split(protocol, numbered, units)
        found += [Page(part, number, len(split), page) for number, page in enumerate(split, start=1)]
    return tuple(found)


Numbered = tuple[int, ControlPoint]


def _split(
    protocol: Protocol, points: Sequence[Numbered], units: Callable[[ControlPoint], Mapping[str, str]]
) -> list[tuple[Numbered, ...]]:
    split: list[tuple[Numbered, ...]] = []
    page: list[Numbered] = []
    used = 0.0
    for numbered in points:
        point = numbered[1]
        titled = not page or page[-1][1].chapter != point.chapter
        needed = height(protocol, point, places(point, units(point))) + (CHAPTER_MM if titled else 0.0)
        if page and used + needed > PAGE_MM:
            split.append(tuple(page))
            page, used = [], CHAPTER_MM if not titled else 0.0
        page.append(numbered)
        used += needed
    return [*split, tuple(page)] if page else split


def places(point: ControlPoint, units: Mapping[str, str]) -> tuple[str, ...]:
    """What a point is asked of, by name; empty names are written in by hand."""
    if point.grain is Grain.PRODUCER:
        return ("",)
    return (*units.values(), *(("",) * BLANKS if point.grain in (Grain.LOT, Grain.WORKER) else ()))


def height(protocol: Protocol, point: ControlPoint, names: Sequence[str]) -> float:
    """Millimetres that a point takes on paper."""
    es, en = (protocol.text(language).points[point.id] for language in ("es", "en"))
    words = 5.4 + _lines(es.requirement, LINE_LETTERS) * LINE_MM + _lines(en.requirement, SMALL_LETTERS) * SMALL_MM
    words += (_lines(es.look_for, SMALL_LETTERS) + _lines(en.look_for, SMALL_LETTERS)) * SMALL_MM
    words += SMALL_MM  # what the last audit found
    options = es_choices(protocol, point)
    boxes = sum(_field(field, options) for field in entry.fields(point))
    one_each = boxes + ROW_MM + (NOTE_LINES if len(names) == 1 else 1) * NOTE_MM
    return words + len(names) * (one_each + (0.0 if point.grain is Grain.PRODUCER else 5.5)) + 3.6


def es_choices(protocol: Protocol, point: ControlPoint) -> Mapping[str, str]:
    return protocol.text("es").choices.get(point.id, {})


def _lines(text: str, letters: int) -> int:
    return ceil(len(text) / letters)


def _field(field: Field, words: Mapping[str, str]) -> float:
    if field.kind is Kind.GRID:
        return 5.0 + 6.4 * (field.rows + 1)
    if field.kind is Kind.LINES:
        return 5.0 + 6.2 * 2
    if field.options and field.name != "unit":
        letters = 30 + sum(2 * len(words.get(option, option)) + 12 for option in field.options)
        return ROW_MM * ceil(letters / OPTION_LETTERS)
    return 0.0 if field.name == "unit" else ROW_MM
