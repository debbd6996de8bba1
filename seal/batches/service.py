"""Verbs on batches, told by noun, and the reads that upper rooms build on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from seal.associations import service as associations
from seal.batches import gating, model, result_store, store
from seal.batches.conditioning import await_result, settle_all, waiting
from seal.batches.conditioning import of_batch as conditions
from seal.batches.declaring import declare, discard, made_from, protocol_of
from seal.batches.gates import RequiredTest
from seal.batches.holding import hold, recall, release, revoke
from seal.batches.model import Batch, State, TestResult
from seal.batches.recording import publish_hold, record_test
from seal.batches.sealing import finish_pending, issue, judged, load, reasons_against, seal, use_by_days
from seal.batches.waivers import subject_of
from seal.batches.waiving import approve_waiver, ask_waiver, end_waiver
from seal.batches.waiving import asked as waivers_asked
from seal.batches.waiving import batch_of as batch_of_waiver
from seal.batches.waiving import of_batch as waivers
from seal.certificates import service as certificates
from seal.certificates.model import Step as CertificationStep
from seal.db import reading
from seal.errors import Reason
from seal.identity import Acting
from seal.members import service as members

__all__ = [
    "approve_waiver",
    "ask_waiver",
    "await_result",
    "batch",
    "batch_of_waiver",
    "batches",
    "conditions",
    "declare",
    "discard",
    "end_waiver",
    "finish_pending",
    "gates",
    "hold",
    "issue",
    "judged",
    "made_from",
    "protocol_of",
    "publish_hold",
    "recall",
    "record_test",
    "release",
    "required_tests",
    "revoke",
    "seal",
    "settle_all",
    "standing",
    "states",
    "subject_of",
    "tests",
    "use_by_days",
    "waiting",
    "waivers",
    "waivers_asked",
]

batch = load


async def gates(acting: Acting, batch_id: UUID) -> tuple[Reason, ...]:
    """Every reason why the batch may not be sealed now; empty when it may. Raises ``NotFound``."""
    return await reasons_against(acting, batch_id)


async def batches(acting: Acting, producer_id: UUID | None = None) -> tuple[Batch, ...]:
    """Batches that the person may see, newest first; of one producer if named."""
    if producer_id is not None:
        await members.require_access(acting, producer_id)
        seen = [producer_id]
    else:
        seen = [producer.id for producer in await members.producers(acting)]
    async with reading():
        return await store.of_producers(acting.association_id, seen)


async def tests(acting: Acting, batch_id: UUID) -> tuple[TestResult, ...]:
    """Every result recorded for a batch, oldest first."""
    await load(acting, batch_id)
    async with reading():
        return (await result_store.tests(acting.association_id, [batch_id])).get(batch_id, ())


async def required_tests(acting: Acting, batch_id: UUID) -> tuple[RequiredTest, ...]:
    """What the protocol asks for, with the results that count for this batch; empty without a protocol."""
    found = await load(acting, batch_id)
    association = await associations.get(acting.association_id)
    protocol = await protocol_of(association, found.producer_id, found.protocol_id, acting.at)
    if protocol is None:
        return ()
    async with reading():
        return await gating.tests(association.id, found, protocol)


async def standing(batch: Batch) -> tuple[State, CertificationStep | None]:
    """The state with the certification's decisions taken in, and the decision that reaches this batch, if any."""
    if batch.certification_id is None:
        return batch.state, None
    held = await certificates.certification_of(batch.association_id, batch.certification_id)
    return model.standing(batch, held.steps), model.affected_by(batch, held.steps)


async def states(association_id: UUID, found: Sequence[Batch]) -> dict[UUID, State]:
    """The same for many batches of one association, in a fixed number of queries."""
    wanted = {one.certification_id for one in found if one.certification_id is not None}
    held = await certificates.some(association_id, wanted)
    return {
        one.id: model.standing(one, held[one.certification_id].steps) if one.certification_id else one.state
        for one in found
    }


async def some(association_id: UUID, batch_ids: Collection[UUID]) -> tuple[Batch, ...]:
    """Batches by id, whatever their state; for rules of upper rooms, asks for no role."""
    async with reading():
        return await store.some(association_id, batch_ids)
