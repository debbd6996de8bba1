"""Credentials: the documents that are signed, held to an allow-list and to golden bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seal.certificates import credential as c

from .credential_examples import BATCH, batch, certification

VECTORS = Path(__file__).parent.parent / "vectors" / "credential"


def flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("name", ["certification", "batch"])
def test_payload_equals_the_golden_bytes(name: str) -> None:
    document = {"certification": certification, "batch": batch}[name]()
    assert c.encode(document) == (VECTORS / f"{name}.json").read_bytes()


@pytest.mark.parametrize("document", [certification(), batch()])
def test_only_listed_members_appear(document: c.Document) -> None:
    assert c.unlisted(document) == frozenset()


@pytest.mark.parametrize("member", ["score", "finding", "failed", "phone", "coordinates", "latitude", "email", "rut"])
def test_a_member_that_is_not_listed_is_named(member: str) -> None:
    document = batch()
    document["credentialSubject"]["assessment"][0][member] = "x"
    assert c.unlisted(document) == {member}


def test_batch_never_has_an_end() -> None:
    assert "validUntil" not in batch()
    assert "validUntil" in certification()


def test_status_index_is_a_base_10_string_on_its_list() -> None:
    revocation, suspension = certification()["credentialStatus"]
    assert (revocation["statusPurpose"], suspension["statusPurpose"]) == ("revocation", "suspension")
    assert revocation["statusListIndex"] == suspension["statusListIndex"] == "4711"
    assert revocation["statusListCredential"] == "https://sello.example/status/revocation/1"


def test_a_float_is_refused() -> None:
    document = batch()
    document["credentialSubject"]["assessment"][0]["declaredValue"][0]["metricValue"]["value"] = 1.5
    with pytest.raises(ValueError, match="float"):
        c.encode(document)


def test_another_mode_is_refused() -> None:
    with pytest.raises(KeyError):
        certification(mode="trusted")


def test_members_never_claim_to_be_a_third_party() -> None:
    for mode in ("peer", "association"):
        assert certification(mode=mode)["credentialSubject"]["assessorLevel"] == "Membership"
    assert certification(mode="self")["credentialSubject"]["assessorLevel"] == "Self"
    assert certification()["credentialSubject"]["assessmentLevel"] == "Unspecified"


def test_measured_value_stands_as_typed() -> None:
    criterion = batch()["credentialSubject"]["assessment"][1]["assessmentCriteria"][0]
    assert criterion["performanceLevel"] == "17.4 g/100 g"


def test_without_public_tests_there_is_one_assessment() -> None:
    assert len(batch(tests=())["credentialSubject"]["assessment"]) == 1


def test_without_a_use_by_no_days_are_declared() -> None:
    assert "useByDays" not in flat(batch(use_by_days=0))
    assert "useByDays" in flat(batch())


def test_batch_pins_its_certification_by_digest() -> None:
    evidence = batch()["credentialSubject"]["auditableEvidence"]
    assert evidence["hashDigest"] == "cd" * 32
    assert c.public_code(evidence["linkURL"]) != c.public_code(batch()["id"])


def test_public_code_is_read_back() -> None:
    assert c.parse_public_id(batch()) == BATCH


@pytest.mark.parametrize("address", ["", "https://sello.example/", "https://sello.example/c/000000001", 7, None])
def test_a_credential_that_is_not_ours_has_no_public_id(address: object) -> None:
    assert c.parse_public_id({"id": address}) is None
