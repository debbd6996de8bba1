"""Compact JWS: one spelling, one algorithm, type always checked."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as outside_jws
from joserfc.jwk import OKPKey

from seal.errors import BadInput
from seal.keys import did, jws
from tests.keys.examples import DID, kid, raw, sign_jws

PAYLOAD = b'{"a":1}'
GOOD = sign_jws(PAYLOAD, "issuing-1", jws.VC)


def refused(token: bytes | str, typ: str = jws.VC) -> str:
    with pytest.raises(BadInput) as caught:
        jws.parse(token, typ=typ)
    return caught.value.code


def with_header(header: str) -> bytes:
    _, payload, signature = GOOD.decode().split(".")
    return f"{jws.encode(header.encode())}.{payload}.{signature}".encode()


def header(**changes: object) -> bytes:
    plain: dict[str, object] = {"alg": "EdDSA", "kid": f"{DID}#{kid('issuing-1')}", "typ": jws.VC}
    return with_header(json.dumps({**plain, **changes}))


def test_round_trip() -> None:
    token = jws.parse(GOOD, typ=jws.VC)
    assert (token.payload, token.did, token.key) == (PAYLOAD, DID, kid("issuing-1"))
    assert jws.verify(token, raw("issuing-1"))


def test_another_library_agrees() -> None:
    key = OKPKey.import_key({**did.jwk(raw("issuing-1"))})
    found = outside_jws.deserialize_compact(GOOD, key, algorithms=["EdDSA"])
    assert found.payload == PAYLOAD


def test_another_key_did_not_sign() -> None:
    assert not jws.verify(jws.parse(GOOD, typ=jws.VC), raw("log-1"))


def test_a_key_that_kid_does_not_name_is_refused_even_if_it_signed() -> None:
    signed = jws.signing_input(PAYLOAD, kid=did.key_url(DID, kid("log-1")), typ=jws.VC)
    from tests.keys.examples import key

    token = jws.parse(jws.compact(signed, key("issuing-1").sign(signed)), typ=jws.VC)
    assert not jws.verify(token, raw("issuing-1"))


def test_wrong_type() -> None:
    assert refused(GOOD, jws.KEYS) == "jws.type"


def test_ed25519_as_algorithm_is_accepted() -> None:
    assert jws.parse(header(alg="Ed25519"), typ=jws.VC).alg == "Ed25519"


@pytest.mark.parametrize("alg", ["none", "HS256", "ES256", "eddsa", ""])
def test_other_algorithm(alg: str) -> None:
    assert refused(header(alg=alg)) == "jws.algorithm"


def test_content_type_vc_is_accepted_for_credentials_only() -> None:
    assert jws.parse(header(cty="vc"), typ=jws.VC).typ == jws.VC
    assert refused(header(cty="json")) == "jws.type"
    assert refused(header(typ=jws.KEYS, cty="vc"), jws.KEYS) == "jws.type"


@pytest.mark.parametrize("extra", [{"crit": ["b64"]}, {"b64": False}, {"jwk": {}}, {"iss": "x"}, {"x5u": "http://x"}])
def test_unknown_header_member(extra: dict[str, object]) -> None:
    assert refused(header(**extra)) == "jws.header"


def test_missing_header_member() -> None:
    assert refused(with_header('{"alg":"EdDSA","typ":"vc+jwt"}')) == "jws.header"


def test_repeated_header_member() -> None:
    assert refused(with_header('{"alg":"EdDSA","alg":"none","kid":"x#y","typ":"vc+jwt"}')) == "jws.json"


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c.d", "{}"])
def test_shape(text: str) -> None:
    assert refused(text) == "jws.shape"


def test_padding() -> None:
    assert refused(GOOD + b"=") == "jws.base64"


def test_non_canonical_tail() -> None:
    assert refused(GOOD[:-1] + (b"B" if GOOD[-1:] != b"B" else b"C")) == "jws.base64"


def test_standard_alphabet() -> None:
    with pytest.raises(BadInput):
        jws.decode("+/")


def test_too_long() -> None:
    with pytest.raises(BadInput) as caught:
        jws.parse(GOOD, typ=jws.VC, max_bytes=10)
    assert caught.value.code == "jws.too_long"


def test_short_signature() -> None:
    head, payload, _ = GOOD.decode().split(".")
    assert refused(f"{head}.{payload}.AAAA") == "jws.shape"


@pytest.mark.parametrize("text", ['{"a":1.5}', '{"a":NaN}', '{"a":1,"a":1}', "[", "\ud800", '{"a":1e3}'])
def test_json_that_seal_never_signs(text: str) -> None:
    with pytest.raises(BadInput):
        jws.strict_json(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
def test_base64url_round_trip(data: bytes) -> None:
    assert jws.decode(jws.encode(data)) == data


@given(st.integers(0, len(GOOD) * 8 - 1))
def test_no_bit_can_flip(bit: int) -> None:
    flipped = bytearray(GOOD)
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        token = jws.parse(bytes(flipped), typ=jws.VC)
    except BadInput:
        return
    assert not jws.verify(token, raw("issuing-1"))
