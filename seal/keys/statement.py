"""Key statements: the signed, logged history of an association's keys (FORMATS A1, A2). Pure.

A statement is a compact JWS, ``typ`` ``seal-keys+jwt``, over RFC 8785 JSON with exactly these members:

    seal         "seal-keys/1"
    did, base    the identity, fixed for ever, and the address, which may move
    seq          1 for the ceremony's statement, then one more each time
    at           when it was made, ``2026-11-21T12:00:00Z``
    issuing      {"kid", "x"}: the key that signs this statement, credentials and QR tokens from ``at`` on
    log          {"kid", "x"}: the key that signs checkpoints, status lists and bundles from ``at`` on
    next_sha256  SHA-256 of the raw public key, still offline, that alone may sign the next statement
    previous     null, or SHA-256 in hexadecimal of the previous statement's compact JWS
    ended        optional: [{"at", "kid", "tree_size"}]: keys no longer trusted, but for what the log held
                 below ``tree_size`` leaves; sorted by ``kid``

Each statement is signed by its own ``issuing`` key, and from the second on that key must be the one its
predecessor committed to: whoever steals or loses a key can neither name a successor nor block it. A verifier
that pins the fingerprint of *any* issuing key of the chain reaches the later ones by those commitments and the
earlier ones by ``previous``. A member it does not know makes a statement unreadable, never half-read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from seal import clock
from seal.errors import BadInput
from seal.keys import did as dids
from seal.keys import ed25519, jws

FORMAT = "seal-keys/1"
MAX_BYTES = 20_000
MAX_STATEMENTS = 1_000
_MEMBERS = {"seal", "did", "base", "seq", "at", "issuing", "log", "next_sha256", "previous"}


@dataclass(frozen=True)
class Ended:
    """A key that is no longer trusted, except for objects logged below ``tree_size`` leaves."""

    kid: str
    at: datetime
    tree_size: int


@dataclass(frozen=True)
class Statement:
    """The content of one key statement. ``issuing`` and ``log`` are raw public keys."""

    did: str
    base: str
    seq: int
    at: datetime
    issuing: bytes
    log: bytes
    next_sha256: str
    previous: str | None
    ended: tuple[Ended, ...] = ()

    @property
    def fingerprint(self) -> str:
        return ed25519.key_id(self.issuing)

    @property
    def log_kid(self) -> str:
        return ed25519.key_id(self.log)


@dataclass(frozen=True)
class KeyPeriod:
    """One public key and the time for which statements name it: ``since`` inclusive, ``until`` exclusive."""

    raw: bytes
    since: datetime
    until: datetime | None
    ended: Ended | None = None

    @property
    def kid(self) -> str:
        return ed25519.key_id(self.raw)

    def stands_for(self, size: int) -> bool:
        """True if a tree head of ``size`` leaves under this (log) key is still believed."""
        return self.ended is None or size <= self.ended.tree_size

    def active_at(self, at: datetime) -> bool:
        """True if the key was to be used at ``at``: named, not yet replaced and not ended."""
        ended_at = None if self.ended is None else self.ended.at
        closed = [moment for moment in (self.until, ended_at) if moment is not None]
        return self.since <= at and all(at < moment for moment in closed)


@dataclass(frozen=True)
class KeyHistory:
    """Every key that a verified chain names, oldest first, and the statements it came from."""

    statements: tuple[Statement, ...]
    issuing: tuple[KeyPeriod, ...]
    log: tuple[KeyPeriod, ...]

    @property
    def current(self) -> Statement:
        return self.statements[-1]

    @property
    def did(self) -> str:
        return self.current.did

    @property
    def base(self) -> str:
        return self.current.base

    def issuing_key(self, kid: str) -> KeyPeriod | None:
        """The issuing key with this id; never a log key."""
        return next((key for key in self.issuing if key.kid == kid), None)

    def log_key(self, kid: str) -> KeyPeriod | None:
        """The log key with this id; never an issuing key. The latest period if it was named twice."""
        return next((key for key in reversed(self.log) if key.kid == kid), None)

    def issuing_by_hint(self, hint: bytes) -> tuple[KeyPeriod, ...]:
        """Every issuing key whose id starts with these four bytes: a hint, so try each."""
        return tuple(key for key in self.issuing if ed25519.hint(key.kid) == hint)


def _key(raw: bytes) -> dict[str, str]:
    return {"kid": ed25519.key_id(raw), "x": jws.encode(raw)}


def payload(statement: Statement) -> bytes:
    """The exact RFC 8785 bytes to sign."""
    document: dict[str, Any] = {
        "seal": FORMAT,
        "did": statement.did,
        "base": statement.base,
        "seq": statement.seq,
        "at": clock.rfc3339(statement.at),
        "issuing": _key(statement.issuing),
        "log": _key(statement.log),
        "next_sha256": statement.next_sha256,
        "previous": statement.previous,
    }
    if statement.ended:
        document["ended"] = [
            {"at": clock.rfc3339(end.at), "kid": end.kid, "tree_size": end.tree_size}
            for end in sorted(statement.ended, key=lambda end: end.kid)
        ]
    return rfc8785.dumps(document)


def digest(compact: bytes) -> str:
    """What the next statement says in ``previous``."""
    return hashlib.sha256(compact).hexdigest()


def read_payload(data: bytes) -> Statement:
    """Read a statement's payload; canonical bytes only. Raises ``BadInput('statement.*')``."""
    document = jws.strict_json(data)
    if not isinstance(document, dict) or not _MEMBERS <= document.keys() <= _MEMBERS | {"ended"}:
        raise BadInput("statement.members")
    if document["seal"] != FORMAT:
        raise BadInput("statement.format")
    try:
        statement = Statement(
            did=_text(document["did"]),
            base=_text(document["base"]),
            seq=_count(document["seq"]),
            at=clock.parse_rfc3339(_text(document["at"])),
            issuing=_raw(document["issuing"]),
            log=_raw(document["log"]),
            next_sha256=_hex(document["next_sha256"]),
            previous=None if document["previous"] is None else _hex(document["previous"]),
            ended=tuple(_ended(end) for end in document.get("ended", ())),
        )
    except (ValueError, TypeError, KeyError):
        raise BadInput("statement.field") from None
    try:
        canonical = payload(statement)
    except ValueError:  # half a character, or a number that JSON cannot hold
        canonical = b""
    if canonical != data:
        raise BadInput("statement.not_canonical")
    return statement


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text expected")
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a count expected")
    return value


def _hex(value: object) -> str:
    if not ed25519.is_key_id(_text(value)):
        raise ValueError("64 hexadecimal digits expected")
    return str(value)


def _raw(value: dict[str, str]) -> bytes:
    try:
        raw = jws.decode(value["x"])
    except BadInput as error:
        raise ValueError(error.code) from None
    if _key(raw) != value:
        raise ValueError("the key id is not that of the key")
    return raw


def _ended(value: dict[str, Any]) -> Ended:
    return Ended(_hex(value["kid"]), clock.parse_rfc3339(_text(value["at"])), _count(value["tree_size"]))


def verify_chain(compacts: Sequence[bytes], fingerprint: str) -> KeyHistory:
    """The keys that ``fingerprint`` vouches for, from statements in order, first to last.

    The whole chain must hold and ``fingerprint`` be one of its issuing keys. Raises ``BadInput``: ``jws.*`` or
    ``statement.*`` for one that cannot be read, ``chain.empty``, ``chain.sequence``, ``chain.identity``,
    ``chain.previous``, ``chain.successor``, ``chain.signature``, ``chain.time``, ``chain.same_key``,
    ``chain.fingerprint``. ``params['seq']`` names the statement.

    What a fingerprint alone cannot show: a thief of the *first* key can write another first statement. Whoever
    has once seen a chain should demand that a later one begins with the same bytes.
    """
    if not 0 < len(compacts) <= MAX_STATEMENTS:
        raise BadInput("chain.empty")
    statements: list[Statement] = []
    for seq, compact in enumerate(compacts, start=1):
        token = jws.parse(compact, typ=jws.KEYS, max_bytes=MAX_BYTES)
        statement = read_payload(token.payload)
        if statement.seq != seq:
            raise BadInput("chain.sequence", seq=seq)
        _check_link(statement, token, statements[-1] if statements else None, compacts[seq - 2] if seq > 1 else None)
        if not jws.verify(token, statement.issuing):
            raise BadInput("chain.signature", seq=seq)
        statements.append(statement)
    if fingerprint not in {statement.fingerprint for statement in statements}:
        raise BadInput("chain.fingerprint")
    return _history(tuple(statements))


def _check_link(statement: Statement, token: jws.Jws, before: Statement | None, before_jws: bytes | None) -> None:
    seq = statement.seq
    if token.kid != dids.key_url(statement.did, statement.fingerprint):
        raise BadInput("chain.identity", seq=seq)
    if len({statement.fingerprint, statement.log_kid, statement.next_sha256}) != 3:
        raise BadInput("chain.same_key", seq=seq)
    if before is None or before_jws is None:
        if statement.previous is not None:
            raise BadInput("chain.previous", seq=seq)
        return
    if statement.did != before.did:
        raise BadInput("chain.identity", seq=seq)
    if statement.previous != digest(before_jws):
        raise BadInput("chain.previous", seq=seq)
    if statement.fingerprint != before.next_sha256:
        raise BadInput("chain.successor", seq=seq)
    if statement.at < before.at:
        raise BadInput("chain.time", seq=seq)


def _history(statements: tuple[Statement, ...]) -> KeyHistory:
    ended = {end.kid: end for statement in statements for end in statement.ended}
    issuing = [(statement.issuing, statement.at) for statement in statements]
    log: list[tuple[bytes, datetime]] = []
    for statement in statements:
        if not log or log[-1][0] != statement.log:
            log.append((statement.log, statement.at))
    return KeyHistory(statements, _periods(issuing, ended), _periods(log, ended))


def _periods(named: list[tuple[bytes, datetime]], ended: dict[str, Ended]) -> tuple[KeyPeriod, ...]:
    untils: list[datetime | None] = [*(since for _, since in named[1:]), None]
    return tuple(
        KeyPeriod(raw, since, until, ended.get(ed25519.key_id(raw)))
        for (raw, since), until in zip(named, untils, strict=True)
    )
