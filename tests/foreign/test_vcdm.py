"""The data model, one test for each way to break a rule of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from seal.foreign import vcdm
from seal.foreign.faults import Kind

from .examples import BASE, credential, encoded, entry, plain, status_list

Change = Callable[[dict[str, Any]], object]


def test_a_credential_with_every_member_breaks_none() -> None:
    assert vcdm.faults(credential()) == []


def test_the_least_that_a_credential_has_is_enough() -> None:
    assert vcdm.faults(plain()) == []


def with_(**changes: Any) -> dict[str, Any]:
    """A good one with members changed as they are, ``None`` kept."""
    return credential() | changes


def context(*entries: Any) -> dict[str, Any]:
    return plain(**{"@context": list(entries)})


def without(name: str) -> dict[str, Any]:
    return credential(**{name: None})


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    # @context
    "no context": (without("@context"), "context_missing", "/@context"),
    "context is no list": (with_(**{"@context": BASE}), "context_form", "/@context"),
    "context is empty": (with_(**{"@context": []}), "context_form", "/@context"),
    "another context first": (
        with_(**{"@context": ["https://example.org/c", BASE]}), "context_first", "/@context/0"),
    "the first context of version 1": (
        with_(**{"@context": ["https://www.w3.org/2018/credentials/v1"]}), "context_first", "/@context/0"),
    "a context that is a number": (context(BASE, 123192875), "context_entry", "/@context/1"),
    "a context that is no URL": (context(BASE, "https ://x/y"), "context_entry", "/@context/1"),
    "a protected term with another meaning": (
        with_(**{"@context": [BASE, {"VerifiableCredential": "https://example.org/#Bad", "Honey": "urn:x:y"}]}),
        "context_protected", "/@context/1/VerifiableCredential"),
    "a term that its own context protects": (
        with_(**{"@context": [BASE, {"@protected": True, "Honey": "urn:a:1"}, {"Honey": "urn:b:2"}]}),
        "context_protected", "/@context/2/Honey"),
    "a term that protects itself": (
        with_(**{"@context": [BASE, {"Honey": {"@id": "urn:a:1", "@protected": True}}, {"Honey": "urn:b:2"}]}),
        "context_protected", "/@context/2/Honey"),
    "a term that is no URL": (
        with_(**{"@context": [BASE, {"Honey": "https ://not-a-url#Honey"}]}), "context_term", "/@context/1/Honey"),
    "a vocabulary that is no URL": (
        context(BASE, {"@vocab": "terms"}), "context_vocab", "/@context/1/@vocab"),
    "a context that imports another": (
        with_(**{"@context": [BASE, {"@import": "https://example.org/c", "Honey": "urn:x:y"}]}),
        "context_keyword", "/@context/1/@import"),
    # type
    "no type": (without("type"), "type_missing", "/type"),
    "an empty list of types": (with_(type=[]), "type_missing", "/type"),
    "not a VerifiableCredential": (with_(type=["Honey"]), "type_needed", "/type"),
    "a type that is a number": (with_(type=["VerifiableCredential", 2]), "type_form", "/type/1"),
    "a type that no context defines": (
        with_(type=["VerifiableCredential", "Jam"]), "type_unmapped", "/type/1"),
    "a type behind an emptied vocabulary": (
        with_(**{"@context": [BASE, {"@vocab": None}], "type": ["VerifiableCredential", "Jam"]}),
        "type_unmapped", "/type/1"),
    # id
    "an id that is no URL": (with_(id="https ://not-a-url/1"), "id", "/id"),
    "a relative id": (with_(id="credentials/1"), "id", "/id"),
    "a web address without a host": (with_(id="https:///1"), "id", "/id"),
    "several ids": (with_(id=["https://a.example", "https://b.example"]), "id", "/id"),
    "an id of null": (with_(id=None), "id", "/id"),
    "several ids of a subject": (
        with_(credentialSubject={"id": ["did:example:a", "did:example:b"]}), "id", "/credentialSubject/id"),
    "an id deep inside a subject": (
        with_(credentialSubject={"wins": [{"id": "first"}]}), "id", "/credentialSubject/wins/0/id"),
    # issuer
    "no issuer": (without("issuer"), "issuer_missing", "/issuer"),
    "an issuer of null": (with_(issuer=None), "issuer", "/issuer"),
    "an issuer that is no URL": (with_(issuer="fake-issuer"), "issuer", "/issuer"),
    "several issuers": (with_(issuer=["did:example:a", "did:example:b"]), "issuer", "/issuer"),
    "an issuer without id": (with_(issuer={"name": "Feria"}), "issuer_id", "/issuer/id"),
    "an issuer whose id is null": (with_(issuer={"id": None}), "id", "/issuer/id"),
    "an issuer whose id is no URL": (with_(issuer={"id": "fake-issuer"}), "id", "/issuer/id"),
    "a name of the issuer with more": (
        with_(issuer={"id": "did:example:a", "name": {"@value": "A", "url": "did:example:a"}}),
        "text_member", "/issuer/name/url"),
    "a description of the issuer that is a number": (
        with_(issuer={"id": "did:example:a", "description": 3}), "text", "/issuer/description"),
    # credentialSubject
    "no subject": (without("credentialSubject"), "subject_missing", "/credentialSubject"),
    "a subject of nothing": (with_(credentialSubject={}), "subject_empty", "/credentialSubject"),
    "no subject in the list": (with_(credentialSubject=[]), "subject_empty", "/credentialSubject"),
    "one subject of nothing among others": (
        with_(credentialSubject=[{"id": "did:example:a"}, {}]), "subject_empty", "/credentialSubject/1"),
    "a subject that is text": (with_(credentialSubject="did:example:a"), "subject_form", "/credentialSubject"),
    # validFrom, validUntil
    "a time in words": (with_(validFrom="Sat 25 Feb 2023 07:16:31 PM CST"), "moment", "/validFrom"),
    "a time without zone": (with_(validFrom="2026-01-01T00:00:00"), "moment", "/validFrom"),
    "a day alone": (with_(validUntil="2026-01-01"), "moment", "/validUntil"),
    "a day that the month lacks": (with_(validUntil="2026-02-30T00:00:00Z"), "moment", "/validUntil"),
    "a time that is a number": (with_(validFrom=1_767_225_600), "moment", "/validFrom"),
    "an end before the start": (
        with_(validFrom="2026-01-02T00:00:00Z", validUntil="2026-01-01T00:00:00Z"), "validity_order", "/validUntil"),
    # name, description
    "a name that is a number": (with_(name=7), "text", "/name"),
    "a name of nothing": (with_(name=[]), "text", "/name"),
    "a text without value": (with_(name={"@language": "es"}), "text", "/name"),
    "a text with more": (with_(description={"@value": "A", "url": "did:example:a"}), "text_member", "/description/url"),
    "a text in no language": (with_(name={"@value": "A", "@language": "es_CL!"}), "text_language", "/name/@language"),
    "a text in no direction": (with_(name={"@value": "A", "@direction": "up"}), "text_direction", "/name/@direction"),
    # objects with a type
    "a schema without type": (with_(credentialSchema={"id": "did:example:s"}), "object_type", "/credentialSchema/type"),
    "a schema without id": (with_(credentialSchema={"type": "JsonSchema"}), "object_id", "/credentialSchema/id"),
    "a schema whose id is no URL": (
        with_(credentialSchema=[{"type": "JsonSchema", "id": "https ://x"}]), "id", "/credentialSchema/0/id"),
    "a schema that is text": (with_(credentialSchema="https://example.org/s"), "object", "/credentialSchema"),
    "no schema in the list": (with_(credentialSchema=[]), "object", "/credentialSchema"),
    "evidence without type": (with_(evidence=[{"type": "urn:a:b"}, {}]), "object_type", "/evidence/1/type"),
    "a refresh service without type": (
        with_(refreshService={"id": "did:example:r"}), "object_type", "/refreshService/type"),
    "terms of use without type": (with_(termsOfUse={"id": "did:example:t"}), "object_type", "/termsOfUse/type"),
    "terms of use whose type is a number": (with_(termsOfUse={"type": 2}), "object_type", "/termsOfUse/type"),
    # credentialStatus
    "a status without type": (
        with_(credentialStatus={"id": "did:example:s"}), "object_type", "/credentialStatus/type"),
    "a status whose id is no URL": (
        with_(credentialStatus=entry(id="https ://x")), "id", "/credentialStatus/id"),
    "a status with several ids": (
        with_(credentialStatus=[entry(id=["urn:a:1", "urn:a:2"])]), "id", "/credentialStatus/0/id"),
    "a status for nothing": (
        with_(credentialStatus=entry(statusPurpose=None)), "status_purpose", "/credentialStatus/statusPurpose"),
    "a status index that is a number": (
        with_(credentialStatus=entry(statusListIndex=5)), "status_index", "/credentialStatus/statusListIndex"),
    "a status index below zero": (
        with_(credentialStatus=entry(statusListIndex="-1")), "status_index", "/credentialStatus/statusListIndex"),
    "a status index in other digits": (
        with_(credentialStatus=entry(statusListIndex="٣")), "status_index", "/credentialStatus/statusListIndex"),
    "a status list that is no URL": (
        with_(credentialStatus=entry(statusListCredential="list 3")),
        "status_list_url", "/credentialStatus/statusListCredential"),
    "a status of no bits": (
        with_(credentialStatus=entry(statusSize=0)), "status_size", "/credentialStatus/statusSize"),
    "a status size in words": (
        with_(credentialStatus=entry(statusSize="2")), "status_size", "/credentialStatus/statusSize"),
    "a status size of true": (
        with_(credentialStatus=entry(statusSize=True)), "status_size", "/credentialStatus/statusSize"),
    "two bits without messages": (
        with_(credentialStatus=entry(statusSize=2)), "status_messages", "/credentialStatus/statusMessage"),
    "too few messages": (
        with_(credentialStatus=entry(statusMessage=[{"status": "0x0", "message": "no"}])),
        "status_messages", "/credentialStatus/statusMessage"),
    "a message without its status": (
        with_(credentialStatus=entry(statusMessage=[{"message": "no"}, {"status": "0x1", "message": "yes"}])),
        "status_message", "/credentialStatus/statusMessage/0"),
    "a reference that is no URL": (
        with_(credentialStatus=entry(statusReference=["there"])),
        "status_reference", "/credentialStatus/statusReference"),
    # relatedResource
    "a related resource that is text": (
        with_(relatedResource=["https://example.org/a"]), "object", "/relatedResource/0"),
    "a related resource without id": (
        with_(relatedResource={"digestSRI": "sha256-" + "A" * 43 + "="}), "object_id", "/relatedResource/id"),
    "a related resource twice": (
        with_(relatedResource=[{"id": "urn:a:1", "digestMultibase": "u" + "A" * 43}] * 2),
        "related_twice", "/relatedResource/1/id"),
    "a related resource without digest": (
        with_(relatedResource={"id": "urn:a:1"}), "related_digest", "/relatedResource"),
    "a digest of another length": (
        with_(relatedResource={"id": "urn:a:1", "digestSRI": "sha384-" + "A" * 43 + "="}),
        "digest", "/relatedResource/digestSRI"),
    "a digest in no known base": (
        with_(relatedResource={"id": "urn:a:1", "digestMultibase": "m" + "A" * 43}),
        "digest", "/relatedResource/digestMultibase"),
    "a media type that is a number": (
        with_(relatedResource={"id": "urn:a:1", "digestMultibase": "u" + "A" * 43, "mediaType": 1}),
        "related_media", "/relatedResource/mediaType"),
    "another digest of the base context": (
        with_(relatedResource={"id": BASE, "digestMultibase": "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0"}),
        "digest_differs", "/relatedResource/digestMultibase"),
    # status lists
    "a list of another type": (status_list(subject={"type": "Other"}), "list_subject", "/credentialSubject/type"),
    "a list for nothing": (
        status_list(subject={"statusPurpose": []}), "status_purpose", "/credentialSubject/statusPurpose"),
    "a list without its multibase letter": (
        status_list(subject={"encodedList": encoded()[1:]}), "list_encoding", "/credentialSubject/encodedList"),
    "a list that lives for no time": (status_list(subject={"ttl": 0}), "list_ttl", "/credentialSubject/ttl"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    document, code, pointer = BROKEN[name]
    found = {(fault.code, fault.pointer) for fault in vcdm.faults(document)}
    assert found == {(code, pointer)}


def test_a_credential_is_an_object() -> None:
    assert [fault.code for fault in vcdm.faults(["VerifiableCredential"])] == ["not_object"]


def test_every_fault_is_told_at_once() -> None:
    document = {"@context": [BASE], "type": "VerifiableCredential", "issuer": 3, "validFrom": "soon", "id": "1"}
    found = {fault.code for fault in vcdm.faults(document)}
    assert found == {"issuer", "subject_missing", "moment", "id"}


def test_a_digest_that_differs_is_a_security_error() -> None:
    document, _, _ = BROKEN["another digest of the base context"]
    assert [fault.kind for fault in vcdm.faults(document)] == [Kind.SECURITY]


@pytest.mark.parametrize(
    "digest",
    [
        {"digestSRI": "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"},
        {"digestSRI": "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg"},
        {"digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"},
    ],
)
def test_the_true_digest_of_the_base_context_passes(digest: dict[str, str]) -> None:
    assert vcdm.faults(credential(relatedResource={"id": BASE, **digest})) == []


@pytest.mark.parametrize(
    "moment", ["2026-01-01T24:00:00Z", "0001-01-01T00:00:00Z", "2026-01-01T00:00:00.123456789+14:00"]
)
def test_moments_that_are_unusual_and_right(moment: str) -> None:
    assert vcdm.faults(plain(validFrom=moment)) == []


@pytest.mark.parametrize("kind", ["https://example.org/#Honey", "Honey", "JsonSchema"])
def test_types_that_mean_something(kind: str) -> None:
    assert vcdm.faults(credential(type=["VerifiableCredential", kind])) == []


def test_a_type_that_a_context_not_held_here_may_define() -> None:
    assert (
        vcdm.faults(plain(**{"@context": [BASE, "https://example.org/c"], "type": ["VerifiableCredential", "X"]})) == []
    )


def test_saying_the_same_of_a_protected_term_again_is_no_redefinition() -> None:
    assert vcdm.faults(plain(**{"@context": [BASE, {"name": "https://schema.org/name", "id": "@id"}]})) == []
