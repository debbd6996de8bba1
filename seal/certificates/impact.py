"""Whom a new version would touch: every producer in force, scored again under it with the answers of their audit.

Nothing is decided or kept. What their audit did not ask is open: it neither helps nor harms here, and is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from seal.associations import service as associations
from seal.audits import service as audits
from seal.audits.answers import Answer
from seal.audits.conclusion import corrected
from seal.audits.findings import Grade
from seal.certificates import store
from seal.certificates.model import State
from seal.db import reading
from seal.errors import BadInput
from seal.identity import Acting, Role, system
from seal.members import service as members
from seal.people import service as people
from seal.protocols import checklist as checklists
from seal.protocols.measures import outcome_of_measure
from seal.protocols.model import ControlPoint, Outcome, Protocol
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
    asked = dict(work.checklist.facts) if work.checklist else {}
    checklist = checklists.build(protocol, {**dossier.fact_values(), **asked}, year=work.audit.programme_year)
    answers = work.counted()
    settled = corrected({point: answer.outcome for point, answer in answers.items()}, work.findings)
    outcomes = {
        place.id: _again(protocol.point(place.id), answers.get(place.id), settled) for place in checklist.points
    }
    majors = sum(finding.grade is Grade.MAJOR and not finding.settled for finding in work.findings)
    open_points = tuple(point for point, outcome in outcomes.items() if outcome is None)
    scored = score(
        protocol,
        checklist,
        {point: outcome or Outcome.DEFERRED for point, outcome in outcomes.items()},
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


def _again(point: ControlPoint, answer: Answer | None, settled: Mapping[str, Outcome]) -> Outcome | None:
    """The outcome of a point under the new version; ``None``: its answer does not say.

    A measured value is judged by the new limits, unless it was mended since: then nobody measured again, and that it
    was accepted is all that is known.
    """
    if answer is None:
        return None
    outcome = settled[point.id]
    if outcome is not answer.outcome or point.measure is None:
        return outcome
    if answer.measured is None:
        return None if outcome is Outcome.COMPLIANT else outcome
    try:
        return outcome_of_measure(point.measure, *answer.measured)
    except BadInput:  # another quantity or unit than before
        return None
