"""What is looked at before anything is signed, by kind. Pure: payload in, every fault out.

It runs when an intent is committed and again just before the signature, as a certification authority lints with a
throw-away key first. It knows the association and its public keys, not the object: whether a credential says what the
record says is for the room that builds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import rfc8785

from seal.errors import BadInput, Reason
from seal.keys import ed25519, jws
from seal.keys.model import IntentKind
from seal.keys.qr import WITHOUT_STATUS, read_range
from seal.keys.statement import read_payload
from seal.transparency.note import parse_checkpoint_text

MAX_PAYLOAD = 8_000_000
_PRIVATE = (
    *("score", "grade", "weighted", "finding", "nonconform", "failed", "penalt", "corrective"),
    *("email", "phone", "latitude", "longitude", "geolocation", "geometry", "nationalid", "birth", "passport"),
)
_PRIVATE_WHOLE = ("rut", "run", "address", "postaladdress", "coordinates", "gender")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Setting:
    """What payloads are held against. ``issuing`` is the raw current issuing key, ``None`` before the ceremony."""

    base: str
    did: str
    log_origin: str
    issuing: bytes | None = None


def lint(kind: IntentKind, object_id: UUID, payload: bytes, setting: Setting) -> tuple[Reason, ...]:
    """Every fault of a payload; empty if it may be signed. Codes ``lint.*``, and those of the format's reader."""
    if len(payload) > MAX_PAYLOAD:
        return (Reason("lint.too_long", {"bytes": len(payload), "max": MAX_PAYLOAD}),)
    try:
        return tuple(_LINTS[kind](object_id, payload, setting))
    except BadInput as error:
        return error.reasons


def _canonical(payload: bytes) -> dict[str, Any]:
    document = jws.strict_json(payload)
    try:
        same = isinstance(document, dict) and rfc8785.dumps(document) == payload
    except rfc8785.CanonicalizationError:
        same = False
    if not same:
        raise BadInput("lint.not_canonical")
    return dict(document)


def _members(value: object, path: str = "") -> Iterator[tuple[str, str, object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}/{name}", name, inner
            yield from _members(inner, f"{path}/{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _members(inner, f"{path}/{place}")


def _private(document: dict[str, Any]) -> Iterator[Reason]:
    for path, name, value in _members(document):
        plain = "".join(symbol for symbol in name.lower() if symbol.isalnum())
        if plain in _PRIVATE_WHOLE or any(word in plain for word in _PRIVATE):
            yield Reason("lint.private_member", {"path": path})
        if plain in ("conformance", "conforms") and value is not True:
            yield Reason("lint.failed_criterion", {"path": path})


def _envelope(document: dict[str, Any], kind: str, setting: Setting) -> Iterator[Reason]:
    types = document.get("type")
    if not isinstance(types, list) or not {"VerifiableCredential", kind} <= {str(one) for one in types}:
        yield Reason("lint.type", {"expected": kind})
    contexts = document.get("@context")
    if not isinstance(contexts, list) or contexts[:1] != ["https://www.w3.org/ns/credentials/v2"]:
        yield Reason("lint.context")
    issuer = document.get("issuer")
    if (issuer.get("id") if isinstance(issuer, dict) else issuer) != setting.did:
        yield Reason("lint.issuer", {"expected": setting.did})
    if not str(document.get("id", "")).startswith(f"{setting.base}/"):
        yield Reason("lint.id", {"base": setting.base})
    if "validFrom" not in document:
        yield Reason("lint.valid_from")


def _status(document: dict[str, Any], setting: Setting) -> Iterator[Reason]:
    entries = document.get("credentialStatus")
    listed = entries if isinstance(entries, list) else [entries]
    purposes = []
    for entry in listed:
        if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
            yield Reason("lint.status")
            return
        index, at = entry.get("statusListIndex"), str(entry.get("statusListCredential", ""))
        purposes.append(entry.get("statusPurpose"))
        if not isinstance(index, str) or not re.fullmatch(r"0|[1-9][0-9]{0,5}", index) or int(index) >= 131_072:
            yield Reason("lint.status_index")
        if not at.startswith(f"{setting.base}/status/{purposes[-1]}/"):
            yield Reason("lint.status_address", {"base": setting.base})
    if sorted(map(str, purposes)) != ["revocation", "suspension"]:
        yield Reason("lint.status_purposes")


def _credential(object_id: UUID, document: dict[str, Any], setting: Setting) -> Iterator[Reason]:
    yield from _envelope(document, "DigitalConformityCredential", setting)
    yield from _status(document, setting)
    yield from _private(document)
    named = _UUID.findall(str(document.get("id", "")))
    if any(one != str(object_id) for one in named):
        yield Reason("lint.object")
    if "proof" in document or "iss" in document:
        yield Reason("lint.proof")


def _certification(object_id: UUID, payload: bytes, setting: Setting) -> Iterator[Reason]:
    document = _canonical(payload)
    yield from _credential(object_id, document, setting)
    if "validUntil" not in document:
        yield Reason("lint.valid_until_missing")


def _batch(object_id: UUID, payload: bytes, setting: Setting) -> Iterator[Reason]:
    document = _canonical(payload)
    yield from _credential(object_id, document, setting)
    if "validUntil" in document:
        yield Reason("lint.valid_until")


def _status_list(object_id: UUID, payload: bytes, setting: Setting) -> Iterator[Reason]:
    document = _canonical(payload)
    yield from _envelope(document, "BitstringStatusListCredential", setting)
    subject = document.get("credentialSubject")
    purpose = subject.get("statusPurpose") if isinstance(subject, dict) else None
    if purpose not in ("revocation", "suspension"):
        yield Reason("lint.status_purposes")
    if not str(document.get("id", "")).startswith(f"{setting.base}/status/{purpose}/"):
        yield Reason("lint.status_address", {"base": setting.base})
    if "validUntil" not in document:
        yield Reason("lint.valid_until_missing")
    if "proof" in document:
        yield Reason("lint.proof")


def _key_statement(object_id: UUID, payload: bytes, setting: Setting) -> Iterator[Reason]:
    statement = read_payload(payload)
    if (statement.did, statement.base) != (setting.did, setting.base):
        yield Reason("lint.issuer", {"expected": setting.did})


def _qr(numbered: tuple[int, ...]) -> Callable[[UUID, bytes, Setting], Iterator[Reason]]:
    def check(object_id: UUID, payload: bytes, setting: Setting) -> Iterator[Reason]:
        asked = read_range(payload)
        if asked.kind not in numbered:
            yield Reason("qr_range.kind", {"kind": asked.kind})
        if setting.issuing is not None and asked.payload[1:5] != ed25519.hint(ed25519.key_id(setting.issuing)):
            yield Reason("lint.key_hint")
        if (asked.payload[14:17] == b"\xff\xff\xff") != (asked.kind in WITHOUT_STATUS):
            yield Reason("lint.status")

    return check


def _checkpoint(object_id: UUID, payload: bytes, setting: Setting) -> Iterator[Reason]:
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("checkpoint.text") from None
    checkpoint = parse_checkpoint_text(text)
    if checkpoint.text != text or checkpoint.extensions:
        yield Reason("checkpoint.text")
    if checkpoint.origin != setting.log_origin:
        yield Reason("checkpoint.origin", {"origin": checkpoint.origin})


def _bundle(object_id: UUID, payload: bytes, setting: Setting) -> Iterator[Reason]:
    document = _canonical(payload)
    if (document.get("did"), document.get("base")) != (setting.did, setting.base):
        yield Reason("lint.issuer", {"expected": setting.did})


def _register(object_id: UUID, payload: bytes, setting: Setting) -> Iterator[Reason]:
    document = _canonical(payload)
    if (document.get("did"), document.get("base")) != (setting.did, setting.base):
        yield Reason("lint.issuer", {"expected": setting.did})
    yield from _private(document)
    if "proof" in document:
        yield Reason("lint.proof")


def _never(object_id: UUID, payload: bytes, setting: Setting) -> Iterator[Reason]:
    yield Reason("lint.no_key")  # neither of the two keys may sign this kind


_LINTS: dict[IntentKind, Callable[[UUID, bytes, Setting], Iterator[Reason]]] = {
    IntentKind.KEY_STATEMENT: _key_statement,
    IntentKind.CERTIFICATION: _certification,
    IntentKind.BATCH: _batch,
    IntentKind.PLAQUE: _qr((2,)),
    IntentKind.QR_RANGE: _qr((0, 1, 3, 4)),
    IntentKind.STATUS_LIST: _status_list,
    IntentKind.CHECKPOINT: _checkpoint,
    IntentKind.BUNDLE: _bundle,
    IntentKind.REGISTER: _register,
    IntentKind.PAPER: _never,
}
