"""Certificates in other schemas: true to the signed document, unsigned and saying so, valid by schemas of others."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from seal.foreign import vcdm
from seal.ids import Code
from seal.verification import passport, untp_0_7
from tests.certificates.credential_examples import batch, certification
from tests.conftest import Database, on
from tests.outside.material import outside

from .sealed import sealed
from .test_pages import site

BOTH = pytest.mark.parametrize("document", [certification(), batch()], ids=["certification", "batch"])


def faults(document: Any, *schema: str) -> list[tuple[str, str]]:
    validator = Draft202012Validator(
        json.loads(outside(*schema).read_text("utf-8")), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [(error.json_path, error.validator) for error in validator.iter_errors(document)]


def test_a_passport_is_one_by_the_schema_of_untp_0_6_1() -> None:
    assert faults(passport.passport(batch(), b"jws"), "untp-0.6.1", "untp-dpp", "untp-dpp-schema.json") == []


@BOTH
def test_the_one_conflict_of_untp_0_7_with_the_w3c(document: dict[str, Any]) -> None:
    made = untp_0_7.conformity_credential(document, b"jws")
    schema = ("untp-0.7.0-pre", "schema", "v0.7.0", "dcc", "ConformityCredential.json")
    assert faults(made, *schema) == [("$.credentialStatus.statusListIndex", "type")]


@BOTH
def test_a_projection_says_what_it_is_and_names_what_is_signed(document: dict[str, Any]) -> None:
    made = untp_0_7.conformity_credential(document, b"jws")
    assert "proof" not in made
    assert "pre-release" in made["name"]
    assert "Unsigned projection" in made["description"]
    assert made["credentialSubject"]["conformityCertificate"]["linkURL"] == document["id"]
    assert vcdm.faults(made) == []


def test_a_passport_names_the_certificate_by_its_digest() -> None:
    made = passport.passport(batch(), b"jws")
    assert made is not None
    assert vcdm.faults(made) == []
    assert "proof" not in made
    [claim] = made["credentialSubject"]["conformityClaim"]
    assert claim["conformityEvidence"]["linkURL"] == batch()["id"]
    assert claim["conformityEvidence"]["hashDigest"] == hashlib.sha256(b"jws").hexdigest()


def test_a_certification_is_of_no_one_product() -> None:
    assert passport.passport(certification(), b"jws") is None


@on("sqlite")
async def test_over_http(database: Database) -> None:
    made = await sealed()
    async with site(database, made) as here:
        for name, mark in (("dpp", "UNTP 0.6.1"), ("untp-0.7", "pre-release")):
            answer = await here.get(f"/c/{here.code.plain}/{name}")
            assert answer.status_code == 200
            assert answer.headers["seal-projection"].startswith("unsigned; ")
            assert mark in answer.headers["seal-projection"]
            assert answer.json()["id"] == f"{made.association.base}/c/{here.code.plain}/{name}"
            assert f'<{made.association.base}/c/{here.code.plain}>; rel="original"' in answer.headers["link"]
            again = await here.get(f"/c/{here.code.plain}/{name}", If_None_Match=answer.headers["etag"])
            assert again.status_code == 304
            assert (await here.get(f"/c/{Code(7).plain}/{name}", Accept="application/json")).status_code == 404
            assert (await here.get(f"/c/nonsense/{name}", Accept="application/json")).status_code == 404
        public_id = made.certified.certification.public_id
        assert public_id is not None
        assert (await here.get(f"/c/{Code(public_id).plain}/dpp", Accept="application/json")).status_code == 404
        assert (await here.get(f"/c/{Code(public_id).plain}/untp-0.7")).status_code == 200
