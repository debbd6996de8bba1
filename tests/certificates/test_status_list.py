"""Bitstring status lists."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime, timedelta

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from seal.certificates import status_list
from seal.errors import BadInput
from seal.keys import jws

BASE, DID = "https://sello.example/a/aysen", "did:web:sello.example:a:aysen"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AT = status_list.address(BASE, "revocation", 0)

slots = st.sets(st.integers(0, status_list.SLOTS - 1), max_size=200)


def document(of: set[int], **changes: object) -> bytes:
    made = status_list.document(
        base=BASE, did=DID, purpose="revocation", number=0, slots=of, valid_from=NOW, until=NOW + timedelta(days=1)
    )
    return rfc8785.dumps({**made, **changes})


def refused(encoded: str) -> str:
    with pytest.raises(BadInput) as caught:
        status_list.decode_list(encoded)
    return caught.value.code


@given(slots)
def test_round_trip(of: set[int]) -> None:
    field = status_list.decode_list(status_list.encode_list(of))
    assert {slot for slot in range(status_list.SLOTS) if field[slot >> 3] >> (7 - slot % 8) & 1} == of
    assert all(status_list.is_set(field, slot) for slot in of)


@given(slots, st.integers(0, status_list.SLOTS - 1))
def test_one_slot_says_one_thing(of: set[int], slot: int) -> None:
    assert status_list.is_set(status_list.bits(of), slot) is (slot in of)


def test_slot_zero_is_the_left_most_bit() -> None:
    assert status_list.bits([0])[0] == 0x80
    assert status_list.bits([7])[0] == 0x01
    assert status_list.bits([status_list.SLOTS - 1])[-1] == 0x01


def test_the_same_list_has_the_same_bytes() -> None:
    encoded = status_list.encode_list({3})
    assert encoded == status_list.encode_list({3})
    assert jws.decode(encoded[1:])[4:8] == bytes(4), "no time in the gzip header"
    assert len(encoded) < 120


def test_another_packer_reads_it() -> None:
    assert gzip.decompress(jws.decode(status_list.encode_list({3})[1:])) == status_list.bits({3})


@pytest.mark.parametrize("slot", [-1, status_list.SLOTS])
def test_no_such_slot(slot: int) -> None:
    with pytest.raises(ValueError, match="no slot"):
        status_list.bits([slot])
    with pytest.raises(ValueError, match="no slot"):
        status_list.is_set(status_list.bits([]), slot)


def test_places() -> None:
    assert status_list.place(131_074) == (1, 2)
    for index in (-1, 0xFFFFFF):
        with pytest.raises(ValueError, match="no such status index"):
            status_list.place(index)


def packed(data: bytes) -> str:
    return "u" + jws.encode(gzip.compress(data, mtime=0))


@pytest.mark.parametrize(
    ("encoded", "code"),
    [
        ("", "status_list.encoding"),
        ("z" + status_list.encode_list([])[1:], "status_list.encoding"),
        (status_list.encode_list([]) + "=", "status_list.encoding"),
        ("u" + "A" * 50_000, "status_list.encoding"),
        ("uAAAA", "status_list.compression"),
        ("u" + jws.encode(zlib.compress(bytes(16_384))), "status_list.compression"),
        (packed(bytes(16_384))[:-8], "status_list.compression"),
        (packed(bytes(16_383)), "status_list.size"),
        (packed(bytes(10_000_000)), "status_list.size"),
        ("u" + jws.encode(gzip.compress(bytes(16_384)) * 2), "status_list.compression"),
    ],
)
def test_unreadable_list(encoded: str, code: str) -> None:
    assert refused(encoded) == code


def test_document_round_trip() -> None:
    field = status_list.read_document(document({5}), at=AT, issuer=DID, purpose="revocation")
    assert field == status_list.bits({5})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": status_list.address(BASE, "revocation", 1)},
        {"issuer": "did:web:other.example"},
        {"type": ["VerifiableCredential"]},
        {"credentialSubject": []},
        {"credentialSubject": {"type": "BitstringStatusList", "statusPurpose": "suspension", "encodedList": "u"}},
        {"credentialSubject": {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": 1}},
    ],
)
def test_another_list(changes: dict[str, object]) -> None:
    with pytest.raises(BadInput) as caught:
        status_list.read_document(document({5}, **changes), at=AT, issuer=DID, purpose="revocation")
    assert caught.value.code == "status_list.other"


def test_a_list_must_be_valid_for_a_while() -> None:
    with pytest.raises(ValueError, match="for a while"):
        status_list.document(base=BASE, did=DID, purpose="revocation", number=0, slots=[], valid_from=NOW, until=NOW)


def test_entry_points_at_its_slot() -> None:
    entry = status_list.entry(BASE, "suspension", 131_074)
    assert entry["statusListIndex"] == "2"
    assert entry["statusListCredential"] == f"{BASE}/status/suspension/1"
