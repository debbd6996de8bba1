"""Each fault that stops a signature, by kind."""

from __future__ import annotations

import base64
import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import rfc8785

from seal.keys import ed25519
from seal.keys import statement as statements
from seal.keys.lint import Setting, lint
from seal.keys.model import IntentKind
from seal.keys.qr import Range
from tests.keys.examples import BASE, DID, NOON, first, kid, raw

SETTING = Setting(BASE, DID, "sello.example/a/aysen", raw("issuing-1"))
OBJECT = UUID("019a0000-0000-7000-8000-000000000001")


def status(purpose: str) -> dict[str, str]:
    at = f"{BASE}/status/{purpose}/0"
    return {
        "id": f"{at}#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": "7",
        "statusListCredential": at,
    }


BATCH: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://example.org/dcc"],
    "id": f"{BASE}/c/7Q4K2MXP8",
    "type": ["DigitalConformityCredential", "VerifiableCredential"],
    "issuer": {"id": DID, "name": "Sabores de Aysén"},
    "validFrom": "2026-11-21T12:00:00Z",
    "credentialStatus": [status("revocation"), status("suspension")],
    "credentialSubject": {"assessment": [{"conformance": True}]},
}
CERTIFICATION = {**BATCH, "validUntil": "2027-11-21T12:00:00Z"}
STATUS_LIST = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": f"{BASE}/status/revocation/0",
    "type": ["VerifiableCredential", "BitstringStatusListCredential"],
    "issuer": DID,
    "validFrom": "2026-11-21T12:00:00Z",
    "validUntil": "2026-11-22T12:00:00Z",
    "credentialSubject": {"statusPurpose": "revocation", "encodedList": "u"},
}


def found(kind: IntentKind, payload: bytes) -> set[str]:
    return {reason.code for reason in lint(kind, OBJECT, payload, SETTING)}


def batch(**changes: object) -> set[str]:
    return found(IntentKind.BATCH, rfc8785.dumps({**BATCH, **changes}))


def test_sound_credentials() -> None:
    assert batch() == set()
    assert found(IntentKind.CERTIFICATION, rfc8785.dumps(CERTIFICATION)) == set()
    assert found(IntentKind.STATUS_LIST, rfc8785.dumps(STATUS_LIST)) == set()


def test_every_fault_is_told_at_once() -> None:
    faults = batch(issuer="did:web:other.example", validUntil="x", credentialStatus=None, score="9000")
    assert faults == {"lint.issuer", "lint.valid_until", "lint.status", "lint.private_member"}


def test_a_batch_never_ends() -> None:
    assert batch(validUntil="2027-11-21T12:00:00Z") == {"lint.valid_until"}


def test_a_certification_ends() -> None:
    assert found(IntentKind.CERTIFICATION, rfc8785.dumps(BATCH)) == {"lint.valid_until_missing"}


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}x", b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1.5}', b"\xff"])
@pytest.mark.parametrize("kind", [IntentKind.BATCH, IntentKind.STATUS_LIST, IntentKind.BUNDLE])
def test_bytes_that_are_not_canonical(kind: IntentKind, payload: bytes) -> None:
    assert found(kind, payload) & {"lint.not_canonical", "jws.json"}


def test_too_long() -> None:
    assert found(IntentKind.BATCH, b"x" * 8_000_001) == {"lint.too_long"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": "did:web:other.example"}, "lint.issuer"),
        ({"issuer": {"id": "did:web:other.example"}}, "lint.issuer"),
        ({"type": ["VerifiableCredential"]}, "lint.type"),
        ({"type": "VerifiableCredential"}, "lint.type"),
        ({"@context": ["https://example.org/dcc"]}, "lint.context"),
        ({"id": "https://other.example/c/1"}, "lint.id"),
        ({"id": f"{BASE}x"}, "lint.id"),
        ({"id": f"{BASE}/c/019a0000-0000-7000-8000-000000000002"}, "lint.object"),
        ({"credentialStatus": []}, "lint.status_purposes"),
        ({"credentialStatus": status("revocation")}, "lint.status_purposes"),
        ({"credentialStatus": [status("revocation")] * 2}, "lint.status_purposes"),
        ({"proof": {}}, "lint.proof"),
        ({"iss": DID}, "lint.proof"),
    ],
)
def test_envelope(changes: dict[str, object], code: str) -> None:
    assert code in batch(**changes)


def test_the_objects_own_uuid_may_stand_in_the_id() -> None:
    assert batch(id=f"{BASE}/c/{OBJECT}") == set()


def test_no_start() -> None:
    document = {name: value for name, value in BATCH.items() if name != "validFrom"}
    assert found(IntentKind.BATCH, rfc8785.dumps(document)) == {"lint.valid_from"}


@pytest.mark.parametrize("index", ["", "07", "131072", "-1", "x"])
def test_status_index(index: str) -> None:
    assert batch(credentialStatus=[{**status("revocation"), "statusListIndex": index}, status("suspension")]) == {
        "lint.status_index"
    }


def test_status_of_another_address() -> None:
    other = {**status("revocation"), "statusListCredential": "https://other.example/status/revocation/0"}
    assert batch(credentialStatus=[other, status("suspension")]) == {"lint.status_address"}


@pytest.mark.parametrize(
    "name",
    ["score", "finalScore", "grade", "findings", "open_finding", "nonConformity", "nonconformities", "failedCriteria",
     "email", "contactEmail", "phone", "RUT", "latitude", "geolocation", "birthDate", "address", "coordinates"],
)  # fmt: skip
def test_what_no_credential_holds(name: str) -> None:
    document = copy.deepcopy(BATCH)
    document["credentialSubject"]["assessment"][0][name] = "x"
    assert found(IntentKind.BATCH, rfc8785.dumps(document)) == {"lint.private_member"}


def test_a_failed_criterion() -> None:
    assert batch(credentialSubject={"assessment": [{"conformance": False}]}) == {"lint.failed_criterion"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": "did:web:other.example"}, "lint.issuer"),
        ({"id": f"{BASE}/status/suspension/0"}, "lint.status_address"),
        ({"credentialSubject": {"statusPurpose": "message"}}, "lint.status_purposes"),
        ({"credentialSubject": []}, "lint.status_purposes"),
        ({"type": ["VerifiableCredential"]}, "lint.type"),
    ],
)
def test_status_list(changes: dict[str, object], code: str) -> None:
    assert code in found(IntentKind.STATUS_LIST, rfc8785.dumps({**STATUS_LIST, **changes}))


def test_status_list_without_a_heartbeat() -> None:
    document = {name: value for name, value in STATUS_LIST.items() if name != "validUntil"}
    assert found(IntentKind.STATUS_LIST, rfc8785.dumps(document)) == {"lint.valid_until_missing"}


def test_key_statement() -> None:
    assert found(IntentKind.KEY_STATEMENT, statements.payload(first())) == set()
    moved = first(base="https://other.example", at=NOON + timedelta(days=1))
    assert found(IntentKind.KEY_STATEMENT, statements.payload(moved)) == {"lint.issuer"}
    assert found(IntentKind.KEY_STATEMENT, b"{}") == {"statement.members"}


def qr(kind: IntentKind, number: int, of: str = "issuing-1", status_index: bytes = b"\0\0\7") -> set[str]:
    payload = bytes([0x10 | number]) + ed25519.hint(kid(of)) + bytes(9) + status_index
    last = 24 if number == 1 else 0
    return found(kind, Range(number, payload, "", min(last, 1), last).encoded)


def test_tokens() -> None:
    assert qr(IntentKind.QR_RANGE, 0) == qr(IntentKind.QR_RANGE, 1) == qr(IntentKind.PLAQUE, 2) == set()
    assert qr(IntentKind.PLAQUE, 1) == qr(IntentKind.QR_RANGE, 2) == {"qr_range.kind"}
    assert qr(IntentKind.QR_RANGE, 1, "issuing-2") == {"lint.key_hint"}
    assert qr(IntentKind.QR_RANGE, 1, status_index=b"\xff\xff\xff") == {"lint.status"}


def checkpoint(text: str) -> set[str]:
    return found(IntentKind.CHECKPOINT, text.encode())


def test_checkpoint() -> None:
    root = base64.b64encode(bytes(32)).decode()
    assert checkpoint(f"sello.example/a/aysen\n4\n{root}\n") == set()
    assert checkpoint(f"other.example\n4\n{root}\n") == {"checkpoint.origin"}
    assert checkpoint(f"sello.example/a/aysen\n4\n{root}\nmore\n") == {"checkpoint.text"}
    assert checkpoint("x") == {"note.text"}
    assert found(IntentKind.CHECKPOINT, b"\xff") == {"checkpoint.text"}


def test_bundle() -> None:
    assert found(IntentKind.BUNDLE, rfc8785.dumps({"did": DID, "base": BASE, "epoch": 1})) == set()
    assert found(IntentKind.BUNDLE, rfc8785.dumps({"did": DID, "base": "https://other.example"})) == {"lint.issuer"}
