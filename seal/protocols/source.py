"""Reading a protocol file: a strict, small YAML, with the line of everything kept for error messages.

Less than YAML on purpose. Numbers are ``int`` or ``Decimal`` exactly as typed (no floats, no exponents, no
octal), ``true``/``false`` are the only booleans ("no" is a word), dates stay text. Anchors, aliases, tags,
duplicate keys, several documents in a file, deep nesting, hidden characters, files above 1 MB and files with more
values than any protocol has are refused: no bomb can be written with what is left. Every fault is collected, not
just the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from seal.errors import BadInput, Param, Reason

MAX_BYTES = 1_000_000
MAX_DEPTH = 24
MAX_FAULTS = 50
MAX_VALUES = 50_000
"""Keys, words and numbers in one file: the largest protocol has a tenth of that."""
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
"""Control characters, and those that turn the direction of what is read: never part of a word that people check."""
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_WORDS: dict[str, Any] = {"": None, "null": None, "~": None, "true": True, "false": False}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Source:
    """A parsed file: plain values, and the line on which each path begins."""

    name: str
    data: Any
    lines: dict[Path, int] = field(repr=False)

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, code: str, path: Path, **params: Param) -> Reason:
        """A fault at ``path`` with its file, line and a readable place."""
        return Reason(code, {"file": self.name, "line": self.line(path), "place": self.place(path), **params})

    def place(self, path: Path) -> str:
        """``points > MIEL-C04 > measure > unit``: list elements go by their id where they have one."""
        value, names = self.data, []
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                value = None
            named = isinstance(step, int) and isinstance(value, dict) and value.get("id")
            names.append(str(named or (step + 1 if isinstance(step, int) else step)))
        return " > ".join(names)


@dataclass
class _Open:
    """A list or map that is still being read."""

    value: list[Any] | dict[str, Any]
    path: Path
    key: str | None = None


def parse(name: str, raw: bytes) -> Source:
    """Read ``raw``. ``BadInput`` with every fault, each naming ``name`` and its line."""
    if len(raw) > MAX_BYTES:
        raise BadInput("protocols.too_big", file=name, line=1, size=len(raw), most=MAX_BYTES)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadInput("protocols.not_utf8", file=name, line=line) from None
    if text.startswith("\ufeff"):
        raise BadInput("protocols.byte_order_mark", file=name, line=1)
    hidden = _HIDDEN.search(text)
    if hidden is not None:
        line = text.count("\n", 0, hidden.start()) + 1
        raise BadInput("protocols.hidden_character", file=name, line=line, character=f"U+{ord(hidden[0]):04X}")
    reader = _Reader(name)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
            if len(reader.faults) >= MAX_FAULTS:
                break
    except yaml.YAMLError as error:
        reader.fault("protocols.not_yaml", _error_line(error), problem=str(getattr(error, "problem", None) or error))
    except _TooManyError as error:
        reader.fault("protocols.too_many", error.line, most=MAX_VALUES)
    except _TooDeepError as error:
        reader.fault("protocols.too_deep", error.line, most=MAX_DEPTH)
    if not reader.faults and not isinstance(reader.root, dict):
        reader.fault("protocols.not_a_map", 1)
    if reader.faults:
        raise BadInput.because(reader.faults)
    return Source(name, reader.root, reader.lines)


def scalar(text: str) -> Any:
    """What an unquoted word means: a number exactly as typed, a boolean, nothing, or itself."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


class _TooManyError(_TooDeepError):
    pass


def _error_line(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark is not None else 1


class _Reader:
    """Builds plain values from parser events with a stack, so nesting costs no recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.lines: dict[Path, int] = {}
        self.faults: list[Reason] = []
        self._open: list[_Open] = []
        self._documents = 0

    def fault(self, code: str, line: int, **params: Param) -> None:
        self.faults.append(Reason(code, {"file": self.name, "line": line, **params}))

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self.fault("protocols.several_documents", line)
        elif isinstance(event, yaml.AliasEvent):
            self.fault("protocols.alias", line, name=f"*{event.anchor}")
            self._place(None, line)
        elif isinstance(event, yaml.ScalarEvent):
            self._refuse_marks(event, line)
            hidden = _HIDDEN.search(event.value) if event.style == '"' else None  # written as an escape
            if hidden is not None:
                self.fault("protocols.hidden_character", line, character=f"U+{ord(hidden[0]):04X}")
            plain = event.style in (None, "") and event.implicit[0]
            key = self._waiting_for_key()
            self._place(event.value if key or not plain else scalar(event.value), line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._refuse_marks(event, line)
            self._start({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()

    def _refuse_marks(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self.fault("protocols.alias", line, name=f"&{event.anchor}")
        if event.tag not in (None, "!"):
            self.fault("protocols.tag", line, name=event.tag)

    def _waiting_for_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _start(self, value: list[Any] | dict[str, Any], line: int) -> None:
        if self._waiting_for_key():
            self.fault("protocols.key_not_text", line)
            self._open[-1].key = f"?{line}"  # keep reading: later faults matter too
        path = self._place(value, line)
        if len(self._open) >= MAX_DEPTH:
            raise _TooDeepError(line)
        self._open.append(_Open(value, path))

    def _place(self, value: Any, line: int) -> Path:
        """Put ``value`` where it belongs and say where that is."""
        if len(self.lines) >= MAX_VALUES:
            raise _TooManyError(line)
        if not self._open:
            self.root = value
            self.lines[()] = line
            return ()
        parent = self._open[-1]
        if isinstance(parent.value, list):
            path: Path = (*parent.path, len(parent.value))
            parent.value.append(value)
            self.lines[path] = line
            return path
        if parent.key is None:
            key = str(value)
            if key in parent.value:
                first = self.lines[*parent.path, key]
                self.fault("protocols.duplicate_key", line, key=key, first=first)
            parent.key = key
            path = (*parent.path, key)
            self.lines[path] = line
            return path
        path = (*parent.path, parent.key)
        parent.value[parent.key] = value
        parent.key = None
        return path


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every path of a parsed value, the whole first."""
    yield path, value
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from walk(inside, (*path, key))
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from walk(inside, (*path, index))
