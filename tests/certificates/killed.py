"""A process of its own that runs one verb under an idempotency key and may die on the way (``SEAL_FAILPOINT``)."""

from __future__ import annotations

import asyncio
import sys
from typing import Any
from uuid import UUID

from seal.associations import service as associations
from seal.batches import service as batches
from seal.certificates import service as certificates
from seal.db import engine
from seal.db.once import once
from seal.identity import Acting, system
from seal.keys import service as keys
from seal.labels import service as labels
from seal.people import service as people
from seal.settings import settings
from tests import world

KEY = "una-sola-vez"


async def run(verb: str, association_id: UUID, person_id: UUID, object_id: UUID) -> dict[str, Any]:
    """The verb as a page would run it; what it answers."""
    person = await people.person(system(association_id, world.START), person_id)
    acting = Acting(association_id, person_id, person.roles, world.START)

    async def effect() -> dict[str, Any]:
        if verb == "decide":
            state = await certificates.decide(acting, object_id)
            assert state.certification is not None
            return {"id": str(state.certification.id), "code": state.certification.public_id}
        if verb == "seal":
            return {"code": (await batches.seal(acting, object_id)).public_id}
        if verb == "recall":
            done = await batches.recall(acting, object_id, reason_class="quality", reason="Prueba.", advice="return")
            return {"state": done.state.value}
        if verb == "suspend":
            held = await certificates.suspend(acting, object_id, reason_class="voluntary", reason="Prueba.")
            return {"steps": len(held.steps)}
        reserved = await labels.reserve(acting, object_id, 24)
        return {"first": reserved.first, "last": reserved.last}

    return await once(association_id, person_id, KEY, verb, b"", world.START, effect, atomic=verb == "reserve")


async def main() -> None:
    await engine.start(settings())
    verb, *ids = sys.argv[1:]
    association_id, person_id, object_id = map(UUID, ids)
    assert await keys.unlock_from(await associations.get(association_id), settings())
    print(await run(verb, association_id, person_id, object_id))
    await engine.stop()


if __name__ == "__main__":
    asyncio.run(main())
