"""Cosignatures: the specification's own example, its rules, and nothing that is nearly right."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.transparency.cosignature import (
    TIME_MAX,
    WitnessKey,
    cosignature,
    cosigned_at,
    message,
    parse_lines,
    parse_witness_key,
    timestamp_of,
    verified_line,
    with_lines,
)
from seal.transparency.note import CheckpointText, Note, VerifierKey, open_checkpoint, parse_note, sign_text
from tests.keys.examples import key, raw

ORIGIN = "sello.example/a/aysen"
LOG = VerifierKey(ORIGIN, raw("log-1"))
WITNESS = WitnessKey("testigo.example/w1", raw("witness-1"))
OTHER = WitnessKey("testigo.example/w2", raw("witness-2"))
CHECKPOINT = CheckpointText(ORIGIN, 42, bytes(range(32)), ("more",))
SIGNED = sign_text(CHECKPOINT.text, LOG, key("log-1").sign(CHECKPOINT.text.encode()))
AT = 1_679_315_147
EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501  the example of the specification, whose witness key is not published


def cosigned(
    timestamp: int = AT, text: str = CHECKPOINT.text, by: str = "witness-1", as_: WitnessKey = WITNESS
) -> Note:
    line = cosignature(as_, timestamp, key(by).sign(message(text, timestamp)))
    return with_lines(SIGNED, [line])


def test_the_message_is_exactly_this() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert message(text, AT) == f"cosignature/v1\ntime 1679315147\n{text}".encode()


def test_the_example_of_the_specification_is_read() -> None:
    log, witness = parse_note(EXAMPLE.encode()).signatures
    assert timestamp_of(witness) == AT
    assert witness.hash.hex() == "8d66cf3f"
    assert timestamp_of(log) is None


def test_key_hash_and_text_carry_type_4() -> None:
    preimage = WITNESS.name.encode() + b"\n\x04" + WITNESS.raw
    assert WITNESS.hash == hashlib.sha256(preimage).digest()[:4]
    encoded = base64.b64encode(b"\x04" + WITNESS.raw).decode()
    assert WITNESS.text == f"testigo.example/w1+{WITNESS.hash.hex()}+{encoded}"
    assert parse_witness_key(WITNESS.text) == WITNESS


def test_a_cosignature_is_found_and_dated() -> None:
    note = parse_note(cosigned().encoded)
    assert cosigned_at(note, WITNESS) == AT
    assert cosigned_at(note, OTHER) is None
    assert open_checkpoint(note.encoded, LOG) == CHECKPOINT


def test_the_latest_of_several_counts() -> None:
    note = with_lines(cosigned(), cosigned(AT + 60).signatures)
    assert len(note.signatures) == 3
    assert cosigned_at(note, WITNESS) == AT + 60


def test_one_wrong_line_under_the_key_spoils_the_note() -> None:
    note = with_lines(cosigned(), cosigned(AT + 60, by="witness-2").signatures)
    assert cosigned_at(note, WITNESS) is None


@pytest.mark.parametrize(
    "text",
    [
        CheckpointText(ORIGIN, 43, bytes(range(32)), ("more",)).text,
        CheckpointText(ORIGIN, 42, bytes(32), ("more",)).text,
        CheckpointText("other.example", 42, bytes(range(32)), ("more",)).text,
        CheckpointText(ORIGIN, 42, bytes(range(32))).text,  # without its extension line
    ],
)
def test_a_cosignature_of_another_checkpoint(text: str) -> None:
    assert cosigned_at(cosigned(text=text), WITNESS) is None


def test_a_time_that_was_not_signed() -> None:
    line = cosigned().signatures[1]
    moved = cosignature(WITNESS, AT + 1, line.signature[8:])
    assert verified_line(CHECKPOINT.text, moved, WITNESS) is None


def test_a_plain_note_signature_by_the_witness_key_is_no_cosignature() -> None:
    plain = key("witness-1").sign(CHECKPOINT.text.encode())
    assert cosigned_at(with_lines(SIGNED, [cosignature(WITNESS, AT, plain)]), WITNESS) is None


def test_the_log_key_under_type_1_is_no_witness() -> None:
    assert VerifierKey(WITNESS.name, WITNESS.raw).hash != WITNESS.hash
    with pytest.raises(BadInput) as caught:
        parse_witness_key(LOG.text)
    assert caught.value.code == "cosignature.key"


@pytest.mark.parametrize("text", ["", "x", "x+1+2", WITNESS.text + "A", WITNESS.text.replace("+", "+0", 1)])
def test_keys_that_cannot_be_read(text: str) -> None:
    with pytest.raises(BadInput):
        parse_witness_key(text)


@pytest.mark.parametrize("timestamp", [-1, TIME_MAX + 1])
def test_times_beyond_the_format(timestamp: int) -> None:
    with pytest.raises(ValueError, match="2\\^63"):
        message(CHECKPOINT.text, timestamp)
    with pytest.raises(ValueError, match="2\\^63"):
        cosignature(WITNESS, timestamp, bytes(64))


def test_a_time_with_the_highest_bit_is_no_time() -> None:
    line = cosigned().signatures[1]
    assert timestamp_of(type(line)(line.name, line.hash, b"\x80" + line.signature[1:])) is None


def test_an_answer_of_lines_alone() -> None:
    line = cosigned().signatures[1]
    assert parse_lines(line.line.encode()) == (line,)
    for nonsense in (b"", b"x", b"\xff", line.line.encode() + b"\n", b"\n" + line.line.encode()):
        with pytest.raises(BadInput):
            parse_lines(nonsense)


GOOD = cosigned().signatures[1]


@given(st.integers(0, 72 * 8 - 1))
def test_no_bit_of_it_can_flip(bit: int) -> None:
    flipped = bytearray(GOOD.signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert verified_line(CHECKPOINT.text, type(GOOD)(GOOD.name, GOOD.hash, bytes(flipped)), WITNESS) is None
