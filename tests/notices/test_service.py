"""The outbox: due, for whom, said once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from seal.errors import NotFound
from seal.identity import Acting, Role
from seal.notices import service as notices
from seal.people.model import Person
from tests.conftest import Database
from tests.web.support import AT, make_association, make_person

HOUR = timedelta(hours=1)


def acting(person: Person, at: timedelta = timedelta()) -> Acting:
    return Acting(person.association_id, person.id, person.roles, AT + at)


async def test_notice_waits_until_it_is_due(database: Database) -> None:
    association = await make_association()
    ana = await make_person(association, Role.AUDITOR)
    made = await notices.enqueue(association.id, ana.id, "audit_planned", {"day": "2026-03-03"}, AT + HOUR, AT)
    assert await notices.for_person(acting(ana)) == ()
    assert await notices.for_person(acting(ana, HOUR)) == (made,)
    assert await notices.due(association.id, AT + HOUR) == (made,)


async def test_notice_is_seen_by_its_person_only_and_the_association_s_by_managers(database: Database) -> None:
    association, other = await make_association("uno"), await make_association("dos")
    ana, eva = await make_person(association, Role.AUDITOR), await make_person(association, Role.MANAGER, name="Eva")
    stranger = await make_person(other, Role.MANAGER)
    hers = await notices.enqueue(association.id, ana.id, "a", {}, AT, AT)
    everyone = await notices.enqueue(association.id, None, "b", {}, AT, AT)
    assert await notices.for_person(acting(ana)) == (hers,)
    assert await notices.for_person(acting(eva)) == (everyone,)
    assert await notices.for_person(acting(stranger)) == ()
    with pytest.raises(NotFound):
        await notices.dismiss(acting(eva), hers.id)


async def test_subject_is_said_once(database: Database) -> None:
    association = await make_association()
    first = await notices.enqueue(association.id, None, "permit_ends", {}, AT, AT, subject="permit-1")
    again = await notices.enqueue(association.id, None, "permit_ends", {}, AT, AT + HOUR, subject="permit-1")
    assert first == again
    assert len(await notices.due(association.id, AT + HOUR)) == 1


async def test_notice_that_was_read_is_gone(database: Database) -> None:
    association = await make_association()
    eva = await make_person(association, Role.MANAGER)
    made = await notices.enqueue(association.id, None, "b", {"n": 1}, AT, AT)
    await notices.dismiss(acting(eva), made.id)
    assert await notices.for_person(acting(eva)) == ()
    for missing in (made.id, uuid4()):
        with pytest.raises(NotFound, match=r"notices\.not_found"):
            await notices.dismiss(acting(eva), missing)
