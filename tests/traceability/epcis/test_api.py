"""The REST binding as a program meets it, and the page as a person does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from seal.clock import SimulatedClock
from seal.traceability.epcis import service
from tests import world
from tests.conftest import Database, on
from tests.traceability.epcis import examples
from tests.traceability.epcis.farm import Farm, farm
from tests.web.support import bearer, client, hidden, serving, sign_in

OBJECT = examples.EVENTS["object"]


@dataclass
class Program:
    """Somebody's program, at the address of the association."""

    browser: httpx.AsyncClient
    headers: dict[str, str]

    async def send(self, value: Any, **headers: str) -> httpx.Response:
        data = value if isinstance(value, bytes) else examples.body(value)
        kind = {"Content-Type": "application/json", **self.headers, **headers}
        return await self.browser.post("/epcis/capture", content=data, headers=kind)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.browser.get(path, headers={**self.headers, **headers})


@asynccontextmanager
async def programs(database: Database) -> AsyncIterator[tuple[Farm, Program, Program]]:
    """(farm, the producer's program, the auditor's program)."""
    made = await farm()
    async with serving(database.settings, SimulatedClock(world.START)) as app:
        browser = client(app)
        one = Program(browser, await bearer(browser, made.one.owner))
        yield made, one, Program(browser, await bearer(browser, made.staff.auditor))


async def test_a_document_is_taken_and_asked_for_as_the_binding_says(database: Database) -> None:
    async with programs(database) as (made, program, auditor):
        sent = await program.send(examples.document(OBJECT, made.shipping()))
        assert (sent.status_code, sent.content) == (202, b"")
        assert sent.headers["gs1-epcis-version"] == "2.0.0"
        assert sent.headers["gs1-capture-error-behaviour"] == "rollback"
        job = await program.get(sent.headers["location"])
        assert {name: job.json()[name] for name in ("running", "success", "errors", "seal:stored")} == {
            "running": False, "success": True, "errors": [], "seal:stored": 2,
        }  # fmt: skip
        assert [one["captureID"] for one in (await program.get("/epcis/capture")).json()] == [job.json()["captureID"]]

        first = await program.get("/epcis/events?orderBy=eventTime&orderDirection=ASC&perPage=2")
        assert first.headers["content-type"].startswith("application/json")
        assert first.headers["cache-control"] == "private, no-store"
        found = first.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert first.headers["link"].endswith('; rel="next"')
        rest = await program.get(first.headers["link"][1:].split(">")[0])
        assert "link" not in rest.headers
        found += rest.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert [one["eventTime"] for one in found] == sorted(one["eventTime"] for one in found)
        assert {one["seal:standing"] for one in found} == {"record", "movement", "claim"}
        assert len({one["eventID"] for one in found}) == 3

        for one in found:
            alone = await program.get(f"/epcis/events/{quote(one['eventID'], safe='')}", Accept="application/ld+json")
            assert alone.headers["content-type"].startswith("application/ld+json")
            assert alone.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"] == [one]
        assert (
            len((await auditor.get("/epcis/events")).json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"])
            == 3
        )
        export = await program.get("/epcis/export")
        assert 'filename="aysen-2026-02-03.epcis.jsonld"' in export.headers["content-disposition"]
        assert len(export.json()["epcisBody"]["eventList"]) == 2
        assert len((await program.get("/epcis/export?claims=1")).json()["epcisBody"]["eventList"]) == 3
        limited = await program.get("/epcis/events?maxEventCount=2")
        assert (limited.status_code, limited.json()["reasons"][0]["code"]) == (400, "epcis.too_large")


@on("sqlite")
async def test_what_is_refused_is_told_as_a_problem_with_its_path(database: Database) -> None:
    async with programs(database) as (made, program, auditor):
        bad = await program.send(examples.document(OBJECT, {**OBJECT, "eventID": "urn:x:2", "action": "MOVE"}))
        assert bad.status_code == 400
        assert bad.headers["content-type"].startswith("application/problem+json")
        (reason,) = bad.json()["reasons"]
        assert reason["params"]["path"] == "/epcisBody/eventList/1/action"
        assert "/epcisBody/eventList/1/action" in reason["sentence"]
        assert (await program.get("/epcis/capture")).json() == []

        assert (await program.send(examples.document(OBJECT))).status_code == 202
        other = await program.send(examples.document({**OBJECT, "bizStep": "packing"}))
        assert (other.status_code, other.json()["reasons"][0]["code"]) == (409, "epcis.id_taken")
        too_much = await program.send(examples.document(made.shipping(destinationList=[])))
        assert (too_much.status_code, too_much.json()["reasons"][1]["code"]) == (422, "epcis.unknown_receiver")
        for value, headers, code in (
            (OBJECT, {"Content-Type": "text/plain"}, "epcis.media_type"),
            (OBJECT, {"GS1-Capture-Error-Behaviour": "proceed"}, "epcis.all_or_nothing"),
            (b"{", {}, "epcis.json"),
        ):
            answer = await program.send(value, **headers)  # type: ignore[arg-type]
            assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (400, code)
        assert (await program.send(b" " * 1_000_001)).status_code == 413
        assert (await auditor.send(examples.document(OBJECT))).status_code == 403
        for query, code in (
            ("EQ_bizStp=x", "epcis.parameter"),
            ("%ff=1", "epcis.query"),
            ("a=1&" * 60, "epcis.query"),
        ):
            answer = await program.get(f"/epcis/events?{query}")
            assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (400, code), query
        assert (await program.get("/epcis/export?clams=1")).json()["reasons"][0]["code"] == "epcis.parameter"
        assert (await program.get("/epcis/events/urn:x:nada")).status_code == 404


@on("sqlite")
async def test_a_person_sees_events_and_brings_a_file(database: Database) -> None:
    async with programs(database) as (made, _, _auditor):
        await made.capture(made.shipping())
        async with serving(database.settings, SimulatedClock(world.START)) as app:
            browser = client(app)
            await sign_in(browser, made.one.owner)
            page = await browser.get("/desk/events", headers={"Accept": "text/html"})
            assert page.status_code == 200
            assert "recibido y anotado" in page.text
            assert "honey-260203 · 5 kg" in page.text
            files = {"file": ("otros.jsonld", examples.body(examples.document()), "application/json")}
            sent = await browser.post("/desk/events", data=hidden(page.text), files=files)
            assert sent.status_code == 303
            again = await browser.get("/desk/events")
            assert "lo dice otro" in again.text
            broken = {
                "file": ("mal.json", examples.body(examples.document(OBJECT | {"action": "X"})), "application/json")
            }
            refused = await browser.post("/desk/events", data=hidden(again.text), files=broken)
            assert refused.status_code == 400
            assert "/epcisBody/eventList/0/action" in refused.text
        assert len(await service.captures(made.acting)) == 2
