"""The rules of a conclusion: weights, what must hold to pass, and the grades above that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from seal.protocols.edge import CLOSED, Number
from seal.protocols.terms import Level, Outcome, RuleKind


@dataclass(frozen=True)
class Rule:
    """One rule of the conclusion; all of them must hold. Which keys a kind reads: ``checks_rules.READS``."""

    __pydantic_config__ = CLOSED
    rule: RuleKind
    level: Level | None = None
    min: Number | None = None
    max: int | None = None
    by_year: Mapping[int, Number] = field(default_factory=dict)
    after_corrective_actions: Number | None = None
    group: str | None = None
    """Only the points of this group."""
    year_from: int | None = None
    """The rule holds from this year of the scheme on."""
    floor: Number | None = None
    allow: Number | None = None
    start: Number | None = None
    deduct: Mapping[str, Number] = field(default_factory=dict)
    """By level, and ``ko``."""

    def needed(self, year: int, after_corrections: bool) -> Decimal:
        """The percentage needed in a year of the scheme (1 is the first; past the last listed, the last)."""
        if after_corrections and self.after_corrective_actions is not None:
            return self.after_corrective_actions
        reached = [listed for listed in self.by_year if listed <= year]
        if reached:
            return self.by_year[max(reached)]
        assert self.min is not None
        return self.min


@dataclass(frozen=True)
class Grade:
    """A grade with its own minimum and rules. Without ``seal`` it is an entry grade: it asks for nothing else, and
    gives no right to seal."""

    __pydantic_config__ = CLOSED
    id: str
    min: Number
    recommendation_percent: Number | None = None
    rules: tuple[Rule, ...] = ()
    seal: bool = True


@dataclass(frozen=True)
class Scoring:
    __pydantic_config__ = CLOSED
    weights: Mapping[Level, Number]
    credit: Mapping[Outcome, Number]
    partial_allowed_for: tuple[Level, ...]
    pass_all: tuple[Rule, ...]
    grades: tuple[Grade, ...] = ()
