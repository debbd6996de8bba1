"""Bytes of a document to values, within limits, and the exact bytes of each event in it. Pure.

Size first, then the parser's own limit on nesting, then a walk that is a loop. Numbers with a point stay
:class:`decimal.Decimal`; a member twice is refused, since two readers would take two different ones.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seal.errors import BadInput, Reason
from seal.traceability.epcis.faults import under

MOST_DEPTH = 40
MOST_VALUES = 400_000
_MOST_DIGITS = 40
_LISTS = (("epcisBody", "eventList"), ("epcisBody", "queryResults", "resultsBody", "eventList"))
"""Where events stand in a document and in the answer to a query."""
_SPACE = " \t\n\r"


@dataclass(frozen=True)
class Parsed:
    """A document as a value; pointer, value and exact bytes of each event; what stands around the events."""

    value: Any
    events: tuple[tuple[str, Any, bytes], ...]
    envelope: bytes


def parse(data: bytes, *, most_bytes: int) -> Parsed:
    """Raises ``BadInput``: ``epcis.too_long``, ``epcis.utf8``, ``epcis.json``, ``epcis.depth``, ``epcis.too_many``,
    ``epcis.characters``. Events that are not where they belong are none; that is for the rules of form to say."""
    if len(data) > most_bytes:
        raise BadInput("epcis.too_long", bytes=len(data), most=most_bytes)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("epcis.utf8", byte=error.start) from None
    try:
        value = _DECODER.decode(text)
        _check(value)
        return _spans(text, value)
    except RecursionError:
        raise BadInput("epcis.depth", path="/", most=MOST_DEPTH) from None
    except json.JSONDecodeError as error:
        raise BadInput("epcis.json", line=error.lineno, column=error.colno) from None
    except _Twice as error:
        raise BadInput("epcis.twice", name=str(error)[:80]) from None
    except ValueError:
        raise BadInput("epcis.number", most=_MOST_DIGITS) from None


class _Twice(ValueError):
    """A member that stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name)
        found[name] = value
    return found


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= _MOST_DIGITS else Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise ValueError(text)
    return number


def _never(text: str) -> Any:
    raise ValueError(text)  # NaN and Infinity are no JSON


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=_integer, parse_float=_decimal, parse_constant=_never)


def _check(value: Any) -> None:
    waiting: list[tuple[str, int, Any]] = [("", 0, value)]
    seen = 0
    while waiting:
        path, depth, one = waiting.pop()
        seen += 1
        if depth > MOST_DEPTH:
            raise BadInput("epcis.depth", path=path, most=MOST_DEPTH)
        if seen + len(waiting) + (len(one) if isinstance(one, dict | list) else 0) > MOST_VALUES:
            raise BadInput("epcis.too_many", most=MOST_VALUES)
        if isinstance(one, str):
            _seen(one, path)
        elif isinstance(one, dict):
            for name, inner in one.items():
                _seen(name, path)
                waiting.append((under(path, name[:80]), depth + 1, inner))
        elif isinstance(one, list):
            waiting += [(under(path, place), depth + 1, inner) for place, inner in enumerate(one)]


def _seen(text: str, path: str) -> None:
    """Controls and halves of characters are in no text that people wrote; no database takes them either."""
    if any((sign < " " and sign not in "\t\n\r") or "\ud800" <= sign <= "\udfff" or sign == "\x7f" for sign in text):
        raise BadInput.because([Reason("epcis.characters", {"path": path or "/"})])


def _spans(text: str, value: Any) -> Parsed:
    for steps in _LISTS:
        start = _skip(text, 0)
        for step in steps:
            start = _member(text, start, step)
            if start < 0:
                break
        if start >= 0 and text[start] == "[":
            path = "".join(f"/{step}" for step in steps)
            spans, end = _elements(text, start)
            events = tuple(
                (f"{path}/{place}", one, text[first:last].encode()) for place, (one, first, last) in enumerate(spans)
            )
            return Parsed(value, events, (text[: start + 1] + text[end:]).encode())
    if isinstance(value, dict) and isinstance(value.get("type"), str) and value["type"].endswith("Event"):
        return Parsed(value, (("", value, text.strip().encode()),), b"{}")
    return Parsed(value, (), text.encode())


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _member(text: str, start: int, name: str) -> int:
    """Where the value of a member of the object at ``start`` begins; -1 without one."""
    if text[start] != "{":
        return -1
    at = _skip(text, start + 1)
    while text[at] != "}":
        found, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)  # the colon
        if found == name:
            return at
        at = _skip(text, _DECODER.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _skip(text, at + 1)
    return -1


def _elements(text: str, start: int) -> tuple[list[tuple[Any, int, int]], int]:
    """(value, first, behind the last) of each element of the list at ``start``; and where its bracket closes."""
    found = []
    at = _skip(text, start + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        found.append((value, at, end))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found, at
