"""Keys and signatures (invariant 11)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from seal.clock import parse_rfc3339
from seal.keys import data_integrity, did, keyring, records
from seal.keys.jws import strict_json
from seal.keys.model import KeyRole
from seal.keys.records import Act
from tests.cli.kept import Kept, note_with_another_signature
from tests.cli.plants.base import DAY, Plant, change, drop, flipped, forged, plant, simple


def _intent(kept: Kept, kind: str, signed: bool = True) -> dict[str, Any]:
    return kept.one("key_intent", kind=kind, state="signed" if signed else "committed")


simple(
    "keys.chain",
    "key_statement",
    lambda kept: kept.one("key_statement", seq=2),
    compact=lambda row: forged(row["compact"]),
)
simple(
    "keys.identity",
    "key_statement",
    lambda kept: kept.one("key_statement", seq=2),
    made_at=lambda row: row["made_at"] - DAY,
)
simple(
    "keys.intent_altered", "key_intent", lambda kept: _intent(kept, "batch"), payload=lambda row: row["payload"] + b" "
)
simple("keys.intent_unreadable", "key_intent", lambda kept: _intent(kept, "batch"), result=b"x")
simple("keys.unknown_key", "key_intent", lambda kept: _intent(kept, "certification"), key_id="a" * 64)
simple("keys.unknown_key/log key for a batch", "key_intent", lambda kept: _intent(kept, "checkpoint"), kind="batch")
simple(
    "keys.not_active",
    "key_intent",
    lambda kept: _intent(kept, "batch"),
    signed_at=lambda row: row["signed_at"] + 90 * DAY,
)
simple(
    "keys.not_active/status list",
    "key_intent",
    lambda kept: _intent(kept, "status_list"),
    signed_at=lambda row: row["signed_at"] + 90 * DAY,
)
simple(
    "keys.before_committed",
    "key_intent",
    lambda kept: _intent(kept, "batch"),
    committed_at=lambda row: row["signed_at"] + DAY,
)
simple("keys.signature", "key_intent", lambda kept: _intent(kept, "batch"), result=lambda row: forged(row["result"]))
simple(
    "keys.signature/QR", "key_intent", lambda kept: _intent(kept, "qr_range"), result=lambda row: flipped(row["result"])
)
simple(
    "keys.signature/bundle",
    "key_intent",
    lambda kept: _intent(kept, "bundle"),
    result=lambda row: forged(row["result"]),
)
simple(
    "keys.signature/checkpoint",
    "key_intent",
    lambda kept: _intent(kept, "checkpoint"),
    result=lambda row: note_with_another_signature(row["result"]),
)
simple(
    "keys.signature/status list",
    "key_intent",
    lambda kept: _intent(kept, "status_list"),
    result=lambda row: forged(row["result"]),
)


@plant("keys.other_payload")
def _one_signature_for_another(kept: Kept) -> Plant:
    first, second = [row for row in kept.rows["key_intent"] if row["kind"] == "batch"][:2]
    return change("key_intent", first, result=second["result"])


@plant("keys.no_intent")
def _signed_without_intent(kept: Kept) -> Plant:
    return drop("key_intent", kept.one("key_intent", object_id=kept.batch.id), named=("batch", kept.batch.id))


plant("keys.no_intent/bundle")(
    lambda kept: Plant(
        "signed_bundle", kept.one("signed_bundle")["id"], (("DELETE FROM key_intent WHERE kind = 'bundle'",),)
    )
)
simple(
    "keys.object_differs", "batch", lambda kept: kept.one("batch", id=kept.batch.id), jws=lambda row: forged(row["jws"])
)
simple(
    "keys.object_differs/QR",
    "label_range",
    lambda kept: kept.one("label_range", first_unit=1, last_unit=60),
    signatures=lambda row: flipped(row["signatures"]),
)
simple(
    "keys.object_differs/key statement",
    "key_statement",
    lambda kept: kept.one("key_statement", seq=1),
    compact=lambda row: forged(row["compact"]),
)


simple("keys.embedded_unread", "key_intent", lambda kept: _intent(kept, "batch"), embedded=b"{}")
simple(
    "keys.embedded_unread/of a kind that has none",
    "key_intent",
    lambda kept: _intent(kept, "checkpoint"),
    embedded=b"{}",
)


@plant("keys.embedded_differs")
def _one_document_for_another(kept: Kept) -> Plant:
    first, second = [row for row in kept.rows["key_intent"] if row["kind"] == "batch"][:2]
    return change("key_intent", first, embedded=second["embedded"])


def _another_second(row: dict[str, Any]) -> bytes:
    return re.sub(rb'"created":"[^"]+"', b'"created":"2027-01-01T00:00:00Z"', bytes(row["embedded"]))


simple("keys.embedded_false", "key_intent", lambda kept: _intent(kept, "batch"), embedded=_another_second)
simple(
    "keys.embedded_false/status list",
    "key_intent",
    lambda kept: _intent(kept, "status_list"),
    embedded=_another_second,
)


@plant("keys.embedded_inactive")
def _by_the_next_key_before_its_time(kept: Kept) -> Plant:
    """The key in use now, after the succession, signs with a date when it still waited."""
    row, private = _intent(kept, "batch"), keyring.take(kept.association, KeyRole.ISSUING)
    assert private is not None
    document = strict_json(bytes(row["payload"]))
    name = did.multikey_url(kept.made.world.association.did, private.raw)
    early = parse_rfc3339(data_integrity.read(row["embedded"]).proof["created"])
    config = data_integrity.proof_config(document, created=early, verification_method=name)
    signature = private.sign(data_integrity.hash_data(document, config))
    return change(
        "key_intent",
        row,
        embedded=data_integrity.canonical(data_integrity.add_proof(document, config, signature)),
    )


def _record(kept: Kept) -> dict[str, Any]:
    return kept.one("key_record", seq=1)


def _written(row: dict[str, Any], act: Act) -> bytes:
    """The record as it would have been written of another act."""
    return records.document(replace(records.read(row["id"], row["association_id"], 1, bytes(row["document"])), act=act))


def _last_signed(kept: Kept) -> dict[str, Any]:
    """Something that was signed long after the ceremony."""
    signed = [row for row in kept.rows["key_intent"] if row["state"] == "signed" and row["kind"] != "key_statement"]
    return max(signed, key=lambda row: row["signed_at"])


simple("keys.record_gap", "key_record", _record, seq=999)
simple("keys.record_differs", "key_record", _record, document=lambda row: bytes(row["document"]) + b" ")
simple("keys.record_differs/another day", "key_record", _record, made_at=lambda row: row["made_at"] + DAY)
simple("keys.record_switch", "key_record", _record, act="start", document=lambda row: _written(row, Act.START))


@plant("keys.signed_while_stopped")
def _signed_all_the_same(kept: Kept) -> Plant:
    row, signed = _record(kept), _last_signed(kept)
    sql = "UPDATE key_record SET act = 'stop', document = {} WHERE id = {}"
    return Plant("key_intent", signed["id"], ((sql, _written(row, Act.STOP), row["id"]),))
