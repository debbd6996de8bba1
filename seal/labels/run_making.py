"""Making the file of a label run, piece by piece, outside any unit of work.

The right to print is asked for before each piece and before the file is handed out, and so is what is out of use: a
number that was voided meanwhile begins the file anew, a right that ended ends the run.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from seal.associations.model import Association
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.errors import Refused, SealError, Unavailable
from seal.identity import Acting
from seal.labels import access, drawing, run_files, run_model, run_store, runs, store
from seal.labels.drawing import Plan
from seal.labels.run_files import Draft, Taken
from seal.labels.run_model import Run, RunState
from seal.labels.run_store import Kept
from seal.printing import labels as printing

Beat = Callable[[int], Awaitable[bool]]
"""Told how many numbers are done; false stops the making."""


class Stopped(Exception):
    """The run was cancelled, or another process has it."""


async def out_of_use(association_id: UUID, run: Run) -> frozenset[int]:
    """The numbers of a run that are void now."""
    async with reading():
        voids = await store.voids(association_id, run.batch_id)
    return run_model.left_blank(run.span, (one.span for one in voids))


async def may_print(acting: Acting, association: Association, batch: Batch) -> None:
    """Raises ``Refused`` with every reason why no label of the batch may be printed now."""
    if against := await access.against(acting, association, batch):
        raise Refused.because(against)


async def print_run(acting: Acting, association: Association, run_id: UUID) -> bool:
    """Print a run that nobody prints, or that lost its process; true if it came to an end here.

    Raises ``Unavailable`` when it must wait (locked key, no Pango); the run stays and is tried again in a minute.
    """
    claim = uuid4()
    begun = time.monotonic()

    def later() -> Acting:
        return acting.later(acting.at + timedelta(seconds=time.monotonic() - begun))

    async def take() -> Kept | None:
        stale = acting.at - run_model.FREE_AFTER
        ours = await run_store.claim(association.id, run_id, claim, acting.at, stale)
        return await run_store.kept(association.id, run_id) if ours else None

    async def beat(done: int) -> bool:
        return await in_unit_of_work(lambda: run_store.beat(association.id, run_id, claim, later().at, done))

    kept = await in_unit_of_work(take)
    if kept is None:
        return False
    try:
        made = await make(later, association, kept, beat)
    except Stopped:
        await asyncio.to_thread(_remove_if_cancelled, association.id, run_id, await _state(association.id, run_id))
        return False
    except Taken:
        return False  # by a process that holds the file still; in a while this one is free again
    except Unavailable:
        raise  # claimed still, so that it is not tried again at once
    except SealError as error:
        made = replace(kept.run, state=RunState.FAILED, faults=error.reasons, finished_at=later().at)
    ended = await in_unit_of_work(lambda: run_store.finish(association.id, made, claim))
    if not ended or made.state is RunState.FAILED:
        await asyncio.to_thread(run_files.remove, association.id, run_id)
    return ended


async def _state(association_id: UUID, run_id: UUID) -> RunState | None:
    async with reading():
        found = await run_store.run(association_id, run_id)
    return found.state if found else None


def _remove_if_cancelled(association_id: UUID, run_id: UUID, state: RunState | None) -> None:
    if state is None or state is RunState.CANCELLED:
        run_files.remove(association_id, run_id)


async def make(now: Callable[[], Acting], association: Association, kept: Kept, beat: Beat) -> Run:
    """The run with its file in place. Raises ``Stopped``, ``Taken``, ``Refused`` when the right has ended, and
    ``Unavailable`` as signing and printing do."""
    run, plan = kept.run, drawing.read_plan(kept.plan, printing.unpacked(kept.face))
    batch = await batches.batch(now(), run.batch_id)
    await may_print(now(), association, batch)
    source = await runs.signed(now(), association, batch, run.span)
    if not plan.numbered:
        source = replace(source, common=await runs.of_lot(now(), association, batch))
    draft = await asyncio.to_thread(Draft, association.id, run.id, plan.face.base)
    try:
        blank = await out_of_use(association.id, run)
        await asyncio.to_thread(draft.begin, run_model.digest_of(blank))
        pieces = -(-(len(run.span) + plan.start - 1) // plan.per_piece)
        while draft.count < pieces:
            batch = await batches.batch(now(), run.batch_id)
            await may_print(now(), association, batch)
            if (voids := await out_of_use(association.id, run)) != blank:
                blank = voids
                await asyncio.to_thread(draft.begin, run_model.digest_of(blank))
                continue
            labels = await asyncio.to_thread(_labels, source, run, plan, draft.count, blank)
            first_page = draft.count * plan.per_piece // len(plan.layout.places_mm)
            piece = await printing.piece(plan.face, plan.layout, first_page, labels)
            await asyncio.to_thread(draft.add, piece)
            failpoint("after_piece")
            if not await beat(min(len(run.span), draft.count * plan.per_piece - plan.start + 1)):
                raise Stopped
        sha256, size = await asyncio.to_thread(draft.finish, printing.closing(plan.face, draft.lengths))
    finally:
        draft.close()
    return replace(
        run,
        state=RunState.READY,
        done=len(run.span),
        sha256=sha256,
        size=size,
        voids=run_model.digest_of(blank),
        finished_at=now().at,
    )


def _labels(source: runs.Source, run: Run, plan: Plan, piece: int, blank: frozenset[int]) -> list[printing.Printed]:
    """The labels of a piece; places before the start, numbers out of use and those on seals of rolls are blank."""
    first = run.first + piece * plan.per_piece - (plan.start - 1)
    numbers = range(first, min(first + plan.per_piece, run.last + 1))
    return drawing.printed(
        plan, [None if number < run.first or number in blank else source.label(number) for number in numbers]
    )
