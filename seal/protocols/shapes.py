"""The shape of ``protocol.yaml`` at the edge: pydantic checks kinds of values and refuses unknown keys.

The faults that it finds are turned into Seal's own in ``reading.py``, with file, line, place and the likely spelling.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from seal.protocols import rules, terms
from seal.protocols.answer_types import Answer
from seal.protocols.conditions import Condition
from seal.protocols.edge import Number
from seal.protocols.measure import Measure
from seal.protocols.sampling import Sampling
from seal.protocols.shape_base import Count, Day, Identifier, Percent, PointId, Shape, Version, Year


class IncludeShape(Shape):
    id: Identifier
    version: Version
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class ChapterShape(Shape):
    id: Annotated[str, Field(pattern=r"^[A-Z]$")]
    min_percent: Percent


class FactShape(Shape):
    """``hives: number`` is short for ``hives: {type: number}``."""

    type: terms.FactType
    unit: str = ""
    plausible: tuple[Number, Number] | None = None
    choices: tuple[Identifier, ...] = ()


def _fact(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


def _sampling(value: Any) -> Any:
    """``take`` is written as ``sqrt``, ``all``, a number, or ``{percent: 10, min: 5}``."""
    if not isinstance(value, dict) or "take" not in value:
        return value
    take = value["take"]
    if take in ("sqrt", "all"):
        return {**value, "take": {"by": take}}
    if isinstance(take, dict):
        return {**value, "take": {**take, "by": "percent"}}
    return {**value, "take": {"by": "count", "count": take}}


class PointShape(Shape):
    """A control point as written; its evidence is read by ``checks.py``."""

    id: PointId
    chapter: str
    level: terms.Level
    verify: Annotated[tuple[terms.Verify, ...], Field(min_length=1)]
    evidence: Annotated[tuple[str, ...], Field(min_length=1)]
    na: terms.NotApplicable
    fix_days: Annotated[int, Field(ge=0, le=3650)] | None
    source: Annotated[tuple[str, ...], Field(min_length=1)]
    sdg: tuple[Annotated[int, Field(ge=1, le=17)], ...]
    review: tuple[terms.Review, ...] = ()
    measure: Measure | None = None
    applies_if: Condition | None = None
    level_by_year: dict[Year, terms.Level] = Field(default_factory=dict)
    weight: Annotated[Number, Field(ge=0, le=1000)] | None = None
    ko: bool = False
    group: Identifier | None = None
    grain: terms.Grain = terms.Grain.PRODUCER
    aggregate: terms.Aggregate = terms.Aggregate.WORST
    answer: Annotated[Answer, Field(discriminator="type")] | None = None
    sampling: Annotated[Sampling | None, BeforeValidator(_sampling)] = None
    evidence_minimum: dict[terms.Outcome, Count] = Field(default_factory=dict)


class ModuleShape(Shape):
    """``kind: module``: facts, chapters and points that protocols include."""

    spec: Literal["seal-protocol/1"] = Field(alias="schema")
    id: Identifier
    kind: Literal["module", "protocol"]
    version: Version
    status: Literal["draft", "published"]
    change: terms.Change | None = None
    previous: Version | None = None
    valid_from: Day | None = None
    mandatory_from: Day | None = None
    retired: tuple[PointId, ...] = ()
    includes: Annotated[tuple[IncludeShape, ...], Field(max_length=40)] = ()
    facts: dict[Identifier, Annotated[FactShape, BeforeValidator(_fact)]] = Field(default_factory=dict)
    product_kinds: tuple[Identifier, ...] = ()
    chapters: Annotated[tuple[ChapterShape, ...], Field(min_length=1)]
    points: Annotated[tuple[PointShape, ...], Field(min_length=1)]


class ProtocolShape(ModuleShape):
    """``kind: protocol``: a module with the rules of certification."""

    custody_model: terms.CustodyModel
    season_starts_month: Annotated[int, Field(ge=1, le=12)]
    validity: rules.Validity
    scoring: rules.Scoring
    findings: rules.FindingRules
    suspension: rules.SuspensionRules
    batch_tests: tuple[rules.BatchTest, ...] = ()
    label: rules.LabelRules
    capacity: rules.Capacity | None = None
    reconciliation: rules.Reconciliation | None = None
