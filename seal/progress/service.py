"""Verbs on advice."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.errors import BadInput
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people
from seal.progress import store
from seal.progress.model import Advice


async def give_advice(
    acting: Acting, producer_id: UUID, *, given_on: date, note: str, by: UUID | None = None
) -> Advice:
    """Record advice given to a producer, by whoever acts or (managers only) by another person.

    Raises ``BadInput('progress.note_empty' | 'progress.day_ahead')`` and ``NotFound`` for the producer or person.
    """
    adviser = by or acting.person_id
    if adviser == acting.person_id:
        await people.authorise(acting, Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)
    else:
        await people.authorise(acting, Role.MANAGER)
    if adviser is None:
        raise BadInput("progress.adviser_needed", field="by")
    await people.person(acting, adviser)
    await members.require_access(acting, producer_id)
    text = " ".join(note.split())
    if not text:
        raise BadInput("progress.note_empty", field="note")
    if given_on > local_day(acting.at, (await associations.get(acting.association_id)).zone):
        raise BadInput("progress.day_ahead", field="given_on")
    advice = Advice(adviser, given_on, text)

    async def write() -> Advice:
        await store.insert_advice(acting.association_id, producer_id, advice, id=ids.uuid7(acting.at), at=acting.at)
        return advice

    return await in_unit_of_work(write)


async def advisers(association_id: UUID, producer_id: UUID, since: date) -> tuple[Advice, ...]:
    """Advice given on or after ``since``, oldest first. For rules; asks for no role."""
    async with reading():
        return await store.advice_since(association_id, producer_id, since)


async def advice(acting: Acting, producer_id: UUID) -> tuple[Advice, ...]:
    """All advice ever given to a producer, oldest first, for staff. Raises ``NotFound`` for the producer."""
    await people.authorise(acting, Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)
    await members.require_access(acting, producer_id)
    return await advisers(acting.association_id, producer_id, date.min)
