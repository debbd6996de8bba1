"""Pages: policy for exactly their own style, language, no script, small enough for the first flight of packets."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re

import pytest

from seal.identity import Role
from seal.web import context, render
from tests.conftest import Database
from tests.web.sources import SEAL
from tests.web.support import client, make_association, make_person, serving, sign_in

PUBLIC = ("/", "/entrar", "/entrar/unknown", "/no-such-page")
DESK = ("/desk", "/desk/people", "/desk/sessions")


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("lang", ["es", "en"])
async def test_public_page_is_one_small_answer_without_script_or_cookie(
    database: Database, path: str, lang: str
) -> None:
    await make_association()
    async with serving(database.settings) as app:
        page = await client(app).get(path, headers={"Accept": "text/html", "Accept-Language": lang})
    assert f'<html lang="{lang}">' in page.text
    assert page.headers["content-language"] == lang
    assert len(gzip.compress(page.content, 6)) < 12_000
    assert "set-cookie" not in page.headers
    assert re.search(r"<script|<link rel=\"stylesheet\"|\son\w+=|\sstyle=", page.text) is None


async def test_inline_styles_are_let_in_by_their_hash_and_nothing_else_is(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app:
        page = await client(app).get("/", headers={"Accept": "text/html"})
    styles = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" for style in styles}
    policy = page.headers["content-security-policy"]
    assert len(styles) == 2
    assert set(re.findall(r"'sha256-[^']+'", policy)) == hashes


async def test_language_in_the_address_beats_the_browser(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app:
        page = await client(app).get("/?lang=en", headers={"Accept-Language": "es"})
    assert '<html lang="en">' in page.text


async def test_desk_is_in_the_language_of_the_person(database: Database) -> None:
    from seal.identity import system
    from seal.people import service as people
    from tests.web.support import AT

    association = await make_association()
    person = await people.create_person(system(association.id, AT), name="Jo", language="en", roles=[Role.MANAGER])
    async with serving(database.settings) as app:
        browser = client(app, headers={"Accept-Language": "es"})
        await sign_in(browser, person)
        assert '<html lang="en">' in (await browser.get("/desk")).text


@pytest.mark.parametrize("prefix", ["", "/a/sabores"])
async def test_desk_pages_open_under_both_addresses_and_are_not_cached(database: Database, prefix: str) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, await make_person(association, Role.MANAGER), prefix=prefix)
        for path in DESK:
            page = await browser.get(prefix + path)
            assert page.status_code == 200, path
            assert page.headers["cache-control"] == "no-store"
            assert f'href="{prefix}/desk"' in page.text
            assert re.search(r"\sstyle=|<script", page.text) is None


async def test_text_of_people_is_never_markup(database: Database) -> None:
    evil = "<img src=x onerror=alert(1)>"
    association = await make_association(name=evil)
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, await make_person(association, Role.MANAGER, name=evil))
        for path in ("/", *DESK):
            page = await browser.get(path, headers={"Accept": "text/html"})
            assert "<img" not in page.text, path
            assert "&lt;img src=x" in page.text, path


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "desk", "/\\evil.example"])
def test_redirect_never_leaves_this_server(path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        context.address(None, path)  # type: ignore[arg-type]


def test_every_template_compiles() -> None:
    """Those that pages name; paper has an environment of its own."""
    pages = [*SEAL.glob("*/pages.py"), *SEAL.glob("*/*_pages.py"), *(SEAL / "web").glob("*.py")]
    names = {name for page in pages for name in re.findall(r'"([\w/]+\.html)"', page.read_text("utf-8"))}
    assert len(names) > 8
    for name in sorted(names):
        render.environment().get_template(name)
