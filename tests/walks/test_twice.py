"""Pressed twice, sent twice, at the same time or later: one effect; the same key for something else is refused."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx

from tests.conftest import Database
from tests.web.support import client, hidden

from .programs import GRANT, House, answer_to, audit, harvest, houses, join, measure, plan, publish, whole_job


async def browser_of(house: House, name: str) -> httpx.AsyncClient:
    """A browser signed in through the pages as one of the house."""
    link = await house.who["manager"].post(f"/people/{house.who[name].person_id}/links")
    browser = client(house.browser._transport.app)  # type: ignore[attr-defined]
    address = "/entrar/" + link["link"].rsplit("/", 1)[1]
    page = await browser.get(address)
    assert (await browser.post(address, data=hidden(page.text))).status_code == 303
    return browser


async def press_twice(browser: httpx.AsyncClient, path: str, page: str, sent: dict[str, Any]) -> None:
    """Two presses of one form at once, a third later, and the same form token with other words."""
    tokens = hidden((await browser.get(page)).text)
    both = await asyncio.gather(*(browser.post(path, data={**sent, **tokens}) for _ in "ab"))
    late = await browser.post(path, data={**sent, **tokens})
    assert {answer.status_code for answer in (*both, late)} == {303}, [answer.text[:500] for answer in both]
    assert len({answer.headers["location"] for answer in (*both, late)}) == 1
    word = next(name for name, value in sent.items() if isinstance(value, str))
    other = await browser.post(path, data={**sent, **tokens, word: str(sent[word]) + "9"})
    assert other.status_code == 409, (path, other.status_code)


async def test_a_form_pressed_twice_has_one_effect(database: Database) -> None:
    async with houses(database.settings, "sabores") as (house,):
        await whole_job(house)
        manager, browser = house.who["manager"], await browser_of(house, "manager")
        batch = f"/batches/{house.made['batch']}"

        await press_twice(
            browser, "/desk/producers", "/desk/producers/new",
            {"trade_name": "Doble Clic", "commune": "Tortel", "language": "es"},
        )  # fmt: skip
        names = [one["trade_name"] for one in await manager.get("/producers")]
        assert names.count("Doble Clic") == 1

        await press_twice(
            browser, "/desk/people", "/desk/people", {"name": "Una Sola", "language": "es", "roles": ["auditor"]}
        )
        assert [one["name"] for one in await manager.get("/people")].count("Una Sola") == 1

        page = f"/desk/labels/{house.made['batch']}"
        await press_twice(browser, page, page, {"count": "3"})
        book = await manager.get(f"{batch}/labels")
        assert [(one["first"], one["last"]) for one in book["ranges"]] == [(1, 5), (6, 8)]


async def test_a_vote_sent_twice_counts_once(database: Database) -> None:
    async with houses(database.settings, "sabores") as (house,):
        await join(house)
        await publish(house)
        audit_id = await audit(house)
        path, key = f"/audits/{audit_id}/votes", str(uuid4())
        sent = [house.who["certifier"].post(path, GRANT, key=key) for _ in "abc"]
        first, *others = await asyncio.gather(*sent)
        assert (first["votes"], first["outcome"]) == (1, None)
        assert others == [first, first]
        refused = {**GRANT, "choice": "refuse"}
        answer = await house.who["certifier"].call("POST", path, refused, key=key)
        assert answer.status_code == 409
        assert answer.json()["reasons"][0]["code"] == "idempotency.other_body"
        same_key = await house.who["second"].post(path, GRANT, key=key)
        assert same_key["outcome"] == "grant", "another person's key is another key"
        assert await house.who["second"].post(path, GRANT, key=key) == same_key


async def test_a_key_is_for_one_address_and_one_body(database: Database) -> None:
    async with houses(database.settings, "sabores") as (house,):
        manager, key = house.who["manager"], str(uuid4())
        sent = {"trade_name": "Miel Una", "commune": "Cochrane"}
        made = await manager.post("/producers", sent, key=key)
        assert await manager.post("/producers", sent, key=key) == made
        for path, body in (("/producers", {**sent, "trade_name": "Miel Dos"}), ("/people", {"name": "Alguien"})):
            answer = await manager.call("POST", path, body, key=key)
            assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (409, "idempotency.other_body")
        assert [one["trade_name"] for one in await manager.get("/producers")] == ["Miel Una"]
        for bad in ("", "short", "x" * 201):
            answer = await manager.browser.post(
                "/api/v1/producers", json=sent, headers={"Authorization": f"Bearer {manager.token}"} | _key(bad)
            )
            assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (400, "web.idempotency_key")


def _key(text: str) -> dict[str, str]:
    return {"Idempotency-Key": text} if text else {}


async def test_declaring_and_sealing_at_once_happen_once(database: Database) -> None:
    """What signs: the same key, and different keys, at the same time."""
    async with houses(database.settings, "sabores") as (house,):
        await whole_job(house)
        producer = house.who["producer"]
        declared = {
            "producer_id": house.made["producer"], "product_id": house.made["product"], "site_id": house.made["site"],
            "lot": "L-9", "units": 20, "produced_on": house.today().isoformat(),
            "made_of": [{"lot": await harvest(house, 10_000), "amount": "10", "unit": "kg"}],
        }  # fmt: skip
        key = str(uuid4())
        first, second = await asyncio.gather(*(producer.post("/batches", declared, key=key) for _ in "ab"))
        assert first == second
        await measure(house, first["id"])
        path = f"/batches/{first['id']}/seal"
        answers = await asyncio.gather(*(producer.call("POST", path, key=key) for key in ("a" * 8, "a" * 8, "b" * 8)))
        sealed = [answer.json() for answer in answers if answer.status_code == 201]
        assert sealed
        assert {one["code"] for one in sealed} == {sealed[0]["code"]}
        assert all(answer.status_code in (201, 409, 422) for answer in answers), [one.text for one in answers]
        lots = [one for one in await producer.get("/batches") if one["lot"] == "L-9"]
        assert [(one["id"], one["state"]) for one in lots] == [(first["id"], "sealed")]


async def test_the_same_answer_again_is_accepted_and_another_under_its_id_is_not(database: Database) -> None:
    """Answers carry ids of their own: a device that lost the answer sends the whole chapter again."""
    async with houses(database.settings, "sabores") as (house,):
        await join(house)
        await publish(house)
        audit_id, auditor = await plan(house), house.who["auditor"]
        await auditor.post(f"/audits/{audit_id}/start")
        points = (await auditor.get(f"/audits/{audit_id}"))["points"]
        given = [answer_to(point, house.clock.now(), {}) for point in points[:3]]
        stored = await auditor.post(f"/audits/{audit_id}/answers", {"answers": given})
        assert await auditor.post(f"/audits/{audit_id}/answers", {"answers": given}) == stored
        changed = [{**given[0], "justification": "Otra cosa."}]
        assert await auditor.refused(f"/audits/{audit_id}/answers", {"answers": changed}, status=409)
        assert len((await auditor.get(f"/audits/{audit_id}"))["answers"]) == 3


async def test_a_session_used_at_the_same_moment_serves_every_request(database: Database) -> None:
    """Several tabs, or a device that sends everything it kept: noting the use of a session stops none of them."""
    async with houses(database.settings, "sabores") as (house,):
        for _ in range(3):
            house.minutes()
            answers = await asyncio.gather(*(house.who["manager"].call("GET", "/me") for _ in range(6)))
            assert [answer.status_code for answer in answers] == [200] * 6
