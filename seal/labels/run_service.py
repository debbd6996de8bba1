"""Verbs on label runs: ask for one, follow it, cancel it, and take its file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.batches import service as batches
from seal.certificates.papers import branding
from seal.db import in_unit_of_work, reading
from seal.errors import Conflict, NotFound, Refused, SealError, Unavailable
from seal.identity import Acting, system
from seal.labels import drawing, formats, plaques, run_files, run_making, run_model, run_store, runs, store
from seal.labels.formats import SHEET_24, Pair
from seal.labels.model import Span
from seal.labels.own import service as own
from seal.labels.run_model import Run, RunState
from seal.labels.run_store import Kept
from seal.people import service as people


async def ask(
    acting: Acting,
    batch_id: UUID,
    first: int | None = None,
    last: int | None = None,
    *,
    format: str = SHEET_24.id,
    start: int = 1,
    offset_mm: Pair = (0.0, 0.0),
    id: UUID | None = None,
) -> Run:
    """Ask for numbers ``first`` to ``last`` of a batch (all that were given out, if not said) as one file.

    Draws the face once, so that whatever cannot be printed is said now; signs what was never printed. ``id`` is the
    client's UUIDv7: the same request again returns the first run. Raises ``Refused`` with every reason (right ended,
    number never given out, too many runs at a time), ``BadInput`` for format, start and offset,
    ``Conflict('label.id_taken')``, ``NotFound``, ``Unavailable``.
    """
    await people.authorise(acting, *runs.PRINTERS)
    association = await associations.get(acting.association_id)
    paper = await own.paper(association.id, format)
    formats.usable_start(paper.format, start)
    offset = formats.usable_offset(*offset_mm)
    batch = await batches.batch(acting, batch_id)
    await run_making.may_print(acting, association, batch)
    span = await _span(acting.association_id, batch_id, first, last)
    tenths = (round(offset[0] * 10), round(offset[1] * 10))
    run = Run(
        id or ids.uuid7(acting.at), batch_id, span.first, span.last, format, start, *tenths,
        runs.title(batch, span), acting.at,
    )  # fmt: skip
    if before := await _before(association.id, run):
        return before
    source = await runs.signed(acting, association, batch, span)
    shown = await runs.view(association, batch)
    if not shown.numbered:
        source = replace(source, common=await runs.of_lot(acting, association, batch))
    example = next(filter(None, map(source.label, range(span.first, span.last + 1))), None)
    if example is None:
        raise Refused("label.nothing_to_print", first=span.first, last=span.last)
    plan = await drawing.plan(
        paper.format,
        shown,
        branding(association),
        example,
        at=acting.at,
        title=run.title,
        start=start,
        offset_mm=offset,
        template=paper.template,
        batch_token=lambda: plaques.of_batch(acting, association, batch),
    )
    kept = Kept(run, drawing.written_plan(plan), plan.face.packed())

    async def write() -> Run:
        if again := await _before(association.id, run):
            return again
        if len(await run_store.open_runs(association.id)) >= run_model.MOST_OPEN:
            raise Refused("label.run_too_many", most=run_model.MOST_OPEN)
        await run_store.insert(association.id, kept, acting.person_id)
        return run

    return await in_unit_of_work(write)


async def _span(association_id: UUID, batch_id: UUID, first: int | None, last: int | None) -> Span:
    async with reading():
        ledger = await store.ledger(association_id, batch_id)
    highest = ledger.reserved_high if ledger else 0
    span = Span(1 if first is None else first, highest if last is None else last)
    if not 1 <= span.first <= span.last:
        if highest == 0:
            raise Refused("label.not_reserved", last=max(span.last, 1), highest=0)
        raise Refused("label.span", first=span.first, last=span.last)
    if span.last > highest:
        raise Refused("label.not_reserved", last=span.last, highest=highest)
    return span


async def _before(association_id: UUID, run: Run) -> Run | None:
    """The run of that id, if it is the same."""
    async with reading():
        found = await run_store.run(association_id, run.id)
    if found is None:
        return None
    blank = {
        "title": "", "asked_at": run.asked_at, "state": RunState.WAITING, "done": 0, "sha256": None, "size": None,
        "voids": None, "finished_at": None, "faults": (),
    }  # fmt: skip
    if replace(found, **blank) != replace(run, **blank):  # type: ignore[arg-type]
        raise Conflict("label.id_taken", id=str(run.id))
    return found


async def run_of(acting: Acting, run_id: UUID) -> Run:
    """One run. Raises ``NotFound``, also when the person may not see its producer."""
    async with reading():
        found = await run_store.run(acting.association_id, run_id)
    if found is None:
        raise NotFound("label.run_not_found")
    await batches.batch(acting, found.batch_id)
    return found


async def runs_of(acting: Acting, batch_id: UUID) -> tuple[Run, ...]:
    """A batch's last runs, newest first. Raises ``NotFound``."""
    await batches.batch(acting, batch_id)
    async with reading():
        return await run_store.runs(acting.association_id, batch_id)


async def cancel(acting: Acting, run_id: UUID) -> Run:
    """Stop a run that waits or prints; again is free. Raises ``Conflict('label.run_over')`` once it has ended."""
    await people.authorise(acting, *runs.PRINTERS)
    found = await run_of(acting, run_id)
    if found.state is RunState.CANCELLED:
        return found
    done = await in_unit_of_work(lambda: run_store.cancel(acting.association_id, found, acting.at))
    if done is None:
        now = await run_of(acting, run_id)
        if now.state is RunState.CANCELLED:
            return now
        raise Conflict("label.run_over", run_state=now.state.value)
    return done


async def file(acting: Acting, run_id: UUID) -> tuple[Run, Path]:
    """A finished run and its file, made again if it is not there or not whole, or a number of it was voided since.

    Raises ``Refused`` once the right has ended, ``Conflict('label.run_not_ready')``, ``NotFound``, ``Unavailable``.
    """
    await people.authorise(acting, *runs.PRINTERS)
    association = await associations.get(acting.association_id)
    run = await run_of(acting, run_id)
    await run_making.may_print(acting, association, await batches.batch(acting, run.batch_id))
    if run.state is not RunState.READY:
        raise Conflict("label.run_not_ready", run_state=run.state.value)
    path = run_files.finished(association.id, run.id)
    blank = run_model.digest_of(await run_making.out_of_use(association.id, run))
    if blank == run.voids and await asyncio.to_thread(run_files.digest, path) == run.sha256:
        return run, path
    return await _again(acting, run_id), path


async def _again(acting: Acting, run_id: UUID) -> Run:
    association = await associations.get(acting.association_id)
    async with reading():
        kept = await run_store.kept(association.id, run_id)
    assert kept is not None  # file() has seen it

    async def on(_: int) -> bool:
        return True

    try:
        made = await run_making.make(lambda: acting, association, kept, on)
    except run_files.Taken:
        raise Unavailable("label.run_busy") from None
    await in_unit_of_work(lambda: run_store.made_again(association.id, made))
    return made


async def print_waiting(association_id: UUID, at: datetime) -> int:
    """For the jobs: print what waits, oldest first, and delete files that are old or too many. How many ended."""
    association = await associations.get(association_id)
    async with reading():
        waiting = await run_store.open_runs(association_id)
        old = await run_store.finished_before(association_id, at - run_model.FILE_KEPT)
    for run_id in old:
        await asyncio.to_thread(run_files.remove, association_id, run_id)
    await asyncio.to_thread(run_files.shrink, association_id)
    ended = 0
    for run_id in waiting:
        ended += await run_making.print_run(system(association_id, at), association, run_id)
    return ended


async def print_soon(at: datetime) -> int:
    """For the loop between the jobs: every run of any association that nobody prints. How many ended."""
    async with reading():
        waiting = await run_store.waiting(at - run_model.FREE_AFTER)
    ended = 0
    for association_id, run_id in waiting:
        association = await associations.get(association_id)
        try:
            ended += await run_making.print_run(system(association_id, at), association, run_id)
        except SealError:
            continue  # it waits: a locked key, no Pango; the jobs say so
    return ended
