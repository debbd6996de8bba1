"""Queries of label runs, always inside one association but for :func:`waiting`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.labels import tables
from seal.labels.run_model import Run, RunState, read_faults, written

Row = dict[str, Any]
_R = tables.LabelRun
_OPEN = [RunState.WAITING.value, RunState.PRINTING.value]
_SEEN = (
    *(_R.id, _R.batch_id, _R.first_unit, _R.last_unit, _R.format, _R.start, _R.right_tenths, _R.down_tenths),
    *(_R.title, _R.asked_at, _R.state, _R.done, _R.sha256, _R.size, _R.voids, _R.finished_at, _R.faults),
)


@dataclass(frozen=True)
class Kept:
    """A run with all that its looks depend on."""

    run: Run
    plan: str
    face: bytes


def _run(row: Row) -> Run:
    return Run(
        id=row["id"],
        batch_id=row["batch_id"],
        first=row["first_unit"],
        last=row["last_unit"],
        format=row["format"],
        start=row["start"],
        right_tenths=row["right_tenths"],
        down_tenths=row["down_tenths"],
        title=row["title"],
        asked_at=row["asked_at"],
        state=RunState(row["state"]),
        done=row["done"],
        sha256=row["sha256"],
        size=row["size"],
        voids=row["voids"],
        finished_at=row["finished_at"],
        faults=read_faults(row["faults"]),
    )


async def insert(association_id: UUID, kept: Kept, asked_by: UUID | None) -> None:
    run = kept.run
    await _R.insert(
        _R(
            id=run.id,
            association_id=association_id,
            batch_id=run.batch_id,
            first_unit=run.first,
            last_unit=run.last,
            format=run.format,
            start=run.start,
            right_tenths=run.right_tenths,
            down_tenths=run.down_tenths,
            title=run.title,
            plan=kept.plan,
            face=kept.face,
            asked_by=asked_by,
            asked_at=run.asked_at,
            state=run.state.value,
        )
    )


async def run(association_id: UUID, run_id: UUID) -> Run | None:
    row: Row | None = await _R.select(*_SEEN).where(_R.association_id == association_id).where(_R.id == run_id).first()
    return _run(row) if row else None


async def kept(association_id: UUID, run_id: UUID) -> Kept | None:
    row: Row | None = await _R.select().where(_R.association_id == association_id).where(_R.id == run_id).first()
    return Kept(_run(row), row["plan"], bytes(row["face"])) if row else None


async def runs(association_id: UUID, batch_id: UUID, most: int = 50) -> tuple[Run, ...]:
    """A batch's runs, newest first."""
    rows: list[Row] = (
        await _R.select(*_SEEN)
        .where(_R.association_id == association_id)
        .where(_R.batch_id == batch_id)
        .order_by(_R.asked_at, _R.id, ascending=False)
        .limit(most)
    )
    return tuple(_run(row) for row in rows)


async def open_runs(association_id: UUID) -> tuple[UUID, ...]:
    """Runs that wait or print, oldest first."""
    rows: list[Row] = (
        await _R.select(_R.id)
        .where(_R.association_id == association_id)
        .where(_R.state.is_in(_OPEN))
        .order_by(_R.asked_at, _R.id)
    )
    return tuple(row["id"] for row in rows)


async def waiting(stale: datetime) -> tuple[tuple[UUID, UUID], ...]:
    """Association and id of every run that nobody prints: unclaimed, or without a beat since ``stale``."""
    rows: list[Row] = (
        await _R.select(_R.association_id, _R.id)
        .where(_R.state.is_in(_OPEN))
        .where(_R.claim.is_null() | (_R.beat_at < stale))
        .order_by(_R.asked_at, _R.id)
    )
    return tuple((row["association_id"], row["id"]) for row in rows)


async def claim(association_id: UUID, run_id: UUID, token: UUID, at: datetime, stale: datetime) -> bool:
    """True if the run is ours to print from now on, until it is finished or we do not beat for a while."""
    rows: list[Row] = (
        await _R.update({_R.state: RunState.PRINTING.value, _R.claim: token, _R.beat_at: at})
        .where(_R.association_id == association_id)
        .where(_R.id == run_id)
        .where(_R.state.is_in(_OPEN))
        .where(_R.claim.is_null() | (_R.beat_at < stale))
        .returning(_R.id)
    )
    return bool(rows)


async def beat(association_id: UUID, run_id: UUID, token: UUID, at: datetime, done: int) -> bool:
    """Still ours, with so many numbers done; false when it was cancelled or another process took it."""
    rows: list[Row] = (
        await _R.update({_R.beat_at: at, _R.done: done})
        .where(_R.association_id == association_id)
        .where(_R.id == run_id)
        .where(_R.claim == token)
        .where(_R.state == RunState.PRINTING.value)
        .returning(_R.id)
    )
    return bool(rows)


async def finish(association_id: UUID, run: Run, token: UUID) -> bool:
    """Write a run's end, ready or failed; false when it was cancelled before."""
    rows: list[Row] = (
        await _R.update(
            {
                _R.state: run.state.value,
                _R.done: run.done,
                _R.sha256: run.sha256,
                _R.size: run.size,
                _R.voids: run.voids,
                _R.finished_at: run.finished_at,
                _R.faults: written(run.faults) if run.faults else None,
                _R.claim: None,
            }
        )
        .where(_R.association_id == association_id)
        .where(_R.id == run.id)
        .where(_R.claim == token)
        .where(_R.state == RunState.PRINTING.value)
        .returning(_R.id)
    )
    return bool(rows)


async def made_again(association_id: UUID, run: Run) -> None:
    """Write what a finished run's file is now."""
    await (
        _R.update({_R.sha256: run.sha256, _R.size: run.size, _R.voids: run.voids})
        .where(_R.association_id == association_id)
        .where(_R.id == run.id)
        .where(_R.state == RunState.READY.value)
    )


async def cancel(association_id: UUID, run: Run, at: datetime) -> Run | None:
    """The run cancelled; ``None`` when it had ended before."""
    rows: list[Row] = (
        await _R.update({_R.state: RunState.CANCELLED.value, _R.finished_at: at, _R.claim: None})
        .where(_R.association_id == association_id)
        .where(_R.id == run.id)
        .where(_R.state.is_in(_OPEN))
        .returning(_R.id)
    )
    return replace(run, state=RunState.CANCELLED, finished_at=at) if rows else None


async def finished_before(association_id: UUID, at: datetime) -> tuple[UUID, ...]:
    """Runs whose file may go: ended before ``at``, or without a file of use."""
    rows: list[Row] = await _R.select(_R.id).where(_R.association_id == association_id).where(_R.finished_at < at)
    return tuple(row["id"] for row in rows)
