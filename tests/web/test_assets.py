"""Static files: named by content, kept for ever, 304 on the second visit."""

from __future__ import annotations

import gzip

import pytest

from seal.web import assets
from tests.conftest import Database
from tests.web.support import client, serving


def test_bundles_begin_with_the_tokens_and_point_at_hashed_fonts() -> None:
    css = assets.by_source("desk.css").text
    assert css.startswith(":root{")
    assert "url(/static/fonts/piazzolla-latin-wght-normal." in css
    assert "/*" not in css


@pytest.mark.parametrize("name", ["nothing.css", "../app.py", "/etc/passwd"])
def test_only_files_below_static_are_assets(name: str) -> None:
    with pytest.raises(KeyError):
        assets.by_source(name)


async def test_asset_is_served_packed_and_for_ever_and_then_304(database: Database) -> None:
    path = assets.by_source("desk.css").path
    async with serving(database.settings) as app:
        first = await client(app).get(path, headers={"Accept-Encoding": "gzip"})
        again = await client(app).get(path, headers={"If-None-Match": first.headers["etag"]})
        plain = await client(app).get(path, headers={"Accept-Encoding": "identity"})
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert first.headers["content-encoding"] == "gzip"
    assert first.text == plain.text
    assert plain.headers["content-type"] == "text/css; charset=utf-8"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/static/desk.css", "/static/../app.py", "/static/desk.00000000.css"])
async def test_other_names_are_not_found(database: Database, path: str) -> None:
    async with serving(database.settings) as app:
        assert (await client(app).get(path)).status_code == 404


def test_every_sheet_is_small() -> None:
    assert len(gzip.compress(assets.by_source("public.css").body)) < 3_000
