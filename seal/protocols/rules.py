"""What a protocol rules beside its control points: conclusion, findings, batch tests, quantities, terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from seal.protocols.terms import CustodyModel, Every, Level, Outcome, ResultKind, Review, RuleKind, Tester

CLOSED = {"extra": "forbid"}
"""Read by the file's validator: a key that a class does not have is a fault, never ignored."""


@dataclass(frozen=True)
class BatchTest:
    """A result that a batch needs before it may be sealed; limits inclusive, in ``unit``."""

    __pydantic_config__ = CLOSED
    id: str
    every: Every
    by: Tester
    kind: ResultKind = ResultKind.NUMBER
    unit: str = ""
    min: Decimal | None = None
    max: Decimal | None = None
    point: str | None = None
    """The control point whose limit this is, and which names its source."""
    public: bool = False
    """May stand in a batch certificate."""
    pool: bool = False
    """One pooled sample of several lots will do."""

    def may_be_done_by(self, by: Tester) -> bool:
        """True for the one named and for anyone more independent."""
        order = list(Tester)
        return order.index(by) >= order.index(self.by)


@dataclass(frozen=True)
class Capacity:
    """What one unit of the basis (a hive) can yield in a period; above ``typical`` ask, above ``max`` decide."""

    __pydantic_config__ = CLOSED
    basis: str
    unit: str
    period: str
    per_basis_max: Decimal
    per_basis_typical: tuple[Decimal, Decimal]
    review: tuple[Review, ...] = ()

    def cap(self, count: Decimal) -> Decimal:
        """The most that ``count`` units of the basis can yield in one period, in ``unit``."""
        return self.per_basis_max * count


@dataclass(frozen=True)
class Reconciliation:
    """Tolerances of the volume reconciliation (ISO 22095: this is not "mass balance")."""

    __pydantic_config__ = CLOSED
    loss_percent: Decimal
    tolerance_percent: Decimal
    review: tuple[Review, ...] = ()


@dataclass(frozen=True)
class LabelRules:
    __pydantic_config__ = CLOSED
    shelf_life_months: int
    lot_pattern: str = ""


@dataclass(frozen=True)
class Validity:
    __pydantic_config__ = CLOSED
    certificate_months: int
    surveillance_month: int
    unannounced_percent: Decimal
    renew_window_days: tuple[int, int]
    grace_days: int


@dataclass(frozen=True)
class LevelFinding:
    """Deadline of a finding of one level, in calendar days; ``None``: no deadline."""

    __pydantic_config__ = CLOSED
    days: int | None
    first_audit_days: int | None = None
    or_next_audit: bool = False
    repeat_becomes: Level | None = None
    suspend_if_certified: bool = False


@dataclass(frozen=True)
class FindingRules:
    __pydantic_config__ = CLOSED
    critical: LevelFinding
    major: LevelFinding
    minor: LevelFinding
    recommendation: LevelFinding

    def of(self, level: Level) -> LevelFinding:
        return {
            Level.CRITICAL: self.critical,
            Level.MAJOR: self.major,
            Level.MINOR: self.minor,
            Level.RECOMMENDATION: self.recommendation,
        }[level]


@dataclass(frozen=True)
class SuspensionRules:
    __pydantic_config__ = CLOSED
    max_days: int
    producer_requested_max_days: int
    reapply_after_days: int


@dataclass(frozen=True)
class Rule:
    """One rule of the conclusion; all of them must hold."""

    __pydantic_config__ = CLOSED
    rule: RuleKind
    level: Level | None = None
    min: Decimal | None = None
    max: int | None = None
    by_year: Mapping[int, Decimal] = field(default_factory=dict)
    after_corrective_actions: Decimal | None = None

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
    __pydantic_config__ = CLOSED
    id: str
    min: Decimal
    recommendation_percent: Decimal | None = None


@dataclass(frozen=True)
class Scoring:
    __pydantic_config__ = CLOSED
    weights: Mapping[Level, Decimal]
    credit: Mapping[Outcome, Decimal]
    partial_allowed_for: tuple[Level, ...]
    pass_all: tuple[Rule, ...]
    grades: tuple[Grade, ...] = ()


@dataclass(frozen=True)
class Rules:
    """What a protocol has and a module has not."""

    custody_model: CustodyModel
    season_starts_month: int
    validity: Validity
    scoring: Scoring
    findings: FindingRules
    suspension: SuspensionRules
    batch_tests: tuple[BatchTest, ...]
    label: LabelRules
    capacity: Capacity | None = None
    reconciliation: Reconciliation | None = None
