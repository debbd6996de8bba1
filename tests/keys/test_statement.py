"""The chain of key statements: every way in which it may be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.keys import jws
from seal.keys import statement as statements
from seal.keys.statement import Ended, verify_chain
from tests.keys.examples import BASE, DID, NOON, chain, compact, first, following, kid, raw, sign_jws


def refused(compacts: Sequence[bytes], fingerprint: str | None = None) -> str:
    with pytest.raises(BadInput) as caught:
        verify_chain(compacts, fingerprint or kid("issuing-1"))
    return caught.value.code


def tampered(**changes: object) -> bytes:
    payload = jws.strict_json(statements.payload(first()))
    return rfc8785.dumps({**payload, **changes})


@pytest.mark.parametrize("pinned", [1, 2, 3])
def test_any_issuing_key_of_the_chain_may_be_pinned(pinned: int) -> None:
    history = verify_chain(chain(3), kid(f"issuing-{pinned}"))
    assert [period.kid for period in history.issuing] == [kid(f"issuing-{number}") for number in (1, 2, 3)]
    assert (history.did, history.base) == (DID, BASE)


def test_periods_follow_each_other() -> None:
    history = verify_chain(chain(2), kid("issuing-1"))
    one, two = history.issuing
    change = NOON + timedelta(days=365)
    assert (one.since, one.until, two.since, two.until) == (NOON, change, change, None)
    assert one.active_at(NOON)
    assert not one.active_at(change)
    assert not two.active_at(change - timedelta(seconds=1))


def test_issuing_and_log_keys_are_never_mixed() -> None:
    history = verify_chain(chain(1), kid("issuing-1"))
    assert history.issuing_key(kid("log-1")) is None
    assert history.log_key(kid("issuing-1")) is None
    assert history.log_key(kid("log-1"))
    assert [key.kid for key in history.issuing_by_hint(bytes.fromhex(kid("issuing-1")[:8]))] == [kid("issuing-1")]


def test_an_ended_key_is_not_active_after_its_end() -> None:
    end = Ended(kid("issuing-1"), NOON + timedelta(days=300), 42)
    links = [compact(first()), compact(following(first(), ended=(end,)))]
    period = verify_chain(links, kid("issuing-2")).issuing[0]
    assert period.ended == end
    assert period.active_at(NOON)
    assert not period.active_at(NOON + timedelta(days=300))


def test_a_log_key_named_twice_is_one_period() -> None:
    links = [compact(first()), compact(following(first(), log=raw("log-1")))]
    assert len(verify_chain(links, kid("issuing-1")).log) == 1


def test_no_statement() -> None:
    assert refused([]) == "chain.empty"


def test_foreign_fingerprint() -> None:
    assert refused(chain(2), kid("issuing-4")) == "chain.fingerprint"


def test_a_log_key_cannot_be_the_pin() -> None:
    assert refused(chain(2), kid("log-1")) == "chain.fingerprint"


def test_the_promised_key_is_no_pin_before_it_speaks() -> None:
    assert refused(chain(1), kid("issuing-2")) == "chain.fingerprint"


def test_missing_first_statement() -> None:
    assert refused(chain(3)[1:]) == "chain.sequence"


def test_missing_middle_statement() -> None:
    links = chain(3)
    assert refused([links[0], links[2]]) == "chain.sequence"


def test_swapped_statements() -> None:
    assert refused(chain(2)[::-1]) == "chain.sequence"


def test_a_thief_of_the_first_key_cannot_name_a_successor() -> None:
    stolen = following(first(), issuing=raw("issuing-4"))
    assert refused([compact(first()), compact(stolen)]) == "chain.successor"


def test_a_thief_of_the_first_key_cannot_speak_again_with_it() -> None:
    again = following(first(), issuing=raw("issuing-1"))
    assert refused([compact(first()), compact(again)]) == "chain.successor"


def test_a_successor_signed_by_the_old_key() -> None:
    forged = sign_jws(statements.payload(following(first())), "issuing-1", jws.KEYS)
    assert refused([compact(first()), forged]) == "chain.identity"


def test_a_successor_that_names_the_right_key_and_another_signed() -> None:
    good = compact(following(first()))
    head, payload, _ = good.split(b".")
    other = compact(following(first(), next_sha256=kid("log-5")))
    assert refused([compact(first()), b".".join([head, payload, other.split(b".")[2]])]) == "chain.signature"


def test_history_rewritten_before_the_pin() -> None:
    """Whoever pins the second key still reaches only the first statement that it named by digest."""
    other = compact(first(log=raw("log-5")))
    assert refused([other, compact(following(first()))], kid("issuing-2")) == "chain.previous"


def test_first_statement_with_a_predecessor() -> None:
    assert refused([compact(first(previous="0" * 64))]) == "chain.previous"


def test_time_that_goes_back() -> None:
    assert refused([compact(first()), compact(following(first(), at=NOON - timedelta(days=1)))]) == "chain.time"


def test_another_identity_in_the_middle() -> None:
    moved = following(first(), did="did:web:other.example")
    assert refused([compact(first()), compact(moved)]) == "chain.identity"


def test_the_address_may_move() -> None:
    moved = following(first(), base="https://nuevo.example")
    assert verify_chain([compact(first()), compact(moved)], kid("issuing-1")).base == "https://nuevo.example"


def test_one_key_in_two_roles() -> None:
    assert refused([compact(first(log=raw("issuing-1")))]) == "chain.same_key"
    assert refused([compact(first(next_sha256=kid("log-1")))]) == "chain.same_key"


def test_another_type_of_token() -> None:
    assert refused([sign_jws(statements.payload(first()), "issuing-1", jws.BUNDLE)]) == "jws.type"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (tampered(seal="seal-keys/2"), "statement.format"),
        (tampered(extra=1), "statement.members"),
        (tampered(seq="1"), "statement.field"),
        (tampered(seq=True), "statement.field"),
        (tampered(at="2026-11-21T12:00:00+00:00"), "statement.field"),
        (tampered(next_sha256="AB" * 32), "statement.field"),
        (tampered(issuing={"kid": kid("log-1"), "x": jws.encode(raw("issuing-1"))}), "statement.field"),
        (tampered(issuing={"kid": kid("issuing-1"), "x": jws.encode(raw("issuing-1")), "n": 1}), "statement.field"),
        (tampered(ended=[]), "statement.not_canonical"),
        (statements.payload(first()) + b" ", "statement.not_canonical"),
        (b"[]", "statement.members"),
    ],
)
def test_payload_that_cannot_be_read(payload: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        statements.read_payload(payload)
    assert caught.value.code == code


def test_unsorted_ends_have_one_spelling() -> None:
    ends = tuple(Ended(kid(name), NOON, 1) for name in ("issuing-1", "issuing-2", "log-1"))
    payloads = {statements.payload(replace(first(), ended=order)) for order in (ends, ends[::-1])}
    assert len(payloads) == 1
    assert statements.read_payload(payloads.pop()).ended == tuple(sorted(ends, key=lambda end: end.kid))


@given(st.integers(0, 1), st.data())
def test_no_bit_can_flip(link: int, data: st.DataObject) -> None:
    links = chain(2)
    bit = data.draw(st.integers(0, len(links[link]) * 8 - 1))
    flipped = bytearray(links[link])
    flipped[bit // 8] ^= 1 << bit % 8
    links[link] = bytes(flipped)
    with pytest.raises(BadInput):
        verify_chain(links, kid("issuing-1"))
