"""Which tests a batch needs, and whose results serve it besides its own. Pure.

A test is left out only where its condition is known not to hold. One result serves every batch of the same product
and site within the test's period; what the frequency binds to one batch, one consignment or one dye lot is tested in
that batch. How often a recipe changes nobody records, so its result is good for a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
) -> tuple[TestResult, ...]:
    """Results of ``test`` that serve ``batch``: those of ``made`` (batches of the same product and site, this one
    included) that the frequency lets count, and that were not too old when it was made (``valid_days``)."""
    of_test = [(one, result) for one in made for result in results.get(one.id, ()) if result.test_id == test.id]
    if own_only(test):
        counted = [result for one, result in of_test if one.id == batch.id]
    elif test.lots is not None:
        near = _last_lots(batch, made, test.lots)
        counted = [result for one, result in of_test if one.id in near]
    elif test.every in _DAYS:
        period = timedelta(days=_DAYS[test.every])
        counted = [result for _, result in of_test if abs(result.tested_on - batch.produced_on) < period]
    else:
        season = protocol.season(batch.produced_on)
        counted = [result for one, result in of_test if protocol.season(one.produced_on) == season]
    return tuple(result for result in counted if not _too_old(test, result, batch.produced_on))


def _last_lots(batch: Batch, made: Iterable[Batch], count: int) -> frozenset[UUID]:
    """This batch and the ones made before it, ``count`` in all."""
    order = sorted(made, key=lambda one: (one.produced_on, one.declared_at, one.id))
    place = next((index for index, one in enumerate(order) if one.id == batch.id), len(order) - 1)
    return frozenset(one.id for one in order[max(0, place - count + 1) : place + 1])


def _too_old(test: BatchTest, result: TestResult, produced_on: date) -> bool:
    return test.valid_days is not None and (produced_on - result.tested_on).days > test.valid_days
