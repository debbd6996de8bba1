"""Computed conflicts of interest, and who took part in an audit. Decisions ask here too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from seal.associations import service as associations
from seal.audits import answer_store, conflicts, finding_store, store
from seal.audits.findings import FindingAction
from seal.audits.model import ENDED, AuditAction
from seal.clock import local_day
from seal.db import reading
from seal.errors import Reason
from seal.identity import system
from seal.members import service as members
from seal.people import service as people
from seal.progress import service as progress

_JUDGING = frozenset({FindingAction.ACCEPT, FindingAction.REJECT, FindingAction.UPHOLD, FindingAction.CHANGE,
                      FindingAction.REMOVE, FindingAction.REGRADE, FindingAction.EXTEND})  # fmt: skip


async def conflicts_of(association_id: UUID, person_id: UUID, producer_id: UUID, at: datetime) -> tuple[Reason, ...]:
    """Every stored reason why a person may not audit or decide on a producer at ``at``; empty: none known.

    Representation, ties, advice and declared conflicts of 24 months, mutual audits of 12 (ISO/IEC 17065 4.2,
    CERTIFICATION A3).
    """
    today = local_day(at, (await associations.get(association_id)).zone)
    window = conflicts.months_before(today, conflicts.WINDOW_MONTHS)
    represented = await members.producers_of(association_id, person_id, at)
    theirs = await members.representatives(association_id, producer_id, at)
    relations = await members.relations(association_id, producer_id)
    advice = await progress.advisers(association_id, producer_id, window)
    async with reading():
        own_audits = await store.audits(association_id, producers=[producer_id])
        audits_back = await store.audits(association_id, producers=represented) if theirs else ()
        declared = await store.declared_conflicts(
            association_id, person_id, [one.id for one in own_audits], _start_of(window)
        )
    back = [one.planned_for for one in audits_back if one.state not in ENDED and theirs.intersection(one.team)]
    ties = conflicts.Ties(
        person=(await people.person(system(association_id, at), person_id)).name,
        represents=producer_id in represented,
        relations=tuple(relation for relation in relations if relation.person_id == person_id),
        advice=tuple(given for given in advice if given.person_id == person_id),
        audited_back=tuple(back),
        declared=declared,
    )
    return conflicts.reasons(ties, today)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


async def participants(association_id: UUID, audit_id: UUID) -> frozenset[UUID]:
    """Everybody who took part in the evaluation (ISO/IEC 17065 7.6.2: none of them decides).

    Whoever was ever in the team, answered, keyed in answers, handed in evidence, ruled on a finding, or concluded.
    Planning and voiding are office work and not among them. Empty for an audit that is not there.
    """
    async with reading():
        found = await store.audit(association_id, audit_id)
        if found is None:
            return frozenset()
        answers = await answer_store.of_audits(association_id, [audit_id])
        evidence = await answer_store.evidence(association_id, audit_id)
        findings = await finding_store.findings(association_id, audits=[audit_id])
    office = {AuditAction.PLAN, AuditAction.ANNOUNCE, AuditAction.KEEP_SEALED, AuditAction.VOID}
    took_part = {member.person_id for member in found.assigned}
    took_part |= {answer.answered_by for answer in answers} | {item.recorded_by for item in evidence}
    took_part |= {answer.keyed_by for answer in answers if answer.keyed_by}
    took_part |= {step.actor_id for step in found.steps if step.actor_id and step.action not in office}
    took_part |= {
        step.actor_id for finding in findings for step in finding.steps if step.actor_id and step.action in _JUDGING
    }
    return frozenset(took_part)
