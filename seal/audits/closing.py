"""Verbs that end an audit: conclude, return for completion, abort, void."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

import rfc8785

from seal import ids
from seal.audits import access, conclusion, history, interests, store
from seal.audits.conclusion import Conclusion
from seal.audits.model import AbortCause, Audit, AuditAction, AuditState
from seal.audits.planning import auditor_reasons, need_reason
from seal.db import in_unit_of_work, reading
from seal.db.violations import integrity
from seal.errors import Conflict, NotAllowed, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people


async def conclude(acting: Acting, audit_id: UUID) -> Conclusion:
    """Conclude an audit, once and for good: score before and after corrective actions, every failed rule, open
    findings, deferred points, who took part; kept as an exact document with its digest.

    With findings still open it is concluded as it stands, which the rules then mostly fail. A manager or an auditor
    of the audit. Raises ``Refused`` with every conflict of interest that came to light since the start, and
    ``Refused('audits.step')`` before submission. Triggers nothing: the decision is a separate act (ISO/IEC 17065 7.6).
    """
    await access.for_reviewer(acting, audit_id)

    async def write() -> Conclusion:
        now = await access.for_reviewer(acting, audit_id)
        reasons: list[Reason] = []
        for person_id in now.team:
            reasons.extend(await auditor_reasons(acting, person_id, now.producer_id, role_needed=False))
        if now.producer_id in await members.represented_by(acting):
            reasons.append(Reason("audits.own_conclusion"))
        if reasons:
            raise Refused.because(reasons)
        if now.state is AuditState.FINDINGS_OPEN:
            now = await access.step(acting, now, AuditAction.SETTLE, reason="concluded_with_open_findings")
        now = await access.step(acting, now, AuditAction.CONCLUDE)
        return await _write_conclusion(acting, now)

    return await in_unit_of_work(write)


async def _write_conclusion(acting: Acting, audit: Audit) -> Conclusion:
    work = await access.work_of(acting.association_id, audit)
    assert work.checklist is not None
    past = await history.past_of(audit)
    standing = [
        finding
        for point, open_findings in past.open_findings.items()
        if work.carried is not None and point in work.carried
        for finding in open_findings
    ]
    found = conclusion.scores(
        work.protocol,
        work.checklist,
        work.judged(),
        (*work.findings, *standing),
        audit.programme_year,
        previous=past.document.get("score", {}).get("after", {}).get("weighted"),
    )
    document = rfc8785.dumps(
        conclusion.document(
            audit,
            protocol=work.protocol,
            protocol_digest=work.protocol_digest,
            checklist=work.checklist,
            answers=work.newest(),
            evidence=work.evidence,
            findings=work.findings,
            found=found,
            participants=await interests.participants(acting.association_id, audit.id),
            concluded_by=acting.person_id,
            at=acting.at,
            carried=work.carried,
        )
    )
    stored = store.StoredConclusion(
        audit.id,
        audit.producer_id,
        audit.version_id,
        found.passed,
        document,
        sha256(document).hexdigest(),
        acting.person_id,
        acting.at,
    )
    async with integrity({"conclusion_one_each_audit": Conflict("audits.changed_meanwhile")}):
        await store.insert_conclusion(acting.association_id, stored, id=ids.uuid7(acting.at))
    return conclusion.read(document, stored.document_sha256)


async def conclusion_of(association_id: UUID, audit_id: UUID) -> Conclusion | None:
    """The conclusion of an audit; ``None`` if there is none, or if the audit was voided since. Asks for no role."""
    async with reading():
        found = await store.audit(association_id, audit_id)
        if found is None or found.state is not AuditState.CLOSED:
            return None
        stored = (await store.conclusions(association_id, [audit_id])).get(audit_id)
    return conclusion.read(bytes(stored.document), stored.document_sha256) if stored else None


async def return_for_completion(acting: Acting, audit_id: UUID, *, reason: str) -> Audit:
    """A manager outside the team sends an audit back; what is then changed are amendments with a reason each, and
    both versions stay (case D 42)."""
    await people.authorise(acting, Role.MANAGER)
    why = need_reason(reason)

    async def write() -> Audit:
        now = await access.for_reviewer(acting, audit_id)
        _outside_team(acting, now)
        return await access.step(acting, now, AuditAction.RETURN, reason=why)

    return await in_unit_of_work(write)


async def abort(acting: Acting, audit_id: UUID, *, cause: AbortCause, reason: str) -> Audit:
    """The audit could not be made or finished. A manager or an auditor of the audit; what was recorded stays."""
    await access.for_reviewer(acting, audit_id)
    why = need_reason(reason)

    async def write() -> Audit:
        now = await access.for_reviewer(acting, audit_id)
        return await access.step(acting, now, AuditAction.ABORT, reason=f"{cause.value}: {why}")

    return await in_unit_of_work(write)


async def void(acting: Acting, audit_id: UUID, *, reason: str) -> Audit:
    """Void an audit, also a concluded one, by a second person: a manager who was never in its team (case D 3).

    A concluded one may carry a certification: who planned it does not void it either. Nothing is deleted; its
    conclusion no longer counts. Raises ``NotAllowed('audits.reviewer_outside_team' | 'audits.void_second_person')``.
    """
    await people.authorise(acting, Role.MANAGER)
    why = need_reason(reason)

    async def write() -> Audit:
        now = await access.for_reviewer(acting, audit_id)
        _outside_team(acting, now)
        if now.state is AuditState.CLOSED and acting.person_id is not None and acting.person_id == now.planned_by:
            raise NotAllowed("audits.void_second_person")
        return await access.step(acting, now, AuditAction.VOID, reason=why)

    return await in_unit_of_work(write)


def _outside_team(acting: Acting, found: Audit) -> None:
    if any(member.person_id == acting.person_id for member in found.assigned):
        raise NotAllowed("audits.reviewer_outside_team")


async def concluded(acting: Acting, audit_id: UUID) -> Conclusion:
    """The conclusion for whoever may see the audit. Raises ``NotFound('audits.not_concluded')`` if there is none."""
    found = await access.audit(acting, audit_id)
    held = await conclusion_of(acting.association_id, found.id)
    if held is None:
        raise NotFound("audits.not_concluded")
    return held
