"""Signed notes and checkpoints."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.transparency.note import (
    CheckpointText,
    Note,
    VerifierKey,
    open_checkpoint,
    parse_checkpoint_text,
    parse_note,
    parse_verifier_key,
    sign_text,
)
from tests.keys.examples import key, raw

ORIGIN = "sello.example/a/aysen"
KEY = VerifierKey(ORIGIN, raw("log-1"))
TEXT = CheckpointText(ORIGIN, 42, bytes(range(32)))


def signed(text: str, name: str = "log-1", by: VerifierKey = KEY) -> Note:
    return sign_text(text, by, key(name).sign(text.encode()))


GOOD = signed(TEXT.text).encoded


def refused(data: bytes) -> str:
    with pytest.raises(BadInput) as caught:
        open_checkpoint(data, KEY)
    return caught.value.code


def resigned(text: str) -> str:
    return refused(signed(text).encoded)


def test_the_text_is_exactly_this() -> None:
    root = base64.b64encode(bytes(range(32))).decode()
    assert GOOD.decode().startswith(f"{ORIGIN}\n42\n{root}\n\n\u2014 {ORIGIN} ")
    assert GOOD.endswith(b"\n")


def test_round_trip() -> None:
    assert open_checkpoint(GOOD, KEY) == TEXT
    assert parse_note(GOOD).encoded == GOOD
    assert parse_verifier_key(KEY.text) == KEY


def test_lines_of_unknown_witnesses_are_ignored() -> None:
    witness = VerifierKey("witness.example", raw("log-2"))
    line = signed(TEXT.text, "log-2", witness).signatures[0].line
    assert open_checkpoint(GOOD + line.encode(), KEY) == TEXT


def test_a_second_and_wrong_line_of_the_same_key() -> None:
    line = signed("other\n").signatures[0].line
    assert refused(GOOD + line.encode()) == "checkpoint.signature"


def test_another_key_under_the_same_name() -> None:
    assert refused(signed(TEXT.text, "log-2", VerifierKey(ORIGIN, raw("log-2"))).encoded) == "checkpoint.signature"


def test_another_log() -> None:
    assert resigned(CheckpointText("other.example", 42, bytes(32)).text) == "checkpoint.origin"


@pytest.mark.parametrize("size", ["042", "-1", "+4", "4 ", "٤", "99999999999999999999", "9223372036854775808", "x"])
def test_size(size: str) -> None:
    assert resigned(TEXT.text.replace("42", size)) == "checkpoint.size"


@pytest.mark.parametrize("root", ["AA==", "x", base64.b64encode(bytes(33)).decode()])
def test_root(root: str) -> None:
    assert resigned(f"{ORIGIN}\n42\n{root}\n") == "checkpoint.root"


def test_missing_line() -> None:
    assert resigned(f"{ORIGIN}\n42\n") == "checkpoint.text"


def test_extension_lines_are_kept() -> None:
    assert parse_checkpoint_text(TEXT.text + "more\n").extensions == ("more",)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "note.text"),
        (b"text\n", "note.no_signature"),
        (GOOD[:-1], "note.text"),
        (GOOD + b"\n", "note.signature_line"),
        (b"\xff" + GOOD, "note.text"),
        (b"\x00" + GOOD, "note.text"),
        (GOOD.replace(b"\n", b"\r\n"), "note.text"),
        (GOOD.replace("\u2014".encode(), b"-"), "note.signature_line"),
        (GOOD[:-3] + b"\n", "note.signature_line"),
        (b"x" * 70_000, "note.too_long"),
    ],
)
def test_unreadable(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_two_spaces_before_the_signature() -> None:
    head, _, signature = GOOD.decode().rpartition(" ")
    assert refused(f"{head}  {signature}".encode()) == "note.signature_line"


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb"])
def test_key_name(name: str) -> None:
    with pytest.raises(BadInput):
        VerifierKey(name, raw("log-1"))


@pytest.mark.parametrize("text", ["", "x", "x+1+2", KEY.text.replace("+", "+0", 1), KEY.text + "A"])
def test_verifier_key(text: str) -> None:
    with pytest.raises(BadInput):
        parse_verifier_key(text)


@given(st.integers(0, len(GOOD) * 8 - 1))
def test_no_bit_can_flip(bit: int) -> None:
    flipped = bytearray(GOOD)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadInput):
        open_checkpoint(bytes(flipped), KEY)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_text_round_trip(size: int, root: bytes) -> None:
    one = CheckpointText(ORIGIN, size, root)
    assert parse_checkpoint_text(one.text) == one
