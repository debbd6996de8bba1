from __future__ import annotations

from seal.identity import Role
from tests.conftest import Database
from tests.protocols.library import MIEL, TYPICAL, miel
from tests.web.support import bearer, client, key, make_association, make_person, serving

BODY = {"protocol": MIEL[0], "version": MIEL[1]}


async def test_publish_and_preview(database: Database) -> None:
    home = await make_association()
    person, other = await make_person(home, Role.MANAGER), await make_person(home, Role.MANAGER, name="Luis Soto")
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, person)
        listed = (await browser.get("/api/v1/protocols/library", headers=headers)).json()
        assert [one["protocol"] for one in listed] == ["ahumado", "lana", "mermelada", "miel", "queso"]
        assert {one["protocol"]: one["sha256"] for one in listed}["miel"] == miel().digest
        refused = await browser.post("/api/v1/protocols", json=BODY, headers=key(headers))
        assert refused.json()["reasons"][0]["code"] == "protocols.not_proposed"
        proposed = await browser.post(
            "/api/v1/protocols/proposals", json=BODY, headers=key(await bearer(browser, other))
        )
        assert proposed.json()["state"] == "proposed"
        once = key(headers)
        first = await browser.post("/api/v1/protocols", json=BODY, headers=once)
        assert first.status_code == 201, first.text
        assert (await browser.post("/api/v1/protocols", json=BODY, headers=once)).json() == first.json()
        assert (await browser.get("/api/v1/protocols", headers=headers)).json() == [first.json()]
        (life,) = (await browser.get("/api/v1/protocols/lives", headers=headers)).json()
        assert [(act["act"], act["person"]) for act in life["acts"]] == [
            ("begin", str(other.id)),
            ("propose", str(other.id)),
            ("publish", str(person.id)),
        ]
        preview = await browser.post(
            f"/api/v1/protocols/{first.json()['id']}/checklist", json={"facts": TYPICAL}, headers=key(headers)
        )
        assert preview.status_code == 200, preview.text
        assert len(preview.json()["checklist"]["points"]) == 67


async def test_a_version_that_is_not_in_the_library_is_a_problem(database: Database) -> None:
    person = await make_person(await make_association(), Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, person)
        body = {"protocol": "queso", "version": "1.0.0"}
        answer = await browser.post("/api/v1/protocols", json=body, headers=key(headers))
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_producer_may_not_publish(database: Database) -> None:
    person = await make_person(await make_association(), Role.PRODUCER)
    async with serving(database.settings) as app:
        browser = client(app)
        answer = await browser.post("/api/v1/protocols", json=BODY, headers=key(await bearer(browser, person)))
        assert answer.status_code == 403
