"""Which tests a batch needs, and whose results serve it besides its own. Pure.

A test is left out only where its condition is known not to hold. One result serves every batch of the same product
and site within the test's period; what the frequency binds to one batch, one consignment or one dye lot is tested in
that batch, or in another of the same consignment or dye lot where these are told. A new recipe needs a new result, and
an old one is good for a year. ``also``: a result must serve on every occasion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from seal.batches.model import Batch, TestResult
from seal.protocols.model import BatchTest, Every, Protocol
from seal.protocols.situation import Situation, truth

_OWN: Final = frozenset({Every.BATCH, Every.CONSIGNMENT, Every.DYE_LOT})
_DAYS: Final[Mapping[Every, int]] = {
    Every.MONTH: 31,
    Every.QUARTER: 92,
    Every.YEAR: 366,
    Every.RECIPE_CHANGE: 366,
}
LOOK_BACK: Final = timedelta(days=2 * 366)
"""How far back batches are looked for: a period before production, and the batches made in it."""


@dataclass(frozen=True)
class Told:
    """What is known of batches beside their days: names of recipes and dye lots, by what they are told apart with, the
    consignments of raw material that each was made of, and results about those."""

    names: Mapping[Every, Mapping[UUID, str]] = field(default_factory=dict)
    inputs: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    of_lots: Mapping[UUID, Sequence[TestResult]] = field(default_factory=dict)

    def same(self, when: Every, one: UUID, other: UUID, *, named: bool = False) -> bool:
        """Whether two batches share recipe or dye lot; where nobody said, they do, unless it must be ``named``."""
        names = self.names.get(when, {})
        return names.get(one) == names.get(other) and (not named or one in names)

    def speaks_for(self, result: TestResult, batch_id: UUID, lot: UUID) -> bool:
        """Whether a result about a batch, or about one of its consignments, says something about ``lot``."""
        return result.lot_id == lot or (result.lot_id is None and self.inputs.get(batch_id) == frozenset({lot}))


NOTHING_TOLD: Final = Told()


def due(protocol: Protocol, situation: Situation) -> tuple[BatchTest, ...]:
    """The tests that a batch needs in a situation; what nobody knows leaves the test in."""
    return tuple(
        test
        for test in protocol.rules.batch_tests
        if test.applies_if is None or truth(test.applies_if, situation) is not False
    )


def conditional(protocol: Protocol) -> bool:
    """Whether any test depends on facts or kinds of product."""
    tests = protocol.rules.batch_tests
    return any(test.applies_if or test.variants or (test.plan and test.plan.variants) for test in tests)


def own_only(test: BatchTest) -> bool:
    """Whether each batch needs a result of its own."""
    return test.every in _OWN and test.lots is None


def serving(
    test: BatchTest,
    batch: Batch,
    made: Sequence[Batch],
    results: Mapping[UUID, Sequence[TestResult]],
    protocol: Protocol,
    told: Told = NOTHING_TOLD,
    lot: UUID | None = None,
) -> tuple[TestResult, ...]:
    """Results of ``test`` that serve ``batch``: those of ``made`` (batches of the same product and site, this one
    included) that the frequency and every other occasion let count, and that were not too old when it was made
    (``valid_days``). ``lot``: the consignment that is asked about, where each is tested. A pooled result is told once.
    """
    near = _last_lots(batch, made, test.lots) if test.lots is not None else frozenset({batch.id})

    def serves(when: Every, one: Batch, result: TestResult) -> bool:
        if when is Every.BATCH:
            return one.id in near
        if when is Every.CONSIGNMENT:
            return told.speaks_for(result, one.id, lot) if lot is not None else one.id == batch.id
        if when is Every.DYE_LOT:
            return one.id == batch.id or told.same(when, one.id, batch.id, named=True)
        if when is Every.RECIPE_CHANGE and not told.same(when, one.id, batch.id):
            return False
        if when in _DAYS:
            return abs(result.tested_on - batch.produced_on) < timedelta(days=_DAYS[when])
        return protocol.season(one.produced_on) == protocol.season(batch.produced_on)

    found: dict[UUID, TestResult] = {}
    for one, result in [(each, result) for each in made for result in results.get(each.id, ())]:
        if result.test_id != test.id or _too_old(test, result, batch.produced_on):
            continue
        others = test.also if one.id != batch.id else ()  # its own result answers every further occasion
        if serves(test.every, one, result) and all(serves(when, one, result) for when in others):
            found.setdefault(result.id, result)
    for result in told.of_lots.get(lot, ()) if lot is not None and Every.CONSIGNMENT in occasions(test) else ():
        if result.test_id == test.id and not _too_old(test, result, batch.produced_on):
            found.setdefault(result.id, result)
    return tuple(found.values())


def occasions(test: BatchTest) -> frozenset[Every]:
    """Every occasion on which a test is due."""
    return frozenset({test.every, *test.also})


def _last_lots(batch: Batch, made: Iterable[Batch], count: int) -> frozenset[UUID]:
    """This batch and the ones made before it, ``count`` in all."""
    order = sorted(made, key=lambda one: (one.produced_on, one.declared_at, one.id))
    place = next((index for index, one in enumerate(order) if one.id == batch.id), len(order) - 1)
    return frozenset(one.id for one in order[max(0, place - count + 1) : place + 1])


def _too_old(test: BatchTest, result: TestResult, produced_on: date) -> bool:
    return test.valid_days is not None and (produced_on - result.tested_on).days > test.valid_days
