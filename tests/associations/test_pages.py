"""The front page, the code form and the public description."""

from __future__ import annotations

import pytest

from tests.conftest import Database
from tests.web.support import client, make_association, serving


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("7Q4K-2MXP-8", "/7Q4K2MXP8"),
        (" 7q4k 2mxp 8 ", "/7q4k2mxp8"),
        ("//evil.example", "/%2F%2Fevil.example"),
        ("a/../desk", "/a%2F..%2Fdesk"),
        ("", "/"),
        ("x" * 1000, "/" + "x" * 400),
    ],
)
async def test_typed_code_leads_to_its_page_and_nowhere_else(database: Database, typed: str, path: str) -> None:
    await make_association()
    async with serving(database.settings) as app:
        answer = await client(app).get("/verificar", params={"c": typed})
    assert (answer.status_code, answer.headers["location"]) == (303, path)


async def test_public_description_is_allow_listed(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app:
        answer = await client(app).get("/association")
    assert set(answer.json()) == {
        "slug", "name", "base", "did", "log_origin", "region", "communes", "languages", "zone", "demonstration",
        "assurance_mode", "branding",
    }  # fmt: skip
    assert answer.json()["branding"] == {"colour": "#3a2f5f", "colour_dark": answer.json()["branding"]["colour_dark"]}
    assert answer.headers["cache-control"] == "public, max-age=300"
