"""The next key takes over: as planned (rotation), or because a key was stolen or lost (compromise).

Only the key that the last statement committed to can do it, and it signs its own statement; the replaced issuing key is
not needed, so a lost or stolen one cannot prevent it. Replaced keys sign nothing more and go on verifying what they
signed. A key that is *ended* is trusted only for what the log held below ``tree_size`` leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.errors import BadInput, Refused
from seal.keys import ceremony as making
from seal.keys import chain, envelope, generations, hsm, opening, store
from seal.keys import statement as statements_of
from seal.keys.book import reason_said
from seal.keys.ceremony import CeremonyRecord
from seal.keys.ed25519 import key_id
from seal.keys.generations import NOBODY
from seal.keys.hsm import TokenKey
from seal.keys.model import KeyRole
from seal.keys.records import Act, Attendance, Entries
from seal.keys.statement import Ended, KeyHistory, Statement
from seal.transparency import service as log


async def read_next(association_id: UUID, file: Path, passphrase: str) -> bytes:
    """The next key from the file that was carried off. Prove it with :func:`require_next` before it is used.

    Raises as ``ceremony.read_key``: ``Unavailable('keys.missing')``, ``BadInput('envelope.*')``,
    ``Refused('keys.other_owner')``.
    """
    association = await associations.get(association_id)
    current = (await chain.required(association_id)).current
    owner = replace(opening.owner_of(association), did=current.did)
    seed, _ = await asyncio.to_thread(making.read_key, file, KeyRole.NEXT, owner, passphrase)
    return seed


def require_next(known: KeyHistory, seed: bytes) -> None:
    """Raises ``Refused('keys.not_the_next_key')`` unless the last statement committed to this key."""
    if key_id(making.public_of(seed)) != known.current.next_sha256:
        raise Refused("keys.not_the_next_key")


async def rotate(
    association_id: UUID,
    seed: bytes,
    passphrase: str,
    at: datetime,
    *,
    cost: envelope.Cost = envelope.STRONG,
    attendance: Attendance = NOBODY,
    in_token: frozenset[KeyRole] = frozenset(),
) -> CeremonyRecord:
    """Put the next key (its ``seed``) in the issuing key's stead, with a new log key and a new next key.

    ``passphrase`` closes the new files. Logged at once. A run that was interrupted is finished by running it again with
    the same key and passphrase. Raises ``Unavailable('keys.missing')``, ``Refused('keys.not_the_next_key' |
    'keys.not_yet_active' | 'keys.files_exist')``, ``BadInput('keys.passphrase_short')``.
    """
    known = await chain.required(association_id)
    before = (("previous_fingerprint", known.current.fingerprint), ("previous_log_key", known.current.log_kid))
    given = (cost, attendance, in_token)
    return await _succeed(association_id, seed, passphrase, at, known, (), (Act.ROTATION, before), given)


async def succeed(
    association_id: UUID, next_file: Path, passphrase: str, at: datetime, *, cost: envelope.Cost = envelope.STRONG
) -> CeremonyRecord:
    """:func:`rotate` with the next key's file, where one passphrase opens it and closes the new ones."""
    generations.check_passphrase(passphrase)
    seed = await read_next(association_id, next_file, passphrase)
    return await rotate(association_id, seed, passphrase, at, cost=cost)


async def compromise(
    association_id: UUID,
    seed: bytes,
    passphrase: str,
    at: datetime,
    *,
    tree_size: int,
    reason: str,
    kids: Iterable[str] | None = None,
    cost: envelope.Cost = envelope.STRONG,
    attendance: Attendance = NOBODY,
    in_token: frozenset[KeyRole] = frozenset(),
) -> CeremonyRecord:
    """End keys that were stolen or lost, except for what the log held below ``tree_size`` leaves, and succeed them.

    ``kids``: which (default: the present issuing and log key, which lie side by side). What was printed of batches
    logged before keeps working. Raises as :func:`rotate`, ``BadInput('keys.tree_size')`` beyond the log,
    ``BadInput('keys.no_such_key')``, ``Refused('keys.already_ended')`` for one that was ended at that size or before.
    """
    said = reason_said(reason)
    known = await chain.required(association_id)
    named = tuple(dict.fromkeys(kids or (known.current.fingerprint, known.current.log_kid)))
    size = (await log.head(association_id)).size
    if not 0 <= tree_size <= size:
        raise BadInput("keys.tree_size", size=size, asked=tree_size)
    for kid in named:
        period = known.issuing_key(kid) or known.log_key(kid)
        if period is None:
            raise BadInput("keys.no_such_key", kid=kid)
        if period.ended is not None and period.ended.tree_size <= tree_size:
            raise Refused("keys.already_ended", kid=kid, size=period.ended.tree_size)
    entries = (("reason", said), *(("ended", kid) for kid in named), ("tree_size", str(tree_size)))
    ends = tuple(Ended(kid, at, tree_size) for kid in named)
    given = (cost, attendance, in_token)
    return await _succeed(association_id, seed, passphrase, at, known, ends, (Act.COMPROMISE, entries), given)


async def _succeed(
    association_id: UUID,
    seed: bytes,
    passphrase: str,
    at: datetime,
    known: KeyHistory,
    ends: tuple[Ended, ...],
    act: tuple[Act, Entries],
    given: tuple[envelope.Cost, Attendance, frozenset[KeyRole]],
) -> CeremonyRecord:
    cost, attendance, in_token = given
    association = await associations.get(association_id)
    generations.check_passphrase(passphrase)
    require_next(known, seed)
    before = known.current
    if at < before.at:
        raise Refused("keys.not_yet_active")
    folder = opening.folder_of(association.slug, before.seq + 1)
    if folder.exists():
        at, keys = await generations.reopen(association, folder, passphrase)
        if making.public_of(keys[KeyRole.ISSUING]) != making.public_of(seed):
            raise Refused("keys.files_exist", folder=str(folder))
    else:
        keys = await _generation(association, seed, before.seq + 1, in_token)
        await asyncio.to_thread(
            making.write_generation,
            folder, keys, replace(opening.owner_of(association), did=before.did), passphrase, at,
            cost=cost, keep_passphrase=association.demonstration,
        )  # fmt: skip
    ended_now = {end.kid for end in ends}
    kept = tuple(end for end in before.ended if end.kid not in ended_now)
    new = Statement(
        did=before.did,
        base=association.base,
        seq=before.seq + 1,
        at=at,
        issuing=making.public_of(keys[KeyRole.ISSUING]),
        log=making.public_of(keys[KeyRole.LOG]),
        next_sha256=key_id(making.public_of(keys[KeyRole.NEXT])),
        previous=statements_of.digest((await store.statements(association_id))[-1]),
        ended=(*kept, *(replace(end, at=at) for end in ends)),
    )
    return await generations.state(association, new, keys, folder, *act, attendance)


async def _generation(
    association: Association, seed: bytes, seq: int, in_token: frozenset[KeyRole]
) -> dict[KeyRole, bytes | TokenKey]:
    issuing: bytes | TokenKey = seed
    if KeyRole.ISSUING in in_token:
        name = f"seal {association.slug} issuing {seq}"
        issuing = await asyncio.to_thread(hsm.put, seed, making.public_of(seed), name)
    made = {role: await generations.make(association, role, seq, in_token) for role in (KeyRole.LOG, KeyRole.NEXT)}
    return {KeyRole.ISSUING: issuing, **made}
