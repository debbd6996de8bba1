"""A stranger with a key, and good credentials of theirs that a test then spoils."""

from __future__ import annotations

import gzip
import hashlib
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal.foreign import verifying
from seal.foreign.keyring import Keyring
from seal.foreign.verifying import Judged
from seal.keys import data_integrity, jws
from seal.keys import did as dids

AT = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
BASE = "https://www.w3.org/ns/credentials/v2"
LIST = "https://lists.example/revocation/3"
INDEX = 94_567
SLOTS = 131_072


class Stranger:
    """Someone with one Ed25519 key and a ``did:key``."""

    def __init__(self, name: str = "stranger") -> None:
        seed = hashlib.sha256(b"seal test " + name.encode()).digest()
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.raw = self.private.public_key().public_bytes_raw()
        self.multikey = dids.multikey(self.raw)
        self.did = f"did:key:{self.multikey}"
        self.method = f"{self.did}#{self.multikey}"

    def sign(self, document: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The document with an embedded proof; ``changes`` are members of the proof, ``None`` takes one away."""
        purpose = "authentication" if "VerifiablePresentation" in document.get("type", ()) else "assertionMethod"
        config = data_integrity.proof_config(document, created=AT, verification_method=self.method, purpose=purpose)
        config = {name: value for name, value in (config | changes).items() if value is not None}
        signed = self.private.sign(data_integrity.hash_data(document, config))
        return data_integrity.add_proof(document, config, signed)

    def jwt(self, document: Any, what: str = "vc", **header: Any) -> str:
        """A compact JWS; ``header`` changes members of the header, ``None`` takes one away."""
        whole = {"alg": "EdDSA", "kid": self.method, "typ": f"{what}+jwt"} | header
        head = rfc8785.dumps({name: value for name, value in whole.items() if value is not None})
        signed = f"{jws.encode(head)}.{jws.encode(rfc8785.dumps(document))}"
        return f"{signed}.{jws.encode(self.private.sign(signed.encode()))}"


STRANGER = Stranger()
THIEF = Stranger("thief")


def credential(**changes: Any) -> dict[str, Any]:
    """A good one, unsigned, that has every member of the data model; ``None`` takes a member away."""
    document: dict[str, Any] = {
        "@context": [BASE, {"Honey": "https://example.org/terms#Honey", "wins": "https://example.org/terms#wins"}],
        "id": "https://stranger.example/credentials/1",
        "type": ["VerifiableCredential", "Honey"],
        "name": "Feria de Coyhaique",
        "description": [{"@value": "Un premio", "@language": "es", "@direction": "ltr"}, "A prize"],
        "issuer": {"id": STRANGER.did, "name": {"@value": "La Feria", "@language": "es"}},
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2027-01-01T00:00:00.25-03:00",
        "credentialSubject": {"id": "did:example:ana", "wins": {"id": "urn:prize:1", "type": "Honey"}},
        "credentialStatus": entry(),
        "credentialSchema": {"id": "https://example.org/schema", "type": "JsonSchema"},
        "evidence": [{"type": ["https://example.org/terms#Photo"]}],
        "refreshService": {"type": "https://example.org/terms#Refresh", "id": "https://example.org/refresh"},
        "termsOfUse": {"type": "https://example.org/terms#Policy"},
        "relatedResource": [
            {"id": "https://example.org/photo", "digestSRI": "sha256-" + "A" * 43 + "=", "mediaType": "image/png"},
            {"id": "https://example.org/film", "digestMultibase": "u" + jws.encode(b"\x12\x20" + bytes(32))},
        ],
    }
    return {name: deepcopy(value) for name, value in (document | changes).items() if value is not None}


def plain(**changes: Any) -> dict[str, Any]:
    """The least that a credential has."""
    document = {
        "@context": [BASE],
        "type": ["VerifiableCredential"],
        "issuer": STRANGER.did,
        "credentialSubject": {"id": "did:example:ana"},
    }
    return document | changes


def presentation(*credentials: Any, **changes: Any) -> dict[str, Any]:
    """A presentation by the stranger."""
    document: dict[str, Any] = {
        "@context": [BASE],
        "type": ["VerifiablePresentation"],
        "holder": STRANGER.did,
        "verifiableCredential": list(credentials),
    }
    return {name: value for name, value in (document | changes).items() if value is not None}


def entry(**changes: Any) -> dict[str, Any]:
    """A status entry; ``None`` takes a member away."""
    whole: dict[str, Any] = {
        "id": f"{LIST}#{INDEX}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(INDEX),
        "statusListCredential": LIST,
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def encoded(set_bits: tuple[int, ...] = (), slots: int = SLOTS) -> str:
    field = bytearray(slots // 8)
    for bit in set_bits:
        field[bit >> 3] |= 0x80 >> (bit & 7)
    return "u" + jws.encode(gzip.compress(bytes(field), mtime=0))


def status_list(*set_bits: int, subject: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A list credential of the stranger, unsigned."""
    document: dict[str, Any] = {
        "@context": [BASE],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": STRANGER.did,
        "validFrom": "2026-05-31T00:00:00Z",
        "validUntil": "2026-06-02T00:00:00Z",
        "credentialSubject": {
            "id": f"{LIST}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(set_bits),
            **(subject or {}),
        },
    }
    return {name: value for name, value in (document | changes).items() if value is not None}


def judge(value: Any, *lists: Any, keys: Keyring | None = None, at: datetime = AT) -> Judged:
    """The verdict on a credential, with lists handed in."""
    ring = keys or Keyring()
    return verifying.credential(value, ring, verifying.status_lists(lists, ring, at), at)


def present(value: Any, *lists: Any, keys: Keyring | None = None, asked: verifying.Asked | None = None) -> Judged:
    ring = keys or Keyring()
    return verifying.present(value, ring, verifying.status_lists(lists, ring, AT), AT, asked)


def codes(judged: Judged) -> set[str]:
    return {fault.code for fault in judged.faults}
