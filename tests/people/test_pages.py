"""Signing in through the pages, the cookie, and the people of the association."""

from __future__ import annotations

import html
import re

import pytest

from seal.identity import Role, system
from seal.people import service as people
from tests.conftest import Database
from tests.web.support import AT, client, hidden, make_association, make_person, serving, sign_in


async def test_link_preview_does_not_burn_the_link(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    token = await people.make_link(system(person.association_id, AT), person.id)
    async with serving(database.settings) as app:
        for method in ("GET", "HEAD", "GET"):
            looked = await client(app).request(method, f"/entrar/{token}")
            assert looked.status_code == 200
            assert "set-cookie" not in looked.headers
        browser = client(app)
        page = await browser.get(f"/entrar/{token}")
        done = await browser.post(f"/entrar/{token}", data=hidden(page.text))
        assert (done.status_code, done.headers["location"]) == (303, "/desk")
        assert (await browser.get("/desk")).status_code == 200
        used = await client(app).get(f"/entrar/{token}", headers={"Accept": "text/html"})
        assert used.status_code == 422
        assert "ya se usó" in used.text


async def test_double_click_on_the_button_leaves_the_person_signed_in(database: Database) -> None:
    person = await make_person(await make_association())
    token = await people.make_link(system(person.association_id, AT), person.id)
    async with serving(database.settings) as app:
        browser = client(app)
        fields = hidden((await browser.get(f"/entrar/{token}")).text)
        for _ in range(2):
            assert (await browser.post(f"/entrar/{token}", data=fields)).status_code == 303
        assert (await browser.get("/desk")).status_code == 200
        stranger = client(app)
        assert (await stranger.post(f"/entrar/{token}", data={"_once": "another-page"})).status_code == 422


async def test_session_id_brought_along_is_never_kept_through_sign_in(database: Database) -> None:
    """Session fixation: the id after signing in is new, and the one brought along opens nothing."""
    person = await make_person(await make_association(), Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app, cookies={"seal": "attackerchosen"})
        await sign_in(browser, person)
        cookies = [cookie.value for cookie in browser.cookies.jar if cookie.name == "seal"]
        assert "attackerchosen" not in cookies[-1:]
        assert (await client(app, cookies={"seal": "attackerchosen"}).get("/desk")).status_code == 303


async def test_each_sign_in_makes_another_session(database: Database) -> None:
    person = await make_person(await make_association(), Role.MANAGER)
    async with serving(database.settings) as app:
        values = []
        for _ in range(2):
            browser = client(app)
            await sign_in(browser, person)
            values.append(browser.cookies["seal"])
        assert values[0] != values[1]


@pytest.mark.parametrize(
    ("origin", "start"), [("http://localhost:8080", "seal="), ("https://sello.example", "__Host-seal=")]
)
async def test_cookie_is_closed_to_script_and_to_other_sites(database: Database, origin: str, start: str) -> None:
    settings = database.settings.model_copy(update={"public_origin": origin})
    person = await make_person(await make_association(base=origin), Role.MANAGER)
    token = await people.make_link(system(person.association_id, AT), person.id)
    async with serving(settings) as app:
        browser = client(app)
        browser.base_url = origin
        fields = hidden((await browser.get(f"/entrar/{token}")).text)
        cookie = (await browser.post(f"/entrar/{token}", data=fields)).headers["set-cookie"]
        assert cookie.startswith(start)
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= flags
        assert ("secure" in flags) == origin.startswith("https")
        assert not any(flag.startswith("domain") for flag in flags)
        assert (await browser.get("/desk")).status_code == 200


async def test_anonymous_requests_leave_no_session_and_no_cookie(database: Database) -> None:
    from seal.people.tables import SessionRow

    await make_association()
    async with serving(database.settings) as app:
        for path in ("/", "/desk", "/entrar", "/entrar/x"):
            assert "set-cookie" not in (await client(app).get(path)).headers
    assert await SessionRow.count() == 0


async def test_sign_out_ends_the_session_for_everyone_who_has_its_cookie(database: Database) -> None:
    person = await make_person(await make_association(), Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, person)
        copy = client(app, cookies={"seal": browser.cookies["seal"]})
        page = await browser.get("/desk")
        form = page.text[page.text.index("/desk/salir") :]
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form.split("</form>")[0]))
        assert (await browser.post("/desk/salir", data=fields)).headers["location"] == "/entrar"
        assert (await browser.get("/desk")).status_code == 303
        assert (await copy.get("/desk")).status_code == 303


async def test_sessions_page_kills_another_device(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    async with serving(database.settings) as app:
        phone, computer = client(app, headers={"User-Agent": "Teléfono".encode()}), client(app)
        await sign_in(phone, person)
        await sign_in(computer, person)
        page = await computer.get("/desk/sessions")
        newest_first = re.findall(r'action="(/desk/sessions/[^"]+/end)"', page.text)
        assert len(newest_first) == 2
        for action in newest_first:
            if (await phone.get("/desk")).status_code == 200 and (await computer.get("/desk")).status_code == 200:
                await computer.post(action, data=hidden(page.text))
        assert {(await one.get("/desk")).status_code for one in (phone, computer)} == {200, 303}


async def test_link_made_on_the_page_is_shown_once_and_works(database: Database) -> None:
    association = await make_association()
    eva = await make_person(association, Role.AUDITOR, name="Eva")
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, await make_person(association, Role.MANAGER))
        page = await browser.get(f"/desk/people/{eva.id}")
        shown = await browser.post(f"/desk/people/{eva.id}/link", data=hidden(page.text))
        link = html.unescape(re.search(r'class="secret cd">([^<]+)<', shown.text)[1])  # type: ignore[index]
        assert link.startswith("http://localhost:8080/entrar/")
        hers = client(app)
        entry = await hers.get(link)
        assert (await hers.post(link, data=hidden(entry.text))).status_code == 303
        assert "Eva" in (await hers.get("/desk")).text


async def test_refusal_on_the_person_page_is_told_there(database: Database) -> None:
    association = await make_association()
    boss = await make_person(association, Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, boss)
        fields = hidden((await browser.get(f"/desk/people/{boss.id}")).text)
        answer = await browser.post(f"/desk/people/{boss.id}/end", data=fields)
        assert answer.status_code == 422
        assert "única persona encargada" in answer.text
