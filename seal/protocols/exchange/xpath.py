"""Conditions as XLSForm writes them (XPath), and back as far as the two languages agree.

A point is shown unless its condition is known to be false, so what is written is "not known to be false": an
unanswered question never hides a point. What is read is a small grammar of comparisons, ``selected()``, ``not()``,
``and`` and ``or``; anything else is refused, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from seal.protocols.source import scalar

_SIGNS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}
_FACT = "fact_"
MAX_LENGTH = 2_000
MAX_TOKENS = 300


def relevant(condition: Mapping[str, Any]) -> str:
    """The expression under which a point is shown."""
    return f"not({_settled(condition, False)})"


def question(fact: str) -> str:
    """The name of the question that asks for a fact."""
    return _FACT + fact


def _settled(condition: Mapping[str, Any], wanted: bool) -> str:
    """The expression that is true when ``condition`` is known to be ``wanted``."""
    if "not" in condition:
        return _settled(condition["not"], not wanted)
    for word, joined in (("all", wanted), ("any", not wanted)):
        if word in condition:
            parts = [_settled(part, wanted) for part in condition[word]]
            return "(" + (" and " if joined else " or ").join(parts) + ")"
    if "year" in condition:
        return _compared("${scheme_year}", condition["year"], wanted)
    for scope in ("product", "site"):
        if scope in condition:
            return _listed(f"${{scope_{scope}s}}", condition[scope], wanted)
    asked = f"${{{question(condition['fact'])}}}"
    if "is" in condition:
        return f"({asked} != '' and {asked} {'=' if wanted else '!='} {_quoted(condition['is'])})"
    if "in" in condition:
        parts = [f"{asked} = {_quoted(value)}" for value in condition["in"]]
        return f"({asked} != '' and {_either(parts, wanted)})"
    if "has" in condition:
        return _listed(asked, [condition["has"]], wanted)
    if set(condition) & set(_SIGNS):
        return _compared(asked, condition, wanted)
    return f"{asked} = '{'yes' if wanted else 'no'}'"


def _compared(asked: str, condition: Mapping[str, Any], wanted: bool) -> str:
    signs = {**_SIGNS, "is": "="}
    parts = [f"{asked} {signs[key]} {condition[key]}" for key in signs if key in condition]
    whole = " and ".join(parts)
    return f"({asked} != '' and {whole if wanted else f'not({whole})'})"


def _listed(asked: str, values: Any, wanted: bool) -> str:
    listed = values if isinstance(values, list | tuple) else [values]
    parts = [f"selected({asked}, {_quoted(value)})" for value in listed]
    return f"({asked} != '' and {_either(parts, wanted)})"


def _either(parts: list[str], wanted: bool) -> str:
    whole = parts[0] if len(parts) == 1 else "(" + " or ".join(parts) + ")"
    return whole if wanted else f"not({whole})"


def _quoted(value: Any) -> str:
    return f"'{value}'"


class NotUnderstoodError(ValueError):
    """An expression outside the grammar; ``str()`` is the part where reading stopped."""


_TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{[A-Za-z_][\w.-]*\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<sign><=|>=|!=|=|<|>|\(|\)|,)|(?P<dot>\.(?!\d))|(?P<word>[A-Za-z_][\w-]*))"
)


def tokens(expression: str) -> list[str]:
    """The words of an expression. Raises :class:`NotUnderstoodError`."""
    found: list[str] = []
    place = 0
    text = expression.strip()
    if len(text) > MAX_LENGTH:
        raise NotUnderstoodError(text[:40])
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or len(found) >= MAX_TOKENS:
            raise NotUnderstoodError(text[place : place + 40])
        found.append(match[0].strip())
        place = match.end()
    return found


def read(expression: str) -> dict[str, Any]:
    """The condition behind an expression over ``${questions}``, each named as a fact of the same name."""
    reader = _Reader(tokens(expression))
    condition = reader.either()
    reader.end()
    return condition


class _Reader:
    """Recursive descent; nesting is bounded by :data:`MAX_TOKENS` and :data:`MAX_DEPTH`."""

    MAX_DEPTH = 20

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0
        self._depth = 0

    def _next(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def _take(self, wanted: str | None = None) -> str:
        word = self._next()
        if not word or (wanted is not None and word != wanted):
            raise NotUnderstoodError(" ".join(self._words[self._at : self._at + 6]) or "…")
        self._at += 1
        return word

    def end(self) -> None:
        if self._next():
            raise NotUnderstoodError(" ".join(self._words[self._at : self._at + 6]))

    def either(self) -> dict[str, Any]:
        return self._joined("or", "any", self._both)

    def _both(self) -> dict[str, Any]:
        return self._joined("and", "all", self._one)

    def _joined(self, sign: str, word: str, inner: Any) -> dict[str, Any]:
        parts = [inner()]
        while self._next() == sign:
            self._take()
            parts.append(inner())
        return parts[0] if len(parts) == 1 else {word: parts}

    def _inside(self) -> dict[str, Any]:
        self._depth += 1
        if self._depth > self.MAX_DEPTH:
            raise NotUnderstoodError("(" * 3)
        self._take("(")
        condition = self.either()
        self._take(")")
        self._depth -= 1
        return condition

    def _one(self) -> dict[str, Any]:
        word = self._next()
        if word == "(":
            return self._inside()
        if word == "not":
            self._take()
            return {"not": self._inside()}
        if word == "selected":
            self._take()
            self._take("(")
            fact = self._fact()
            self._take(",")
            value = self._value()
            self._take(")")
            return {"fact": fact, "has": value}
        return self._comparison()

    def _comparison(self) -> dict[str, Any]:
        fact = self._fact()
        sign, value = self._take(), self._value()
        if sign in ("=", "!="):
            condition = {"fact": fact, "is": value}
            return condition if sign == "=" else {"not": condition}
        words = {short: key for key, short in _SIGNS.items()}
        if sign not in words or isinstance(value, str):
            raise NotUnderstoodError(f"{fact} {sign} {value}")
        return {"fact": fact, words[sign]: value}

    def _fact(self) -> str:
        word = self._take()
        if not word.startswith("${"):
            raise NotUnderstoodError(word)
        return word[2:-1]

    def _value(self) -> Any:
        word = self._take()
        if word[0] in "'\"":
            return word[1:-1]
        if not re.fullmatch(r"-?\d+(\.\d+)?", word):
            raise NotUnderstoodError(word)
        return scalar(word)


def bounds(expression: str) -> dict[str, Any]:
    """``. >= 5 and . <= 20`` as ``{min: 5, max: 20}``. Raises :class:`NotUnderstoodError` for anything else."""
    found: dict[str, Any] = {}
    words = tokens(expression)
    while words:
        if len(words) < 3 or words[0] != "." or words[1] not in ("<=", ">="):
            raise NotUnderstoodError(" ".join(words[:4]))
        value = scalar(words[2])
        if isinstance(value, str):
            raise NotUnderstoodError(" ".join(words[:4]))
        found["max" if words[1] == "<=" else "min"] = value
        words = words[3:]
        if words and (words.pop(0) != "and" or not words):
            raise NotUnderstoodError(expression[-40:])
    return found
