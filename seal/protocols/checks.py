"""What a well-formed file may still get wrong: ids, conditions, units, limits and rules that do not fit together.

Every check yields faults with file, line, place and remedy; nothing here raises for a wrong protocol.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from seal.errors import Reason
from seal.protocols import model, rules
from seal.protocols.measures import UNITS
from seal.protocols.model import Condition, Evidence, Module
from seal.protocols.shapes import ModuleShape, PointShape, ProtocolShape, TextShape, misspelt
from seal.protocols.source import Path, Source
from seal.protocols.terms import FactType, Level, NotApplicable, Outcome, ResultKind, RuleKind

EVIDENCE_KINDS = frozenset(
    {"batch_test", "count", "data", "doc", "exercise", "gps_private", "interview", "invoice", "lab", "list"}
    | {"measure", "observation", "photo", "record", "system", "text"}
)
_EVIDENCE = re.compile(r"([a-z_]+)(?::([a-z_]+))?(!expires)?")


def evidence(text: str) -> Evidence:
    """``doc:sag_register!expires``; ``ValueError`` for any other form."""
    found = _EVIDENCE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return Evidence(found[1], found[2] or "", found[3] is not None)


def condition(data: Any, source: Source, path: Path, faults: list[Reason]) -> Condition | None:
    """``applies_if`` as data; what is wrong with it is added to ``faults``."""
    if data is None:
        return None
    if not isinstance(data, dict) or len(data) != 1:
        faults.append(source.fault("protocols.condition", path))
        return None
    ((key, inside),) = data.items()
    if key == "fact" and isinstance(inside, str):
        return Condition(fact=inside)
    if key == "not":
        negated = condition(inside, source, (*path, "not"), faults)
        if inside is None:
            faults.append(source.fault("protocols.condition", (*path, "not")))
        return Condition(negated=negated)
    if key in ("all", "any") and isinstance(inside, list) and inside:
        parts = [condition(part, source, (*path, key, place), faults) for place, part in enumerate(inside)]
        known = tuple(part for part in parts if part is not None)
        return Condition(all_of=known) if key == "all" else Condition(any_of=known)
    if key in ("fact", "all", "any"):
        faults.append(source.fault("protocols.condition", path))
    else:
        faults.append(misspelt(source, "protocols.unknown_key", (*path, key), key, ("fact", "not", "all", "any")))
    return None


def check_protocol(shape: ModuleShape, source: Source, included: Mapping[str, Module]) -> Iterator[Reason]:
    """Every fault of a structure file that has the right shape."""
    yield from _check_includes(shape, source, included)
    yield from _check_ids(shape, source, included)
    facts = {fact.id: fact.type for each in included.values() for fact in each.facts} | dict(shape.facts)
    for index, point in enumerate(shape.points):
        yield from _check_point(shape, point, source, ("points", index), facts)
    if isinstance(shape, ProtocolShape):
        yield from _check_scoring(shape.scoring, source)
        yield from _check_batch_tests(shape, source)
        if shape.capacity is not None and facts.get(shape.capacity.basis) is not FactType.NUMBER:
            numbers = [fact for fact, kind in facts.items() if kind is FactType.NUMBER]
            yield misspelt(source, "protocols.unknown_fact", ("capacity", "basis"), shape.capacity.basis, numbers)


def _check_includes(shape: ModuleShape, source: Source, included: Mapping[str, Module]) -> Iterator[Reason]:
    if shape.kind == "module" and shape.includes:
        yield source.fault("protocols.module_includes", ("includes",))
    for index, include in enumerate(shape.includes):
        found = included.get(include.id)
        if found is not None and include.sha256 not in (None, found.digest):
            path = ("includes", index, "sha256")
            yield source.fault(
                "protocols.include_changed", path, id=include.id, version=include.version, digest=found.digest
            )


def _check_ids(shape: ModuleShape, source: Source, included: Mapping[str, Module]) -> Iterator[Reason]:
    seen = {point.id: each.id for each in included.values() for point in each.points}
    for index, point in enumerate(shape.points):
        if point.id in seen:
            yield source.fault("protocols.id_taken", ("points", index, "id"), id=point.id, by=seen[point.id])
        seen.setdefault(point.id, shape.id)
    chapters: set[str] = set()
    for index, chapter in enumerate(shape.chapters):
        if chapter.id in chapters:
            yield source.fault("protocols.id_taken", ("chapters", index, "id"), id=chapter.id, by=shape.id)
        chapters.add(chapter.id)
    for each in included.values():
        for fact in each.facts:
            if shape.facts.get(fact.id, fact.type) is not fact.type:
                yield source.fault("protocols.fact_differs", ("facts", fact.id), fact=fact.id, module=each.id)


def _check_point(
    shape: ModuleShape, point: PointShape, source: Source, path: Path, facts: Mapping[str, FactType]
) -> Iterator[Reason]:
    chapters = [chapter.id for chapter in shape.chapters]
    if point.chapter not in chapters:
        yield misspelt(source, "protocols.unknown_chapter", (*path, "chapter"), point.chapter, chapters)
    faults: list[Reason] = []
    applies_if = condition(point.applies_if, source, (*path, "applies_if"), faults)
    yield from faults
    questions = [fact for fact, kind in facts.items() if kind is FactType.YES_NO]
    for fact in sorted(applies_if.facts() if applies_if else ()):
        if fact not in questions:
            yield misspelt(source, "protocols.unknown_fact", (*path, "applies_if"), fact, questions)
    if (point.applies_if is not None) != (point.na is NotApplicable.DERIVED):
        yield source.fault("protocols.na_derived", (*path, "na"))
    if point.level is Level.CRITICAL and point.na is NotApplicable.JUSTIFY:
        yield source.fault("protocols.na_critical", (*path, "na"))
    for index, text in enumerate(point.evidence):
        found = _EVIDENCE.fullmatch(text)
        if found is None or found[1] not in EVIDENCE_KINDS:
            where = (*path, "evidence", index)
            yield misspelt(source, "protocols.unknown_evidence", where, found[1] if found else text, EVIDENCE_KINDS)
    if point.measure is not None:
        yield from _check_measure(point.measure, source, (*path, "measure"))


def _check_measure(measure: model.Measure, source: Source, path: Path) -> Iterator[Reason]:
    if measure.unit not in UNITS:
        yield misspelt(source, "protocols.unknown_unit", (*path, "unit"), measure.unit, UNITS)
    for low, high in (("min", "max"), ("target_min", "target_max"), ("min", "target_min"), ("target_max", "max")):
        least, most = getattr(measure, low), getattr(measure, high)
        if least is not None and most is not None and least > most:
            yield source.fault("protocols.bounds_crossed", (*path, high), low=low, high=high)


_NEEDS = {
    RuleKind.LEVEL_PERCENT: ("level", "min"),
    RuleKind.WEIGHTED_PERCENT: ("min",),
    RuleKind.CHAPTER_MIN: (),
    RuleKind.MAX_OPEN: ("level", "max"),
}


def _check_scoring(scoring: rules.Scoring, source: Source) -> Iterator[Reason]:
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
        if rule.rule is RuleKind.MAX_OPEN and rule.level not in (None, Level.MAJOR):
            yield source.fault("protocols.max_open_level", (*path, "level"))
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
        else:
            yield from _check_measure(model.Measure(test.id, test.unit, test.min, test.max), source, path)
        if test.point is None:
            continue
        point = points.get(test.point)
        if point is None:
            yield misspelt(source, "protocols.unknown_point", (*path, "point"), test.point, points)
        elif point.measure is not None:
            same = (point.measure.unit, point.measure.min, point.measure.max) == (test.unit, test.min, test.max)
            if not same:  # one limit in two places must be one limit
                yield source.fault("protocols.bounds_differ", path, point=point.id)
    for index, point in enumerate(shape.points):
        for place, text in enumerate(point.evidence):
            kind, _, subject = text.partition(":")
            if kind == "batch_test" and subject not in tests:
                where = ("points", index, "evidence", place)
                yield misspelt(source, "protocols.unknown_batch_test", where, subject, tests)


def check_texts(text: TextShape, shape: ModuleShape, source: Source, language: str) -> Iterator[Reason]:
    """Words for every id of the structure, and for nothing else."""
    if (text.id, text.version) != (shape.id, shape.version):
        yield source.fault("protocols.text_of_another", ("id",), id=shape.id, version=shape.version)
    if text.language != language:
        yield source.fault("protocols.text_language", ("language",), language=language)
    tests = [test.id for test in shape.batch_tests] if isinstance(shape, ProtocolShape) else []
    for key, wanted, given in (
        ("chapters", [chapter.id for chapter in shape.chapters], text.chapters),
        ("facts", list(shape.facts), text.facts),
        ("batch_tests", tests, text.batch_tests),
        ("points", [point.id for point in shape.points], text.points),
    ):
        for missing in wanted:
            if missing not in given:
                yield source.fault("protocols.words_missing", (key,), id=missing)
        for extra in given:
            if extra not in wanted:
                yield misspelt(source, "protocols.unknown_id", (key, extra), extra, wanted)
