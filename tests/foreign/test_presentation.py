"""Presentations: their own rules, who presents, and the credentials inside."""

from __future__ import annotations

from typing import Any

import pytest

from seal.foreign import keyring
from seal.foreign import presentation as presentations
from seal.foreign.faults import Kind
from seal.foreign.keyring import Keyring
from seal.foreign.securing import Expected
from seal.foreign.verifying import Asked
from seal.keys import did as dids

from .examples import BASE, STRANGER, THIEF, codes, entry, plain, present, presentation, status_list

GOOD = STRANGER.sign(plain())
ENVELOPED = presentations.envelope(STRANGER.jwt(plain()))


def jwt(document: dict[str, Any], **header: Any) -> dict[str, Any]:
    compact = STRANGER.jwt(document, "vp", **header)
    return presentations.envelope(compact, presentations.ENVELOPED_PRESENTATION)


def test_a_presentation_with_a_proof() -> None:
    judged = present(STRANGER.sign(presentation(GOOD, ENVELOPED)))
    assert judged.verified
    assert [one.verified for one in judged.credentials] == [True, True]


def test_a_presentation_in_its_envelope_or_as_a_token() -> None:
    assert present(jwt(presentation(ENVELOPED))).verified
    assert present(STRANGER.jwt(presentation(ENVELOPED), "vp")).verified


def test_a_presentation_of_nothing_by_nobody_named() -> None:
    assert present(STRANGER.sign(presentation(holder=None, verifiableCredential=None))).verified
    assert present(jwt(presentation(holder=None, verifiableCredential=None))).verified


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "no context": ({"@context": None}, "context_missing", "/@context"),
    "another context first": ({"@context": ["https://example.org/c"]}, "context_first", "/@context/0"),
    "no type": ({"type": ["https://example.org/#Other"]}, "type_needed", "/type"),
    "an id that is no URL": ({"id": "one"}, "id", "/id"),
    "a holder that is no URL": ({"holder": STRANGER.multikey}, "holder", "/holder"),
    "a holder without id": ({"holder": {"name": "Acme"}}, "holder_id", "/holder/id"),
    "a holder whose id is no URL": ({"holder": {"id": STRANGER.multikey}}, "id", "/holder/id"),
    "a credential as text": ({"verifiableCredential": ["eyJ.e30.AA"]}, "credential_form", "/verifiableCredential/0"),
    "a credential as a number": ({"verifiableCredential": 5}, "credential_form", "/verifiableCredential"),
    "terms of use without type": ({"termsOfUse": [{}]}, "object_type", "/termsOfUse/0/type"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    changes, code, pointer = BROKEN[name]
    document = presentation(GOOD, **changes)
    assert (code, pointer) in {(fault.code, fault.pointer) for fault in presentations.faults(document)}
    proof = STRANGER.sign(presentation(GOOD))["proof"]
    assert not present(document | {"proof": proof}).verified


def test_more_credentials_than_are_looked_at() -> None:
    assert "too_many_credentials" in codes(present(STRANGER.sign(presentation(*[GOOD] * 51))))


def test_who_signs_must_be_the_holder() -> None:
    judged = present(THIEF.sign(presentation(GOOD)))
    assert codes(judged) == {"key_of_another"}
    assert [fault.pointer for fault in judged.faults] == ["/holder"]
    assert codes(present(THIEF.jwt(presentation(ENVELOPED), "vp"))) == {"key_of_another"}


def test_a_proof_for_claims_presents_nothing() -> None:
    assert codes(present(STRANGER.sign(presentation(GOOD), proofPurpose="assertionMethod"))) == {"proof_purpose"}


def test_a_key_that_is_not_for_signing_in() -> None:
    web = "did:web:feria.example"
    method = {"id": f"{web}#1", "controller": web, "publicKeyMultibase": dids.multikey(STRANGER.raw)}
    handed = keyring.read({"id": web, "verificationMethod": [method], "assertionMethod": [f"{web}#1"]})
    signed = STRANGER.sign(presentation(GOOD, holder=web), verificationMethod=f"{web}#1")
    assert codes(present(signed, keys=Keyring().with_keys(handed))) == {"key_purpose"}


def test_a_bad_credential_spoils_it_and_its_place_is_told() -> None:
    bad = GOOD | {"credentialSubject": {"id": "did:example:bruno"}}
    judged = present(STRANGER.sign(presentation(GOOD, bad)))
    assert [(fault.code, fault.pointer) for fault in judged.faults] == [("signature", "/verifiableCredential/1/proof")]
    assert [one.verified for one in judged.credentials] == [True, False]


def test_an_unsecured_credential_spoils_it() -> None:
    assert codes(present(STRANGER.sign(presentation(plain())))) == {"not_secured"}


def test_a_token_presents_enveloped_credentials_only() -> None:
    assert codes(present(jwt(presentation(GOOD)))) == {"credential_not_enveloped"}


def test_an_envelope_of_an_older_draft() -> None:
    older = ENVELOPED | {"id": ENVELOPED["id"].replace("vc+jwt", "vc-ld+jwt")}
    assert codes(present(STRANGER.sign(presentation(older)))) == {"envelope_media"}


def test_a_presentation_as_a_credential_and_the_other_way_round() -> None:
    assert "type_needed" in codes(present(GOOD))
    assert codes(present(STRANGER.jwt(plain(), "vc"))) >= {"jws_typ", "type_needed"}


def test_the_challenge_and_the_domain_are_those_that_were_asked_for() -> None:
    asked = Asked(expected=Expected("12345", ("shop.example",)))
    good = {"challenge": "12345", "domain": "shop.example"}
    assert present(STRANGER.sign(presentation(GOOD), **good), asked=asked).verified
    assert present(STRANGER.sign(presentation(GOOD), **good | {"domain": ["shop.example"]}), asked=asked).verified
    assert present(jwt(presentation(ENVELOPED, nonce="12345", aud="shop.example")), asked=asked).verified
    for changes, code, kind in (
        ({"challenge": "0"}, "challenge", Kind.CHALLENGE),
        ({"challenge": None}, "challenge", Kind.CHALLENGE),
        ({"domain": "other.example"}, "domain", Kind.DOMAIN),
        ({"domain": ["shop.example", "other.example"]}, "domain", Kind.DOMAIN),
        ({"domain": None}, "domain", Kind.DOMAIN),
    ):
        judged = present(STRANGER.sign(presentation(GOOD), **good | changes), asked=asked)
        assert [(fault.code, fault.kind) for fault in judged.faults] == [(code, kind)]
    assert codes(present(jwt(presentation(ENVELOPED, nonce="0")), asked=asked)) == {"challenge", "domain"}


def test_a_revoked_credential_spoils_it() -> None:
    revoked = STRANGER.sign(plain(credentialStatus=entry()))
    judged = present(STRANGER.sign(presentation(revoked)), STRANGER.sign(status_list(94_567)))
    assert [fault.pointer for fault in judged.faults] == ["/verifiableCredential/0/credentialStatus"]


def test_a_replayed_presentation_of_a_changed_holder() -> None:
    signed = STRANGER.sign(presentation(GOOD)) | {"holder": THIEF.did}
    assert not present(signed).verified
    assert BASE in signed["@context"]
