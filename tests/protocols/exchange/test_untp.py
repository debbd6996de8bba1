"""The UNTP conformity vocabulary against the published schemas, which nobody here wrote."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from seal.protocols.exchange import untp
from tests.outside.material import outside
from tests.protocols.library import miel

BASE = "https://sello.example"
OWNER = {"id": "did:web:sello.example", "name": "Sello del Valle"}


def made() -> dict[str, Any]:
    return untp.vocabulary(miel(), base=BASE, owner=OWNER, valid_from=date(2026, 1, 1))


@pytest.fixture
def schemas() -> dict[str, Any]:
    folder = outside("untp-0.7.0-pre", "schema", "v0.7.0", "cvc")
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def test_scheme_profile_and_every_criterion_follow_the_schema(schemas: dict[str, Any]) -> None:
    vocabulary = made()
    Draft202012Validator(schemas["ConformityScheme"]).validate(vocabulary["scheme"])
    Draft202012Validator(schemas["ConformityProfile"]).validate(vocabulary["profile"])
    for criterion in vocabulary["criterion"]:
        Draft202012Validator(schemas["Criterion"]).validate(criterion)


def test_the_profile_names_every_criterion_once() -> None:
    vocabulary = made()
    named = [each["id"] for each in vocabulary["profile"]["criterion"]]
    assert named == [each["id"] for each in vocabulary["criterion"]]
    assert len(set(named)) == len(miel().points)


def test_a_limit_is_a_threshold_with_its_unit() -> None:
    moisture = next(each for each in made()["criterion"] if each["id"].endswith("/MIEL-D01"))
    assert [(part["measure"]["value"], part["measure"]["unit"]) for part in moisture["passThreshold"]] == [
        (20, "g/100g")
    ]


def test_it_claims_no_more_than_self_endorsement() -> None:
    assert made()["scheme"]["endorsementLevel"] == "endorsed_self"
