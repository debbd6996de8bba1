"""The exact bytes of decisions, status changes and label entries in the log: frozen, so written out here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from seal.certificates import documents
from seal.certificates.model import ReasonClass
from seal.certificates.review import Choice, Decision, Vote
from seal.labels import documents as label_documents
from seal.labels.model import LabelRange, Void, VoidReason

DID = "did:web:sello.example"
AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
OPEN = Decision(
    id=UUID(int=1),
    association_id=UUID(int=2),
    kind="certify",
    producer_id=UUID(int=3),
    subject_id=UUID(int=4),
    audit_id=UUID(int=4),
    quorum=1,
    opened_at=AT,
)


def test_a_grant_to_the_byte() -> None:
    made = replace(OPEN, outcome=Choice.GRANT, recorded_at=AT, effective_at=AT, reason="Cumple.")
    votes = [Vote(UUID(int=9), Choice.GRANT, "Cumple."), Vote(UUID(int=8), Choice.BARRED)]
    document = documents.decision(
        made,
        votes,
        did=DID,
        public_id=1,
        audit_sha256="ab" * 32,
        protocol={"id": "miel", "version": "0.1.0", "sha256": "cd" * 32},
        term=(date(2026, 3, 3), date(2027, 3, 2)),
    )
    assert document.decode() == (
        '{"about":"000000012","act":"certify","association":"did:web:sello.example","audit_sha256":"' + "ab" * 32 + '",'
        '"effective_at":"2026-03-03T12:00:00Z","id":"00000000-0000-0000-0000-000000000001","kind":"decision",'
        '"outcome":"grant","protocol":{"id":"miel","sha256":"' + "cd" * 32 + '","version":"0.1.0"},"quorum":1,'
        '"reason":"Cumple.","reason_class":"","recorded_at":"2026-03-03T12:00:00Z","valid_from":"2026-03-03",'
        '"valid_until":"2027-03-02","votes":[{"choice":"grant","voter":"00000000-0000-0000-0000-000000000009"}]}'
    )


def test_a_withdrawal_with_window_and_batches_to_the_byte() -> None:
    made = replace(
        OPEN,
        kind="withdraw",
        audit_id=None,
        outcome=Choice.APPROVE,
        recorded_at=AT,
        effective_at=AT,
        reason_class=ReasonClass.FRAUD,
        reason="Mezcla.",
        affected_from=date(2026, 2, 1),
        affected_to=date(2026, 3, 3),
    )
    document = documents.decision(
        made, [Vote(UUID(int=9), Choice.APPROVE)], did=DID, public_id=1, batches=[UUID(int=7), UUID(int=6)]
    )
    assert document.decode() == (
        '{"about":"000000012","act":"withdraw","affected_from":"2026-02-01","affected_to":"2026-03-03",'
        '"association":"did:web:sello.example","batches":["00000000-0000-0000-0000-000000000006",'
        '"00000000-0000-0000-0000-000000000007"],"effective_at":"2026-03-03T12:00:00Z",'
        '"id":"00000000-0000-0000-0000-000000000001","kind":"decision","outcome":"approve","quorum":1,'
        '"reason":"Mezcla.","reason_class":"fraud","recorded_at":"2026-03-03T12:00:00Z",'
        '"votes":[{"choice":"approve","voter":"00000000-0000-0000-0000-000000000009"}]}'
    )


def test_a_recall_to_the_byte() -> None:
    document = documents.batch_change(
        id=UUID(int=5),
        did=DID,
        act="recall",
        public_id=1,
        recorded_at=AT,
        effective_at=AT,
        reason_class="food_safety",
        reason="HMF alto.",
        advice="do_not_eat",
    )
    assert document.decode() == (
        '{"about":"000000012","act":"recall","advice":"do_not_eat","association":"did:web:sello.example",'
        '"effective_at":"2026-03-03T12:00:00Z","id":"00000000-0000-0000-0000-000000000005","kind":"batch",'
        '"reason":"HMF alto.","reason_class":"food_safety","recorded_at":"2026-03-03T12:00:00Z"}'
    )


def test_a_range_and_a_void_to_the_byte() -> None:
    found = LabelRange(UUID(int=5), UUID(int=6), 1, 24, AT, UUID(int=7))
    assert label_documents.reserved(found, did=DID, public_id=1).decode() == (
        '{"association":"did:web:sello.example","at":"2026-03-03T12:00:00Z","batch":"000000012","first":1,'
        '"id":"00000000-0000-0000-0000-000000000005","kind":"label_range","last":24}'
    )
    lost = Void(UUID(int=5), UUID(int=6), 3, 4, VoidReason.LOST, AT)
    assert label_documents.voided(lost, did=DID, public_id=1).decode() == (
        '{"association":"did:web:sello.example","at":"2026-03-03T12:00:00Z","batch":"000000012","first":3,'
        '"id":"00000000-0000-0000-0000-000000000005","kind":"label_void","last":4,"reason":"lost"}'
    )


def test_an_open_decision_has_no_document() -> None:
    with pytest.raises(ValueError, match="open decision"):
        documents.decision(OPEN, [], did=DID, public_id=None)
