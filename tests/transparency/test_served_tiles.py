"""Tiles over HTTP: a stranger with the public key alone rebuilds the whole tree, and nothing else is served."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from seal.associations.model import Association
from seal.keys import service as keys
from tests.conftest import Database
from tests.keys.test_api import hold
from tests.transparency.filling import fill
from tests.transparency.stranger import Inconsistent, Stranger
from tests.web.support import AT, client, make_association, serving


@asynccontextmanager
async def held(
    database: Database, slug: str = "sabores", prefix: str = ""
) -> AsyncIterator[tuple[Association, Stranger]]:
    async with serving(database.settings) as app, client(app) as browser:
        if slug != "sabores":
            await make_association()
        association = await make_association(slug)
        await hold(association)
        yield association, Stranger(browser, await keys.verifier_key(association), f"{prefix}/log")


async def test_the_whole_tree_from_tiles(database: Database) -> None:
    async with held(database) as (association, stranger):
        await fill(association, 300)
        await keys.checkpoint(association.id, AT)
        first = await stranger.checkpoint()
        old = await stranger.tree(first)
        await fill(association, 230)
        await keys.checkpoint(association.id, AT)
        second = await stranger.checkpoint()
        assert (first.size, second.size) == (301, 531)
        tree = await stranger.tree(second)
        assert all(old.holds(index) for index in range(first.size))
        assert all(tree.holds(index) for index in range(second.size))
        assert tree.extends(first)
        again = await stranger.tree(first)
        assert again.leaves == old.leaves, "what a checkpoint covered stays served, partial tiles too"


async def test_a_log_below_a_prefix(database: Database) -> None:
    async with held(database, "otra", "/a/otra") as (association, stranger):
        await fill(association, 257)
        await keys.checkpoint(association.id, AT)
        head = await stranger.checkpoint()
        assert head.origin == association.log_origin
        assert len((await stranger.tree(head)).leaves) == 258
        assert (await stranger.browser.get("/log/tile/0/000.p/1")).status_code == 404, "the other log is empty"


async def test_a_flipped_bit_in_any_tile_is_found(database: Database) -> None:
    async with held(database) as (association, stranger):
        await fill(association, 260)
        await keys.checkpoint(association.id, AT)
        head = await stranger.checkpoint()
        asked: list[str] = []
        stranger.alter = lambda path, body: (asked.append(path), body)[1]
        await stranger.tree(head)
        chance = random.Random(7)
        for target in asked:

            def flip(path: str, body: bytes, target: str = target) -> bytes:
                if path != target:
                    return body
                bit = chance.randrange(len(body) * 8)
                altered = bytearray(body)
                altered[bit // 8] ^= 1 << bit % 8
                return bytes(altered)

            stranger.alter = flip
            with pytest.raises((Inconsistent, ValueError)):
                await stranger.tree(head)
        assert {path.split("/")[1] for path in asked} == {"entries", "0", "1"}


async def test_nothing_beyond_the_checkpoint_is_served(database: Database) -> None:
    async with held(database) as (association, stranger):
        assert (await stranger.browser.get("/log/tile/entries/000.p/1")).status_code == 404, "no checkpoint yet"
        await fill(association, 256)
        await keys.checkpoint(association.id, AT)
        await fill(association, 300)
        for path, status in {
            "0/000": 200, "0/001.p/1": 200, "0/001.p/2": 404, "0/001": 404, "1/000.p/1": 200, "1/000.p/2": 404,
            "1/000": 404, "2/000.p/1": 404, "entries/000": 200, "entries/001.p/1": 200, "entries/001.p/2": 404,
            "entries/001": 404, "0/000.p/7": 200, "63/000.p/1": 404, "0/x001/000.p/1": 404,
        }.items():  # fmt: skip
            answer = await stranger.browser.get(f"/log/tile/{path}")
            assert answer.status_code == status, path
            assert (answer.headers["content-type"] == "application/octet-stream") is (status == 200), path
        whole = (await stranger.browser.get("/log/tile/0/000")).content
        assert (await stranger.browser.get("/log/tile/0/000.p/7")).content == whole[: 7 * 32]


@pytest.mark.parametrize("prefix", ["", "/a/sabores"])
async def test_one_spelling(database: Database, prefix: str) -> None:
    async with held(database) as (association, stranger):
        await fill(association, 300)
        await keys.checkpoint(association.id, AT)
        assert (await stranger.browser.get(f"{prefix}/log/tile/0/000")).status_code == 200
        for path in (
            "/log/tile/0/000/", "/log/tile//0/000", "/log//tile/0/000", "/log/tile/0/%30%300", "/log/tile/%30/000",
            "/log/tile/00/000", "/log/tile/0/0", "/log/tile/0/x000/000", "/log/tile/0/000.p/256", "/log/tile/0/000.p/0",
            "/log/tile/entries/0", "/log/tile/", "/log/tile", "/log/tile/0", "/log/%74ile/0/000",
        ):  # fmt: skip
            assert (await stranger.browser.get(f"{prefix}{path}")).status_code == 404, path


async def test_caches_keep_tiles(database: Database) -> None:
    async with held(database) as (association, stranger):
        await fill(association, 300)
        await keys.checkpoint(association.id, AT)
        for path, kept in (
            ("0/000", "31536000, immutable"),
            ("0/001.p/40", "86400, immutable"),
            ("entries/000", "31536"),
        ):
            answer = await stranger.browser.get(f"/log/tile/{path}")
            assert kept in answer.headers["cache-control"]
            assert answer.headers["cache-control"].startswith("public")
            etag = {"If-None-Match": answer.headers["etag"]}
            again = await stranger.browser.get(f"/log/tile/{path}", headers=etag)
            assert (again.status_code, again.content) == (304, b"")
        plain = await stranger.browser.get("/log/tile/entries/000", headers={"Accept-Encoding": "identity"})
        packed = await stranger.browser.get("/log/tile/entries/000", headers={"Accept-Encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert plain.content == packed.content
        checkpoint = await stranger.browser.get("/log/checkpoint")
        assert checkpoint.headers["cache-control"] == "public, max-age=5"
