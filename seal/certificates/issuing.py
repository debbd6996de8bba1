"""From a committed grant to a certificate that is out: sign, log, mark. Every step may be run again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from seal.certificates import status, store
from seal.certificates.model import Certification
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.errors import NotFound, Unavailable
from seal.keys import service as keys
from seal.printing import papers
from seal.printing.model import OrderKind
from seal.transparency import service as log
from seal.transparency.model import LeafType


async def issue(association_id: UUID, certification_id: UUID, at: datetime) -> Certification:
    """Sign the committed payload, log it (leaf 3), mark the certification issued and order its paper; then it
    is returned.

    Resumable: what is done already is not done again. Raises ``Unavailable('keys.locked' | 'keys.missing')``; the
    certification then stays granted, certificate pending. ``NotFound('certification.not_found')``.
    """
    granted = await load(association_id, certification_id)
    if granted.jws is not None:
        return granted
    jws = await keys.sign_intent(association_id, granted.intent_id, at)
    failpoint("after_signature")

    async def mark() -> None:
        if await store.mark_issued(association_id, certification_id, jws, at):
            await log.append(association_id, LeafType.CERTIFICATION, certification_id, jws, granted.salt, at)
            await papers.order(association_id, OrderKind.CERTIFICATION, certification_id, at)
            failpoint("after_leaf")

    await in_unit_of_work(mark)
    return await load(association_id, certification_id)


async def finish_pending(association_id: UUID, at: datetime) -> int:
    """Issue every certificate that an interruption or a locked key left pending; how many were issued.

    Stops quietly when the key is locked. For the start of the program and the jobs loop.
    """
    async with reading():
        waiting = await store.pending(association_id)
    done = 0
    for certification_id in waiting:
        try:
            await issue(association_id, certification_id, at)
        except Unavailable:
            break
        done += 1
    return done


async def publish_if_possible(association_id: UUID, at: datetime) -> bool:
    """Publish the status lists now; False when the log key is locked, and the jobs loop will do it later."""
    try:
        await status.publish_status(association_id, at)
    except Unavailable:
        return False
    return True


async def load(association_id: UUID, certification_id: UUID) -> Certification:
    """Raises ``NotFound('certification.not_found')``."""
    async with reading():
        found = await store.certification(association_id, certification_id)
    if found is None:
        raise NotFound("certification.not_found")
    return found
