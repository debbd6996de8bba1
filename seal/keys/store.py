"""Every query of key statements and intents, always of one association."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from seal.keys.model import Intent, IntentKind, IntentState
from seal.keys.tables import WITHOUT_EMBEDDED, KeyIntent, KeyStatement


def _intent(row: dict[str, Any]) -> Intent:
    return Intent(**{**row, "kind": IntentKind(row["kind"]), "state": IntentState(row["state"])})


async def intent(association_id: UUID, intent_id: UUID) -> Intent | None:
    row = await KeyIntent.select().where(KeyIntent.association_id == association_id, KeyIntent.id == intent_id).first()
    return _intent(row) if row else None


async def intent_of(association_id: UUID, kind: IntentKind, object_id: UUID) -> Intent | None:
    row = (
        await KeyIntent.select()
        .where(
            KeyIntent.association_id == association_id,
            KeyIntent.kind == kind.value,
            KeyIntent.object_id == object_id,
        )
        .first()
    )
    return _intent(row) if row else None


async def intent_with(association_id: UUID, kind: IntentKind, payload_sha256: str) -> Intent | None:
    """The first intent with exactly this payload: what an interrupted run left to be finished."""
    row = (
        await KeyIntent.select()
        .where(
            KeyIntent.association_id == association_id,
            KeyIntent.kind == kind.value,
            KeyIntent.payload_sha256 == payload_sha256,
        )
        .order_by(KeyIntent.id)
        .first()
    )
    return _intent(row) if row else None


async def signed_intents(association_id: UUID, after: UUID | None, limit: int) -> list[Intent]:
    """Signed intents in the order of their ids, for whole-database checks."""
    query = KeyIntent.select().where(
        KeyIntent.association_id == association_id, KeyIntent.state == IntentState.SIGNED.value
    )
    if after is not None:
        query = query.where(KeyIntent.id > after)
    return [_intent(row) for row in await query.order_by(KeyIntent.id).limit(limit)]


async def without_embedded(association_id: UUID, limit: int) -> list[UUID]:
    """Signed intents that should have a document with an embedded proof and have none yet, oldest first."""
    sql = f"SELECT id FROM key_intent WHERE association_id = {{}} AND {WITHOUT_EMBEDDED} ORDER BY id LIMIT {{}}"  # noqa: S608
    rows: list[dict[str, Any]] = await KeyIntent.raw(sql, association_id, limit)
    return [row["id"] for row in rows]


async def embedded(association_id: UUID, kind: IntentKind, object_id: UUID) -> bytes | None:
    """The document with an embedded proof of an object, if it has been made."""
    row = (
        await KeyIntent.select(KeyIntent.embedded)
        .where(
            KeyIntent.association_id == association_id,
            KeyIntent.kind == kind.value,
            KeyIntent.object_id == object_id,
        )
        .first()
    )
    return bytes(row["embedded"]) if row and row["embedded"] is not None else None


async def save_embedded(association_id: UUID, intent_id: UUID, document: bytes) -> None:
    """Keep an embedded document made after its signature; the first one kept stays."""
    await KeyIntent.update({KeyIntent.embedded: document}).where(
        KeyIntent.association_id == association_id,
        KeyIntent.id == intent_id,
        KeyIntent.state == IntentState.SIGNED.value,
        KeyIntent.embedded.is_null(),
    )


async def save_intent(new: Intent) -> None:
    await KeyIntent.insert(KeyIntent(**{**vars(new), "kind": new.kind.value, "state": new.state.value}))


async def save_signed(signed: Intent) -> None:
    """Keep a signature; the first one kept stays (all are equal: Ed25519 is deterministic)."""
    await KeyIntent.update(
        {
            KeyIntent.state: signed.state.value,
            KeyIntent.result: signed.result,
            KeyIntent.signed_at: signed.signed_at,
            KeyIntent.key_id: signed.key_id,
            KeyIntent.embedded: signed.embedded,
        }
    ).where(
        KeyIntent.association_id == signed.association_id,
        KeyIntent.id == signed.id,
        KeyIntent.state == IntentState.COMMITTED.value,
    )


async def statements(association_id: UUID) -> tuple[bytes, ...]:
    """The chain of compact JWS, first to last."""
    rows = (
        await KeyStatement.select(KeyStatement.compact)
        .where(KeyStatement.association_id == association_id)
        .order_by(KeyStatement.seq)
    )
    return tuple(row["compact"] for row in rows)


async def statement_leaves(association_id: UUID) -> list[tuple[UUID, bytes, bytes]]:
    """``(id, salt, compact)`` of each statement: what its log leaf is made of."""
    rows = (
        await KeyStatement.select(KeyStatement.id, KeyStatement.salt, KeyStatement.compact)
        .where(KeyStatement.association_id == association_id)
        .order_by(KeyStatement.seq)
    )
    return [(row["id"], row["salt"], row["compact"]) for row in rows]


async def save_statement(
    association_id: UUID, statement_id: UUID, seq: int, compact: bytes, salt: bytes, made_at: datetime
) -> None:
    await KeyStatement.insert(
        KeyStatement(
            id=statement_id, association_id=association_id, seq=seq, compact=compact, salt=salt, made_at=made_at
        )
    )
