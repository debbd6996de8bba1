"""The bytes of an entry."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.transparency import merkle
from seal.transparency.model import InclusionProof, Leaf, LeafType, entry_bytes, new_salt, verify_object

SOMETHING = UUID("019a0000-0000-7000-8000-000000000001")
SALT = bytes(range(16))


def test_the_bytes_are_exactly_these() -> None:
    entry = entry_bytes(LeafType.BATCH, SOMETHING, SALT, b"a.b.c")
    expected = b"seal-leaf/1\0\x04" + SOMETHING.bytes + hashlib.sha256(SALT + b"a.b.c").digest()
    assert entry == expected
    assert len(entry) == 61


def test_leaf_types_keep_their_numbers() -> None:
    numbers = {kind.name: kind.value for kind in LeafType}
    assert numbers == {
        "KEY_STATEMENT": 1, "PROTOCOL": 2, "CERTIFICATION": 3, "BATCH": 4, "DECISION": 5, "LABEL_RANGE": 6,
    }  # fmt: skip


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17)])
def test_a_salt_of_another_length(salt: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        entry_bytes(LeafType.BATCH, SOMETHING, salt, b"x")


def test_nothing_is_not_an_object() -> None:
    with pytest.raises(ValueError, match="exact bytes"):
        entry_bytes(LeafType.BATCH, SOMETHING, SALT, b"")


def test_unknown_type() -> None:
    with pytest.raises(ValueError, match="7"):
        entry_bytes(7, SOMETHING, SALT, b"x")  # type: ignore[arg-type]


def test_salts_differ() -> None:
    assert len({new_salt() for _ in range(100)}) == 100


@given(st.sampled_from(LeafType), st.uuids(), st.binary(min_size=16, max_size=16), st.binary(min_size=1, max_size=80))
def test_a_leaf_records_its_object_only(kind: LeafType, object_id: UUID, salt: bytes, data: bytes) -> None:
    entry = entry_bytes(kind, object_id, salt, data)
    leaf = Leaf(SOMETHING, 0, kind, object_id, entry, merkle.leaf_hash(entry), datetime(2026, 1, 1, tzinfo=UTC))
    assert leaf.records(salt, data)
    assert not leaf.records(salt, data + b"x")
    assert not leaf.records(bytes(b ^ 1 for b in salt), data)
    alone = InclusionProof(0, 1, ())
    assert verify_object(kind, object_id, salt, data, alone, leaf.hash)
    assert not verify_object(kind, object_id, salt, data + b"x", alone, leaf.hash)
