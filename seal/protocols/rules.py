"""What a protocol rules beside its control points: conclusion, findings, batch tests, quantities, terms."""

from __future__ import annotations

from dataclasses import dataclass

from seal.protocols.answer_types import Plan
from seal.protocols.conclusion import Grade, Rule, Scoring
from seal.protocols.conditions import Condition
from seal.protocols.edge import CLOSED, Number
from seal.protocols.measure import Variant
from seal.protocols.quantities import Capacity, LabelRules, LabelVariant, Reconciliation, Yield
from seal.protocols.terms import CustodyModel, Every, Level, Override, Release, Repeat, ResultKind, Review, Tester

__all__ = [
    "CLOSED",
    "BatchTest",
    "Capacity",
    "FindingRules",
    "Grade",
    "LabelRules",
    "LabelVariant",
    "LevelFinding",
    "Reconciliation",
    "Rule",
    "Rules",
    "Scoring",
    "SuspensionRules",
    "Systemic",
    "Validity",
    "Yield",
]


@dataclass(frozen=True)
class BatchTest:
    """A result that a batch needs before it may be sealed; limits inclusive, in ``unit``."""

    __pydantic_config__ = CLOSED
    id: str
    every: Every
    by: Tester
    kind: ResultKind = ResultKind.NUMBER
    unit: str = ""
    min: Number | None = None
    max: Number | None = None
    point: str | None = None
    """The control point whose limit this is, and which names its source."""
    public: bool = False
    """May stand in a batch certificate."""
    pool: bool = False
    """One pooled sample of several lots will do."""
    also: tuple[Every, ...] = ()
    """Occasions on which it is due as well."""
    lots: int | None = None
    """Due once in so many lots."""
    plan: Plan | None = None
    applies_if: Condition | None = None
    variants: tuple[Variant, ...] = ()
    target_min: Number | None = None
    target_max: Number | None = None
    plausible: tuple[Number, Number] | None = None
    valid_days: int | None = None
    """A result older than this counts no more."""
    override: Override = Override.NONE
    release: Release = Release.POSITIVE
    result_days: int | None = None
    """With a conditional release: the result must be in so many days after the sample was taken."""
    review: tuple[Review, ...] = ()
    source: tuple[str, ...] = ()

    def may_be_done_by(self, by: Tester) -> bool:
        """True for the one named and for anyone more independent."""
        order = list(Tester)
        return order.index(by) >= order.index(self.by)


@dataclass(frozen=True)
class Validity:
    __pydantic_config__ = CLOSED
    certificate_months: int
    surveillance_month: int
    unannounced_percent: Number
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
class Systemic:
    """So many related minor nonconformities are one of another level."""

    __pydantic_config__ = CLOSED
    minors: int
    becomes: Level = Level.MAJOR


@dataclass(frozen=True)
class FindingRules:
    __pydantic_config__ = CLOSED
    critical: LevelFinding
    major: LevelFinding
    minor: LevelFinding
    recommendation: LevelFinding
    systemic: Systemic | None = None
    repeat_major: Repeat | None = None

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
