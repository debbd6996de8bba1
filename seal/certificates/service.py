"""Verbs on decisions and certifications, told by noun, and the reads that upper rooms build on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from seal.associations import service as associations
from seal.audits import service as audits
from seal.audits.model import Audit, AuditState
from seal.certificates import casework, store
from seal.certificates.casework import File
from seal.certificates.deciding import DecisionState, adjourn, decide, decision_state
from seal.certificates.issuing import finish_pending, issue, publish_if_possible
from seal.certificates.model import Certification, State, state_at
from seal.certificates.review import Choice, Decision, Vote, grant_reasons, voter_reasons
from seal.certificates.sanctions import lift, suspend, withdraw
from seal.certificates.status import (
    allocate_status_index,
    epoch,
    epochs,
    publish_status,
    served_list,
    set_status,
    status_list,
)
from seal.db import reading
from seal.errors import NotFound, Reason
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.people.model import Person

__all__ = [
    "DecisionState",
    "Review",
    "adjourn",
    "allocate_status_index",
    "certification",
    "certification_of",
    "certifications",
    "decide",
    "decision_state",
    "docket",
    "epoch",
    "epochs",
    "finish_pending",
    "held",
    "in_force",
    "issue",
    "lift",
    "publish_if_possible",
    "publish_status",
    "review",
    "served_list",
    "set_status",
    "some",
    "state_at",
    "status_list",
    "suspend",
    "withdraw",
]


@dataclass(frozen=True)
class Voter:
    """A certifier and every reason why they may not vote; none: they may."""

    person: Person
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Review:
    """What the voters have before them: the file, why a grant would be refused, who may vote, who voted."""

    file: File
    against: tuple[Reason, ...]
    voters: tuple[Voter, ...]
    state: DecisionState | None

    @property
    def may_grant(self) -> bool:
        return not self.against


async def review(acting: Acting, audit_id: UUID) -> Review:
    """The review of an audit (ISO/IEC 17065 7.5), excluded choices with their reasons. Certifiers and managers."""
    await people.authorise(acting, Role.CERTIFIER, Role.MANAGER)
    association = await associations.get(acting.association_id)
    async with reading():
        file = await casework.load(acting, association, audit_id)
        state = await decision_state(acting, audit_id) if file.decisions else None
    votes: tuple[Vote, ...] = state.votes if state is not None and state.outcome is None else ()
    voters = []
    for person in await people.people(acting, Role.CERTIFIER):
        conflicts = await audits.conflicts_of(association.id, person.id, file.audit.producer_id, acting.at)
        voters.append(Voter(person, voter_reasons(file.case, person.id, conflicts, votes)))
    return Review(file, grant_reasons(file.case), tuple(voters), state)


@dataclass(frozen=True)
class Docket:
    """A concluded audit and its latest decision; ``decision`` None or open or deferred: it waits."""

    audit: Audit
    decision: Decision | None

    @property
    def waits(self) -> bool:
        return self.decision is None or self.decision.outcome in (None, Choice.DEFER)


async def docket(acting: Acting) -> tuple[Docket, ...]:
    """Concluded audits with their decisions, those that wait first. Certifiers and managers."""
    await people.authorise(acting, Role.CERTIFIER, Role.MANAGER)
    seen = [one for one in await audits.audits(acting) if one.state is AuditState.CLOSED]
    async with reading():
        decided = await store.audit_decisions(acting.association_id)
    lines = [Docket(one, decided[one.id][-1] if one.id in decided else None) for one in seen]
    return tuple(sorted(lines, key=lambda line: not line.waits))


async def certification(acting: Acting, certification_id: UUID) -> Certification:
    """One certification. Raises ``NotFound``, also when the person may not see its producer."""
    found = await certification_of(acting.association_id, certification_id)
    try:
        await members.require_access(acting, found.producer_id)
    except NotFound:
        raise NotFound("certification.not_found") from None
    return found


async def certifications(acting: Acting, producer_id: UUID | None = None) -> tuple[Certification, ...]:
    """Certifications that the person may see, newest first; of one producer if named."""
    if producer_id is not None:
        await members.require_access(acting, producer_id)
        async with reading():
            return await store.of_producer(acting.association_id, producer_id)
    seen = {producer.id for producer in await members.producers(acting)}
    async with reading():
        every = await store.all_certifications(acting.association_id)
    return tuple(one for one in every if one.producer_id in seen)


async def certification_of(association_id: UUID, certification_id: UUID) -> Certification:
    """For rules of upper rooms; asks for no role. Raises ``NotFound('certification.not_found')``."""
    async with reading():
        found = await store.certification(association_id, certification_id)
    if found is None:
        raise NotFound("certification.not_found")
    return found


async def some(association_id: UUID, certification_ids: Collection[UUID]) -> dict[UUID, Certification]:
    """The named ones by id, in a fixed number of queries. For rules of upper rooms; asks for no role."""
    async with reading():
        return {one.id: one for one in await store.some(association_id, sorted(certification_ids))}


async def held(association_id: UUID, producer_id: UUID, protocol_id: str) -> tuple[Certification, ...]:
    """A producer's certifications for a protocol, newest first. For rules; asks for no role."""
    async with reading():
        return await store.of_producer(association_id, producer_id, protocol_id)


async def in_force(
    association_id: UUID, producer_id: UUID, protocol_id: str, site: UUID, product: UUID, on: date
) -> Certification | None:
    """The newest certification that was in force for site and product on a local day. For rules; asks for no role."""
    zone = (await associations.get(association_id)).zone
    for one in await held(association_id, producer_id, protocol_id):
        if one.covers(site, product) and one.in_force_on(on, zone):
            return one
    return None


def best_today(every: tuple[Certification, ...], at: datetime, zone: str) -> Certification | None:
    """The certification that says most about the right to seal now: an active one before any other, then the newest."""
    for one in every:
        if one.state(at, zone) is State.ACTIVE:
            return one
    return every[0] if every else None
