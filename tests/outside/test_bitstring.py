"""Our status lists use only terms that the W3C contexts define."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from seal.certificates import status_list
from tests.outside.material import outside

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BASE, DID = "https://sello.example", "did:web:sello.example"


def context() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(outside("bitstring", "status-v1.jsonld").read_text("utf-8"))["@context"]
    return whole


def test_list_credential() -> None:
    document = status_list.document(
        base=BASE, did=DID, purpose="suspension", number=0, slots=[1], valid_from=NOW, until=NOW + timedelta(days=1)
    )
    terms = context()
    assert set(document["type"]) - set(terms) == {"VerifiableCredential"}
    subject = document["credentialSubject"]
    assert subject["type"] in terms
    assert set(subject) == set(terms[subject["type"]]["@context"]) - {"@protected", "ttl"}


def test_entry() -> None:
    entry = status_list.entry(BASE, "revocation", 7)
    terms = context()[entry["type"]]["@context"]
    assert set(entry) <= set(terms)
    assert isinstance(entry["statusListIndex"], str), "W3C has a base-10 string"


def test_the_base_context_knows_the_list_too() -> None:
    """Our list names the VCDM 2.0 context alone, which therefore has to define its terms."""
    every = json.loads(outside("contexts", "npm-contexts.json").read_text("utf-8"))
    base = every["https://www.w3.org/ns/credentials/v2"]["@context"]
    assert {"BitstringStatusListCredential", "BitstringStatusList", "BitstringStatusListEntry"} <= set(base)
    assert {"validFrom", "validUntil", "issuer", "credentialSubject"} <= set(
        json.loads(json.dumps(base["VerifiableCredential"]["@context"]))
    )
