"""What a form for the result of a test must ask: values or samples, units, who, which lots, and what is usual."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from seal.associations import service as associations
from seal.batches import due, gating, history, plausible, store
from seal.batches.awaiting import open_for
from seal.batches.declaring import protocol_of
from seal.batches.history import Consignment
from seal.batches.model import Batch, State
from seal.batches.result_store import KINDS
from seal.batches.sealing import load
from seal.certificates.casework import LANGUAGE
from seal.db import reading
from seal.errors import NotFound
from seal.identity import Acting
from seal.members import service as members
from seal.protocols.answer_types import Plan
from seal.protocols.measures import accepted_units, plan_of
from seal.protocols.model import BatchTest, ResultKind
from seal.protocols.terms import Every, Release, Tester


@dataclass(frozen=True)
class TestForm:
    """``samples``: how many results a plan asks for, 0 without one. ``absence``: they are absent or present.

    ``pool``: other lots that one sample may be taken from. ``awaits``: days within which a result must be in that the
    batch may be sealed without. ``opened``: results may be recorded now.
    """

    __test__ = False

    test: BatchTest
    name: str
    limit: str
    samples: int
    absence: bool
    units: tuple[str, ...]
    testers: tuple[Tester, ...]
    usual: tuple[Decimal, Decimal] | None
    pool: tuple[Batch, ...]
    consignments: tuple[Consignment, ...]
    awaits: int | None
    opened: bool


async def test_form(acting: Acting, batch_id: UUID, test_id: str) -> TestForm:
    """Raises ``NotFound('batch.not_found' | 'batch.no_such_test')``."""
    batch = await load(acting, batch_id)
    association = await associations.get(acting.association_id)
    protocol = await protocol_of(association, batch.producer_id, batch.protocol_id, acting.at)
    test = protocol.batch_test(test_id) if protocol is not None else None
    if protocol is None or test is None:
        raise NotFound("batch.no_such_test", test=test_id[:40])
    async with reading():
        here = await gating.situation(association.id, batch, protocol)
        past = await history.load(association.id, batch, protocol)
        theirs = await store.of_producers(association.id, [batch.producer_id])
        waits = await open_for(association.id, batch.id, test.id)
    plan: Plan | None = plan_of(test, here)
    each = Every.CONSIGNMENT in due.occasions(test)
    unit = plan.unit if plan is not None else test.unit
    waiting = batch.state in (State.DECLARED, State.HELD)
    alike = history.alike(batch, [one for one in theirs if one.state in (State.DECLARED, State.HELD)])
    return TestForm(
        test=test,
        name=protocol.text(LANGUAGE).batch_tests.get(test.id, test.id),
        limit=gating.limit_words(test, here),
        samples=plan.n if plan is not None else 0,
        absence=plan.absent_in_g is not None if plan is not None else test.kind is ResultKind.ABSENCE,
        units=accepted_units(unit) if unit else (),
        testers=tuple(by for by in Tester if test.may_be_done_by(by)),
        usual=plausible.band(test, protocol),
        pool=alike if test.pool else (),
        consignments=tuple(lot for lot in past.consignments if lot is not None) if each else (),
        awaits=test.result_days if test.release is Release.CONDITIONAL else None,
        opened=waiting or waits,
    )


async def names_asked(acting: Acting, producer_id: UUID) -> tuple[str, ...]:
    """Which names a declaration asks for, ``recipe`` or ``dye_lot``: those on whose change a test of the producer's
    protocols is due."""
    association = await associations.get(acting.association_id)
    dossier = await members.dossier(acting, producer_id)
    asked: set[Every] = set()
    for protocol_id in sorted({product.protocol_id for product in dossier.products}):
        protocol = await protocol_of(association, producer_id, protocol_id, acting.at)
        if protocol is not None:
            asked |= {when for test in protocol.rules.batch_tests for when in due.occasions(test)}
    return tuple(kind for kind, when in KINDS.items() if when in asked)
