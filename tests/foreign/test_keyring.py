"""Whose key is whose: what may be handed in, and what nobody can hand in."""

from __future__ import annotations

from typing import Any

import pytest

from seal.foreign import keyring
from seal.foreign.faults import Unreadable
from seal.foreign.keyring import Keyring, Source
from seal.keys import did as dids
from seal.keys import ed25519

from .examples import STRANGER, THIEF, codes, judge, plain

WEB = "did:web:feria.example"
KEY = f"{WEB}#key-1"
SITE = "https://feria.example/issuer"


def method(raw: bytes = STRANGER.raw, **changes: Any) -> dict[str, Any]:
    whole = {"id": KEY, "type": "JsonWebKey", "controller": WEB, "publicKeyJwk": dids.jwk(raw)} | changes
    return {name: value for name, value in whole.items() if value is not None}


def document(*methods: dict[str, Any], **changes: Any) -> dict[str, Any]:
    listed = list(methods) or [method()]
    whole = {"id": WEB, "verificationMethod": listed, "assertionMethod": [KEY]} | changes
    return {name: value for name, value in whole.items() if value is not None}


def verdict(handed: object, issuer: str = WEB, kid: str = KEY, signer: Any = STRANGER) -> set[str]:
    ring = Keyring().with_keys(keyring.read(handed))
    return codes(judge(signer.jwt(plain(issuer=issuer), kid=kid), keys=ring))


def test_a_did_document_speaks_for_its_did() -> None:
    assert verdict(document()) == set()


@pytest.mark.parametrize(
    "handed",
    [
        document(method(publicKeyJwk=None, type="Multikey", publicKeyMultibase=STRANGER.multikey)),
        document(method(id="#key-1"), assertionMethod=["#key-1"]),
        document(verificationMethod=[], assertionMethod=[method()]),
        {"didDocument": document(), "didResolutionMetadata": {}},
        [document(id="did:web:other.example"), document()],
        {"keys": [dids.jwk(STRANGER.raw) | {"kid": KEY}]},
        {"controller": WEB, "keys": [{"kty": "EC", "crv": "P-256"}, dids.jwk(STRANGER.raw) | {"kid": KEY}]},
    ],
)
def test_other_forms_of_the_same(handed: object) -> None:
    assert verdict(handed) == set()


def test_a_key_set_with_short_names_says_whose_it_is() -> None:
    handed = {"controller": SITE, "keys": [dids.jwk(STRANGER.raw) | {"kid": "2026"}]}
    assert verdict(handed, issuer=SITE, kid="2026") == set()
    assert verdict(handed, issuer=WEB, kid="2026") == {"key_not_known"}


def test_a_document_may_let_a_did_key_speak_for_it() -> None:
    handed = {"id": SITE, "verificationMethod": [], "assertionMethod": [STRANGER.method]}
    assert verdict(handed, issuer=SITE, kid=STRANGER.method) == set()
    assert verdict(handed, issuer=SITE, kid=THIEF.method, signer=THIEF) == {"key_of_another"}


NOT_ENOUGH: dict[str, tuple[object, str]] = {
    "not meant for credentials": (document(assertionMethod=None, authentication=[KEY]), "key_purpose"),
    "not meant for anything": (document(assertionMethod=[]), "key_not_known"),
    "controlled by another": (document(method(controller="did:web:other.example")), "key_not_known"),
    "two keys in one method": (document(method(publicKeyMultibase=STRANGER.multikey)), "key_not_known"),
    "with its private part": (document(method(publicKeyJwk=dids.jwk(STRANGER.raw) | {"d": "AAAA"})), "key_not_known"),
    "of another type": (document(method(publicKeyJwk={"kty": "EC", "crv": "P-256"})), "key_not_known"),
    "too short": (document(method(publicKeyJwk={"kty": "OKP", "crv": "Ed25519", "x": "AAAA"})), "key_not_known"),
    "of another multikey": (
        document(method(publicKeyJwk=None, publicKeyMultibase="zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169")),
        "key_not_known"),
    "under another name": (
        document(method(id=f"{WEB}#key-2"), assertionMethod=[f"{WEB}#key-2"]), "key_not_in_document"),
    "another key": (document(method(THIEF.raw)), "signature"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_ENOUGH)
def test_a_key_that_is_not_enough(name: str) -> None:
    handed, code = NOT_ENOUGH[name]
    assert verdict(handed) == {code}


@pytest.mark.parametrize(
    ("handed", "code"),
    [
        ("did:web:feria.example", "keys.form"),
        ({}, "keys.form"),
        ([document(), 5], "keys.form"),
        ({"id": "no url", "verificationMethod": []}, "keys.form"),
        ({"keys": [dids.jwk(STRANGER.raw)]}, "keys.unbound"),
        ({"keys": [dids.jwk(STRANGER.raw) | {"kid": "2026"}]}, "keys.unbound"),
        ({"controller": SITE, "keys": [dids.jwk(STRANGER.raw) | {"kid": KEY}]}, "keys.unbound"),
        ({"controller": 5, "keys": []}, "keys.form"),
        ({"controller": SITE, "keys": [dids.jwk(STRANGER.raw) | {"kid": "k"}] * 201}, "keys.too_many"),
    ],
)
def test_what_is_no_key(handed: object, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        keyring.read(handed)
    assert caught.value.fault.code == code


def test_no_document_adds_a_key_to_a_did_key() -> None:
    fake = {
        "id": STRANGER.did,
        "verificationMethod": [
            {"id": STRANGER.method, "controller": STRANGER.did, "publicKeyMultibase": THIEF.multikey}
        ],
        "assertionMethod": [STRANGER.method],
    }
    ring = Keyring().with_keys(keyring.read(fake))
    assert codes(judge(THIEF.jwt(plain(), kid=STRANGER.method), keys=ring)) == {"signature"}


def test_no_document_speaks_for_a_did_of_this_server() -> None:
    own = tuple(keyring.own_keys(WEB, [(STRANGER.raw, False)]))
    ring = Keyring(own, frozenset({WEB})).with_keys(keyring.read(document(method(THIEF.raw))))
    assert {key.source for key in ring.keys} == {Source.THIS_SERVER}
    assert codes(judge(THIEF.jwt(plain(issuer=WEB), kid=KEY), keys=ring)) == {"key_not_in_document"}


def test_keys_of_this_server_keep_their_roles() -> None:
    own = Keyring(tuple(keyring.own_keys(WEB, [(STRANGER.raw, True)])), frozenset({WEB}))
    kid = f"{WEB}#{ed25519.key_id(STRANGER.raw)}"
    assert codes(judge(STRANGER.jwt(plain(issuer=WEB), kid=kid), keys=own)) == {"key_role"}


@pytest.mark.parametrize(
    "did", ["did:key:z6Mk", "did:key:zz", "did:key:", "did:web:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"]
)
def test_what_is_no_did_key(did: str) -> None:
    assert keyring.did_key(did) is None
