"""Intents and what is made of them: commit in the caller's unit of work, sign outside any, and the log's checkpoint."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.db import in_unit_of_work
from seal.db.violations import Contention, integrity
from seal.errors import Conflict, Refused
from seal.ids import uuid7
from seal.keys import jws, model, signer, store
from seal.keys import statement as statements_of
from seal.keys.lint import Setting, lint
from seal.keys.model import Intent, IntentKind, IntentState
from seal.keys.statement import KeyHistory
from seal.transparency import service as log
from seal.transparency.model import Checkpoint
from seal.transparency.note import parse_checkpoint_text


@lru_cache(maxsize=64)
def _verified(compacts: tuple[bytes, ...]) -> KeyHistory:
    last = jws.parse(compacts[-1], typ=jws.KEYS, max_bytes=statements_of.MAX_BYTES)
    return statements_of.verify_chain(compacts, statements_of.read_payload(last.payload).fingerprint)


async def history(association_id: UUID) -> KeyHistory | None:
    """The verified chain of key statements, ``None`` before the ceremony."""
    compacts = await store.statements(association_id)
    return _verified(compacts) if compacts else None


def _setting(association: Association, chain: KeyHistory | None) -> Setting:
    issuing = chain.current.issuing if chain else None
    return Setting(association.base, association.did, association.log_origin, issuing)


async def intent_of(association_id: UUID, kind: IntentKind, object_id: UUID) -> Intent | None:
    """The intent of an object, if one was committed: how an interrupted verb finds where it was."""
    return await store.intent_of(association_id, kind, object_id)


async def commit_intent(association_id: UUID, kind: IntentKind, object_id: UUID, payload: bytes, at: datetime) -> UUID:
    """Write down exactly what is to be signed, in the caller's unit of work, and return the intent's id.

    ``payload``: the RFC 8785 document (JWS kinds), the checkpoint's text, or ``keys.qr.Range.encoded`` (plaque,
    qr_range). One intent for each kind and object: the same payload again returns the same id, another raises
    ``Conflict('keys.intent_differs')``. Raises ``Refused`` with every fault that :mod:`seal.keys.lint` finds.
    Needs no key.
    """
    association = await associations.get(association_id)
    chain = await history(association_id)
    faults = lint(kind, object_id, payload, _setting(association, chain))
    if faults:
        raise Refused.because(faults)
    new = Intent(
        id=uuid7(at),
        association_id=association_id,
        kind=kind,
        object_id=object_id,
        payload=payload,
        payload_sha256=model.digest(payload),
        state=IntentState.COMMITTED,
        committed_at=at,
    )

    async def write() -> UUID:
        before = await store.intent_of(association_id, kind, object_id)
        if before is not None:
            if before.payload != payload:
                raise Conflict("keys.intent_differs", kind=kind, object=str(object_id))
            return before.id
        async with integrity({"key_intent_one_intent": Contention("db.busy")}):
            await store.save_intent(new)
        return new.id

    return await in_unit_of_work(write)


async def sign_intent(association_id: UUID, intent_id: UUID, at: datetime) -> bytes:
    """Sign a committed intent; call it outside any unit of work. Again gives the same bytes.

    Returns the compact JWS; for a checkpoint the signed note; for plaque and qr_range 64 bytes a token, in the order
    of the numbers. Raises as :func:`seal.keys.signer.sign`: ``Unavailable('keys.missing' | 'keys.locked')`` without
    an open key, ``Refused``.
    """
    association = await associations.get(association_id)
    chain = await history(association_id)
    return await signer.sign(association_id, intent_id, _setting(association, chain), chain, at)


async def embedded(association_id: UUID, kind: IntentKind, object_id: UUID) -> bytes | None:
    """The signed document of an object with its proof inside (``eddsa-jcs-2022``); ``None`` if there is none yet."""
    return await store.embedded(association_id, kind, object_id)


async def embed_missing(association_id: UUID, at: datetime, *, at_most: int = 200) -> int:
    """Make the embedded documents of what was signed before there were any; how many were made.

    For the jobs; idempotent. One that is refused stops no other; the first refusal is raised at the end.
    Raises ``Unavailable('keys.missing' | 'keys.locked')``.
    """
    waiting = await store.without_embedded(association_id, at_most)
    if not waiting:
        return 0
    association = await associations.get(association_id)
    chain = await history(association_id)
    refused: list[Refused] = []
    for intent_id in waiting:
        try:
            await signer.embed(association_id, intent_id, _setting(association, chain), chain, at)
        except Refused as error:
            refused.append(error)
    if refused:
        raise refused[0]
    return len(waiting)


async def checkpoint(association_id: UUID, at: datetime) -> Checkpoint | None:
    """Sign the tree head with the log key if the log has grown; returns the latest checkpoint, ``None`` if empty.

    Every new leaf is read again first. Raises ``Unavailable('keys.missing' | 'keys.locked')`` and
    ``Refused('transparency.*')`` if the log does not recompute.
    """
    association = await associations.get(association_id)
    text = await log.checked_head(association_id, association.log_origin)
    if text is None:
        return await log.latest_checkpoint(association_id)
    payload = text.text.encode()

    async def commit() -> UUID:
        found = await store.intent_with(association_id, IntentKind.CHECKPOINT, model.digest(payload))
        if found is not None:
            return found.id
        return await commit_intent(association_id, IntentKind.CHECKPOINT, uuid7(at), payload, at)

    note = await sign_intent(association_id, await in_unit_of_work(commit), at)
    signed = parse_checkpoint_text(payload.decode())
    await log.save_checkpoint(Checkpoint(association_id, signed.size, signed.root, note, at))
    return await log.latest_checkpoint(association_id)
