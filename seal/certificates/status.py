"""The status machinery of certifications and batches: indexes at random, bits, epochs, published lists."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import rfc8785

from seal import ids
from seal.associations import service as associations
from seal.certificates import status_list as lists
from seal.certificates import status_store as store
from seal.certificates.status_list import PURPOSES, SLOTS, Purpose
from seal.certificates.status_store import Published
from seal.db import in_unit_of_work, reading
from seal.db.violations import Contention, integrity
from seal.errors import NotFound, Refused
from seal.keys import jws as tokens
from seal.keys import recovery
from seal.keys import service as keys
from seal.keys.model import IntentKind

HEARTBEAT = timedelta(hours=6)
"""A list is issued again after this long even if no bit changed, so that it is never far from its end."""
LIFETIME = timedelta(hours=24)
"""``validUntil`` of a list: later, a verifier should call it stale."""
EPOCH = "status_epoch"
"""Its name among the marks outside the database."""
_HALF = SLOTS // 2


async def allocate_status_index(
    association_id: UUID, object_id: UUID, at: datetime, *, under: UUID | None = None, made_on: date | None = None
) -> int:
    """A free status index, at random, for ever. In the caller's unit of work; the same object keeps its index.

    Lists are filled to one half, so that an index says nothing of order and a free one is found at once.
    """
    before = await store.slot_of(association_id, object_id)
    if before is not None:
        return before
    number = await store.slot_count(association_id) // _HALF
    for _ in range(64):
        slot = number * SLOTS + secrets.randbelow(SLOTS)
        if slot <= lists.INDEX_MAX and await store.take_slot(association_id, slot, object_id, under, made_on, at):
            return slot
    raise RuntimeError("no free status index in a row of tries: the random source is broken")


async def set_status(association_id: UUID, index: int, purpose: str, on: bool, at: datetime) -> None:
    """Set or clear a bit, in the caller's unit of work; a change makes the epoch grow by one.

    Raises ``Refused('status.final')`` for clearing a revocation: withdrawn, revoked and recalled are for ever.
    """
    if purpose == "revocation" and not on:
        raise Refused("status.final")
    if await store.set_bit(association_id, index, purpose, on):
        await store.bump_epoch(association_id, at)


async def publish_status(association_id: UUID, at: datetime) -> int:
    """Issue again every list that a changed bit or the heartbeat asks for; how many were signed.

    Signed by the log key by way of an intent; an edition left unsigned by a crash is signed first.
    Raises ``Unavailable('keys.locked' | 'keys.missing' | 'keys.recovery')``.
    """
    await recovery.require_level(association_id)
    async with reading():
        last = (await store.highest_slot(association_id)) // SLOTS
    signed = 0
    for number in range(last + 1):
        for purpose in PURPOSES:
            edition = await _edition(association_id, purpose, number, at)
            if edition is not None:
                await _sign(association_id, edition, at)
                signed += 1
    return signed


async def _edition(association_id: UUID, purpose: Purpose, number: int, at: datetime) -> Published | None:
    """The edition to sign now: an unsigned one, or a new one when it is due, or None."""
    association = await associations.get(association_id)

    async def prepare() -> Published | None:
        latest = await store.latest(association_id, purpose, number)
        epoch = await store.epoch(association_id)
        if latest is not None and latest.epoch == epoch:
            if latest.jws is None:
                return latest
            if at - latest.made_at < HEARTBEAT and await _by_current_key(association_id, latest.jws):
                return None
        first = number * SLOTS
        slots = await store.set_slots(association_id, purpose, first, first + SLOTS - 1)
        document = lists.document(
            base=association.base,
            did=association.did,
            purpose=purpose,
            number=number,
            slots=[slot - first for slot in slots],
            valid_from=at,
            until=at + LIFETIME,
        )
        list_id = ids.uuid7(at)
        intent = await keys.commit_intent(
            association_id, IntentKind.STATUS_LIST, list_id, bytes(rfc8785.dumps(document)), at
        )
        edition = Published(list_id, purpose, number, latest.edition + 1 if latest else 1, epoch, intent, at, None)
        async with integrity({"status_list_edition_once": Contention("db.busy")}):
            await store.insert_list(association_id, edition)
        return edition

    return await in_unit_of_work(prepare)


async def _by_current_key(association_id: UUID, compact: bytes) -> bool:
    """False once the log key was replaced: a list is issued again under the key that the DID document names."""
    held = await keys.public_keys(association_id)
    return tokens.parse(compact, typ=tokens.VC).key == held.log.key_id


async def _sign(association_id: UUID, edition: Published, at: datetime) -> None:
    jws = await keys.sign_intent(association_id, edition.intent_id, at, {EPOCH: edition.epoch})

    async def keep() -> None:
        await store.sign_list(association_id, edition.id, jws)

    await in_unit_of_work(keep)


@dataclass(frozen=True)
class ServedList:
    """The edition of a list that is served: the compact JWS, the same with its proof inside, and the epoch it shows."""

    jws: bytes
    embedded: bytes | None
    """``None`` only for an edition from before there were embedded proofs, until the jobs have run."""
    epoch: int
    edition: int


async def served_list(association_id: UUID, purpose: str, number: int) -> ServedList:
    """A list as it is served. Raises ``NotFound('status.no_list')`` before its first issue."""
    async with reading(fresh=False):
        found = await store.latest(association_id, purpose, number, signed=True)
        if found is None or found.jws is None:
            raise NotFound("status.no_list", purpose=purpose, number=number)
        embedded = await keys.embedded(association_id, IntentKind.STATUS_LIST, found.id)
    return ServedList(found.jws, embedded, found.epoch, found.edition)


async def status_list(association_id: UUID, purpose: str, number: int) -> bytes:
    """The served bytes of a list (compact JWS). Raises ``NotFound('status.no_list')`` before its first issue."""
    return (await served_list(association_id, purpose, number)).jws


async def epoch(association_id: UUID) -> int:
    """How often bits have changed; for the bundle, which must never show a smaller one."""
    async with reading():
        return await store.epoch(association_id)


async def epochs() -> dict[UUID, int]:
    """The epoch of every association of this server that ever had a change of status: for who watches for changes."""
    async with reading():
        return await store.epochs()


async def raise_epoch(association_id: UUID, least: int, at: datetime) -> None:
    """After a restore: the epoch is above ``least``, so that what was published is published anew."""

    async def change() -> None:
        while await store.bump_epoch(association_id, at) <= least:
            pass

    await in_unit_of_work(change)


async def reserve_lost(
    association_id: UUID, index: int, object_id: UUID, revoked: bool, suspended: bool, at: datetime
) -> None:
    """After a restore: an index of an object that is lost stays taken, with its bits as published."""

    async def write() -> None:
        if await store.take_slot(association_id, index, object_id, None, None, at):
            await store.set_bit(association_id, index, "revocation", revoked)
            await store.set_bit(association_id, index, "suspension", suspended)

    await in_unit_of_work(write)


async def bits(association_id: UUID, purpose: str, number: int) -> frozenset[int]:
    """The status indexes of a list whose bit is set in the database now."""
    first = number * SLOTS
    async with reading():
        return frozenset(await store.set_slots(association_id, purpose, first, first + SLOTS - 1))


async def taken(association_id: UUID, object_id: UUID) -> int | None:
    """The index of an object, if it has one."""
    async with reading():
        return await store.slot_of(association_id, object_id)
