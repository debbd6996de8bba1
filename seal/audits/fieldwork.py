"""Verbs of the visit: answers and evidence. Append-only (invariant 8)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from seal.audits import access, answer_store, answers, model, store
from seal.audits.access import Work
from seal.audits.answers import Answer, AnswerInput, Evidence
from seal.audits.model import Audit, AuditState
from seal.db import in_unit_of_work, reading
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, NotFound, Reason, Refused
from seal.files import service as files
from seal.files.model import digest
from seal.identity import Acting, Device
from seal.protocols.measures import outcome_of_measure
from seal.protocols.model import ControlPoint, Outcome


async def answer(acting: Acting, audit_id: UUID, given: Sequence[AnswerInput]) -> tuple[Answer, ...]:
    """Take answers, all or none, and return them as stored. An auditor of the team.

    The same answer under the same id again is accepted in silence. Raises ``Refused`` with every fault of every
    answer, ``BadInput`` for an unknown point or an unreadable value, and ``Conflict``: another content under the
    same id, a point answered already (name it in ``revises``), or a correction of an answer that was corrected by
    someone else in the meantime.
    """
    found = await access.for_team(acting, audit_id)
    person_id = access.person_of(acting)
    day = await access.today(acting)
    loaded = await access.work_of(acting.association_id, found)
    deferred_before = await _deferred_before(found)

    async def write() -> tuple[Answer, ...]:
        now = await access.for_team(acting, audit_id)
        known = await answer_store.by_ids(acting.association_id, [item.id for item in given])
        fresh = [item for item in given if not _repeated(item, known, audit_id)]
        if fresh:
            access.require_state(now, model.ANSWERABLE, "answer")
        newest = answers.counted(
            await answer_store.of_audits(acting.association_id, [audit_id]),
            {point.id for point in loaded.protocol.points},
        )
        reasons: list[Reason] = []
        for item in fresh:
            point = _point(loaded, item.point_id)
            outcome = _outcome(item, point)
            reasons.extend(
                answers.faults(
                    item,
                    outcome,
                    answers.rule_of(loaded.protocol, point),
                    today=day,
                    deferred_before=point.id in deferred_before,
                    after_submission=now.state is AuditState.RETURNED_FOR_COMPLETION and point.id in newest,
                )
            )
            if reasons or outcome is None:
                continue
            newest[point.id] = await _insert(acting, found.id, person_id, item, outcome, newest.get(point.id))
        if reasons:
            raise Refused.because(reasons)
        stored = await answer_store.by_ids(acting.association_id, [item.id for item in given])
        return tuple(stored[item.id] for item in given)

    return await in_unit_of_work(write)


def _repeated(item: AnswerInput, known: Mapping[UUID, Answer], audit_id: UUID) -> bool:
    """True for an answer that is stored already; ``Conflict`` if another content stands under its id."""
    if item.id.version != 7:
        raise BadInput("audits.answer.id_version", field="id", id=str(item.id))
    earlier = known.get(item.id)
    if earlier is None:
        return False
    if earlier.audit_id != audit_id or earlier.content_sha256 != answers.content_digest(item):
        raise Conflict("audits.answer.other_content", point=item.point_id)
    return True


def _point(loaded: Work, point_id: str) -> ControlPoint:
    for point in loaded.points():
        if point.id == point_id:
            return point
    raise BadInput("audits.answer.point_unknown", field="point", point=point_id[:40])


def _outcome(item: AnswerInput, point: ControlPoint) -> Outcome | None:
    if item.measured is not None and point.measure is not None:
        try:
            return outcome_of_measure(point.measure, *item.measured)
        except BadInput as error:  # of many answers at once, which one
            named = [replace(one, params={**one.params, "point": point.id}) for one in error.reasons]
            raise BadInput.because(named) from None
    return item.outcome


async def _insert(
    acting: Acting, audit_id: UUID, person_id: UUID, item: AnswerInput, outcome: Outcome, newest: Answer | None
) -> Answer:
    if newest is not None and item.revises is None:
        raise Conflict("audits.answer.already_answered", point=item.point_id)
    if item.revises is not None and (newest is None or newest.id != item.revises):
        raise Conflict("audits.answer.corrected_meanwhile", point=item.point_id)
    answer = Answer(
        id=item.id,
        audit_id=audit_id,
        point_id=item.point_id,
        revision=newest.revision + 1 if newest else 1,
        revises=item.revises,
        outcome=outcome,
        measured=item.measured,
        method=item.method,
        instrument=item.instrument,
        justification=item.justification.strip(),
        follow_up_on=item.follow_up_on,
        content_sha256=answers.content_digest(item),
        answered_by=person_id,
        recorded_at=acting.at,
        device=item.device,
    )
    taken = Conflict("audits.answer.corrected_meanwhile", point=item.point_id)
    other = Conflict("audits.answer.other_content", point=item.point_id)
    async with integrity({"answer_revision_once": taken, "answer_pkey": other}):
        await answer_store.insert(acting.association_id, answer)
    return answer


async def _deferred_before(found: Audit) -> frozenset[str]:
    """Points deferred in the last concluded audit of the same producer and protocol: no second deferral."""
    async with reading():
        earlier = await store.audits(found.association_id, producers=[found.producer_id])
        closed = [
            one
            for one in earlier
            if one.id != found.id and one.protocol_id == found.protocol_id and one.state is AuditState.CLOSED
        ]
        concluded = await store.conclusions(found.association_id, [one.id for one in closed])
    if not concluded:
        return frozenset()
    last = max(concluded.values(), key=lambda one: one.concluded_at)
    return frozenset(item["point"] for item in json.loads(bytes(last.document))["deferred"])


async def attach_evidence(
    acting: Acting,
    audit_id: UUID,
    *,
    id: UUID,
    answer_id: UUID,
    data: bytes,
    declared_type: str,
    device: Device | None = None,
) -> Evidence:
    """Keep a file and name it, by digest, as evidence of an answer. An auditor of the team.

    ``id`` is the client's UUIDv7: the same bytes for the same answer again give the first result, anything else
    raises ``Conflict('audits.evidence.other_content')``. Raises what ``files.put`` raises; ``NotFound`` for an
    answer of another audit. Side effect: the file is kept first, in a unit of work of its own.
    """
    found = await access.for_team(acting, audit_id)
    person_id = access.person_of(acting)
    if id.version != 7:
        raise BadInput("audits.answer.id_version", field="id", id=str(id))
    received = digest(data)
    other = Conflict("audits.evidence.other_content", id=str(id))

    async def earlier() -> Evidence | None:
        known = await answer_store.evidence_by_id(acting.association_id, id)
        if known is None:
            return None
        if known[0].audit_id != audit_id or known[0].answer_id != answer_id or known[1] != received:
            raise other
        return known[0]

    async with reading():
        if repeated := await earlier():
            return repeated
        answered = await answer_store.by_ids(acting.association_id, [answer_id])
    if answer_id not in answered or answered[answer_id].audit_id != audit_id:
        raise NotFound("audits.answer.not_found")
    access.require_state(found, model.ANSWERABLE, "attach_evidence")
    kept = await files.put(
        acting.association_id, data, declared_type=declared_type, author=person_id, at=acting.at, id=id
    )
    evidence = Evidence(id, audit_id, answer_id, kept.id, kept.sha256, kept.media_type, person_id, acting.at)

    async def write() -> Evidence:
        if repeated := await earlier():
            return repeated
        access.require_state(await access.for_team(acting, audit_id), model.ANSWERABLE, "attach_evidence")
        async with integrity({"evidence_pkey": other}):
            await answer_store.insert_evidence(acting.association_id, evidence, received_sha256=received, device=device)
        return evidence

    return await in_unit_of_work(write)
