"""``seal jobs``: what must happen without anybody asking. One runner at a time, by a lease in the database.

In this order for each association: finish what a crash interrupted (a decision or a sealing whose intent is
committed but not signed, a recall that has not stopped every batch), hold the batches whose awaited result did not
come, publish status lists that changed or grew old, sign and stamp the log's checkpoint, make the bundle that shops
carry, make the notices that are due, offer the checkpoint to witnesses, go on with label runs that were left, draw the
certificates on paper that wait. Each is safe to repeat. Without keys the signing ones are left for later.
Between the rounds a log that grew has its checkpoint within a second or so.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import service as batches
from seal.certificates import service as certificates
from seal.cli import watch
from seal.cli.session import add_data, opened, unlock
from seal.clock import SystemClock
from seal.db.lease import Lease
from seal.desk import reminders
from seal.errors import SealError, Unavailable
from seal.keys import service as keys
from seal.keys.model import KeyRole
from seal.labels import run_service as label_runs
from seal.labels import service as labels
from seal.public import service as public
from seal.traceability.recalls import opening as recalls
from seal.transparency import pushing
from seal.transparency import service as transparency
from seal.transparency.stamp import EVERY as STAMP_EVERY
from seal.verification import service as verification

log = logging.getLogger("seal.jobs")
EVERY_SECONDS = 20
LEASE_SECONDS = 60
DRAWING = "papers"
LOOK_SECONDS = 1
"""How soon after a leaf its checkpoint is signed."""

Job = Callable[[Association, datetime], Awaitable[object]]


async def _finish_certifications(association: Association, at: datetime) -> object:
    return await certificates.finish_pending(association.id, at)


async def _finish_batches(association: Association, at: datetime) -> object:
    return await batches.finish_pending(association.id, at)


async def _awaited_results(association: Association, at: datetime) -> object:
    return await batches.settle_all(association.id, at)


async def _finish_recalls(association: Association, at: datetime) -> object:
    return await recalls.finish_pending(association.id, at)


async def _publish_status(association: Association, at: datetime) -> object:
    return await certificates.publish_status(association.id, at)


async def _embed(association: Association, at: datetime) -> object:
    return await keys.embed_missing(association.id, at)


async def _checkpoint(association: Association, at: datetime) -> object:
    return await keys.keep_fresh(association.id, at)


async def _verification(association: Association, at: datetime) -> object:
    await verification.finish(association.id, at)
    return None


async def _ask_witnesses(association: Association, at: datetime) -> object:
    return await pushing.push(association.id, at)


async def _papers(association: Association, at: datetime) -> object:
    return await labels.finish_papers(association.id, at)


async def _label_runs(association: Association, at: datetime) -> object:
    return await label_runs.print_waiting(association.id, at)


async def _register(association: Association, at: datetime) -> object:
    return await public.make_snapshot(association.id, at)


async def _remind(association: Association, at: datetime) -> object:
    return await reminders.remind(association, at)


JOBS: tuple[tuple[str, Job], ...] = (
    ("finish certifications", _finish_certifications),
    ("finish batches", _finish_batches),
    ("awaited results", _awaited_results),  # before the status: what is overdue is held
    ("finish recalls", _finish_recalls),
    ("publish status", _publish_status),
    ("embedded proofs", _embed),
    ("checkpoint", _checkpoint),
    ("bundle and scan counts", _verification),
    ("register snapshot", _register),
    ("remind", _remind),
    ("ask witnesses", _ask_witnesses),
    ("label runs", _label_runs),
    (DRAWING, _papers),  # last: it takes a second or so each
)


async def run_for(association: Association, at: datetime, *, drawing: bool = True) -> int:
    """Every job for one association; returns how many failed. One failing job stops no other.

    Without ``drawing`` papers are left for a later run: whoever waits for the rest need not wait for them.
    """
    failed = 0
    for name, job in JOBS:
        if name == DRAWING and not drawing:
            continue
        try:
            await job(association, at)
        except Unavailable as error:
            log.info("%s: %s waits: %s", association.slug, name, error)
        except SealError as error:
            failed += 1
            log.warning("%s: %s failed: %s", association.slug, name, error)
        except Exception:
            failed += 1
            log.exception("%s: %s failed", association.slug, name)
    return failed


async def run_once(at: datetime) -> int:
    """Every job for every association; returns how many failed."""
    return sum([await run_for(association, at) for association in await associations.all_associations()])


async def sign_soon(at: datetime) -> int:
    """A checkpoint and a stamp for each log that needs one; returns how many it has seen to. Without keys they wait."""
    waiting = await transparency.to_sign(at - STAMP_EVERY)
    open_here = [one for one in waiting if keys.can_sign(one, KeyRole.LOG)]
    for association_id in open_here:
        try:
            await keys.keep_fresh(association_id, at)
        except Unavailable as error:
            log.debug("checkpoint waits: %s", error)
        except SealError as error:
            log.warning("checkpoint failed: %s", error)
    return len(open_here)


async def keep_running() -> None:
    """Run the jobs as long as the process lives, whenever this process holds the lease; watch for decisions; and
    print label runs as soon as they are asked for."""
    await asyncio.gather(_keep_running(), watch.keep_watching(), _keep_printing())


async def _keep_printing() -> None:
    """Every process prints: a run is claimed by one of them, and what a dead one left is taken up by another."""
    while True:
        try:
            await label_runs.print_soon(SystemClock().now())
        except Exception:
            log.exception("label runs could not be printed, trying again")
        await asyncio.sleep(LOOK_SECONDS)


async def _keep_running() -> None:
    held = Lease("jobs", seconds=LEASE_SECONDS)
    while True:
        ours = False
        try:
            async with held.hold() as epoch:
                ours = epoch is not None
                if ours:
                    await run_once(SystemClock().now())
        except SealError as error:
            log.warning("jobs could not run, trying again: %s", error)
        except Exception:
            log.exception("jobs could not run, trying again")
        for _ in range(EVERY_SECONDS // LOOK_SECONDS):
            await asyncio.sleep(LOOK_SECONDS)
            if ours:
                await _look()


async def _look() -> None:
    """One look between two rounds. Signing in two processes at once does no harm: the same bytes come out."""
    try:
        await sign_soon(SystemClock().now())
    except SealError as error:
        log.info("logs could not be looked at: %s", error)
    except Exception:
        log.exception("logs could not be looked at")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("jobs", help="finish, publish status, checkpoint")
    command.add_argument("--once", action="store_true", help="run every job once and stop")
    add_data(command)
    command.set_defaults(run=run)


async def run(words: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO)
    async with opened() as given:
        for association in await associations.all_associations():
            await unlock(association, given)
        if words.once:
            return 1 if await run_once(SystemClock().now()) else 0
        await keep_running()
    return 0
