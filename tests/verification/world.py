"""An honest association in memory, with its keys, that a test then corrupts. No database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal.certificates import credential
from seal.keys import did as dids
from seal.keys import ed25519, jws, statement
from seal.labels import token as qr
from seal.transparency import note
from seal.verification import bundle, bundle_format, bundle_seals
from seal.verification.facts import (
    BatchFacts,
    BatchState,
    Bound,
    BoxState,
    CertificationFacts,
    CertificationState,
    RollFacts,
)
from tests.certificates import credential_examples

BASE = "https://sello.example"
ZONE = "America/Coyhaique"
FOUNDED = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
GRANTED = date(2026, 3, 31)
ENDS = date(2027, 3, 30)
SEALED = date(2026, 4, 20)
USE_BY_DAYS = 730
NOW = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
CERTIFICATION = credential_examples.CERTIFICATION
BATCH = credential_examples.BATCH
RESERVED = 100
CERTIFICATION_INDEX = 131_072 + 4711
BATCH_INDEX = 99


def private_key(name: str) -> Ed25519PrivateKey:
    """The same key for the same name: test vectors stay the same."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"seal test key " + name.encode()).digest())


def raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def sign_jws(payload: bytes, key: Ed25519PrivateKey, *, did: str, typ: str) -> bytes:
    to_sign = jws.signing_input(payload, kid=dids.key_url(did, ed25519.key_id(raw(key))), typ=typ)
    return jws.compact(to_sign, key.sign(to_sign))


@dataclass
class Keeper:
    """Someone with keys: an association, or a thief."""

    name: str = "home"
    base: str = BASE
    statements: list[bytes] = field(default_factory=list)
    issuing_names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.did = dids.did_for(self.base)
        self.rotate(FOUNDED)

    @property
    def issuing(self) -> Ed25519PrivateKey:
        return private_key(f"{self.name} issuing {len(self.statements)}")

    @property
    def log(self) -> Ed25519PrivateKey:
        return private_key(f"{self.name} log")

    @property
    def fingerprint(self) -> str:
        return ed25519.key_id(raw(self.issuing))

    def rotate(self, at: datetime, ended: tuple[statement.Ended, ...] = ()) -> None:
        """Bring the next issuing key into use; at the first call, the ceremony."""
        seq = len(self.statements) + 1
        key, after = (private_key(f"{self.name} issuing {number}") for number in (seq, seq + 1))
        content = statement.Statement(
            did=self.did,
            base=self.base,
            seq=seq,
            at=at,
            issuing=raw(key),
            log=raw(self.log),
            next_sha256=hashlib.sha256(raw(after)).hexdigest(),
            previous=statement.digest(self.statements[-1]) if self.statements else None,
            ended=ended,
        )
        self.statements.append(sign_jws(statement.payload(content), key, did=self.did, typ=jws.KEYS))

    def token(self, *, key: Ed25519PrivateKey | None = None, suffix: str = "", **changes: Any) -> qr.Token:
        """A signed token of unit 7 of the honest batch, with any field changed and then signed truly."""
        key = key or self.issuing
        values: dict[str, Any] = {
            "kind": qr.Kind.UNIT,
            "hint": ed25519.hint(ed25519.key_id(raw(key))),
            "public_id": BATCH,
            "day": SEALED,
            "days": USE_BY_DAYS,
            "status_index": BATCH_INDEX,
            "number": 7,
        }
        fields = qr.Fields(**values | changes)
        return qr.Token(fields, key.sign(fields.message(suffix)), suffix)

    def plaque(self, **changes: Any) -> qr.Token:
        values: dict[str, Any] = {
            "kind": qr.Kind.PLAQUE,
            "public_id": CERTIFICATION,
            "day": GRANTED,
            "days": (ENDS - GRANTED).days,
            "status_index": CERTIFICATION_INDEX,
            "number": None,
        }
        return self.token(**values | changes)

    def seal(self, number: int, **changes: Any) -> qr.Token:
        """A signed seal of the roll."""
        values = {"kind": qr.Kind.ROLL, "public_id": ROLL, "day": ISSUED, "days": 0, "status_index": None}
        return self.token(**values | {"number": number} | changes)

    def box(self, **changes: Any) -> qr.Token:
        """The signed code of the box."""
        values = {"kind": qr.Kind.BOX, "public_id": BOX, "day": ISSUED, "days": 0, "status_index": None}
        return self.token(**values | {"number": None} | changes)

    def credential(self, document: dict[str, Any], key: Ed25519PrivateKey | None = None) -> bytes:
        return sign_jws(credential.encode(document), key or self.issuing, did=self.did, typ=jws.VC)


def certification(**changes: Any) -> CertificationFacts:
    facts = CertificationFacts(
        public_id=CERTIFICATION,
        state=CertificationState.ACTIVE,
        status_index=CERTIFICATION_INDEX,
        granted_on=GRANTED,
        valid_from=GRANTED,
        valid_until=ENDS,
    )
    return replace(facts, **changes)


def batch(**changes: Any) -> BatchFacts:
    facts = BatchFacts(
        public_id=BATCH,
        state=BatchState.SEALED,
        status_index=BATCH_INDEX,
        sealed_on=SEALED,
        use_by_days=USE_BY_DAYS,
        highest_reserved=RESERVED,
        void=((10, 12),),
        lost=((20, 20),),
    )
    return replace(facts, **changes)


ROLL, BOX = 0x51_AA00_0001, 0x7B_0000_0002
ISSUED = date(2026, 3, 2)


def roll(**changes: Any) -> bundle_seals.RollEntry:
    """A roll of forty seals: 5 to 9 stand on the honest batch as units 91 to 95, some are given up."""
    facts = RollFacts(ROLL, ISSUED, 40, ((20, 21),), ((30, 32),), (Bound(5, 9, BATCH, 91),))
    facts = replace(facts, **changes)
    return bundle_seals.RollEntry(facts, 6 if facts.logged else None)


def box(**changes: Any) -> bundle_seals.BoxEntry:
    """A closed box with units 1 to 6 of the honest batch."""
    found = bundle_seals.BoxEntry(BOX, ISSUED, BoxState.CLOSED, ((BATCH, ((1, 6),)),), 7)
    return replace(found, **changes)


HONEY = bundle_format.ProductEntry({"es": "Miel de ulmo", "en": "Ulmo honey"}, "500 g")


def contents(keeper: Keeper, **changes: Any) -> bundle_format.Contents:
    """The honest bundle: one certification and one batch."""
    values = {"certification": certification(), "batch": batch(), **changes}
    one: CertificationFacts | None = values.pop("certification")
    lot: BatchFacts | None = values.pop("batch")
    maker = bundle_format.ProducerEntry("014", "Colmenas de Prueba", "Río Ibáñez")
    rules = bundle_format.ProtocolEntry("miel", "1.0.0", "ab" * 32, {"es": "Miel artesanal", "en": "Artisanal honey"})
    certifications = (
        (bundle_format.CertificationEntry(one, maker, rules, (HONEY,), "association", 4 if one.logged else None),)
        if one
        else ()
    )
    batches = (bundle_format.BatchEntry(lot, CERTIFICATION, HONEY, "L2611", 9 if lot.logged else None),) if lot else ()
    found = bundle_format.Contents(
        did=keeper.did,
        base=keeper.base,
        name="Sabores de prueba",
        zone=ZONE,
        as_of=NOW,
        epoch=5,
        statements=tuple(keeper.statements),
        certifications=certifications,
        batches=batches,
    )
    return replace(found, **values)


def signed(keeper: Keeper, content: bundle_format.Contents, key: Ed25519PrivateKey | None = None) -> bytes:
    return sign_jws(bundle_format.payload(content), key or keeper.log, did=keeper.did, typ=jws.BUNDLE)


def checkpoint(keeper: Keeper, size: int = 10, key: Ed25519PrivateKey | None = None, root: bytes = b"r" * 32) -> str:
    """A signed tree head of the association's log."""
    key = key or keeper.log
    text = note.CheckpointText(keeper.base.split("://")[1], size, root).text
    verifier = note.VerifierKey(keeper.base.split("://")[1], raw(key))
    return note.sign_text(text, verifier, key.sign(text.encode())).encoded.decode()


def held(keeper: Keeper, **changes: Any) -> bundle.Bundle:
    """The honest bundle as a verifier who pinned the fingerprint holds it."""
    return bundle.read(signed(keeper, contents(keeper, **changes)), fingerprint=keeper.fingerprint)


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)


def canonical(value: Any) -> bytes:
    return rfc8785.dumps(value)
