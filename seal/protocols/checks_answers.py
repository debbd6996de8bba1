"""What is wrong with the way in which a point is answered: numbers that do not fit together, choices that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from seal.errors import Reason
from seal.protocols import answer_types as types
from seal.protocols.checks_common import one_of, repeated, unread, within
from seal.protocols.checks_conditions import Names
from seal.protocols.checks_measure import check_plan
from seal.protocols.sampling import Sampling
from seal.protocols.shapes import PointShape
from seal.protocols.source import Path, Source
from seal.protocols.terms import Aggregate, Level, Outcome


def check_answer(point: PointShape, known: Names, source: Source, path: Path) -> Iterator[Reason]:
    """Every fault of answer, grain, sampling and evidence of ``point``, which is written at ``path``."""
    answer = point.answer
    if answer is not None:
        where = (*path, "answer")
        check = _CHECKS.get(type(answer))
        if check is not None:
            yield from check(answer, source, where)
        if isinstance(answer, types.PlanAnswer):
            yield from check_plan(answer, known, source, where)
        if isinstance(answer, types.NumberAnswer | types.LabAnswer) and point.measure is None:
            yield source.fault("protocols.missing_key", path, key="measure")
    levels = {point.level, *point.level_by_year.values()}
    if point.aggregate is Aggregate.MEAN and Level.CRITICAL in levels:
        yield source.fault("protocols.critical_mean", (*path, "aggregate"))
    if point.sampling is not None:
        yield from _sampling(point.sampling, source, (*path, "sampling"))
    for outcome, count in point.evidence_minimum.items():
        yield from within(count, source, (*path, "evidence_minimum", outcome.value), most=50)


def _scale(answer: types.ScaleAnswer, source: Source, path: Path) -> Iterator[Reason]:
    yield from within(answer.max, source, (*path, "max"), least=1, most=10)
    yield from within(answer.norm, source, (*path, "norm"), least=1, most=max(answer.max, 1))


def _rank(answer: types.RankAnswer, source: Source, path: Path) -> Iterator[Reason]:
    yield from within(answer.max, source, (*path, "max"), least=2, most=10)
    yield from within(answer.pass_, source, (*path, "pass"), least=1, most=max(answer.max, 1))


def _ratio(answer: types.RatioAnswer, source: Source, path: Path) -> Iterator[Reason]:
    yield from within(answer.min_percent, source, (*path, "min_percent"), most=100)


def _choice(answer: types.ChoiceAnswer, source: Source, path: Path) -> Iterator[Reason]:
    if len(answer.choices) < 2:
        yield source.fault("protocols.choices_few", (*path, "choices"))
    elif Outcome.COMPLIANT not in answer.choices.values():
        yield source.fault("protocols.choices_none_compliant", (*path, "choices"))


def _multi(answer: types.MultiAnswer, source: Source, path: Path) -> Iterator[Reason]:
    if len(answer.choices) < 2:
        yield source.fault("protocols.choices_few", (*path, "choices"))
    yield from repeated(answer.choices, source, (*path, "choices"))
    yield from within(answer.at_least, source, (*path, "at_least"), least=1, most=max(len(answer.choices), 1))


def _date(answer: types.DateAnswer, source: Source, path: Path) -> Iterator[Reason]:
    yield from one_of(answer, ("max_age_days", "not_before_audit"), source, path)
    yield from within(answer.max_age_days, source, (*path, "max_age_days"), least=1, most=36_500)


def _table(answer: types.TableAnswer, source: Source, path: Path) -> Iterator[Reason]:
    if not answer.columns:
        yield source.fault("protocols.out_of_range", (*path, "columns"), value="", bound="≥ 1")
    yield from repeated(answer.columns, source, (*path, "columns"))
    yield from within(answer.min_rows, source, (*path, "min_rows"), least=1, most=10_000)


def _exercise(answer: types.ExerciseAnswer, source: Source, path: Path) -> Iterator[Reason]:
    yield from within(answer.max_minutes, source, (*path, "max_minutes"), least=1, most=100_000)


def _panel(answer: types.PanelAnswer, source: Source, path: Path) -> Iterator[Reason]:
    yield from within(answer.trim, source, (*path, "trim"), most=20)
    yield from within(answer.judges_min, source, (*path, "judges_min"), least=2 * answer.trim + 1, most=100)
    yield from within(answer.max, source, (*path, "max"), least=1, most=1000)
    yield from within(answer.min, source, (*path, "min"), most=answer.max)
    yield from within(answer.floor, source, (*path, "floor"), most=answer.max)
    yield from repeated(answer.criteria, source, (*path, "criteria"))


_CHECKS: dict[type, Callable[[Any, Source, Path], Iterator[Reason]]] = {
    types.ScaleAnswer: _scale,
    types.RankAnswer: _rank,
    types.RatioAnswer: _ratio,
    types.ChoiceAnswer: _choice,
    types.MultiAnswer: _multi,
    types.DateAnswer: _date,
    types.TableAnswer: _table,
    types.ExerciseAnswer: _exercise,
    types.PanelAnswer: _panel,
}


def _sampling(sampling: Sampling, source: Source, path: Path) -> Iterator[Reason]:
    take = sampling.take
    if take.by == "count":
        yield from within(take.count, source, (*path, "take"), least=1, most=100_000)
        if sampling.accept >= take.count:
            yield from within(sampling.accept, source, (*path, "accept"), most=max(take.count - 1, 0))
    if take.by == "percent":
        if take.percent is None:
            yield source.fault("protocols.missing_key", (*path, "take"), key="percent")
        else:
            yield from within(take.percent, source, (*path, "take", "percent"), least=1, most=100)
        yield from within(take.min, source, (*path, "take", "min"), least=1, most=100_000)
    if sampling.accept < 0:
        yield from within(sampling.accept, source, (*path, "accept"), most=100_000)
    if sampling.proportion and sampling.accept:
        yield from unread(["accept"], source, path)
