"""The payload of label intents."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.keys.qr import Range, message, read_range

UNIT = bytes([0x11, 0xAB]) + bytes(15)
ASKED = Range(1, UNIT, "", 1, 24)


def refused(**changes: object) -> str:
    document = {"kind": 1, "payload_hex": UNIT.hex(), "suffix": "", "first": 1, "last": 24, **changes}
    with pytest.raises(BadInput) as caught:
        read_range(rfc8785.dumps(document))
    return caught.value.code


@given(st.integers(1, 65_535), st.integers(0, 20))
def test_one_message_a_number(first: int, more: int) -> None:
    last = min(first + more, 65_535)
    asked = Range(1, UNIT, "/01/07804520123453/21/#", first, last)
    assert read_range(asked.encoded) == asked
    messages = list(asked.messages())
    assert len(set(messages)) == last - first + 1
    assert messages[0] == message(UNIT + first.to_bytes(2), f"/01/07804520123453/21/{first}")


def test_a_batch_token_is_one_message() -> None:
    payload = bytes([0x10]) + bytes(16)
    assert list(Range(0, payload, "/10/A", 0, 0).messages()) == [b"seal-qr/1\0" + payload + b"/10/A"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": 5}, "qr_range.kind"),
        ({"kind": 3}, "qr_range.payload"),
        ({"kind": 1.5}, "jws.json"),
        ({"kind": "1"}, "qr_range.unreadable"),
        ({"first": True}, "qr_range.unreadable"),
        ({"kind": 0}, "qr_range.payload"),
        ({"payload_hex": UNIT.hex() + "00"}, "qr_range.payload"),
        ({"payload_hex": UNIT.hex().upper()}, "qr_range.unreadable"),
        ({"payload_hex": "21" + "00" * 16}, "qr_range.payload"),
        ({"first": 0}, "qr_range.numbers"),
        ({"last": 65_536}, "qr_range.numbers"),
        ({"first": 5, "last": 4}, "qr_range.numbers"),
        ({"suffix": "/10/a"}, "qr_range.suffix"),
        ({"suffix": "/10/Ñ"}, "qr_range.suffix"),
        ({"suffix": "/#/A"}, "qr_range.suffix"),
        ({"extra": 1}, "qr_range.unreadable"),
    ],
)
def test_refused(changes: dict[str, object], code: str) -> None:
    assert refused(**changes) == code


def test_a_number_for_what_has_none() -> None:
    with pytest.raises(BadInput) as caught:
        read_range(Range(2, bytes([0x12]) + bytes(16), "", 1, 1).encoded)
    assert caught.value.code == "qr_range.numbers"
