"""Every golden vector, read from its file and judged; and the files are still what the product writes."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from seal.certificates import status_list
from seal.clock import rfc3339
from seal.errors import BadInput
from seal.ids import parse_code
from seal.keys import data_integrity, jws
from seal.keys.statement import verify_chain
from seal.labels import token
from seal.transparency import merkle
from seal.transparency.model import LeafType, entry_bytes
from seal.transparency.note import open_checkpoint, parse_verifier_key
from tests.vectors.make import FORMATS, path_of, text_of

Case = dict[str, Any]
CONTENT = {name: json.loads(path_of(name).read_text("utf-8")) for name in FORMATS if path_of(name).exists()}
KEYS = {name: jws.decode(key["x"]) for name, key in CONTENT["token"]["keys"].items()}


def read_code(one: Case) -> Case:
    code = parse_code(one["text"])
    return {"id": code.public_id, "unit": code.unit, "printed": code.printed, "plain": code.plain}


def read_token(one: Case) -> Case:
    found = token.parse(one["path"])
    if isinstance(found, token.Mistyped):
        raise BadInput(found.reason.code)
    fields = found.fields
    return {
        "kind": int(fields.kind),
        "hint": fields.hint.hex(),
        "id": fields.public_id,
        "day": fields.day.isoformat(),
        "days": fields.days,
        "status_index": fields.status_index,
        "number": fields.number,
        "suffix": found.suffix,
        # A verifier tries issuing keys only: the log key signs no token.
        "signed_by": token.signer_of(found, [raw for name, raw in KEYS.items() if name.startswith("issuing")]),
    }


def read_leaf(one: Case) -> Case:
    exact = one["exact"].encode()
    entry = entry_bytes(LeafType(one["type"]), UUID(one["object_id"]), bytes.fromhex(one["salt"]), exact)
    return {"entry": entry.hex(), "leaf_hash": merkle.leaf_hash(entry).hex()}


def read_proof(one: Case) -> None:
    path, root = [bytes.fromhex(hash_) for hash_ in one["path"]], bytes.fromhex(one["root"])
    if one["kind"] == "inclusion":
        good = merkle.verify_inclusion(bytes.fromhex(one["leaf_hash"]), one["index"], one["size"], path, root)
    else:
        good = merkle.verify_consistency(one["old"], one["size"], path, bytes.fromhex(one["old_root"]), root)
    if not good:
        raise BadInput("proof.false")


def read_checkpoint(one: Case) -> Case:
    found = open_checkpoint(one["note"].encode(), parse_verifier_key(one["key"]))
    return {"origin": found.origin, "size": found.size, "root": base64.b64encode(found.root).decode()}


def read_key_statement(one: Case) -> Case:
    history = verify_chain([link.encode() for link in one["statements"]], one["fingerprint"])
    return {
        "did": history.did,
        "base": history.base,
        "issuing": [[period.kid, rfc3339(period.since)] for period in history.issuing],
        "log": [[period.kid, rfc3339(period.since)] for period in history.log],
        "next_sha256": history.current.next_sha256,
    }


def read_status_list(one: Case) -> Case:
    read = jws.parse(one["jwt"], typ=jws.VC)
    assert jws.verify(read, KEYS["log-1"])
    field = status_list.read_document(read.payload, at=one["address"], issuer=one["issuer"], purpose=one["purpose"])
    return {"set": [slot for slot in range(status_list.SLOTS) if status_list.is_set(field, slot)], "kid": read.key}


def read_embedded(one: Case) -> Case:
    found = data_integrity.read(one["document"].encode())
    if not found.holds(one["did"], KEYS[one["by"]]):
        raise BadInput("embedded.false")
    return {
        "created": rfc3339(found.created),
        "verification_method": found.proof["verificationMethod"],
        "payload_sha256": hashlib.sha256(found.payload).hexdigest(),
    }


READERS: dict[str, Callable[[Case], Case | None]] = {
    "code": read_code,
    "token": read_token,
    "leaf": read_leaf,
    "proof": read_proof,
    "checkpoint": read_checkpoint,
    "key_statement": read_key_statement,
    "status_list": read_status_list,
    "embedded": read_embedded,
}
CASES = [
    pytest.param(name, one, id=f"{name}: {one['name']}")
    for name, content in CONTENT.items()
    for one in content["cases"]
]


@pytest.mark.parametrize(("name", "one"), CASES)
def test_vector(name: str, one: Case) -> None:
    if "defect" in one:
        with pytest.raises(BadInput) as caught:
            READERS[name](one)
        assert caught.value.code == one["defect"]
    else:
        assert READERS[name](one) == one.get("expect")


@pytest.mark.parametrize("name", FORMATS)
def test_the_file_is_what_the_product_writes(name: str) -> None:
    """A difference means that frozen bytes changed: see ``tests/vectors/make.py`` before rewriting anything."""
    assert json.loads(path_of(name).read_text("utf-8")) == json.loads(text_of(name))


@pytest.mark.parametrize("name", FORMATS)
def test_valid_ones_and_defects(name: str) -> None:
    with_defect = sum("defect" in one for one in CONTENT[name]["cases"])
    assert with_defect < len(CONTENT[name]["cases"])
    assert with_defect or name == "leaf"
