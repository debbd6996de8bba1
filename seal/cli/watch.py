"""Within a second of a decision its status lists, the bundle and the register are out, whichever process decided.

A process that holds an open log key publishes by itself as soon as a verb has committed. This loop is for the others:
a web process without keys beside ``seal jobs`` with them. It asks one small question twice a second, how far the
status epochs are, and needs no lease: publishing what is published already does nothing.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from uuid import UUID

from seal.certificates import service as certificates
from seal.clock import SystemClock
from seal.errors import SealError, Unavailable
from seal.keys import service as keys
from seal.keys.model import KeyRole
from seal.public import service as public
from seal.verification import service as verification

log = logging.getLogger("seal.jobs")
EVERY_SECONDS = 0.5


class Watch:
    """What this process has seen published, by association."""

    def __init__(self) -> None:
        self._seen: dict[UUID, int] = {}

    async def look(self, at: datetime) -> int:
        """Publish for every association whose epoch has grown and whose log key is open here; how many."""
        grown = {
            association_id: epoch
            for association_id, epoch in (await certificates.epochs()).items()
            if self._seen.get(association_id) != epoch and keys.can_sign(association_id, KeyRole.LOG)
        }
        for association_id, epoch in grown.items():
            self._seen[association_id] = epoch  # what fails now is left to the jobs, which come by every few seconds
            try:
                await certificates.publish_status(association_id, at)
                await keys.checkpoint(association_id, at)
                await verification.bundle(association_id, at)
                await public.make_snapshot(association_id, at)
            except Unavailable as error:
                log.info("publishing waits: %s", error)
            except SealError as error:
                log.warning("publishing failed: %s", error)
        return len(grown)


async def keep_watching() -> None:
    """Look as long as the process lives."""
    watch = Watch()
    while True:
        try:
            await watch.look(SystemClock().now())
        except SealError as error:
            log.warning("changes of status could not be watched, trying again: %s", error)
        except Exception:
            log.exception("changes of status could not be watched, trying again")
        await asyncio.sleep(EVERY_SECONDS)
