"""What is wrong with the conclusion of a protocol: rules that lack what they need, or say what nobody reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from decimal import Decimal

from seal.errors import Reason
from seal.protocols.checks_common import unread, within
from seal.protocols.conclusion import Grade, Rule, Scoring
from seal.protocols.model import Module
from seal.protocols.reading import misspelt
from seal.protocols.shapes import ProtocolShape
from seal.protocols.source import Path, Source
from seal.protocols.terms import Level, Outcome, RuleKind

_CURVE = ("min", "by_year", "after_corrective_actions")

NEEDS: Mapping[RuleKind, tuple[str, ...]] = {
    RuleKind.LEVEL_PERCENT: ("level", "min"),
    RuleKind.WEIGHTED_PERCENT: ("min",),
    RuleKind.CHAPTER_MIN: (),
    RuleKind.MAX_OPEN: ("level", "max"),
    RuleKind.NORM_POINTS: ("min",),
    RuleKind.RANK_AVERAGE: ("min",),
    RuleKind.DEDUCTIONS: ("min", "deduct"),
    RuleKind.NO_FAILURE: (),
    RuleKind.FAILED_COUNT: ("level", "max"),
    RuleKind.PANEL: ("min",),
    RuleKind.NO_FALL: (),
    RuleKind.PLAN_KEPT: ("min",),
}
"""Keys that a rule cannot do without."""

READS: Mapping[RuleKind, frozenset[str]] = {
    kind: frozenset({"rule", "year_from", *NEEDS[kind], *(_CURVE if "min" in NEEDS[kind] else ()), *more})
    for kind, more in {
        RuleKind.LEVEL_PERCENT: (),
        RuleKind.WEIGHTED_PERCENT: ("level",),
        RuleKind.CHAPTER_MIN: (),
        RuleKind.MAX_OPEN: ("by_year",),
        RuleKind.NORM_POINTS: ("group",),
        RuleKind.RANK_AVERAGE: ("group",),
        RuleKind.DEDUCTIONS: ("start",),
        RuleKind.NO_FAILURE: ("level", "group"),
        RuleKind.FAILED_COUNT: ("by_year",),
        RuleKind.PANEL: ("group", "floor"),
        RuleKind.NO_FALL: ("allow",),
        RuleKind.PLAN_KEPT: (),
    }.items()
}
"""Keys that a rule reads."""

FIRST = frozenset({RuleKind.LEVEL_PERCENT, RuleKind.WEIGHTED_PERCENT, RuleKind.CHAPTER_MIN, RuleKind.MAX_OPEN})
FIRST_KEYS = frozenset({"level", *_CURVE, "max"})
"""What the first files of the language could say: there a key that nobody reads is a warning, as it was no fault."""

MOST = {RuleKind.NORM_POINTS: 1000, RuleKind.RANK_AVERAGE: 10, RuleKind.DEDUCTIONS: 1000, RuleKind.PANEL: 1000}


def needless(rule: Rule) -> list[str]:
    """Keys that the rule says and its kind does not read."""
    said = [field.name for field in fields(rule) if getattr(rule, field.name) not in (None, {})]
    return [key for key in said if key not in READS[rule.rule]]


def check_scoring(shape: ProtocolShape, included: Mapping[str, Module], source: Source) -> Iterator[Reason]:
    """Every fault of weights, rules and grades."""
    scoring = shape.scoring
    yield from _check_numbers(scoring, source)
    groups = {point.group for point in shape.points if point.group}
    groups |= {point.group for each in included.values() for point in each.points if point.group}
    for index, rule in enumerate(scoring.pass_all):
        yield from check_rule(rule, groups, source, ("scoring", "pass_all", index))
    yield from _check_grades(scoring.grades, groups, source)


def check_rule(rule: Rule, groups: Collection[str], source: Source, path: Path) -> Iterator[Reason]:
    """Every fault of one rule, which is written at ``path``."""
    for key in NEEDS[rule.rule]:
        if getattr(rule, key) in (None, {}):
            yield source.fault("protocols.missing_key", path, key=key)
    yield from unread([key for key in needless(rule) if rule.rule not in FIRST or key not in FIRST_KEYS], source, path)
    if rule.rule is RuleKind.NO_FAILURE and (rule.level is None) == (rule.group is None):
        yield source.fault("protocols.one_of", path, keys="level, group")
    if rule.group is not None and rule.group not in groups:
        yield misspelt(source, "protocols.unknown_group", (*path, "group"), rule.group, groups)
    most = MOST.get(rule.rule, 100)
    for key in ("min", "after_corrective_actions", "floor", "start"):
        yield from within(getattr(rule, key), source, (*path, key), most=1000 if key == "start" else most)
    for year, percent in rule.by_year.items():
        yield from within(year, source, (*path, "by_year", str(year)), least=1, most=100)
        yield from within(percent, source, (*path, "by_year", str(year)), most=most)
    yield from within(rule.allow, source, (*path, "allow"), most=100)
    yield from within(rule.year_from, source, (*path, "year_from"), least=1, most=100)
    yield from within(rule.max, source, (*path, "max"), most=10_000)
    for name, points in rule.deduct.items():
        if name not in (*Level, "ko"):
            yield misspelt(source, "protocols.unknown_value", (*path, "deduct", name), name, [*Level, "ko"])
        yield from within(points, source, (*path, "deduct", name), most=1000)


def _check_numbers(scoring: Scoring, source: Source) -> Iterator[Reason]:
    for level in Level:
        if level not in scoring.weights:
            yield source.fault("protocols.missing_key", ("scoring", "weights"), key=level.value)
        else:
            yield from within(scoring.weights[level], source, ("scoring", "weights", level.value), most=1000)
    for outcome in (Outcome.COMPLIANT, Outcome.PARTIAL, Outcome.NON_COMPLIANT):
        if outcome not in scoring.credit:
            yield source.fault("protocols.missing_key", ("scoring", "credit"), key=outcome.value)
        else:
            yield from within(scoring.credit[outcome], source, ("scoring", "credit", outcome.value), most=1)


def _check_grades(grades: tuple[Grade, ...], groups: Collection[str], source: Source) -> Iterator[Reason]:
    for index, grade in enumerate(grades):
        path: Path = ("scoring", "grades", index)
        yield from within(grade.min, source, (*path, "min"), most=100)
        yield from within(grade.recommendation_percent, source, (*path, "recommendation_percent"), most=100)
        if index and grade.min < grades[index - 1].min:
            yield source.fault("protocols.grades_order", (*path, "min"), id=grade.id)
        for place, rule in enumerate(grade.rules):
            yield from check_rule(rule, groups, source, (*path, "rules", place))
    seen: set[str] = set()
    for index, grade in enumerate(grades):
        if grade.id in seen:
            yield source.fault("protocols.repeated", ("scoring", "grades", index, "id"), value=grade.id)
        seen.add(grade.id)
    if grades and not any(grade.seal for grade in grades):
        yield source.fault("protocols.no_grade_seals", ("scoring", "grades"))


def percents(rule: Rule) -> tuple[Decimal, ...]:
    """Everything that a rule may ask for, over the years."""
    asked = (rule.min, rule.after_corrective_actions, *rule.by_year.values())
    return tuple(each for each in asked if each is not None)
