"""JSON: label runs, how far they are, and their files in parts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody
from litestar.response import Stream
from pydantic import BaseModel, ConfigDict

from seal.identity import Role
from seal.labels import run_pages, run_service
from seal.labels.formats import SHEET_24
from seal.labels.run_model import Run, RunState
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_PRINTERS = Roles(Role.MANAGER, Role.PRODUCER)


class RunIn(BaseModel):
    """``first`` and ``last`` are both inclusive; without them all numbers that were given out. Offsets are in
    millimetres, at most 5. ``id``: a UUIDv7 of the client's, under which the same request is one run."""

    model_config = ConfigDict(extra="forbid")
    first: int | None = None
    last: int | None = None
    format: str = SHEET_24.id
    start: int = 1
    right_mm: float = 0.0
    down_mm: float = 0.0
    id: UUID | None = None


class RunFault(BaseModel):
    code: str
    params: dict[str, str | int]


class RunOut(BaseModel):
    """``state``: waiting, printing, ready, cancelled or failed. ``done`` of ``labels`` numbers are in the file."""

    id: UUID
    batch_id: UUID
    first: int
    last: int
    format: str
    start: int
    right_mm: float
    down_mm: float
    state: RunState
    labels: int
    done: int
    size: int | None
    sha256: str | None
    asked_at: datetime
    finished_at: datetime | None
    faults: list[RunFault]


def _run(found: Run) -> RunOut:
    return RunOut(
        id=found.id,
        batch_id=found.batch_id,
        first=found.first,
        last=found.last,
        format=found.format,
        start=found.start,
        right_mm=found.right_tenths / 10,
        down_mm=found.down_tenths / 10,
        state=found.state,
        labels=len(found.span),
        done=found.done,
        size=found.size,
        sha256=found.sha256,
        asked_at=found.asked_at,
        finished_at=found.finished_at,
        faults=[RunFault(code=one.code, params=dict(one.params)) for one in found.faults],
    )


@policy(_PRINTERS)
@post("/api/v1/batches/{batch_id:uuid}/label-runs")
async def ask(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[RunIn]
) -> RunOut:
    """Ask for numbers as one file; it is made beside other work."""

    async def run() -> dict[str, Any]:
        made = await run_service.ask(
            acting,
            batch_id,
            data.first,
            data.last,
            format=data.format,
            start=data.start,
            offset_mm=(data.right_mm, data.down_mm),
            id=data.id,
        )
        return _run(made).model_dump(mode="json")

    return RunOut.model_validate(await once.api(request, acting, run))


@policy(_PRINTERS)
@get("/api/v1/batches/{batch_id:uuid}/label-runs")
async def runs(acting: Actor, batch_id: FromPath[UUID]) -> list[RunOut]:
    """A batch's last runs, newest first."""
    return [_run(one) for one in await run_service.runs_of(acting, batch_id)]


@policy(_PRINTERS)
@get("/api/v1/label-runs/{run_id:uuid}")
async def progress(acting: Actor, run_id: FromPath[UUID]) -> RunOut:
    return _run(await run_service.run_of(acting, run_id))


@policy(_PRINTERS)
@post("/api/v1/label-runs/{run_id:uuid}/cancel")
async def cancel(request: Request[Any, Any, Any], acting: Actor, run_id: FromPath[UUID]) -> RunOut:
    """Stop a run that waits or prints."""

    async def run() -> dict[str, Any]:
        return _run(await run_service.cancel(acting, run_id)).model_dump(mode="json")

    return RunOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_PRINTERS)
@get("/api/v1/label-runs/{run_id:uuid}/file")
async def file(request: Request[Any, Any, Any], acting: Actor, run_id: FromPath[UUID]) -> Response[Any] | Stream:
    """The finished file as PDF; with ``Range`` a part of it. Refused once the right has ended."""
    return await run_pages.sent(request, acting, run_id, "attachment")


routes: list[Any] = [ask, runs, progress, cancel, file]
