"""Queries of decisions and certifications, always inside one association."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from seal import ids
from seal.certificates import tables
from seal.certificates.model import Action, Certification, ReasonClass, Step
from seal.certificates.review import Choice, Decision, Vote

Row = dict[str, Any]
_D = tables.Decision
_C = tables.Certification


def _decision(row: Row) -> Decision:
    return Decision(
        id=row["id"],
        association_id=row["association_id"],
        kind=row["kind"],
        producer_id=row["producer_id"],
        subject_id=row["subject_id"],
        audit_id=row["audit_id"],
        quorum=row["quorum"],
        opened_at=row["opened_at"],
        sequence=row["sequence"],
        outcome=Choice(row["outcome"]) if row["outcome"] else None,
        recorded_at=row["recorded_at"],
        effective_at=row["effective_at"],
        reason_class=ReasonClass(row["reason_class"]) if row["reason_class"] else None,
        reason=row["reason"],
        affected_from=row["affected_from"],
        affected_to=row["affected_to"],
        proposal=bytes(row["proposal"]) if row["proposal"] is not None else None,
        document=bytes(row["document"]) if row["document"] is not None else None,
        salt=bytes(row["salt"]) if row["salt"] is not None else None,
    )


async def decisions(association_id: UUID, subject_id: UUID) -> tuple[Decision, ...]:
    """Every decision on an audit or a certification, oldest first, the open one included."""
    rows: list[Row] = (
        await _D.select()
        .where(_D.association_id == association_id)
        .where(_D.subject_id == subject_id)
        .order_by(_D.sequence)
    )
    return tuple(_decision(row) for row in rows)


async def audit_decisions(association_id: UUID) -> dict[UUID, tuple[Decision, ...]]:
    """Every decision on an audit, by audit, oldest first."""
    rows: list[Row] = (
        await _D.select()
        .where(_D.association_id == association_id)
        .where(_D.kind == "certify")
        .order_by(_D.subject_id, _D.sequence)
    )
    found: dict[UUID, tuple[Decision, ...]] = {}
    for row in rows:
        found[row["subject_id"]] = (*found.get(row["subject_id"], ()), _decision(row))
    return found


async def insert_decision(decision: Decision) -> None:
    """Open a decision. Raises the database's error when one of the kind is open already."""
    await _D.insert(
        _D(
            id=decision.id,
            association_id=decision.association_id,
            kind=decision.kind,
            producer_id=decision.producer_id,
            subject_id=decision.subject_id,
            sequence=decision.sequence,
            audit_id=decision.audit_id,
            quorum=decision.quorum,
            opened_at=decision.opened_at,
            effective_at=decision.effective_at,
            reason_class=decision.reason_class.value if decision.reason_class else None,
            reason=decision.reason,
            affected_from=decision.affected_from,
            affected_to=decision.affected_to,
            proposal=decision.proposal,
        )
    )


async def make_decision(decision: Decision) -> bool:
    """Write the outcome of an open decision, once; False when it was made meanwhile."""
    rows: list[Row] = (
        await _D.update(
            {
                _D.outcome: decision.outcome.value if decision.outcome else None,
                _D.recorded_at: decision.recorded_at,
                _D.effective_at: decision.effective_at,
                _D.reason: decision.reason,
                _D.document: decision.document,
                _D.salt: decision.salt,
            }
        )
        .where(_D.association_id == decision.association_id)
        .where(_D.id == decision.id)
        .where(_D.outcome.is_null())
        .returning(_D.id)
    )
    return bool(rows)


async def votes(association_id: UUID, decision_id: UUID) -> tuple[Vote, ...]:
    """Votes and bars in the order in which they were entered."""
    table = tables.Vote
    rows: list[Row] = (
        await table.select()
        .where(table.association_id == association_id)
        .where(table.decision_id == decision_id)
        .order_by(table.at, table.id)
    )
    return tuple(Vote(row["person_id"], Choice(row["choice"]), row["reason"]) for row in rows)


async def insert_votes(association_id: UUID, decision_id: UUID, places: Iterable[Vote], at: datetime) -> None:
    """Raises the database's error (``vote_one_place_each``) when one of them has a place already."""
    rows = [
        tables.Vote(
            id=ids.uuid7(at),
            association_id=association_id,
            decision_id=decision_id,
            person_id=vote.person_id,
            choice=vote.choice.value,
            reason=vote.reason,
            at=at,
        )
        for vote in places
    ]
    if rows:
        await tables.Vote.insert(*rows)


async def insert_batches(association_id: UUID, decision_id: UUID, batches: Sequence[UUID], at: datetime) -> None:
    table = tables.DecisionBatch
    if batches:
        await table.insert(
            *(
                table(id=ids.uuid7(at), association_id=association_id, decision_id=decision_id, batch_id=batch)
                for batch in batches
            )
        )


async def decision_batches(association_id: UUID, decision_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """The batches that each decision names."""
    found: dict[UUID, tuple[UUID, ...]] = {}
    if not decision_ids:
        return found
    table = tables.DecisionBatch
    rows: list[Row] = (
        await table.select(table.decision_id, table.batch_id)
        .where(table.association_id == association_id)
        .where(table.decision_id.is_in(list(decision_ids)))
        .order_by(table.id)
    )
    for row in rows:
        found[row["decision_id"]] = (*found.get(row["decision_id"], ()), row["batch_id"])
    return found


async def insert_certification(certification: Certification) -> None:
    """The row and its scope."""
    await _C.insert(
        _C(
            id=certification.id,
            association_id=certification.association_id,
            producer_id=certification.producer_id,
            protocol_id=certification.protocol_id,
            version_id=certification.version_id,
            audit_id=certification.audit_id,
            conclusion_sha256=certification.conclusion_sha256,
            decision_id=certification.decision_id,
            public_id=certification.public_id,
            status_index=certification.status_index,
            assurance_mode=certification.assurance_mode,
            valid_from=certification.valid_from,
            valid_until=certification.valid_until,
            granted_at=certification.granted_at,
            intent_id=certification.intent_id,
            salt=certification.salt,
        )
    )
    at, owner = certification.granted_at, certification.association_id
    site, product = tables.CertificationSite, tables.CertificationProduct
    await site.insert(
        *(
            site(id=ids.uuid7(at), association_id=owner, certification_id=certification.id, site_id=one)
            for one in sorted(certification.sites)
        )
    )
    await product.insert(
        *(
            product(id=ids.uuid7(at), association_id=owner, certification_id=certification.id, product_id=one)
            for one in sorted(certification.products)
        )
    )


async def insert_change(
    association_id: UUID, certification_id: UUID, sequence: int, step: Step, change_id: UUID
) -> None:
    """The next step of a certification. Raises the database's error when someone was faster."""
    table = tables.CertificationChange
    await table.insert(
        table(
            id=change_id,
            association_id=association_id,
            certification_id=certification_id,
            decision_id=step.decision_id,
            sequence=sequence,
            action=step.action.value,
            recorded_at=step.recorded_at,
            effective_at=step.effective_at,
        )
    )


async def mark_issued(association_id: UUID, certification_id: UUID, jws: bytes, at: datetime) -> bool:
    """Store the signed bytes, once; False when they are there already."""
    rows: list[Row] = (
        await _C.update({_C.jws: jws, _C.issued_at: at})
        .where(_C.association_id == association_id)
        .where(_C.id == certification_id)
        .where(_C.jws.is_null())
        .returning(_C.id)
    )
    return bool(rows)


async def certification(association_id: UUID, certification_id: UUID) -> Certification | None:
    """One certification with its scope and steps."""
    found = await _certifications(association_id, _C.id == certification_id)
    return found[0] if found else None


async def of_audit(association_id: UUID, audit_id: UUID) -> Certification | None:
    found = await _certifications(association_id, _C.audit_id == audit_id)
    return found[0] if found else None


async def of_producer(
    association_id: UUID, producer_id: UUID, protocol_id: str | None = None
) -> tuple[Certification, ...]:
    """A producer's certifications, newest first, of one protocol if named."""
    where: Any = _C.producer_id == producer_id
    if protocol_id is not None:
        where = where & (_C.protocol_id == protocol_id)
    return await _certifications(association_id, where)


async def all_certifications(association_id: UUID) -> tuple[Certification, ...]:
    """Newest first."""
    return await _certifications(association_id, None)


async def some(association_id: UUID, certification_ids: Sequence[UUID]) -> tuple[Certification, ...]:
    """The named ones, newest first."""
    return await _certifications(association_id, _C.id.is_in(list(certification_ids))) if certification_ids else ()


async def pending(association_id: UUID) -> tuple[UUID, ...]:
    """Granted, not issued; oldest first."""
    rows: list[Row] = (
        await _C.select(_C.id)
        .where(_C.association_id == association_id)
        .where(_C.jws.is_null())
        .order_by(_C.granted_at, _C.id)
    )
    return tuple(row["id"] for row in rows)


async def _certifications(association_id: UUID, where: Any) -> tuple[Certification, ...]:
    """Five queries however many rows: certifications, sites, products, steps and named batches."""
    query = _C.select().where(_C.association_id == association_id)
    if where is not None:
        query = query.where(where)
    rows: list[Row] = await query.order_by(_C.granted_at, _C.id, ascending=False)
    keys = [row["id"] for row in rows]
    if not keys:
        return ()
    sites = await _scope(tables.CertificationSite, tables.CertificationSite.site_id, association_id, keys)
    products = await _scope(tables.CertificationProduct, tables.CertificationProduct.product_id, association_id, keys)
    steps = await _steps(association_id, keys)
    return tuple(
        Certification(
            id=row["id"],
            association_id=row["association_id"],
            producer_id=row["producer_id"],
            protocol_id=row["protocol_id"],
            version_id=row["version_id"],
            audit_id=row["audit_id"],
            conclusion_sha256=row["conclusion_sha256"],
            decision_id=row["decision_id"],
            public_id=row["public_id"],
            status_index=row["status_index"],
            assurance_mode=row["assurance_mode"],
            valid_from=row["valid_from"],
            valid_until=row["valid_until"],
            granted_at=row["granted_at"],
            sites=frozenset(sites.get(row["id"], ())),
            products=frozenset(products.get(row["id"], ())),
            intent_id=row["intent_id"],
            salt=bytes(row["salt"]),
            jws=bytes(row["jws"]) if row["jws"] is not None else None,
            issued_at=row["issued_at"],
            steps=tuple(steps.get(row["id"], ())),
        )
        for row in rows
    )


async def _scope(table: Any, column: Any, association_id: UUID, keys: list[UUID]) -> dict[UUID, list[UUID]]:
    rows: list[Row] = (
        await table.select(table.certification_id, column.as_alias("member"))
        .where(table.association_id == association_id)
        .where(table.certification_id.is_in(keys))
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row["certification_id"], []).append(row["member"])
    return found


async def _steps(association_id: UUID, keys: list[UUID]) -> dict[UUID, list[Step]]:
    change = tables.CertificationChange
    rows: list[Row] = (
        await change.select()
        .where(change.association_id == association_id)
        .where(change.certification_id.is_in(keys))
        .order_by(change.certification_id, change.sequence)
    )
    made = [row["decision_id"] for row in rows]
    if not made:
        return {}
    decided: list[Row] = (
        await _D.select(_D.id, _D.reason_class, _D.reason, _D.affected_from, _D.affected_to)
        .where(_D.association_id == association_id)
        .where(_D.id.is_in(made))
    )
    by_id = {row["id"]: row for row in decided}
    batches = await decision_batches(association_id, made)
    found: dict[UUID, list[Step]] = {}
    for row in rows:
        why = by_id[row["decision_id"]]
        step = Step(
            decision_id=row["decision_id"],
            action=Action(row["action"]),
            recorded_at=row["recorded_at"],
            effective_at=row["effective_at"],
            reason_class=ReasonClass(why["reason_class"]) if why["reason_class"] else None,
            reason=why["reason"],
            affected_from=why["affected_from"],
            affected_to=why["affected_to"],
            batches=batches.get(row["decision_id"], ()),
        )
        found.setdefault(row["certification_id"], []).append(step)
    return found
