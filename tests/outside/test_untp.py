"""Our credentials against the UNTP 0.6.1 schema, which nobody here wrote."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.certificates.credential_examples import batch, certification

ROOT = Path(__file__).parent.parent.parent
OUTSIDE = Path(os.environ.get("SEAL_OUTSIDE_DIR", ROOT.parent / "shared" / "outside"))


def outside(*parts: str) -> Any:
    path = OUTSIDE.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"outside material is absent: {Path(*parts)}; set SEAL_OUTSIDE_DIR to its folder")
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("document", [certification(), batch()], ids=["certification", "batch"])
def test_credential_is_a_conformity_credential(document: dict[str, Any]) -> None:
    validator = Draft202012Validator(
        outside("untp-0.6.1", "untp-dcc", "untp-dcc-schema.json"), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("document", [certification(), batch()], ids=["certification", "batch"])
def test_attestation_satisfies_its_own_schema(document: dict[str, Any]) -> None:
    validator = Draft202012Validator(outside("untp-0.6.1", "untp-dcc", "ConformityAttestation-schema.json"))
    assert [error.message for error in validator.iter_errors(document["credentialSubject"])] == []


@pytest.mark.parametrize("document", [certification(), batch()], ids=["certification", "batch"])
def test_every_member_is_a_term_of_the_named_contexts(document: dict[str, Any]) -> None:
    known = terms(outside("contexts", "npm-contexts.json")["https://www.w3.org/ns/credentials/v2"])
    known |= terms(outside("untp-0.6.1", "untp-dcc", "context.jsonld"))
    assert members(document) - known - {"@context", "id", "type"} == set()


def terms(context: Any) -> set[str]:
    """Every term that a context defines, at any depth."""
    if isinstance(context, list):
        return set().union(*(terms(one) for one in context))
    if not isinstance(context, dict):
        return set()
    return {name for name in context if not name.startswith("@")}.union(*(terms(one) for one in context.values()))


def members(document: Any) -> set[str]:
    if isinstance(document, list):
        return set().union(*(members(one) for one in document))
    if not isinstance(document, dict):
        return set()
    return set(document).union(*(members(one) for one in document.values()))
