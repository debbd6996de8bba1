"""People and sessions by JSON."""

from __future__ import annotations

from uuid import uuid4

import pytest

from seal.identity import Role, system
from seal.people import service as people
from tests.conftest import Database
from tests.web.support import AT, bearer, client, key, make_association, make_person, serving


async def test_program_signs_in_acts_and_signs_out(database: Database) -> None:
    person = await make_person(await make_association(), Role.AUDITOR)
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, person)
        assert (await browser.get("/api/v1/me", headers=headers)).json()["roles"] == ["auditor"]
        own = (await browser.get("/api/v1/sessions", headers=headers)).json()
        assert (await browser.delete(f"/api/v1/sessions/{own[0]['id']}", headers=headers)).status_code == 204
        assert (await browser.get("/api/v1/me", headers=headers)).status_code == 401


async def test_lost_answer_of_a_sign_in_is_asked_for_again_with_the_same_key(database: Database) -> None:
    person = await make_person(await make_association())
    link = await people.make_link(system(person.association_id, AT), person.id)
    async with serving(database.settings) as app:
        browser, headers = client(app), key()
        first, second = [await browser.post("/api/v1/sessions", json={"link": link}, headers=headers) for _ in range(2)]
        assert (first.status_code, second.status_code) == (201, 201)
        stale = {"Authorization": f"Bearer {first.json()['token']}"}
        fresh = {"Authorization": f"Bearer {second.json()['token']}"}
        assert (await browser.get("/api/v1/me", headers=stale)).status_code == 401
        assert (await browser.get("/api/v1/me", headers=fresh)).status_code == 200
        other = await browser.post("/api/v1/sessions", json={"link": link}, headers=key())
        assert (other.status_code, other.json()["reasons"][0]["code"]) == (422, "people.link_used")


async def test_manager_adds_a_person_gives_and_takes_a_role_and_makes_a_link(database: Database) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, await make_person(association, Role.MANAGER))
        made = (await browser.post("/api/v1/people", json={"name": "Eva"}, headers=key(headers))).json()
        path = f"/api/v1/people/{made['id']}"
        given = await browser.post(f"{path}/roles", json={"role": "producer"}, headers=key(headers))
        assert given.json()["roles"] == ["producer"]
        assert (await browser.delete(f"{path}/roles/producer", headers=headers)).status_code == 204
        assert (await browser.get(path, headers=headers)).json()["roles"] == []
        link = (await browser.post(f"{path}/links", headers=key(headers))).json()["link"]
        signed = await browser.post("/api/v1/sessions", json={"link": link}, headers=key())
        assert signed.json()["person"]["name"] == "Eva"


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "name"), ({"name": "Eva", "extra": 1}, "extra"), ({"name": "Eva", "roles": ["king"]}, "roles")],
)
async def test_body_with_a_fault_names_the_field(database: Database, body: dict[str, object], field: str) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, await make_person(association, Role.MANAGER))
        answer = await browser.post("/api/v1/people", json=body, headers=key(headers))
        assert answer.status_code == 400
        assert answer.json()["reasons"][0]["params"]["field"].startswith(field)


async def test_unknown_role_in_the_address_is_not_a_fault_of_ours(database: Database) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, await make_person(association, Role.MANAGER))
        answer = await browser.delete(f"/api/v1/people/{uuid4()}/roles/king", headers=headers)
        assert answer.status_code in (400, 404)
