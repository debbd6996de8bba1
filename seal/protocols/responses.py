"""What an answer to a control point is worth: judged from what was said, counted or measured, never chosen.

One frozen value for each kind of answer. :func:`judge` gives the outcome, what it earned, and its doubts: things a
person should look at again before they count (a pH of 34, another unit likely). A doubt never refuses; what cannot be
read or does not fit the question is ``BadInput``. Reading an answer from JSON or YAML: ``response_forms.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from seal.errors import BadInput, Reason
from seal.protocols import measures, panels, plans
from seal.protocols.answer_types import (
    ChoiceAnswer,
    ComputedAnswer,
    DateAnswer,
    DocumentAnswer,
    ExerciseAnswer,
    MultiAnswer,
    OutcomeAnswer,
    PanelAnswer,
    PlanAnswer,
    RankAnswer,
    RatioAnswer,
    ScaleAnswer,
    TableAnswer,
)
from seal.protocols.edge import CLOSED
from seal.protocols.measure import effective
from seal.protocols.model import ControlPoint, Outcome
from seal.protocols.samples import Sample, of_sample
from seal.protocols.situation import Situation
from seal.protocols.values import read_value

UNJUDGED = frozenset({Outcome.NOT_APPLICABLE, Outcome.NOT_AUDITED, Outcome.DEFERRED})
"""Said of a point of any type: there is nothing to judge."""


@dataclass(frozen=True)
class Judged:
    """An answer judged. ``None`` in ``credit``: what the protocol's scale gives for the outcome."""

    outcome: Outcome
    credit: Fraction | None = None
    """The share of the requirement that is met (0..1)."""
    points: Fraction | None = None
    """Points on a scale with a norm, or the trimmed mean of a panel."""
    rank: Fraction | None = None
    doubts: tuple[Reason, ...] = ()
    on_target: bool | None = None
    """Whether a measured value reaches the target as well; ``None``: there is none."""
    lowest: Fraction | None = None
    """The trimmed mean of a panel's lowest criterion."""


@dataclass(frozen=True)
class Picked:
    """An outcome from the scale; of any type: not applicable, deferred, not audited."""

    __pydantic_config__ = CLOSED
    outcome: Outcome


@dataclass(frozen=True)
class YesNo:
    __pydantic_config__ = CLOSED
    yes: bool


@dataclass(frozen=True)
class Scaled:
    __pydantic_config__ = CLOSED
    points: int


@dataclass(frozen=True)
class Ranked:
    __pydantic_config__ = CLOSED
    rank: int


@dataclass(frozen=True)
class Value:
    """A reading as typed (``17,4``, ``<0.5``, ``4,1; 4,3``) or the results of a plan's units, in ``unit``."""

    __pydantic_config__ = CLOSED
    value: str
    unit: str = ""
    uncertainty: str = ""
    """Expanded uncertainty in the same unit, where the measure has a guard band."""
    report: str = ""
    """Of a laboratory: the number of its report."""


@dataclass(frozen=True)
class Ratio:
    __pydantic_config__ = CLOSED
    good: int
    of: int


@dataclass(frozen=True)
class Choice:
    __pydantic_config__ = CLOSED
    choice: str


@dataclass(frozen=True)
class Several:
    __pydantic_config__ = CLOSED
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class Day:
    __pydantic_config__ = CLOSED
    day: date


@dataclass(frozen=True)
class Paper:
    __pydantic_config__ = CLOSED
    document: bool
    expires_on: date | None = None


@dataclass(frozen=True)
class Rows:
    __pydantic_config__ = CLOSED
    rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Files:
    """How many files of the kind asked for (photos) stand with the answer."""

    __pydantic_config__ = CLOSED
    files: int


@dataclass(frozen=True)
class Done:
    """A place recorded, a signature given."""

    __pydantic_config__ = CLOSED
    done: bool


@dataclass(frozen=True)
class Timed:
    """An exercise against the clock: its minutes as typed, and whether it came to its end."""

    __pydantic_config__ = CLOSED
    minutes: str
    done: bool = True


@dataclass(frozen=True)
class Judges:
    """The sheet of each judge: criterion to score as typed."""

    __pydantic_config__ = CLOSED
    judges: tuple[Mapping[str, str], ...]


Response = (
    Picked
    | YesNo
    | Scaled
    | Ranked
    | Value
    | Ratio
    | Choice
    | Several
    | Day
    | Paper
    | Rows
    | Files
    | Done
    | Timed
    | Judges
    | Sample
)


def judge(point: ControlPoint, situation: Situation, response: Response, *, on: date | None = None) -> Judged:
    """The outcome of one response to ``point`` in a producer's situation, on the day of the audit.

    Raises ``BadInput`` for what cannot be read, does not fit the kind of answer, or leaves the outcome open.
    """
    if isinstance(response, Picked):
        if response.outcome not in UNJUDGED and not isinstance(point.answer, OutcomeAnswer | ComputedAnswer):
            raise _unfit(point)
        return Judged(response.outcome)
    if isinstance(response, Sample):
        if point.sampling is None:
            raise _unfit(point)
        found = of_sample(point.sampling, response)
        return Judged(found.outcome, found.credit)
    if isinstance(response, Value):
        return _measured(point, situation, response)
    if isinstance(response, Day | Paper):
        return _dated(point, response, on)
    if isinstance(response, Scaled | Ranked | Ratio | Timed | Judges):
        return _counted(point, response)
    return Judged(_met(_simple(point, response)) if not isinstance(response, Choice) else _chosen(point, response))


def _met(holds: bool) -> Outcome:
    return Outcome.COMPLIANT if holds else Outcome.NON_COMPLIANT


def _unfit(point: ControlPoint) -> BadInput:
    return BadInput("protocols.response_kind", field="response", point=point.id, type=point.answer.type)


def _measured(point: ControlPoint, situation: Situation, response: Value) -> Judged:
    if isinstance(point.answer, PlanAnswer):
        return Judged(plans.judge(effective(point.answer, situation), response.value, response.unit))
    if point.measure is None or point.answer.type not in ("number", "lab", "computed"):
        raise _unfit(point)
    if point.answer.type == "lab" and not response.report.strip():
        raise BadInput("protocols.report_missing", field="report", point=point.id)
    measure = effective(point.measure, situation)
    found = measures.judge(measure, response.value, response.unit, uncertainty=response.uncertainty)
    doubts = measures.doubts(measure, response.value, response.unit)
    return Judged(found.outcome, doubts=doubts, on_target=found.on_target)


def _dated(point: ControlPoint, response: Day | Paper, on: date | None) -> Judged:
    if isinstance(response, Paper):
        if not isinstance(point.answer, DocumentAnswer):
            raise _unfit(point)
        if not response.document or not point.answer.expires:
            return Judged(_met(response.document))
        if response.expires_on is None:
            raise BadInput("protocols.end_date_missing", field="expires_on", point=point.id)
        return Judged(_met(response.expires_on >= _day(point, on)))
    if not isinstance(point.answer, DateAnswer):
        raise _unfit(point)
    today = _day(point, on)
    if point.answer.not_before_audit:
        return Judged(_met(response.day >= today))
    doubts = (Reason("protocols.day_ahead", {"day": response.day.isoformat()}),) if response.day > today else ()
    most = point.answer.max_age_days
    recent = most is None or response.day >= today - timedelta(days=most)
    return Judged(_met(recent and not doubts), doubts=doubts)


def _day(point: ControlPoint, on: date | None) -> date:
    if on is None:
        raise BadInput("protocols.day_needed", field="on", point=point.id)
    return on


def _counted(point: ControlPoint, response: Scaled | Ranked | Ratio | Timed | Judges) -> Judged:
    """Answers that are numbers; each fits one kind of question only."""
    match point.answer, response:
        case ScaleAnswer() as scale, Scaled():
            points = Fraction(_whole(response.points, 0, scale.max, "points"))
            credit = min(Fraction(1), points / scale.norm)
            outcome = Outcome.PARTIAL if 0 < credit < 1 else _met(credit == 1)
            return Judged(outcome, credit, points=points)
        case RankAnswer() as rank, Ranked():
            reached = _whole(response.rank, 1, rank.max, "rank")
            return Judged(_met(reached >= rank.pass_), rank=Fraction(reached))
        case RatioAnswer() as ratio, Ratio():
            whole = _whole(response.of, 1, 1_000_000, "of")
            good = _whole(response.good, 0, whole, "good")
            return Judged(_met(Fraction(good, whole) >= Fraction(ratio.min_percent) / 100))
        case ExerciseAnswer() as exercise, Timed():
            minutes = read_value(response.minutes)
            if minutes.is_signed():
                raise BadInput("protocols.negative_value", field="minutes", value=response.minutes[:40])
            return Judged(_met(response.done and minutes <= exercise.max_minutes))
        case PanelAnswer() as panel, Judges():
            verdict = panels.judge(panel, response.judges)
            return Judged(_met(verdict.holds(panel)), points=verdict.score, lowest=verdict.lowest)
    raise _unfit(point)


def _simple(point: ControlPoint, response: YesNo | Several | Rows | Files | Done) -> bool:
    """Whether a requirement that is met or not is met."""
    match point.answer, response:
        case MultiAnswer() as multi, Several():
            strange = sorted(set(response.chosen) - set(multi.choices))
            if strange:
                raise BadInput("protocols.choice_unknown", field="chosen", value=strange[0][:40], point=point.id)
            return len(set(response.chosen)) >= multi.at_least
        case TableAnswer() as table, Rows():
            full = [row for row in response.rows if all(row.get(column, "").strip() for column in table.columns)]
            return len(full) >= table.min_rows
    fits = {YesNo: ("yes_no",), Files: ("photo",), Done: ("geo", "signature")}
    if point.answer.type not in fits.get(type(response), ()):
        raise _unfit(point)
    match response:
        case YesNo():
            return response.yes
        case Files():
            return response.files > 0
        case Done():
            return response.done
    raise _unfit(point)


def _chosen(point: ControlPoint, response: Choice) -> Outcome:
    if not isinstance(point.answer, ChoiceAnswer):
        raise _unfit(point)
    outcome = point.answer.choices.get(response.choice)
    if outcome is None:
        raise BadInput("protocols.choice_unknown", field="choice", value=response.choice[:40], point=point.id)
    return outcome


def _whole(value: int, low: int, high: int, name: str) -> int:
    if not low <= value <= high:
        raise BadInput("protocols.count_range", field=name, value=value, low=low, high=high)
    return value
