"""Every query of witnesses and cosignatures, always of one association."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.ids import uuid7
from seal.transparency.model import Checkpoint
from seal.transparency.note import NoteSignature, parse_note
from seal.transparency.tables import LogCheckpoint, LogCosignature, LogWitness
from seal.transparency.witness import Act, Cosigned

Row = dict[str, Any]


async def acts(association_id: UUID) -> tuple[Act, ...]:
    """Every act on the list of witnesses, oldest first."""
    rows = (
        await LogWitness.select()
        .where(LogWitness.association_id == association_id)
        .order_by(LogWitness.at)
        .order_by(LogWitness.id)
    )
    return tuple(Act(row["act"] == "added", row["verifier_key"], row["url"], row["reason"], row["at"]) for row in rows)


async def save_act(association_id: UUID, act: Act) -> None:
    await LogWitness.insert(
        LogWitness(
            id=uuid7(act.at),
            association_id=association_id,
            act="added" if act.added else "removed",
            verifier_key=act.verifier_key,
            url=act.url,
            reason=act.reason,
            at=act.at,
        )
    )


async def checkpoint_of(association_id: UUID, size: int) -> Checkpoint | None:
    """The checkpoint of that size, as it was signed."""
    row: Row | None = (
        await LogCheckpoint.select()
        .where(LogCheckpoint.association_id == association_id, LogCheckpoint.size == size)
        .first()
    )
    if row is None:
        return None
    return Checkpoint(row["association_id"], row["size"], row["root"], row["note"], row["signed_at"])


async def save(association_id: UUID, size: int, key: str, cosigned_at: int, line: NoteSignature, at: datetime) -> None:
    """Keep a verified line; one that is there stays as it was first received."""
    await LogCosignature.insert(
        LogCosignature(
            id=uuid7(at),
            association_id=association_id,
            size=size,
            verifier_key=key,
            cosigned_at=cosigned_at,
            line=line.line.encode(),
            received_at=at,
        )
    ).on_conflict(
        target=(
            LogCosignature.association_id,
            LogCosignature.verifier_key,
            LogCosignature.size,
            LogCosignature.cosigned_at,
        ),
        action="DO NOTHING",
    )


def _line(row: Row) -> NoteSignature:
    (line,) = parse_note(b"x\n\n" + row["line"]).signatures
    return line


async def newest_of(association_id: UUID, keys: Sequence[str], size: int) -> tuple[NoteSignature, ...]:
    """The newest line of each of ``keys`` under the checkpoint of ``size``, in the order of ``keys``."""
    if not keys:
        return ()
    rows: list[Row] = (
        await LogCosignature.select()
        .where(
            LogCosignature.association_id == association_id,
            LogCosignature.size == size,
            LogCosignature.verifier_key.is_in(list(keys)),
        )
        .order_by(LogCosignature.cosigned_at)
    )
    newest = {row["verifier_key"]: row for row in rows}
    return tuple(_line(newest[key]) for key in keys if key in newest)


async def last_of(association_id: UUID, key: str) -> Cosigned | None:
    """The largest size that ``key`` cosigned, and when it did so last."""
    row: Row | None = (
        await LogCosignature.select()
        .where(LogCosignature.association_id == association_id, LogCosignature.verifier_key == key)
        .order_by(LogCosignature.size, ascending=False)
        .order_by(LogCosignature.cosigned_at, ascending=False)
        .first()
    )
    return Cosigned(row["size"], row["cosigned_at"]) if row else None
