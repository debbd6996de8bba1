"""QR tokens: one spelling, and nothing in them can change."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.clock import DAY_ZERO
from seal.errors import Reason
from seal.keys import ed25519
from seal.keys.qr import Range
from seal.labels.token import (
    NO_STATUS,
    Fields,
    Kind,
    Mistyped,
    Token,
    gtin_is_sound,
    parse,
    read_fields,
    signer_of,
    suffix_is_sound,
)
from tests.keys.examples import key, kid, raw

HINT = ed25519.hint(kid("issuing-1"))
GTIN = "07804520123453"


def fields(kind: Kind = Kind.UNIT, **changes: object) -> Fields:
    plain = Fields(
        kind=kind,
        hint=HINT,
        public_id=0x9F_0123_4567,
        day=date(2026, 11, 21),
        days=730 if kind.has_status else 0,
        status_index=131_074 if kind.has_status else None,
        number=87 if kind.numbered else None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def token(of: Fields, suffix: str = "", name: str = "issuing-1") -> Token:
    return Token(of, key(name).sign(of.message(suffix)), suffix)


GOOD = token(fields())


def whole_reason(text: str) -> Reason:
    found = parse(text)
    assert isinstance(found, Mistyped)
    return found.reason


def reason(text: str) -> str:
    return whole_reason(text).code


def spelled(payload: bytes, first: int = 1, signature: bytes = bytes(64)) -> str:
    return str(int.from_bytes(bytes([first]) + payload + signature))


any_fields = st.sampled_from(Kind).flatmap(
    lambda kind: st.builds(
        Fields,
        kind=st.just(kind),
        hint=st.binary(min_size=4, max_size=4),
        public_id=st.integers(0, 2**40 - 1),
        day=st.integers(0, 0xFFFF).map(lambda number: DAY_ZERO + timedelta(days=number)),
        days=st.integers(0, 0xFFFF) if kind.has_status else st.just(0),
        status_index=st.integers(0, NO_STATUS - 1) if kind.has_status else st.none(),
        number=st.integers(1, 0xFFFF) if kind.numbered else st.none(),
    )
)


@given(any_fields, st.binary(min_size=64, max_size=64))
def test_round_trip(of: Fields, signature: bytes) -> None:
    made = Token(of, signature)
    assert parse(made.digits) == made
    assert len(made.digits) == (200 if of.kind.numbered else 196)
    assert read_fields(of.payload) == of


@pytest.mark.parametrize("kind", Kind)
def test_the_key_that_signed_is_found(kind: Kind) -> None:
    assert signer_of(token(fields(kind)), [raw("log-1"), raw("issuing-1")]) == kid("issuing-1")


def test_no_key_held() -> None:
    assert signer_of(GOOD, []) is None


def test_another_key() -> None:
    assert signer_of(GOOD, [raw("issuing-2")]) is None


def test_a_key_that_signed_under_the_hint_of_another() -> None:
    assert signer_of(token(fields(), name="issuing-2"), [raw("issuing-1"), raw("issuing-2")]) is None


@settings(max_examples=300)
@given(st.integers(0, (1 + 19 + 64) * 8 - 1))
def test_no_bit_can_flip(bit: int) -> None:
    found = parse(str(int(GOOD.digits) ^ 1 << bit))
    assert isinstance(found, Mistyped) or signer_of(found, [raw("issuing-1")]) is None


@given(st.integers(0, 199), st.integers(1, 9))
def test_no_digit_can_change(place: int, shift: int) -> None:
    digit = str((int(GOOD.digits[place]) + shift) % 10)
    found = parse(GOOD.digits[:place] + digit + GOOD.digits[place + 1 :])
    assert isinstance(found, Mistyped) or signer_of(found, [raw("issuing-1")]) is None


@given(st.integers(1, 199))
def test_no_splice_of_two_tokens(cut: int) -> None:
    other = token(fields(number=88))
    found = parse(GOOD.digits[:cut] + other.digits[cut:])
    if isinstance(found, Mistyped) or found in (GOOD, other):
        return
    assert signer_of(found, [raw("issuing-1")]) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "token.digits"),
        ("7Q4K2MXPW", "token.digits"),
        (GOOD.digits[:-1] + "x", "token.digits"),
        (" " + GOOD.digits, "token.digits"),
        ("-" + GOOD.digits, "token.digits"),
        (GOOD.digits.replace("1", "١"), "token.digits"),
        (GOOD.digits[:-1], "token.length"),
        ("0" + GOOD.digits, "token.length"),
        ("1" * 198, "token.length"),
        ("0" * 200, "token.spelling"),
        ("9" * 200, "token.version"),
        ("9" * 196, "token.spelling"),
        (GOOD.digits + "/", "token.suffix"),
        (GOOD.digits + f"/01/{GTIN}/10/L\u0131\u017f", "token.suffix"),
    ],
)
def test_mistyped(text: str, code: str) -> None:
    assert reason(text) == code


def test_what_is_mistyped_is_told_with_what_was_found() -> None:
    payload, plain = fields().payload, fields(Kind.BATCH).payload
    assert whole_reason("") == Reason("token.digits")
    assert whole_reason("1" * 198) == Reason("token.length", {"length": 198})
    assert whole_reason("0" * 200) == Reason("token.spelling")
    assert whole_reason("9" * 196) == Reason("token.spelling")
    assert whole_reason(spelled(b"\x21" + payload[1:])) == Reason("token.version", {"version": 2})
    assert whole_reason(spelled(b"\x15" + plain[1:])) == Reason("token.kind", {"kind": 5})
    assert whole_reason(spelled(b"\x10" + payload[1:])) == Reason("token.length", {"kind": 0})
    assert whole_reason(spelled(payload[:-2] + b"\0\0")) == Reason("token.field", {"kind": 1})
    assert whole_reason(GOOD.digits + "/" + "a" * 80) == Reason("token.suffix", {"suffix": "/" + "A" * 59})


@pytest.mark.parametrize("version", [0, 2, 15])
def test_another_version(version: int) -> None:
    assert reason(spelled(bytes([version << 4]) + fields(Kind.BATCH).payload[1:])) == "token.version"


@pytest.mark.parametrize("kind", range(5, 16))
def test_unknown_kind(kind: int) -> None:
    assert reason(spelled(bytes([0x10 | kind]) + fields(Kind.BATCH).payload[1:])) == "token.kind"


@pytest.mark.parametrize("kind", [Kind.BATCH, Kind.PLAQUE, Kind.BOX])
def test_a_number_where_none_belongs(kind: Kind) -> None:
    assert reason(spelled(bytes([0x10 | kind]) + fields().payload[1:])) == "token.length"


@pytest.mark.parametrize("kind", [Kind.UNIT, Kind.ROLL])
def test_no_number_where_one_belongs(kind: Kind) -> None:
    assert reason(spelled(bytes([0x10 | kind]) + fields(Kind.BATCH).payload[1:])) == "token.length"


@pytest.mark.parametrize("first", [0, 2, 8])
def test_another_first_byte(first: int) -> None:
    """The first bytes that 196 digits can hold: only 1 is written."""
    assert reason(spelled(fields(Kind.BATCH).payload, first).zfill(196)) == "token.spelling"


def test_number_zero() -> None:
    assert reason(spelled(fields().payload[:-2] + b"\0\0")) == "token.field"


def test_seals_and_boxes_have_no_status_and_no_days() -> None:
    payload = fields(Kind.BOX).payload
    assert reason(spelled(payload[:14] + b"\0\0\0")) == "token.field"
    assert reason(spelled(payload[:12] + b"\0\1" + payload[14:])) == "token.field"


def test_everything_else_has_a_status() -> None:
    assert reason(spelled(fields(Kind.BATCH).payload[:14] + b"\xff\xff\xff")) == "token.field"


FAULTS: list[tuple[Kind, dict[str, object], str]] = [
    (Kind.UNIT, {"hint": b"abc"}, "hint"),
    (Kind.UNIT, {"hint": b"abcde"}, "hint"),
    (Kind.UNIT, {"public_id": 2**40}, "public id"),
    (Kind.UNIT, {"public_id": -1}, "public id"),
    (Kind.UNIT, {"day": date(2019, 12, 31)}, "day"),
    (Kind.UNIT, {"day": DAY_ZERO + timedelta(days=0x10000)}, "day"),
    (Kind.UNIT, {"days": 0x10000}, "days"),
    (Kind.UNIT, {"days": -1}, "days"),
    (Kind.BOX, {"days": 1}, "days"),
    (Kind.UNIT, {"status_index": NO_STATUS}, "status index"),
    (Kind.UNIT, {"status_index": -1}, "status index"),
    (Kind.UNIT, {"status_index": None}, "status index"),
    (Kind.ROLL, {"status_index": 0}, "status index"),
    (Kind.UNIT, {"number": 0}, "number"),
    (Kind.UNIT, {"number": 0x10000}, "number"),
    (Kind.UNIT, {"number": None}, "number"),
    (Kind.BATCH, {"number": 1}, "number"),
    (Kind.UNIT, {"hint": b"", "number": None}, "hint, number"),
]


@pytest.mark.parametrize(("kind", "changes", "fault"), FAULTS)
def test_what_no_token_may_say(kind: Kind, changes: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=f"^no token may say this {fault}$"):
        fields(kind, **changes)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (Kind.UNIT, {"public_id": 0}),
        (Kind.UNIT, {"public_id": 2**40 - 1}),
        (Kind.UNIT, {"day": DAY_ZERO}),
        (Kind.UNIT, {"day": DAY_ZERO + timedelta(days=0xFFFF)}),
        (Kind.UNIT, {"days": 0}),
        (Kind.UNIT, {"days": 1}),
        (Kind.UNIT, {"days": 0xFFFF}),
        (Kind.UNIT, {"status_index": 0}),
        (Kind.UNIT, {"status_index": NO_STATUS - 1}),
        (Kind.UNIT, {"number": 1}),
        (Kind.UNIT, {"number": 0xFFFF}),
    ],
)
def test_the_ends_of_every_field_are_read_back(kind: Kind, changes: dict[str, object]) -> None:
    of = fields(kind, **changes)
    assert read_fields(of.payload) == of


def test_the_payload_is_exactly_these_bytes() -> None:
    assert fields(hint=b"\xaa\xbb\xcc\xdd").payload.hex() == "11aabbccdd9f0123456709d402da0200020057"
    assert fields(Kind.ROLL, hint=b"\xaa\xbb\xcc\xdd").payload.hex() == "13aabbccdd9f0123456709d40000ffffff0057"


def test_without_a_suffix_the_message_ends_with_the_payload() -> None:
    assert fields().message() == b"seal-qr/1\0" + fields().payload
    assert fields().message(f"/01/{GTIN}") == b"seal-qr/1\0" + fields().payload + f"/01/{GTIN}".encode()


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_is_not_spelled(length: int) -> None:
    with pytest.raises(ValueError, match=r"^an Ed25519 signature has 64 bytes$"):
        _ = Token(fields(), bytes(length)).digits


def test_use_by() -> None:
    assert fields().use_by == date(2028, 11, 20)
    assert fields(days=1).use_by == date(2026, 11, 22)
    assert fields(Kind.BATCH).use_by == date(2028, 11, 20)
    assert fields(days=0).use_by is None
    assert fields(Kind.ROLL).use_by is None
    assert fields(Kind.PLAQUE).use_by is None


def test_the_suffix_is_signed_and_read_in_any_case() -> None:
    made = token(fields(), f"/01/{GTIN}/10/L2611/21/87")
    assert parse(made.path.lower()) == made
    assert signer_of(made, [raw("issuing-1")]) == kid("issuing-1")
    assert signer_of(replace(made, suffix=""), [raw("issuing-1")]) is None
    assert signer_of(replace(made, suffix=f"/01/{GTIN}/10/L2612/21/87"), [raw("issuing-1")]) is None


@pytest.mark.parametrize(
    ("suffix", "sound"),
    [
        ("", True),
        (f"/01/{GTIN}", True),
        (f"/01/{GTIN}/22/2A/10/L-2.6/21/87", True),
        (f"/01/{GTIN}/21/87", True),
        (f"/01/{GTIN}/21/087", False),
        (f"/01/{GTIN}/21/88", False),
        (f"/01/{GTIN[:-1]}4", False),
        ("/01/7804520123453", False),
        (f"/10/L/01/{GTIN}", False),
        (f"/01/{GTIN}/21/87/10/L", False),
        (f"/01/{GTIN}/10/" + "L" * 21, False),
        (f"/01/{GTIN}/10/L%2F", False),
        (f"/01/{GTIN}/", False),
        ("/gtin/" + GTIN, False),
        (f"/01/{GTIN}\n", False),
    ],
)
def test_suffix(suffix: str, sound: bool) -> None:
    assert suffix_is_sound(suffix, 87) is sound


@pytest.mark.parametrize("gtin", [GTIN, "00000000000000", "09506000134352", "98765432109213", "10614141000415"])
def test_the_last_digit_of_a_gtin_checks_the_others(gtin: str) -> None:
    assert gtin_is_sound(gtin)
    for place in range(14):
        for shift in range(1, 10):
            digit = str((int(gtin[place]) + shift) % 10)
            assert not gtin_is_sound(gtin[:place] + digit + gtin[place + 1 :])


@pytest.mark.parametrize("gtin", ["0000000000000", "000000000000000", GTIN + "0", GTIN[1:]])
def test_a_gtin_has_fourteen_digits(gtin: str) -> None:
    assert not gtin_is_sound(gtin)


def test_a_serial_needs_a_number() -> None:
    assert not suffix_is_sound(f"/01/{GTIN}/21/87", None)


def test_label_intents_sign_what_tokens_say() -> None:
    """The signer below this room builds the same message."""
    asked = Range(1, fields().payload[:17], f"/01/{GTIN}/21/#", 87, 87)
    (message,) = asked.messages()
    assert message == fields().message(f"/01/{GTIN}/21/87")


def test_a_token_has_only_digits() -> None:
    assert re.fullmatch("[0-9]{200}", GOOD.digits)
