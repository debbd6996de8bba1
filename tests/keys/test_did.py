"""did:web, multikeys, DID document, JWK Set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.associations.model import did_of
from seal.errors import BadInput
from seal.keys import did
from tests.keys.examples import BASE, DID, kid, raw

BASES = {
    "https://sello.example": "did:web:sello.example",
    "https://sello.example/a/aysen": "did:web:sello.example:a:aysen",
    "http://localhost:8080": "did:web:localhost%3A8080",
    "http://localhost:8080/a/aysen": "did:web:localhost%3A8080:a:aysen",
}


@pytest.mark.parametrize(("base", "expected"), BASES.items())
def test_did_of_a_base(base: str, expected: str) -> None:
    assert did.did_for(base) == did_of(base) == expected


@pytest.mark.parametrize("base", ["https://x/", "ftp://x", "https://", "https://u@x", "https://x?y", "x"])
def test_not_a_base(base: str) -> None:
    with pytest.raises(ValueError, match="not a base"):
        did.did_for(base)


def test_where_the_document_is() -> None:
    assert did.document_path("https://sello.example") == "/.well-known/did.json"
    assert did.document_path(BASE) == "/a/aysen/did.json"


def test_known_multikey() -> None:
    """RFC 8032 test 1's public key, as did:key writes it."""
    key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert did.multikey(key) == "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"


@given(st.binary(max_size=40))
def test_base58_round_trip(data: bytes) -> None:
    assert did.from_base58(did.base58(data)) == data


@given(st.binary(min_size=32, max_size=32))
def test_multikey_round_trip(data: bytes) -> None:
    assert did.from_multikey(did.multikey(data)) == data


@pytest.mark.parametrize("text", ["", "u6Mk", "z0", "z6Mk", "z" + did.base58(b"\x12\x00" + bytes(32))])
def test_not_an_ed25519_multikey(text: str) -> None:
    with pytest.raises(BadInput):
        did.from_multikey(text)


def test_document_names_both_keys_for_assertion() -> None:
    document = did.document(DID, [raw("issuing-1"), raw("log-1")])
    assert {f"{DID}#{kid('issuing-1')}", f"{DID}#{kid('log-1')}"} <= set(document["assertionMethod"])
    by_id = {method["id"]: method for method in document["verificationMethod"]}
    assert by_id[f"{DID}#{kid('log-1')}"]["publicKeyJwk"] == did.jwk(raw("log-1"))
    assert all(method["controller"] == DID for method in by_id.values())


def test_key_set_is_named_as_in_our_headers() -> None:
    (key,) = did.key_set(DID, [raw("issuing-1")])["keys"]
    assert key["kid"] == f"{DID}#{kid('issuing-1')}"
    assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
