"""Waivers as verbs: one person asks to let a reason against sealing stand, another approves; revocable until sealed."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association
from seal.audits import service as audits
from seal.batches import gating, release_store, store, waivers
from seal.batches.model import Batch, State
from seal.batches.recording import TESTERS
from seal.batches.sealing import load
from seal.batches.verdict import verdict
from seal.batches.waivers import OPEN, REASON_MOST, Waiver, WaiverEnd, WaiverState
from seal.certificates import documents
from seal.db import in_unit_of_work, reading
from seal.db.violations import Contention, integrity
from seal.errors import BadInput, Conflict, NotAllowed, NotFound, Reason, Refused
from seal.files import service as files
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.transparency import service as log
from seal.transparency.model import LeafType

APPROVERS = (Role.MANAGER, Role.CERTIFIER)


async def ask_waiver(
    acting: Acting, batch_id: UUID, *, gate: str, subject: str = "", reason: str, file_id: UUID | None = None
) -> Waiver:
    """Ask that a reason against sealing be let stand. The same again by the same person returns the first.

    Raises ``BadInput`` without a reason, ``NotFound('batch.waiver_nothing')`` when no such reason stands, ``Refused``
    when nobody may waive it (a hold, a right, a finding, a test without override) or the batch is sealed, and
    ``Conflict('batch.waiver_asked')`` when somebody has asked already.
    """
    await people.authorise(acting, *TESTERS)
    person, text = _person(acting), _text(reason)
    association = await associations.get(acting.association_id)
    if file_id is not None:
        await files.about(association.id, file_id)

    async def write() -> Waiver:
        batch = await _unsealed(acting, batch_id)
        loaded, _ = await gating.load(acting, association, batch)
        about = next(
            (one for one in verdict(loaded).standing if (one.code, waivers.subject_of(one)) == (gate, subject)), None
        )
        open_now = [one for one in loaded.waivers if one.state in OPEN and (one.gate, one.subject) == (gate, subject)]
        if about is None and not open_now:
            raise NotFound("batch.waiver_nothing")
        if about is not None and not waivers.may_be_waived(about, [test.id for test in loaded.tests if test.override]):
            raise Refused.because([Reason("batch.not_waivable"), about])
        for one in open_now:
            if about is None or dict(one.told) == dict(about.params):
                if (one.asked_by, one.reason, one.file_id) == (person, text, file_id):
                    return one
                raise Conflict("batch.waiver_asked")
        assert about is not None  # else there was an open one
        asked = Waiver(
            ids.uuid7(acting.at), batch.id, gate, subject, about.params, text, person, acting.at, file_id=file_id
        )
        await release_store.insert_waiver(association.id, asked)
        return asked

    return await in_unit_of_work(write)


async def approve_waiver(acting: Acting, waiver_id: UUID) -> Waiver:
    """Let the reason stand: another person than the one who asked, with no interest in the producer. Logged (leaf 5).

    Approving again returns it. Raises ``Refused`` for one person alone, for every conflict of interest, for a waiver
    that has ended or whose reason now says something else, and once the batch is sealed.
    """
    await people.authorise(acting, *APPROVERS)
    person = _person(acting)
    association = await associations.get(acting.association_id)

    async def write() -> Waiver:
        asked, batch = await _of_unsealed(acting, waiver_id)
        if asked.state is WaiverState.APPROVED and asked.approved_by == person:
            return asked
        if asked.state is not WaiverState.ASKED:
            raise Refused("batch.waiver_over", waiver_state=asked.state.value)
        barred = [] if asked.asked_by != person else [Reason("batch.waiver_same_person")]
        barred += await audits.conflicts_of(association.id, person, batch.producer_id, acting.at)
        if barred:
            raise Refused.because(barred)
        given = replace(asked, approved_by=person, approved_at=acting.at)
        gate, _ = await gating.load(acting, association, batch)
        if not any(given.covers(one) for one in verdict(gate).standing):
            raise Refused("batch.waiver_stale")
        document = await _document(association, given, given.id, "approve", person, acting, asked.reason)
        salt = log.new_salt()
        once = {"batch_waiver_two_persons": Refused("batch.waiver_same_person")}
        async with integrity(once):
            done = await release_store.approve_waiver(
                association.id, asked.id, by=person, at=acting.at, document=document, salt=salt
            )
        if not done:
            raise Contention("db.busy")
        await log.append(association.id, LeafType.DECISION, asked.id, document, salt, acting.at)
        return given

    return await in_unit_of_work(write)


async def end_waiver(acting: Acting, waiver_id: UUID, *, reason: str) -> Waiver:
    """Take back what one asked oneself, refuse what another asked, or revoke what was approved (logged), for good.

    Raises ``NotAllowed`` for whoever neither asked nor may approve, ``Refused`` once it has ended or the batch is
    sealed: what was sealed under a waiver is stopped by a hold.
    """
    await people.authorise(acting, *TESTERS, *APPROVERS)
    person, text = _person(acting), _text(reason)
    association = await associations.get(acting.association_id)

    async def write() -> Waiver:
        asked, _ = await _of_unsealed(acting, waiver_id)
        if asked.end is not None:
            if (asked.end.by, asked.end.reason) == (person, text):
                return asked
            raise Refused("batch.waiver_over", waiver_state=asked.state.value)
        own = asked.asked_by == person
        if not own and not acting.has(*APPROVERS):
            raise NotAllowed("people.role_needed", roles=", ".join(sorted(APPROVERS)))
        approved = asked.state is WaiverState.APPROVED
        kind = WaiverState.REVOKED if approved else WaiverState.WITHDRAWN if own else WaiverState.REFUSED
        end = WaiverEnd(ids.uuid7(acting.at), kind, text, person, acting.at)
        document = await _document(association, asked, end.id, "revoke", person, acting, text) if approved else None
        salt = log.new_salt() if approved else None
        async with integrity({"batch_waiver_end_once": Contention("db.busy")}):
            await release_store.end_waiver(association.id, asked.id, end, document=document, salt=salt)
        if document is not None and salt is not None:
            await log.append(association.id, LeafType.DECISION, end.id, document, salt, acting.at)
        return replace(asked, end=end)

    return await in_unit_of_work(write)


async def of_batch(acting: Acting, batch_id: UUID) -> tuple[Waiver, ...]:
    """Every waiver of a batch, oldest first, ended ones too."""
    await load(acting, batch_id)
    async with reading():
        return (await release_store.waivers(acting.association_id, [batch_id])).get(batch_id, ())


async def batch_of(acting: Acting, waiver_id: UUID) -> UUID:
    """The batch of a waiver that the person may see. Raises ``NotFound('batch.waiver_not_found')``."""
    async with reading():
        found = await release_store.waiver(acting.association_id, waiver_id)
    if found is None:
        raise NotFound("batch.waiver_not_found")
    try:
        return (await load(acting, found.batch_id)).id
    except NotFound:
        raise NotFound("batch.waiver_not_found") from None


async def asked(acting: Acting) -> tuple[tuple[Batch, Waiver], ...]:
    """Waivers that wait for a second person, of batches not yet sealed that the person may see."""
    seen = [one.id for one in await members.producers(acting)]
    async with reading():
        waiting = [one for one in await store.of_producers(acting.association_id, seen) if one.state in _UNSEALED]
        found = await release_store.waivers(acting.association_id, [one.id for one in waiting])
    return tuple((batch, one) for batch in waiting for one in found.get(batch.id, ()) if one.state is WaiverState.ASKED)


_UNSEALED = (State.DECLARED, State.HELD)


def _person(acting: Acting) -> UUID:
    if acting.person_id is None:
        raise NotAllowed("decision.person_needed")
    return acting.person_id


def _text(reason: str) -> str:
    text = reason.strip()
    if not text:
        raise BadInput("batch.reason_needed", field="reason")
    if len(text) > REASON_MOST:
        raise BadInput("batch.reason_long", field="reason", most=REASON_MOST)
    return text


async def _unsealed(acting: Acting, batch_id: UUID) -> Batch:
    batch = await load(acting, batch_id)
    if batch.state not in _UNSEALED:
        raise Refused("batch.transition", lot_state=batch.state.value, lot_action="waive")
    return batch


async def _of_unsealed(acting: Acting, waiver_id: UUID) -> tuple[Waiver, Batch]:
    """A waiver that the person may see, and its batch as long as it is not sealed."""
    found = await release_store.waiver(acting.association_id, waiver_id)
    if found is None:
        raise NotFound("batch.waiver_not_found")
    try:
        return found, await _unsealed(acting, found.batch_id)
    except NotFound:
        raise NotFound("batch.waiver_not_found") from None


async def _document(
    association: Association, one: Waiver, leaf: UUID, act: str, by: UUID, acting: Acting, reason: str
) -> bytes:
    file = await files.about(association.id, one.file_id) if one.file_id is not None else None
    return documents.waiver(
        id=leaf,
        did=association.did,
        act=act,
        waiver_id=one.id,
        batch_id=one.batch_id,
        gate=one.gate,
        told=one.told,
        asked_by=one.asked_by,
        asked_at=one.asked_at,
        by=by,
        at=acting.at,
        reason=reason,
        file_sha256=file.sha256 if file is not None else None,
    )
