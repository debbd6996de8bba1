from __future__ import annotations

import hashlib
import html

import pytest

from seal.identity import Acting, Role
from tests.conftest import Database
from tests.protocols.library import miel, published
from tests.web.support import AT, client, hidden, make_association, make_person, serving, sign_in

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


async def test_a_manager_publishes_from_the_library_and_everyone_may_read_it(database: Database) -> None:
    home = await make_association()
    person, other = await make_person(home, Role.MANAGER), await make_person(home, Role.MANAGER, name="Luis Soto")
    async with serving(database.settings) as app:
        author, browser, stranger = client(app), client(app), client(app)
        await sign_in(author, other)
        await sign_in(browser, person)
        assert (await stranger.get("/protocols/miel/0.1.0", headers=HTML)).status_code == 404
        page = await browser.get("/desk/protocols")
        assert "sin publicar" in page.text
        assert "/publish" not in page.text
        fields = hidden((await author.get("/desk/protocols")).text)
        proposed = await author.post("/desk/protocols/miel/0.1.0/propose", data=fields)
        assert proposed.status_code == 303, proposed.text
        assert "/publish" not in (await author.get("/desk/protocols/miel/0.1.0")).text
        page = await browser.get("/desk/protocols")
        for _ in range(2):
            done = await browser.post("/desk/protocols/miel/0.1.0/publish", data=hidden(page.text))
            assert (done.status_code, done.headers["location"]) == (303, "/desk/protocols/miel/0.1.0")
        assert "publicada el" in (await browser.get("/desk/protocols")).text
        shown = (await browser.get("/desk/protocols/miel/0.1.0")).text
        assert "Propuesta por Luis Soto" in shown
        assert "Publicada por Ana Pérez" in shown
        public = (await stranger.get("/protocols/miel/0.1.0", headers=HTML)).text
        assert "La propuso una persona y la publicó otra." in public
        assert "Luis Soto" not in public
        for language, words in (("es", "No hay trabajo infantil."), ("en", "There is no child labour.")):
            public = await stranger.get(f"/protocols/miel/0.1.0?lang={language}", headers=HTML)
            assert public.status_code == 200
            assert words in public.text
            assert miel().digest in public.text
        assert "Miel artesanal" in (await stranger.get("/protocols", headers=HTML)).text


async def test_the_public_json_is_what_the_digest_is_taken_over(database: Database) -> None:
    home = await make_association()
    person = await make_person(home, Role.MANAGER)
    await published(Acting(home.id, person.id, frozenset({Role.MANAGER}), AT))
    async with serving(database.settings) as app:
        for part in miel().modules:
            found = await client(app).get(
                f"/protocols/{part.id}/{part.version}", headers={"Accept": "application/json"}
            )
            assert hashlib.sha256(found.content).hexdigest() == part.digest


async def test_facts_shrink_the_preview(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, person)
        whole = await browser.get("/desk/protocols/miel/0.1.0")
        assert "78 puntos: 32 en escritorio y 46 en la visita." in whole.text
        fewer = await browser.get("/desk/protocols/miel/0.1.0?transhumance=no&uses_firewood=no&treats_varroa=yes")
        assert "76 puntos" in fewer.text
        assert "MIEL-A06, TERR-C03" in fewer.text


async def test_choices_shrink_the_preview_as_well(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, person)
        home = "/desk/protocols/queso/0.1.0"
        whole = (await browser.get(home)).text
        assert "86 puntos" in whole
        assert "Chanco o mantecoso" in whole
        goat = (await browser.get(f"{home}?species=goat&cheese_types=aged&cheese_types=gouda")).text
        assert "82 puntos" in goat
        assert "QUES-A06, QUES-C03, QUES-C05, QUES-C06" in goat
        assert "86 puntos" in (await browser.get(f"{home}?species=llama&cheese_types=brie")).text


async def test_an_auditor_sees_no_publish_button_and_may_not_publish(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, person)
        page = await browser.get("/desk/protocols")
        assert "/publish" not in page.text
        fields = hidden((await browser.get("/desk/sessions")).text)
        done = await browser.post("/desk/protocols/miel/0.1.0/publish", data=fields, headers=HTML)
        assert done.status_code == 403


async def test_a_version_that_is_not_there_is_not_found(database: Database) -> None:
    person = await make_person(await make_association(), Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, person)
        assert (await browser.get("/desk/protocols/queso/1.0.0", headers=HTML)).status_code == 404


@pytest.mark.parametrize("protocol", ["queso", "mermelada", "ahumado", "lana"])
async def test_every_protocol_of_the_library_can_be_read_and_published(database: Database, protocol: str) -> None:
    home = await make_association()
    person = await make_person(home, Role.MANAGER)
    kept = await published(Acting(home.id, person.id, frozenset({Role.MANAGER}), AT), (protocol, "0.1.0"))
    async with serving(database.settings) as app:
        browser, stranger = client(app), client(app)
        await sign_in(browser, person)
        desk = html.unescape((await browser.get(f"/desk/protocols/{protocol}/0.1.0")).text)
        for language in ("es", "en"):
            public = await stranger.get(f"/protocols/{protocol}/0.1.0?lang={language}", headers=HTML)
            read = html.unescape(public.text)
            text = kept.protocol.texts[language]
            assert text.summary in read
            assert [point for point, words in text.points.items() if words.public not in read] == []
        assert [point for point, words in kept.protocol.texts["es"].points.items() if words.guidance not in desk] == []


async def test_the_schemas_of_files_are_public_and_kept_by_a_browser(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        for kind in ("protocol", "text", "example"):
            address = f"/protocols/schema/{kind}.json"
            found = await browser.get(address)
            assert (found.status_code, found.headers["content-type"]) == (200, "application/schema+json")
            assert found.json()["$schema"].startswith("https://json-schema.org/")
            again = await browser.get(address, headers={"If-None-Match": found.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        assert (await browser.get("/protocols/schema/other.json")).status_code == 404
