"""What a person writes or scans to name labels: one line each, as many as they like. Pure.

A line is the address that a camera read, a token's digits, the code printed on a label, a number or a range of numbers
(``12``, ``12-18``, ``12 a 18``) of the book that is open, or the code of a batch or roll and then a range. Several
scans that came in one line, with spaces or commas between, are several names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seal.errors import Reason
from seal.ids import UNIT_MAX, Code
from seal.labels import written
from seal.labels.model import Span
from seal.labels.token import Kind, Token

REASONS = frozenset({"label.line_unread", "label.line_no_book", "label.line_whole", "label.line_kind", "label.lines"})
"""Every code that this file may give as a reason."""
LINES_MOST = 2_000
LONGEST_MOST = 500_000
"""Characters of one field: two thousand addresses."""
_RANGE = re.compile(
    r"(?P<first>[0-9]{1,5})(?:\s*(?:-|–|—|\.\.|\ba\b|\bto\b|\bal\b)\s*(?P<last>[0-9]{1,5}))?", re.IGNORECASE
)
_BOOK = re.compile(r"(?P<code>[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}[- ]?[0-9A-Za-z])\s+(?P<range>\S.*)")


@dataclass(frozen=True)
class Named:
    """Numbers of one batch or roll. ``public_id`` is None for the book that is open; ``token`` is what was scanned."""

    public_id: int | None
    span: Span
    line: int
    token: Token | None = None


@dataclass(frozen=True)
class Whole:
    """A code that names a whole batch, roll or box."""

    public_id: int
    line: int
    token: Token | None = None


def read(text: str, *, open_book: bool) -> tuple[tuple[Named | Whole, ...], tuple[Reason, ...]]:
    """The names in ``text`` and a reason for each line that is none. ``open_book``: numbers alone mean something."""
    if len(text) > LONGEST_MOST or text.count("\n") > LINES_MOST:
        return (), (Reason("label.lines", {"field": "lines", "most": LINES_MOST}),)
    found: list[Named | Whole] = []
    faults: list[Reason] = []
    for place, line in enumerate(text.splitlines(), start=1):
        for item in _items(line):
            one = _one(item, place)
            if one is None:
                faults.append(Reason("label.line_unread", {"field": "lines", "line": place, "text": item[:40]}))
            elif isinstance(one, Named) and one.public_id is None and not open_book:
                faults.append(Reason("label.line_no_book", {"field": "lines", "line": place, "text": item[:40]}))
            else:
                found.append(one)
    return tuple(found), tuple(faults)


def _items(line: str) -> Iterator[str]:
    """One name, or several scans in a row: addresses and tokens have no spaces inside."""
    line = line.strip().strip(",;")
    if not line:
        return
    if _RANGE.fullmatch(line) or _BOOK.fullmatch(line) or written.read(line) is not None:
        yield line
        return
    yield from (part for part in re.split(r"[\s,;]+", line) if part)


def _one(text: str, line: int) -> Named | Whole | None:
    span = _span(text)
    if span is not None:
        return Named(None, span, line)
    held = written.read(text)
    if held is None:
        book = _BOOK.fullmatch(text)
        code = written.read(book["code"]) if book else None
        span = _span(book["range"].strip()) if book else None
        return Named(code.public_id, span, line) if isinstance(code, Code) and span is not None else None
    if isinstance(held, Code):
        return Whole(held.public_id, line) if held.unit is None else Named(held.public_id, _only(held.unit), line)
    number = held.fields.number
    if held.fields.kind in (Kind.UNIT, Kind.ROLL) and number is not None:
        return Named(held.fields.public_id, _only(number), line, held)
    return Whole(held.fields.public_id, line, held)


def _span(text: str) -> Span | None:
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    first, last = int(found["first"]), int(found["last"] or found["first"])
    return Span(first, last) if 1 <= first <= last <= UNIT_MAX else None


def _only(number: int) -> Span:
    return Span(number, number)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same numbers in as few spans as there can be, in order: a thing scanned twice counts once."""
    found: list[Span] = []
    for one in sorted(spans, key=lambda span: span.first):
        if found and one.first <= found[-1].last + 1:
            found[-1] = Span(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return tuple(found)
