"""What is wrong with batch tests, capacity and label rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seal.errors import Reason
from seal.protocols.capacity import INPUTS, chains
from seal.protocols.checks_common import band, unread, within
from seal.protocols.checks_conditions import Names, check_condition
from seal.protocols.checks_measure import PLAN, check_measure, check_plan, check_variants
from seal.protocols.measure import Measure
from seal.protocols.quantities import Capacity, LabelRules, Yield
from seal.protocols.reading import misspelt
from seal.protocols.rules import BatchTest
from seal.protocols.shapes import ProtocolShape
from seal.protocols.source import Path, Source
from seal.protocols.terms import Every, FactType, Formula, Release, ResultKind, Tester

MOST_YIELDS = 24
"""Ways through more steps than this could be too many to look at."""
_PACK = re.compile(r"[1-9][0-9]{0,5}([.,][0-9]{1,3})? (g|kg|mL|L|m|piece|pieces)")


def check_batches(shape: ProtocolShape, known: Names, source: Source) -> Iterator[Reason]:
    """Every fault of what batches and labels are judged by."""
    yield from _check_tests(shape, known, source)
    yield from _check_label(shape.label, known, source)
    if shape.capacity is not None:
        yield from _check_capacity(shape.capacity, known, source)


def _check_tests(shape: ProtocolShape, known: Names, source: Source) -> Iterator[Reason]:
    points = {point.id: point for point in shape.points}
    tests: set[str] = set()
    for index, test in enumerate(shape.batch_tests):
        path: Path = ("batch_tests", index)
        if test.id in tests:
            yield source.fault("protocols.id_taken", (*path, "id"), id=test.id, by=shape.id)
        tests.add(test.id)
        yield from _check_limits(test, known, source, path)
        yield from _check_frequency(test, source, path)
        yield from _check_release(test, source, path)
        if test.applies_if is not None:
            yield from check_condition(test.applies_if, known, source, (*path, "applies_if"))
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


def _check_limits(test: BatchTest, known: Names, source: Source, path: Path) -> Iterator[Reason]:
    targets = [key for key in ("target_min", "target_max", "plausible") if getattr(test, key) is not None]
    if test.kind is ResultKind.ABSENCE:
        if test.unit or test.min is not None or test.max is not None:
            yield source.fault("protocols.absence_bounds", path)
        yield from unread([*targets, *(key for key in ("plan", "variants") if getattr(test, key))], source, path)
    elif test.plan is not None:
        said = [key for key in ("unit", "min", "max") if getattr(test, key) not in (None, "")]
        yield from unread([*said, *targets], source, path)
        yield from check_plan(test.plan, known, source, (*path, "plan"))
        keys = PLAN if test.plan.absent_in_g is None else ("n", "c")
        yield from check_variants(test.variants, keys, known, source, (*path, "variants"))
    else:
        bounds = (test.min, test.max, test.target_min, test.target_max, test.plausible)
        measure = Measure(test.id, test.unit, *bounds, variants=test.variants)
        yield from check_measure(measure, known, source, path)


def _check_frequency(test: BatchTest, source: Source, path: Path) -> Iterator[Reason]:
    if test.lots is not None:
        yield from within(test.lots, source, (*path, "lots"), least=2, most=10_000)
        if test.every is not Every.BATCH:
            yield from unread(["lots"], source, path)
    for index, also in enumerate(test.also):
        if also is test.every or also in test.also[:index]:
            yield source.fault("protocols.repeated", (*path, "also", index), value=also.value)
    yield from within(test.valid_days, source, (*path, "valid_days"), least=1, most=3650)


def _check_release(test: BatchTest, source: Source, path: Path) -> Iterator[Reason]:
    """A conditional release says for how long, and never goes before an official result."""
    if test.release is Release.POSITIVE:
        yield from unread(["result_days"] if test.result_days is not None else [], source, path)
    elif test.by is Tester.OFFICIAL:
        yield source.fault("protocols.official_positive", (*path, "release"))
    elif test.result_days is None:
        yield source.fault("protocols.missing_key", path, key="result_days")
    yield from within(test.result_days, source, (*path, "result_days"), least=1, most=90)


def _check_label(label: LabelRules, known: Names, source: Source) -> Iterator[Reason]:
    if label.shelf_life_months is not None and label.shelf_life_days is not None:
        yield source.fault("protocols.one_of", ("label",), keys="shelf_life_months, shelf_life_days")
    yield from within(label.shelf_life_months, source, ("label", "shelf_life_months"), most=1200)
    for key in ("shelf_life_days", "release_after_days"):
        yield from within(getattr(label, key), source, ("label", key), most=36_500)
    for index, variant in enumerate(label.variants):
        path: Path = ("label", "variants", index)
        yield from check_condition(variant.when, known, source, (*path, "when"))
        if variant.shelf_life_days is None and variant.release_after_days is None:
            yield source.fault("protocols.variant_empty", path, keys="shelf_life_days, release_after_days")
        for key in ("shelf_life_days", "release_after_days"):
            yield from within(getattr(variant, key), source, (*path, key), most=36_500)
    for index, size in enumerate(label.pack_sizes):
        if not _PACK.fullmatch(size):
            yield source.fault("protocols.bad_form", ("label", "pack_sizes", index), value=size[:60], pattern="250 g")


def _check_capacity(capacity: Capacity, known: Names, source: Source) -> Iterator[Reason]:
    path: Path = ("capacity",)
    numbers = [*known.of_type(FactType.NUMBER), *INPUTS[capacity.formula]]
    if capacity.basis not in numbers:
        yield misspelt(source, "protocols.unknown_fact", (*path, "basis"), capacity.basis, numbers)
    yield from band(capacity.per_basis_typical, source, (*path, "per_basis_typical"))
    if capacity.formula is Formula.PER_BASIS:
        if capacity.per_basis_max is None:
            yield source.fault("protocols.missing_key", path, key="per_basis_max")
        yield from unread(["yields"] if capacity.yields else [], source, path)
    else:
        said = [key for key in ("per_basis_max", "per_basis_typical") if getattr(capacity, key) is not None]
        yield from unread(said, source, path)
        if not capacity.yields and capacity.formula is not Formula.SOLUBLE_SOLIDS:
            yield source.fault("protocols.missing_key", path, key="yields")
    if len(capacity.yields) > MOST_YIELDS:
        yield from within(len(capacity.yields), source, (*path, "yields"), least=1, most=MOST_YIELDS)
        return
    for index, step in enumerate(capacity.yields):
        yield from _check_yield(step, capacity, known, source, (*path, "yields", index))
    if capacity.formula is Formula.YIELD and capacity.yields and not any(True for _ in chains(capacity.yields)):
        yield source.fault("protocols.yield_circle", (*path, "yields"))


def _check_yield(step: Yield, capacity: Capacity, known: Names, source: Source, path: Path) -> Iterator[Reason]:
    yield from band(step.typical, source, (*path, "typical"))
    if step.typical[0] <= 0 or step.cap <= 0:
        yield source.fault("protocols.out_of_range", path, value=str(min(step.typical[0], step.cap)), bound="> 0")
    litres = capacity.formula is Formula.LITRES_PER_KG
    if (step.cap > step.typical[0]) if litres else (step.cap < step.typical[1]):  # fewer litres are more cheese
        low, high = ("cap", "typical") if litres else ("typical", "cap")
        yield source.fault("protocols.bounds_crossed", (*path, "cap"), low=low, high=high)
    if bool(step.from_) != bool(step.to):
        yield source.fault("protocols.missing_key", path, key="to" if step.from_ else "from")
    if step.when is not None:
        yield from check_condition(step.when, known, source, (*path, "when"))
