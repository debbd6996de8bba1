"""Opening and closing the private keys of this process, and following a succession that another process made."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.errors import Refused
from seal.keys import ceremony as making
from seal.keys import chain, keyring, store
from seal.keys.ceremony import Owner
from seal.keys.model import KeyRole
from seal.keys.statement import KeyHistory
from seal.settings import Settings, settings


def folder_of(slug: str, seq: int | None = None) -> Path:
    """Where key files are: ``<data>/keys/<slug>/<n>``; without ``seq`` the folder of every generation."""
    every = settings().data / "keys" / slug
    return every if seq is None else every / str(seq)


def owner_of(association: Association) -> Owner:
    """Whose keys they are, as every key file says."""
    return Owner(association.id, association.did, association.base)


async def unlock(association_id: UUID, passphrase: str) -> None:
    """Open the current issuing and log key in this process's memory.

    Raises ``Unavailable('keys.missing' | 'keys.unreadable')``, ``BadInput('envelope.passphrase')``,
    ``Refused('keys.other_owner' | 'keys.key_not_current')``.
    """
    association = await associations.get(association_id)
    current = (await chain.required(association_id)).current
    folder = folder_of(association.slug, current.seq)
    named = {KeyRole.ISSUING: current.fingerprint, KeyRole.LOG: current.log_kid}
    for role, kid in named.items():
        key, label = await asyncio.to_thread(making.open_key, folder, role, owner_of(association), passphrase)
        if label.kid != kid:
            raise Refused("keys.key_not_current")
        keyring.put(association_id, role, key)


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


async def follow(association: Association, known: KeyHistory, role: KeyRole) -> None:
    """Open the successor of an open key that has been replaced, if this process has the passphrase.

    A succession is made by the command line while servers run: without this they would refuse to sign until somebody
    starts them again. Without the passphrase the replaced key stays, and signs nothing. Raises as :func:`unlock`.
    """
    held = keyring.take(association.id, role)
    named = known.current.log if role is KeyRole.LOG else known.current.issuing
    if held is None or held.raw == named:
        return
    await unlock_from(association, settings())


def lock(association_id: UUID, role: KeyRole | None = None) -> None:
    """Forget one open key of an association, or both."""
    keyring.lock(association_id, role)


def can_sign(association_id: UUID, role: KeyRole = KeyRole.ISSUING) -> bool:
    """True if the key is open in this process."""
    return keyring.holds(association_id, role)
