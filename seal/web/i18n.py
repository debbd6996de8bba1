"""Words of pages and sentences of errors, per language, from ``seal/locales``.

``locales/<lang>/**/*.yaml`` are maps of key to text, nested or flat (``audits.plan.title: …``); files in a folder
``errors`` hold the sentence of each error code. A key in two files is a mistake that stops the start.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from babel.dates import format_date

from seal import clock
from seal.errors import Param, Reason, SealError

LANGUAGES = ("es", "en")
FOLDER = Path(__file__).resolve().parent.parent / "locales"
PARAM = re.compile(r"\{(\w+)\}")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?( (g|kg|t|ml|l|unit))?")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C reader where there is one: every command of the program reads the words when it starts."""
_THIN = "\N{NARROW NO-BREAK SPACE}"
_log = logging.getLogger("seal.web")


AMOUNTS = frozenset({"made", "usual", "short", "left", "back", "into", "out", "held"})
"""Parameters that are amounts (``43.5 kg``), written as the language writes numbers."""
GRAMS = frozenset({"grams", "cap"})
"""Parameters that are whole grams, written in kilograms from a thousand on."""


@dataclass(frozen=True)
class Catalogue:
    """All the text of one language."""

    words: Mapping[str, str]
    errors: Mapping[str, str]


def _flat(tree: object, prefix: str, path: Path) -> Iterator[tuple[str, str]]:
    if isinstance(tree, str):
        yield prefix, tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if not isinstance(key, str):
                raise ValueError(f"{path}: write the key {key!r} between quotes")
            yield from _flat(value, f"{prefix}.{key}" if prefix else key, path)
    else:
        raise ValueError(f"{path}: {prefix} must be text (write it between quotes)")


def load(lang: str, folder: Path = FOLDER) -> Catalogue:
    """Read every file of a language. ``ValueError`` names the file and the key that is wrong."""
    words: dict[str, str] = {}
    errors: dict[str, str] = {}
    for path in sorted((folder / lang).rglob("*.yaml")):
        target = errors if path.parent.name == "errors" else words
        for key, text in _flat(yaml.load(path.read_text("utf-8"), _LOADER) or {}, "", path):  # noqa: S506 - a safe loader
            if key in target:
                raise ValueError(f"{path}: the key {key} is already in another file")
            target[key] = text
    return Catalogue(words, errors)


class MissingWords(KeyError):
    """A page asked for a key that the language does not have (raised only when strict)."""


class Translator:
    """Text, dates and numbers in one language. Call it with a key: ``t("people.link.for", name=…)``."""

    def __init__(self, lang: str, texts: Catalogue | None = None, *, strict: bool = False) -> None:
        self.lang = lang
        self.catalogue = texts or catalogue(lang)
        self.strict = strict

    def __call__(self, key: str, /, **params: object) -> str:
        return self._say(self.catalogue.words, key, params)

    def told(self, key: str, params: Mapping[str, Param]) -> str:
        """Like calling it, with stored parameters: days are written for people, roles by their names."""
        return self._say(self.catalogue.words, key, {name: self._param(name, value) for name, value in params.items()})

    def has(self, key: str) -> bool:
        return key in self.catalogue.words

    def reason(self, reason: Reason) -> str:
        """The sentence of one reason. Days are written for people, roles by their names, and words of the domain
        by the key ``param.<name>.<value>`` where there is one."""
        params = {name: self._param(name, value) for name, value in reason.params.items()}
        return self._say(self.catalogue.errors, reason.code, params)

    def sentences(self, error: SealError) -> tuple[str, ...]:
        """One sentence per reason, in order."""
        return tuple(self.reason(reason) for reason in error.reasons)

    def _say(self, texts: Mapping[str, str], key: str, params: Mapping[str, object]) -> str:
        text = texts.get(key)
        if text is None:
            if self.strict:
                raise MissingWords(f"{self.lang}: {key}")
            _log.error("no words for %s in %s", key, self.lang)
            return key
        return PARAM.sub(lambda match: str(params.get(match[1], match[0])), text)

    def _param(self, name: str, value: Param) -> str:
        if isinstance(value, int):
            return self._grams(value) if name in GRAMS else str(value)
        if name in ("role", "roles"):
            return ", ".join(self(f"role.{role.strip()}") for role in value.split(","))
        if self.has(f"param.{name}.{value}"):
            return self(f"param.{name}.{value}")
        if name in AMOUNTS and _AMOUNT.fullmatch(value):
            number, _, unit = value.partition(" ")
            if unit == "unit":
                unit = self("web.unit" if number == "1" else "web.units")
            return f"{self.number(number)} {unit}".strip()
        if not _ISO_DAY.fullmatch(value):
            return value
        try:
            return self.day(date.fromisoformat(value))
        except ValueError:  # looks like a day and is none: said back as it was typed
            return value

    def _grams(self, grams: int) -> str:
        """``367 g``, ``70 kg``: exact."""
        if abs(grams) < 1000:
            return f"{grams} g"
        return f"{self.number(f'{Decimal(grams).scaleb(-3).normalize():f}')} kg"

    def day(self, day: date) -> str:
        """``3 mar 2026``: the month always in letters."""
        return format_date(day, "d MMM y", locale=self.lang)

    def long_day(self, day: date) -> str:
        """``sábado 21 de noviembre de 2026``."""
        return format_date(day, "full", locale=self.lang).replace(",", "" if self.lang == "es" else ",")

    def moment(self, at: datetime, zone: str) -> str:
        """``3 mar 2026, 14:05`` in an IANA zone."""
        local = clock.local(at, zone)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def number(self, value: int | str | Decimal) -> str:
        """``1 920`` and ``17,4`` in Spanish, ``1,920`` and ``17.4`` in English; decimals as they were typed."""
        whole, _, decimals = str(value).partition(".")
        grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", _THIN if self.lang == "es" else ",", whole)
        return f"{grouped}{',' if self.lang == 'es' else '.'}{decimals}" if decimals else grouped


@cache
def catalogue(lang: str) -> Catalogue:
    return load(lang)


def translator(lang: str, *, strict: bool = False) -> Translator:
    """The translator of a language that Seal has; Spanish for any other."""
    known = lang if lang in LANGUAGES else LANGUAGES[0]
    return Translator(known, strict=strict)


def from_accept_language(header: str, offered: tuple[str, ...]) -> str | None:
    """The best offered language of an ``Accept-Language`` header, or ``None``."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        base = tag.strip().lower().split("-")[0]
        if base in offered and quality > 0:
            wanted.append((-quality, place, base))
    return min(wanted)[2] if wanted else None


def choose(*, asked: str | None, person: str | None, accept: str, offered: tuple[str, ...]) -> str:
    """``?lang=`` first, then the signed-in person's language, then the browser's, then the first offered."""
    known = tuple(lang for lang in offered if lang in LANGUAGES) or LANGUAGES
    for lang in (asked, person):
        if lang in LANGUAGES:
            return lang
    return from_accept_language(accept, known) or known[0]
