"""Opening a recall: what it reaches is shown first, then done in one act; and a drill, which does nothing.

The intent comes first: the recall with everything that it reaches is committed and logged, and only then is each batch
stopped by the verbs of its own room, with its leaf and its status bit. Whoever kills the process between two batches
stops nothing for long: the jobs go on where it ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.batches import gating
from seal.batches import service as batches
from seal.batches.model import Action, Advice, Batch, State
from seal.certificates import service as certificates
from seal.certificates.model import ReasonClass
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.db.violations import Contention, integrity
from seal.errors import BadInput, Conflict, NotFound, Refused, Unavailable
from seal.identity import Acting, Role, system
from seal.members import service as members
from seal.people import service as people
from seal.protocols.measures import outcome_of_test
from seal.protocols.model import Outcome
from seal.traceability import service as traces
from seal.traceability.recalls import affected, documents, model, store
from seal.traceability.recalls.model import Act, Cause, Item, Reached, Recall, Subject
from seal.traceability.tracing import Book
from seal.transparency import service as log
from seal.transparency.model import LeafType

OPENERS = (Role.MANAGER, Role.CERTIFIER)
READERS = (Role.MANAGER, Role.CERTIFIER, Role.AUDITOR)


@dataclass(frozen=True)
class Preview:
    """What a recall would reach, with the book and the names that a page says it with."""

    reached: Reached
    book: Book
    names: traces.Names


async def preview(acting: Acting, subject: Subject) -> Preview:
    """What a recall of ``subject`` would reach now. Changes nothing.

    Raises ``BadInput`` with what is missing, ``NotFound`` for lots, sites, batches and certifications that are not
    there, ``Refused('recall.test_passes')`` for a result that meets its limit.
    """
    await people.authorise(acting, *READERS)
    if faults := model.subject_reasons(subject):
        raise BadInput.because(faults)
    book = await traces.whole_book(acting)
    known = await _batches(acting, book)
    seeds = await _seeds(acting, subject, book, known)
    after = set(book.after(seeds))
    nodes = [book.node(one) for one in after]
    numbers, _ = await traces.numbers_of(acting, nodes)
    reached = affected.reach(book, subject, seeds, known, numbers)
    return Preview(reached, book, await traces.names_of(acting, nodes))


async def _batches(acting: Acting, book: Book) -> Mapping[UUID, Batch]:
    wanted = [lot.id for lot in book.graph.lots.values() if lot.batch_id is not None]
    return {one.id: one for one in await batches.some(acting.association_id, wanted)}


async def _seeds(acting: Acting, subject: Subject, book: Book, known: Mapping[UUID, Batch]) -> tuple[UUID, ...]:
    if subject.cause is Cause.WINDOW and subject.site_id is not None:
        await _require_site(acting, subject.site_id)
        return affected.lots_of_window(book, known, subject.site_id, *_days(subject))
    if subject.cause is Cause.CERTIFICATION and subject.certification_id is not None:
        await certificates.certification(acting, subject.certification_id)
        return affected.sealed_under(known.values(), subject.certification_id, *_days(subject))
    if any(one not in book.graph.lots for one in subject.lots):
        raise NotFound("book.lot_not_found", field="lots")
    if subject.cause is Cause.TEST:
        await _require_failed(acting, subject, known)
    return subject.lots


def _days(subject: Subject) -> tuple[date, date]:
    """The window, which ``subject_reasons`` has asked for."""
    if subject.first is None or subject.last is None:
        raise BadInput("recall.window_needed", field="first")
    return subject.first, subject.last


async def _require_site(acting: Acting, site_id: UUID) -> None:
    for producer in await members.producers(acting):
        if any(site.id == site_id for site in (await members.dossier(acting, producer.id)).sites):
            return
    raise NotFound("batch.no_site", field="site")


async def _require_failed(acting: Acting, subject: Subject, known: Mapping[UUID, Batch]) -> None:
    """A recall for a test rests on a result that fails by the batch's own protocol, as typed."""
    assert subject.failed is not None
    failed = subject.failed
    batch = known.get(subject.lots[0])
    if batch is None:
        raise NotFound("batch.not_found", field="lots")
    association = await associations.get(acting.association_id)
    protocol = await batches.protocol_of(association, batch.producer_id, batch.protocol_id, acting.at)
    test = protocol.batch_test(failed.test_id) if protocol is not None else None
    if protocol is None or test is None:
        raise BadInput("batch.no_such_test", field="test_id", test=failed.test_id[:40])
    if not failed.laboratory.strip():
        raise BadInput("batch.laboratory_needed", field="laboratory")
    here = await gating.situation(association.id, batch, protocol)
    if outcome_of_test(test, failed.value, failed.unit, here) is Outcome.COMPLIANT:
        raise Refused("recall.test_passes", value=f"{failed.value} {failed.unit}".strip())


async def open_recall(
    acting: Acting,
    subject: Subject,
    *,
    reason_class: str,
    reason: str,
    advice: str,
    drill: bool = False,
    started_at: datetime | None = None,
    id: UUID | None = None,
) -> Recall:
    """Open a recall and stop everything that it reaches; or a drill, which stops nothing. Managers and certifiers.

    ``started_at`` is when the stopwatch was started. The same again, while it is open, gives the first. Raises as
    :func:`preview`, ``Refused`` with every reason why not, and ``Conflict`` for an id that is taken and for lots that
    an open recall reaches already, all of them; where only some are, the recall opens and stops the others.
    """
    await people.authorise(acting, *OPENERS)
    if acting.person_id is None:
        raise Refused("recall.person_needed")
    if reason_class not in list(ReasonClass):
        raise BadInput("batch.reason_class", field="reason_class", given=reason_class[:40])
    if advice not in list(Advice):
        raise BadInput("batch.advice", field="advice", advice=advice[:40])
    association = await associations.get(acting.association_id)
    wanted = id or ids.uuid7(acting.at)

    async def intend() -> Recall:
        before = await store.recalls(association.id)
        reached = (await preview(acting, subject)).reached
        said = (drill, reason_class, reason.strip(), advice)
        for one in before:
            alike = (one.drill, one.reason_class, one.reason, one.advice.value) == said
            if one.id == wanted:
                if one.reached.subject != subject or not alike:
                    raise Conflict("recall.id_taken", id=str(wanted))
                return one
            if drill or one.drill or one.closed_at is not None:
                continue
            if alike and id is None and set(one.reached.seeds) == set(reached.seeds):
                return one
            if reached.lots and set(reached.lots) <= set(one.reached.lots):
                raise _open_already(one, reached, association.base)
        against = model.open_reasons(reached, reason, started_at or acting.at, acting.at)
        if against:
            raise Refused.because(against)
        assert acting.person_id is not None
        made = Recall(
            id=wanted,
            association_id=association.id,
            number=await store.next_number(association.id),
            drill=drill,
            cause=subject.cause,
            reason_class=reason_class,
            reason=reason.strip(),
            advice=Advice(advice),
            started_at=started_at or acting.at,
            opened_by=acting.person_id,
            opened_at=acting.at,
            affected=documents.written(reached, acting.at),
            reached=reached,
            items=reached.items,
        )
        document = None if drill else documents.opened(made, did=association.did)
        salt = None if drill else log.new_salt()
        async with integrity({"recall_number_once": Contention("db.busy")}):
            await store.insert(made, document, salt)
        if document is not None and salt is not None:
            await log.append(association.id, LeafType.DECISION, made.id, document, salt, acting.at)
        return made

    made = await in_unit_of_work(intend)
    failpoint("after_recall_intent")
    await carry_out(acting, made)
    failpoint("before_answer")
    return await load(acting, made.id)


def _open_already(one: Recall, reached: Reached, base: str) -> Conflict:
    """Another reason or advice for lots that an open recall has: nothing of it would be done, so nobody is told so."""
    lots = ", ".join(item.lot for item in reached.items if not item.sibling)
    return Conflict(
        "recall.open_already",
        field="lots",
        number=one.number,
        lots=lots or "–",
        address=f"{base}/desk/recalls/{one.id}",
    )


async def carry_out(acting: Acting, recall: Recall) -> int:
    """Stop the batches of a recall that are not stopped yet; how many were. Each with its leaf and status bit.

    What waits for a locked key stays for the jobs.
    """
    done = 0
    for item in recall.waiting:
        try:
            await _stop(acting, recall, item)
        except Unavailable:
            break
        except Refused:
            if not await _is_stopped(acting, item):
                raise
            # somebody else did it in the same moment
        await in_unit_of_work(partial(store.mark_done, recall.association_id, recall.id, item.batch_id, acting.at))
        failpoint("after_recall_item")
        done += 1
    return done


async def _stop(acting: Acting, recall: Recall, item: Item) -> None:
    """One batch. What it became meanwhile counts: a sealing that was half done is finished and then stopped."""
    batch = await batches.batch(acting, item.batch_id)
    if batch.state is State.PENDING:
        batch = await batches.issue(recall.association_id, batch.id, acting.at)
    if batch.state in affected.FINAL:
        return
    stopped, why = recall.reason_class, recall.reason
    if item.act is Act.RECALL and batch.state in (State.SEALED, State.ON_HOLD):
        await batches.recall(acting, batch.id, reason_class=stopped, reason=why, advice=recall.advice.value)
    elif batch.state in (State.SEALED, State.DECLARED):
        await batches.hold(acting, batch.id, reason_class=stopped, reason=why)


async def _is_stopped(acting: Acting, item: Item) -> bool:
    state = (await batches.batch(acting, item.batch_id)).state
    held = item.act is Act.HOLD and state in (State.HELD, State.ON_HOLD)
    return held or state in affected.FINAL


async def finish_pending(association_id: UUID, at: datetime) -> int:
    """Go on with every recall that an interruption left half done, and hold what was made since of a lot that a
    recall reaches, or, while it is open, of what the recalled lots were made of. For the jobs; returns how many batches
    were stopped."""
    acting = system(association_id, at)
    async with reading():
        waiting = await store.waiting(association_id)
    done = 0
    for recall_id in waiting:
        done += await carry_out(acting, await load(acting, recall_id))
    return done + await _hold_newcomers(acting)


async def _hold_newcomers(acting: Acting) -> int:
    """A lot that is recalled may stand in a shed, and somebody may cook it tomorrow; so after the recall was closed."""
    live = [one for one in await recalls(acting) if not one.drill]
    if not live:
        return 0
    book = await traces.whole_book(acting)
    held = 0
    for one in live:
        for batch in await batches.some(acting.association_id, affected.newcomers(book, one)):
            told = any(step.action is Action.HOLD and step.reason == one.reason for step in batch.steps)
            if batch.state in (State.DECLARED, State.SEALED) and not told:
                await batches.hold(acting, batch.id, reason_class=one.reason_class, reason=one.reason)
                held += 1
    return held


async def load(acting: Acting, recall_id: UUID) -> Recall:
    """One recall or drill. Raises ``NotFound('recall.not_found')``."""
    await people.authorise(acting, *READERS)
    async with reading():
        found = await store.recall(acting.association_id, recall_id)
    if found is None:
        raise NotFound("recall.not_found")
    return found


async def recalls(acting: Acting) -> tuple[Recall, ...]:
    """Every recall and drill, newest first."""
    await people.authorise(acting, *READERS)
    async with reading():
        return await store.recalls(acting.association_id)
