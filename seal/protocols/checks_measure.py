"""What is wrong with limits: units that Seal cannot convert, bounds that cross, variants that say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from seal.errors import Reason
from seal.protocols.answer_types import Plan
from seal.protocols.checks_common import band, crossed, one_of, unread, within
from seal.protocols.checks_conditions import Names, check_condition
from seal.protocols.conditions import Compare, Comparison, Condition
from seal.protocols.measure import STRICTER, Measure, Variant, effective
from seal.protocols.measures import UNITS
from seal.protocols.reading import misspelt
from seal.protocols.situation import Situation
from seal.protocols.source import Path, Source
from seal.protocols.terms import DecisionRule

_ALWAYS = Condition(year=True, compare=Comparison(Compare.AT_LEAST, Decimal(1)))
BOUNDS = ("min", "max", "target_min", "target_max")
PLAN = ("n", "c", "m", "M")


def check_measure(measure: Measure, known: Names, source: Source, path: Path) -> Iterator[Reason]:
    """Every fault of ``measure``, which is written at ``path``."""
    yield from check_unit(measure.unit, source, path)
    for low, high in (("min", "max"), ("target_min", "target_max"), ("min", "target_min"), ("target_max", "max")):
        yield from crossed(measure, low, high, source, path)
    yield from band(measure.plausible, source, (*path, "plausible"))
    if measure.precision is not None and measure.precision <= 0:
        yield source.fault("protocols.out_of_range", (*path, "precision"), value=str(measure.precision), bound="> 0")
    if measure.replicates is not None:
        yield from within(measure.replicates.count, source, (*path, "replicates", "count"), least=2, most=50)
    limits = [measure.min, measure.max, *(getattr(each, key) for each in measure.variants for key in ("min", "max"))]
    if measure.decision is DecisionRule.GUARD_BAND and all(limit is None for limit in limits):
        yield source.fault("protocols.guard_without_limit", (*path, "decision"))
    yield from check_variants(measure.variants, BOUNDS, known, source, (*path, "variants"))
    for index, variant in enumerate(measure.variants):
        alone = replace(measure, variants=(replace(variant, when=_ALWAYS),))
        held = effective(alone, Situation(year=1))
        if held.min is not None and held.max is not None and held.min > held.max:
            yield source.fault("protocols.bounds_crossed", (*path, "variants", index), low="min", high="max")


def check_unit(unit: str, source: Source, path: Path) -> Iterator[Reason]:
    """A unit in which a limit can be stated."""
    if unit not in UNITS:
        yield misspelt(source, "protocols.unknown_unit", (*path, "unit"), unit, UNITS)


def check_variants(
    variants: Sequence[Variant], keys: Sequence[str], known: Names, source: Source, path: Path
) -> Iterator[Reason]:
    """Each must have a condition that can be asked, and some of the bounds ``keys``, and no others."""
    for index, variant in enumerate(variants):
        where = (*path, index)
        yield from check_condition(variant.when, known, source, (*where, "when"))
        given = [key for key in STRICTER if getattr(variant, key) is not None]
        yield from unread([key for key in given if key not in keys], source, where)
        if not any(key in keys for key in given):
            yield source.fault("protocols.variant_empty", where, keys=", ".join(keys))
        yield from within(variant.n, source, (*where, "n"), least=1, most=1000)
        yield from within(variant.c, source, (*where, "c"), most=999)
        for low, high in (("min", "max"), ("target_min", "target_max"), ("m", "M")):
            yield from crossed(variant, low, high, source, where)


def check_plan(plan: Plan, known: Names, source: Source, path: Path) -> Iterator[Reason]:
    """Two classes (``m``), three (``m`` and ``M``), or absence in some grams."""
    yield from within(plan.n, source, (*path, "n"), least=1, most=1000)
    yield from within(plan.c, source, (*path, "c"), least=0, most=max(plan.n - 1, 0))
    yield from one_of(plan, ("m", "absent_in_g"), source, path)
    yield from crossed(plan, "m", "M", source, path)
    if plan.absent_in_g is not None:
        yield from unread([key for key in ("M", "unit") if getattr(plan, key)], source, path)
        if plan.absent_in_g <= 0:
            yield source.fault("protocols.out_of_range", (*path, "absent_in_g"), value="0", bound="> 0")
    elif plan.unit:
        yield from check_unit(plan.unit, source, path)
    else:
        yield source.fault("protocols.missing_key", path, key="unit")
    keys = PLAN if plan.absent_in_g is None else ("n", "c")
    yield from check_variants(plan.variants, keys, known, source, (*path, "variants"))
