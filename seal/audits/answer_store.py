"""Queries of answers and evidence, always inside one association."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

import rfc8785

from seal.audits import tables
from seal.audits.answers import Answer, Evidence
from seal.audits.store import device_columns, device_of
from seal.identity import Device
from seal.protocols.model import Outcome

Row = dict[str, Any]


async def insert(association_id: UUID, answer: Answer) -> None:
    """Raises the database's own error when the revision of that point is taken."""
    value, unit = answer.measured or (None, None)
    await tables.Answer.insert(
        tables.Answer(
            id=answer.id,
            association_id=association_id,
            audit_id=answer.audit_id,
            point_id=answer.point_id,
            revision=answer.revision,
            revises=answer.revises,
            outcome=answer.outcome.value,
            measured_value=value,
            measured_unit=unit,
            method=answer.method,
            instrument=answer.instrument,
            justification=answer.justification,
            follow_up_on=answer.follow_up_on,
            content_sha256=answer.content_sha256,
            answered_by=answer.answered_by,
            recorded_at=answer.recorded_at,
            unit=answer.unit,
            response=None if answer.response is None else rfc8785.dumps(dict(answer.response)),
            confirmed=answer.confirmed,
            keyed_by=answer.keyed_by,
            **device_columns(answer.device),
        )
    )


async def by_ids(association_id: UUID, ids: Collection[UUID]) -> dict[UUID, Answer]:
    """Answers of any audit of the association under these client-made ids."""
    if not ids:
        return {}
    table = tables.Answer
    rows: list[Row] = await table.select().where((table.association_id == association_id) & table.id.is_in(list(ids)))
    return {row["id"]: _answer(row) for row in rows}


async def of_audits(association_id: UUID, audit_ids: Collection[UUID]) -> tuple[Answer, ...]:
    """Every revision of every answer, by point, unit and revision."""
    if not audit_ids:
        return ()
    table = tables.Answer
    rows: list[Row] = (
        await table.select()
        .where((table.association_id == association_id) & table.audit_id.is_in(list(audit_ids)))
        .order_by(table.point_id, table.unit, table.revision)
    )
    return tuple(_answer(row) for row in rows)


def _answer(row: Row) -> Answer:
    measured = (row["measured_value"], row["measured_unit"]) if row["measured_value"] is not None else None
    return Answer(
        id=row["id"],
        audit_id=row["audit_id"],
        point_id=row["point_id"],
        revision=row["revision"],
        revises=row["revises"],
        outcome=Outcome(row["outcome"]),
        measured=measured,
        method=row["method"],
        instrument=row["instrument"],
        justification=row["justification"],
        follow_up_on=row["follow_up_on"],
        content_sha256=row["content_sha256"],
        answered_by=row["answered_by"],
        recorded_at=row["recorded_at"],
        device=device_of(row),
        unit=row["unit"],
        response=None if row["response"] is None else json.loads(bytes(row["response"])),
        confirmed=bool(row["confirmed"]),
        keyed_by=row["keyed_by"],
    )


async def insert_evidence(
    association_id: UUID, evidence: Evidence, *, received_sha256: str, device: Device | None
) -> None:
    await tables.Evidence.insert(
        tables.Evidence(
            id=evidence.id,
            association_id=association_id,
            audit_id=evidence.audit_id,
            answer_id=evidence.answer_id,
            file_id=evidence.file_id,
            sha256=evidence.sha256,
            received_sha256=received_sha256,
            media_type=evidence.media_type,
            recorded_by=evidence.recorded_by,
            recorded_at=evidence.recorded_at,
            **device_columns(device),
        )
    )


async def evidence(association_id: UUID, audit_id: UUID) -> tuple[Evidence, ...]:
    """Evidence of an audit, oldest first."""
    table = tables.Evidence
    rows: list[Row] = (
        await table.select()
        .where((table.association_id == association_id) & (table.audit_id == audit_id))
        .order_by(table.recorded_at, table.id)
    )
    return tuple(_evidence(row) for row in rows)


async def evidence_by_id(association_id: UUID, id: UUID) -> tuple[Evidence, str] | None:
    """One piece of evidence and the digest of the bytes as received."""
    table = tables.Evidence
    rows: list[Row] = await table.select().where((table.association_id == association_id) & (table.id == id))
    return (_evidence(rows[0]), rows[0]["received_sha256"]) if rows else None


def _evidence(row: Row) -> Evidence:
    return Evidence(
        row["id"],
        row["audit_id"],
        row["answer_id"],
        row["file_id"],
        row["sha256"],
        row["media_type"],
        row["recorded_by"],
        row["recorded_at"],
    )
