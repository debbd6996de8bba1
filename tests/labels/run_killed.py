"""A process of its own that prints a label run and may die on the way (``SEAL_FAILPOINT``)."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from uuid import UUID

from seal.associations import service as associations
from seal.db import engine
from seal.keys import service as keys
from seal.labels import drawing, run_service
from seal.settings import settings


async def main() -> None:
    association_id, at, piece = UUID(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])
    drawing.PIECE = piece
    await engine.start(settings())
    assert await keys.unlock_from(await associations.get(association_id), settings())
    await run_service.print_waiting(association_id, at)
    await engine.stop()


if __name__ == "__main__":
    asyncio.run(main())
