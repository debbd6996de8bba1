"""Whom a new version would touch: every producer in force, scored again under it with the answers of their audit.

Nothing is decided or kept. What their audit did not ask is open: it neither helps nor harms here, and is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from seal.associations import service as associations
from seal.audits import judging
from seal.audits import service as audits
from seal.audits.access import Work
from seal.audits.beginning import derive
from seal.audits.conclusion import corrected
from seal.audits.findings import Grade
from seal.certificates import store
from seal.certificates.model import State
from seal.db import reading
from seal.errors import BadInput
from seal.identity import Acting, Role, system
from seal.members import service as members
from seal.people import service as people
from seal.protocols.aggregation import aggregate
from seal.protocols.facts import Value
from seal.protocols.model import ControlPoint, Outcome, Protocol
from seal.protocols.responses import Judged
from seal.protocols.scoring import FailedRule, score


@dataclass(frozen=True)
class Standing:
    """One producer in force under the new version. ``open``: points that their audit did not answer."""

    certification_id: UUID
    producer_id: UUID
    trade_name: str
    version_id: UUID
    passes: bool
    failed_rules: tuple[FailedRule, ...]
    open: tuple[str, ...]

    @property
    def because(self) -> tuple[str, ...]:
        """The points that make them fail, once each."""
        return tuple(dict.fromkeys(point for rule in self.failed_rules for point in rule.points))


async def impact(acting: Acting, protocol: Protocol, *, of: str) -> tuple[Standing, ...]:
    """Every producer whose certification under the protocol ``of`` is active now, under ``protocol``, by name.

    Managers, auditors and certifiers.
    """
    await people.authorise(acting, Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)
    association = await associations.get(acting.association_id)
    async with reading():
        every = await store.all_certifications(association.id)
    seer = system(association.id, acting.at, simulated=acting.simulated)
    found = []
    seen: set[UUID] = set()
    for one in every:  # newest first: the newest active one speaks for its producer
        active = one.protocol_id == of and one.state(acting.at, association.zone) is State.ACTIVE
        if active and one.producer_id not in seen:
            seen.add(one.producer_id)
            found.append(await _standing(seer, protocol, one.id, one.producer_id, one.audit_id, one.version_id))
    return tuple(sorted(found, key=lambda standing: (standing.passes, standing.trade_name)))


async def _standing(
    seer: Acting, protocol: Protocol, certification_id: UUID, producer_id: UUID, audit_id: UUID, version_id: UUID
) -> Standing:
    work = await audits.work(seer, audit_id)
    dossier = await members.dossier_of(seer.association_id, producer_id)
    asked: dict[str, Value] = dict(work.checklist.facts) if work.checklist else {}
    told: dict[str, Value] = dict(dossier.fact_values())
    checklist = derive(work.audit, protocol, dossier, told | asked)
    judged = work.judged()
    settled = corrected(judged, work.findings)
    outcomes = {
        place.id: _again(protocol.point(place.id), work, judged.get(place.id), settled.get(place.id))
        for place in checklist.points
    }
    majors = sum(finding.grade is Grade.MAJOR and not finding.settled for finding in work.findings)
    open_points = tuple(point for point, outcome in outcomes.items() if outcome is None)
    scored = score(
        protocol,
        checklist,
        {point: outcome or Judged(Outcome.DEFERRED) for point, outcome in outcomes.items()},
        year=work.audit.programme_year,
        open_majors=majors,
        after_corrections=True,
    )
    return Standing(
        certification_id,
        producer_id,
        dossier.producer.trade_name,
        version_id,
        scored.passed,
        scored.failed_rules,
        open_points,
    )


def _again(point: ControlPoint, work: Work, judged: Judged | None, settled: Judged | None) -> Judged | None:
    """The result of a point under the new version; ``None``: its answers do not say.

    Measured values are judged by the new limits, unless they were mended since: then nobody measured again, and that
    it was accepted is all that is known.
    """
    if judged is None or settled is None:
        return None
    if settled is not judged or point.measure is None:
        return settled
    taken = work.taken(point.id)
    if any(answer.measured is None for answer in taken):
        return None if settled.outcome is Outcome.COMPLIANT else settled
    try:
        each = {
            answer.unit: judging.judge(
                point, work.situation, judging.form(answer), seed=work.seed, on=answer.recorded_at.date()
            )
            for answer in taken
        }
    except BadInput:  # another quantity or unit than before
        return None
    return each[""] if list(each) == [""] else aggregate(point, each, credit=work.protocol.rules.scoring.credit)
