"""From what a person holds (code, token, address, credential) to what is asked. Pure.

Says what the held keys make of a signature; whether that is enough is for ``model.judge``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from seal.certificates import credential
from seal.clock import local_day, parse_rfc3339
from seal.errors import BadInput
from seal.ids import Code
from seal.keys import data_integrity, ed25519, jws
from seal.keys import did as dids
from seal.keys.data_integrity import Embedded
from seal.keys.statement import KeyPeriod
from seal.labels import token as qr
from seal.labels import written
from seal.labels.written import LINE_MAX
from seal.verification.facts import Asked, Kind, Signature

_KINDS = {
    qr.Kind.BATCH: Kind.BATCH,
    qr.Kind.UNIT: Kind.UNIT,
    qr.Kind.PLAQUE: Kind.PLAQUE,
    qr.Kind.ROLL: Kind.ROLL,
    qr.Kind.BOX: Kind.BOX,
}
_COUNT = re.compile(r"[0-9]{1,9}")
CREDENTIAL_MAX_BYTES = 200_000


@dataclass(frozen=True)
class HeldKey:
    """An issuing key that is held, and the DID of the association whose statements name it."""

    did: str
    period: KeyPeriod


@dataclass(frozen=True)
class Owner:
    """What is known of the owner of an id: its DID, its zone, and the log index of the id's credential, if any."""

    did: str
    zone: str
    leaf_index: int | None = None


@dataclass(frozen=True)
class SignedCredential:
    """A credential of either form that could be read; nothing of it is known to be true. ``document`` is shared: never
    write to it."""

    token: jws.Jws | Embedded
    document: dict[str, Any]
    public_id: int

    def names(self, did: str, key: KeyPeriod) -> bool:
        """Does it say that this key signed it?"""
        if isinstance(self.token, Embedded):
            return bool(self.token.proof["verificationMethod"] == dids.multikey_url(did, key.raw))
        return key.kid == self.token.key

    def signed_by(self, key: KeyPeriod) -> bool:
        """Did it?"""
        if isinstance(self.token, Embedded):
            return self.token.holds(self.token.did, key.raw)
        return jws.verify(self.token, key.raw)


Held = Code | qr.Token | SignedCredential


def read(text: str) -> Held | None:
    """A typed code, a token, the address of either, or a compact ``vc+jwt``; ``None`` for anything else (mistyped)."""
    text = text.strip()
    if text.count(".") == 2 and text.startswith("eyJ"):
        return read_credential(text.encode("utf-8", "replace"))
    return written.read(text)


@lru_cache(maxsize=1024)
def read_credential(data: bytes) -> SignedCredential | None:
    """A compact ``vc+jwt`` of either of our credentials; ``None`` if it is none."""
    try:
        token = jws.parse(data.strip(), typ=credential.TYP, max_bytes=CREDENTIAL_MAX_BYTES)
        document = jws.strict_json(token.payload)
    except BadInput:
        return None
    public_id = credential.parse_public_id(document) if isinstance(document, dict) else None
    return None if public_id is None else SignedCredential(token, document, public_id)


def read_embedded(text: str) -> SignedCredential | None:
    """Either of our credentials with its proof inside, spaced as anybody likes; ``None`` if it is none."""
    data = text.strip().encode("utf-8", "replace")
    if len(data) > CREDENTIAL_MAX_BYTES:
        return None
    try:
        embedded = data_integrity.read(data_integrity.canonical(jws.strict_json(data)))
    except BadInput:
        return None
    public_id = credential.parse_public_id(embedded.document)
    return None if public_id is None else SignedCredential(embedded, embedded.document, public_id)


def typ_of(text: str) -> str | None:
    """The ``typ`` that a compact JWS says it has; ``None`` if it is none. Says nothing of whether it is true."""
    try:
        header = jws.strict_json(jws.decode(text.partition(".")[0]))
    except BadInput:
        return None
    typ = header.get("typ") if isinstance(header, dict) else None
    return typ if isinstance(typ, str) else None


def public_id_of(held: Held) -> int:
    """The id that is asked about."""
    return held.fields.public_id if isinstance(held, qr.Token) else held.public_id


def number_of(held: Held) -> int | None:
    """The number of the unit or seal that is asked about, if it names one."""
    if isinstance(held, qr.Token):
        return held.fields.number
    return held.unit if isinstance(held, Code) else None


def ask(held: Held, keys: Sequence[HeldKey], owner: Owner | None) -> Asked:
    """What ``held`` asks, with the verdict of ``keys`` on its signature. ``owner`` is ``None`` for an unknown id."""
    if isinstance(held, Code):
        return Asked(held.public_id, unit=held.unit)
    if isinstance(held, SignedCredential):
        return _ask_credential(held, keys, owner)
    fields = held.fields
    candidates = [key for key in keys if ed25519.hint(key.period.kid) == fields.hint]
    kid = qr.signer_of(held, [key.period.raw for key in candidates])
    signers = [key for key in candidates if key.period.kid == kid]
    if held.suffix:  # the record holds no suffix: under an ended key nothing tells it from what a thief wrote
        signers = [_never(key) for key in signers]
    return Asked(
        fields.public_id,
        _KINDS[fields.kind],
        fields.number,
        fields.day,
        fields.days,
        fields.status_index,
        _standing(signers, bool(candidates), owner, fields.day),
    )


def _never(key: HeldKey) -> HeldKey:
    """The same key; if it was ended, trusted for nothing at all."""
    ended = key.period.ended
    return key if ended is None else replace(key, period=replace(key.period, ended=replace(ended, tree_size=0)))


def _ask_credential(held: SignedCredential, keys: Sequence[HeldKey], owner: Owner | None) -> Asked:
    named = [key for key in keys if held.names(key.did, key.period)]
    signers = [
        key for key in named if key.did == held.token.did == _issuer(held.document) and held.signed_by(key.period)
    ]
    try:
        document = held.document
        day = local_day(parse_rfc3339(document["validFrom"]), owner.zone if owner else "UTC")
        is_batch = "validUntil" not in document
        days = _use_by_days(document) if is_batch else None
        index = _status_index(document)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError):
        # Signed or not, this is no credential of ours: its fields cannot be compared with any record.
        return Asked(held.public_id, Kind.BATCH, signature=Signature.FALSE)
    return Asked(
        held.public_id,
        Kind.BATCH if is_batch else Kind.PLAQUE,
        None,
        day,
        days,
        index,
        _standing(signers, bool(named), owner, day),
    )


def _standing(signers: Sequence[HeldKey], any_held: bool, owner: Owner | None, day: date) -> Signature:
    if not signers:
        return Signature.FALSE if any_held else Signature.KEY_NOT_HELD
    if owner is None:
        return Signature.GOOD
    owned = [key for key in signers if key.did == owner.did]
    if not owned:
        return Signature.WRONG_OWNER
    if not any(_was_active(key.period, owner, day) for key in owned):
        return Signature.KEY_NOT_ACTIVE
    return Signature.GOOD


def _was_active(key: KeyPeriod, owner: Owner, day: date) -> bool:
    """Could ``key`` have signed something of this day? Labels are printed after the day that they carry, perhaps by a
    successor, so only the end of a key's time counts. An ended key stands for what the log already held."""
    if key.until is not None and day > local_day(key.until, owner.zone):
        return False
    if key.ended is None:
        return True
    return owner.leaf_index is not None and owner.leaf_index < key.ended.tree_size


def _issuer(document: dict[str, Any]) -> object:
    issuer = document.get("issuer")
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _use_by_days(document: dict[str, Any]) -> int:
    first = _object(_list(_object(document["credentialSubject"])["assessment"])[0])
    for one in _list(first.get("declaredValue", [])):
        if _object(one)["metricName"] == "useByDays":
            return _count(_object(one["metricValue"])["value"])
    return 0


def _status_index(document: dict[str, Any]) -> int:
    entry = _object(_list(document["credentialStatus"])[0])
    number, slot = _count(entry["statusListCredential"].rpartition("/")[2]), _count(entry["statusListIndex"])
    if slot >> credential.STATUS_LIST_BITS:
        raise ValueError("no such slot")
    return number << credential.STATUS_LIST_BITS | slot


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("an object expected")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list expected")
    return value


def _count(value: object) -> int:
    """A whole number as such or in decimal digits, as any language reads it."""
    if type(value) is int and 0 <= value <= 999_999_999:
        return value
    if not isinstance(value, str) or not _COUNT.fullmatch(value):
        raise ValueError("a count expected")
    return int(value)


def host_of(text: str) -> str | None:
    """The host of a web address, in small letters, with the port if it has one; ``None`` for other text."""
    return written.host_of(text)


def may_be_held(text: str) -> bool:
    """False for what is neither a compact JWS nor one line that a person could hold: a document, a picture."""
    text = text.strip()
    if text.count(".") == 2 and text.startswith("eyJ"):
        return True
    return len(text) <= LINE_MAX and text.isprintable() and not any(sign in text for sign in '{}<>"')


def canonical(held: Held) -> str:
    """The one spelling of a code or token, as the last part of an address."""
    if isinstance(held, Code):
        return held.plain
    if isinstance(held, qr.Token):
        return held.path
    return Code(held.public_id).plain
