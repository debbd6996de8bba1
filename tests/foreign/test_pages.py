"""The page for people: no script, plain words, a result for each outcome, nothing of the input run or kept."""

from __future__ import annotations

import json
from typing import Any

import httpx

from seal.clock import SimulatedClock
from tests.conftest import Database, on
from tests.web.support import client, make_association, serving

from .examples import AT, STRANGER, THIEF, entry, plain, presentation, status_list

ADDRESS = "/verificar/credencial"


async def page(database: Database, lang: str = "es", **fields: str) -> httpx.Response:
    async with serving(database.settings, clock=SimulatedClock(AT)) as app, client(app) as browser:
        headers = {"Accept-Language": lang, "Accept": "text/html"}
        if not fields:
            return await browser.get(ADDRESS, headers=headers)
        return await browser.post(ADDRESS, data=fields, headers=headers)


@on("sqlite")
async def test_the_form_has_no_script_and_is_found_from_the_front_page(database: Database) -> None:
    await make_association()
    for lang in ("es", "en"):
        answer = await page(database, lang)
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert "set-cookie" not in answer.headers
    async with serving(database.settings) as app, client(app) as browser:
        assert f'href="{ADDRESS}"' in (await browser.get("/")).text


def shown(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


@on("sqlite")
async def test_each_result_in_both_languages(database: Database) -> None:
    with_status = STRANGER.sign(plain(credentialStatus=entry()))
    cases: list[tuple[str, dict[str, Any]]] = [
        ("verified", {"credential": STRANGER.jwt(plain())}),
        ("verified_unchecked", {"credential": json.dumps(with_status)}),
        ("verified", {"credential": json.dumps(with_status), "status": STRANGER.jwt(status_list())}),
        ("not_verified", {"credential": json.dumps(with_status), "status": STRANGER.jwt(status_list(94_567))}),
        ("not_verified", {"credential": json.dumps(THIEF.sign(plain()))}),
        ("not_verified", {"credential": "{"}),
        ("cannot_check", {"credential": STRANGER.jwt(plain(issuer="did:web:a.example"), kid="did:web:a.example#1")}),
        ("verified", {"credential": json.dumps(STRANGER.sign(presentation(STRANGER.sign(plain()))))}),
    ]
    for result, fields in cases:
        for lang in ("es", "en"):
            assert f'class="verdict {result}"' in shown(await page(database, lang, **fields))


@on("sqlite")
async def test_a_file_is_read_before_the_text(database: Database) -> None:
    async with serving(database.settings, clock=SimulatedClock(AT)) as app, client(app) as browser:
        files = {"file": ("c.jwt", STRANGER.jwt(plain()).encode(), "application/jwt")}
        answer = await browser.post(ADDRESS, files=files, data={"credential": "{"})
        assert 'class="verdict verified"' in shown(answer)


@on("sqlite")
async def test_nothing_pasted(database: Database) -> None:
    async with serving(database.settings) as app, client(app) as browser:
        answer = await browser.post(ADDRESS, data={"credential": " "})
        assert answer.status_code == 400
        assert 'aria-invalid="true"' in answer.text


@on("sqlite")
async def test_what_a_credential_says_is_never_markup(database: Database) -> None:
    evil = plain(issuer='"><script>alert(1)</script>', type=["VerifiableCredential", "<img src=x>"])
    text = shown(await page(database, credential=json.dumps(evil)))
    assert "<script>alert" not in text
    assert "<img src=x>" not in text


@on("sqlite")
async def test_keys_that_cannot_be_read_are_told(database: Database) -> None:
    text = shown(await page(database, "en", credential=STRANGER.jwt(plain()), keys="{}"))
    assert "neither a DID document nor a JWK Set" in text


@on("sqlite")
async def test_a_long_text_is_not_sent_back(database: Database) -> None:
    short = shown(await page(database, credential=STRANGER.jwt(plain()), keys="{}"))
    assert ">eyJ" in short
    long = json.dumps(STRANGER.sign(plain(description="x" * 30_000)))
    text = shown(await page(database, credential=long, keys="{}"))
    assert "xxxx" not in text
    assert ">{}</textarea>" in text
