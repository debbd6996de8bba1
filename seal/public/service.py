"""The public register: as it is now, and its signed snapshots. Nobody signs in and nothing is decided here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from seal import clock
from seal.associations import service as associations
from seal.associations.model import Association
from seal.certificates import service as certificates
from seal.certificates.model import State
from seal.db import in_unit_of_work, reading
from seal.errors import NotFound, Unavailable
from seal.ids import Code, uuid7
from seal.keys import service as keys
from seal.keys.model import IntentKind, KeyRole
from seal.protocols import service as protocols
from seal.public import register
from seal.public import register_store as store
from seal.public.register import Entry, Register
from seal.public.register_store import Kept
from seal.verification import service as verification


async def now(association: Association, at: datetime) -> Register:
    """The register at ``at``, from the records themselves. Pending certifications are not in it yet."""
    zone, today = association.zone, clock.local_day(at, association.zone)
    rows, products = await verification.certifications(association.id)
    entries: list[Entry] = []
    for found in rows:
        row = found.row
        if row["ce_jws"] is None:
            continue
        state = register.state_of(found.steps, row["ce_valid_until"], at, zone)
        last = row["ce_valid_until"]
        if state is State.WITHDRAWN:
            last = clock.local_day(found.steps[-1].effective_at, zone)
        if state is State.NONE or not register.is_shown(state, last, today):
            continue
        protocol = (await protocols.pinned(association.id, row["ce_version_id"])).protocol
        entries.append(
            Entry(
                code=Code(row["ce_public_id"]).plain,
                producer=f"{row['producer_number']:03d}",
                name=row["trade_name"],
                commune=row["commune"],
                products=tuple(json.loads(one["names"]) for one in products.get(row["ce_id"], ())),
                protocol=protocol.id,
                version=protocol.version,
                protocol_sha256=protocol.digest,
                title={lang: text.title for lang, text in protocol.texts.items()},
                assurance_mode=row["ce_mode"],
                state=state.value,
                granted_on=clock.local_day(row["ce_granted_at"], zone),
                valid_from=row["ce_valid_from"],
                valid_until=row["ce_valid_until"],
                sanctions=register.sanctions_of(found.steps, at, zone),
            )
        )
    return Register(
        did=association.did,
        base=association.base,
        name=association.name,
        day=today,
        as_of=at,
        epoch=await certificates.epoch(association.id),
        statements=await keys.statements(association.id),
        entries=tuple(entries),
    )


async def make_snapshot(association_id: UUID, at: datetime) -> bool:
    """Sign today's snapshot if there is none, or again when the register says something else; True if one was signed.

    By the log key, by way of an intent; one left unsigned by a crash is signed first. For the jobs, safe to repeat.
    Raises ``Unavailable('keys.missing' | 'keys.locked')`` before anything is written.
    """
    association = await associations.get(association_id)
    if not keys.can_sign(association_id, KeyRole.LOG):
        await keys.public_keys(association_id)
        raise Unavailable("keys.locked")
    wanted = await now(association, at)
    digest = hashlib.sha256(wanted.content).hexdigest()

    async def prepare() -> Kept | None:
        last = await store.latest(association_id)
        if last is not None and last.jws is None:
            return last
        if last is not None and last.day >= wanted.day and (last.content_sha256 == digest or last.day > wanted.day):
            return None
        snapshot_id = uuid7(at)
        intent = await keys.commit_intent(association_id, IntentKind.REGISTER, snapshot_id, wanted.payload, at)
        edition = last.edition + 1 if last is not None and last.day == wanted.day else 1
        made = Kept(snapshot_id, wanted.day, edition, at, digest, intent)
        await store.insert(association_id, made)
        return made

    kept = await in_unit_of_work(prepare)
    if kept is None:
        return False
    signed = replace(kept, jws=await keys.sign_intent(association_id, kept.intent_id, at))

    async def keep() -> None:
        assert signed.jws is not None
        await store.sign(association_id, signed.id, signed.jws)

    await in_unit_of_work(keep)
    return True


async def snapshot(association_id: UUID, day: date | None = None) -> tuple[Kept, bytes | None]:
    """The newest signed snapshot, or the last one of ``day``; and the same with its proof inside.

    Raises ``NotFound('register.no_snapshot')``.
    """
    async with reading(fresh=False):
        kept = await store.latest(association_id, day, signed=True)
        if kept is None:
            raise NotFound("register.no_snapshot", day=day.isoformat() if day else "")
        return kept, await keys.embedded(association_id, IntentKind.REGISTER, kept.id)


async def days(association_id: UUID) -> tuple[date, ...]:
    """Every day that has a signed snapshot, newest first."""
    async with reading(fresh=False):
        return await store.days(association_id)
