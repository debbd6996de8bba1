"""JSON from strangers, read strictly: within limits, without repeated members, without halves of characters. Pure.

Nothing here is slow on purpose-made input: size is checked before anything else, the parser's own recursion limit
stops deep nesting, a number is refused by its length before it is converted, and the walk is a loop.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from seal.foreign.faults import Fault, Kind, Unreadable, shown, step

MAX_BYTES = 1_000_000
MAX_DEPTH = 60
MAX_VALUES = 50_000
_TEXTS = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""Texts of JSON, the last one perhaps without its end; never tries a place twice."""
_DIGITS = 40
"""Characters of a number; more carry no meaning that two systems share."""


def read(data: bytes, *, most: int = MAX_BYTES) -> Any:
    """The value. Raises ``Unreadable``: ``json.too_long``, ``json.utf8``, ``json.syntax``, ``json.repeated``,
    ``json.number``, ``json.depth``, ``json.too_many``, ``json.characters``."""
    if len(data) > most:
        raise _unreadable("json.too_long", bytes=len(data), max=most)
    # Each comma outside texts stands between two values: what has too many is not even parsed.
    if data.count(b",") > MAX_VALUES and _TEXTS.sub(b"", data).count(b",") > MAX_VALUES:
        raise _unreadable("json.too_many", max=MAX_VALUES)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _unreadable("json.utf8") from None
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_float=_decimal, parse_int=_integer, parse_constant=_never
        )
    except RecursionError:
        raise _unreadable("json.depth", max=MAX_DEPTH) from None
    except ValueError:
        raise _unreadable("json.syntax") from None
    check(value)
    return value


def check(value: Any) -> None:
    """Depth, number of values and characters of a value that is already parsed. Raises as :func:`read`."""
    waiting: list[tuple[str, int, Any]] = [("", 0, value)]
    seen = 0
    while waiting:
        pointer, depth, one = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH:
            raise _unreadable("json.depth", max=MAX_DEPTH)
        # counted before they are queued: each takes memory and a pointer
        if seen + len(waiting) + (len(one) if isinstance(one, dict | list) else 0) > MAX_VALUES:
            raise _unreadable("json.too_many", max=MAX_VALUES)
        if isinstance(one, str):
            _whole(one, pointer)
        elif isinstance(one, dict):
            for name, inner in one.items():
                _whole(name, pointer)
                waiting.append((pointer + step(name) if len(pointer) < 1_000 else pointer, depth + 1, inner))
        elif isinstance(one, list):
            waiting += [(pointer + step(place), depth + 1, inner) for place, inner in enumerate(one)]


def _unreadable(code: str, pointer: str = "", **params: str | int) -> Unreadable:
    return Unreadable(Fault(Kind.PARSING, code, pointer, params))


def _whole(text: str, pointer: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise _unreadable("json.characters", pointer) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names: set[str] = set()
        for name, _ in pairs:
            if name in names:
                raise _unreadable("json.repeated", name=shown(name))
            names.add(name)
    return found


def _integer(text: str) -> int:
    if len(text) > _DIGITS:
        raise _unreadable("json.number")
    return int(text)


def _decimal(text: str) -> float:
    number = float(text) if len(text) <= _DIGITS else math.inf
    if not math.isfinite(number):
        raise _unreadable("json.number")
    return number


def _never(text: str) -> Any:
    raise _unreadable("json.number")
