"""Characters that nobody sees or that turn the text around are refused wherever text comes in."""

from __future__ import annotations

import pytest

from seal.errors import BadInput
from seal.identity import Role, system
from seal.members import service as members
from seal.people import service as people
from seal.web import text
from tests.conftest import Database
from tests.web.support import AT, bearer, client, key, make_association, make_person, serving

UNSEEN = ["\x00", "\x1b", "\x7f", "\x85", "\u200b", "\u200f", "\u202e", "\u2066", "\u2069"]


@pytest.mark.parametrize("letter", UNSEEN)
def test_unseen_character_is_refused_at_any_depth(letter: str) -> None:
    with pytest.raises(BadInput) as raised:
        text.clean_strings({"a": [{"b": f"x{letter}y"}], "c": "fine\n\tñandú 🍯"})
    assert [(one.code, one.params["field"]) for one in raised.value.reasons] == [("web.text_characters", "a.0.b")]


def test_lines_tabs_and_accents_stay() -> None:
    text.clean_strings({"a": ["uno\r\n\tdos", "ñandú", 1, None, True], "b": "Ω 🍯"})


@pytest.mark.parametrize("letter", UNSEEN)
async def test_unseen_character_in_a_name_by_api_is_bad_input(database: Database, letter: str) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, await make_person(association, Role.MANAGER))
        body = {"trade_name": f"Miel{letter}Sur", "commune": "Coyhaique"}
        answer = await browser.post("/api/v1/producers", json=body, headers=key(headers))
    assert answer.status_code == 400
    assert answer.json()["reasons"][0]["code"] == "web.text_characters"


async def test_unseen_character_in_a_name_is_refused_without_the_web_too(database: Database) -> None:
    acting = system((await make_association()).id, AT)
    with pytest.raises(BadInput, match=r"web\.text_characters"):
        await people.create_person(acting, name="Ana\u202e")
    with pytest.raises(BadInput, match=r"web\.text_characters"):
        await members.register_producer(acting, trade_name="Miel\x00Sur", commune="Coyhaique")


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"link":' * 100_000])
async def test_body_nested_without_end_is_bad_input(database: Database, body: bytes) -> None:
    await make_association()
    async with serving(database.settings) as app:
        answer = await client(app).post("/api/v1/sessions", content=body, headers=key())
    assert answer.status_code == 400
    assert answer.json()["status"] == 400


@pytest.mark.parametrize("path", ["/protocols/miel/%00", "/desk/%00", "/a/%00/", "/desk?x=%00"])
async def test_nul_in_an_address_is_no_fault_of_ours(database: Database, path: str) -> None:
    await make_association()
    async with serving(database.settings) as app:
        assert (await client(app).get(path)).status_code == 400


async def test_fault_of_the_whole_body_names_the_body(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app:
        answer = await client(app).post("/api/v1/sessions", json=[], headers=key())
    assert answer.status_code == 400
    assert answer.json()["reasons"][0]["sentence"].startswith("el cuerpo del pedido: ")


def test_a_body_of_too_many_values_is_refused_before_they_are_queued() -> None:
    with pytest.raises(BadInput, match=r"web\.values"):
        text.clean_strings({"a": [0] * 60_000})


def test_no_more_than_fifty_places_are_named() -> None:
    with pytest.raises(BadInput) as caught:
        text.clean_strings(["\u200b"] * 1_000)
    assert len(caught.value.reasons) == 50
