"""API POSTs with the same key: one effect, the same answer; another body: 409."""

from __future__ import annotations

import pytest

from seal.identity import Role
from tests.conftest import Database
from tests.web.support import bearer, client, key, make_association, make_person, serving


async def test_same_key_and_body_give_the_same_person(database: Database) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        headers = key(await bearer(browser, await make_person(association, Role.MANAGER)))
        first, second = [await browser.post("/api/v1/people", json={"name": "Eva"}, headers=headers) for _ in range(2)]
        assert first.status_code == second.status_code == 201
        assert first.json() == second.json()
        everyone = (await browser.get("/api/v1/people", headers=headers)).json()
        assert [one["name"] for one in everyone] == ["Ana Pérez", "Eva"]


async def test_same_key_with_another_body_is_a_conflict(database: Database) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        headers = key(await bearer(browser, await make_person(association, Role.MANAGER)))
        await browser.post("/api/v1/people", json={"name": "Eva"}, headers=headers)
        other = await browser.post("/api/v1/people", json={"name": "Luz"}, headers=headers)
        assert other.status_code == 409


@pytest.mark.parametrize("bad", ["short", "x" * 201])
async def test_key_that_is_too_short_or_too_long_is_refused(database: Database, bad: str) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, await make_person(association, Role.MANAGER))
        answer = await browser.post("/api/v1/people", json={"name": "Eva"}, headers={**headers, "Idempotency-Key": bad})
        assert answer.status_code == 400
