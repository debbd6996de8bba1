"""Recording results of tests: as typed, by whom, of which lots; what is strange is asked back once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import awaiting, conditioning, gating, history, plausible, result_store
from seal.batches.declaring import protocol_of
from seal.batches.model import Batch, State, TestResult
from seal.batches.sealing import load
from seal.certificates import service as certificates
from seal.clock import local_day
from seal.db import in_unit_of_work
from seal.errors import BadInput, NotFound, Reason, Refused
from seal.files import service as files
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.protocols.measures import outcome_of_test
from seal.protocols.rules import BatchTest
from seal.protocols.terms import Tester
from seal.protocols.values import tidy

STAFF = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)
TESTERS = (Role.MANAGER, Role.AUDITOR, Role.PRODUCER)
POOL_MOST = 50


async def record_test(
    acting: Acting,
    batch_id: UUID,
    *,
    test_id: str,
    value: str,
    unit: str = "",
    by: str,
    tested_on: date,
    laboratory: str | None = None,
    file_id: UUID | None = None,
    pooled: Sequence[UUID] = (),
    lot_id: UUID | None = None,
    confirmed: bool = False,
) -> TestResult:
    """Record a result as typed. A failed one is recorded too: it closes the gate, and later ones stand beside it.

    ``pooled``: other lots of the same product and site that the sample was taken from. ``lot_id``: the consignment of
    raw material that was sampled. ``confirmed``: a doubt was asked back and the value stands. A result that a sealed
    batch awaits lifts its condition, or holds the batch at once; ``publish_hold`` then signs the status.

    The very same result again returns the first. Raises ``Refused('batch.transition')`` once a batch is sealed that
    awaits no such result, ``BadInput`` for an unknown test, an unreadable value or unit, a day ahead or before
    production, a laboratory test without the laboratory's name, ``BadInput('batch.report_needed')`` for a maker's
    laboratory test without its report where staff has recorded one already, lots that a sample cannot be pooled from,
    every doubt that was not confirmed (``doubt`` in its parameters), and ``NotFound`` for a file that is not there.
    """
    await people.authorise(acting, *TESTERS)
    association = await associations.get(acting.association_id)
    batch = await load(acting, batch_id)
    if file_id is not None:
        await files.about(association.id, file_id)
    result = TestResult(
        id=ids.uuid7(acting.at),
        test_id=test_id,
        value=tidy(value),
        unit=unit.strip(),
        by=_tester(by, laboratory),
        tested_on=tested_on,
        recorded_at=acting.at,
        laboratory=(laboratory or "").strip() or None,
        file_id=file_id,
        by_staff=await is_staff(acting, batch.producer_id),
        batch_id=batch.id,
        pooled=tuple(sorted(set(pooled) - {batch.id})),
        lot_id=lot_id,
    )
    test, strange = await _check(association, batch, result, local_day(acting.at, association.zone))
    if strange and not confirmed:
        raise BadInput.because([Reason(one.code, {**one.params, "field": "value", "doubt": 1}) for one in strange])
    result = replace(result, confirmed=bool(strange))

    async def write() -> TestResult:
        tested = [await load(acting, one) for one in (batch_id, *result.pooled)]
        for now in tested:
            await _refuse_late(association, now, test_id)
        _check_pool(test, result, tested)
        kept = (await result_store.tests(association.id, [batch_id])).get(batch_id, ())
        if _needs_report(result, kept):
            raise BadInput("batch.report_needed", field="report")
        for before in kept:
            if replace(before, id=result.id, recorded_at=result.recorded_at) == result:
                return before
        await result_store.insert_test(association.id, batch_id, result, acting.person_id)
        for now in tested:
            await conditioning.settle(association, now, acting.at)
        return result

    return await in_unit_of_work(write)


async def publish_hold(acting: Acting, batch_id: UUID) -> None:
    """Sign the status of a batch that a result has stopped, outside the unit of work of that; the jobs would do it."""
    if (await load(acting, batch_id)).state is State.ON_HOLD:
        await certificates.publish_if_possible(acting.association_id, acting.at)


async def is_staff(acting: Acting, producer_id: UUID) -> bool:
    """Whether a person speaks for the association: a manager who acts for the producer too is a producer here."""
    if acting.is_system:
        return True
    return acting.has(*STAFF) and producer_id not in await members.represented_by(acting)


async def _refuse_late(association: Association, batch: Batch, test_id: str) -> None:
    """Once sealed, only what the batch was sealed without is recorded."""
    if batch.state in (State.DECLARED, State.HELD):
        return
    if batch.state in (State.SEALED, State.ON_HOLD) and await awaiting.open_for(association.id, batch.id, test_id):
        return
    raise Refused("batch.transition", lot_state=batch.state.value, lot_action="test")


def _check_pool(test: BatchTest, result: TestResult, tested: Sequence[Batch]) -> None:
    if not result.pooled:
        return
    if not test.pool:
        raise BadInput("batch.not_pooled", field="lots", test=test.id)
    if len(result.pooled) > POOL_MOST:
        raise BadInput("batch.pool_many", field="lots", most=POOL_MOST)
    batch, *others = tested
    for other in others:
        if other.producer_id != batch.producer_id or not history.alike(batch, [other]):
            raise BadInput("batch.pool_other", field="lots", lot=other.lot)
        if result.tested_on < other.produced_on:
            raise BadInput("batch.pool_before", field="lots", lot=other.lot, day=other.produced_on.isoformat())


def _needs_report(result: TestResult, kept: tuple[TestResult, ...]) -> bool:
    """A maker's word on a laboratory needs its report once staff has recorded that test."""
    if result.by_staff or result.by is Tester.SELF or result.file_id is not None:
        return False
    return any(before.by_staff and before.test_id == result.test_id for before in kept)


def _tester(by: str, laboratory: str | None) -> Tester:
    if by not in list(Tester):
        raise BadInput("batch.tester", field="by", by=by[:40])
    if Tester(by) is not Tester.SELF and not (laboratory or "").strip():
        raise BadInput("batch.laboratory_needed", field="laboratory")
    return Tester(by)


async def _check(
    association: Association, batch: Batch, result: TestResult, today: date
) -> tuple[BatchTest, tuple[Reason, ...]]:
    """The test and what is doubtful about its result."""
    protocol = await protocol_of(association, batch.producer_id, batch.protocol_id, result.recorded_at)
    test = protocol.batch_test(result.test_id) if protocol else None
    if protocol is None or test is None:
        raise BadInput("batch.no_such_test", field="test_id", test=result.test_id[:40])
    if result.tested_on > today:
        raise BadInput("batch.tested_ahead", field="tested_on", day=result.tested_on.isoformat())
    if result.lot_id is not None:
        known = await history.load(association.id, batch, protocol)
        if all(lot is None or lot.id != result.lot_id for lot in known.consignments):
            raise NotFound("batch.no_such_consignment")
    elif result.tested_on < batch.produced_on:
        raise BadInput("batch.tested_before", field="tested_on", day=batch.produced_on.isoformat())
    here = await gating.situation(association.id, batch, protocol)
    # an unreadable value or unit is refused here, in its own words
    outcome_of_test(test, result.value, result.unit, here)
    return test, plausible.doubts(test, protocol, result.value, result.unit, here)
