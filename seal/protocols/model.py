"""A protocol as Seal uses it: frozen values, resolved with its modules. Reads no file and knows no language.

Numbers are exact: ``Decimal`` as written in the file, compared as ``Fraction``; never a float.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from seal.protocols.rules import CLOSED, BatchTest, Rules
from seal.protocols.terms import (
    ON_SITE,
    Every,
    FactType,
    Level,
    NotApplicable,
    Outcome,
    Part,
    ResultKind,
    Review,
    Tester,
    Verify,
)

__all__ = [
    "BatchTest",
    "Chapter",
    "Condition",
    "ControlPoint",
    "Every",
    "Evidence",
    "FactRule",
    "FactType",
    "Include",
    "Level",
    "Measure",
    "Module",
    "NotApplicable",
    "Outcome",
    "Part",
    "PointText",
    "Protocol",
    "ResultKind",
    "Review",
    "Rules",
    "Tester",
    "Texts",
    "Verify",
]


@dataclass(frozen=True)
class Condition:
    """``applies_if`` as data: exactly one of a fact, a negation, all of, any of."""

    fact: str | None = None
    negated: Condition | None = None
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()

    def facts(self) -> frozenset[str]:
        """Every fact that it names."""
        named = frozenset([self.fact]) if self.fact else frozenset()
        if self.negated is not None:
            named |= self.negated.facts()
        return named.union(*(part.facts() for part in (*self.all_of, *self.any_of)))


@dataclass(frozen=True)
class Measure:
    """A measured quantity with its limits (conformity) and targets (excellence), both inclusive, in ``unit``."""

    __pydantic_config__ = CLOSED
    quantity: str
    unit: str
    min: Decimal | None = None
    max: Decimal | None = None
    target_min: Decimal | None = None
    target_max: Decimal | None = None


@dataclass(frozen=True)
class Evidence:
    """``doc:sag_register!expires`` is kind ``doc``, subject ``sag_register``, and it has an end date."""

    kind: str
    subject: str = ""
    expires: bool = False


@dataclass(frozen=True)
class ControlPoint:
    """One requirement. Its words are in :class:`PointText`, under the same id."""

    id: str
    chapter: str
    """Qualified by its module: ``territorio.A``."""
    level: Level
    verify: tuple[Verify, ...]
    evidence: tuple[Evidence, ...]
    na: NotApplicable
    fix_days: int | None
    source: tuple[str, ...]
    sdg: tuple[int, ...]
    review: tuple[Review, ...] = ()
    measure: Measure | None = None
    applies_if: Condition | None = None

    @property
    def part(self) -> Part:
        """Desk if no way of checking it needs eyes on the site."""
        return Part.VISIT if ON_SITE.intersection(self.verify) else Part.DESK


@dataclass(frozen=True)
class Chapter:
    id: str
    min_percent: Decimal


@dataclass(frozen=True)
class FactRule:
    """A question about the producer, asked once. Unknown is a value: the point then applies."""

    id: str
    type: FactType


@dataclass(frozen=True)
class PointText:
    """The words of one control point in one language."""

    __pydantic_config__ = CLOSED
    requirement: str
    public: str
    """One sentence for the public: what the seal promises here."""
    look_for: str = ""
    fix: str = ""
    method: str = ""


@dataclass(frozen=True)
class Texts:
    """All the words of a protocol in one language, modules included; chapters by qualified id."""

    language: str
    title: str
    chapters: Mapping[str, str]
    facts: Mapping[str, str]
    batch_tests: Mapping[str, str]
    points: Mapping[str, PointText]


@dataclass(frozen=True)
class Include:
    """A module, pinned: another digest is another protocol."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Module:
    """One file pair as written: a protocol's own part, or a module that others include."""

    id: str
    version: str
    status: str
    facts: tuple[FactRule, ...]
    chapters: tuple[Chapter, ...]
    points: tuple[ControlPoint, ...]
    texts: Mapping[str, Texts]
    includes: tuple[Include, ...]
    rules: Rules | None
    document: Mapping[str, Any] = field(repr=False)
    """The parsed file, numbers as decimal strings: what the digest is taken over."""
    words: Mapping[str, Mapping[str, Any]] = field(repr=False)
    """The parsed text files by language."""
    digest: str


@dataclass(frozen=True)
class Protocol:
    """A version of a protocol, resolved: its own points first, then those of each module in order."""

    id: str
    version: str
    status: str
    digest: str
    """SHA-256 in hexadecimal over the requirements (FORMATS A9); words have digests of their own."""
    text_digests: Mapping[str, str]
    includes: tuple[Include, ...]
    facts: tuple[FactRule, ...]
    chapters: tuple[Chapter, ...]
    points: tuple[ControlPoint, ...]
    texts: Mapping[str, Texts]
    rules: Rules
    modules: tuple[Module, ...] = field(repr=False)
    """The files behind it, its own first."""

    def point(self, point_id: str) -> ControlPoint:
        """``KeyError`` if there is none."""
        return next((point for point in self.points if point.id == point_id), None) or _missing(point_id)

    def batch_test(self, test_id: str) -> BatchTest | None:
        return next((test for test in self.rules.batch_tests if test.id == test_id), None)

    def text(self, language: str) -> Texts:
        """Words in ``language``, or in Spanish where there is no such file."""
        return self.texts.get(language) or self.texts["es"]

    def title(self, language: str) -> str:
        return self.text(language).title

    def days_to_correct(self, point: ControlPoint, *, first_audit: bool) -> int | None:
        """Calendar days to close a finding on ``point``; ``None``: no deadline."""
        rule = self.rules.findings.of(point.level)
        if first_audit and rule.first_audit_days is not None:
            return rule.first_audit_days
        return point.fix_days

    def season(self, day: date) -> int:
        """The year in which the season of ``day`` began: the southern harvest spans New Year."""
        return day.year if day.month >= self.rules.season_starts_month else day.year - 1


def _missing(point_id: str) -> ControlPoint:
    raise KeyError(point_id)
