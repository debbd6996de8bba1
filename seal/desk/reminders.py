"""Reminders before a deadline: permits, certifications and findings (CERTIFICATION D 27, A5). Run by the jobs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from seal.associations.model import Association
from seal.audits import service as audits
from seal.certificates import service as certificates
from seal.clock import local_day
from seal.identity import system
from seal.keys import service as keys
from seal.members import service as members
from seal.notices import service as notices

DAYS_BEFORE = (60, 30, 7, 0)
"""A reminder is made once at each of these distances; a later start makes only the nearest one."""
LOOK_BACK = timedelta(days=30)
"""How long after its day a deadline is still looked at, to take its reminders away."""


@dataclass(frozen=True)
class Deadline:
    """Something of a producer that ends: ``kind`` is the notice's, ``what`` names it for the reader."""

    kind: str
    object_id: UUID
    producer_id: UUID
    producer: str
    what: str
    day: date
    settled: bool = False


def stage_of(day: date, today: date) -> int | None:
    """The nearest distance of ``DAYS_BEFORE`` that has come, or ``None``: too early, or long past."""
    left = (day - today).days
    if left < 0:
        return None
    return min((stage for stage in DAYS_BEFORE if left <= stage), default=None)


async def remind(association: Association, at: datetime) -> int:
    """Make the notices that are due, each once, for the managers and for whoever represents the producer.

    A nearer reminder takes the place of the one before, and after the day (or once the thing is settled) none waits.
    Returns how many deadlines were near. Safe to repeat.
    """
    today = local_day(at, association.zone)
    near = await _remind_of_key(association, at, today)
    for one in await _deadlines(association, at, today):
        stage = None if one.settled else stage_of(one.day, today)
        near += stage is not None
        readers: Iterable[UUID | None] = (None, *await members.representatives(association.id, one.producer_id, at))
        for person_id in readers:
            others = [_subject(one, other, person_id) for other in DAYS_BEFORE if other != stage]
            await notices.settle(association.id, one.kind, others, at)
            if stage is None:
                continue
            params = {"producer": one.producer, "what": one.what, "day": one.day.isoformat()}
            subject = _subject(one, stage, person_id)
            await notices.enqueue(association.id, person_id, one.kind, params, at, at, subject=subject)
    return near


async def _remind_of_key(association: Association, at: datetime, today: date) -> int:
    """The issuing key's time, for the managers; none before the ceremony."""
    due_at = await keys.due_at(association.id)
    if due_at is None:
        return 0
    due = local_day(due_at, association.zone)
    stage = stage_of(due, today)
    subjects = {other: f"{due}:{other}:managers" for other in DAYS_BEFORE}
    await notices.settle(association.id, "key_ageing", [name for other, name in subjects.items() if other != stage], at)
    if stage is None:
        return 0
    params = {"day": due.isoformat()}
    await notices.enqueue(association.id, None, "key_ageing", params, at, at, subject=subjects[stage])
    return 1


def _subject(one: Deadline, stage: int, person_id: UUID | None) -> str:
    return f"{one.object_id}:{one.day}:{stage}:{person_id or 'managers'}"


async def _deadlines(association: Association, at: datetime, today: date) -> list[Deadline]:
    acting = system(association.id, at)
    first, last = today - LOOK_BACK, today + timedelta(days=max(DAYS_BEFORE))
    producers = {one.id: one for one in await members.producers(acting)}
    found: list[Deadline] = []
    for producer in producers.values():
        for permit in (await members.dossier(acting, producer.id)).permits:
            if permit.valid_until is not None and first <= permit.valid_until <= last:
                found.append(
                    Deadline(
                        "permit_ending", permit.id, producer.id, producer.trade_name, permit.number, permit.valid_until
                    )
                )
    for certification in await certificates.certifications(acting):
        if first <= certification.valid_until <= last:
            name = producers[certification.producer_id].trade_name
            found.append(
                Deadline(
                    "certification_ending",
                    certification.id,
                    certification.producer_id,
                    name,
                    certification.protocol_id,
                    certification.valid_until,
                )
            )
    for finding in await audits.findings_of(acting):
        if finding.due_on is not None and first <= finding.due_on <= last:
            name = producers[finding.producer_id].trade_name
            found.append(
                Deadline(
                    "finding_due",
                    finding.id,
                    finding.producer_id,
                    name,
                    finding.point_id,
                    finding.due_on,
                    finding.settled,
                )
            )
    return found
