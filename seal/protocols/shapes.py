"""The shape of protocol files at the edge: pydantic checks kinds of values and refuses unknown keys.

The faults that it finds are turned into Seal's own, with file, line, place and the likely spelling.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from seal.errors import BadInput, Reason
from seal.protocols import model, rules, terms
from seal.protocols.source import Path, Source

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
Version = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})$")]
PointId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}-[A-Z][0-9]{2}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=600)]


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a yes or no is not a number")
    return value


Percent = Annotated[Decimal, Field(ge=0, le=100), BeforeValidator(_number)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IncludeShape(_Shape):
    id: Identifier
    version: Version
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class ChapterShape(_Shape):
    id: Annotated[str, Field(pattern=r"^[A-Z]$")]
    min_percent: Percent


class PointShape(_Shape):
    """A control point as written; evidence and condition are read by the loader."""

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
    measure: model.Measure | None = None
    applies_if: Any = None


class ModuleShape(_Shape):
    """``kind: module``: facts, chapters and points that protocols include."""

    spec: Literal["seal-protocol/1"] = Field(alias="schema")
    id: Identifier
    kind: Literal["module", "protocol"]
    version: Version
    status: Literal["draft", "published"]
    includes: tuple[IncludeShape, ...] = ()
    facts: dict[Identifier, terms.FactType] = {}
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


class TextShape(_Shape):
    """``text.<lang>.yaml``: every word, by id."""

    spec: Literal["seal-protocol-text/1"] = Field(alias="schema")
    id: Identifier
    version: Version
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    title: Sentence
    chapters: dict[str, Sentence]
    facts: dict[str, Sentence] = {}
    batch_tests: dict[str, Sentence] = {}
    points: dict[str, model.PointText]


class MeasuredShape(_Shape):
    value: str
    unit: str


class FailedRuleShape(_Shape):
    rule: str
    subject: str = ""
    points: tuple[str, ...] = ()


class ExpectShape(_Shape):
    """What must come out; what is not stated is not checked."""

    points: int | None = None
    desk: int | None = None
    visit: int | None = None
    left_out: tuple[str, ...] | None = None
    passed: bool
    weighted: int | None = None
    grade: str | None = None
    failed_rules: tuple[FailedRuleShape, ...]


class ExampleShape(_Shape):
    """``examples/*.yaml``: a producer, their answers, and what must come out."""

    spec: Literal["seal-protocol-example/1"] = Field(alias="schema")
    name: str
    year: Annotated[int, Field(ge=1)]
    after_corrections: bool = False
    open_majors: Annotated[int, Field(ge=0)] = 0
    facts: dict[str, bool]
    answers: dict[terms.Outcome, tuple[str, ...]] = {}
    measures: dict[str, MeasuredShape] = {}
    expect: ExpectShape


def read(shape: type[_Shape], source: Source) -> Any:
    """``source`` in ``shape``, or ``BadInput`` with every fault."""
    try:
        return shape.model_validate(source.data)
    except ValidationError as error:
        raise BadInput.because(_fault(source, dict(fault)) for fault in error.errors(include_url=False)) from None


_KINDS = {
    "string": "protocols.not_text",
    "int": "protocols.not_whole_number",
    "decimal": "protocols.not_number",
    "bool": "protocols.not_yes_no",
    "tuple": "protocols.not_list",
    "list": "protocols.not_list",
    "dict": "protocols.not_map",
    "mapping": "protocols.not_map",
    "model": "protocols.not_map",
    "dataclass": "protocols.not_map",
}


def _fault(source: Source, fault: Mapping[str, Any]) -> Reason:
    kind, context = str(fault["type"]), fault.get("ctx") or {}
    path: Path = tuple(step for step in fault["loc"] if step != "[key]")
    name, typed = str(path[-1]) if path else "", _typed(fault.get("input"))
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return misspelt(source, "protocols.unknown_key", path, name, KEYS)
    if kind in ("missing", "missing_argument"):
        return source.fault("protocols.missing_key", path[:-1], key=name)
    if kind in ("enum", "literal_error"):
        allowed = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return misspelt(source, "protocols.unknown_value", path, typed, allowed)
    if kind == "string_pattern_mismatch":
        return source.fault("protocols.bad_form", path, value=typed, pattern=str(context["pattern"]))
    if kind.startswith(("greater_than", "less_than", "too_", "string_too")):
        return source.fault("protocols.out_of_range", path, value=typed, bound=_bound(context))
    code = _KINDS.get(kind.split("_")[0], "protocols.wrong_value")
    return source.fault(code, path, value=typed)


def _bound(context: Mapping[str, Any]) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "≥", "max_length": "≤"}
    return ", ".join(f"{signs[key]} {context[key]}" for key in signs if key in context)


def _typed(value: Any) -> str:
    return "" if value is None else str(value)[:60]


def misspelt(source: Source, code: str, path: Path, typed: str, allowed: Any) -> Reason:
    """A fault that offers the nearest allowed word, or lists a few if none is near."""
    known = sorted(allowed)
    near = difflib.get_close_matches(typed, known, n=1, cutoff=0.6)
    if near:
        return source.fault(f"{code}_near", path, value=typed, meant=near[0])
    return source.fault(code, path, value=typed, allowed=", ".join(known) if len(known) <= 12 else "…")


def _keys() -> frozenset[str]:
    """Every key of every shape: what a misspelt one is compared with."""
    found: set[str] = set()
    for shape in (ProtocolShape, TextShape, ExampleShape, IncludeShape, ChapterShape, PointShape, ExpectShape):
        found |= {field.alias or name for name, field in shape.model_fields.items()}
    for thing in (*vars(model).values(), *vars(rules).values()):
        if is_dataclass(thing) and hasattr(thing, "__pydantic_config__"):
            found |= {field.name for field in fields(thing)}
    return frozenset(found)


KEYS = _keys()
