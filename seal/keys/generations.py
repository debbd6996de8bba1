"""Generations of keys: the ceremony that makes the first. ``succession`` puts the next in its place."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.clock import parse_rfc3339
from seal.db import in_unit_of_work
from seal.db.violations import integrity
from seal.errors import BadInput, Refused, Unavailable
from seal.ids import uuid7
from seal.keys import book, envelope, hsm, keyring, model, opening, store
from seal.keys import ceremony as making
from seal.keys import statement as statements_of
from seal.keys.ceremony import CeremonyRecord
from seal.keys.ed25519 import key_id
from seal.keys.hsm import TokenKey
from seal.keys.intents import commit_intent, sign_intent
from seal.keys.model import Intent, IntentKind, KeyRole
from seal.keys.records import Act, Attendance, Entries, Record
from seal.keys.statement import Statement
from seal.keys.symbol import Symbol, symbol
from seal.settings import settings
from seal.transparency import service as log
from seal.transparency.model import LeafType

NOBODY = Attendance()
"""Nobody was named: the record says so."""


def check_passphrase(passphrase: str) -> None:
    """Raises ``BadInput('keys.passphrase_short')``."""
    if len(passphrase) < making.PASSPHRASE_LEAST:
        raise BadInput("keys.passphrase_short", least=making.PASSPHRASE_LEAST)


async def ceremony(
    association_id: UUID,
    passphrase: str,
    at: datetime,
    *,
    allow_localhost: bool,
    cost: envelope.Cost = envelope.STRONG,
    keep_passphrase: bool = False,
    attendance: Attendance = NOBODY,
    in_token: frozenset[KeyRole] = frozenset(),
) -> CeremonyRecord:
    """Make the issuing, log and next keys, write them encrypted, and log the first key statement. Once.

    Opens issuing and log key in this process. A run that was interrupted after its files were written is finished
    by running it again with the same passphrase: the statement comes out the same. Raises
    ``Refused('keys.already_made')``, ``Refused('keys.files_exist')`` for files that are not this association's,
    ``Refused('keys.localhost')`` unless ``allow_localhost`` (demonstrations), ``BadInput('keys.passphrase_short')``,
    and with keys ``in_token`` (issuing, log) ``Unavailable('hsm.*')``. The record of it goes into the book of keys.
    """
    association = await associations.get(association_id)
    check_passphrase(passphrase)
    if urlsplit(association.base).hostname == "localhost" and not allow_localhost:
        raise Refused("keys.localhost", base=association.base)
    if await store.statements(association_id):
        raise Refused("keys.already_made")
    folder = opening.folder_of(association.slug, 1)
    if folder.exists():
        at, keys = await reopen(association, folder, passphrase)
    else:
        keys = {role: await make(association, role, 1, in_token) for role in KeyRole}
        await asyncio.to_thread(
            making.write_generation,
            folder, keys, opening.owner_of(association), passphrase, at, cost=cost, keep_passphrase=keep_passphrase,
        )  # fmt: skip
    first = Statement(
        did=association.did,
        base=association.base,
        seq=1,
        at=at,
        issuing=making.public_of(keys[KeyRole.ISSUING]),
        log=making.public_of(keys[KeyRole.LOG]),
        next_sha256=key_id(making.public_of(keys[KeyRole.NEXT])),
        previous=None,
    )
    return await state(association, first, keys, folder, Act.CEREMONY, (), attendance)


async def make(association: Association, role: KeyRole, seq: int, in_token: frozenset[KeyRole]) -> bytes | TokenKey:
    """A new key of a generation, here or in the token; the next key always here, to be carried off."""
    if role is KeyRole.NEXT or role not in in_token:
        return making.generate()
    return await asyncio.to_thread(hsm.generate, f"seal {association.slug} {role.value} {seq}")


async def reopen(
    association: Association, folder: Path, passphrase: str
) -> tuple[datetime, dict[KeyRole, bytes | TokenKey]]:
    """The keys that an interrupted run for this very association wrote, and when."""
    keys: dict[KeyRole, bytes | TokenKey] = {}
    made = ""
    for role in KeyRole:
        try:
            keys[role], label = await asyncio.to_thread(
                making.open_key, folder, role, opening.owner_of(association), passphrase
            )
        except (Refused, Unavailable):
            raise Refused("keys.files_exist", folder=str(folder)) from None
        made = label.made_at
    return parse_rfc3339(made), keys


async def state(
    association: Association,
    new: Statement,
    keys: Mapping[KeyRole, bytes | TokenKey],
    folder: Path,
    act: Act,
    entries: Entries,
    attendance: Attendance,
) -> CeremonyRecord:
    """Open the keys, sign the statement by way of an intent like everything else, log it, keep it, write it down."""
    for role in (KeyRole.ISSUING, KeyRole.LOG):
        keyring.put(association.id, role, keys[role])
    payload = statements_of.payload(new)

    async def commit() -> Intent:
        found = await store.intent_with(association.id, IntentKind.KEY_STATEMENT, model.digest(payload))
        if found is None:
            await commit_intent(association.id, IntentKind.KEY_STATEMENT, uuid7(new.at), payload, new.at)
            found = await store.intent_with(association.id, IntentKind.KEY_STATEMENT, model.digest(payload))
        if found is None:
            raise Unavailable("keys.missing")
        return found

    intent = await in_unit_of_work(commit)
    compact = await sign_intent(association.id, intent.id, new.at)
    shape = symbol(association.base)

    async def keep() -> Record:
        salt = log.new_salt()
        made = Refused("keys.already_made")  # by another who holds the same keys: one object, one id, one place
        async with integrity({"key_statement_one_history": made, "key_statement_pkey": made}):
            await store.save_statement(association.id, intent.object_id, new.seq, compact, salt, new.at)
        index = await log.append(association.id, LeafType.KEY_STATEMENT, intent.object_id, compact, salt, new.at)
        said = (*entries, *_entries(new, keys, folder, index, shape))
        return await book.write(association, act, said, attendance, new.at)

    return CeremonyRecord(
        fingerprint=new.fingerprint,
        log_kid=new.log_kid,
        next_sha256=new.next_sha256,
        paths=making.files_of(folder),
        statement_jws=compact,
        symbol=shape,
        record=await in_unit_of_work(keep),
    )


def _entries(
    new: Statement, keys: Mapping[KeyRole, bytes | TokenKey], folder: Path, index: int, shape: Symbol
) -> Entries:
    """What a generation is, in the order in which people check it."""
    places = [
        (f"file_{role.value}", str(folder / making.file_name(role)))
        if isinstance(key, bytes)
        else (f"token_{role.value}", str(settings().pkcs11_token))
        for role, key in keys.items()
    ]
    return (
        ("generation", str(new.seq)),
        ("fingerprint", new.fingerprint),
        ("log_key", new.log_kid),
        ("next_sha256", new.next_sha256),
        ("leaf", str(index)),
        *places,
        ("qr_prefix", f"{shape.prefix} · {shape.aim_tenths_mm / 10:.1f} mm"),
    )


async def demonstration_ceremony(
    association_id: UUID, at: datetime, *, cost: envelope.Cost = envelope.STRONG
) -> CeremonyRecord:
    """The ceremony of a demonstration: automatic, its passphrase kept in a file (0600) beside the keys.

    Raises ``Refused('keys.not_a_demonstration')`` for any other association.
    """
    association = await associations.get(association_id)
    if not association.demonstration:
        raise Refused("keys.not_a_demonstration")
    kept = making.kept_passphrase(opening.folder_of(association.slug, 1))
    passphrase = kept or secrets.token_urlsafe(24)
    return await ceremony(association_id, passphrase, at, allow_localhost=True, cost=cost, keep_passphrase=True)
