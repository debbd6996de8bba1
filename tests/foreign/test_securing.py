"""The two ways of securing: each way to be wrong by its name; outside libraries agree."""

from __future__ import annotations

import base64
import json
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from joserfc import jws as jose
from joserfc.jwk import ECKey, OKPKey

from seal.foreign import keyring, presentation
from seal.foreign.faults import Kind
from seal.foreign.keyring import Keyring
from seal.foreign.verifying import Judged
from seal.keys import jws

from .examples import AT, BASE, STRANGER, THIEF, codes, credential, judge, plain


def good() -> dict[str, Any]:
    return plain(**{"id": "https://stranger.example/1"})


def ring(**document: Any) -> Keyring:
    return Keyring().with_keys(keyring.read(document))


WEB = "did:web:feria.example"
WEB_KEY = f"{WEB}#key-1"


def did_document(**changes: Any) -> dict[str, Any]:
    method = {
        "id": WEB_KEY,
        "type": "Multikey",
        "controller": WEB,
        "publicKeyMultibase": STRANGER.multikey,
    }
    return {"id": WEB, "verificationMethod": [method], "assertionMethod": [WEB_KEY]} | changes


def kinds(judged: Judged) -> set[Kind]:
    return {fault.kind for fault in judged.faults}


# vc+jwt


@pytest.mark.parametrize("alg", ["EdDSA", "Ed25519"])
def test_a_token_under_either_name_of_the_algorithm(alg: str) -> None:
    judged = judge(STRANGER.jwt(good(), alg=alg))
    assert judged.verified
    assert judged.key is not None
    assert judged.key.controller == STRANGER.did


def test_a_token_in_its_envelope() -> None:
    assert judge(presentation.envelope(STRANGER.jwt(good()))).verified


def test_a_token_made_by_another_library_and_one_of_ours_read_by_it() -> None:
    key = OKPKey.import_key(
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": jws.encode(STRANGER.raw),
            "d": jws.encode(STRANGER.private.private_bytes_raw()),
        }
    )
    header = {"alg": "EdDSA", "kid": STRANGER.method, "typ": "vc+jwt", "cty": "vc"}
    theirs = jose.serialize_compact(header, json.dumps(good()), key, algorithms=["EdDSA"])
    assert judge(theirs).verified
    assert json.loads(jose.deserialize_compact(STRANGER.jwt(good()), key, algorithms=["EdDSA"]).payload) == good()


HEADERS: dict[str, tuple[dict[str, Any], str]] = {
    "no typ": ({"typ": None}, "jws_typ"),
    "typ JWT": ({"typ": "JWT"}, "jws_typ"),
    "typ of a presentation": ({"typ": "vp+jwt"}, "jws_typ"),
    "typ of an older draft": ({"typ": "vc-ld+jwt"}, "jws_typ"),
    "cty of a presentation": ({"cty": "vp"}, "jws_cty"),
    "a critical extension": ({"crit": ["exp"]}, "jws_crit"),
    "an unencoded payload": ({"b64": False}, "jws_crit"),
    "no algorithm": ({"alg": None}, "algorithm"),
    "algorithm none": ({"alg": "none"}, "algorithm"),
    "a shared secret": ({"alg": "HS256"}, "algorithm"),
    "another curve": ({"alg": "Ed448"}, "algorithm"),
    "a key id that is a number": ({"kid": 7}, "kid_form"),
    "a key of somebody else": ({"kid": THIEF.method}, "signature"),
    "a key that nobody knows": ({"kid": WEB_KEY}, "key_not_known"),
    "a did:key whose fragment is another": ({"kid": f"{STRANGER.did}#{THIEF.multikey}"}, "key_not_in_document"),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_header(name: str) -> None:
    header, code = HEADERS[name]
    judged = judge(STRANGER.jwt(good(), **header))
    assert codes(judged) == {code}
    assert not judged.verified


def test_the_issuers_only_key_needs_no_name() -> None:
    assert judge(STRANGER.jwt(good(), kid=None)).verified


def test_a_key_without_name_of_an_issuer_with_a_document() -> None:
    document = good() | {"issuer": WEB}
    assert codes(judge(STRANGER.jwt(document, kid=None), keys=ring(**did_document()))) == {"kid_missing"}


def test_a_relative_key_name_belongs_to_the_issuer() -> None:
    document = good() | {"issuer": {"id": WEB}}
    assert judge(STRANGER.jwt(document, kid="#key-1"), keys=ring(**did_document())).verified


def test_whole_media_types_and_other_members_of_the_header_are_no_fault() -> None:
    assert judge(
        STRANGER.jwt(good(), typ="application/VC+JWT", cty="application/vc", iat=1, jku="https://x.example")
    ).verified


def test_a_key_in_the_header_is_not_looked_at() -> None:
    thief = {"kty": "OKP", "crv": "Ed25519", "x": jws.encode(THIEF.raw)}
    assert codes(judge(THIEF.jwt(good(), kid=STRANGER.method, jwk=thief))) == {"signature"}


def test_a_thief_signs_with_their_own_key_for_another_issuer() -> None:
    judged = judge(THIEF.jwt(good()))
    assert codes(judged) == {"key_of_another"}
    assert kinds(judged) == {Kind.SECURITY}


CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "a vc claim": ({"vc": {}}, "claim_forbidden"),
    "a vp claim": ({"vp": {}}, "claim_forbidden"),
    "another iss": ({"iss": THIEF.did}, "claim_conflict"),
    "another jti": ({"jti": "urn:a:2"}, "claim_conflict"),
    "another sub": ({"sub": "did:example:bruno"}, "claim_conflict"),
    "nbf in the future": ({"nbf": int(AT.timestamp()) + 1}, "claim_nbf"),
    "exp in the past": ({"exp": int(AT.timestamp())}, "claim_exp"),
    "exp in words": ({"exp": "2030-01-01T00:00:00Z"}, "claim_date"),
    "iat of true": ({"iat": True}, "claim_date"),
    "exp beyond all time": ({"exp": 10**15}, "claim_date"),
}  # fmt: skip


@pytest.mark.parametrize("name", CLAIMS)
def test_claim(name: str) -> None:
    claims, code = CLAIMS[name]
    assert codes(judge(STRANGER.jwt(good() | claims))) == {code}


def test_claims_that_agree_are_no_fault() -> None:
    same = {
        "iss": STRANGER.did,
        "jti": good()["id"],
        "sub": "did:example:ana",
        "iat": 1,
        "nbf": 1.5,
        "exp": 4e9,
        "x": 1,
    }
    assert judge(STRANGER.jwt(good() | same)).verified


def test_a_token_that_is_cut_padded_or_respelled() -> None:
    whole = STRANGER.jwt(good())
    head, body, signature = whole.split(".")
    assert codes(judge(f"{head}.{body}")) == {"jws_shape"}
    assert codes(judge(f"{head}.{body}=.{signature}")) == {"jws_base64"}
    # The last letter has bits that nobody reads: one signature must not have two spellings.
    other = signature[:-1] + chr(ord(signature[-1]) + 1)
    assert codes(judge(f"{head}.{body}.{other}")) in ({"jws_base64"}, {"signature"})
    assert codes(judge(f"{head}.{body}.")) == {"signature"}
    assert codes(judge(f"{jws.encode(b'[]')}.{body}.{signature}")) == {"jws_header"}


def test_a_payload_that_is_no_object_or_repeats_a_name() -> None:
    assert codes(judge(STRANGER.jwt([good()]))) >= {"not_object"}
    head, _, signature = STRANGER.jwt(good()).split(".")
    twice = jws.encode(b'{"id":1,"id":2}')
    assert codes(judge(f"{head}.{twice}.{signature}")) == {"json.repeated"}


def test_a_token_of_an_elliptic_curve_key_is_named_and_refused() -> None:
    key = ECKey.import_key(generate_private_key(SECP256R1()))
    header = {"alg": "ES256", "kid": STRANGER.method, "typ": "vc+jwt"}
    assert codes(judge(jose.serialize_compact(header, json.dumps(good()), key))) == {"algorithm"}


# embedded proofs


def test_an_embedded_proof_and_a_list_of_one() -> None:
    signed = STRANGER.sign(good())
    assert judge(signed).verified
    assert judge(signed | {"proof": [signed["proof"]]}).verified


PROOFS: dict[str, tuple[dict[str, Any], str]] = {
    "for signing in": ({"proofPurpose": "authentication"}, "proof_purpose"),
    "created in words": ({"created": "yesterday"}, "moment"),
    "expired": ({"expires": "2026-06-01T15:00:00Z"}, "proof_expired"),
    "expires in words": ({"expires": "soon"}, "moment"),
    "an id that is no URL": ({"id": "proof 1"}, "id"),
    "an earlier proof that is not there": ({"previousProof": "urn:uuid:1"}, "proof_previous"),
    "an earlier proof that is no name": ({"previousProof": 5}, "proof_previous"),
    "a chain": ({"id": "urn:uuid:1", "previousProof": "urn:uuid:1"}, "proof_chain"),
    "contexts that the document lacks": ({"@context": [BASE, "https://example.org/c"]}, "proof_context"),
    "no purpose": ({"proofPurpose": None}, "proof_member"),
    "a key that nobody knows": ({"verificationMethod": WEB_KEY}, "key_not_known"),
    "a key of somebody else": ({"verificationMethod": THIEF.method}, "signature"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROOFS)
def test_proof(name: str) -> None:
    changes, code = PROOFS[name]
    assert codes(judge(STRANGER.sign(good(), **changes))) == {code}


def changed(**members: Any) -> dict[str, Any]:
    signed = STRANGER.sign(good())
    proof = {name: value for name, value in (signed["proof"] | members).items() if value is not None}
    return signed | {"proof": proof}


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ({"proofValue": None}, {"proof_member", "proof_value"}),
        ({"proofValue": "zTooShort"}, {"proof_value"}),
        ({"proofValue": "u" + "A" * 86}, {"proof_value"}),
        ({"proofValue": "z" + "0" * 88}, {"proof_value"}),
        ({"proofValue": "z" * 100_000}, {"proof_value"}),
        ({"created": "2026-06-01T15:00:01Z"}, {"signature"}),
        ({"domain": "shop.example"}, {"signature"}),
        ({"verificationMethod": None}, {"proof_member"}),
        ({"cryptosuite": None}, {"proof_member", "proof_none_understood"}),
        ({"cryptosuite": "eddsa-rdfc-2022"}, {"proof_none_understood"}),
        ({"type": "Ed25519Signature2020"}, {"proof_none_understood"}),
    ],
)
def test_a_proof_that_was_changed(members: dict[str, Any], wanted: set[str]) -> None:
    assert codes(judge(changed(**members))) == wanted


def test_a_document_that_was_changed_after_signing() -> None:
    judged = judge(STRANGER.sign(good()) | {"credentialSubject": {"id": "did:example:bruno"}})
    assert codes(judged) == {"signature"}
    assert kinds(judged) == {Kind.SECURITY}


def test_a_number_that_has_no_canonical_form() -> None:
    signed = STRANGER.sign(good())
    signed["credentialSubject"]["grams"] = 2**60
    judged = judge(signed)
    assert codes(judged) == {"proof_canonical"}
    assert kinds(judged) == {Kind.TRANSFORMATION}


def test_a_thief_proves_with_their_own_key_for_another_issuer() -> None:
    assert codes(judge(THIEF.sign(good()))) == {"key_of_another"}


def test_of_several_proofs_none_may_fail() -> None:
    signed = STRANGER.sign(good())
    bad = STRANGER.sign(good() | {"id": "urn:a:2"})["proof"]
    assert codes(judge(signed | {"proof": [signed["proof"], bad]})) == {"signature"}


def test_a_suite_that_is_not_understood_is_told_beside_one_that_is() -> None:
    signed = STRANGER.sign(good())
    other = deepcopy(signed["proof"]) | {"cryptosuite": "ecdsa-rdfc-2019"}
    judged = judge(signed | {"proof": [signed["proof"], other]})
    assert judged.verified
    assert {warning.code for warning in judged.warnings} == {"proof_suite"}


@pytest.mark.parametrize(
    ("proof", "wanted"),
    [
        ([], "proof_missing"),
        (None, "proof_missing"),
        ("signed", "proof_form"),
        ([1], "proof_form"),
        ([{}] * 5, "proof_many"),
    ],
)
def test_a_proof_that_is_none(proof: object, wanted: str) -> None:
    assert wanted in codes(judge(good() | {"proof": proof}))


def test_no_proof_at_all() -> None:
    judged = judge(good())
    assert codes(judged) == {"not_secured"}
    assert not judged.verified


# envelopes


ENVELOPES: dict[str, tuple[dict[str, Any], str]] = {
    "no context": ({"@context": []}, "envelope_context"),
    "another context": ({"@context": "https://www.w3.org/ns/credentials/examples/v2"}, "envelope_context"),
    "more types": ({"type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]}, "envelope_type"),
    "no data address": ({"id": "eyJhbGciOiJFZERTQSJ9.e30.AA"}, "envelope_data"),
    "another media type": ({"id": "data:application/jwt,eyJhbGciOiJFZERTQSJ9.e30.AA"}, "envelope_media"),
    "base64 of it": ({"id": "data:application/vc+jwt;base64," + base64.b64encode(b"x").decode()}, "envelope_media"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENVELOPES)
def test_envelope(name: str) -> None:
    changes, code = ENVELOPES[name]
    judged = judge(presentation.envelope(STRANGER.jwt(good())) | changes)
    assert code in codes(judged)
    assert not judged.verified


def test_an_envelope_inside_an_envelope() -> None:
    inner = presentation.envelope(STRANGER.jwt(good()))
    assert "envelope_twice" in codes(judge(STRANGER.jwt(inner | {"issuer": STRANGER.did})))


# time


def test_before_and_after_its_time() -> None:
    signed = STRANGER.sign(credential(credentialStatus=None))
    assert judge(signed).verified
    assert codes(judge(signed, at=AT - timedelta(days=200))) == {"not_yet_valid"}
    late = judge(signed, at=AT + timedelta(days=400))
    assert codes(late) == {"no_longer_valid"}
    assert kinds(late) == {Kind.RANGE}
