"""Accounts and roles: each way to be refused."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from seal.errors import BadInput, NotAllowed, NotFound, Refused, SignInNeeded
from seal.identity import Acting, Role, system
from seal.people import service as people
from seal.people.model import Person
from tests.conftest import Database
from tests.web.support import AT, make_association, make_person


def acting(person: Person, *, simulated: bool = False) -> Acting:
    return Acting(person.association_id, person.id, person.roles, AT, simulated)


async def test_role_held_now_passes(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    await people.authorise(acting(person), Role.MANAGER, Role.AUDITOR)
    await people.authorise(acting(person))


async def test_seal_itself_passes(database: Database) -> None:
    association = await make_association()
    await people.authorise(system(association.id, AT), Role.CERTIFIER)


async def test_role_not_held_is_refused(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    with pytest.raises(NotAllowed, match=r"people\.role_needed\(roles=certifier, manager\)"):
        await people.authorise(acting(person), Role.MANAGER, Role.CERTIFIER)


async def test_role_claimed_but_not_in_the_database_is_refused(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    claimed = Acting(person.association_id, person.id, frozenset(Role), AT)
    with pytest.raises(NotAllowed, match=r"people\.role_needed"):
        await people.authorise(claimed, Role.MANAGER)


async def test_role_in_the_database_but_not_claimed_is_refused(database: Database) -> None:
    person = await make_person(await make_association(), Role.MANAGER)
    with pytest.raises(NotAllowed, match=r"people\.role_needed"):
        await people.authorise(Acting(person.association_id, person.id, frozenset(), AT), Role.MANAGER)


async def test_person_of_another_association_is_nobody(database: Database) -> None:
    one, two = await make_association("uno"), await make_association("dos")
    person = await make_person(two, Role.MANAGER)
    with pytest.raises(SignInNeeded):
        await people.authorise(Acting(one.id, person.id, person.roles, AT), Role.MANAGER)


async def test_simulated_time_is_for_demonstrations(database: Database) -> None:
    real, demo = await make_association("uno"), await make_association("dos", demonstration=True)
    await people.authorise(system(demo.id, AT, simulated=True))
    for who in (system(real.id, AT, simulated=True), acting(await make_person(real, Role.MANAGER), simulated=True)):
        with pytest.raises(NotAllowed, match=r"people\.simulated_clock"):
            await people.authorise(who)


async def test_only_managers_add_people(database: Database) -> None:
    person = await make_person(await make_association(), Role.CERTIFIER, Role.AUDITOR, Role.PRODUCER)
    with pytest.raises(NotAllowed):
        await people.create_person(acting(person), name="Eva")


async def test_person_with_faults_is_not_written_down(database: Database) -> None:
    association = await make_association()
    with pytest.raises(BadInput) as raised:
        await people.create_person(system(association.id, AT), name="", email="x", language="xx")
    assert len(raised.value.reasons) == 3
    assert await people.people(system(association.id, AT)) == ()


async def test_roles_are_given_and_taken_back(database: Database) -> None:
    association = await make_association()
    boss, eva = await make_person(association, Role.MANAGER), await make_person(association, name="Eva")
    given = await people.grant_role(acting(boss), eva.id, Role.AUDITOR)
    assert given.roles == {Role.AUDITOR}
    assert [one.name for one in await people.people(acting(boss), Role.AUDITOR)] == ["Eva"]
    with pytest.raises(Refused, match=r"people\.role_held"):
        await people.grant_role(acting(boss), eva.id, Role.AUDITOR)
    taken = await people.end_role(acting(boss), eva.id, Role.AUDITOR)
    assert taken.roles == frozenset()
    with pytest.raises(Refused, match=r"people\.role_not_held"):
        await people.end_role(acting(boss), eva.id, Role.AUDITOR)
    assert (await people.grant_role(acting(boss), eva.id, Role.AUDITOR)).roles == {Role.AUDITOR}


async def test_last_manager_stays(database: Database) -> None:
    boss = await make_person(await make_association(), Role.MANAGER)
    with pytest.raises(Refused, match=r"people\.last_manager"):
        await people.end_role(acting(boss), boss.id, Role.MANAGER)
    with pytest.raises(Refused, match=r"people\.last_manager"):
        await people.end_person(acting(boss), boss.id)


async def test_person_who_left_can_do_nothing(database: Database) -> None:
    association = await make_association()
    boss, eva = await make_person(association, Role.MANAGER), await make_person(association, Role.AUDITOR, name="Eva")
    link = await people.make_link(acting(boss), eva.id)
    spare = await people.make_link(acting(boss), eva.id)
    token = (await people.sign_in(link, AT)).session_token
    left = await people.end_person(acting(boss), eva.id)
    assert (left.active, left.roles) == (False, frozenset())
    assert await people.acting_for(token, AT) is None
    with pytest.raises(SignInNeeded):
        await people.authorise(acting(eva))
    with pytest.raises(Refused, match=r"people\.left"):
        await people.sign_in(spare, AT)
    with pytest.raises(Refused, match=r"people\.left"):
        await people.make_link(acting(boss), eva.id)
    with pytest.raises(Refused, match=r"people\.left"):
        await people.grant_role(acting(boss), eva.id, Role.AUDITOR)


async def test_person_of_another_association_does_not_exist(database: Database) -> None:
    one, two = await make_association("uno"), await make_association("dos")
    boss, other = await make_person(one, Role.MANAGER), await make_person(two, Role.AUDITOR)
    for missing in (other.id, uuid4()):
        with pytest.raises(NotFound, match=r"people\.not_found"):
            await people.person(acting(boss), missing)
        with pytest.raises(NotFound, match=r"people\.not_found"):
            await people.grant_role(acting(boss), missing, Role.AUDITOR)
        with pytest.raises(NotFound, match=r"people\.not_found"):
            await people.make_link(acting(boss), missing)


async def test_role_change_ends_the_sessions_of_that_person(database: Database) -> None:
    association = await make_association()
    boss, eva = await make_person(association, Role.MANAGER), await make_person(association, name="Eva")
    token = (await people.sign_in(await people.make_link(acting(boss), eva.id), AT)).session_token
    assert await people.acting_for(token, AT + timedelta(seconds=1)) is not None
    await people.grant_role(acting(boss), eva.id, Role.CERTIFIER)
    assert await people.acting_for(token, AT + timedelta(seconds=1)) is None
