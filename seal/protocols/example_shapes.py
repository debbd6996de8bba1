"""The shape of ``examples/*.yaml``: a producer, their answers, and what must come out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from seal.protocols import terms
from seal.protocols.shape_base import Count, Day, Shape


class MeasuredShape(Shape):
    value: str
    unit: str


class FailedRuleShape(Shape):
    rule: str
    subject: str = ""
    points: tuple[str, ...] = ()
    mend: tuple[str, ...] | None = None
    """The points that would make it hold; not compared where it is not stated."""


class ExpectShape(Shape):
    """What must come out; what is not stated is not checked."""

    points: int | None = None
    desk: int | None = None
    visit: int | None = None
    left_out: tuple[str, ...] | None = None
    passed: bool
    seal: bool | None = None
    weighted: int | None = None
    grade: str | None = None
    levels: dict[terms.Level, int | None] = Field(default_factory=dict)
    """Basis points by level; so in ``chapters``, by qualified id (``queso.A``)."""
    chapters: dict[str, int | None] = Field(default_factory=dict)
    outcomes: dict[str, terms.Outcome] = Field(default_factory=dict)
    """What typed answers come to, by point."""
    deferred: tuple[str, ...] | None = None
    not_audited: tuple[str, ...] | None = None
    failed_rules: tuple[FailedRuleShape, ...]
    findings: dict[terms.Level, tuple[str, ...]] | None = None


class ExampleShape(Shape):
    """Every point that is not named is compliant."""

    spec: Literal["seal-protocol-example/1"] = Field(alias="schema")
    name: str
    year: Annotated[int, Field(ge=1)]
    after_corrections: bool = False
    open_majors: Count = 0
    open_minors: Count = 0
    open_by_level: dict[terms.Level, Count] = Field(default_factory=dict)
    previous: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """The weighted result of the last cycle, in basis points."""
    plan: tuple[Count, Count] | None = None
    """Items of the improvement plan kept, of those due."""
    facts: dict[str, Any]
    products: tuple[str, ...] | None = None
    sites: tuple[str, ...] | None = None
    answers: dict[terms.Outcome, tuple[str, ...]] = Field(default_factory=dict)
    measures: dict[str, MeasuredShape] = Field(default_factory=dict)
    responses: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By point, the keys that its answer type asks for; a point of a finer grain has ``units: {name: keys}``."""
    repeated: tuple[str, ...] = ()
    """Points with a finding of the same level in the last audit."""
    on: Day | None = None
    """The day of the audit, which dates and documents are judged by."""
    expect: ExpectShape
