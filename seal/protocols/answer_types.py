"""How a control point is answered: one frozen class for each type of the file's ``answer.type``.

They say what is asked; what an answer is worth is judged in ``responses.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from seal.protocols.edge import CLOSED, KEYWORDS, Number
from seal.protocols.measure import Variant
from seal.protocols.terms import Outcome


@dataclass(frozen=True, kw_only=True)
class OutcomeAnswer:
    """The auditor picks an outcome from the scale. The default."""

    __pydantic_config__ = CLOSED
    type: Literal["outcome"] = "outcome"


@dataclass(frozen=True, kw_only=True)
class YesNoAnswer:
    __pydantic_config__ = CLOSED
    type: Literal["yes_no"] = "yes_no"


@dataclass(frozen=True, kw_only=True)
class ScaleAnswer:
    """0 to ``max`` points; ``norm`` is what is expected (FairWild: 0 to 3, norm 2). More compensates."""

    __pydantic_config__ = CLOSED
    type: Literal["scale"] = "scale"
    max: int
    norm: int


@dataclass(frozen=True, kw_only=True)
class RankAnswer:
    """Rank 1 to ``max``; from ``pass_`` on it is compliant (Fairtrade: 1 to 5, 3 passes)."""

    __pydantic_config__ = KEYWORDS
    type: Literal["rank"] = "rank"
    max: int
    pass_: int


@dataclass(frozen=True, kw_only=True)
class NumberAnswer:
    """A value with its unit, judged by the point's measure. The default of a point that has one."""

    __pydantic_config__ = CLOSED
    type: Literal["number"] = "number"


@dataclass(frozen=True, kw_only=True)
class RatioAnswer:
    """k of n: compliant from ``min_percent`` on."""

    __pydantic_config__ = CLOSED
    type: Literal["ratio"] = "ratio"
    min_percent: Number


@dataclass(frozen=True, kw_only=True)
class ChoiceAnswer:
    """One of several; each has its outcome."""

    __pydantic_config__ = CLOSED
    type: Literal["choice"] = "choice"
    choices: Mapping[str, Outcome]


@dataclass(frozen=True, kw_only=True)
class MultiAnswer:
    """Any of several; compliant with ``at_least`` so many."""

    __pydantic_config__ = CLOSED
    type: Literal["multi"] = "multi"
    choices: tuple[str, ...]
    at_least: int = 1


@dataclass(frozen=True, kw_only=True)
class DateAnswer:
    """A date no older than ``max_age_days`` on the day of the audit, or that has not passed on it."""

    __pydantic_config__ = CLOSED
    type: Literal["date"] = "date"
    max_age_days: int | None = None
    not_before_audit: bool = False


@dataclass(frozen=True, kw_only=True)
class DocumentAnswer:
    """A document on file; with ``expires`` it has an end date, which must not have passed."""

    __pydantic_config__ = CLOSED
    type: Literal["document"] = "document"
    expires: bool = False


@dataclass(frozen=True, kw_only=True)
class TableAnswer:
    __pydantic_config__ = CLOSED
    type: Literal["table"] = "table"
    columns: tuple[str, ...]
    min_rows: int = 1


@dataclass(frozen=True, kw_only=True)
class PhotoAnswer:
    __pydantic_config__ = CLOSED
    type: Literal["photo"] = "photo"


@dataclass(frozen=True, kw_only=True)
class GeoAnswer:
    """A place, kept private."""

    __pydantic_config__ = CLOSED
    type: Literal["geo"] = "geo"


@dataclass(frozen=True, kw_only=True)
class SignatureAnswer:
    __pydantic_config__ = CLOSED
    type: Literal["signature"] = "signature"


@dataclass(frozen=True, kw_only=True)
class ExerciseAnswer:
    """Something done against the clock, such as a mock recall."""

    __pydantic_config__ = CLOSED
    type: Literal["exercise"] = "exercise"
    max_minutes: int


@dataclass(frozen=True, kw_only=True)
class LabAnswer:
    """A value with the laboratory's report, judged by the point's measure."""

    __pydantic_config__ = CLOSED
    type: Literal["lab"] = "lab"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Attribute sampling: of ``n`` units at most ``c`` above ``m``, none above ``M`` (Codex CXG 50; ``M`` absent: two
    classes), or ``c`` in which something is found in ``absent_in_g`` grams."""

    __pydantic_config__ = CLOSED
    n: int
    c: int = 0
    m: Number | None = None
    M: Number | None = None
    unit: str = ""
    absent_in_g: Number | None = None
    variants: tuple[Variant, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class PlanAnswer(Plan):
    type: Literal["plan"] = "plan"


@dataclass(frozen=True, kw_only=True)
class PanelAnswer:
    """Scores of several judges up to ``max``: the ``trim`` highest and lowest are left out, the mean must
    reach ``min``, and no criterion may fall below ``floor``."""

    __pydantic_config__ = CLOSED
    type: Literal["panel"] = "panel"
    judges_min: int
    max: Number
    min: Number
    trim: int = 0
    floor: Number | None = None
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ComputedAnswer:
    """What the system itself works out: nobody types it."""

    __pydantic_config__ = CLOSED
    type: Literal["computed"] = "computed"
    by: Literal["reconciliation"]


Answer = (
    OutcomeAnswer
    | YesNoAnswer
    | ScaleAnswer
    | RankAnswer
    | NumberAnswer
    | RatioAnswer
    | ChoiceAnswer
    | MultiAnswer
    | DateAnswer
    | DocumentAnswer
    | TableAnswer
    | PhotoAnswer
    | GeoAnswer
    | SignatureAnswer
    | ExerciseAnswer
    | LabAnswer
    | PlanAnswer
    | PanelAnswer
    | ComputedAnswer
)
