"""A process of its own that opens a recall and may die on the way (``SEAL_FAILPOINT``)."""

from __future__ import annotations

import asyncio
import sys
from uuid import UUID

from seal.associations import service as associations
from seal.db import engine
from seal.identity import Acting, system
from seal.keys import service as keys
from seal.people import service as people
from seal.settings import settings
from seal.traceability.recalls import opening
from seal.traceability.recalls.model import Cause, Subject
from tests import world

WHY = {"reason_class": "food_safety", "reason": "Residuos.", "advice": "do_not_eat"}


async def main() -> None:
    await engine.start(settings())
    association_id, person_id, lot_id = map(UUID, sys.argv[1:])
    assert await keys.unlock_from(await associations.get(association_id), settings())
    person = await people.person(system(association_id, world.START), person_id)
    acting = Acting(association_id, person_id, person.roles, world.START)
    await opening.open_recall(acting, Subject(Cause.LOTS, (lot_id,)), **WHY)
    await engine.stop()


if __name__ == "__main__":
    asyncio.run(main())
