"""Putting a key on paper, and bringing it back from paper; taking replaced keys out of the world."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from seal.associations import service as associations
from seal.errors import NotFound, Refused
from seal.keys import book, chain, envelope, hsm, opening, sharing
from seal.keys import ceremony as making
from seal.keys.ed25519 import key_id
from seal.keys.generations import NOBODY, check_passphrase
from seal.keys.model import KeyRole
from seal.keys.records import Act, Attendance, Record
from seal.keys.statement import Statement


@dataclass(frozen=True)
class Shared:
    """Sheets of one key, and the record that says that they were made. ``kid`` is what they are proved against."""

    role: KeyRole
    kid: str
    sheets: tuple[sharing.Sheet, ...]
    record: Record


def committed(current: Statement, role: KeyRole) -> str:
    """The key id that a key of the present generation must have."""
    return {
        KeyRole.ISSUING: current.fingerprint,
        KeyRole.LOG: current.log_kid,
        KeyRole.NEXT: current.next_sha256,
    }[role]


async def share(
    association_id: UUID,
    role: KeyRole,
    passphrase: str,
    at: datetime,
    *,
    file: Path | None = None,
    needed: int = 2,
    total: int = 3,
    attendance: Attendance = NOBODY,
) -> Shared:
    """Sheets of the present issuing or next key, from its file (default: where the ceremony put it).

    Again gives other sheets: the earlier ones still work among themselves, and never mix. Raises
    ``Unavailable('keys.missing')``, ``BadInput('envelope.*' | 'shares.counts')``, ``Refused('keys.in_token' |
    'keys.not_the_committed_key')``.
    """
    association = await associations.get(association_id)
    current = (await chain.required(association_id)).current
    folder = opening.folder_of(association.slug, current.seq)
    if file is None and (folder / making.token_file_name(role)).exists():
        raise Refused("keys.in_token")
    owner = replace(opening.owner_of(association), did=current.did)
    path = file or folder / making.file_name(role)
    seed, label = await asyncio.to_thread(making.read_key, path, role, owner, passphrase)
    if label.kid != committed(current, role):
        raise Refused("keys.not_the_committed_key", kid=committed(current, role))
    sheets = sharing.split(seed, needed, total)
    entries = (
        ("shares_of", role.value),
        ("shares_key", label.kid),
        ("shares_count", f"{needed}/{total}"),
        ("shares_set", f"{sheets[0].set_id:05d}"),
    )
    return Shared(role, label.kid, sheets, await book.write(association, Act.SHARES, entries, attendance, at))


async def joined(association_id: UUID, texts: list[str], role: KeyRole) -> bytes:
    """The key that sheets give, proved to be the one that the key statements commit to.

    Raises ``BadInput('shares.*')``, ``Refused('keys.not_the_committed_key')``, ``Unavailable('keys.missing')``.
    """
    wanted = committed((await chain.required(association_id)).current, role)
    seed = sharing.join(texts)
    if key_id(making.public_of(seed)) != wanted:
        raise Refused("keys.not_the_committed_key", kid=wanted)
    return seed


async def restore(
    association_id: UUID,
    texts: list[str],
    role: KeyRole,
    file: Path,
    passphrase: str,
    at: datetime,
    *,
    cost: envelope.Cost = envelope.STRONG,
    attendance: Attendance = NOBODY,
) -> Record:
    """Write the key that sheets give into the new file ``file``, closed by a new passphrase.

    Raises as :func:`joined`, ``BadInput('keys.passphrase_short')`` and ``Refused('keys.file_exists')``.
    """
    check_passphrase(passphrase)
    association = await associations.get(association_id)
    current = (await chain.required(association_id)).current
    seed = await joined(association_id, texts, role)
    owner = replace(opening.owner_of(association), did=current.did)
    await asyncio.to_thread(making.write_key, file, role, seed, owner, passphrase, current.at, cost)
    kid = key_id(making.public_of(seed))
    entries = (("shares_of", role.value), ("shares_key", kid), ("restored_to", str(file)))
    return await book.write(association, Act.RESTORE, entries, attendance, at)


async def retire(association_id: UUID, at: datetime, *, attendance: Attendance = NOBODY) -> Record:
    """Destroy the private halves of replaced keys, here and in the token; what they signed goes on verifying.

    A key that is gone cannot be stolen. Raises ``NotFound('keys.nothing_to_retire')``, ``Unavailable('hsm.*')``.
    """
    association = await associations.get(association_id)
    known = await chain.required(association_id)
    entries: list[tuple[str, str]] = []
    for statement in known.statements[:-1]:
        folder = opening.folder_of(association.slug, statement.seq)
        for role in KeyRole:
            path, place = folder / making.file_name(role), folder / making.token_file_name(role)
            if place.exists():
                await asyncio.to_thread(hsm.destroy, committed(statement, role))
            for one in (path, place):
                if one.exists():
                    await asyncio.to_thread(_destroy, one)
                    entries.append(("destroyed", f"{committed(statement, role)} · {one}"))
    if not entries:
        raise NotFound("keys.nothing_to_retire")
    return await book.write(association, Act.RETIREMENT, tuple(entries), attendance, at)


def _destroy(path: Path) -> None:
    """Written over once, then gone. Copies made elsewhere are for people to find."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.write(os.urandom(size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
