"""What anybody reads of a published version, and the same as files of other programs."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest

from seal.identity import Acting, Role
from tests.conftest import Database
from tests.protocols.library import miel, published
from tests.web.support import AT, client, make_association, make_person, serving

HTML = {"Accept": "text/html"}


@pytest.fixture
async def address(database: Database) -> str:
    home = await make_association()
    person = await make_person(home, Role.MANAGER)
    await published(Acting(home.id, person.id, frozenset({Role.MANAGER}), AT))
    return "/protocols/miel/0.1.0"


async def test_the_page_says_what_is_asked_of_whom_how_it_is_decided_and_where_it_comes_from(
    database: Database, address: str
) -> None:
    async with serving(database.settings) as app:
        page = (await client(app).get(address, headers=HTML)).text
    for point in miel().points:
        assert f'id="{point.id}"' in page
        assert point.id in page
    assert "Se pide a: ¿Mueve colmenas entre sitios? sí" in page
    assert "De los puntos críticos se cumple al menos el 100 %." in page
    assert "Ley 21.489" in page
    assert "Plata: desde 90 %." in page


@pytest.mark.parametrize(
    ("form", "sheets"),
    [("sheet.xlsx", ["points", "facts", "chapters"]), ("form.xlsx", ["survey", "choices", "settings"])],
)
async def test_spreadsheets_are_made_from_the_kept_copy(
    database: Database, address: str, form: str, sheets: list[str]
) -> None:
    async with serving(database.settings) as app:
        found = await client(app).get(f"{address}/{form}")
        again = await client(app).get(f"{address}/{form}", headers={"If-None-Match": found.headers["etag"]})
    assert found.headers["content-disposition"] == f'attachment; filename="miel-0.1.0-{form}"'
    book = openpyxl.load_workbook(io.BytesIO(found.content))
    assert book.sheetnames == sheets
    assert again.status_code == 304


async def test_the_untp_vocabulary_is_the_associations_own_and_says_that_it_is_unsigned(
    database: Database, address: str
) -> None:
    async with serving(database.settings) as app:
        found = await client(app).get(f"{address}/untp-0.7")
    made = json.loads(found.content)
    assert found.headers["seal-projection"] == "unsigned; UNTP 0.7.0 pre-release"
    assert made["scheme"]["owner"]["id"].startswith("did:web:")
    assert len(made["criterion"]) == len(miel().points)


@pytest.mark.parametrize(
    "path", ["/protocols/miel/0.1.0/other", "/protocols/miel/9.9.9/untp-0.7", "/protocols/x/0.1.0/sheet.xlsx"]
)
async def test_what_is_not_published_is_not_there(database: Database, address: str, path: str) -> None:
    async with serving(database.settings) as app:
        assert (await client(app).get(f"/protocols/{path}")).status_code == 404
