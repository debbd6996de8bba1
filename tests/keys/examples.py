"""Dull keys and statements for tests. The seeds are published here on purpose: they protect nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal.keys import did, ed25519, jws
from seal.keys import statement as statements
from seal.keys.statement import Statement

BASE = "https://sello.example/a/aysen"
DID = did.did_for(BASE)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"seal test key {name}".encode()).digest())


def raw(name: str) -> bytes:
    return key(name).public_key().public_bytes_raw()


def kid(name: str) -> str:
    return ed25519.key_id(raw(name))


def sign_jws(payload: bytes, name: str, typ: str, of_did: str = DID) -> bytes:
    signed = jws.signing_input(payload, kid=did.key_url(of_did, kid(name)), typ=typ)
    return jws.compact(signed, key(name).sign(signed))


def first(**changes: object) -> Statement:
    """Statement 1: issuing-1, log-1, and the promise of issuing-2."""
    plain = Statement(DID, BASE, 1, NOON, raw("issuing-1"), raw("log-1"), kid("issuing-2"), None)
    return replace(plain, **changes)  # type: ignore[arg-type]


def compact(statement: Statement, name: str | None = None) -> bytes:
    """Sign a statement, by its own issuing key unless another is named."""
    names = {raw(f"issuing-{number}"): f"issuing-{number}" for number in range(1, 6)}
    return sign_jws(statements.payload(statement), name or names[statement.issuing], jws.KEYS, statement.did)


def following(before: Statement, **changes: object) -> Statement:
    """The honest successor of a statement."""
    seq = before.seq + 1
    plain = Statement(
        before.did,
        before.base,
        seq,
        before.at + timedelta(days=365),
        raw(f"issuing-{seq}"),
        raw(f"log-{seq}"),
        kid(f"issuing-{seq + 1}"),
        statements.digest(compact(before)),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def chain(length: int) -> list[bytes]:
    links = [first()]
    while len(links) < length:
        links.append(following(links[-1]))
    return [compact(link) for link in links]
