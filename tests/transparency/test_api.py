"""What strangers read of the log, over HTTP."""

from __future__ import annotations

import base64
from uuid import UUID

import pytest

from seal.keys import service as keys
from seal.transparency import service as log
from seal.transparency.merkle import root, verify_consistency, verify_inclusion
from seal.transparency.model import LeafType, entry_bytes, leaf_hash
from seal.transparency.note import open_checkpoint, parse_verifier_key
from tests.conftest import Database
from tests.keys.test_api import hold, served
from tests.web.support import AT


async def test_a_stranger_finds_a_statement_in_the_log(database: Database) -> None:
    async with served(database) as (browser, association):
        await hold(association)
        await log.append(association.id, LeafType.PROTOCOL, association.id, b"{}", bytes(16), AT)
        await keys.checkpoint(association.id, AT)
        answer = (await browser.get("/keys")).json()
        (one,) = answer["statements"]
        key = parse_verifier_key(answer["log_key"])
        checkpoint = await browser.get("/log/checkpoint")
        assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
        head = open_checkpoint(checkpoint.content, key)
        proof = (await browser.get("/log/proof", params={"type": 1, "object": one["object_id"]})).json()
        entry = entry_bytes(
            LeafType.KEY_STATEMENT, UUID(one["object_id"]), bytes.fromhex(one["salt"]), one["statement"].encode()
        )
        assert base64.b64decode(proof["entry"]) == entry
        path = [base64.b64decode(hash_) for hash_ in proof["path"]]
        assert verify_inclusion(leaf_hash(entry), proof["index"], proof["size"], path, head.root)
        assert (await browser.get("/log/proof/0")).json() == proof


async def test_the_whole_log_can_be_followed(database: Database) -> None:
    async with served(database) as (browser, association):
        for number in range(5):
            await log.append(association.id, LeafType.DECISION, UUID(int=number + 1), b"{}", bytes(16), AT)
        entries = (await browser.get("/log/entries", params={"start": 1, "count": 3})).json()
        leaves = await log.leaves(association.id, 1, 4)
        assert [base64.b64decode(entry) for entry in entries["entries"]] == [leaf.entry for leaf in leaves]
        answer = (await browser.get("/log/consistency", params={"old": 3, "size": 5})).json()
        every = [leaf.hash for leaf in await log.leaves(association.id, 0, 5)]
        path = [base64.b64decode(hash_) for hash_ in answer["path"]]
        assert verify_consistency(3, 5, path, root(every[:3]), root(every))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/log/checkpoint", 404),
        ("/log/proof/0", 404),
        ("/log/proof/-1", 404),
        ("/log/proof/x", 404),
        ("/log/proof/1?size=9", 404),
        ("/log/proof/1?size=x", 400),
        ("/log/proof?type=9&object=019a0000-0000-7000-8000-000000000001", 404),
        ("/log/proof?type=1&object=x", 400),
        ("/log/proof", 400),
        ("/log/consistency?old=0&size=0", 404),
        ("/log/consistency?old=-1&size=0", 400),
        ("/log/entries?start=99999999999999999999", 400),
        (f"/log/entries?count={10**30}", 400),
        (f"/log/proof/{10**30}", 404),
        (f"/log/proof/{'9' * 5000}", 404),
        (f"/log/proof/0?size={10**30}", 400),
        (f"/log/proof?type={10**30}&object=019a0000-0000-7000-8000-000000000001", 404),
        (f"/log/consistency?old={10**30}&size={10**30}", 400),
    ],
)
async def test_what_is_not_there(database: Database, path: str, status: int) -> None:
    async with served(database) as (browser, _):
        assert (await browser.get(path, headers={"Accept": "application/json"})).status_code == status
