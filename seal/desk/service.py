"""A person's day: what the lower rooms know that waits for them. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from seal.associations import service as associations
from seal.audits import service as audits
from seal.audits.model import Audit, AuditState
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.batches.model import State as BatchState
from seal.certificates import service as certificates
from seal.certificates.model import Certification
from seal.certificates.model import State as RightState
from seal.desk.model import (
    Task,
    Today,
    audit_tasks,
    batch_tasks,
    by_urgency,
    certificate_tasks,
    finding_tasks,
    gap_tasks,
    loose_tasks,
    recall_tasks,
    release_tasks,
)
from seal.errors import Refused
from seal.identity import Acting, Role
from seal.labels import counting
from seal.members import service as members
from seal.traceability.recalls import opening as recalls


async def today(acting: Acting, day: date) -> Today:
    """What waits for whoever is signed in, of what they may see. ``day`` is today in the association's zone."""
    if not acting.has(*Role):
        return Today((), (), ())
    names = {one.id: one.trade_name for one in await members.producers(acting)}
    seen = await audits.audits(acting)
    granted = await certificates.certifications(acting)
    made = await batches.batches(acting)
    tasks = [
        *audit_tasks(acting, seen, names),
        *finding_tasks(acting, await audits.findings_of(acting), names, day),
        *certificate_tasks(acting, granted, names, day),
        *batch_tasks(acting, made, names),
        *release_tasks(acting, await batches.waiting(acting), await batches.waivers_asked(acting), names),
        *gap_tasks(acting, await counting.open_gaps(acting), made, names),
    ]
    if acting.has(Role.MANAGER, Role.PRODUCER):
        rests = await _sealed_under_a_right_that_rests(acting, granted, made)
        tasks += loose_tasks(acting, await counting.loose(acting, rests), made, names)
    if acting.has(*recalls.READERS):
        tasks += recall_tasks(acting, await recalls.recalls(acting))
    if acting.has(Role.CERTIFIER):
        decided = {one.audit_id for one in granted}
        tasks += [
            Task("decide", names.get(audit.producer_id, ""), None, "/desk/decisions", audit.id)
            for audit in await _undecided(acting, seen, decided)
        ]
    return by_urgency(tasks, day)


async def _sealed_under_a_right_that_rests(
    acting: Acting, granted: Iterable[Certification], made: Iterable[Batch]
) -> list[UUID]:
    zone = (await associations.get(acting.association_id)).zone
    rests = {one.id for one in granted if one.state(acting.at, zone) in (RightState.SUSPENDED, RightState.WITHDRAWN)}
    stands = (BatchState.SEALED, BatchState.ON_HOLD)
    return [one.id for one in made if one.certification_id in rests and one.state in stands]


async def _undecided(acting: Acting, seen: Iterable[Audit], decided: set[UUID]) -> list[Audit]:
    waiting = []
    for audit in seen:
        if audit.state is not AuditState.CLOSED or audit.id in decided:
            continue
        try:
            state = await certificates.decision_state(acting, audit.id)
        except Refused:  # no decision begun
            waiting.append(audit)
        else:
            if state.outcome is None:
                waiting.append(audit)
    return waiting
