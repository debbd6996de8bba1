"""Witnesses over HTTP: the way in, the list, the page."""

from __future__ import annotations

import pytest

from seal.keys import service as keys
from seal.transparency import witnessing
from seal.transparency.cosignature import WitnessKey, cosigned_at
from seal.transparency.note import parse_note
from tests.conftest import Database
from tests.keys.examples import raw
from tests.keys.test_api import hold, served
from tests.transparency.test_witnessing import TOWN, cosigned
from tests.web.support import AT

SECOND = int(AT.timestamp())


async def test_from_the_way_in_to_the_served_checkpoint_and_the_page(database: Database) -> None:
    async with served(database) as (browser, association):
        await hold(association)
        await keys.checkpoint(association.id, AT)
        assert "Nadie es testigo" in (await browser.get("/log", headers={"Accept": "text/html"})).text
        assert (await browser.get("/log/checkpoint/witnessed")).status_code == 404
        await witnessing.add(association.id, TOWN.text, None, AT)
        note = (await browser.get("/log/checkpoint")).content
        answer = await browser.post("/log/cosignatures", content=cosigned(note, SECOND))
        assert answer.status_code == 200, answer.text
        assert [one["name"] for one in answer.json()["kept"]] == [TOWN.name]
        for path in ("/log/checkpoint", "/log/checkpoint/witnessed"):
            assert cosigned_at(parse_note((await browser.get(path)).content), TOWN) == SECOND
        (one,) = (await browser.get("/log/witnesses")).json()["witnesses"]
        assert (one["verifier_key"], one["size"]) == (TOWN.text, parse_note(note).text.count("\n") and 1)
        page = await browser.get("/log", headers={"Accept": "text/html"})
        assert TOWN.name in page.text
        assert TOWN.text.replace("+", "&#43;") in page.text or TOWN.text in page.text
        facts = (await browser.get("/log", headers={"Accept": "application/json"})).json()
        assert (facts["size"], facts["witnesses"][0]["name"]) == (1, TOWN.name)


@pytest.mark.parametrize(("body", "status"), [(b"x", 400), (b"", 400), (b"x" * 70_000, 413)])
async def test_nonsense_gets_a_problem(database: Database, body: bytes, status: int) -> None:
    async with served(database) as (browser, _):
        answer = await browser.post("/log/cosignatures", content=body, headers={"Accept": "application/json"})
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_an_unknown_witness_is_told_so(database: Database) -> None:
    async with served(database) as (browser, association):
        await hold(association)
        await keys.checkpoint(association.id, AT)
        await witnessing.add(association.id, WitnessKey("otra", raw("witness-9")).text, None, AT)
        note = (await browser.get("/log/checkpoint")).content
        answer = await browser.post("/log/cosignatures", content=cosigned(note), headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (422, "transparency.unknown_witness")
