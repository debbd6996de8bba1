"""Many leaves at once, by the verb that makes them, in one unit of work."""

from __future__ import annotations

from uuid import UUID

from seal.associations.model import Association
from seal.db import unit_of_work
from seal.transparency import service as log
from seal.transparency.model import LeafType
from tests.web.support import AT


async def fill(association: Association, count: int) -> None:
    """As many more leaves, each of an object that nobody else has."""
    async with unit_of_work():
        start = (await log.head(association.id)).size
        for number in range(start, start + count):
            await log.append(association.id, LeafType.DECISION, UUID(int=number + 1), b"{}", bytes(16), AT)
