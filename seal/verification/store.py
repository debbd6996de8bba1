"""Queries of verification: one door by public id, across lower rooms' tables; the bundle's rows; scans.

``load`` is the one query that looks across associations, as a label says nothing of whose it is; everything else is
scoped. Rows are read as they stand: what they mean is decided in ``gathering`` and ``model``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from seal.batches.model import Action as BatchAction
from seal.batches.model import Advice
from seal.batches.model import Step as BatchStep
from seal.batches.tables import Batch
from seal.certificates.model import Action as CertificationAction
from seal.certificates.model import ReasonClass
from seal.certificates.model import Step as CertificationStep
from seal.certificates.tables import Certification
from seal.ids import uuid7
from seal.labels.model import VoidReason
from seal.verification.tables import ScanCount, SignedBundle

Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A batch or certification as stored, with what stands around it. ``row`` has the columns of ``_CERTIFICATION``
    and, for a batch, of ``_BATCH``; ``steps`` are of the certification, oldest first."""

    kind: str
    association_id: UUID
    row: Row
    steps: tuple[CertificationStep, ...] = ()
    batch_steps: tuple[BatchStep, ...] = ()
    void: tuple[tuple[int, int], ...] = ()
    lost: tuple[tuple[int, int], ...] = ()


_CERTIFICATION = """
    ce.id AS ce_id, ce.public_id AS ce_public_id, ce.status_index AS ce_status_index, ce.version_id AS ce_version_id,
    ce.protocol_id AS ce_protocol_id, ce.assurance_mode AS ce_mode, ce.valid_from AS ce_valid_from,
    ce.valid_until AS ce_valid_until, ce.granted_at AS ce_granted_at, ce.jws AS ce_jws, ce.salt AS ce_salt,
    cl.leaf_index AS ce_leaf_index, cl.entry AS ce_entry, cl.leaf_hash AS ce_leaf_hash,
    p.id AS producer_id, p.number AS producer_number, p.trade_name AS trade_name, p.commune AS commune
"""
_CERTIFICATION_JOINS = """
    LEFT JOIN producer p ON p.association_id = ce.association_id AND p.id = ce.producer_id
    LEFT JOIN log_leaf cl ON cl.association_id = ce.association_id AND cl.leaf_type = 3 AND cl.object_id = ce.id
"""
_BATCH = """
    b.id AS b_id, b.association_id AS association_id, b.public_id AS b_public_id, b.status_index AS b_status_index,
    b.lot AS lot, b.units AS units, b.produced_on AS produced_on, b.use_by AS use_by, b.sealed_on AS sealed_on,
    b.sealed_at AS sealed_at, b.jws AS b_jws, b.salt AS b_salt, pr.names AS names, pr.net_content AS net_content,
    le.reserved_high AS reserved_high, bl.leaf_index AS b_leaf_index, bl.entry AS b_entry, bl.leaf_hash AS b_leaf_hash
"""
_BATCH_JOINS = """
    LEFT JOIN certification ce ON ce.association_id = b.association_id AND ce.id = b.certification_id
    LEFT JOIN product pr ON pr.association_id = b.association_id AND pr.id = b.product_id
    LEFT JOIN label_ledger le ON le.association_id = b.association_id AND le.batch_id = b.id
    LEFT JOIN log_leaf bl ON bl.association_id = b.association_id AND bl.leaf_type = 4 AND bl.object_id = b.id
"""
# S608: the text is put together from the constants above alone; every value is a parameter.
_BATCHES = f"SELECT {_BATCH}, {_CERTIFICATION} FROM batch b {_BATCH_JOINS} {_CERTIFICATION_JOINS}"  # noqa: S608
_CERTIFICATIONS = (
    f"SELECT ce.association_id AS association_id, {_CERTIFICATION}"  # noqa: S608
    f" FROM certification ce {_CERTIFICATION_JOINS}"
)


async def load(public_id: int) -> Found | None:
    """Everything that a verdict and its page need of one public id, whichever association gave it out."""
    rows: list[Row] = await Batch.raw(_BATCHES + " WHERE b.public_id = {}", public_id)
    if rows:
        return (await _batches(rows[0]["association_id"], rows[:1]))[0]
    rows = await Certification.raw(_CERTIFICATIONS + " WHERE ce.public_id = {}", public_id)
    if rows:
        return (await _found_certifications(rows[0]["association_id"], rows[:1]))[0]
    return None


async def certifications(association_id: UUID) -> list[Found]:
    """Every certification of an association with its steps."""
    rows: list[Row] = await Certification.raw(_CERTIFICATIONS + " WHERE ce.association_id = {}", association_id)
    return await _found_certifications(association_id, rows)


async def everything(association_id: UUID) -> tuple[list[Found], list[Found]]:
    """Every certification and every batch that has a public id: what a bundle lists. A fixed number of queries."""
    rows: list[Row] = await Batch.raw(
        _BATCHES + " WHERE b.association_id = {} AND b.public_id IS NOT NULL ORDER BY b.public_id", association_id
    )
    return await certifications(association_id), await _batches(association_id, rows)


async def _found_certifications(association_id: UUID, rows: Sequence[Row]) -> list[Found]:
    steps = await _certification_steps(association_id, [row["ce_id"] for row in rows])
    return [Found("certification", association_id, row, steps.get(row["ce_id"], ())) for row in rows]


async def _batches(association_id: UUID, rows: Sequence[Row]) -> list[Found]:
    if not rows:
        return []
    one = rows[0]["b_id"] if len(rows) == 1 else None
    steps = await _certification_steps(association_id, list({row["ce_id"] for row in rows if row["ce_id"]}))
    actions = await _batch_steps(association_id, one)
    voids = await _voids(association_id, one)
    return [
        Found(
            "batch",
            association_id,
            row,
            steps.get(row["ce_id"], ()),
            actions.get(row["b_id"], ()),
            tuple(span for span, lost in voids.get(row["b_id"], ()) if not lost),
            tuple(span for span, lost in voids.get(row["b_id"], ()) if lost),
        )
        for row in rows
    ]


async def _certification_steps(association_id: UUID, ids: Sequence[UUID]) -> dict[UUID, tuple[CertificationStep, ...]]:
    one = ids[0] if len(ids) == 1 else None
    where, values = _scope("ch", "certification_id", association_id, one)
    rows: list[Row] = await Certification.raw(
        "SELECT ch.certification_id AS certification_id, ch.decision_id AS decision_id, ch.action AS action,"  # noqa: S608
        " ch.recorded_at AS recorded_at, ch.effective_at AS effective_at, d.reason_class AS reason_class,"
        " d.affected_from AS affected_from, d.affected_to AS affected_to, db.batch_id AS batch_id"
        " FROM certification_change ch"
        " JOIN decision d ON d.association_id = ch.association_id AND d.id = ch.decision_id"
        " LEFT JOIN decision_batch db ON db.association_id = ch.association_id AND db.decision_id = ch.decision_id"
        f" WHERE {where} ORDER BY ch.certification_id, ch.sequence",
        *values,
    )
    named: dict[UUID, list[UUID]] = {}
    for row in rows:
        if row["batch_id"] is not None:
            named.setdefault(row["decision_id"], []).append(row["batch_id"])
    found: dict[UUID, list[CertificationStep]] = {}
    seen: set[UUID] = set()
    for row in rows:
        if row["decision_id"] in seen:
            continue  # a decision that names several batches comes once for each
        seen.add(row["decision_id"])
        found.setdefault(row["certification_id"], []).append(
            CertificationStep(
                row["decision_id"],
                CertificationAction(row["action"]),
                row["recorded_at"],
                row["effective_at"],
                ReasonClass(row["reason_class"]) if row["reason_class"] else None,
                affected_from=row["affected_from"],
                affected_to=row["affected_to"],
                batches=tuple(named.get(row["decision_id"], ())),
            )
        )
    return {key: tuple(value) for key, value in found.items()}


async def _batch_steps(association_id: UUID, one: UUID | None) -> dict[UUID, tuple[BatchStep, ...]]:
    where, values = _scope("ba", "batch_id", association_id, one)
    rows: list[Row] = await Batch.raw(
        "SELECT ba.batch_id AS batch_id, ba.action AS action, ba.recorded_at AS recorded_at,"  # noqa: S608
        " ba.effective_at AS effective_at, ba.reason_class AS reason_class, ba.advice AS advice"
        f" FROM batch_action ba WHERE {where} ORDER BY ba.batch_id, ba.sequence",
        *values,
    )
    found: dict[UUID, tuple[BatchStep, ...]] = {}
    for row in rows:
        step = BatchStep(
            BatchAction(row["action"]),
            row["recorded_at"],
            row["effective_at"],
            reason_class=row["reason_class"],
            advice=Advice(row["advice"]) if row["advice"] else None,
        )
        found[row["batch_id"]] = (*found.get(row["batch_id"], ()), step)
    return found


async def _voids(association_id: UUID, one: UUID | None) -> dict[UUID, list[tuple[tuple[int, int], bool]]]:
    where, values = _scope("v", "batch_id", association_id, one)
    rows: list[Row] = await Batch.raw(
        "SELECT v.batch_id AS batch_id, v.first_unit AS first_unit, v.last_unit AS last_unit, v.reason AS reason"  # noqa: S608
        f" FROM label_void v WHERE {where} ORDER BY v.batch_id, v.first_unit",
        *values,
    )
    found: dict[UUID, list[tuple[tuple[int, int], bool]]] = {}
    for row in rows:
        span = (row["first_unit"], row["last_unit"])
        found.setdefault(row["batch_id"], []).append((span, VoidReason(row["reason"]).lost))
    return found


def _scope(alias: str, column: str, association_id: UUID, one: UUID | None) -> tuple[str, list[Any]]:
    """One object's rows, or all of an association's: never a list that could outgrow the engine's parameters."""
    if one is None:
        return f"{alias}.association_id = {{}}", [association_id]
    return f"{alias}.association_id = {{}} AND {alias}.{column} = {{}}", [association_id, one]


async def certified_products(association_id: UUID) -> dict[UUID, list[Row]]:
    """``names`` and ``net_content`` of the products in each certification's scope."""
    rows: list[Row] = await Certification.raw(
        "SELECT cp.certification_id AS certification_id, pr.names AS names, pr.net_content AS net_content"
        " FROM certification_product cp"
        " JOIN product pr ON pr.association_id = cp.association_id AND pr.id = cp.product_id"
        " WHERE cp.association_id = {} ORDER BY cp.certification_id, pr.id",
        association_id,
    )
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row["certification_id"], []).append(row)
    return found


async def terms(association_id: UUID, producer_id: UUID, protocol_id: str) -> list[tuple[date, date]]:
    """First and last days of a producer's issued certifications under one protocol, oldest first."""
    rows: list[Row] = (
        await Certification.select(Certification.valid_from, Certification.valid_until)
        .where(Certification.association_id == association_id)
        .where(Certification.producer_id == producer_id)
        .where(Certification.protocol_id == protocol_id)
        .where(Certification.jws.is_not_null())
        .order_by(Certification.valid_from)
    )
    return [(row["valid_from"], row["valid_until"]) for row in rows]


# --- the bundle that is served ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Served:
    """The signed bundle of an association; ``jws`` is ``None`` before the first."""

    epoch: int
    next_epoch: int
    as_of: datetime | None
    content_sha256: str
    jws: bytes | None


async def served(association_id: UUID) -> Served | None:
    row: Row | None = await SignedBundle.select().where(SignedBundle.association_id == association_id).first()
    if row is None:
        return None
    jws = bytes(row["jws"]) if row["jws"] is not None else None
    return Served(row["epoch"], row["next_epoch"], row["as_of"], row["content_sha256"], jws)


async def take_epoch(association_id: UUID, at: datetime) -> int:
    """The next epoch, taken once and for all; in the unit of work of the intent."""
    for _ in range(2):
        rows: list[Row] = (
            await SignedBundle.update({SignedBundle.next_epoch: SignedBundle.next_epoch + 1})
            .where(SignedBundle.association_id == association_id)
            .returning(SignedBundle.next_epoch)
        )
        if rows:
            return int(rows[0]["next_epoch"])
        await SignedBundle.insert(
            SignedBundle(id=uuid7(at), association_id=association_id, epoch=0, next_epoch=0, content_sha256="")
        ).on_conflict(target=SignedBundle.association_id, action="DO NOTHING")
    raise RuntimeError("the bundle's row cannot be made")


async def serve(association_id: UUID, epoch: int, as_of: datetime, content_sha256: str, jws: bytes) -> None:
    """Serve this bundle from now on, unless a later one is served already."""
    await (
        SignedBundle.update(
            {
                SignedBundle.epoch: epoch,
                SignedBundle.as_of: as_of,
                SignedBundle.content_sha256: content_sha256,
                SignedBundle.jws: jws,
            }
        )
        .where(SignedBundle.association_id == association_id)
        .where(SignedBundle.epoch < epoch)
    )


# --- scans --------------------------------------------------------------------------------------------------------


async def add_scans(counts: Mapping[tuple[UUID, int, int, date], int], at: datetime) -> None:
    """Add to the counts of (association, public id, unit, day); in the caller's unit of work."""
    for (association_id, public_id, unit, day), times in sorted(counts.items(), key=lambda item: str(item[0])):
        scan = ScanCount
        await scan.insert(
            scan(id=uuid7(at), association_id=association_id, public_id=public_id, unit=unit, day=day, times=0)
        ).on_conflict(target=(scan.association_id, scan.public_id, scan.unit, scan.day), action="DO NOTHING")
        await (
            scan.update({scan.times: scan.times + times})
            .where(scan.association_id == association_id)
            .where(scan.public_id == public_id)
            .where(scan.unit == unit)
            .where(scan.day == day)
        )


async def scans(association_id: UUID, public_id: int, unit: int, since: date) -> int:
    """How often one code was asked about on the days from ``since`` on."""
    rows: list[Row] = (
        await ScanCount.select(ScanCount.times)
        .where(ScanCount.association_id == association_id)
        .where(ScanCount.public_id == public_id)
        .where(ScanCount.unit == unit)
        .where(ScanCount.day >= since)
    )
    return sum(row["times"] for row in rows)
