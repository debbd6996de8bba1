"""Intents and what is made of them: commit in the caller's unit of work, sign outside any, and the log's checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.db import in_unit_of_work
from seal.db.unit_of_work import inside
from seal.db.violations import Contention, integrity
from seal.errors import BadInput, Conflict, Refused
from seal.ids import uuid7
from seal.keys import ed25519, model, opening, signer, store
from seal.keys.chain import history, setting
from seal.keys.lint import lint
from seal.keys.model import QR, Intent, IntentKind, IntentState
from seal.keys.qr import read_range
from seal.keys.statement import KeyHistory
from seal.transparency import service as log
from seal.transparency.model import Checkpoint
from seal.transparency.note import parse_checkpoint_text, parse_note
from seal.transparency.stamp import EVERY, SKEW, Stamp

BUNDLES_KEPT = 8
"""Of the last bundles, so many intents are kept whatever their age."""


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
    faults = lint(kind, object_id, payload, setting(association, chain))
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


async def sign_intent(
    association_id: UUID, intent_id: UUID, at: datetime, counters: Mapping[str, int] | None = None
) -> bytes:
    """Sign a committed intent; call it outside any unit of work. Again gives the same bytes. ``counters`` are epochs
    that are written down outside the database first.

    A QR intent that was committed under a key that has been replaced since, and never signed, is committed again
    under the present one first. Returns the compact JWS; for a checkpoint the signed note; for plaque and qr_range
    64 bytes a token, in the order of the numbers. Raises as :func:`seal.keys.signer.sign`:
    ``Unavailable('keys.missing' | 'keys.locked' | 'keys.stopped' | 'keys.recovery')``, ``Refused``.
    """
    association = await associations.get(association_id)
    chain = await history(association_id)
    if chain is not None and not inside():
        await _prepare(association, intent_id, chain, at)
    return await signer.sign(association_id, intent_id, setting(association, chain), chain, at, counters)


async def _prepare(association: Association, intent_id: UUID, chain: KeyHistory, at: datetime) -> None:
    """Follow a succession: with the keys of this process, and with a label range that waits for its first signature."""
    intent = await store.intent(association.id, intent_id)
    if intent is None or intent.state is IntentState.SIGNED or intent.kind is IntentKind.KEY_STATEMENT:
        return
    await opening.follow(association, chain, intent.kind.role)
    if intent.kind in QR and intent.unaltered:
        await _recommit(association, intent, chain, at)


async def _recommit(association: Association, intent: Intent, chain: KeyHistory, at: datetime) -> None:
    """A token names its key by a hint. Nothing was printed of an unsigned range, so the hint may still change."""
    try:
        asked = read_range(intent.payload)
    except BadInput:
        return  # for the lint to refuse
    hint = ed25519.hint(chain.current.fingerprint)
    known = {ed25519.hint(period.kid) for period in chain.issuing}
    if asked.payload[1:5] == hint or asked.payload[1:5] not in known:
        return  # what no key of this association was meant to sign is for the lint to refuse
    payload = replace(asked, payload=asked.payload[:1] + hint + asked.payload[5:]).encoded
    faults = lint(intent.kind, intent.object_id, payload, setting(association, chain))
    if faults:
        raise Refused.because(faults)
    await in_unit_of_work(lambda: store.replace_payload(intent, payload, model.digest(payload), at))


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
            await signer.embed(association_id, intent_id, setting(association, chain), chain, at)
        except Refused as error:
            refused.append(error)
    if refused:
        raise refused[0]
    return len(waiting)


async def forget_bundles(association_id: UUID, at: datetime) -> int:
    """Delete the intents of bundles that were replaced; how many. A bundle is made each ten minutes, and is large.

    Kept are the last ``BUNDLES_KEPT``, whatever is younger than a day, and the last signed one of each day (UTC). Only
    bundles: every other signature is evidence for ever.
    """
    rows = await store.bundle_intents(association_id)
    signed = [row for row in rows if row.signed]
    of_day = {row.committed_at.astimezone(UTC).date(): row.id for row in signed}
    kept = {row.id for row in (*rows[-BUNDLES_KEPT:], *signed[-BUNDLES_KEPT:])} | set(of_day.values())
    gone = [row.id for row in rows if row.id not in kept and at - row.committed_at > timedelta(days=1)]
    if gone:
        await in_unit_of_work(lambda: store.delete_bundle_intents(association_id, gone))
    return len(gone)


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


async def keep_fresh(association_id: UUID, at: datetime) -> Stamp | None:
    """A checkpoint of everything that the log holds, and a stamp of it at most half a minute old at ``at``.

    Returns the latest stamp, ``None`` while the log is empty. Safe to repeat and to run in two processes. Raises as
    :func:`checkpoint`; then the log serves what it has, and its stamp says how old that is.
    """
    latest = await checkpoint(association_id, at)
    if latest is None:
        return None
    before = await log.stamp(association_id)
    at = at.replace(microsecond=0)  # a stamp says no more
    if before is not None and before.at <= at + SKEW:  # one from further in the future says nothing
        grown = before.size < latest.size
        if at < before.at or not (grown or at - before.at >= EVERY):
            return before
    association = await associations.get(association_id)
    chain = await history(association_id)
    text = parse_note(latest.note).text.encode()
    intent = await store.intent_with(association_id, IntentKind.CHECKPOINT, model.digest(text))
    if chain is None or intent is None or intent.key_id != ed25519.key_id(chain.current.log):
        return before  # signed with an earlier log key: the next checkpoint is stamped again
    line = await signer.stamp(association_id, intent.id, setting(association, chain), chain, at)
    stamp = Stamp(latest.size, at, line)
    await log.save_stamp(association_id, stamp)
    return stamp
