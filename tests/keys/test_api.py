"""What strangers read of keys and log, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from seal.associations.model import Association
from seal.keys import service as keys
from seal.keys import statement
from tests.conftest import Database
from tests.keys.conftest import LIGHT, PASSPHRASE
from tests.web.support import AT, client, make_association, serving


@asynccontextmanager
async def served(database: Database) -> AsyncIterator[tuple[httpx.AsyncClient, Association]]:
    async with serving(database.settings) as app, client(app) as browser:
        yield browser, await make_association()


async def hold(association: Association) -> None:
    await keys.ceremony(association.id, PASSPHRASE, AT, allow_localhost=True, cost=LIGHT)


async def test_a_stranger_reaches_every_key_from_a_pinned_fingerprint(database: Database) -> None:
    async with served(database) as (browser, association):
        await hold(association)
        pinned = (await keys.public_keys(association.id)).fingerprint
        answer = (await browser.get("/keys")).json()
        chain = [one["statement"].encode() for one in answer["statements"]]
        history = statement.verify_chain(chain, pinned)
        document = (await browser.get("/.well-known/did.json")).json()
        assert document["id"] == history.did == association.did
        assert {f"{history.did}#{history.issuing[0].kid}", f"{history.did}#{history.log[0].kid}"} <= set(
            document["assertionMethod"]
        )
        key_set = (await browser.get("/.well-known/jwks.json")).json()
        assert {one["kid"] for one in key_set["keys"]} <= set(document["assertionMethod"])


async def test_before_the_ceremony(database: Database) -> None:
    async with served(database) as (browser, association):
        assert (await browser.get("/keys")).json()["statements"] == []
        document = (await browser.get("/.well-known/did.json")).json()
        assert (document["id"], document["verificationMethod"]) == (association.did, [])
        assert (await browser.get("/log/entries")).json()["entries"] == []
