"""Pages and answers of verification over HTTP: statuses, one spelling, negotiation, caching, nothing personal."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from seal.batches import service as batches
from seal.certificates import credential as credentials
from seal.clock import SimulatedClock
from seal.ids import Code as TypedCode
from seal.keys import jws
from seal.keys import service as keys
from seal.verification import bundle, edge, scans
from tests.conftest import Database
from tests.web.support import client, serving

from .sealed import DAY, Sealed, sealed

NOW = DAY + timedelta(days=20)
FLIGHT = 14_336
"""One first flight of packets."""
JSON = {"Accept": "application/json"}


@dataclass
class Site:
    """A served world and a browser at one association's address."""

    made: Sealed
    browser: httpx.AsyncClient
    clock: SimulatedClock

    async def get(self, path: str, **headers: str) -> httpx.Response:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.browser.get(path, headers=headers)

    @property
    def token(self) -> str:
        return self.made.labels[0].digits

    @property
    def code(self) -> TypedCode:
        assert self.made.batch.public_id is not None
        return TypedCode(self.made.batch.public_id)


@asynccontextmanager
async def site(database: Database, made: Sealed, at: datetime = NOW) -> AsyncIterator[Site]:
    clock = SimulatedClock(at)
    # the server knows an association by the host of its base address, whatever its own public origin is
    headers = {"host": made.association.base.split("://")[1]}
    async with serving(database.settings, clock=clock) as app, client(app, headers=headers) as browser:
        yield Site(made, browser, clock)


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    edge.answers.clear()


async def test_page_of_a_good_label(database: Database) -> None:
    async with site(database, await sealed()) as here:
        for lang in ("es", "en"):
            page = await here.get(f"/{here.token}", Accept_Language=lang, Accept="text/html")
            assert page.status_code == 200
            assert page.headers["content-language"] == lang
            assert "script" not in page.text.lower()
            assert "set-cookie" not in page.headers
            assert len(gzip.compress(page.content, 6)) <= FLIGHT
            assert "Miel del Baker" in page.text
            assert "Apiario" not in page.text
            assert "http://" not in page.text.replace("http://www.w3.org", "")


async def test_json_by_accept_says_the_same(database: Database) -> None:
    async with site(database, await sealed()) as here:
        answer = await here.get(f"/{here.token}", Accept="application/json")
        assert answer.status_code == 200
        found = answer.json()
        assert (found["verdict"], found["notes"]) == ("authentic", [])
        assert found["record"]["batch"]["unit"] == 1
        assert "accept" in answer.headers["vary"].lower()


async def test_unknown_and_mistyped_are_404(database: Database) -> None:
    async with site(database, await sealed(count=1)) as here:
        for text in (TypedCode(1).plain, here.code.plain[:-1] + "U", here.token[:-1], "nothing", "9" * 500):
            for accept in ("text/html", "application/json"):
                assert (await here.get(f"/{text}", Accept=accept)).status_code == 404


async def test_forged_token_of_a_known_id_is_200_and_shows_no_record(database: Database) -> None:
    async with site(database, await sealed(count=1)) as here:
        forged = here.token[:-1] + str((int(here.token[-1]) + 1) % 10)
        answer = await here.get(f"/{forged}", **JSON)
        assert answer.status_code == 200
        assert answer.json()["verdict"] == "forged"
        assert "record" not in answer.json()
        page = await here.get(f"/{forged}", Accept="text/html")
        assert "Miel del Baker" not in page.text


async def test_spelled_variants_go_to_the_one_spelling(database: Database) -> None:
    async with site(database, await sealed(count=1)) as here:
        for variant in (here.code.printed, here.code.plain.lower(), here.code.printed.lower()):
            answer = await here.get(f"/{variant}?lang=en")
            assert answer.status_code == 307
            assert answer.headers["location"] == f"/{here.code.plain}?lang=en"
        assert (await here.get(f"/{here.code.plain}", **JSON)).status_code == 200


async def test_code_of_another_association_goes_to_its_owner(database: Database) -> None:
    ours, theirs = await sealed("aysen", count=1), await sealed("baker", count=1)
    async with site(database, ours) as here:
        assert theirs.batch.public_id is not None
        plain = TypedCode(theirs.batch.public_id).plain
        for path in (f"/{plain}", f"/c/{plain}"):
            answer = await here.get(path, Accept="text/html")
            assert answer.headers["location"] == f"{theirs.association.base}{path}"
        answer = await here.get(f"/{theirs.labels[0].digits}")
        assert answer.headers["location"] == f"{theirs.association.base}/{theirs.labels[0].digits}"


async def test_several_parts_are_no_page(database: Database) -> None:
    async with site(database, await sealed(count=1)) as here:
        assert (await here.get(f"/{here.code.plain}/more")).status_code == 404
        assert (await here.get(f"/{here.token}/01/07804520123453", **JSON)).json()["verdict"] == "forged"


async def test_a_recall_is_seen_at_once(database: Database) -> None:
    made = await sealed(count=1)
    async with site(database, made) as here:
        before = await here.get(f"/{here.token}", **JSON)
        assert before.headers["cache-control"] == "no-cache"
        await batches.recall(
            made.manager(NOW), made.batch.id, reason_class="food_safety", reason="Antibiótico.", advice="do_not_eat"
        )
        assert (await here.get(f"/{here.token}", **JSON)).json()["verdict"] == "recalled"


async def test_credential_by_accept(database: Database) -> None:
    made = await sealed(count=1)
    async with site(database, made) as here:
        for code, stored in (
            (here.code, made.batch.jws),
            (TypedCode(made.certified.certification.public_id), made.certified.certification.jws),
        ):
            signed = await here.get(f"/c/{code.plain}", Accept="application/vc+jwt")
            assert signed.headers["content-type"].startswith("application/vc+jwt")
            assert signed.content == stored
            document = await here.get(f"/c/{code.plain}", **JSON)
            assert document.content == jws.parse(signed.content, typ="vc+jwt").payload
            assert credentials.unlisted(document.json()) == frozenset()
            page = await here.get(f"/c/{code.plain}", Accept="text/html")
            assert page.headers["location"] == f"/{code.plain}"
        assert (await here.get(f"/c/{TypedCode(1).plain}", **JSON)).status_code == 404
        assert (await here.get("/c/nothing", **JSON)).status_code == 404


async def test_credential_addresses_answer(database: Database) -> None:
    """Whatever a credential names at our address is there: itself, status lists, the protocol's document."""
    made = await sealed(count=1)
    async with site(database, made) as here:
        assert made.batch.jws is not None
        document: dict[str, Any] = json.loads(jws.parse(made.batch.jws, typ="vc+jwt").payload)
        base = made.association.base
        for entry in document["credentialStatus"]:
            found = await here.get(entry["statusListCredential"].removeprefix(base))
            assert found.headers["content-type"].startswith("application/vc+jwt")
        resource = document["relatedResource"][0]
        body = (await here.get(resource["id"].removeprefix(base))).content
        assert hashlib.sha256(body).hexdigest() == made.certified.world.version.digest
        evidence = document["credentialSubject"]["auditableEvidence"]
        linked = await here.get(evidence["linkURL"].removeprefix(base), Accept="application/vc+jwt")
        assert hashlib.sha256(linked.content).hexdigest() == evidence["hashDigest"]


async def test_bundle_with_its_etag(database: Database) -> None:
    made = await sealed(count=1)
    async with site(database, made) as here:
        first = await here.get("/bundle")
        assert first.headers["content-type"].startswith("application/seal-bundle+jwt")
        fingerprint = (await keys.public_keys(made.association.id)).fingerprint
        assert bundle.read(first.content, fingerprint=fingerprint).pinned
        again = await here.get("/bundle", If_None_Match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        here.clock.advance(minutes=11)
        later = await here.get("/bundle", If_None_Match=first.headers["etag"])
        assert later.status_code == 200


async def test_status_list_that_is_not_there(database: Database) -> None:
    async with site(database, await sealed(count=1)) as here:
        for path in ("/status/revocation/9", "/status/other/0", "/status/revocation/-1"):
            assert (await here.get(path, **JSON)).status_code == 404


async def test_a_known_answer_is_given_again_until_something_changes(database: Database) -> None:
    made = await sealed(count=1)
    async with site(database, made) as here:
        first = await here.get(f"/{here.token}", **JSON)
        here.clock.advance(seconds=50)
        assert (await here.get(f"/{here.token}", **JSON)).json() == first.json()
        assert (await here.get(f"/{here.token}", Accept="text/html")).headers["content-type"].startswith("text/html")
        here.clock.advance(seconds=20)
        later = (await here.get(f"/{here.token}", **JSON)).json()
        assert later["as_of"] != first.json()["as_of"]
        packed = await here.get(f"/{here.token}", Accept_Encoding="gzip", **JSON)
        plain = await here.get(f"/{here.token}", Accept_Encoding="identity", **JSON)
        assert packed.content == plain.content
        assert (packed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)


async def test_given_again_is_still_counted(database: Database) -> None:
    made = await sealed(count=1)
    await scans.write(NOW, now=True)
    async with site(database, made) as here:
        for _ in range(3):
            await here.get(f"/{here.token}", **JSON)
        await here.get(f"/{TypedCode(1).plain}", **JSON)
    assert await scans.write(NOW, now=True) == 3


@pytest.mark.parametrize("number", ["9223372036854775808", "99999999999999999999", "9" * 31, "9" * 5000])
async def test_status_list_number_beyond_the_database_is_404(database: Database, number: str) -> None:
    async with site(database, await sealed(count=1)) as here:
        for accept in ("text/html", "application/json"):
            assert (await here.get(f"/status/revocation/{number}", Accept=accept)).status_code == 404


async def test_redirects_claim_no_json(database: Database) -> None:
    async with site(database, await sealed(count=1)) as here:
        answer = await here.get(f"/{here.code.printed}")
        assert answer.status_code == 307
        assert "json" not in answer.headers.get("content-type", "")


async def test_names_of_tests_are_in_the_language_of_the_page(database: Database) -> None:
    async with site(database, await sealed(count=1)) as here:
        spanish = (await here.get(f"/{here.code.plain}?lang=es", Accept="text/html")).text
        english = (await here.get(f"/{here.code.plain}?lang=en", Accept="text/html")).text
        assert "Humedad" in spanish
        assert "Moisture" not in spanish
        assert "Moisture" in english
        assert "Humedad" not in english
