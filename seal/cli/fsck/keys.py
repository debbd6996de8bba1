"""Keys and signatures (invariant 11): the chain of statements, every signed intent, and every kept signature.

Each signature is verified anew with the public key that the chain names, and that key must have been the one to use
at the recorded time. Times are whole seconds, so a key may still sign in the second in which it is replaced.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import datetime

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import SKEW, Intent, Row, Scope
from seal.errors import BadInput
from seal.keys import data_integrity, did, ed25519, jws, statement
from seal.keys.model import IntentKind, KeyRole
from seal.keys.qr import read_range
from seal.keys.statement import KeyHistory, KeyPeriod
from seal.transparency.note import VerifierKey, open_checkpoint

READ_AGAIN = ("certification", "batch", "qr_range")
"""Kinds whose payload other checks compare with the object's row."""
OBJECTS = (
    ("certification", "jws", "certification"),
    ("batch", "jws", "batch"),
    ("status_list", "jws", "status_list"),
    ("register_snapshot", "jws", "register"),
    ("label_range", "signatures", "qr_range"),
    ("label_roll", "signatures", "qr_range"),
    ("label_box", "signature", "qr_range"),
)
"""Table, column of the signature, kind of its intent."""


async def check(scope: Scope) -> AsyncIterator[Breach]:
    async for found in _chain(scope):
        yield found
    statements = {row["id"]: bytes(row["compact"]) for row in await scope.all("key_statement")}
    unnamed: set[bytes] = set()
    async for row in scope.pages("key_intent", at_once=100):
        for found in _intent(scope, row):
            yield found
        result = None if row["result"] is None else bytes(row["result"])
        digest = None if result is None else hashlib.sha256(result).digest()
        payload = bytes(row["payload"]) if row["kind"] in READ_AGAIN else None
        scope.intents[row["id"]] = Intent(row["kind"], row["object_id"], payload, digest)
        if digest is not None and row["kind"] in ("checkpoint", "bundle"):
            unnamed.add(digest)
        if row["kind"] == "key_statement" and result is not None:
            kept_one = statements.pop(row["object_id"], result)
            if kept_one != result:
                yield breach(11, "key_statement", row["object_id"], "keys.object_differs", intent=str(row["id"]))
    for statement_id in statements:
        yield breach(11, "key_statement", statement_id, "keys.no_intent")
    async for found in _objects(scope):
        yield found
    for table, column in (("log_checkpoint", "note"), ("signed_bundle", "jws")):
        for row in await scope.all(table, columns=f"id, {column} AS signed"):
            if row["signed"] is not None and hashlib.sha256(bytes(row["signed"])).digest() not in unnamed:
                yield breach(11, table, row["id"], "keys.no_intent")


async def _chain(scope: Scope) -> AsyncIterator[Breach]:
    rows = await scope.all("key_statement", order="seq, id")
    if not rows:
        return
    compacts = [bytes(row["compact"]) for row in rows]
    try:
        last = jws.parse(compacts[-1], typ=jws.KEYS, max_bytes=statement.MAX_BYTES)
        history = statement.verify_chain(compacts, statement.read_payload(last.payload).fingerprint)
    except BadInput as error:
        seq = error.params.get("seq")
        place = seq - 1 if isinstance(seq, int) else len(rows) - 1
        yield breach(11, "key_statement", rows[place]["id"], "keys.chain", why=error.code)
        return
    for place, (row, said) in enumerate(zip(rows, history.statements, strict=True), start=1):
        if said.did != scope.text("did") or row["seq"] != place or row["made_at"] < said.at:
            yield breach(11, "key_statement", row["id"], "keys.identity", seq=row["seq"])
    scope.history = history


def _intent(scope: Scope, row: Row) -> Iterator[Breach]:
    payload = bytes(row["payload"])
    if hashlib.sha256(payload).hexdigest() != row["payload_sha256"]:
        yield breach(11, "key_intent", row["id"], "keys.intent_altered", kind=row["kind"])
    if row["state"] != "signed" or scope.history is None:
        return
    kind = IntentKind(row["kind"])
    if row["signed_at"] + SKEW < row["committed_at"]:
        yield breach(11, "key_intent", row["id"], "keys.before_committed", kind=kind.value)
    periods = _periods(scope.history, kind, row["key_id"])
    if not periods:
        yield breach(11, "key_intent", row["id"], "keys.unknown_key", kind=kind.value, kid=str(row["key_id"]))
        return
    if not any(active(period, row["signed_at"]) for period in periods):
        yield breach(11, "key_intent", row["id"], "keys.not_active", kind=kind.value, kid=periods[0].kid)
    fault = _signature_fault(scope, kind, payload, bytes(row["result"]), periods[0].raw)
    if fault is not None:
        yield breach(11, "key_intent", row["id"], fault, kind=kind.value)
    if row["embedded"] is not None:
        known = scope.history.log if kind.role is KeyRole.LOG else scope.history.issuing
        fault = data_integrity.fault(bytes(row["embedded"]), payload, scope.text("did"), known)
        if fault is not None or not kind.embeds:
            yield breach(11, "key_intent", row["id"], f"keys.{fault or 'embedded_unread'}", kind=kind.value)


def active(period: KeyPeriod, at: datetime) -> bool:
    """Was the key the one to use at ``at``?"""
    ends = [moment for moment in (period.until, period.ended.at if period.ended else None) if moment is not None]
    return period.since <= at and all(at <= end for end in ends)


def _periods(history: KeyHistory, kind: IntentKind, kid: str) -> list[KeyPeriod]:
    known = history.log if kind.role is KeyRole.LOG else history.issuing
    return [period for period in known if period.kid == kid]


def _signature_fault(scope: Scope, kind: IntentKind, payload: bytes, result: bytes, raw: bytes) -> str | None:
    """The code of what is wrong with a signature, ``None`` if it is right and over exactly this payload."""
    try:
        if kind in (IntentKind.QR_RANGE, IntentKind.PLAQUE):
            messages = list(read_range(payload).messages())
            size = ed25519.SIGNATURE_BYTES
            parts = [result[start : start + size] for start in range(0, len(result), size)]
            right = len(parts) == len(messages) and all(
                ed25519.verify(raw, part, message) for part, message in zip(parts, messages, strict=True)
            )
            return None if right else "keys.signature"
        if kind is IntentKind.CHECKPOINT:
            text = open_checkpoint(result, VerifierKey(scope.text("log_origin"), raw)).text
            return None if text.encode() == payload else "keys.other_payload"
        typ = kind.typ
        assert typ is not None
        token = jws.parse(result, typ=typ)
    except BadInput as error:
        return "keys.signature" if error.code == "checkpoint.signature" else "keys.intent_unreadable"
    if not jws.verify(token, raw) or token.kid != did.key_url(scope.text("did"), ed25519.key_id(raw)):
        return "keys.signature"
    return None if token.payload == payload else "keys.other_payload"


async def _objects(scope: Scope) -> AsyncIterator[Breach]:
    """A signature kept with its object is the result of the intent that the object names."""
    for table, column, kind in OBJECTS:
        async for row in scope.pages(table, columns=f"id, intent_id, {column} AS signature"):
            if row["intent_id"] is None and row["signature"] is None:
                continue
            intent = scope.intents.get(row["intent_id"])
            if intent is None or (intent.kind, intent.object_id) != (kind, row["id"]):
                yield breach(11, table, row["id"], "keys.no_intent")
            elif row["signature"] is not None and hashlib.sha256(bytes(row["signature"])).digest() != intent.result:
                yield breach(11, table, row["id"], "keys.object_differs", intent=str(row["intent_id"]))
