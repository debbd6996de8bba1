"""The whole application, put together: its route table and what everyone sees."""

from __future__ import annotations

import asyncio
import re

from seal.app import APIS, PAGES, create_app
from seal.associations.model import FIXED_ROUTES
from seal.ids import looks_like_code
from seal.settings import Settings
from seal.web.policy import http_handlers
from tests.conftest import Database
from tests.web.support import client, make_association, serving


async def test_health_answers_for_any_host(database: Database) -> None:
    async with serving(database.settings) as app:
        answer = await client(app).get("/api/health", headers={"host": "10.0.0.1"})
        assert answer.status_code == 200
        assert answer.json()["status"] == "ok"


async def test_front_page_has_the_code_form_and_the_association(database: Database) -> None:
    association = await make_association(demonstration=True)
    async with serving(database.settings) as app:
        page = await client(app).get("/")
    assert page.status_code == 200
    assert association.name in page.text
    assert 'name="c"' in page.text
    assert "Demostración" in page.text
    assert len(page.content) < 20_000


def test_first_part_of_every_address_is_reserved(data_dir: object) -> None:
    """A public code can never be read as the address of a page."""
    firsts = {path.split("/")[1] for path, _ in http_handlers(create_app(_settings()))}
    could_be_codes = {first for first in firsts if not first.startswith("{") and looks_like_code(first)}
    assert could_be_codes - set(FIXED_ROUTES) == set()


def test_every_slice_with_routes_is_collected(data_dir: object) -> None:
    from pathlib import Path

    import seal

    for kind, collected in (("pages", PAGES), ("api", APIS)):
        rooms = {f"seal.{path.parent.name}.{kind}" for path in Path(seal.__file__).parent.glob(f"*/{kind}.py")}
        assert rooms == {module.__name__ for module in collected}


def test_openapi_is_3_1_and_names_every_api_path(data_dir: object) -> None:
    app = create_app(_settings())
    schema = app.openapi_schema.to_schema()
    assert schema["openapi"].startswith("3.1")
    api = {path for path, _ in http_handlers(app) if path.startswith("/api/v1/")}
    documented = {path.replace(":uuid", "") for path in schema["paths"]}
    assert {path.split("{")[0] for path in api} <= {path.split("{")[0] for path in documented}


async def test_openapi_and_docs_are_served_without_any_other_host(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        assert (await browser.get("/api/openapi.json")).json()["info"]["title"] == "Seal"
        page = await browser.get("/api/docs", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert re.findall(r"(?:src|href)=.https?:", page.text) == []


async def test_address_beside_the_openapi_document_is_a_problem_document(database: Database) -> None:
    async with serving(database.settings) as app:
        answer = await client(app).get("/api/nothing")
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_server_without_association_says_so(database: Database) -> None:
    async with serving(database.settings) as app:
        page = await client(app).get("/", headers={"Accept-Language": "en"})
        assert "There is no association yet." in page.text


async def test_server_of_several_lists_them(database: Database) -> None:
    await make_association("uno", base="http://localhost:8080/a/uno")
    await make_association("dos")
    async with serving(database.settings) as app:
        page = await client(app).get("/")
        assert "/a/uno/" in page.text
        assert "Asociación Dos" in page.text
        assert (await client(app).get("/association")).status_code == 404
        assert (await client(app).get("/a/dos/association")).json()["slug"] == "dos"


async def test_background_runs_with_the_application_and_ends_with_it(database: Database) -> None:
    seen: list[str] = []

    async def background() -> None:
        seen.append("begun")
        try:
            await asyncio.sleep(60)
        finally:
            seen.append("ended")

    app = create_app(database.settings, background=background)
    async with app.lifespan():
        await asyncio.sleep(0)
    assert seen == ["begun", "ended"]


def _settings() -> Settings:
    from seal.settings import settings

    return settings()
