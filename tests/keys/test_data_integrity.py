"""Embedded proofs: the W3C vectors, what is refused, and that nothing changed in a document goes unseen."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.keys import data_integrity, did
from tests.keys.examples import DID, NOON, key, raw
from tests.keys.test_lint import BATCH

OUTSIDE = [above / "shared" / "outside" / "vc-di-eddsa" for above in Path(__file__).parents]
KEY = raw("issuing-1")


def signed(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    method = did.multikey_url(DID, KEY)
    config = data_integrity.proof_config(document, created=NOON, verification_method=method) | changes
    signature = key("issuing-1").sign(data_integrity.hash_data(document, config))
    return data_integrity.add_proof(document, config, signature)


SECURED = signed(BATCH)
DATA = data_integrity.canonical(SECURED)


def refused(secured: dict[str, Any]) -> str:
    with pytest.raises(BadInput) as caught:
        data_integrity.read(data_integrity.canonical(secured))
    return caught.value.code


def with_proof(**changes: Any) -> dict[str, Any]:
    return {**SECURED, "proof": SECURED["proof"] | changes}


def test_a_document_signed_and_read() -> None:
    embedded = data_integrity.read(DATA)
    assert embedded.payload == data_integrity.canonical(BATCH)
    assert (embedded.created, embedded.did) == (NOON, DID)
    assert embedded.holds(DID, KEY)
    assert SECURED["proof"]["@context"] == BATCH["@context"]


def test_another_key_and_another_name_of_the_key() -> None:
    embedded = data_integrity.read(DATA)
    assert not embedded.holds(DID, raw("log-1"))
    assert not embedded.holds("did:web:other.example", KEY)


def test_a_register_without_contexts() -> None:
    embedded = data_integrity.read(data_integrity.canonical(signed({"did": DID})))
    assert embedded.holds(DID, KEY)


def test_other_spellings_of_the_same_document() -> None:
    for data in (json.dumps(SECURED).encode(), DATA + b" ", DATA.replace(b'"id"', b'"id","id"', 1)):
        with pytest.raises(BadInput):
            data_integrity.read(data)


def test_each_part_of_the_proof_that_is_wrong() -> None:
    assert refused(dict(BATCH)) == "embedded.members"
    assert refused({**SECURED, "proof": [SECURED["proof"]]}) == "embedded.members"
    assert refused(with_proof(nonce="x")) == "embedded.members"
    assert refused(with_proof(created="2026-11-21 12:00")) == "embedded.members"
    assert refused(with_proof(cryptosuite="eddsa-rdfc-2022")) == "embedded.suite"
    assert refused(with_proof(proofPurpose="authentication")) == "embedded.suite"
    assert refused(with_proof(**{"@context": BATCH["@context"][:1]})) == "embedded.context"
    assert refused(with_proof(proofValue="u" + SECURED["proof"]["proofValue"][1:])) == "embedded.value"
    assert refused(with_proof(proofValue=SECURED["proof"]["proofValue"] + "1")) == "embedded.value"
    assert refused(with_proof(proofValue="z0")) == "multibase.symbol"


def test_a_number_that_has_no_canonical_form() -> None:
    with pytest.raises(BadInput) as caught:
        data_integrity.canonical({"n": 2**60})
    assert caught.value.code == "embedded.not_canonical"


@given(place=st.integers(0, len(DATA) - 1), byte=st.integers(0, 255))
def test_one_changed_byte_never_verifies(place: int, byte: int) -> None:
    changed = DATA[:place] + bytes([byte]) + DATA[place + 1 :]
    if changed == DATA:
        return
    with suppress(BadInput):
        assert not data_integrity.read(changed).holds(DID, KEY)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, member) of a document."""
    members = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    found = [(value, name) for name, _ in members]
    for _, inner in members:
        found += places(inner) if isinstance(inner, dict | list) else []
    return found


@given(choice=st.data(), value=JSON, act=st.sampled_from(["set", "delete", "add"]))
def test_one_changed_member_never_verifies(choice: st.DataObject, value: Any, act: str) -> None:
    changed = json.loads(DATA)
    container, name = choice.draw(st.sampled_from(places(changed)))
    if act == "delete":
        del container[name]
    elif act == "add" and isinstance(container, dict):
        container[choice.draw(st.text(max_size=8))] = value
    else:
        container[name] = value
    if changed == SECURED and json.dumps(changed, sort_keys=True) == json.dumps(SECURED, sort_keys=True):
        return
    with suppress(BadInput):
        assert not data_integrity.read(data_integrity.canonical(changed)).holds(DID, KEY)


@pytest.fixture
def outside() -> Path:
    for folder in OUTSIDE:
        if folder.is_dir():
            return folder
    pytest.skip("the W3C vectors are not here")


def test_the_vectors_of_w3c(outside: Path) -> None:
    read = lambda name: (outside / "eddsa-jcs-2022" / name).read_text().strip()  # noqa: E731
    document = json.loads((outside / "unsigned.json").read_text())
    config = json.loads(read("proofConfigJCS.json"))
    keys = json.loads((outside / "keyPair.json").read_text())
    assert data_integrity.canonical(document).decode() == read("canonDocJCS.txt")
    assert data_integrity.canonical(config).decode() == read("proofCanonJCS.txt")
    hashed = data_integrity.hash_data(document, config)
    assert hashed.hex() == read("combinedHashJCS.txt")
    seed = did.from_base58(keys["privateKeyMultibase"][1:])[2:]
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(hashed)
    assert signature.hex() == read("sigHexJCS.txt")
    secured = data_integrity.add_proof(document, config, signature)
    assert secured == json.loads(read("signedJCS.json"))
    key = did.from_multikey(keys["publicKeyMultibase"])
    assert data_integrity.verify_proof(secured, secured["proof"], key)
    assert not data_integrity.verify_proof({**secured, "name": "x"}, secured["proof"], key)


def test_contexts_that_a_document_does_not_begin_with() -> None:
    proof = SECURED["proof"]
    longer = {**SECURED, "@context": [*SECURED["@context"], "https://example.org/more"]}
    assert data_integrity.verify_proof(longer, proof, KEY), "the specification: what comes after is not covered"
    with pytest.raises(BadInput) as caught:
        data_integrity.verify_proof({**SECURED, "@context": SECURED["@context"][::-1]}, proof, KEY)
    assert caught.value.code == "embedded.context"
    assert refused(longer) == "embedded.context", "our own documents have one spelling"
