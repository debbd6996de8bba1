"""A database that is behind what it signed: whoever is signed in reads so on every page of the desk."""

from __future__ import annotations

import re

from seal.identity import Role
from seal.transparency import marks
from seal.transparency.marks import Mark, Place
from seal.verification import recovering
from seal.web.i18n import catalogue
from tests.conftest import Database
from tests.web.support import client, make_association, make_person, serving, sign_in

SAYS = catalogue("es").words["desk.recovery"]


async def test_every_page_of_the_desk_says_so(database: Database) -> None:
    group = await make_association()
    manager = await make_person(group, Role.MANAGER)
    async with serving(database.settings) as app, client(app) as browser:
        await sign_in(browser, manager)
        home = (await browser.get("/desk")).text
        rooms = sorted(set(re.findall(r'href="(/desk/[a-z]+)"', home)))
        assert len(rooms) >= 8
        assert [room for room in rooms if SAYS in (await browser.get(room)).text] == []
        folder = marks.folders(group.id)[0]
        with marks.writing(folder):
            marks.write(folder, group.id, Mark(head=Place(7, bytes(32)), checkpoint=Place(7, bytes(32))))
        recovering.look_again()
        for room in ("/desk", *rooms):
            page = await browser.get(room)
            assert page.status_code == 200, room
            assert page.text.count(SAYS) == 1, room
        recovering.look_again()
