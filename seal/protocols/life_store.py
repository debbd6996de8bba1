"""Queries of lives: versions on their way, their acts, the revisions of their text. Always inside one association."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from seal import ids
from seal.db.violations import Contention, integrity
from seal.errors import Conflict
from seal.protocols.drafts import Revision, read_files, written
from seal.protocols.life import Action, Life, Source, Step
from seal.protocols.tables import ProtocolAction, ProtocolDraft, ProtocolRevision

_D, _A, _R = ProtocolDraft, ProtocolAction, ProtocolRevision
Row = dict[str, Any]


def _step(row: Row) -> Step:
    return Step(
        id=row["id"],
        action=Action(row["action"]),
        actor_id=row["actor_id"],
        at=row["recorded_at"],
        reason=row["reason"],
        package_sha256=row["package_sha256"],
        document=None if row["document"] is None else bytes(row["document"]),
        salt=None if row["salt"] is None else bytes(row["salt"]),
    )


def _life(row: Row, steps: Iterable[Step]) -> Life:
    return Life(
        id=row["id"],
        association_id=row["association_id"],
        protocol_id=row["protocol_id"],
        version=row["version"],
        source=Source(row["source"]),
        begun_by=row["begun_by"],
        begun_at=row["begun_at"],
        steps=tuple(steps),
    )


async def _steps(association_id: UUID, draft_ids: Iterable[UUID]) -> dict[UUID, list[Step]]:
    found: dict[UUID, list[Step]] = {draft_id: [] for draft_id in draft_ids}
    if found:
        rows: list[Row] = (
            await _A.select()
            .where(_A.association_id == association_id, _A.draft_id.is_in(list(found)))
            .order_by(_A.sequence, _A.id)
        )
        for row in rows:
            found[row["draft_id"]].append(_step(row))
    return found


async def _one(association_id: UUID, row: Row | None) -> Life | None:
    if row is None:
        return None
    steps = await _steps(association_id, [row["id"]])
    return _life(row, steps[row["id"]])


async def by_id(association_id: UUID, draft_id: UUID) -> Life | None:
    return await _one(
        association_id, await _D.select().where(_D.association_id == association_id, _D.id == draft_id).first()
    )


async def by_name(association_id: UUID, protocol_id: str, version: str) -> Life | None:
    found = _D.select().where(_D.association_id == association_id, _D.protocol_id == protocol_id, _D.version == version)
    return await _one(association_id, await found.first())


async def of_association(association_id: UUID, protocol_id: str | None = None) -> tuple[Life, ...]:
    """Every version on its way or published, oldest first."""
    query = _D.select().where(_D.association_id == association_id)
    if protocol_id is not None:
        query = query.where(_D.protocol_id == protocol_id)
    rows: list[Row] = await query.order_by(_D.begun_at, _D.id)
    steps = await _steps(association_id, [row["id"] for row in rows])
    return tuple(_life(row, steps[row["id"]]) for row in rows)


async def insert(life: Life) -> None:
    """Begin a life; its first step is written with it. Raises ``Conflict('protocols.name_taken')``."""
    async with integrity({"protocol_draft_version_once": Conflict("protocols.name_taken", **life.name)}):
        await _D.insert(
            _D(
                id=life.id,
                association_id=life.association_id,
                protocol_id=life.protocol_id,
                version=life.version,
                source=life.source.value,
                begun_by=life.begun_by,
                begun_at=life.begun_at,
            )
        )
    for sequence, step in enumerate(life.steps):
        await insert_step(life, sequence, step)


async def insert_step(life: Life, sequence: int, step: Step) -> None:
    """Append an act. Raises ``Contention('db.busy')`` when somebody else acted at the same moment."""
    async with integrity({"protocol_action_in_order": Contention("db.busy")}):
        await _A.insert(
            _A(
                id=step.id,
                association_id=life.association_id,
                draft_id=life.id,
                sequence=sequence,
                action=step.action.value,
                actor_id=step.actor_id,
                recorded_at=step.at,
                reason=step.reason,
                package_sha256=step.package_sha256,
                document=step.document,
                salt=step.salt,
            )
        )


async def revisions(association_id: UUID, draft_id: UUID) -> tuple[Revision, ...]:
    """Every saved text of a draft, oldest first."""
    rows: list[Row] = (
        await _R.select().where(_R.association_id == association_id, _R.draft_id == draft_id).order_by(_R.sequence)
    )
    return tuple(_revision(row) for row in rows)


async def latest(association_id: UUID, draft_id: UUID) -> Revision | None:
    """The text as it was saved last; ``None`` for a version of the library."""
    row = (
        await _R.select()
        .where(_R.association_id == association_id, _R.draft_id == draft_id)
        .order_by(_R.sequence, ascending=False)
        .first()
    )
    return _revision(row) if row else None


def _revision(row: Row) -> Revision:
    return Revision(
        row["sequence"], read_files(bytes(row["files"])), row["sha256"], row["revised_by"], row["revised_at"]
    )


async def insert_revision(life: Life, revision: Revision, at: datetime) -> None:
    """Save a text. Raises ``Contention('db.busy')`` when somebody else saved at the same moment."""
    async with integrity({"protocol_revision_in_order": Contention("db.busy")}):
        await _R.insert(
            _R(
                id=ids.uuid7(at),
                association_id=life.association_id,
                draft_id=life.id,
                sequence=revision.sequence,
                files=written(revision.files),
                sha256=revision.sha256,
                revised_by=revision.by,
                revised_at=revision.at,
            )
        )
