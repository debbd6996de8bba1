"""Queries of audits, teams, declarations, checklists and conclusions, always inside one association.

Answers and evidence are in ``answer_store``, findings in ``finding_store``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.audits import tables
from seal.audits.model import Assigned, Audit, AuditAction, AuditKind, AuditStep, Declaration
from seal.identity import Device

Row = dict[str, Any]


def device_columns(device: Device | None) -> dict[str, Any]:
    """The three device columns of an append-only row."""
    if device is None:
        return {"device_id": None, "device_time": None, "device_offset_ms": None}
    return {
        "device_id": device.device_id,
        "device_time": device.device_time,
        "device_offset_ms": device.offset_ms,
    }


def device_of(row: Row) -> Device | None:
    """The device of an append-only row; ``None`` if it was recorded at the desk."""
    if row["device_id"] is None:
        return None
    return Device(row["device_id"], row["device_time"], row["device_offset_ms"])


async def insert_audit(audit: Audit, new_id: Callable[[], UUID]) -> None:
    """The audit with its scope and team; its steps are written by :func:`insert_step`. ``new_id()`` makes ids."""
    common: dict[str, Any] = {"association_id": audit.association_id, "audit_id": audit.id}
    await tables.Audit.insert(
        tables.Audit(
            id=audit.id,
            association_id=audit.association_id,
            producer_id=audit.producer_id,
            version_id=audit.version_id,
            protocol_id=audit.protocol_id,
            kind=audit.kind.value,
            programme_year=audit.programme_year,
            first_audit=audit.first_audit,
            unannounced=audit.unannounced,
            planned_for=audit.planned_for,
            planned_by=audit.planned_by,
            planned_at=audit.planned_at,
        )
    )
    if audit.sites:
        await tables.AuditSite.insert(
            *[tables.AuditSite(id=new_id(), site_id=site_id, **common) for site_id in audit.sites]
        )
    if audit.products:
        await tables.AuditProduct.insert(
            *[tables.AuditProduct(id=new_id(), product_id=product_id, **common) for product_id in audit.products]
        )


async def insert_step(association_id: UUID, audit_id: UUID, sequence: int, step: AuditStep, *, id: UUID) -> None:
    await tables.AuditAction.insert(
        tables.AuditAction(
            id=id,
            association_id=association_id,
            audit_id=audit_id,
            sequence=sequence,
            action=step.action.value,
            actor_id=step.actor_id,
            recorded_at=step.recorded_at,
            effective_at=step.effective_at,
            reason=step.reason,
            **device_columns(step.device),
        )
    )


async def insert_auditor(
    association_id: UUID, audit_id: UUID, person_id: UUID, *, id: UUID, by: UUID | None, at: datetime
) -> None:
    await tables.AuditAuditor.insert(
        tables.AuditAuditor(
            id=id,
            association_id=association_id,
            audit_id=audit_id,
            person_id=person_id,
            assigned_by=by,
            assigned_at=at,
        )
    )


async def end_auditor(association_id: UUID, audit_id: UUID, person_id: UUID, at: datetime) -> None:
    table = tables.AuditAuditor
    await table.update({table.ended_at: at}).where(
        (table.association_id == association_id)
        & (table.audit_id == audit_id)
        & (table.person_id == person_id)
        & table.ended_at.is_null()
    )


async def insert_declaration(
    association_id: UUID, audit_id: UUID, declaration: Declaration, document: bytes, *, id: UUID
) -> None:
    await tables.ConflictDeclaration.insert(
        tables.ConflictDeclaration(
            id=id,
            association_id=association_id,
            audit_id=audit_id,
            person_id=declaration.person_id,
            conflict=declaration.conflict,
            document=document,
            document_sha256=declaration.document_sha256,
            declared_at=declaration.declared_at,
        )
    )


async def audit(association_id: UUID, audit_id: UUID) -> Audit | None:
    found = await audits(association_id, only=[audit_id])
    return found[0] if found else None


async def audits(
    association_id: UUID,
    *,
    only: Collection[UUID] | None = None,
    producers: Collection[UUID] | None = None,
    auditor: UUID | None = None,
) -> tuple[Audit, ...]:
    """Audits by planned day, newest first: of some ids, of some producers, or with one person in the team.

    Six queries however many audits there are.
    """
    table = tables.Audit
    query = table.select().where(table.association_id == association_id)
    if auditor is not None:
        own: list[Row] = await tables.AuditAuditor.select(tables.AuditAuditor.audit_id).where(
            (tables.AuditAuditor.association_id == association_id) & (tables.AuditAuditor.person_id == auditor)
        )
        mine = {row["audit_id"] for row in own}
        only = mine if only is None else mine & set(only)
    for column, wanted in ((table.id, only), (table.producer_id, producers)):
        if wanted is not None:
            if not wanted:
                return ()
            query = query.where(column.is_in(list(wanted)))
    rows: list[Row] = await query.order_by(table.planned_for, table.id, ascending=False)
    if not rows:
        return ()
    ids = [row["id"] for row in rows]
    sites = await _children(tables.AuditSite, association_id, ids, "site_id")
    products = await _children(tables.AuditProduct, association_id, ids, "product_id")
    teams = await _children(tables.AuditAuditor, association_id, ids, "assigned_at")
    declared = await _children(tables.ConflictDeclaration, association_id, ids, "declared_at", "id")
    steps = await _children(tables.AuditAction, association_id, ids, "sequence")
    return tuple(
        Audit(
            id=row["id"],
            association_id=row["association_id"],
            producer_id=row["producer_id"],
            version_id=row["version_id"],
            protocol_id=row["protocol_id"],
            kind=AuditKind(row["kind"]),
            programme_year=row["programme_year"],
            first_audit=row["first_audit"],
            unannounced=row["unannounced"],
            planned_for=row["planned_for"],
            planned_by=row["planned_by"],
            planned_at=row["planned_at"],
            sites=tuple(child["site_id"] for child in sites.get(row["id"], ())),
            products=tuple(child["product_id"] for child in products.get(row["id"], ())),
            assigned=tuple(
                Assigned(child["person_id"], child["assigned_at"], child["ended_at"])
                for child in teams.get(row["id"], ())
            ),
            declarations=tuple(
                Declaration(child["person_id"], child["conflict"], child["declared_at"], child["document_sha256"])
                for child in declared.get(row["id"], ())
            ),
            steps=tuple(_step(child) for child in steps.get(row["id"], ())),
        )
        for row in rows
    )


async def _children(table: Any, association_id: UUID, audit_ids: list[UUID], *order: str) -> dict[UUID, list[Row]]:
    rows: list[Row] = (
        await table.select()
        .where((table.association_id == association_id) & table.audit_id.is_in(audit_ids))
        .order_by(*[getattr(table, name) for name in order])
    )
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row["audit_id"], []).append(row)
    return found


def _step(row: Row) -> AuditStep:
    return AuditStep(
        AuditAction(row["action"]),
        row["recorded_at"],
        row["effective_at"],
        row["actor_id"],
        row["reason"],
        device_of(row),
    )


@dataclass(frozen=True)
class FrozenChecklist:
    """Facts and checklist of an audit as exact bytes; ``sequence`` 0 is that of the start."""

    sequence: int
    facts: bytes
    document: bytes
    document_sha256: str
    reason: str
    frozen_at: datetime
    carried: bytes | None = None
    """What a gap audit takes over from the audit before (RFC 8785 JSON)."""
    seed: str | None = None
    """What samples are drawn by, in hexadecimal; audits started before there were samples have none."""


async def insert_checklist(
    association_id: UUID, audit_id: UUID, frozen: FrozenChecklist, *, id: UUID, by: UUID | None
) -> None:
    await tables.AuditChecklist.insert(
        tables.AuditChecklist(
            id=id,
            association_id=association_id,
            audit_id=audit_id,
            sequence=frozen.sequence,
            facts=frozen.facts,
            document=frozen.document,
            document_sha256=frozen.document_sha256,
            reason=frozen.reason,
            recorded_by=by,
            frozen_at=frozen.frozen_at,
            carried=frozen.carried,
            seed=frozen.seed,
        )
    )


async def checklists(association_id: UUID, audit_id: UUID) -> tuple[FrozenChecklist, ...]:
    """Every frozen checklist of an audit, the one that counts last."""
    table = tables.AuditChecklist
    rows: list[Row] = (
        await table.select()
        .where((table.association_id == association_id) & (table.audit_id == audit_id))
        .order_by(table.sequence)
    )
    return tuple(
        FrozenChecklist(
            row["sequence"],
            row["facts"],
            row["document"],
            row["document_sha256"],
            row["reason"],
            row["frozen_at"],
            row["carried"],
            row["seed"],
        )
        for row in rows
    )


@dataclass(frozen=True)
class StoredConclusion:
    """A conclusion as stored: the exact document and what queries need beside it."""

    audit_id: UUID
    producer_id: UUID
    version_id: UUID
    passed: bool
    document: bytes
    document_sha256: str
    concluded_by: UUID | None
    concluded_at: datetime


async def insert_conclusion(association_id: UUID, found: StoredConclusion, *, id: UUID) -> None:
    await tables.Conclusion.insert(
        tables.Conclusion(
            id=id,
            association_id=association_id,
            audit_id=found.audit_id,
            producer_id=found.producer_id,
            version_id=found.version_id,
            passed=found.passed,
            document=found.document,
            document_sha256=found.document_sha256,
            concluded_by=found.concluded_by,
            concluded_at=found.concluded_at,
        )
    )


async def conclusions(association_id: UUID, audit_ids: Collection[UUID]) -> dict[UUID, StoredConclusion]:
    """Conclusions of some audits, by audit."""
    if not audit_ids:
        return {}
    table = tables.Conclusion
    rows: list[Row] = await table.select().where(
        (table.association_id == association_id) & table.audit_id.is_in(list(audit_ids))
    )
    return {
        row["audit_id"]: StoredConclusion(
            row["audit_id"],
            row["producer_id"],
            row["version_id"],
            row["passed"],
            row["document"],
            row["document_sha256"],
            row["concluded_by"],
            row["concluded_at"],
        )
        for row in rows
    }


async def declared_conflicts(
    association_id: UUID, person_id: UUID, audit_ids: Collection[UUID], since: datetime
) -> tuple[str, ...]:
    """Conflicts that a person declared in some audits on or after a moment."""
    if not audit_ids:
        return ()
    table = tables.ConflictDeclaration
    rows: list[Row] = await table.select(table.conflict).where(
        (table.association_id == association_id)
        & (table.person_id == person_id)
        & table.audit_id.is_in(list(audit_ids))
        & table.conflict.is_not_null()
        & (table.declared_at >= since)
    )
    return tuple(str(row["conflict"]) for row in rows)
