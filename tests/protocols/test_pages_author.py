"""Writing a draft at the desk: the check that saves nothing, and points by way of a spreadsheet."""

from __future__ import annotations

import html
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import openpyxl
import pytest

from seal.identity import Role
from seal.protocols import drafting
from tests import world
from tests.conftest import Database
from tests.web.support import client, hidden, make_association, make_person, serving, sign_in

OWN = ("cesteria", "0.1.0")
HOME = "/desk/protocols/drafts/cesteria/0.1.0"


class Desk:
    """A manager at the page of a draft."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    async def page(self) -> str:
        return str((await self.browser.get(HOME)).text)

    async def post(self, path: str, **given: Any) -> Any:
        fields = {**hidden(await self.page()), **given.pop("data", {})}
        return await self.browser.post(f"{HOME}{path}", data=fields, **given)


@asynccontextmanager
async def at_desk(database: Database) -> AsyncIterator[Desk]:
    home = await make_association()
    person = await make_person(home, Role.MANAGER)
    await drafting.begin_empty(world.acting(person), *OWN, "Cestería")
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, person)
        yield Desk(browser)


def areas(page: str) -> dict[str, str]:
    return {
        name: html.unescape(text).lstrip("\n")
        for name, text in re.findall(r'<textarea[^>]* name="(file\.[^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    }


def with_row(raw: bytes, point: str, column: str, value: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book["points"]
    header = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == point)
    row[header.index(column)].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def test_the_check_names_faults_and_saves_nothing(database: Database) -> None:
    async with at_desk(database) as desk:
        before = areas(await desk.page())
        said = await desk.post("/check", data={"file.protocol.yaml": "schema: seal-protocol/1\nid: cesteria\n"})
        assert said.status_code == 200
        assert "protocol.yaml:1" in said.text
        assert "<html" not in said.text
        assert areas(await desk.page()) == before


async def test_the_check_of_a_good_text_says_so_and_warns(database: Database) -> None:
    async with at_desk(database) as desk:
        said = await desk.post("/check", data=areas(await desk.page()))
        assert "Sin fallas: 2 puntos." in said.text
        assert "Escriba aquí lo que se exige" in said.text


async def test_no_other_file_is_made_of_a_draft(database: Database) -> None:
    async with at_desk(database) as desk:
        assert (await desk.browser.get(f"{HOME}/anything.xlsx")).status_code == 404


async def test_the_page_allows_our_own_script_alone(database: Database) -> None:
    async with at_desk(database) as desk:
        found = await desk.browser.get(HOME)
        policy = found.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy


async def test_points_go_out_and_come_back_by_spreadsheet(database: Database) -> None:
    async with at_desk(database) as desk:
        raw = (await desk.browser.get(f"{HOME}/sheet.xlsx")).content
        changed = with_row(raw, "CEST-A02", "requirement::es", "El mimbre viene del valle.")
        shown = await desk.post("/sheet", files={"sheet": ("puntos.xlsx", changed)})
        assert "CEST-A02" in shown.text
        assert "requirement::es" in shown.text
        assert "Todavía no se guardó nada" in shown.text
        texts = areas(shown.text)
        assert "El mimbre viene del valle." in texts["file.text.es.yaml"]
        assert "El mimbre" not in await desk.page()
        saved = await desk.post("", data=texts)
        assert saved.status_code == 303
        assert "El mimbre viene del valle." in await desk.page()


async def test_the_form_of_a_draft_is_an_xlsform(database: Database) -> None:
    async with at_desk(database) as desk:
        raw = (await desk.browser.get(f"{HOME}/form.xlsx")).content
        assert "survey" in openpyxl.load_workbook(io.BytesIO(raw)).sheetnames


async def test_what_is_no_spreadsheet_is_said_and_nothing_is_lost(database: Database) -> None:
    async with at_desk(database) as desk:
        shown = await desk.post("/sheet", files={"sheet": ("puntos.xlsx", b"hola")})
        assert shown.status_code == 400
        assert "No se puede leer como planilla" in shown.text
        assert "CEST-A01" in shown.text


@pytest.mark.parametrize("line", ["includes: 5", "includes: [a]", "points: foo"])
@pytest.mark.parametrize("form", ["sheet.xlsx", "form.xlsx"])
async def test_a_text_without_the_shape_of_a_protocol_answers_with_its_faults(
    database: Database, line: str, form: str
) -> None:
    async with at_desk(database) as desk:
        given = areas(await desk.page())
        name = line.partition(":")[0]
        text = re.sub(rf"(?m)^{name}:.*\n([- ].*\n)*", "", given["file.protocol.yaml"]) + line + "\n"
        assert (await desk.post("", data={**given, "file.protocol.yaml": text})).status_code == 303
        found = await desk.browser.get(f"{HOME}/{form}", headers={"Accept": "application/json"})
        if found.status_code != 200:  # what the other form does not read does not stop it
            assert found.status_code == 400, found.text
            assert "protocol.yaml" in found.text
        else:
            assert (form, line) == ("sheet.xlsx", line)
            assert line.startswith("includes")


async def test_an_adapted_protocol_has_no_rows_of_its_own(database: Database) -> None:
    home = await make_association()
    person = await make_person(home, Role.MANAGER)
    await drafting.adapt(world.acting(person), "miel@0.1.0", "miel_baker", "1.0.0", "Miel del Baker")
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, person)
        found = await browser.get("/desk/protocols/drafts/miel_baker/1.0.0/sheet.xlsx", headers={"Accept": "text/html"})
        assert found.status_code == 422
        assert "overlay.yaml" in found.text
