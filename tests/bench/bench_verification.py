"""Verification page and JSON, warm and cold, beside what they cannot do without.

Peers in the same run: a bare Litestar handler, one raw select, one Ed25519 verification, one render of the page's own
template. Warm: one label asked again and again. Cold: another label each time, none asked before.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from litestar import Litestar, get

from seal.app import create_app
from seal.batches import service as batches
from seal.cli.example import make
from seal.cli.example.steps import Stage
from seal.cli.progress import Progress
from seal.cli.session import configure, opened
from seal.clock import SystemClock
from seal.db.migrate import migrate
from seal.identity import system
from seal.labels import service as labels
from seal.settings import Settings
from seal.verification import edge, view
from seal.verification import service as verification
from tests.bench import asgi
from tests.bench.measure import cpu, table

HOST = {"Host": "localhost:8080", "Accept-Language": "es", "Accept-Encoding": "gzip"}
PAGE = HOST | {"Accept": "text/html"}
JSON = HOST | {"Accept": "application/json"}


@get("/")
async def hello() -> str:
    return "hello"


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = configure(data=Path(folder), database_url=f"sqlite:///{folder}/seal.db", port=8080)
        await migrate(given)
        async with opened(given):
            with Progress("making the worked example") as progress:
                stage = await make(given, progress)
            await run(given, stage)


async def run(given: Settings, stage: Stage) -> None:
    acting = system(stage.association.id, SystemClock().now())
    tokens: list[str] = []
    for batch in await batches.batches(acting):
        if batch.lot in ("VE-1", "VE-2"):
            for one in (await labels.labels(acting, batch.id)).ranges:
                tokens += [label.digits for label in await labels.codes(stage.acting("manager"), one.id)]
    app = create_app(given)
    bare = Litestar([hello], openapi_config=None)
    key = Ed25519PrivateKey.generate()
    signature = key.sign(b"message")
    public = key.public_key()
    warm, unasked = f"/{tokens[0]}", [f"/{token}" for token in tokens[1:]]

    async def verify_once() -> None:
        public.verify(signature, b"message")

    answer = await verification.verify(tokens[0], SystemClock().now())

    async def render_once() -> None:
        view.render(view.page_view(answer, "es"))

    database = sqlite3.connect(given.sqlite_path)
    row_id = database.execute("SELECT id FROM batch LIMIT 1").fetchone()[0]

    async def select_once() -> None:
        database.execute("SELECT * FROM batch WHERE id = ?", (row_id,)).fetchone()

    def each_once(headers: dict[str, str]) -> Callable[[], Awaitable[object]]:
        """One label after the other; before it starts again, what was answered is forgotten."""
        place = 0

        async def ask() -> None:
            nonlocal place
            if place % len(unasked) == 0:
                edge.answers.clear()
            status, _ = await asgi.get(app, unasked[place % len(unasked)], headers)
            place += 1
            assert status == 200

        return ask

    assert (await asgi.get(bare, "/", {}))[0] == 200
    for path, headers in ((warm, PAGE), (warm, JSON)):
        status, _ = await asgi.get(app, path, headers)
        assert status == 200, status
    figures = [
        await cpu("bare Litestar hello", lambda: asgi.get(bare, "/", {}), times=500),
        await cpu("one raw select", select_once, times=500),
        await cpu("one Ed25519 verification", verify_once, times=500),
        await cpu("one render of the page", render_once, times=100),
        await cpu("verification JSON, warm", lambda: asgi.get(app, warm, JSON), times=100),
        await cpu("verification JSON, cold", each_once(JSON), times=len(unasked)),
        await cpu("verification page, warm", lambda: asgi.get(app, warm, PAGE), times=100),
        await cpu("verification page, cold", each_once(PAGE), times=len(unasked)),
    ]
    print()
    print(table("Verification (SQLite, one process)", figures, ["bare Litestar hello", "one Ed25519 verification"]))


if __name__ == "__main__":
    asyncio.run(main())
