"""Signing in: links work once, sessions are made by the server, and their tokens stand nowhere in the database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from seal.errors import NotAllowed, NotFound, Refused
from seal.identity import Acting, Role, system
from seal.people import service as people
from seal.people.model import LIFETIMES, LINK_LASTS, Person
from seal.people.tables import SessionRow, SignInLinkRow
from tests.conftest import Database
from tests.web.support import AT, make_association, make_person

MINUTE = timedelta(minutes=1)


async def link_for(person: Person) -> str:
    return await people.make_link(system(person.association_id, AT), person.id)


async def test_link_signs_in_and_the_session_acts(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    done = await people.sign_in(await link_for(person), AT, browser="Firefox")
    acting = await people.acting_for(done.session_token, AT + MINUTE)
    assert acting == Acting(person.association_id, person.id, frozenset({Role.AUDITOR}), AT + MINUTE)
    assert [one.browser for one in await people.sessions(acting)] == ["Firefox"]


async def test_link_works_once(database: Database) -> None:
    link = await link_for(await make_person(await make_association()))
    await people.sign_in(link, AT)
    with pytest.raises(Refused, match=r"people\.link_used"):
        await people.sign_in(link, AT)


async def test_ten_at_once_make_one_session(database: Database) -> None:
    link = await link_for(await make_person(await make_association()))
    results = await asyncio.gather(*(people.sign_in(link, AT) for _ in range(10)), return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in results) == 1
    assert all(isinstance(one, Refused) for one in results if isinstance(one, BaseException))
    assert await SessionRow.count() == 1


async def test_second_press_of_the_same_page_replaces_the_session(database: Database) -> None:
    link = await link_for(await make_person(await make_association()))
    first = await people.sign_in(link, AT, pressed="page-1")
    second = await people.sign_in(link, AT + timedelta(seconds=5), pressed="page-1")
    assert await people.acting_for(first.session_token, AT + MINUTE) is None
    assert await people.acting_for(second.session_token, AT + MINUTE) is not None
    with pytest.raises(Refused, match=r"people\.link_used"):
        await people.sign_in(link, AT + timedelta(seconds=6), pressed="page-2")


async def test_link_expires(database: Database) -> None:
    link = await link_for(await make_person(await make_association()))
    with pytest.raises(Refused, match=r"people\.link_expired"):
        await people.sign_in(link, AT + LINK_LASTS)


async def test_link_lasts_a_week_at_most(database: Database) -> None:
    person = await make_person(await make_association())
    link = await people.make_link(system(person.association_id, AT), person.id, lasts=timedelta(days=365))
    with pytest.raises(Refused, match=r"people\.link_expired"):
        await people.sign_in(link, AT + timedelta(days=7))


@pytest.mark.parametrize("link", ["", "nonsense", "https://x.cl/entrar/", "ñ"])
async def test_unknown_link(database: Database, link: str) -> None:
    with pytest.raises(Refused, match=r"people\.link_unknown"):
        await people.sign_in(link, AT)


async def test_looking_does_not_use_the_link(database: Database) -> None:
    person = await make_person(await make_association())
    link = await link_for(person)
    for _ in range(3):
        assert (await people.look_at_link(link, AT)).id == person.id
    await people.sign_in(link, AT)
    with pytest.raises(Refused, match=r"people\.link_used"):
        await people.look_at_link(link, AT)


async def test_only_managers_make_links(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    with pytest.raises(NotAllowed):
        await people.make_link(Acting(person.association_id, person.id, person.roles, AT), person.id)


async def test_no_secret_stands_in_the_database(database: Database) -> None:
    link = await link_for(await make_person(await make_association()))
    token = (await people.sign_in(link, AT, pressed="page")).session_token
    rows = [*await SignInLinkRow.select(), *await SessionRow.select()]
    kept = [bytes(value) for row in rows for value in row.values() if isinstance(value, bytes | bytearray | memoryview)]
    text = repr(rows)
    for secret in (link, token, "page"):
        assert all(secret.encode() not in value for value in kept)
        assert link not in text
        assert token not in text


@pytest.mark.parametrize("token", ["", "attackerchosen", "0" * 64])
async def test_invented_session_is_nobody_and_is_never_adopted(database: Database, token: str) -> None:
    await make_person(await make_association())
    assert await people.acting_for(token, AT) is None
    assert await SessionRow.count() == 0


async def test_unused_session_ends_and_use_prolongs_it(database: Database) -> None:
    person = await make_person(await make_association(), Role.CERTIFIER)
    token = (await people.sign_in(await link_for(person), AT)).session_token
    idle = LIFETIMES[Role.CERTIFIER].idle
    assert await people.acting_for(token, AT + idle - MINUTE) is not None
    assert await people.acting_for(token, AT + 2 * idle - 2 * MINUTE) is not None
    assert await people.acting_for(token, AT + 4 * idle) is None


async def test_session_ends_at_last_however_much_it_is_used(database: Database) -> None:
    person = await make_person(await make_association(), Role.CERTIFIER)
    token = (await people.sign_in(await link_for(person), AT)).session_token
    at = AT
    while at < AT + timedelta(hours=12):
        assert await people.acting_for(token, at) is not None
        at += timedelta(minutes=20)
    assert await people.acting_for(token, at) is None


async def test_sign_out_ends_that_session_only(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    one, two = [(await people.sign_in(await link_for(person), AT)).session_token for _ in range(2)]
    await people.sign_out(one, AT)
    await people.sign_out("nobody", AT)
    assert await people.acting_for(one, AT) is None
    assert await people.acting_for(two, AT) is not None


async def test_own_sessions_are_listed_and_killed_others_do_not_exist(database: Database) -> None:
    association = await make_association()
    ana, eva = await make_person(association, Role.AUDITOR), await make_person(association, Role.AUDITOR, name="Eva")
    phone, computer = [await people.sign_in(await link_for(ana), AT) for _ in range(2)]
    hers = await people.sign_in(await link_for(eva), AT)
    acting = await people.acting_for(phone.session_token, AT)
    assert acting is not None
    assert {one.id for one in await people.sessions(acting)} == {phone.session.id, computer.session.id}
    for missing in (hers.session.id, uuid4()):
        with pytest.raises(NotFound, match=r"people\.session_not_found"):
            await people.end_session(acting, missing)
    await people.end_session(acting, computer.session.id)
    assert await people.acting_for(computer.session_token, AT) is None
    assert await people.acting_for(hers.session_token, AT) is not None
