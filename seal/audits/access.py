"""Who may see and touch which audit, and the audit with everything that its verbs read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.audits import answer_store, finding_store, model, store
from seal.audits.answers import Answer, Evidence, PointRule, counted, rule_of
from seal.audits.findings import Finding
from seal.audits.model import Audit, AuditAction, AuditState, AuditStep
from seal.clock import local_day
from seal.db import reading
from seal.db.violations import integrity
from seal.errors import Conflict, NotFound, Refused
from seal.identity import Acting, Device, Role
from seal.members import service as members
from seal.people import service as people
from seal.protocols import checklist as checklists
from seal.protocols import service as protocols
from seal.protocols.checklist import Checklist
from seal.protocols.model import ControlPoint, Protocol

EVERYONE = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
UNTOLD = frozenset({AuditState.PLANNED, AuditState.TEAM_ASSIGNED, AuditState.SEALED})
"""States in which the producer does not know of the audit."""


@dataclass(frozen=True)
class Work:
    """An audit with its frozen checklist (``None`` before the start), answers, evidence and findings."""

    audit: Audit
    protocol: Protocol
    protocol_digest: str
    checklist: Checklist | None
    frozen: tuple[store.FrozenChecklist, ...]
    answers: tuple[Answer, ...]
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]

    def points(self) -> tuple[ControlPoint, ...]:
        """The points of the checklist, in its order; none before the start."""
        if self.checklist is None:
            return ()
        by_id = {point.id: point for point in self.protocol.points}
        return tuple(by_id[place.id] for place in self.checklist.points)

    def rules(self) -> tuple[PointRule, ...]:
        return tuple(rule_of(self.protocol, point) for point in self.points())

    def counted(self) -> dict[str, Answer]:
        """The answers that count, by point."""
        return counted(self.answers, {point.id for point in self.points()})

    def not_counted(self) -> tuple[Answer, ...]:
        """Answers kept to points that a correction of facts took out of the checklist."""
        inside = {point.id for point in self.points()}
        return tuple(answer for answer in self.answers if answer.point_id not in inside)

    def evidence_of(self, answer_id: UUID) -> tuple[Evidence, ...]:
        return tuple(item for item in self.evidence if item.answer_id == answer_id)


async def today(acting: Acting) -> date:
    """The association's calendar day at ``acting.at``."""
    return local_day(acting.at, (await associations.get(acting.association_id)).zone)


async def may_see(acting: Acting, audit: Audit, represented: frozenset[UUID]) -> bool:
    """Managers and certifiers see every audit, auditors those they are or were assigned to, producers their own
    once they have been told of it or it has begun."""
    if acting.is_system or acting.has(Role.MANAGER, Role.CERTIFIER):
        return True
    if acting.has(Role.AUDITOR) and any(member.person_id == acting.person_id for member in audit.assigned):
        return True
    return acting.has(Role.PRODUCER) and audit.producer_id in represented and audit.state not in UNTOLD


async def audit(acting: Acting, audit_id: UUID) -> Audit:
    """One audit. Raises ``NotFound`` if it does not exist or the person may not see it."""
    await people.authorise(acting, *EVERYONE)
    async with reading():
        found = await store.audit(acting.association_id, audit_id)
        represented = await members.represented_by(acting)
    if found is None or not await may_see(acting, found, represented):
        raise NotFound("audits.not_found")
    return found


async def audits(acting: Acting, producer_id: UUID | None = None) -> tuple[Audit, ...]:
    """The audits that the person may see, by planned day, newest first; of one producer if named."""
    await people.authorise(acting, *EVERYONE)
    async with reading():
        represented = await members.represented_by(acting)
        found = await store.audits(acting.association_id, producers=None if producer_id is None else [producer_id])
        return tuple([one for one in found if await may_see(acting, one, represented)])


async def work(acting: Acting, audit_id: UUID) -> Work:
    """The audit with all that belongs to it. Raises ``NotFound`` like :func:`audit`.

    Producers get the answers once they are submitted.
    """
    found = await audit(acting, audit_id)
    loaded = await work_of(acting.association_id, found)
    staff = acting.is_system or acting.has(Role.MANAGER, Role.CERTIFIER, Role.AUDITOR)
    if staff or found.state not in model.ANSWERABLE:
        return loaded
    return Work(found, loaded.protocol, loaded.protocol_digest, loaded.checklist, loaded.frozen, (), (), ())


async def work_of(association_id: UUID, found: Audit) -> Work:
    """The same for rules and for verbs that have asked for a role already."""
    published = await protocols.pinned(association_id, found.version_id)
    async with reading():
        frozen = await store.checklists(association_id, found.id)
        answers = await answer_store.of_audits(association_id, [found.id])
        evidence = await answer_store.evidence(association_id, found.id)
        findings = await finding_store.findings(association_id, audits=[found.id])
    checklist = checklists.from_document(json.loads(bytes(frozen[-1].document))) if frozen else None
    return Work(found, published.protocol, published.digest, checklist, frozen, answers, evidence, findings)


async def for_team(acting: Acting, audit_id: UUID) -> Audit:
    """An audit for one of its auditors. Raises ``NotFound`` for everybody else."""
    await people.authorise(acting, Role.AUDITOR)
    async with reading():
        found = await store.audit(acting.association_id, audit_id)
    if found is None or not (acting.is_system or acting.person_id in found.team):
        raise NotFound("audits.not_found")
    return found


async def for_reviewer(acting: Acting, audit_id: UUID) -> Audit:
    """An audit for a manager or one of its auditors. Raises ``NotFound`` for everybody else."""
    await people.authorise(acting, Role.MANAGER, Role.AUDITOR)
    async with reading():
        found = await store.audit(acting.association_id, audit_id)
    if found is None or not (acting.is_system or acting.has(Role.MANAGER) or acting.person_id in found.team):
        raise NotFound("audits.not_found")
    return found


async def step(
    acting: Acting, found: Audit, action: AuditAction, *, reason: str = "", device: Device | None = None
) -> Audit:
    """Write the next step, inside the caller's unit of work, and return the audit with it.

    Raises ``Refused('audits.step')`` for a step that the table does not have, and
    ``Conflict('audits.changed_meanwhile')`` if somebody else took a step first.
    """
    model.apply(found.state, action)
    taken = AuditStep(action, acting.at, acting.at, acting.person_id, reason, device)
    return await write_step(acting, found, taken)


async def write_step(acting: Acting, found: Audit, taken: AuditStep) -> Audit:
    """Write a step that has been applied already."""
    async with integrity({"audit_action_step_once": Conflict("audits.changed_meanwhile")}):
        await store.insert_step(acting.association_id, found.id, len(found.steps), taken, id=ids.uuid7(acting.at))
    changed = await store.audit(acting.association_id, found.id)
    assert changed is not None
    return changed


def require_state(found: Audit, states: frozenset[AuditState], doing: str) -> None:
    """Raises ``Refused('audits.not_now')`` unless the audit is in one of ``states``."""
    if found.state not in states:
        raise Refused("audits.not_now", doing=doing, audit_state=found.state.value)


def person_of(acting: Acting) -> UUID:
    """The person who acts. Field work is never done by Seal itself: ``Refused('audits.person_needed')``."""
    if acting.person_id is None:
        raise Refused("audits.person_needed")
    return acting.person_id
