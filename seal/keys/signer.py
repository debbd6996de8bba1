"""The only user of private keys. It takes the id of a committed intent, and nothing else.

The intent is read afresh from the database, outside any unit of work; its digest is rebuilt, its payload linted
again, the key checked to be the one that the key statements name now; then it is signed, the signature verified
with the public key, and kept with the intent. Signing twice gives the same bytes, since Ed25519 is deterministic.
Credentials, status lists and registers are signed twice over in the same signing: as a JWS, and as the same document
with an embedded proof (``data_integrity``), whose time is that of the signing.
While signing is stopped nothing but a key statement is signed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from seal import db
from seal.db.unit_of_work import inside
from seal.db.violations import Contention
from seal.errors import NotFound, Refused, Unavailable
from seal.keys import data_integrity, did, ed25519, jws, keyring, model, recovery, store
from seal.keys.keyring import PrivateKey
from seal.keys.lint import Setting, lint
from seal.keys.model import QR, Intent, IntentAction, IntentKind, IntentState, KeyRole
from seal.keys.qr import read_range
from seal.keys.statement import KeyHistory, Statement, read_payload
from seal.transparency import cosignature
from seal.transparency import service as log
from seal.transparency.note import VerifierKey, parse_note, sign_text
from seal.transparency.stamp import stamp_key


async def sign(
    association_id: UUID,
    intent_id: UUID,
    setting: Setting,
    history: KeyHistory | None,
    at: datetime,
    counters: Mapping[str, int] | None = None,
) -> bytes:
    """Sign a committed intent and keep the result; a signed one gives its result again.

    ``history`` is the verified chain of key statements, ``None`` before the first. ``counters`` are epochs that must
    not be behind the marks outside the database, and are marked now. Raises
    ``Refused('keys.intent_not_committed')`` inside an open unit of work, ``NotFound('keys.no_intent')``,
    ``Refused('keys.intent_altered' | 'lint.*' | 'keys.key_not_current' | 'keys.not_yet_active')``,
    ``Unavailable('keys.missing' | 'keys.locked' | 'keys.stopped' | 'keys.recovery')``.
    Writes in a unit of work of its own.
    """
    intent, stopped = await _committed(association_id, intent_id)
    if intent.state is IntentState.SIGNED and intent.result is not None:
        return intent.result
    private = _key_for(intent, stopped, setting, history, at)
    raw = private.raw
    await recovery.before_signing(intent, counters or {}, history.current.seq if history else 0)

    def make() -> tuple[bytes, bytes | None]:
        return _make(intent, private, raw, setting), _embed(intent, private, raw, setting, at)

    result, embedded = await asyncio.to_thread(make)
    recovery.after_signing(intent, result)
    signed = model.apply(intent, IntentAction.SIGN, at, result=result, key_id=ed25519.key_id(raw), embedded=embedded)

    async def keep() -> None:
        await store.save_signed(signed)
        kept = await store.intent(association_id, intent_id)
        if kept is None or kept.result != result:  # committed again under a newer key while this one signed
            raise Contention("db.busy")

    await db.in_unit_of_work(keep)
    return result


async def embed(
    association_id: UUID, intent_id: UUID, setting: Setting, history: KeyHistory | None, at: datetime
) -> None:
    """Make the embedded document of an intent that was signed before there were any; again does nothing.

    It is made now, so by the key that is named now. Raises as :func:`sign`; ``Refused('keys.intent_state')`` for an
    intent that is not signed or has no such document.
    """
    intent, stopped = await _committed(association_id, intent_id)
    if intent.state is not IntentState.SIGNED or not intent.kind.embeds:
        raise Refused("keys.intent_state", state=intent.state, action=IntentAction.SIGN)
    if intent.embedded is not None:
        return
    await recovery.require_level(association_id)
    private = _key_for(intent, stopped, setting, history, at)
    document = await asyncio.to_thread(_embed, intent, private, private.raw, setting, at)

    async def keep() -> None:
        if document is not None:
            await store.save_embedded(association_id, intent_id, document)

    await db.in_unit_of_work(keep)


async def _committed(association_id: UUID, intent_id: UUID) -> tuple[Intent, bool]:
    """The intent, read afresh: committed by somebody, and still what was committed; and whether signing is stopped."""
    if inside():
        raise Refused("keys.intent_not_committed")
    async with db.reading(fresh=True):
        intent = await store.intent(association_id, intent_id)
        stopped = await store.is_stopped(association_id)
    if intent is None:
        raise NotFound("keys.no_intent", intent=str(intent_id))
    if not intent.unaltered:
        raise Refused("keys.intent_altered", intent=str(intent_id))
    return intent, stopped


def _key_for(intent: Intent, stopped: bool, setting: Setting, history: KeyHistory | None, at: datetime) -> PrivateKey:
    """The key to sign a payload with, once the payload has been linted again and unless signing is stopped."""
    if stopped and intent.kind is not IntentKind.KEY_STATEMENT:
        raise Unavailable("keys.stopped")
    faults = lint(intent.kind, intent.object_id, intent.payload, setting)
    if faults:
        raise Refused.because(faults)
    return _private_key(intent, history, at)


async def stamp(association_id: UUID, intent_id: UUID, setting: Setting, history: KeyHistory, at: datetime) -> bytes:
    """The line that says, at ``at``, that the checkpoint of a signed intent is the log's latest (``stamp``).

    Takes the id of an intent like :func:`sign`, and signs nothing that was not signed before but the time. Writes
    nothing. Raises as :func:`sign`, and ``Refused('keys.not_the_latest')`` for any other intent than the one of the
    latest checkpoint, signed with the log key of now.
    """
    intent, stopped = await _committed(association_id, intent_id)
    async with db.reading(fresh=True):
        latest = await log.latest_checkpoint(association_id)
    text = intent.payload.decode("utf-8", "replace")
    current = ed25519.key_id(history.current.log)
    if intent.kind is not IntentKind.CHECKPOINT or intent.key_id != current or latest is None:
        raise Refused("keys.not_the_latest")
    if parse_note(latest.note).text != text:
        raise Refused("keys.not_the_latest")
    await recovery.require_level(association_id)  # of an older database it is not the latest
    private = _key_for(intent, stopped, setting, history, at)
    seconds = int(at.timestamp())
    message = cosignature.message(text, seconds)
    signature = await asyncio.to_thread(_signature, private, history.current.log, message)
    key = stamp_key(VerifierKey(setting.log_origin, history.current.log))
    return cosignature.cosignature(key, seconds, signature).line.encode()


def _private_key(intent: Intent, history: KeyHistory | None, at: datetime) -> PrivateKey:
    """The open key for this intent, if it is the one that the statements name."""
    role = intent.kind.role
    if intent.kind is IntentKind.KEY_STATEMENT:
        named: Statement | None = read_payload(intent.payload)  # a statement is signed by the key that it names
    else:
        named = history.current if history else None
    if named is None:
        raise Unavailable("keys.missing")
    if at < named.at:
        raise Refused("keys.not_yet_active")
    private = keyring.take(intent.association_id, role)
    if private is None:
        raise Unavailable("keys.locked")
    expected = named.log if role is KeyRole.LOG else named.issuing
    if private.raw != expected:
        raise Refused("keys.key_not_current")
    return private


def _signature(private: PrivateKey, raw: bytes, message: bytes) -> bytes:
    signature = private.sign(message)
    if not ed25519.verify(raw, signature, message):  # a fault while signing could give the key away
        raise Unavailable("keys.signing_fault")
    return signature


def _make(intent: Intent, private: PrivateKey, raw: bytes, setting: Setting) -> bytes:
    if intent.kind in QR:
        return b"".join(_signature(private, raw, message) for message in read_range(intent.payload).messages())
    if intent.kind is IntentKind.CHECKPOINT:
        signature = _signature(private, raw, intent.payload)
        return sign_text(intent.payload.decode(), VerifierKey(setting.log_origin, raw), signature).encoded
    typ = intent.kind.typ
    if typ is None:
        raise Refused("keys.intent_state", state=intent.state, action=IntentAction.SIGN)
    signed_input = jws.signing_input(intent.payload, kid=did.key_url(setting.did, ed25519.key_id(raw)), typ=typ)
    return jws.compact(signed_input, _signature(private, raw, signed_input))


def _embed(intent: Intent, private: PrivateKey, raw: bytes, setting: Setting, at: datetime) -> bytes | None:
    """The payload with an embedded proof, read again and verified; ``None`` for kinds that have none."""
    if not intent.kind.embeds:
        return None
    document = jws.strict_json(intent.payload)
    method = did.multikey_url(setting.did, raw)
    config = data_integrity.proof_config(document, created=at, verification_method=method)
    signature = _signature(private, raw, data_integrity.hash_data(document, config))
    secured = data_integrity.canonical(data_integrity.add_proof(document, config, signature))
    made = data_integrity.read(secured)
    if made.payload != intent.payload or not made.holds(setting.did, raw):
        raise Unavailable("keys.signing_fault")
    return secured
