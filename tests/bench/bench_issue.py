"""Issuing a batch certificate, the whole verb and its signed part, beside one raw Ed25519 signature."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal.batches import service as batches
from seal.cli.example import steps, story
from seal.cli.session import configure, opened
from seal.clock import SystemClock
from seal.db.migrate import migrate
from seal.keys import jws
from tests.bench.measure import cpu, table

BATCHES = 80


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = configure(data=Path(folder), database_url=f"sqlite:///{folder}/seal.db", port=8080)
        await migrate(given)
        async with opened(given):
            stage = await steps.set_up(given, SystemClock().now() - timedelta(days=30))
            member = await steps.join(stage, story.MAKERS[0])
            audit_id, _ = await steps.audit(stage, member)
            await steps.grant(stage, audit_id)
            stage.clock.advance(days=5)
            waiting = iter(
                [await steps.declare(stage, member, story.WILDFLOWER, lot=f"B-{n}", units=24) for n in range(BATCHES)]
            )
            acting = stage.acting("manager")
            sample = await batches.seal(acting, next(waiting).id)
            assert sample.jws is not None
            payload = jws.parse(sample.jws, typ="vc+jwt").payload
            key = Ed25519PrivateKey.generate()

            async def raw() -> None:
                key.sign(payload)

            async def as_jws() -> None:
                jws.compact(signed := jws.signing_input(payload, kid="did:web:x#y", typ="vc+jwt"), key.sign(signed))

            async def seal() -> None:
                await batches.seal(acting, next(waiting).id)

            figures = [
                await cpu("raw Ed25519 signature of the payload", raw, times=500),
                await cpu("the payload as signed JWS", as_jws, times=500),
                await cpu("sealing: gates, intent, signature, leaf", seal, times=9, rounds=7),
            ]
            print()
            print(table("Issuing (SQLite, every commit synced)", figures, ["raw Ed25519 signature of the payload"]))


if __name__ == "__main__":
    asyncio.run(main())
