"""Verbs of the visit: answers and evidence. Append-only (invariant 8)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from seal.audits import access, answer_store, answers, entry, history, judging, model
from seal.audits.access import Work
from seal.audits.answers import Answer, AnswerInput, Evidence, Typed
from seal.audits.model import Audit, AuditState
from seal.db import in_unit_of_work, reading
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, NotAllowed, NotFound, Reason, Refused
from seal.files import service as files
from seal.files.model import digest
from seal.identity import Acting, Device
from seal.members import service as members
from seal.protocols.model import ControlPoint, Outcome

UNIT_LONGEST = 80
"""Characters of the name of a lot or a worker."""
RESPONSE_LONGEST = 40_000
"""Characters of a typed response as JSON."""


async def answer(acting: Acting, audit_id: UUID, given: Sequence[AnswerInput]) -> tuple[Answer, ...]:
    """Take answers, all or none, and return them as stored. An auditor of the team, or whoever keys in paper that one
    of them filled (``filled_by``): a manager, or another of the team, never for the producer.

    The same answer under the same id again is accepted in silence. Raises ``Refused`` with every fault of every
    answer, and with every doubt that was not confirmed; ``BadInput`` for an unknown point, something unreadable, or
    answers of somebody outside the team; and ``Conflict``: another content under the same id, a point answered
    already (name it in ``revises``), or a correction of an answer that was corrected by someone else in the meantime.
    """
    keyed = any(item.filled_by is not None for item in given)
    allowed = _for_keying if keyed else access.for_reviewer
    found = await allowed(acting, audit_id)
    person_id = access.person_of(acting)
    day = await access.today(acting)
    loaded = await access.work_of(acting.association_id, found)
    deferring = any(item.outcome is Outcome.DEFERRED for item in given)
    deferred_before = await _deferred_before(found) if deferring else frozenset[str]()
    if any((item.filled_by or person_id) not in found.team for item in given):
        raise BadInput("audits.answer.filled_by_outside", field="filled_by")

    async def write() -> tuple[Answer, ...]:
        now = await allowed(acting, audit_id)
        known = await answer_store.by_ids(acting.association_id, [item.id for item in given])
        fresh = [item for item in given if not _repeated(item, known, audit_id)]
        if fresh:
            access.require_state(now, model.ANSWERABLE, "answer")
        newest = answers.newest(
            await answer_store.of_audits(acting.association_id, [audit_id]),
            {point.id for point in loaded.protocol.points},
        )
        reasons: list[Reason] = []
        for item in fresh:
            point = _point(loaded, item.point_id)
            outcome, doubts = _outcome(item, point, loaded, day)
            found = answers.faults(
                item,
                outcome,
                answers.rule_of(loaded.protocol, point, loaded.units_of(point)),
                today=day,
                deferred_before=point.id in deferred_before,
                after_submission=now.state is AuditState.RETURNED_FOR_COMPLETION and item.key in newest,
            )
            reasons += [*found, *doubts]
            if reasons or outcome is None:
                continue
            newest[item.key] = await _insert(acting, audit_id, person_id, item, outcome, newest.get(item.key))
        if reasons:
            raise Refused.because(reasons)
        stored = await answer_store.by_ids(acting.association_id, [item.id for item in given])
        return tuple(stored[item.id] for item in given)

    return await in_unit_of_work(write)


async def _for_keying(acting: Acting, audit_id: UUID) -> Audit:
    """An audit for whoever keys in its paper. Raises ``NotFound`` like ``access.for_reviewer``, and
    ``NotAllowed('audits.own_keying')`` for somebody who acts for the producer."""
    found = await access.for_reviewer(acting, audit_id)
    if found.producer_id in await members.represented_by(acting):
        raise NotAllowed("audits.own_keying")
    return found


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
    carried = loaded.carried is not None and point_id in loaded.carried
    code = "audits.answer.point_carried" if carried else "audits.answer.point_unknown"
    raise BadInput(code, field="point", point=point_id[:40])


def _outcome(
    item: AnswerInput, point: ControlPoint, loaded: Work, day: date
) -> tuple[Outcome | None, tuple[Reason, ...]]:
    """The outcome of an answer, picked or judged, and the doubts about it that nobody confirmed."""
    if len(item.unit) > UNIT_LONGEST or item.unit != " ".join(item.unit.split()):
        raise BadInput("audits.answer.unit_form", field="unit", point=point.id, longest=UNIT_LONGEST)
    if item.response is not None and not _readable(item.response):
        raise BadInput("audits.answer.response_form", field="response", **judging.about_of(point, item.unit))
    typed = judging.form(item)
    if not typed or (item.measured is not None and not entry.measured(point)):
        return item.outcome, ()
    judged = judging.judge(point, loaded.situation, typed, unit=item.unit, seed=loaded.seed, on=day)
    about = judging.about_of(point, item.unit)
    doubts = (
        () if item.confirmed else tuple(Reason(one.code, {**one.params, **about, "doubt": 1}) for one in judged.doubts)
    )
    return judged.outcome, doubts


def _readable(response: Typed) -> bool:
    """Whether a typed response may be looked at: something, not too much, and of one unit."""
    return len(response) > 0 and "units" not in response and len(json.dumps(dict(response))) <= RESPONSE_LONGEST


async def _insert(
    acting: Acting, audit_id: UUID, person_id: UUID, item: AnswerInput, outcome: Outcome, newest: Answer | None
) -> Answer:
    if newest is not None and item.revises is None:
        raise Conflict("audits.answer.already_answered", point=item.point_id)
    if item.revises is not None and (newest is None or newest.id != item.revises):
        raise Conflict("audits.answer.corrected_meanwhile", point=item.point_id)
    filled_by = item.filled_by or person_id
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
        answered_by=filled_by,
        recorded_at=acting.at,
        device=item.device,
        unit=item.unit,
        response=item.response,
        confirmed=item.confirmed,
        keyed_by=person_id if person_id != filled_by else None,
    )
    taken = Conflict("audits.answer.corrected_meanwhile", point=item.point_id)
    other = Conflict("audits.answer.other_content", point=item.point_id)
    async with integrity({"answer_revision_once": taken, "answer_pkey": other}):
        await answer_store.insert(acting.association_id, answer)
    return answer


async def _deferred_before(found: Audit) -> frozenset[str]:
    """Points deferred in the last concluded audit of the same producer and protocol: no second deferral."""
    past = await history.past_of(found)
    return frozenset(item["point"] for item in past.document.get("deferred", ()))


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
