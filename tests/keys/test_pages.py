"""The manager's page about keys: what there is, what was done, what to do; and nothing to use against them."""

from __future__ import annotations

from datetime import timedelta

from seal.desk import reminders
from seal.identity import Role
from seal.keys import service as keys
from seal.keys.records import Attendance, Present
from seal.notices import service as notices
from tests.conftest import Database
from tests.keys.conftest import LIGHT, PASSPHRASE
from tests.web.support import AT, client, make_association, make_person, serving, sign_in
from tests.world import acting

PEOPLE = Attendance(Present("Ana Pérez", "tesorera"))


async def test_what_there_is_and_what_to_do(database: Database) -> None:
    association = await make_association()
    manager = await make_person(association, Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, manager)
        empty = await browser.get("/desk/keys")
        assert (empty.status_code, "seal keys ceremony" in empty.text) == (200, True)
        record = await keys.ceremony(
            association.id, PASSPHRASE, AT, allow_localhost=True, cost=LIGHT, attendance=PEOPLE
        )
        page = (await browser.get("/desk/keys")).text
        for said in (record.fingerprint, record.next_sha256, "Ana Pérez, tesorera", "seal keys compromise --show"):
            assert said in page
        assert "<form" not in page.split("</header>")[1], "nothing is done by web"
        one = await browser.get("/desk/keys/1")
        assert (one.status_code, record.fingerprint in one.text) == (200, True)
        assert (await browser.get("/desk/keys/2")).status_code == 404
        seed = await keys.read_next(association.id, record.next_path, PASSPHRASE)
        await keys.compromise(association.id, seed, PASSPHRASE, AT, tree_size=1, reason="Robo.", cost=LIGHT)
        await keys.stop(association.id, "Por si acaso.", PEOPLE, AT)
        after = (await browser.get("/desk/keys")).text
        assert "Terminada por robo o pérdida" in after
        assert "Por si acaso." in after


async def test_managers_are_reminded_of_a_key_that_grows_old(database: Database) -> None:
    association = await make_association()
    manager = await make_person(association, Role.MANAGER)
    await keys.ceremony(association.id, PASSPHRASE, AT, allow_localhost=True, cost=LIGHT)
    assert await reminders.remind(association, AT) == 0
    near = AT + timedelta(days=700)
    for _ in range(2):
        assert await reminders.remind(association, near) == 1
    kinds = [one.kind for one in await notices.for_person(acting(manager, near))]
    assert kinds == ["key_ageing"]
