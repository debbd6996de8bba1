"""Same idempotency key and body: same result, one effect; same key, other body: refused (invariant 5).

A record is claimed before the verb runs and answered after it. Whoever finds it claimed waits: for the
answer, or until the claimant is seen dead (same machine) or has given no sign of life for a while. A
claimant that was overtaken can commit nothing more: each of its units of work checks the claim.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from seal.db.failpoint import failpoint
from seal.db.runner import is_gone, place
from seal.db.tables import Idempotency
from seal.db.transaction import guards, to_the_end
from seal.db.unit_of_work import again_if_contended, in_unit_of_work, inside, unit_of_work
from seal.db.violations import Contention, integrity
from seal.errors import BadInput, Conflict, Unavailable
from seal.ids import uuid7

Run = Callable[[], Awaitable[Mapping[str, Any]]]

NOBODY = UUID(int=0)
KEY_MAX = 200
BEAT_SECONDS = 2.0
SILENT_SECONDS = 10.0
"""A claimant on another machine that did not beat for so long is taken for dead."""
WAIT_SECONDS = 60.0


@dataclass
class _Claim:
    """One key of one person, and this attempt at it."""

    association_id: UUID
    person_id: UUID
    key: str
    verb: str
    digest: bytes
    at: datetime
    runner: UUID = field(default_factory=uuid4)
    record_id: UUID = NOBODY
    wrote: bool = False

    async def find(self) -> dict[str, Any] | None:
        """The record, if there is one. ``Conflict('idempotency.other_body')`` if it was for something else."""
        rows: list[dict[str, Any]] = await Idempotency.select().where(
            Idempotency.association_id == self.association_id,
            Idempotency.person_id == self.person_id,
            Idempotency.key == self.key,
        )
        if not rows:
            return None
        if rows[0]["verb"] != self.verb or bytes(rows[0]["body_sha256"]) != self.digest:
            raise Conflict("idempotency.other_body", key=self.key)
        return rows[0]

    async def insert(self, *, runner: UUID | None) -> None:
        self.record_id = uuid7(self.at)
        # Two first attempts at once: the slower one runs again and finds the record.
        async with integrity({"idempotency_one_use": Contention("db.busy")}):
            await Idempotency.insert(
                Idempotency(
                    id=self.record_id,
                    association_id=self.association_id,
                    person_id=self.person_id,
                    key=self.key,
                    verb=self.verb,
                    body_sha256=self.digest,
                    started_at=self.at,
                    runner=runner,
                    place=place() if runner else "",
                    answer=None,
                )
            )

    async def take(self, seen: tuple[UUID, int] | None) -> dict[str, Any] | None:
        """Claim the record. Returns it instead if it is answered, or claimed by someone who is not ``seen``."""
        record = await self.find()
        if record is None:
            await self.insert(runner=self.runner)
            return None
        if record["answer"] is not None:
            return record
        free = record["runner"] is None or (record["runner"], record["beat"]) == seen or is_gone(record["place"])
        if not free:
            return record
        self.record_id = record["id"]
        self.wrote = True  # an earlier attempt may have written something
        await Idempotency.update({"runner": self.runner, "place": place(), "beat": record["beat"] + 1}).where(
            Idempotency.id == self.record_id
        )
        return None

    async def check(self) -> None:
        """Guard of each unit of work of the run. ``Conflict('idempotency.taken_over')``."""
        rows = await Idempotency.select(Idempotency.runner).where(Idempotency.id == self.record_id)
        if not rows or rows[0]["runner"] != self.runner:
            raise Conflict("idempotency.taken_over", key=self.key)
        self.wrote = True

    async def beat(self) -> None:
        """Give signs of life for as long as the run takes."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(Unavailable):
                async with unit_of_work():
                    mine = (Idempotency.id == self.record_id) & (Idempotency.runner == self.runner)
                    await Idempotency.update({"beat": Idempotency.beat + 1}).where(mine)

    async def finish(self, answer: bytes) -> None:
        await self.check()
        await Idempotency.update({"answer": answer, "runner": None}).where(Idempotency.id == self.record_id)

    async def let_go(self) -> None:
        """The run failed: forget the key if nothing was written, else leave it to be run again with the same body."""
        mine = (Idempotency.id == self.record_id) & (Idempotency.runner == self.runner)

        async def change() -> None:
            if self.wrote:
                await Idempotency.update({"runner": None}).where(mine)
            else:
                await Idempotency.delete().where(mine)

        await in_unit_of_work(change)


async def once(
    association_id: UUID,
    person_id: UUID | None,
    key: str,
    verb: str,
    body: bytes,
    at: datetime,
    run: Run,
    *,
    atomic: bool = False,
) -> dict[str, Any]:
    """The answer of ``run()``, which takes effect once for one ``key`` of one person.

    ``run`` returns what JSON can hold. It is run again from its start on contention, and by a later call
    with the same key if the process died meanwhile, so it resumes what it finds half done. With
    ``atomic=True`` it belongs to the same unit of work as the record, and so needs no such care.

    Raises ``BadInput('idempotency.key')``, ``Conflict('idempotency.other_body')`` for another verb or
    body under this key, ``Unavailable('idempotency.still_running')``, and whatever ``run`` raises. A
    refusal before anything was written leaves the key unused.
    """
    if not 1 <= len(key) <= KEY_MAX or not key.isprintable():
        raise BadInput("idempotency.key", limit=KEY_MAX)
    claim = _Claim(association_id, person_id or NOBODY, key, verb, sha256(body).digest(), at)
    if atomic:
        answer = await in_unit_of_work(lambda: _together(claim, run))
        failpoint("answer_kept")  # unless an outer unit of work is still open
        return _read(answer)
    if inside():
        raise RuntimeError("once() opens its own units of work; inside another one use atomic=True")
    answered = await _claim_or_wait(claim)
    if answered is None:
        answered = await _run_claimed(claim, run)
        failpoint("answer_kept")
    return _read(answered)


async def _together(claim: _Claim, run: Run) -> bytes:
    record = await claim.find()
    if record is not None:
        if record["answer"] is None:
            raise Unavailable("idempotency.still_running", key=claim.key)
        return bytes(record["answer"])
    # First of all: a second attempt at the same time waits here, and never trips over what this one writes.
    await claim.insert(runner=None)
    answer = _write(await run())
    await Idempotency.update({"answer": answer}).where(Idempotency.id == claim.record_id)
    return answer


async def _claim_or_wait(claim: _Claim) -> bytes | None:
    """``None`` when the claim is ours; the answer when someone else gave it."""
    deadline = time.monotonic() + WAIT_SECONDS
    seen: tuple[UUID, int] | None = None
    seen_since = time.monotonic()
    pause = 0.02
    while True:
        silent = time.monotonic() - seen_since > SILENT_SECONDS
        presumed_dead = seen if silent else None
        record = await in_unit_of_work(lambda presumed_dead=presumed_dead: claim.take(presumed_dead))  # type: ignore[misc]
        if record is None:
            return None
        if record["answer"] is not None:
            return bytes(record["answer"])
        if (record["runner"], record["beat"]) != seen:
            seen, seen_since = (record["runner"], record["beat"]), time.monotonic()
        if time.monotonic() > deadline:
            raise Unavailable("idempotency.still_running", key=claim.key)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.5)


async def _run_claimed(claim: _Claim, run: Run) -> bytes:
    pulse = asyncio.create_task(claim.beat())
    token = guards.set((*guards.get(), claim.check))
    try:
        answer = _write(await again_if_contended(run))
    except BaseException:
        guards.reset(token)
        with suppress(Unavailable):  # then it stays claimed, and is overtaken once it is silent
            await to_the_end(claim.let_go())
        raise
    else:
        guards.reset(token)
    finally:
        pulse.cancel()
    await in_unit_of_work(lambda: claim.finish(answer))
    return answer


def _write(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _read(answer: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(answer)
    return value


async def forget(before: datetime) -> None:
    """Drop answered records older than ``before``; their keys are free again."""

    async def change() -> None:
        await Idempotency.delete().where(Idempotency.started_at < before, Idempotency.answer.is_not_null())

    await in_unit_of_work(change)
