"""Queries of findings and what was done about them, always inside one association."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from seal.audits import tables
from seal.audits.findings import Finding, FindingAction, FindingStep, Grade, Response
from seal.audits.store import device_columns, device_of

Row = dict[str, Any]


async def insert(association_id: UUID, finding: Finding) -> None:
    """The finding; its steps are written by :func:`insert_step`."""
    await tables.Finding.insert(
        tables.Finding(
            id=finding.id,
            association_id=association_id,
            audit_id=finding.audit_id,
            producer_id=finding.producer_id,
            point_id=finding.point_id,
            answer_id=finding.answer_id,
            raised_at=finding.raised_at,
        )
    )


async def insert_step(association_id: UUID, finding_id: UUID, sequence: int, step: FindingStep, *, id: UUID) -> None:
    response = step.response
    await tables.FindingAction.insert(
        tables.FindingAction(
            id=id,
            association_id=association_id,
            finding_id=finding_id,
            sequence=sequence,
            action=step.action.value,
            actor_id=step.actor_id,
            recorded_at=step.recorded_at,
            effective_at=step.effective_at,
            reason=step.reason,
            grade=step.grade.value if step.grade else None,
            due_on=step.due_on,
            cause=response.cause if response else None,
            correction=response.correction if response else None,
            prevention=response.prevention if response else None,
            file_id=response.file_id if response else None,
            file_sha256=response.file_sha256 if response else None,
            **device_columns(step.device),
        )
    )


async def finding(association_id: UUID, finding_id: UUID) -> Finding | None:
    found = await findings(association_id, only=[finding_id])
    return found[0] if found else None


async def findings(
    association_id: UUID,
    *,
    only: Collection[UUID] | None = None,
    audits: Collection[UUID] | None = None,
    producers: Collection[UUID] | None = None,
) -> tuple[Finding, ...]:
    """Findings by point, with their steps: of some ids, audits or producers. Two queries."""
    table, action = tables.Finding, tables.FindingAction
    query = table.select().where(table.association_id == association_id)
    for column, wanted in ((table.id, only), (table.audit_id, audits), (table.producer_id, producers)):
        if wanted is not None:
            if not wanted:
                return ()
            query = query.where(column.is_in(list(wanted)))
    rows: list[Row] = await query.order_by(table.point_id, table.id)
    if not rows:
        return ()
    steps: dict[UUID, list[FindingStep]] = {}
    step_rows: list[Row] = (
        await action.select()
        .where((action.association_id == association_id) & action.finding_id.is_in([row["id"] for row in rows]))
        .order_by(action.sequence)
    )
    for row in step_rows:
        steps.setdefault(row["finding_id"], []).append(_step(row))
    return tuple(
        Finding(
            row["id"],
            row["audit_id"],
            row["producer_id"],
            row["point_id"],
            row["answer_id"],
            row["raised_at"],
            tuple(steps.get(row["id"], ())),
        )
        for row in rows
    )


def _step(row: Row) -> FindingStep:
    response = None
    if row["cause"] is not None:
        response = Response(row["cause"], row["correction"], row["prevention"], row["file_id"], row["file_sha256"])
    return FindingStep(
        FindingAction(row["action"]),
        row["recorded_at"],
        row["effective_at"],
        row["actor_id"],
        row["reason"],
        Grade(row["grade"]) if row["grade"] else None,
        row["due_on"],
        response,
        device_of(row),
    )
