"""Forged requests: each way that another site can make a browser send something."""

from __future__ import annotations

import httpx
import pytest

from seal.identity import Role
from seal.web import csrf
from tests.conftest import Database
from tests.web.support import ORIGIN, bearer, client, hidden, key, make_association, make_person, serving, sign_in


def test_token_differs_each_time_and_is_of_its_session() -> None:
    one, two = csrf.token("session"), csrf.token("session")
    assert one != two
    assert csrf.token_is_of(one, "session")
    assert csrf.token_is_of(two, "session")


@pytest.mark.parametrize(
    "given",
    ["", "AAAA", "ñ", csrf.token("another"), csrf.token("session")[:-4] + "AAA="],
    ids=["empty", "short", "letter", "of another session", "changed"],
)
def test_other_tokens_are_not(given: str) -> None:
    assert not csrf.token_is_of(given, "session")


async def _form(browser: httpx.AsyncClient) -> dict[str, str]:
    page = await browser.get("/desk/people")
    return {**hidden(page.text), "name": "Eva", "language": "es", "roles": "auditor"}


@pytest.mark.parametrize("fault", ["no token", "token of another session", "other origin", "null origin", "cross-site"])
async def test_forged_form_is_refused_and_does_nothing(database: Database, fault: str) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, await make_person(association, Role.MANAGER))
        form, headers = await _form(browser), {"Origin": ORIGIN}
        if fault == "no token":
            del form["_csrf"]
        elif fault == "token of another session":
            form["_csrf"] = csrf.token("another")
        elif fault == "other origin":
            headers["Origin"] = "https://evil.example"
        elif fault == "null origin":
            headers["Origin"] = "null"
        else:
            headers = {"Sec-Fetch-Site": "cross-site"}
        answer = await browser.post("/desk/people", data=form, headers=headers)
        assert answer.status_code == 403
        assert "Eva" not in (await browser.get("/desk/people")).text


@pytest.mark.parametrize("headers", [{}, {"Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin"}])
async def test_own_form_passes(database: Database, headers: dict[str, str]) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, await make_person(association, Role.MANAGER))
        answer = await browser.post("/desk/people", data=await _form(browser), headers=headers)
        assert answer.status_code == 303


async def test_signing_in_from_another_site_is_refused(database: Database) -> None:
    """Otherwise a stranger could sign a reader in as somebody else."""
    await make_association()
    async with serving(database.settings) as app:
        answer = await client(app).post("/entrar/whatever", headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403


async def test_cookie_alone_does_not_drive_the_api(database: Database) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, await make_person(association, Role.MANAGER))
        answer = await browser.post("/api/v1/people", json={"name": "Eva"}, headers=key())
        assert answer.status_code == 403
        assert answer.json()["reasons"][0]["code"] == "web.forged"


async def test_bearer_needs_no_token_and_ignores_origin(database: Database) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, await make_person(association, Role.MANAGER))
        answer = await browser.post(
            "/api/v1/people", json={"name": "Eva"}, headers=key({**headers, "Origin": "https://app.example"})
        )
        assert answer.status_code == 201
