"""VC-API over HTTP: our own certificates verify through it, tampered twins do not, and nothing is ever fetched."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from seal.batches import service as batches
from seal.certificates import service as certificates
from seal.clock import SimulatedClock
from seal.foreign import reading
from seal.ids import Code
from seal.keys import did as dids
from seal.keys import ed25519, jws
from tests.conftest import Database, on
from tests.verification.sealed import DAY, Sealed, sealed
from tests.web.support import client, serving

from .examples import STRANGER, THIEF, credential, entry, plain, presentation, status_list
from .test_reading import HOSTILE

NOW = DAY + timedelta(hours=3)


@dataclass
class Site:
    browser: httpx.AsyncClient
    made: Sealed | None = None

    async def verify(self, value: Any, **options: Any) -> httpx.Response:
        body = {"verifiableCredential": value, "options": options}
        return await self.browser.post("/credentials/verify", json=body)

    async def present(self, value: Any, **options: Any) -> httpx.Response:
        body = {"verifiablePresentation": value, "options": options}
        return await self.browser.post("/presentations/verify", json=body)

    async def certificate(self) -> str:
        assert self.made is not None
        assert self.made.batch.public_id is not None
        code = Code(self.made.batch.public_id).plain
        return (await self.browser.get(f"/c/{code}", headers={"Accept": "application/vc+jwt"})).text


@asynccontextmanager
async def site(database: Database, made: Sealed | None = None) -> AsyncIterator[Site]:
    headers = {"host": made.association.base.split("://")[1]} if made else {}
    async with (
        serving(database.settings, clock=SimulatedClock(NOW)) as app,
        client(app, headers=headers) as browser,
    ):
        yield Site(browser, made)


def codes(answer: httpx.Response) -> list[str]:
    return [problem["code"].removeprefix("foreign.") for problem in answer.json()["problemDetails"]]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks up a host or connects anywhere fails the test."""

    def never(*given: Any, **named: Any) -> Any:
        raise AssertionError(f"the network was used: {given}")

    monkeypatch.setattr(socket, "getaddrinfo", never)
    monkeypatch.setattr(socket, "create_connection", never)


async def test_our_own_certificates_and_lists_verify_and_their_twins_do_not(database: Database) -> None:
    made = await sealed()
    await certificates.publish_status(made.association.id, NOW)
    async with site(database, made) as here:
        compact = await here.certificate()
        answer = await here.verify(compact)
        assert (answer.status_code, answer.json()["problemDetails"]) == (200, [])
        found = answer.json()
        assert (found["verified"], found["keySource"], found["issuer"]) == (True, "this_server", made.association.did)
        assert [(one["statusPurpose"], one["status"]) for one in found["credentialStatus"]] == [
            ("revocation", 0),
            ("suspension", 0),
        ]
        assert "status_not_checked" not in str(found["warnings"])
        one = (await here.browser.get("/status/revocation/0")).text
        assert (await here.verify(one)).json()["verified"] is True

        head, body, signature = compact.split(".")
        document = json.loads(jws.decode(body))
        document["credentialSubject"]["name"] = "Miel de otro"
        twin = await here.verify(f"{head}.{jws.encode(json.dumps(document).encode())}.{signature}")
        assert (twin.status_code, codes(twin)) == (400, ["signature"])
        assert (await here.verify(f"{head}.{body}.{jws.encode(bytes(64))}")).status_code == 400


async def test_a_recalled_batch_no_longer_verifies_with_a_list_of_this_server(database: Database) -> None:
    made = await sealed()
    await certificates.publish_status(made.association.id, NOW)
    async with site(database, made) as here:
        before = (await here.browser.get("/status/revocation/0")).text
        compact = await here.certificate()
        await batches.recall(
            made.manager(NOW), made.batch.id, reason_class="food_safety", reason="Vidrio", advice="do_not_eat"
        )
        await certificates.publish_status(made.association.id, NOW)
        answer = await here.verify(compact)
        assert (answer.status_code, codes(answer)) == (400, ["status_revocation"])
        # the list of before, handed in, does not take the place of what this server knows
        assert codes(await here.verify(compact, statusLists=[before])) == ["status_revocation"]


@on("sqlite")
async def test_a_list_of_ours_that_has_ended_says_nothing(database: Database) -> None:
    """The log key was locked for a day: nobody knows what happened since, so nobody says that all is well."""
    made = await sealed()
    async with site(database, made) as here:
        answer = await here.verify(await here.certificate())
        assert (answer.status_code, codes(answer)) == (400, ["list_ended", "list_ended"])
        assert [one["status"] for one in answer.json()["credentialStatus"]] == [None, None]
        assert (await here.verify(await here.certificate(), checks=["proof"])).status_code == 200


@on("sqlite")
async def test_a_document_that_is_handed_in_never_speaks_for_an_association_here(database: Database) -> None:
    made = await sealed()
    did = made.association.did
    forged = plain(issuer=did)
    handed = dids.document(did, [THIEF.raw])
    async with site(database, made) as here:
        token = THIEF.jwt(forged, kid=dids.key_url(did, ed25519.key_id(THIEF.raw)))
        assert codes(await here.verify(token, keys=handed)) == ["key_not_in_document"]


@on("sqlite")
async def test_a_stranger_with_their_document_and_list(database: Database, no_network: None) -> None:
    web = "did:web:feria.example"
    handed = dids.document(web, [STRANGER.raw])
    kid = dids.key_url(web, ed25519.key_id(STRANGER.raw))
    token = STRANGER.jwt(plain(issuer=web, credentialStatus=entry()), kid=kid)
    fresh = {"validFrom": None, "validUntil": None, "issuer": web}
    clear, revoked = (STRANGER.jwt(status_list(*bits, **fresh), kid=kid) for bits in ((), (94_567,)))
    async with site(database) as here:
        assert codes(await here.verify(token)) == ["key_not_known"]
        answer = (await here.verify(token, keys=handed)).json()
        assert (answer["verified"], answer["keySource"]) == (True, "handed_in")
        assert [one["code"] for one in answer["warnings"]] == ["foreign.status_not_checked"]
        assert (await here.verify(token, keys=handed, statusLists=[clear])).json()["warnings"] == []
        assert codes(await here.verify(token, keys=handed, statusLists=[revoked])) == ["status_revocation"]


@on("sqlite")
async def test_a_presentation_over_http(database: Database, no_network: None) -> None:
    signed = STRANGER.sign(presentation(STRANGER.sign(plain())), challenge="1", domain="shop.example")
    async with site(database) as here:
        answer = await here.present(signed, challenge="1", domain="shop.example")
        assert answer.status_code == 200
        assert [one["verified"] for one in answer.json()["credentialResults"]] == [True]
        assert codes(await here.present(signed, challenge="2")) == ["challenge"]
        assert codes(await here.present({"type": ["NonconformingDocument"]}))[0] == "not_secured"


@on("sqlite")
async def test_every_rule_at_once_in_the_readers_language(database: Database) -> None:
    async with site(database) as here:
        spoiled = credential(issuer=3, validFrom="soon", type=["VerifiableCredential", "Jam"])
        body = {"verifiableCredential": STRANGER.sign(spoiled)}
        for lang, word in (("es", "emisor"), ("en", "issuer")):
            answer = await here.browser.post("/credentials/verify", json=body, headers={"Accept-Language": lang})
            found = {one["code"]: one for one in answer.json()["problemDetails"]}
            assert {"foreign.issuer", "foreign.moment", "foreign.type_unmapped"} <= found.keys()
            assert word in found["foreign.issuer"]["detail"]
            assert found["foreign.issuer"]["type"] == "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR"
            assert found["foreign.issuer"]["pointer"] == "/issuer"


QUESTIONS: dict[str, tuple[bytes, list[str]]] = {
    "no credential": (b"{}", ["nothing_asked"]),
    "no object": (b"[]", ["not_object"]),
    "options that are text": (b'{"verifiableCredential":{},"options":"x"}', ["options"]),
    "checks that are text": (b'{"verifiableCredential":{},"options":{"checks":"proof"}}', ["options"]),
    "a challenge that is a number": (b'{"verifiableCredential":{},"options":{"challenge":1}}', ["options"]),
    "lists that are none": (b'{"verifiableCredential":{},"options":{"statusLists":{}}}', ["options"]),
    "keys that are none": (b'{"verifiableCredential":{},"options":{"keys":5}}', ["keys.form"]),
    "a number for a credential": (b'{"verifiableCredential":5}', ["not_secured"]),
}  # fmt: skip


@on("sqlite")
@pytest.mark.parametrize("name", QUESTIONS)
async def test_a_question_that_cannot_be_understood(name: str, database: Database) -> None:
    body, wanted = QUESTIONS[name]
    async with site(database) as here:
        answer = await here.browser.post("/credentials/verify", content=body)
        assert (answer.status_code, codes(answer)) == (400, wanted)
        assert answer.json()["verified"] is False


@on("sqlite")
async def test_hostile_bodies_are_answered_within_a_second(database: Database) -> None:
    async with site(database) as here:
        for data, code in HOSTILE.values():
            began = time.process_time()
            answer = await here.browser.post("/credentials/verify", content=data)
            assert time.process_time() - began < 1
            if len(data) > 1_000_000:
                assert answer.status_code == 413
            else:
                assert (answer.status_code, codes(answer)) == (400, [code])


@on("sqlite")
async def test_nothing_of_a_stranger_is_read_on_the_event_loop(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: set[int] = set()
    read = reading.read

    def noted(data: bytes, **given: Any) -> Any:
        where.add(threading.get_ident())
        return read(data, **given)

    monkeypatch.setattr(reading, "read", noted)
    many = {"type": ["VerifiablePresentation"], "verifiableCredential": [{}] * 40_000}
    text = json.dumps(plain(evidence=[1] * 5_000))
    async with site(database) as here:
        for answer in (
            await here.present(many, keys={}, statusLists=[STRANGER.jwt(status_list())]),
            await here.verify(many),
            await here.browser.post("/verificar/credencial", data={"credential": text, "keys": text, "status": text}),
        ):
            assert answer.status_code in (200, 400)
    assert where
    assert threading.get_ident() not in where


@on("sqlite")
async def test_a_small_question_has_no_huge_answer(database: Database) -> None:
    """Forty thousand faults would be ten megabytes of sentences."""
    async with site(database) as here:
        answer = await here.verify(STRANGER.sign(plain(evidence=[1] * 40_000)))
        assert answer.status_code == 400
        assert codes(answer)[-1] == "faults_many"
        assert len(codes(answer)) == 51
        assert len(answer.content) < 60_000
        said = answer.json()["problemDetails"][-1]["detail"]
        assert "40000" in said


@on("sqlite")
async def test_costly_proofs_are_answered_within_a_second(database: Database) -> None:
    wide = plain(credentialSubject={"id": "did:example:a", "numbers": [place / 7 for place in range(9_000)]})
    signed = STRANGER.sign(wide)
    signed["proof"] = [signed["proof"] | {"created": f"2026-06-01T15:00:0{second}Z"} for second in range(1, 5)]
    async with site(database) as here:
        began = time.process_time()
        answer = await here.verify(signed)
        assert codes(answer) == ["signature"] * 4
        assert time.process_time() - began < 1


@on("sqlite")
async def test_another_sites_page_cannot_ask(database: Database) -> None:
    async with site(database) as here:
        answer = await here.browser.post(
            "/credentials/verify", json={"verifiableCredential": {}}, headers={"Origin": "https://evil.example"}
        )
        assert answer.status_code == 403
