"""Loads what a reconciliation stands on: the producer's book, the batches of the period, their tests. Stores nothing.

A late entry, a reading or another batch changes the answer by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from seal.batches import result_store
from seal.batches import store as batches
from seal.batches.book import reconciling, store
from seal.batches.book.composition import Graph
from seal.batches.book.following import inputs
from seal.batches.book.reconciling import Balance, Scope
from seal.batches.model import Batch, State, TestResult
from seal.certificates.model import add_months
from seal.db import reading
from seal.errors import BadInput
from seal.members.model import Dossier
from seal.protocols.facts import Value
from seal.protocols.model import Protocol
from seal.protocols.situation import Situation
from seal.protocols.terms import Formula, Period
from seal.protocols.values import read_value

BRIX = "degBrix"
"""The unit of the test that says how concentrated a batch is."""
UNSEALED = frozenset({State.DECLARED, State.HELD})
Here = Callable[[Batch], Situation]


async def balances(batch: Batch, protocol: Protocol, dossier: Dossier, here: Here) -> tuple[Balance, ...]:
    """Every sum that a batch has: its own, the protocol's period by a fact, and twelve months up to its day. None of
    its own before anybody wrote down what it was made of (the gates say that by themselves)."""
    first, last = _twelve_months(batch.produced_on)
    since, until = _period(protocol, batch.produced_on)
    owner = batch.association_id
    async with reading():
        made = await batches.made_between(
            owner, batch.producer_id, batch.protocol_id, min(first, since), max(last, until)
        )
        graph = Graph(
            await store.lots_of(owner, batch.producer_id), await store.entries(owner, producer_id=batch.producer_id)
        )
        results = await result_store.tests(owner, [one.id for one in made])
    counted = [one for one in made if one.state is not State.DISCARDED]
    grams = {product.id: product.grams for product in dossier.products}
    own, year = [], []
    for one in counted:
        found = _of_batch(one, protocol, here(one), graph, grams, results)
        if found is None:
            continue
        if one.id == batch.id:
            own.append(found)
        if first <= one.produced_on <= last:
            year.append((found, one.state not in UNSEALED))
    by_fact = [
        _of_basis(protocol, dossier, scope, counted, grams, days)
        for scope, days in ((Scope.PERIOD, (since, until)), (Scope.YEAR, (first, last)))
        if protocol.rules.capacity is not None and protocol.rules.capacity.formula is Formula.PER_BASIS
    ]
    together = reconciling.of_year([one for one, _ in year], [done for _, done in year], first, last)
    return (*own, *by_fact, *(() if together is None or len(year) < 2 else (together,)))


def _of_batch(
    batch: Batch,
    protocol: Protocol,
    here: Situation,
    graph: Graph,
    grams: Mapping[UUID, int],
    results: Mapping[UUID, Sequence[TestResult]],
) -> Balance | None:
    if batch.id not in graph.origin:
        return None
    rules = protocol.rules
    final = _final_brix(protocol, results.get(batch.id, ()))
    made = Fraction(batch.units * grams[batch.product_id])
    used = inputs(graph, batch.id)
    return reconciling.of_batch(rules.capacity, rules.reconciliation, _of_kind(here), used, made, final)


def _of_kind(here: Situation) -> Situation:
    """Of facts that hold several choices, only the batch's own kind: who makes fresh and ripened cheese makes each
    batch of one."""
    if not here.products:
        return here

    own = here.products

    def narrow(value: Value) -> Value:
        if not isinstance(value, tuple | list | frozenset):
            return value
        return frozenset(value) & own or value

    return replace(here, facts={name: narrow(value) for name, value in here.facts.items()})


def _final_brix(protocol: Protocol, results: Sequence[TestResult]) -> Fraction | None:
    """The latest reading of the protocol's test in °Brix; ``None`` without one that is a number."""
    tests = {test.id for test in protocol.rules.batch_tests if test.unit == BRIX}
    mine = sorted((one for one in results if one.test_id in tests), key=lambda one: (one.tested_on, one.recorded_at))
    try:
        return Fraction(read_value(mine[-1].value)) if mine else None
    except BadInput:
        return None


def _of_basis(
    protocol: Protocol,
    dossier: Dossier,
    scope: Scope,
    made: Sequence[Batch],
    grams: Mapping[UUID, int],
    days: tuple[date, date],
) -> Balance:
    capacity = protocol.rules.capacity
    assert capacity is not None  # the caller asks only then
    since, until = days
    within = [one for one in made if since <= one.produced_on <= until]
    total = Fraction(sum(one.units * grams[one.product_id] for one in within))
    return reconciling.of_basis(capacity, dossier.fact_values(), scope, total, since, until, len(within))


def _twelve_months(day: date) -> tuple[date, date]:
    return _later(day, -12, 1), day


def _later(day: date, months: int, days: int) -> date:
    """A day so many months and days later; at most the first or the last day of the calendar."""
    try:
        return add_months(day, months) + timedelta(days=days)
    except (ValueError, OverflowError):
        return date.min if months < 0 else date.max


def _period(protocol: Protocol, day: date) -> tuple[date, date]:
    """First and last day of the protocol's period around a day."""
    period = protocol.rules.capacity.period if protocol.rules.capacity is not None else Period.BATCH
    if period is Period.BATCH:
        return day, day
    if period is Period.MONTH:
        first, months = day.replace(day=1), 1
    elif period is Period.YEAR:
        first, months = date(day.year, 1, 1), 12
    else:
        first, months = date(max(1, protocol.season(day)), protocol.rules.season_starts_month, 1), 12
    return first, _later(first, months, -1)
