"""From one version to the next (CERTIFICATION D1): from when a version may be used, and until when.

A file says ``valid_from`` (audits may be planned under it from that day) and ``mandatory_from`` (older versions end
then). A version that says neither is valid from its publication, and leaves the older ones open beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from seal.db import reading
from seal.errors import NotFound, Reason
from seal.identity import Acting
from seal.people import service as people
from seal.protocols import life_store, store
from seal.protocols.life import Life, State, order
from seal.protocols.model import Edition
from seal.protocols.publication import PublishedProtocol


@dataclass(frozen=True)
class Term:
    """What one published version says of its dates, and where it stands."""

    id: UUID
    protocol_id: str
    version: str
    state: State
    valid_from: date | None
    mandatory_from: date | None


def ended_by(term: Term, others: Iterable[Term]) -> Term | None:
    """The newer version that ends this one first, by its ``mandatory_from``; a withdrawn one ends nothing."""
    ending = [
        one
        for one in others
        if one.protocol_id == term.protocol_id
        and order(one.version) > order(term.version)
        and one.mandatory_from is not None
        and one.state in (State.PUBLISHED, State.SUPERSEDED)
    ]
    return min(ending, key=lambda one: (one.mandatory_from or date.max, order(one.version)), default=None)


def against(term: Term, others: Iterable[Term], on: date) -> tuple[Reason, ...]:
    """Every reason why no audit may be planned under a version for the day ``on``."""
    named = {"id": term.protocol_id, "version": term.version}
    reasons = []
    if term.state is State.WITHDRAWN:
        reasons.append(Reason("protocols.use.withdrawn", named))
    if term.valid_from is not None and on < term.valid_from:
        reasons.append(Reason("protocols.use.not_yet", {**named, "valid_from": term.valid_from.isoformat()}))
    ending = ended_by(term, others)
    if ending is not None and ending.mandatory_from is not None and on >= ending.mandatory_from:
        since = ending.mandatory_from.isoformat()
        reasons.append(Reason("protocols.use.ended", {**named, "newer": ending.version, "mandatory_from": since}))
    return tuple(reasons)


def _of(life: Life, edition: Edition) -> Term:
    return Term(life.id, life.protocol_id, life.version, life.state, edition.valid_from, edition.mandatory_from)


async def usable(acting: Acting, protocol_id: str, on: date) -> tuple[PublishedProtocol, ...]:
    """The published versions under which an audit may be planned for the day ``on``, newest first. Anyone signed in."""
    await people.authorise(acting)
    terms, kept = await _terms(acting.association_id, protocol_id)
    may = [term for term in terms if not against(term, terms, on)]
    return tuple(kept[term.id] for term in sorted(may, key=lambda term: order(term.version), reverse=True))


async def plannable(acting: Acting, on: date) -> tuple[PublishedProtocol, ...]:
    """The published versions that an audit may be planned under for the day ``on`` or a later one: none that is
    withdrawn or ended. By protocol, newest first. Anyone signed in."""
    await people.authorise(acting)
    async with reading():
        lives = await life_store.of_association(acting.association_id)
        kept = {one.id: one for one in await store.of_association(acting.association_id)}
    terms = [_of(life, kept[life.id].protocol.edition) for life in lives if life.id in kept]
    over = {"protocols.use.withdrawn", "protocols.use.ended"}
    may = [term for term in terms if not over.intersection(one.code for one in against(term, terms, on))]
    newest_first = sorted(may, key=lambda term: order(term.version), reverse=True)
    return tuple(kept[term.id] for term in sorted(newest_first, key=lambda term: term.protocol_id))


async def planning_reasons(association_id: UUID, version_id: UUID, on: date) -> tuple[Reason, ...]:
    """Why an audit may not be planned under a version for a day. For verbs that have asked for a role already."""
    term, terms = await _term(association_id, version_id)
    return against(term, terms, on)


async def current_until(association_id: UUID, version_id: UUID, until: date) -> date:
    """The last day on which a certificate that expires after ``until`` keeps its version: ``until``, or the day before
    a newer version becomes mandatory, whichever comes first (CERTIFICATION D1)."""
    term, terms = await _term(association_id, version_id)
    ending = ended_by(term, terms)
    if ending is None or ending.mandatory_from is None:
        return until
    return min(until, ending.mandatory_from - timedelta(days=1))


async def _term(association_id: UUID, version_id: UUID) -> tuple[Term, tuple[Term, ...]]:
    async with reading():
        kept = await store.by_id(association_id, version_id)
    if kept is None:
        raise NotFound("protocols.not_found")
    terms, _ = await _terms(association_id, kept.protocol_id)
    return next(term for term in terms if term.id == version_id), terms


async def _terms(association_id: UUID, protocol_id: str) -> tuple[tuple[Term, ...], dict[UUID, PublishedProtocol]]:
    async with reading():
        lives = await life_store.of_association(association_id, protocol_id)
        kept = {one.id: one for one in await store.of_association(association_id) if one.protocol_id == protocol_id}
    return (
        tuple(_of(life, kept[life.id].protocol.edition) for life in lives if life.id in kept),
        kept,
    )
