"""Who may see and touch which audit, and the audit with everything that its verbs read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.audits import answer_store, entry, finding_store, gap, history, judging, model, store
from seal.audits.answers import Answer, Evidence, Key, PointRule, counted, newest, rule_of
from seal.audits.findings import Finding
from seal.audits.gap import Carried
from seal.audits.history import Past
from seal.audits.model import Audit, AuditAction, AuditState, AuditStep
from seal.clock import local_day
from seal.db import reading
from seal.db.violations import integrity
from seal.errors import Conflict, NotFound, Refused
from seal.identity import Acting, Device, Role
from seal.members import service as members
from seal.members.model import Dossier
from seal.people import service as people
from seal.protocols import checklist as checklists
from seal.protocols import service as protocols
from seal.protocols.applicability import Situation
from seal.protocols.checklist import Checklist
from seal.protocols.model import ControlPoint, Grain, Level, Part, Protocol
from seal.protocols.responses import Judged

EVERYONE = (Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
UNTOLD = frozenset({AuditState.PLANNED, AuditState.TEAM_ASSIGNED, AuditState.SEALED})
"""States in which the producer does not know of the audit."""


VISIT_MOST = 40
"""Points of a visit above which people are warned."""


@dataclass(frozen=True)
class Work:
    """An audit with its frozen checklist (``None`` before the start), answers, evidence and findings.

    ``units`` names what each grain asks separately, by its key; a gap audit has ``carried``, with the answers behind
    it. ``past`` is what earlier audits say, for whoever reads; verbs leave it empty.
    """

    audit: Audit
    protocol: Protocol
    protocol_digest: str
    checklist: Checklist | None
    frozen: tuple[store.FrozenChecklist, ...]
    answers: tuple[Answer, ...]
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    situation: Situation = field(default_factory=Situation)
    units: Mapping[Grain, Mapping[str, str]] = field(default_factory=dict)
    carried: Carried | None = None
    carried_answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    past: Past = field(default_factory=Past)

    def points(self) -> tuple[ControlPoint, ...]:
        """The points to be answered, in the order of the checklist; none before the start."""
        return tuple(point for point in self.every_point() if self.carried is None or point.id not in self.carried)

    def every_point(self) -> tuple[ControlPoint, ...]:
        """The same with the points that a gap audit carries over."""
        return self._points

    @cached_property
    def _points(self) -> tuple[ControlPoint, ...]:
        if self.checklist is None:
            return ()
        by_id = {point.id: point.in_year(self.audit.programme_year) for point in self.protocol.points}
        return tuple(by_id[place.id] for place in self.checklist.points)

    def level(self, point_id: str) -> Level:
        """The level of a point in the year of the audit."""
        return self.protocol.point(point_id).level_in(self.audit.programme_year)

    def units_of(self, point: ControlPoint) -> Mapping[str, str]:
        """What is asked separately at a point, with names; lots and workers are named by whoever answers."""
        if point.grain is Grain.PRODUCER:
            return {"": ""}
        return self.units.get(point.grain, {})

    def rules(self) -> tuple[PointRule, ...]:
        return tuple(rule_of(self.protocol, point, self.units_of(point)) for point in self.points())

    def counted(self) -> dict[str, Answer]:
        """The answer that speaks for each point: of several units the gravest."""
        return counted(self.answers, {point.id for point in self.points()})

    def newest(self) -> dict[Key, Answer]:
        """The answers that count, by point and unit."""
        return dict(self._newest)

    @cached_property
    def _newest(self) -> Mapping[Key, Answer]:
        return newest(self.answers, {point.id for point in self.points()})

    @cached_property
    def _by_point(self) -> Mapping[str, tuple[Answer, ...]]:
        found: dict[str, list[Answer]] = {}
        for (point_id, _), answer in sorted(self._newest.items(), key=lambda pair: pair[0]):
            found.setdefault(point_id, []).append(answer)
        return {point_id: tuple(answers) for point_id, answers in found.items()}

    def answers_of(self, point_id: str) -> tuple[Answer, ...]:
        """The answers that count at one point, by unit."""
        return self._by_point.get(point_id, ())

    def taken(self, point_id: str) -> tuple[Answer, ...]:
        """The same, or those that a gap audit carries over."""
        if self.carried is not None and point_id in self.carried:
            return self.carried_answers.get(point_id, ())
        return self.answers_of(point_id)

    def not_counted(self) -> tuple[Answer, ...]:
        """Answers kept to points that a correction of facts took out of the checklist."""
        inside = {point.id for point in self.every_point()}
        return tuple(answer for answer in self.answers if answer.point_id not in inside)

    def evidence_of(self, answer_id: UUID) -> tuple[Evidence, ...]:
        return tuple(item for item in self.evidence if item.answer_id == answer_id)

    @property
    def seed(self) -> str:
        """What samples are drawn by; made at the start, its digest shown from then on."""
        return self.frozen[-1].seed or "" if self.frozen else ""

    def drawn(self, point: ControlPoint) -> tuple[str, ...]:
        """The units of the sample that was drawn at a point; empty before."""
        return judging.drawn(point, self.newest().get((point.id, "")), self.seed) if entry.sampled(point) else ()

    @property
    def visit_long(self) -> bool:
        """More points to be seen on the visit than a day with a small producer holds."""
        return sum(point.part is Part.VISIT for point in self.points()) > VISIT_MOST

    def judged(self) -> dict[str, Judged]:
        """The result of each point that has an answer, its units taken together; what is carried over too."""
        credit = self.protocol.rules.scoring.credit
        found = {}
        for point in self.every_point():
            held = self.carried.outcomes.get(point.id) if self.carried is not None else None
            taken = self.taken(point.id)
            if not taken:
                continue
            judged = judging.together(point, self.situation, taken, seed=self.seed, credit=credit)
            # what was mended since the audit before conforms, whatever was answered then
            found[point.id] = judged if held in (None, judged.outcome) else Judged(held)
        return found


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
    loaded = replace(loaded, past=await history.past_of(found))
    staff = acting.is_system or acting.has(Role.MANAGER, Role.CERTIFIER, Role.AUDITOR)
    if staff or found.state not in model.ANSWERABLE:
        return loaded
    return replace(loaded, answers=(), evidence=(), findings=())


async def work_of(association_id: UUID, found: Audit) -> Work:
    """The same for rules and for verbs that have asked for a role already."""
    published = await protocols.pinned(association_id, found.version_id)
    async with reading():
        frozen = await store.checklists(association_id, found.id)
        answers = await answer_store.of_audits(association_id, [found.id])
        evidence = await answer_store.evidence(association_id, found.id)
        findings = await finding_store.findings(association_id, audits=[found.id])
    checklist = checklists.from_document(json.loads(bytes(frozen[-1].document))) if frozen else None
    dossier = await members.dossier_of(association_id, found.producer_id)
    carried = gap.read(bytes(frozen[-1].carried)) if frozen and frozen[-1].carried is not None else None
    return Work(
        found,
        published.protocol,
        published.digest,
        checklist,
        frozen,
        answers,
        evidence,
        findings,
        situation=situation_of(found, dossier, checklist),
        units=units_of(found, dossier),
        carried=carried,
        carried_answers=await _carried_answers(association_id, carried),
    )


async def _carried_answers(association_id: UUID, carried: Carried | None) -> dict[str, tuple[Answer, ...]]:
    if carried is None:
        return {}
    async with reading():
        known = await answer_store.by_ids(association_id, [id for ids in carried.answers.values() for id in ids])
    return {point: tuple(known[id] for id in ids) for point, ids in carried.answers.items()}


def units_of(found: Audit, dossier: Dossier) -> dict[Grain, dict[str, str]]:
    """Sites and products in the scope, by their key, with their names."""
    return {
        Grain.SITE: {str(site.id): site.name for site in dossier.sites if site.id in found.sites},
        Grain.PRODUCT: {str(one.id): one.named("es") for one in dossier.products if one.id in found.products},
    }


def scope_of(found: Audit, dossier: Dossier) -> tuple[frozenset[str] | None, frozenset[str]]:
    """The kinds of the products and of the sites in the scope. One product of no known kind leaves all unknown."""
    kinds = [one.kind for one in dossier.products if one.id in found.products]
    known = frozenset(kind for kind in kinds if kind is not None)
    sites = frozenset(site.kind.value for site in dossier.sites if site.id in found.sites)
    return (known if len(kinds) == len([kind for kind in kinds if kind]) else None), sites


def situation_of(found: Audit, dossier: Dossier, checklist: Checklist | None) -> Situation:
    """What conditions are asked of: as frozen at the start, else the facts of now, the scope and the year."""
    if checklist is not None:
        return checklist.situation
    products, sites = scope_of(found, dossier)
    return Situation(dossier.fact_values(), products=products, sites=sites, year=found.programme_year)


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
