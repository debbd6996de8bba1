"""What is wrong with the rules of a protocol: conclusion, batch tests, quantities."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from seal.errors import Reason
from seal.protocols import conclusion
from seal.protocols.capacity import INPUTS
from seal.protocols.checks_conditions import Names
from seal.protocols.checks_measure import check_measure
from seal.protocols.measure import Measure
from seal.protocols.reading import misspelt
from seal.protocols.shapes import ProtocolShape
from seal.protocols.source import Path, Source
from seal.protocols.terms import FactType, Level, Outcome, ResultKind, RuleKind


def check_rules(shape: ProtocolShape, source: Source, known: Names) -> Iterator[Reason]:
    """Every fault of what a protocol has and a module has not."""
    yield from _check_scoring(shape.scoring, source)
    yield from _check_batch_tests(shape, source)
    if shape.capacity is not None:
        numbers = [*known.of_type(FactType.NUMBER), *INPUTS[shape.capacity.formula]]
        if shape.capacity.basis not in numbers:
            yield misspelt(source, "protocols.unknown_fact", ("capacity", "basis"), shape.capacity.basis, numbers)


_NEEDS = {
    RuleKind.LEVEL_PERCENT: ("level", "min"),
    RuleKind.WEIGHTED_PERCENT: ("min",),
    RuleKind.CHAPTER_MIN: (),
    RuleKind.MAX_OPEN: ("level", "max"),
    RuleKind.NORM_POINTS: ("min",),
    RuleKind.RANK_AVERAGE: ("min",),
    RuleKind.DEDUCTIONS: ("min",),
    RuleKind.NO_FAILURE: (),
    RuleKind.FAILED_COUNT: ("level", "max"),
    RuleKind.PANEL: ("min",),
    RuleKind.NO_FALL: (),
    RuleKind.PLAN_KEPT: ("min",),
}


def _check_scoring(scoring: conclusion.Scoring, source: Source) -> Iterator[Reason]:
    for level in Level:
        if level not in scoring.weights:
            yield source.fault("protocols.missing_key", ("scoring", "weights"), key=level.value)
        else:
            yield from _within(scoring.weights[level], 1000, source, ("scoring", "weights", level.value))
    for outcome in (Outcome.COMPLIANT, Outcome.PARTIAL, Outcome.NON_COMPLIANT):
        if outcome not in scoring.credit:
            yield source.fault("protocols.missing_key", ("scoring", "credit"), key=outcome.value)
        else:
            yield from _within(scoring.credit[outcome], 1, source, ("scoring", "credit", outcome.value))
    for index, rule in enumerate(scoring.pass_all):
        path: Path = ("scoring", "pass_all", index)
        for key in _NEEDS[rule.rule]:
            if getattr(rule, key) is None:
                yield source.fault("protocols.missing_key", path, key=key)
        yield from _within(rule.min, 100, source, (*path, "min"))
        yield from _within(rule.after_corrective_actions, 100, source, (*path, "after_corrective_actions"))
        for year, percent in rule.by_year.items():
            yield from _within(percent, 100, source, (*path, "by_year", str(year)))
    for index, grade in enumerate(scoring.grades):
        yield from _within(grade.min, 100, source, ("scoring", "grades", index, "min"))
        if index and grade.min < scoring.grades[index - 1].min:
            yield source.fault("protocols.grades_order", ("scoring", "grades", index, "min"), id=grade.id)


def _within(value: Decimal | None, most: int, source: Source, path: Path) -> Iterator[Reason]:
    if value is not None and not 0 <= value <= most:
        yield source.fault("protocols.out_of_range", path, value=str(value), bound=f"0 … {most}")


def _check_batch_tests(shape: ProtocolShape, source: Source) -> Iterator[Reason]:
    points = {point.id: point for point in shape.points}
    tests = [test.id for test in shape.batch_tests]
    for index, test in enumerate(shape.batch_tests):
        path: Path = ("batch_tests", index)
        if test.id in tests[:index]:
            yield source.fault("protocols.id_taken", (*path, "id"), id=test.id, by=shape.id)
        if test.kind is ResultKind.ABSENCE:
            if test.unit or test.min is not None or test.max is not None:
                yield source.fault("protocols.absence_bounds", path)
        elif test.plan is None:
            yield from check_measure(Measure(test.id, test.unit, test.min, test.max), source, path)
        if test.point is None:
            continue
        point = points.get(test.point)
        if point is None:
            yield misspelt(source, "protocols.unknown_point", (*path, "point"), test.point, points)
        elif point.measure is not None and test.plan is None:
            same = (point.measure.unit, point.measure.min, point.measure.max) == (test.unit, test.min, test.max)
            if not same:  # one limit in two places must be one limit
                yield source.fault("protocols.bounds_differ", path, point=point.id)
    for index, point in enumerate(shape.points):
        for place, text in enumerate(point.evidence):
            kind, _, subject = text.partition(":")
            if kind == "batch_test" and subject not in tests:
                where = ("points", index, "evidence", place)
                yield misspelt(source, "protocols.unknown_batch_test", where, subject, tests)
