"""Review flags: kept and shown until somebody clears them by name, day and what was read; no digest changes."""

from __future__ import annotations

from datetime import date

import pytest

from seal.errors import BadInput, NotAllowed, NotFound, Refused
from seal.identity import Acting, Role, system
from seal.protocols import service
from seal.protocols.flags import Standing, flags
from tests import world
from tests.conftest import Database
from tests.protocols.library import Copy, miel, published
from tests.web.support import AT, client, hidden, make_association, make_person, serving, sign_in

NAME, FLAG = "miel@0.1.0", "MIEL-A01 national_text"
DAY = date(2026, 2, 1)


def test_every_flag_of_the_files_is_found() -> None:
    found = flags(miel())
    points = sum(len(point.review) for point in miel().points)
    assert len(found) == points + 2  # capacity and reconciliation
    assert {one.place for one in found} >= {"capacity", "reconciliation", "MIEL-A01", "HIG-A01"}


def test_a_flag_is_about_the_requirement_as_it_stands(copied: Copy) -> None:
    before = {one.key: one for one in flags(miel())}
    copied.edit("miel", "protocol.yaml", "  evidence: ['doc:sag_register!expires']", "  evidence: ['doc:sag_register']")
    after = {one.key: one for one in flags(copied.load())}
    assert [key for key in before if before[key] != after[key]] == [FLAG]


async def clear(acting: Acting, flag: str = FLAG, *, reopen: bool = False, **given: object) -> Standing:
    told = {"name": "Rosa Díaz, abogada", "on": DAY, "note": "Ley 21.489, texto del 3 de octubre de 2022", **given}
    return await service.clear(acting, NAME, flag, reopen=reopen, **told)  # type: ignore[arg-type]


async def still_open(acting: Acting) -> set[str]:
    return {one.flag.key for one in await service.flags_of_version(acting, NAME) if one.cleared is None}


async def test_cleared_by_name_and_opened_again(database: Database) -> None:
    home = await world.association()
    ana = world.acting(await world.person(home, "Ana", Role.MANAGER))
    done = await published(ana)
    before = await still_open(ana)
    assert FLAG in before
    standing = await clear(ana)
    assert standing.cleared is not None
    assert (standing.cleared.name, standing.cleared.on) == ("Rosa Díaz, abogada", DAY)
    assert await still_open(ana) == before - {FLAG}
    with pytest.raises(Refused, match="flag_cleared"):
        await clear(ana)
    await clear(ana, reopen=True, note="La ley cambió")
    assert await still_open(ana) == before
    with pytest.raises(Refused, match="flag_open"):
        await clear(ana, reopen=True)
    last = await clear(system(home.id, ana.at))
    assert [act.act.value for act in last.acts] == ["clear", "reopen", "clear"]
    assert await service.pinned(home.id, done.id) == done, "no digest changed"


async def test_what_is_missing_is_said_at_once(database: Database) -> None:
    home = await world.association()
    ana = world.acting(await world.person(home, "Ana", Role.MANAGER))
    with pytest.raises(BadInput) as refused:
        await clear(ana, name=" ", note="", on=date(2026, 12, 1))
    assert {reason.params["field"] for reason in refused.value.reasons} == {"name", "note", "on"}
    with pytest.raises(NotFound, match="flag_not_found"):
        await clear(ana, "MIEL-A01 calibrate")
    with pytest.raises(NotAllowed):
        await clear(world.acting(await world.person(home, "Eva", Role.AUDITOR)))


async def test_another_association_still_has_to_read(database: Database) -> None:
    home, other = await world.association(), await world.association("otra")
    ana = world.acting(await world.person(home, "Ana", Role.MANAGER))
    await clear(ana)
    assert FLAG in await still_open(world.acting(await world.person(other, "Luis", Role.MANAGER)))


async def test_the_desk_clears_and_the_public_page_says_who(database: Database) -> None:
    person = await make_person(await make_association(), Role.MANAGER)
    await published(Acting(person.association_id, person.id, person.roles, AT))
    async with serving(database.settings) as app:
        browser, stranger = client(app), client(app)
        await sign_in(browser, person)
        page = await browser.get("/desk/protocols/miel/0.1.0/flags")
        given = {"flag": FLAG, "act": "clear", "name": "Rosa Díaz", "note": "Ley 21.489", "on": "2026-02-01"}
        done = await browser.post("/desk/protocols/miel/0.1.0/flags", data={**hidden(page.text), **given})
        assert done.status_code == 303, done.text
        assert "Revisado por Rosa Díaz" in (await browser.get("/desk/protocols/miel/0.1.0/flags")).text
        shown = (await stranger.get("/protocols/miel/0.1.0", headers={"Accept": "text/html"})).text
        assert "revisado por Rosa Díaz el 1 feb 2026" in shown
        assert "por revisar" in shown
