"""Queries of cleared review flags, always inside one association."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from seal import ids
from seal.db.violations import Contention, integrity
from seal.protocols.flags import Clearance, Flag, FlagAct
from seal.protocols.tables import ProtocolClearance

_C = ProtocolClearance


async def acts(association_id: UUID) -> dict[Flag, tuple[Clearance, ...]]:
    """Everything that was done about flags, by flag, oldest first."""
    rows: list[dict[str, Any]] = (
        await _C.select().where(_C.association_id == association_id).order_by(_C.sequence, _C.id)
    )
    found: dict[Flag, tuple[Clearance, ...]] = {}
    for row in rows:
        flag = Flag(row["module_id"], row["place"], row["flag"], row["requirement_sha256"])
        act = Clearance(
            FlagAct(row["action"]), row["name"], row["cleared_on"], row["note"], row["recorded_by"], row["recorded_at"]
        )
        found[flag] = (*found.get(flag, ()), act)
    return found


async def insert(association_id: UUID, flag: Flag, sequence: int, act: Clearance, at: datetime) -> None:
    """Append an act. Raises ``Contention('db.busy')`` when somebody else acted at the same moment."""
    async with integrity({"protocol_clearance_in_order": Contention("db.busy")}):
        await _C.insert(
            _C(
                id=ids.uuid7(at),
                association_id=association_id,
                module_id=flag.module_id,
                place=flag.place,
                flag=flag.flag,
                requirement_sha256=flag.requirement_sha256,
                sequence=sequence,
                action=act.act.value,
                name=act.name,
                cleared_on=act.on,
                note=act.note,
                recorded_by=act.recorded_by,
                recorded_at=act.recorded_at,
            )
        )
