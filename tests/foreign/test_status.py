"""Status by lists at hand: any list that the W3C allows, and each way in which one answers nothing."""

from __future__ import annotations

import gzip
import time
import zlib
from typing import Any

import pytest

from seal.foreign import status
from seal.foreign.faults import Fault, Kind
from seal.foreign.verifying import Judged
from seal.keys import jws

from .examples import INDEX, LIST, SLOTS, STRANGER, THIEF, codes, encoded, entry, judge, plain, status_list


def with_status(*lists: Any, **changes: Any) -> Judged:
    return judge(STRANGER.sign(plain(credentialStatus=entry(**changes))), *lists)


def warned(judged: Judged) -> set[str]:
    return {warning.code for warning in judged.warnings}


def test_a_clear_bit_in_a_list_of_the_issuer() -> None:
    judged = with_status(STRANGER.sign(status_list(INDEX - 1, INDEX + 1)))
    assert judged.verified
    assert [(one.purpose, one.value) for one in judged.statuses] == [("revocation", 0)]
    assert warned(judged) == set()


def test_a_set_bit_revokes() -> None:
    judged = with_status(STRANGER.sign(status_list(INDEX)))
    assert codes(judged) == {"status_revocation"}
    assert {fault.kind for fault in judged.faults} == {Kind.STATUS_VERIFICATION}
    assert not judged.verified


def test_a_set_bit_suspends() -> None:
    made = STRANGER.jwt(status_list(INDEX, subject={"statusPurpose": ["revocation", "suspension"]}))
    assert codes(with_status(made, statusPurpose="suspension")) == {"status_suspension"}


def test_a_list_that_is_not_at_hand_is_told_and_is_not_fine() -> None:
    judged = with_status()
    assert judged.verified
    assert warned(judged) == {"status_not_checked"}
    assert [one.value for one in judged.statuses] == [None]
    assert {one.kind for one in judged.warnings} == {Kind.STATUS_RETRIEVAL}


def test_a_kind_of_status_that_is_not_understood_is_told() -> None:
    judged = judge(STRANGER.sign(plain(credentialStatus={"type": "https://example.org/#Other"})))
    assert warned(judged) == {"status_kind"}


def test_every_entry_is_read() -> None:
    both = [entry(), entry(statusListIndex="7")]
    judged = judge(STRANGER.sign(plain(credentialStatus=both)), STRANGER.sign(status_list(7)))
    assert [one.value for one in judged.statuses] == [0, 1]
    assert [fault.pointer for fault in judged.faults] == ["/credentialStatus/1"]


def test_a_refresh_and_a_message_are_said_and_do_not_invalidate() -> None:
    said = [{"status": "0x0", "message": "sent"}, {"status": "0x1", "message": "arrived"}]
    for purpose, code in (("message", "status_says"), ("refresh", "status_refresh"), ("of-my-own", "status_says")):
        made = STRANGER.sign(status_list(INDEX, subject={"statusPurpose": purpose}))
        judged = with_status(made, statusPurpose=purpose, statusMessage=said)
        assert judged.verified
        assert warned(judged) == {code}
        assert judged.statuses[0].message == "arrived"


def test_statuses_of_several_bits() -> None:
    said = [{"status": hex(value), "message": f"state {value}"} for value in range(4)]
    field = bytearray(2 * SLOTS // 8)
    field[5 * 2 // 8] = 0b00100000  # bits 8 to 15: the place of index 5 holds 10 in binary
    made = status_list(
        subject={"statusPurpose": "message", "encodedList": "u" + jws.encode(gzip.compress(bytes(field)))}
    )
    judged = with_status(
        STRANGER.sign(made), statusPurpose="message", statusSize=2, statusMessage=said, statusListIndex="5"
    )
    assert [(one.value, one.message) for one in judged.statuses] == [(2, "state 2")]


WORTHLESS: dict[str, tuple[Any, str, Kind]] = {
    "changed after signing": (
        STRANGER.sign(status_list(INDEX)) | {"credentialSubject": status_list()["credentialSubject"]},
        "list_unverified", Kind.STATUS_VERIFICATION),
    "unsigned": (status_list(), "list_unverified", Kind.STATUS_VERIFICATION),
    "of a thief in the issuer's name": (THIEF.sign(status_list()), "list_unverified", Kind.STATUS_VERIFICATION),
    "of another issuer": (THIEF.sign(status_list(issuer=THIEF.did)), "list_issuer", Kind.STATUS_VERIFICATION),
    "for another purpose": (
        STRANGER.sign(status_list(subject={"statusPurpose": "suspension"})),
        "list_purpose", Kind.STATUS_VERIFICATION),
    "of another type": (
        STRANGER.sign(plain(id=LIST)), "list_type", Kind.STATUS_VERIFICATION),
    "already over": (
        STRANGER.sign(status_list(validUntil="2026-06-01T14:59:59Z")), "list_ended", Kind.STATUS_VERIFICATION),
    "of tomorrow": (
        STRANGER.sign(status_list(validFrom="2026-06-02T00:00:00Z")), "list_early", Kind.STATUS_VERIFICATION),
    "too short": (
        STRANGER.sign(status_list(subject={"encodedList": encoded(slots=SLOTS - 8)})),
        "list_short", Kind.STATUS_LENGTH),
    "not packed": (
        STRANGER.sign(status_list(subject={"encodedList": "u" + jws.encode(bytes(SLOTS // 8))})),
        "list_gzip", Kind.MALFORMED),
    "packed by zlib": (
        STRANGER.sign(status_list(subject={"encodedList": "u" + jws.encode(zlib.compress(bytes(SLOTS // 8)))})),
        "list_gzip", Kind.MALFORMED),
    "cut off": (
        STRANGER.sign(status_list(subject={"encodedList": encoded((1, 5, 9))[:-9]})), "list_gzip", Kind.MALFORMED),
    "with something after it": (
        STRANGER.sign(status_list(subject={
            "encodedList": "u" + jws.encode(gzip.compress(bytes(SLOTS // 8)) + b"more")})),
        "list_gzip", Kind.MALFORMED),
    "not base64": (
        STRANGER.sign(status_list(subject={"encodedList": "u*"})), "list_encoding", Kind.MALFORMED),
}  # fmt: skip


@pytest.mark.parametrize("name", WORTHLESS)
def test_a_list_that_answers_nothing(name: str) -> None:
    made, code, kind = WORTHLESS[name]
    judged = with_status(made)
    assert [(fault.code, fault.kind) for fault in judged.faults if fault.code == code] == [(code, kind)]
    assert not judged.verified
    assert [one.value for one in judged.statuses] == [None]


def test_an_index_beyond_the_list() -> None:
    judged = with_status(STRANGER.sign(status_list()), statusListIndex=str(SLOTS))
    assert [(fault.code, fault.kind) for fault in judged.faults] == [("status_range", Kind.RANGE)]


def test_an_index_beyond_all_machines() -> None:
    judged = with_status(STRANGER.sign(status_list()), statusListIndex="9" * 40)
    assert codes(judged) == {"status_range"}


def test_a_list_of_many_bits_a_status_must_be_long_enough() -> None:
    said = [{"status": hex(value), "message": ""} for value in range(4)]
    judged = with_status(STRANGER.sign(status_list()), statusSize=2, statusMessage=said)
    assert codes(judged) == {"list_short"}


def test_two_lists_with_one_address_answer_nothing() -> None:
    judged = with_status(STRANGER.sign(status_list(INDEX)), STRANGER.sign(status_list()))
    assert codes(judged) == {"list_unverified"}


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(200_000_000), 9, mtime=0)
    began = time.process_time()
    found = status.unpack("u" + jws.encode(bomb))
    assert isinstance(found, Fault)
    assert found.code == "list_long"
    assert time.process_time() - began < 1


def test_a_longer_list_than_ours_is_read() -> None:
    made = status_list(subject={"encodedList": encoded((900_000,), slots=1_000_000)})
    assert codes(with_status(STRANGER.sign(made), statusListIndex="900000")) == {"status_revocation"}
    assert with_status(STRANGER.sign(made), statusListIndex="899999").verified


def test_more_entries_than_are_looked_at() -> None:
    judged = judge(STRANGER.sign(plain(credentialStatus=[entry()] * 21)), STRANGER.sign(status_list()))
    assert codes(judged) == {"status_many"}
