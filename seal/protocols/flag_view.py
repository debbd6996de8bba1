"""Review flags as templates take them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from seal.protocols import service
from seal.protocols.flags import Standing
from seal.protocols.model import Protocol


async def given(association_id: UUID, protocol: Protocol) -> dict[str, Any]:
    """``flags`` by place, and how many there are and are open."""
    found = await service.flags_of(association_id, protocol)
    by_place: dict[str, tuple[Standing, ...]] = {}
    for one in found:
        by_place[one.flag.place] = (*by_place.get(one.flag.place, ()), one)
    return {
        "flags": by_place,
        "flags_open": sum(one.cleared is None for one in found),
        "flags_all": len(found),
    }
