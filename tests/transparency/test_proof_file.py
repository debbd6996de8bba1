"""``tlog-proof`` files: one spelling, every line where it belongs, and nothing in ``extra`` but what a leaf needs."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.transparency import proof_file
from seal.transparency.model import LeafType
from seal.transparency.proof_file import EXTRA_MAX_BYTES, MAX_BYTES, Extra, ProofFile

NOTE = b"x\n1\n" + base64.b64encode(bytes(32)) + b"\n\n\xe2\x80\x94 x " + base64.b64encode(bytes(68)) + b"\n"
FILES = st.builds(
    ProofFile,
    st.none() | st.binary(min_size=1, max_size=90),
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=64).map(tuple),
    st.just(NOTE),
)


@given(FILES)
def test_a_proof_is_read_back(proof: ProofFile) -> None:
    assert proof_file.parse(proof.encoded) == proof


def test_the_lines_are_exactly_these() -> None:
    one = ProofFile(b"abc", 7, (bytes(32), b"\1" * 32), NOTE)
    text = one.encoded.decode()
    hashes = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
    assert text.startswith(f"c2sp.org/tlog-proof@v1\nextra YWJj\nindex 7\n{hashes}\nx\n1\n")
    assert replace(one, extra=None, path=()).encoded.startswith(b"c2sp.org/tlog-proof@v1\nindex 7\n\nx\n")


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"tlog-proof@v1", b"tlog-proof@v2", "proof.text"), (b"@v1\n", b"@v1\r\n", "proof.text"),
        (b"index 7", b"index 07", "proof.index"), (b"index 7", b"index -7", "proof.index"),
        (b"index 7", b"index 9223372036854775808", "proof.index"), (b"index 7\n", b"", "proof.index"),
        (b"index 7", b"index 7 ", "proof.index"), (b"extra YWJj", b"extra YWJ", "proof.extra"),
        (b"extra", b"Extra", "proof.index"), (b"extra YWJj", b"extra YWJj\nextra YWJj", "proof.index"),
        (b"AAA=\n", b"AAB=\n", "proof.hash"), (b"AAAAA=", b"=", "proof.hash"), (b"\n\n", b"\n", "proof.text"),
    ],
)  # fmt: skip
def test_other_lines(before: bytes, after: bytes, code: str) -> None:
    data = ProofFile(b"abc", 7, (bytes(32),), b"x\n").encoded
    assert before in data
    with pytest.raises(BadInput) as caught:
        proof_file.parse(data.replace(before, after, 1))
    assert caught.value.code == code


def refused(data: bytes) -> str:
    with pytest.raises(BadInput) as caught:
        proof_file.parse(data)
    return caught.value.code


def test_a_path_longer_than_any_tree() -> None:
    assert refused(ProofFile(None, 7, (bytes(32),) * 65, NOTE).encoded) == "proof.hash"


def test_a_hash_longer_than_a_hash() -> None:
    assert refused(ProofFile(None, 7, (bytes(32), bytes(33)), NOTE).encoded) == "proof.hash"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"c2sp.org/tlog-proof@v1\n\nx", b"c2sp.org/tlog-proof@v1\nindex 7\n\n"])
def test_a_part_is_missing(data: bytes) -> None:
    assert refused(data) == "proof.text"


def test_nothing_but_ascii_before_the_checkpoint() -> None:
    assert refused("c2sp.org/tlog-proof@v1\nindex ٧\n\nx".encode()) == "proof.text"


def test_an_extra_line_alone_is_no_proof() -> None:
    assert refused(b"c2sp.org/tlog-proof@v1\nextra YWJj\n\nx") == "proof.index"


def test_the_last_place_of_a_log_may_be_proved() -> None:
    assert proof_file.parse(ProofFile(None, 2**63 - 1, (), NOTE).encoded).index == 2**63 - 1


def test_a_blank_line_in_the_checkpoint_ends_nothing() -> None:
    one = ProofFile(None, 7, (), b"x\n\ny\n\n")
    assert proof_file.parse(one.encoded) == one


def test_a_file_may_be_as_long_as_the_limit_and_no_longer() -> None:
    head = ProofFile(None, 7, (), b"").encoded
    checkpoint = b"x" * (MAX_BYTES - len(head))
    assert proof_file.parse(head + checkpoint).checkpoint == checkpoint
    assert refused(head + checkpoint + b"x") == "proof.text"


def test_the_longest_extra_line_fits_a_file() -> None:
    one = ProofFile(bytes(EXTRA_MAX_BYTES), 7, (bytes(32),) * 64, NOTE)
    assert proof_file.parse(one.encoded) == one


GOOD = Extra(LeafType.BATCH, UUID("019a0000-0000-7000-8000-000000000001"), bytes(16), (b"a.b.c", b"d.e.f"))
GOOD_TEXT = (
    b'{"object":"019a0000-0000-7000-8000-000000000001","salt":"AAAAAAAAAAAAAAAAAAAAAA==",'
    b'"statements":["a.b.c","d.e.f"],"type":%d}' % LeafType.BATCH
)


def test_the_extra_document_is_exactly_this() -> None:
    assert GOOD.encoded == GOOD_TEXT
    assert proof_file.parse_extra(json.loads(GOOD_TEXT)) == GOOD


@pytest.mark.parametrize(
    "change",
    [
        {"type": 9}, {"type": True}, {"type": None}, {"type": "1"},
        {"salt": "AA=="}, {"salt": None}, {"salt": "AAAAAAAAAAAAAAAAAAAAAAA="}, {"salt": "AAAAAAAAAAAAAAAAAAAAAB=="},
        {"object": "x"}, {"object": "019A0000-0000-7000-8000-000000000001"}, {"object": 1},
        {"object": "019a0000000070008000000000000001"},
        {"statements": [1]}, {"statements": ["ñ"]}, {"statements": None}, {"more": 1},
    ],
)  # fmt: skip
def test_what_the_extra_line_may_not_be(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        proof_file.parse_extra(json.loads(GOOD_TEXT) | change)
    assert caught.value.code == "proof.extra"


@pytest.mark.parametrize("name", ["object", "salt", "statements", "type"])
def test_no_member_of_the_extra_line_may_be_missing(name: str) -> None:
    document = json.loads(GOOD_TEXT)
    del document[name]
    with pytest.raises(BadInput) as caught:
        proof_file.parse_extra(document)
    assert caught.value.code == "proof.extra"


@pytest.mark.parametrize("document", [None, 1, "object", [], ["object", "salt", "statements", "type"]])
def test_the_extra_line_is_one_object(document: Any) -> None:
    with pytest.raises(BadInput) as caught:
        proof_file.parse_extra(document)
    assert caught.value.code == "proof.extra"
