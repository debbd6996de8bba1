"""The test issuer: absent unless it is asked for, and unable to sign for anybody."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from seal.clock import SimulatedClock
from seal.foreign import trial
from seal.keys import intents, keyring, signer
from seal.keys import service as keys
from seal.settings import Settings, read
from tests.conftest import Database, on
from tests.verification.sealed import DAY, sealed
from tests.web.support import client, serving

from .examples import AT, BASE, codes, credential, judge, plain

WANTED: dict[str, Any] = {
    "@context": [BASE],
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": "did:example:ana"},
}


def on_by(settings: Settings) -> Settings:
    return settings.model_copy(update={"vc_api_test_issuer": True})


@asynccontextmanager
async def issuing(settings: Settings, host: str = "") -> AsyncIterator[httpx.AsyncClient]:
    headers = {"host": host} if host else {}
    async with serving(settings, clock=SimulatedClock(DAY)) as app, client(app, headers=headers) as browser:
        yield browser


def test_it_is_off_unless_the_setting_says_so() -> None:
    assert read({}).vc_api_test_issuer is False
    assert read({"SEAL_VC_API_TEST_ISSUER": "1"}).vc_api_test_issuer is True


@on("sqlite")
async def test_without_the_setting_there_is_no_such_address(database: Database) -> None:
    async with issuing(database.settings) as browser:
        answer = await browser.post("/credentials/issue", json={"credential": WANTED})
        unknown = await browser.get("/credentials/nothing", headers={"Accept": "application/json"})
        assert (answer.status_code, unknown.status_code) == (404, 404)
        asked = await browser.post("/credentials/issue", json={}, headers={"Accept": "application/json"})
        assert asked.json()["reasons"] == unknown.json()["reasons"]


@on("sqlite")
async def test_what_it_issues_verifies_and_says_that_it_is_worth_nothing(database: Database) -> None:
    async with issuing(on_by(database.settings)) as browser:
        for options in ({}, {"securing": "vc+jwt"}):
            answer = await browser.post("/credentials/issue", json={"credential": WANTED, "options": options})
            assert answer.status_code == 201
            assert "worthless" in answer.headers["seal-test-issuer"]
            assert "worthless" in answer.json()["test"]
            made = answer.json()["verifiableCredential"]
            found = await browser.post("/credentials/verify", json={"verifiableCredential": made})
            assert (found.status_code, found.json()["keySource"]) == (200, "did_key")
        bad = await browser.post("/credentials/issue", json={"credential": WANTED | {"type": "Honey"}})
        assert bad.status_code == 400
        assert [one["code"] for one in bad.json()["problemDetails"]] == ["foreign.type_unmapped", "foreign.type_needed"]
        assert (await browser.post("/credentials/issue", content=b"{")).status_code == 400
        assert (await browser.post("/credentials/issue", json={})).status_code == 400


def test_every_start_has_another_key() -> None:
    assert trial.TrialIssuer().did != trial.TrialIssuer().did


@pytest.mark.parametrize("issuer", ["did:web:sello.example", {"id": "did:web:sello.example", "name": "El Sello"}, {}])
def test_whatever_issuer_is_named_it_signs_as_itself(issuer: Any) -> None:
    one = trial.TrialIssuer()
    for enveloped in (False, True):
        made = one.issue(plain(issuer=issuer), AT, enveloped=enveloped)
        assert isinstance(made, dict)
        judged = judge(made)
        assert judged.verified
        assert judged.issuer == one.did


def test_it_signs_no_document_that_breaks_a_rule() -> None:
    found = trial.TrialIssuer().issue(credential(issuer="fake-issuer", proof={}), AT)
    assert isinstance(found, list)
    assert {fault.code for fault in found} == {"issuer", "trial_proof"}
    assert [fault.code for fault in trial.TrialIssuer().issue("text", AT)] == ["not_object"]


async def test_it_never_touches_the_keys_of_an_association(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attacked with open keys in the same process: everything of the key room that signs or commits is a trap."""
    made = await sealed()
    house = made.association
    held = await keys.public_keys(house.id)

    def trap(*given: Any, **named: Any) -> Any:
        raise AssertionError("the test issuer reached for an association's key")

    traps = [
        (signer, "sign"),
        (signer, "embed"),
        (keyring, "take"),
        (intents, "sign_intent"),
        (intents, "commit_intent"),
    ]
    for module, name in traps:
        monkeypatch.setattr(module, name, trap)
    own = f"{house.did}#{held.issuing.key_id}"
    attacks: list[dict[str, Any]] = [
        WANTED | {"issuer": house.did},
        WANTED | {"issuer": {"id": house.did, "name": house.name}},
        WANTED | {"issuer": house.did, "id": f"{house.base}/c/00000000"},
    ]
    options: list[dict[str, Any]] = [
        {}, {"securing": "vc+jwt"}, {"verificationMethod": own},
        {"issuer": house.did, "kid": own, "association": house.slug},
    ]  # fmt: skip
    async with issuing(on_by(database.settings), house.base.split("://")[1]) as browser:
        for attack in attacks:
            for option in options:
                answer = await browser.post("/credentials/issue", json={"credential": attack, "options": option})
                assert answer.status_code == 201
                document = answer.json()["verifiableCredential"]
                assert house.did not in json.dumps(document.get("issuer"))
                assert held.issuing.key_id not in json.dumps(document)
                found = (await browser.post("/credentials/verify", json={"verifiableCredential": document})).json()
                assert (found["keySource"], found["issuer"][:8]) == ("did_key", "did:key:")
                if "proof" in document:
                    assert codes(judge(document | {"issuer": house.did})) == {"signature"}
