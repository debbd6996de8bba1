"""A protocol as Seal uses it: frozen values, resolved with its modules. Reads no file and knows no language.

Numbers are exact: ``Decimal`` as written in the file, compared as ``Fraction``; never a float.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from seal.protocols.answer_types import Answer, OutcomeAnswer
from seal.protocols.conditions import Condition
from seal.protocols.facts import FactRule
from seal.protocols.measure import Measure
from seal.protocols.rules import CLOSED, BatchTest, Rules
from seal.protocols.sampling import Sampling
from seal.protocols.terms import (
    ON_SITE,
    Aggregate,
    Change,
    Every,
    FactType,
    Grain,
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
    "Aggregate",
    "Answer",
    "BatchTest",
    "Change",
    "Chapter",
    "Condition",
    "ControlPoint",
    "Edition",
    "Every",
    "Evidence",
    "FactRule",
    "FactType",
    "Grain",
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
    level_by_year: Mapping[int, Level] = field(default_factory=dict)
    weight: Decimal | None = None
    """Instead of the weight of its level."""
    ko: bool = False
    """A failure knocks out, where the rules deduct."""
    group: str | None = None
    """A class of points that a rule may name."""
    grain: Grain = Grain.PRODUCER
    aggregate: Aggregate = Aggregate.WORST
    answer: Answer = field(default_factory=OutcomeAnswer)
    sampling: Sampling | None = None
    evidence_minimum: Mapping[Outcome, int] = field(default_factory=dict)
    """How many files or texts an outcome needs."""

    def level_in(self, year: int) -> Level:
        """The level in a year of the scheme (1 is the first): the last one listed up to it, else ``level``."""
        reached = [listed for listed in self.level_by_year if listed <= year]
        return self.level_by_year[max(reached)] if reached else self.level

    def in_year(self, year: int) -> ControlPoint:
        """The point as it counts in a year of the scheme."""
        return replace(self, level=self.level_in(year), level_by_year={}) if self.level_by_year else self

    @property
    def part(self) -> Part:
        """Desk if no way of checking it needs eyes on the site."""
        return Part.VISIT if ON_SITE.intersection(self.verify) else Part.DESK


@dataclass(frozen=True)
class Chapter:
    id: str
    min_percent: Decimal


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
    guidance: str = ""
    """Why, and how it is done well."""
    spoken: str = ""
    """The requirement in a few words to be read aloud."""
    good: str = ""
    """What a good example looks like."""
    bad: str = ""


@dataclass(frozen=True)
class Texts:
    """All the words of a protocol in one language, modules included; chapters by qualified id.

    Words that the language lacks are there in Spanish, and ``untranslated`` names them (:meth:`lacks`).
    """

    language: str
    title: str
    chapters: Mapping[str, str]
    facts: Mapping[str, str]
    batch_tests: Mapping[str, str]
    points: Mapping[str, PointText]
    summary: str = ""
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By fact or point, then by choice."""
    grades: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    """Words of the label by their id: storage, after opening."""
    untranslated: frozenset[tuple[str, ...]] = frozenset()
    """Where the words are Spanish: ``("title",)``, ``("facts", "hives")``, ``("points", "MIEL-A01", "public")``."""

    def lacking(self, point_id: str) -> frozenset[str]:
        """Which words of a point are Spanish in place of a translation."""
        return frozenset(path[2] for path in self.untranslated if path[:2] == ("points", point_id))

    def lacks(self, *path: str) -> bool:
        """Whether the words at ``path`` are Spanish in place of a translation; for a point without a third step,
        whether its requirement is."""
        whole = (*path, "requirement") if path[0] == "points" and len(path) == 2 else path
        return whole in self.untranslated


@dataclass(frozen=True)
class Include:
    """A module, pinned: another digest is another protocol."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Edition:
    """A version beside the one before it, and when it counts. All of it is part of the requirements."""

    change: Change | None = None
    previous: str | None = None
    valid_from: date | None = None
    """Audits may be planned under it from this day."""
    mandatory_from: date | None = None
    """Older versions end on this day (CERTIFICATION D 1)."""
    retired: tuple[str, ...] = ()
    """Ids of points that must never be used again."""


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
    edition: Edition = Edition()
    product_kinds: tuple[str, ...] = ()


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
    edition: Edition = Edition()

    def point(self, point_id: str) -> ControlPoint:
        """``KeyError`` if there is none."""
        return next((point for point in self.points if point.id == point_id), None) or _missing(point_id)

    def conditions(self) -> Iterator[Condition]:
        """Every condition of the protocol: of points, of variants of limits, of batch tests, of label and yields."""
        for point in self.points:
            if point.applies_if is not None:
                yield point.applies_if
            yield from (variant.when for variant in (point.measure.variants if point.measure else ()))
            yield from (variant.when for variant in getattr(point.answer, "variants", ()))
        for test in self.rules.batch_tests:
            if test.applies_if is not None:
                yield test.applies_if
            yield from (variant.when for variant in test.variants)
        yield from (variant.when for variant in self.rules.label.variants)
        if self.rules.capacity is not None:
            yield from (each.when for each in self.rules.capacity.yields if each.when is not None)

    def asked(self) -> tuple[FactRule, ...]:
        """The facts that a checklist depends on: the yes or no ones, and any other that a condition names."""
        named = {fact for condition in self.conditions() for fact in condition.facts()}
        return tuple(fact for fact in self.facts if fact.type is FactType.YES_NO or fact.id in named)

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
