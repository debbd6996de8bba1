"""The W3C's own vectors of ``eddsa-jcs-2022``: theirs verify here, and no changed one does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from seal.foreign import keyring, verifying
from seal.foreign.keyring import Keyring
from seal.foreign.verifying import Judged
from tests.outside.material import outside

AT = datetime(2026, 6, 1, tzinfo=UTC)


def signed() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(outside("vc-di-eddsa", "eddsa-jcs-2022", "signedJCS.json").read_text("utf-8"))
    return whole


def judge(document: dict[str, Any], *, vouched: bool = True) -> Judged:
    """The issuer is a web address; its document, handed in, lets the did:key of the vector speak for it."""
    method = signed()["proof"]["verificationMethod"]
    issuer = {"id": "https://vc.example/issuers/5678", "verificationMethod": [], "assertionMethod": [method]}
    ring = Keyring().with_keys(keyring.read(issuer)) if vouched else Keyring()
    return verifying.credential(document, ring, {}, AT)


def test_the_signed_vector_verifies() -> None:
    judged = judge(signed())
    assert judged.faults == ()
    assert judged.verified


def test_without_the_issuers_word_for_the_key_it_does_not() -> None:
    assert [fault.code for fault in judge(signed(), vouched=False).faults] == ["key_of_another"]


@pytest.mark.parametrize("name", ["name", "validFrom", "credentialSubject", "id"])
def test_a_changed_vector_does_not(name: str) -> None:
    changed = signed() | {name: "urn:changed:1"}
    assert "signature" in {fault.code for fault in judge(changed).faults}
    assert not judge(changed).verified
