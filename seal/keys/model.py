"""Signing intents and what each kind of object is signed with. Pure.

Nothing is signed but the payload of an intent that an upper room wrote inside its own unit of work, and only once that
has been committed: so no signature exists that the database does not know of, and no one can have free content signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from seal.errors import Refused
from seal.keys import ed25519, jws
from seal.keys.statement import KeyHistory


class KeyRole(StrEnum):
    """The three keys of an association. The next one is never loaded: it waits offline."""

    ISSUING = "issuing"
    LOG = "log"
    NEXT = "next"


class IntentKind(StrEnum):
    """What may be signed."""

    KEY_STATEMENT = "key_statement"
    CERTIFICATION = "certification"
    BATCH = "batch"
    PLAQUE = "plaque"
    QR_RANGE = "qr_range"
    STATUS_LIST = "status_list"
    CHECKPOINT = "checkpoint"
    BUNDLE = "bundle"
    REGISTER = "register"
    PAPER = "paper"

    @property
    def role(self) -> KeyRole:
        """The key that signs this kind (FORMATS A2)."""
        by_log = (IntentKind.STATUS_LIST, IntentKind.CHECKPOINT, IntentKind.BUNDLE, IntentKind.REGISTER)
        return KeyRole.LOG if self in by_log else KeyRole.ISSUING

    @property
    def typ(self) -> str | None:
        """``typ`` of the JWS that is made, ``None`` for kinds that are not a JWS."""
        return _TYP.get(self)

    @property
    def embeds(self) -> bool:
        """True for documents that are also made with an embedded proof (FORMATS A3, A4)."""
        return self in EMBEDDED


QR = frozenset({IntentKind.PLAQUE, IntentKind.QR_RANGE})
"""Kinds that are signed token by token, and whose payload names its key by a hint."""

_TYP: Mapping[IntentKind, str] = {
    IntentKind.KEY_STATEMENT: jws.KEYS,
    IntentKind.CERTIFICATION: jws.VC,
    IntentKind.BATCH: jws.VC,
    IntentKind.STATUS_LIST: jws.VC,
    IntentKind.BUNDLE: jws.BUNDLE,
    IntentKind.REGISTER: jws.REGISTER,
}
EMBEDDED = (IntentKind.CERTIFICATION, IntentKind.BATCH, IntentKind.STATUS_LIST, IntentKind.REGISTER)


class IntentState(StrEnum):
    COMMITTED = "committed"
    SIGNED = "signed"


class IntentAction(StrEnum):
    SIGN = "sign"


TRANSITIONS: Mapping[IntentState, Mapping[IntentAction, IntentState]] = {
    IntentState.COMMITTED: {IntentAction.SIGN: IntentState.SIGNED},
    IntentState.SIGNED: {},
}


@dataclass(frozen=True)
class Intent:
    """What is to be signed, and once signed, with which key and what came out.

    ``result`` is the compact JWS, the signed note (checkpoint), or 64-byte signatures one after the other
    (plaque, qr_range). ``embedded`` is the same document with a proof inside (:mod:`seal.keys.data_integrity`), for
    the kinds that have one; ``None`` as well for what was signed before there were any, until the jobs make it.
    """

    id: UUID
    association_id: UUID
    kind: IntentKind
    object_id: UUID
    payload: bytes
    payload_sha256: str
    state: IntentState
    committed_at: datetime
    result: bytes | None = None
    signed_at: datetime | None = None
    key_id: str | None = None
    embedded: bytes | None = None

    @property
    def unaltered(self) -> bool:
        """True if the payload is still the one that was committed."""
        return self.payload_sha256 == digest(self.payload)


def digest(payload: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(payload).hexdigest()


def apply(
    intent: Intent, action: IntentAction, at: datetime, *, result: bytes, key_id: str, embedded: bytes | None = None
) -> Intent:
    """The intent after ``action``. Raises ``Refused('keys.intent_state')`` where the table has no such step."""
    after = TRANSITIONS[intent.state].get(action)
    if after is None:
        raise Refused("keys.intent_state", state=intent.state, action=action)
    return replace(intent, state=after, result=result, signed_at=at, key_id=key_id, embedded=embedded)


@dataclass(frozen=True)
class PublicKey:
    """A raw Ed25519 public key."""

    raw: bytes

    @property
    def key_id(self) -> str:
        return ed25519.key_id(self.raw)


@dataclass(frozen=True)
class KeySet:
    """An association's public keys now, and everything its statements say. ``fingerprint`` is what people pin."""

    issuing: PublicKey
    log: PublicKey
    history: KeyHistory

    @property
    def fingerprint(self) -> str:
        return self.issuing.key_id
