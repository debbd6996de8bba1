"""Protocol files as text: what :mod:`seal.protocols.source` reads back as the same values.

Small maps and lists stand on one line, as people write them; numbers stand as they were typed, and words that
look like numbers or booleans are quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from seal.protocols.document import number
from seal.protocols.source import scalar

_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-zÁÉÍÓÚÜÑáéíóúüñ0-9¿¡(][^\n]*")
_RISKY = re.compile(r": |:$| #|[\t\r\n\x00-\x1f]|\s$")
_FLOW_RISKY = re.compile(r"[,\[\]{}]")
_WORDISH = re.compile(r"(?i)(y|n|yes|no|on|off|true|false|null|~|\.inf|\.nan|<<|=)")


def dump(data: Mapping[str, Any]) -> str:
    """The text of a file; the keys stay in their order."""
    return "\n".join(_map(data, "")) + "\n"


def flow(value: Any) -> str:
    """A value on one line: ``{all: [{fact: a}, {not: {fact: b}}]}``."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(key), inside=True)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return _scalar(value, inside=True)


def _map(data: Mapping[str, Any], indent: str) -> list[str]:
    lines: list[str] = []
    for key, value in data.items():
        name = f"{indent}{_text(str(key), inside=False)}:"
        lines += _under(name, value, indent)
    return lines


def _under(name: str, value: Any, indent: str) -> list[str]:
    if isinstance(value, list | tuple) and value and any(isinstance(each, Mapping) for each in value):
        one_line = f"{name} {flow(value)}"
        if len(one_line) <= _WIDTH and len(value) == 1:
            return [one_line]
        return [name, *(line for each in value for line in _item(each, indent))]
    if isinstance(value, Mapping) and value:
        one_line = f"{name} {flow(value)}"
        nested = any(isinstance(each, Mapping | list | tuple) and each for each in value.values())
        wordy = any(isinstance(each, str) and " " in each for each in value.values())
        if len(one_line) <= _WIDTH and not nested and not wordy:
            return [one_line]
        return [name, *_map(value, indent + "  ")]
    return [f"{name} {flow(value)}" if isinstance(value, Mapping | list | tuple) else f"{name} {_scalar(value)}"]


def _item(value: Any, indent: str) -> list[str]:
    one_line = f"{indent}- {flow(value)}"
    if not isinstance(value, Mapping) or not value or len(one_line) <= _WIDTH:
        return [one_line]
    lines = _map(value, indent + "  ")
    return [f"{indent}- {lines[0].lstrip()}", *lines[1:]]


def _scalar(value: Any, inside: bool = False) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value) if isinstance(value, int) else format(value, "f")
    if isinstance(value, float):
        return number(Decimal(repr(value)))
    return _text(str(value), inside=inside)


def _text(text: str, *, inside: bool) -> str:
    """Bare where that reads back as the same text, in quotes otherwise."""
    bare = (
        _PLAIN.fullmatch(text)
        and not _RISKY.search(text)
        and not _WORDISH.fullmatch(text)
        and isinstance(scalar(text), str)
        and not (inside and _FLOW_RISKY.search(text))
    )
    if bare:
        return text
    if not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    if sign.isprintable():
        return sign
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(sign) or f"\\u{ord(sign):04x}"
