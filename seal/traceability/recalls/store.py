"""Queries of recalls, always inside one association."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.batches.model import Advice
from seal.ids import uuid7
from seal.traceability import tables
from seal.traceability.recalls import documents
from seal.traceability.recalls.model import Act, Answer, AnswerKind, Cause, Item, Recall, Wording
from seal.traceability.tracing import Where

Row = dict[str, Any]
_R = tables.Recall
_I = tables.RecallItem
_A = tables.RecallAnswer
_W = tables.RecallWording


async def insert(recall: Recall, document: bytes | None, salt: bytes | None) -> None:
    """A recall with its items. Raises the database's error (``recall_number_once``) when somebody was faster."""
    await _R.insert(
        _R(
            id=recall.id,
            association_id=recall.association_id,
            number=recall.number,
            drill=recall.drill,
            cause=recall.cause.value,
            reason_class=recall.reason_class,
            reason=recall.reason,
            advice=recall.advice.value,
            started_at=recall.started_at,
            opened_by=recall.opened_by,
            opened_at=recall.opened_at,
            affected=recall.affected,
            affected_sha256=recall.digest,
            document=document,
            salt=salt,
        )
    )
    for one in recall.reached.items:
        await _I.insert(
            _I(
                id=uuid7(recall.opened_at),
                association_id=recall.association_id,
                recall_id=recall.id,
                batch_id=one.batch_id,
                sibling=one.sibling,
                act=one.act.value,
            )
        )


async def next_number(association_id: UUID) -> int:
    row: Row | None = (
        await _R.select(_R.number)
        .where(_R.association_id == association_id)
        .order_by(_R.number, ascending=False)
        .first()
    )
    return row["number"] + 1 if row else 1


async def recalls(association_id: UUID, only: Collection[UUID] | None = None) -> tuple[Recall, ...]:
    """Recalls and drills with everything about them, newest first. Four queries however many."""
    query = _R.select().where(_R.association_id == association_id)
    if only is not None:
        query = query.where(_R.id.is_in(sorted(only)))
    rows: list[Row] = await query.order_by(_R.number, ascending=False)
    if not rows:
        return ()
    named = [row["id"] for row in rows]
    done: dict[tuple[UUID, UUID], datetime | None] = {}
    items: list[Row] = await _I.select().where((_I.association_id == association_id) & _I.recall_id.is_in(named))
    for row in items:
        done[row["recall_id"], row["batch_id"]] = row["done_at"]
    answers = await _answers(association_id, named)
    wordings = await _wordings(association_id, named)
    return tuple(_recall(row, done, answers.get(row["id"], ()), wordings.get(row["id"], ())) for row in rows)


async def recall(association_id: UUID, recall_id: UUID) -> Recall | None:
    found = await recalls(association_id, [recall_id])
    return found[0] if found else None


def _recall(
    row: Row, done: dict[tuple[UUID, UUID], datetime | None], answers: tuple[Answer, ...], wordings: tuple[Wording, ...]
) -> Recall:
    affected = bytes(row["affected"])
    reached = documents.read(affected)
    items: tuple[Item, ...] = tuple(replace(one, done_at=done.get((row["id"], one.batch_id))) for one in reached.items)
    return Recall(
        id=row["id"],
        association_id=row["association_id"],
        number=row["number"],
        drill=bool(row["drill"]),
        cause=Cause(row["cause"]),
        reason_class=row["reason_class"],
        reason=row["reason"],
        advice=Advice(row["advice"]),
        started_at=row["started_at"],
        opened_by=row["opened_by"],
        opened_at=row["opened_at"],
        affected=affected,
        reached=reached,
        items=items,
        answers=answers,
        wordings=wordings,
        closed_by=row["closed_by"],
        closed_at=row["closed_at"],
        closing=row["closing"],
    )


async def mark_done(association_id: UUID, recall_id: UUID, batch_id: UUID, at: datetime) -> None:
    """A batch was stopped; once."""
    await (
        _I.update({_I.done_at: at})
        .where(_I.association_id == association_id)
        .where(_I.recall_id == recall_id)
        .where(_I.batch_id == batch_id)
        .where(_I.done_at.is_null())
    )


async def waiting(association_id: UUID) -> tuple[UUID, ...]:
    """Recalls, no drills, with a batch that is still to be stopped."""
    rows: list[Row] = (
        await _I.select(_I.recall_id)
        .where(_I.association_id == association_id)
        .where(_I.done_at.is_null())
        .where(_I.act != Act.NONE.value)
    )
    named = sorted({row["recall_id"] for row in rows})
    if not named:
        return ()
    real: list[Row] = (
        await _R.select(_R.id)
        .where(_R.association_id == association_id)
        .where(_R.id.is_in(named))
        .where(_R.drill.eq(False))
        .order_by(_R.number)
    )
    return tuple(row["id"] for row in real)


async def insert_answer(association_id: UUID, recall_id: UUID, answer: Answer) -> None:
    where, place = answer.spot
    producer = where is Where.PRODUCER
    await _A.insert(
        _A(
            id=answer.id,
            association_id=association_id,
            recall_id=recall_id,
            organisation_id=None if producer else place,
            producer_id=place if producer else None,
            subcontractor=where is Where.SUBCONTRACTOR,
            kind=answer.kind.value,
            lot_id=answer.lot_id,
            found=answer.found,
            destroyed=answer.destroyed,
            sold=answer.sold,
            note=answer.note,
            recorded_by=answer.recorded_by,
            recorded_at=answer.recorded_at,
        )
    )


async def _answers(association_id: UUID, named: Collection[UUID]) -> dict[UUID, tuple[Answer, ...]]:
    rows: list[Row] = (
        await _A.select()
        .where((_A.association_id == association_id) & _A.recall_id.is_in(list(named)))
        .order_by(_A.recorded_at, _A.id)
    )
    found: dict[UUID, tuple[Answer, ...]] = {}
    for row in rows:
        away = Where.SUBCONTRACTOR if row["subcontractor"] else Where.ORGANISATION
        spot = (Where.PRODUCER, row["producer_id"]) if row["producer_id"] else (away, row["organisation_id"])
        answer = Answer(
            row["id"],
            spot,
            AnswerKind(row["kind"]),
            row["recorded_by"],
            row["recorded_at"],
            row["lot_id"],
            row["found"],
            row["destroyed"],
            row["sold"],
            row["note"],
        )
        found[row["recall_id"]] = (*found.get(row["recall_id"], ()), answer)
    return found


async def insert_wording(association_id: UUID, recall_id: UUID, wording: Wording, entered_by: UUID) -> None:
    await _W.insert(
        _W(
            id=uuid7(wording.recorded_at),
            association_id=association_id,
            recall_id=recall_id,
            language=wording.language,
            text=wording.text,
            approved_by=wording.approved_by,
            approved_as=wording.approved_as,
            entered_by=entered_by,
            recorded_at=wording.recorded_at,
        )
    )


async def _wordings(association_id: UUID, named: Collection[UUID]) -> dict[UUID, tuple[Wording, ...]]:
    rows: list[Row] = (
        await _W.select()
        .where((_W.association_id == association_id) & _W.recall_id.is_in(list(named)))
        .order_by(_W.recorded_at, _W.id)
    )
    found: dict[UUID, tuple[Wording, ...]] = {}
    for row in rows:
        one = Wording(row["language"], row["text"], row["approved_by"], row["approved_as"], row["recorded_at"])
        found[row["recall_id"]] = (*found.get(row["recall_id"], ()), one)
    return found


async def close(association_id: UUID, recall_id: UUID, closed_by: UUID, at: datetime, closing: str) -> bool:
    """Once; False when it was closed already."""
    rows: list[Row] = (
        await _R.update({_R.closed_by: closed_by, _R.closed_at: at, _R.closing: closing})
        .where(_R.association_id == association_id)
        .where(_R.id == recall_id)
        .where(_R.closed_at.is_null())
        .returning(_R.id)
    )
    return bool(rows)
