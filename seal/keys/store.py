"""Every query of key statements, intents and records, always of one association."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.keys import records
from seal.keys.model import Intent, IntentKind, IntentState
from seal.keys.records import Act, Record
from seal.keys.tables import WITHOUT_EMBEDDED, KeyIntent, KeyRecord, KeyStatement


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


async def known_intents(association_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Those of ``ids`` that are intents here."""
    if not ids:
        return set()
    rows = await KeyIntent.select(KeyIntent.id).where(
        KeyIntent.association_id == association_id, KeyIntent.id.is_in(list(ids))
    )
    return {UUID(str(row["id"])) for row in rows}


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


@dataclass(frozen=True)
class BundleIntent:
    """What tells whether an intent of a bundle may be forgotten."""

    id: UUID
    committed_at: datetime
    signed: bool


async def bundle_intents(association_id: UUID) -> list[BundleIntent]:
    """Every intent of a bundle, oldest first, without its bytes."""
    rows = (
        await KeyIntent.select(KeyIntent.id, KeyIntent.committed_at, KeyIntent.state)
        .where(KeyIntent.association_id == association_id, KeyIntent.kind == IntentKind.BUNDLE.value)
        .order_by(KeyIntent.id)
    )
    return [BundleIntent(row["id"], row["committed_at"], row["state"] == IntentState.SIGNED.value) for row in rows]


async def delete_bundle_intents(association_id: UUID, intent_ids: Sequence[UUID]) -> None:
    """Some at a time, so that no list outgrows an engine's parameters. Deletes intents of bundles only."""
    for start in range(0, len(intent_ids), 500):
        await KeyIntent.delete().where(
            KeyIntent.association_id == association_id,
            KeyIntent.kind == IntentKind.BUNDLE.value,
            KeyIntent.id.is_in(list(intent_ids[start : start + 500])),
        )


async def save_intent(new: Intent) -> None:
    await KeyIntent.insert(KeyIntent(**{**vars(new), "kind": new.kind.value, "state": new.state.value}))


async def save_signed(signed: Intent) -> None:
    """Keep a signature over exactly this payload; the first one stays (all are equal: Ed25519 is deterministic)."""
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
        KeyIntent.payload_sha256 == signed.payload_sha256,
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


# --- the book of what was done, and the stop switch in it -----------------------------------------------------------


def _record(row: dict[str, Any]) -> Record:
    return records.read(row["id"], row["association_id"], row["seq"], bytes(row["document"]))


async def book(association_id: UUID) -> list[Record]:
    """Every record, first to last. Raises ``BadInput('keys.record_unreadable')``."""
    rows = await KeyRecord.select().where(KeyRecord.association_id == association_id).order_by(KeyRecord.seq)
    return [_record(row) for row in rows]


async def next_seq(association_id: UUID) -> int:
    """The number of the next record; the constraint keeps two from taking it."""
    last = (
        await KeyRecord.select(KeyRecord.seq)
        .where(KeyRecord.association_id == association_id)
        .order_by(KeyRecord.seq, ascending=False)
        .first()
    )
    return last["seq"] + 1 if last else 1


async def save_record(record: Record) -> None:
    await KeyRecord.insert(
        KeyRecord(
            id=record.id,
            association_id=record.association_id,
            seq=record.seq,
            act=record.act.value,
            document=records.document(record),
            made_at=record.at,
        )
    )


async def switch(association_id: UUID) -> Record | None:
    """The latest stop or start, ``None`` if signing was never stopped."""
    row = (
        await KeyRecord.select()
        .where(KeyRecord.association_id == association_id, KeyRecord.act.is_in([Act.STOP.value, Act.START.value]))
        .order_by(KeyRecord.seq, ascending=False)
        .first()
    )
    return _record(row) if row else None


async def is_stopped(association_id: UUID) -> bool:
    """True while the latest turn of the switch is a stop, whatever its document says."""
    row = (
        await KeyRecord.select(KeyRecord.act)
        .where(KeyRecord.association_id == association_id, KeyRecord.act.is_in([Act.STOP.value, Act.START.value]))
        .order_by(KeyRecord.seq, ascending=False)
        .first()
    )
    return row is not None and row["act"] == Act.STOP.value


# --- an intent whose key was replaced before it signed ----------------------------------------------------------------


async def replace_payload(before: Intent, payload: bytes, payload_sha256: str, at: datetime) -> bool:
    """Commit another payload in the place of one that was never signed. False if it was signed meanwhile."""
    rows = (
        await KeyIntent.update(
            {KeyIntent.payload: payload, KeyIntent.payload_sha256: payload_sha256, KeyIntent.committed_at: at}
        )
        .where(
            KeyIntent.association_id == before.association_id,
            KeyIntent.id == before.id,
            KeyIntent.state == IntentState.COMMITTED.value,
            KeyIntent.payload_sha256 == before.payload_sha256,
        )
        .returning(KeyIntent.id)
    )
    return bool(rows)
