"""Notices: put in the outbox inside the caller's unit of work, read at the desk when they are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from seal import ids
from seal.db import reading, unit_of_work
from seal.errors import NotFound, Param
from seal.identity import Acting, Role
from seal.notices import store
from seal.notices.model import Notice
from seal.people.service import authorise


async def enqueue(
    association_id: UUID,
    person_id: UUID | None,
    kind: str,
    params: Mapping[str, Param],
    due_at: datetime,
    at: datetime,
    *,
    subject: str | None = None,
) -> Notice:
    """Keep a notice until ``due_at``. ``person_id`` ``None``: for the managers.

    With a ``subject`` the same kind is said once about it, however often a job runs: the first one is given back.
    """
    notice = Notice(ids.uuid7(at), association_id, person_id, kind, dict(params), due_at, at, None)
    async with unit_of_work():
        if subject is not None:
            already = await store.by_subject(association_id, kind, subject)
            if already is not None:
                return already
        await store.insert(notice, subject if subject is not None else str(notice.id))
    return notice


async def settle(association_id: UUID, kind: str, subjects: Sequence[str], at: datetime) -> None:
    """What was said about these subjects no longer waits for anybody: a later notice says it, or it is over."""
    if subjects:
        async with unit_of_work():
            await store.settle(association_id, kind, subjects, at)


async def due(association_id: UUID, at: datetime) -> tuple[Notice, ...]:
    """Every notice that is due and not yet dealt with, oldest first. For jobs."""
    async with reading():
        return await store.due(association_id, at)


async def for_person(acting: Acting) -> tuple[Notice, ...]:
    """What waits for whoever is signed in; managers also see what is for the association."""
    await authorise(acting)
    async with reading():
        waiting = await store.due(acting.association_id, acting.at)
    return tuple(one for one in waiting if _is_for(one, acting))


async def dismiss(acting: Acting, notice_id: UUID) -> None:
    """It was read. Raises ``NotFound('notices.not_found')`` also for one that is for somebody else."""
    async with unit_of_work():
        if not any(one.id == notice_id for one in await for_person(acting)):
            raise NotFound("notices.not_found")
        await store.done(acting.association_id, notice_id, acting.at)


def _is_for(notice: Notice, acting: Acting) -> bool:
    if notice.person_id is None:
        return acting.has(Role.MANAGER)
    return notice.person_id == acting.person_id
