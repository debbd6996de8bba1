"""Generations of keys: the ceremony that makes the first, the succession that puts the next in its place, unlocking."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
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
from seal.keys import ceremony as making
from seal.keys import envelope, keyring, model, store
from seal.keys import statement as statements_of
from seal.keys.ceremony import CeremonyRecord, Owner, file_name
from seal.keys.ed25519 import key_id
from seal.keys.intents import commit_intent, history, sign_intent
from seal.keys.model import Intent, IntentKind, KeyRole
from seal.keys.statement import Statement
from seal.keys.symbol import symbol
from seal.settings import Settings, settings
from seal.transparency import service as log
from seal.transparency.model import LeafType


def folder_of(slug: str, seq: int | None = None) -> Path:
    """Where key files are: ``<data>/keys/<slug>/<n>``; without ``seq`` the folder of every generation."""
    every = settings().data / "keys" / slug
    return every if seq is None else every / str(seq)


def _owner(association: Association) -> Owner:
    return Owner(association.id, association.did, association.base)


async def _current(association_id: UUID) -> Statement:
    chain = await history(association_id)
    if chain is None:
        raise Unavailable("keys.missing")
    return chain.current


def _check_passphrase(passphrase: str) -> None:
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
) -> CeremonyRecord:
    """Make the issuing, log and next keys, write them encrypted, and log the first key statement. Once.

    Opens issuing and log key in this process. A run that was interrupted after its files were written is finished
    by running it again with the same passphrase: the statement comes out the same. Raises
    ``Refused('keys.already_made')``, ``Refused('keys.files_exist')`` for files that are not this association's,
    ``Refused('keys.localhost')`` unless ``allow_localhost`` (demonstrations), ``BadInput('keys.passphrase_short')``.
    """
    association = await associations.get(association_id)
    _check_passphrase(passphrase)
    if urlsplit(association.base).hostname == "localhost" and not allow_localhost:
        raise Refused("keys.localhost", base=association.base)
    if await store.statements(association_id):
        raise Refused("keys.already_made")
    folder = folder_of(association.slug, 1)
    if folder.exists():
        at, keys = await _reopen(association, folder, passphrase)
    else:
        keys = {role: making.generate() for role in KeyRole}
        await asyncio.to_thread(
            making.write_generation,
            folder, keys, _owner(association), passphrase, at, cost=cost, keep_passphrase=keep_passphrase,
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
    return await _state(association, first, keys, folder)


async def _reopen(association: Association, folder: Path, passphrase: str) -> tuple[datetime, dict[KeyRole, bytes]]:
    """The keys that an interrupted ceremony of this very association wrote, and when."""
    keys: dict[KeyRole, bytes] = {}
    made = ""
    for role in KeyRole:
        try:
            keys[role], label = await asyncio.to_thread(
                making.read_key, folder / file_name(role), role, _owner(association), passphrase
            )
        except (Refused, Unavailable):
            raise Refused("keys.files_exist", folder=str(folder)) from None
        made = label.made_at
    return parse_rfc3339(made), keys


async def _state(association: Association, new: Statement, keys: dict[KeyRole, bytes], folder: Path) -> CeremonyRecord:
    """Open the keys, sign the statement by way of an intent like everything else, log it, keep it."""
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

    async def keep() -> None:
        salt = log.new_salt()
        made = Refused("keys.already_made")  # by another who holds the same keys: one object, one id, one place
        async with integrity({"key_statement_one_history": made, "key_statement_pkey": made}):
            await store.save_statement(association.id, intent.object_id, new.seq, compact, salt, new.at)
        await log.append(association.id, LeafType.KEY_STATEMENT, intent.object_id, compact, salt, new.at)

    await in_unit_of_work(keep)
    return CeremonyRecord(
        fingerprint=new.fingerprint,
        log_kid=new.log_kid,
        next_sha256=new.next_sha256,
        paths=making.files_of(folder),
        statement_jws=compact,
        symbol=symbol(association.base),
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
    kept = making.kept_passphrase(folder_of(association.slug, 1))
    passphrase = kept or secrets.token_urlsafe(24)
    return await ceremony(association_id, passphrase, at, allow_localhost=True, cost=cost, keep_passphrase=True)


async def succeed(
    association_id: UUID, next_file: Path, passphrase: str, at: datetime, *, cost: envelope.Cost = envelope.STRONG
) -> CeremonyRecord:
    """Put the next key, brought back from its place, in the issuing key's stead.

    It signs its own statement; a new log key and a new next key are made with it. The old issuing key is not
    needed, so a lost or stolen one cannot prevent this. Raises ``Unavailable('keys.missing')``,
    ``Refused('keys.not_the_next_key')``, ``Refused('keys.files_exist')``, ``BadInput('envelope.*')``.
    """
    association = await associations.get(association_id)
    _check_passphrase(passphrase)
    before = await _current(association_id)
    previous = (await store.statements(association_id))[-1]
    owner = replace(_owner(association), did=before.did)
    seed, _ = await asyncio.to_thread(making.read_key, next_file, KeyRole.NEXT, owner, passphrase)
    if key_id(making.public_of(seed)) != before.next_sha256:
        raise Refused("keys.not_the_next_key")
    if at < before.at:
        raise Refused("keys.not_yet_active")
    seq = before.seq + 1
    folder = folder_of(association.slug, seq)
    keys = {KeyRole.ISSUING: seed, KeyRole.LOG: making.generate(), KeyRole.NEXT: making.generate()}
    await asyncio.to_thread(
        making.write_generation,
        folder, keys, owner, passphrase, at, cost=cost, keep_passphrase=association.demonstration,
    )  # fmt: skip
    new = Statement(
        did=before.did,
        base=association.base,
        seq=seq,
        at=at,
        issuing=making.public_of(seed),
        log=making.public_of(keys[KeyRole.LOG]),
        next_sha256=key_id(making.public_of(keys[KeyRole.NEXT])),
        previous=statements_of.digest(previous),
        ended=before.ended,
    )
    return await _state(association, new, keys, folder)


async def unlock(association_id: UUID, passphrase: str) -> None:
    """Open the current issuing and log key in this process's memory.

    Raises ``Unavailable('keys.missing' | 'keys.unreadable')``, ``BadInput('envelope.passphrase')``,
    ``Refused('keys.other_owner' | 'keys.key_not_current')``.
    """
    association = await associations.get(association_id)
    current = await _current(association_id)
    folder = folder_of(association.slug, current.seq)
    named = {KeyRole.ISSUING: current.fingerprint, KeyRole.LOG: current.log_kid}
    for role, kid in named.items():
        seed, label = await asyncio.to_thread(
            making.read_key, folder / file_name(role), role, _owner(association), passphrase
        )
        if label.kid != kid:
            raise Refused("keys.key_not_current")
        keyring.put(association_id, role, seed)


async def unlock_from(association: Association, given: Settings) -> bool:
    """Open the keys with a demonstration's own passphrase file, else with ``SEAL_KEY_PASSPHRASE``.

    False if there is no passphrase or there are no keys yet: everything but signing goes on. A wrong passphrase
    raises, as :func:`unlock` does.
    """
    compacts = await store.statements(association.id)
    if not compacts:
        return False
    kept = making.kept_passphrase(folder_of(association.slug, len(compacts))) if association.demonstration else None
    secret = given.key_passphrase.get_secret_value() if given.key_passphrase else None
    passphrase = kept or secret
    if passphrase is None or not folder_of(association.slug, len(compacts)).exists():
        return False
    await unlock(association.id, passphrase)
    return True


def lock(association_id: UUID, role: KeyRole | None = None) -> None:
    """Forget one open key of an association, or both."""
    keyring.lock(association_id, role)


def can_sign(association_id: UUID, role: KeyRole = KeyRole.ISSUING) -> bool:
    """True if the key is open in this process."""
    return keyring.holds(association_id, role)
