"""Rules of form, put together from small ones: a rule looks at a value and adds what is wrong, with its place. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from seal.traceability.epcis.faults import Faults, shown, under
from seal.traceability.epcis.vocabulary import OF_CBV

Rule = Callable[[Any, str, Faults], None]

URI_MOST = 1_000
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})"
)  # RFC 3339, with its zone: a time without one is a guess


def is_uri(text: object) -> bool:
    """An absolute URI (RFC 3986), or a name with a prefix, which reads the same."""
    return isinstance(text, str) and len(text) <= URI_MOST and _URI.fullmatch(text) is not None


def read_time(text: str) -> datetime | None:
    """The moment that ``text`` tells, in UTC to the microsecond; None if it is none."""
    if _TIME.fullmatch(text) is None:
        return None
    short = re.sub(r"(\.\d{6})\d+", r"\1", text)
    try:
        return datetime.fromisoformat(short).astimezone(UTC)
    except (ValueError, OverflowError):  # overflow: at the ends of the calendar
        return None


def anything(value: Any, path: str, faults: Faults) -> None:
    del value, path, faults


def text(value: Any, path: str, faults: Faults) -> None:
    if not isinstance(value, str):
        faults.add("epcis.text", path)


def uri(value: Any, path: str, faults: Faults) -> None:
    if not is_uri(value):
        faults.add("epcis.uri", path, given=shown(value))


def time(value: Any, path: str, faults: Faults) -> None:
    if not isinstance(value, str) or read_time(value) is None:
        faults.add("epcis.time", path, given=shown(value))


def number(value: Any, path: str, faults: Faults) -> None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        faults.add("epcis.number_wanted", path, given=shown(value))


def truth(value: Any, path: str, faults: Faults) -> None:
    if not isinstance(value, bool):
        faults.add("epcis.truth", path)


def matches(pattern: str, code: str) -> Rule:
    compiled = re.compile(pattern, re.ASCII)

    def rule(value: Any, path: str, faults: Faults) -> None:
        if not isinstance(value, str) or compiled.fullmatch(value) is None:
            faults.add(code, path, given=shown(value))

    return rule


def word(words: Collection[str], *, own: bool = True, banned: re.Pattern[str] = OF_CBV) -> Rule:
    """A word of a list; with ``own`` also a URI of somebody's own list, not a long form of the standard's."""

    def rule(value: Any, path: str, faults: Faults) -> None:
        if not isinstance(value, str):
            faults.add("epcis.text", path)
        elif value in words:
            return
        elif own and is_uri(value):
            if banned.match(value):
                tail = re.split(r"[:/\-]", value)[-1]
                faults.add("epcis.short_form", path, given=shown(value), short=tail if tail in words else "?")
        else:
            near = difflib.get_close_matches(value[:80], words, 1)
            faults.add("epcis.word", path, given=shown(value), near=near[0] if near else ", ".join(sorted(words)[:4]))

    return rule


def listed(inner: Rule, *, least: int = 0, unique: bool = False) -> Rule:
    def rule(value: Any, path: str, faults: Faults) -> None:
        if not isinstance(value, list):
            faults.add("epcis.list", path)
            return
        if len(value) < least:
            faults.add("epcis.empty", path)
        seen: set[str] = set()
        for place, one in enumerate(value):
            if faults.full:
                return
            inner(one, under(path, place), faults)
            if unique and isinstance(one, str):
                if one in seen:
                    faults.add("epcis.again", under(path, place), given=shown(one))
                seen.add(one)

    return rule


def either(first: Rule, second: Rule, is_second: Callable[[Any], bool]) -> Rule:
    def rule(value: Any, path: str, faults: Faults) -> None:
        (second if is_second(value) else first)(value, path, faults)

    return rule


def members(
    known: Mapping[str, Rule], *, needs: Collection[str] = (), more: str = "none", inner: Rule = anything
) -> Rule:
    """An object. ``more``: members beyond ``known`` are refused (``none``), must be named by a URI or with a prefix
    (``named``), or may have any name (``any``); ``inner`` holds for them."""

    def rule(value: Any, path: str, faults: Faults) -> None:
        if not isinstance(value, dict):
            faults.add("epcis.object", path)
            return
        for name in needs:
            if name not in value:
                faults.add("epcis.missing", path, name=name)
        for name, one in value.items():
            if faults.full:
                return
            place = under(path, name)
            if name in known:
                known[name](one, place, faults)
            elif more == "any" or (more == "named" and is_uri(name)):
                inner(one, place, faults)
            else:
                near = difflib.get_close_matches(name[:80], known, 1)
                faults.add("epcis.member", place, name=shown(name), near=near[0] if near else "?")

    return rule
