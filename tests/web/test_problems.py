"""Problem documents for machines, pages for people, and nothing of our own faults for either."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from litestar import Request, get, post
from litestar.params import JSONBody
from pydantic import BaseModel

from seal.app import create_app
from seal.errors import BadInput, Conflict, NotAllowed, NotFound, Reason, Refused, SealError, SignInNeeded, Unavailable
from seal.web import problems
from seal.web.policy import Public, policy
from tests.conftest import Database, on
from tests.web.support import client, key, make_association, serving


class Body(BaseModel):
    units: int


@policy(Public)
@get("/api/v1/broken", sync_to_thread=False)
def broken() -> None:
    raise ValueError("the password is hunter2")


@policy(Public)
@get("/broken", sync_to_thread=False)
def broken_page() -> None:
    raise ValueError("the password is hunter2")


@policy(Public)
@get("/refused", sync_to_thread=False)
def refused() -> None:
    raise Refused.because([Reason("people.link_used"), Reason("people.left", {"name": "<b>Eva</b>"})])


@policy(Public)
@post("/api/v1/body")
async def body(request: Request[Any, Any, Any], data: JSONBody[Body]) -> dict[str, int]:
    return {"units": data.units}


@pytest.fixture
def routes(monkeypatch: pytest.MonkeyPatch) -> None:
    from seal.associations import pages

    monkeypatch.setattr(pages, "routes", [*pages.routes, broken, broken_page, refused, body])


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadInput, 400), (SignInNeeded, 401), (NotAllowed, 403), (NotFound, 404),
        (Conflict, 409), (Refused, 422), (Unavailable, 503),
    ],
)  # fmt: skip
def test_each_error_has_its_status(error: type[SealError], status: int) -> None:
    assert problems.status_of(error) == status
    assert problems.status_of(error("x.y")) == status


async def test_problem_document_has_every_reason_in_the_language_asked_for(database: Database, routes: None) -> None:
    await make_association()
    async with serving(database.settings) as app:
        answer = await client(app).get("/refused", headers={"Accept": "application/json", "Accept-Language": "en"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/api/docs#people.link_used",
        "title": "Cannot be done",
        "status": 422,
        "detail": "That link has been used. Ask whoever runs the association for another. "
        "<b>Eva</b> is no longer in the association.",
        "reasons": [
            {
                "code": "people.link_used",
                "sentence": "That link has been used. Ask whoever runs the association for another.",
                "params": {},
            },
            {
                "code": "people.left",
                "sentence": "<b>Eva</b> is no longer in the association.",
                "params": {"name": "<b>Eva</b>"},
            },
        ],
    }


async def test_page_of_a_problem_has_every_sentence_and_escapes_it(database: Database, routes: None) -> None:
    await make_association()
    async with serving(database.settings) as app:
        answer = await client(app).get("/refused", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "ya se usó" in answer.text
    assert "&lt;b&gt;Eva" in answer.text


@pytest.mark.parametrize("path", ["/broken", "/api/v1/broken"])
async def test_own_fault_shows_a_number_and_nothing_else(
    database: Database, routes: None, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    await make_association()
    with caplog.at_level(logging.ERROR, "seal.web"):
        async with serving(database.settings) as app:
            answer = await client(app).get(path)
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    number = next(record.args[0] for record in caplog.records if record.args)  # type: ignore[index]
    assert str(number) in answer.text


async def test_unknown_address_and_method(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app:
        assert (await client(app).get("/no/such/page")).status_code == 404
        wrong = await client(app).put("/desk/people", headers={"Accept": "application/json"})
        assert (wrong.status_code, wrong.json()["reasons"][0]["code"]) == (405, "web.method")


async def test_body_that_cannot_be_read_names_the_field(database: Database, routes: None) -> None:
    await make_association()
    async with serving(database.settings) as app:
        answer = await client(app).post("/api/v1/body", json={"units": "many"}, headers=key())
        assert answer.status_code == 400
        assert answer.json()["reasons"][0]["params"]["field"] == "units"
        assert (await client(app).post("/api/v1/body", content=b"{", headers=key())).status_code == 400


async def test_api_post_without_idempotency_key_is_refused(database: Database, routes: None) -> None:
    await make_association()
    async with serving(database.settings) as app:
        answer = await client(app).post("/api/v1/body", json={"units": 1})
        assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (400, "web.idempotency_key")


async def test_body_larger_than_a_megabyte_is_refused(database: Database, routes: None) -> None:
    await make_association()
    async with serving(database.settings) as app:
        answer = await client(app).post("/api/v1/body", content=b" " * 1_100_000, headers=key())
        assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (413, "web.too_large")


def test_application_can_be_made_with_extra_routes(data_dir: object, routes: None) -> None:
    from seal.settings import settings

    assert create_app(settings()) is not None


@on("sqlite")
async def test_an_address_for_programs_answers_a_program_in_json_and_a_browser_in_words(database: Database) -> None:
    await make_association()
    asked = [
        ("GET", "/log/tile/x"), ("GET", "/status/revocation/99"), ("GET", "/status/x/0"), ("GET", "/register/snapshot"),
        ("GET", "/credentials/verify"), ("POST", "/bundle"), ("GET", "/.well-known/none.json"),
    ]  # fmt: skip
    async with serving(database.settings) as app, client(app) as browser:
        for method, path in asked:
            for accept, kind in (("*/*", "application/problem+json"), ("text/html,*/*;q=0.8", "text/html")):
                answer = await browser.request(method, path, headers={"Accept": accept})
                assert answer.status_code >= 400
                assert answer.headers["content-type"].startswith(kind), (path, accept)


@on("sqlite")
async def test_what_browsers_and_search_engines_ask_for_is_not_taken_for_a_code(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app, client(app) as browser:
        robots, icon, home = [await browser.get(path) for path in ("/robots.txt", "/favicon.ico", "/")]
    assert (robots.status_code, "Disallow: /desk" in robots.text) == (200, True)
    assert (icon.status_code, icon.content) == (204, b"")
    for path in ("/log", "/protocols", "/registro"):
        assert f'href="{path}"' in home.text
