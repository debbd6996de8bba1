"""The exact documents that stand in the log as decisions and status changes (leaf type 5). Pure.

RFC 8785 JSON, no floats, times as ``2026-11-21T12:00:00Z``. Fields, in the order in which they are written down here:

``kind``            ``decision`` (on an audit, or about a certification), ``batch`` (about a batch) or ``waiver``
                    (two persons let a reason against sealing stand)
``id``              UUID of the row: the leaf's object id
``association``     the association's DID
``act``             decision: certify, suspend, lift, withdraw; batch: hold, release, recall, revoke; waiver: approve,
                    revoke
``outcome``         decision only: grant, refuse, defer, approve, reject
``about``           public code of the certification or batch, empty when there is none
``audit_sha256``    decision on an audit: digest of the conclusion that it rests on
``protocol``        decision on an audit: ``{"id", "version", "sha256"}``
``quorum``, ``votes``   decision only: votes needed, and ``{"voter": person's UUID, "choice"}`` by voter
``recorded_at``, ``effective_at``, ``reason_class``, ``reason``
``affected_from``, ``affected_to``, ``batches``   what the act reaches back to: days, and UUIDs of batches
``advice``          recall only: what to do, as a code
``valid_from``, ``valid_until``   grant only
``waiver``, ``batch``   waiver only: UUID of the waiver (of an approval it is ``id`` too) and of the batch
``gate``, ``told``  waiver only: code and parameters of the reason that stands
``asked_by``, ``asked_at``, ``by``   waiver only: who asked and when, and who approved or revoked
``file_sha256``     waiver only, if a file came with it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import rfc8785

from seal.certificates.review import Choice, Decision, Vote
from seal.clock import rfc3339
from seal.ids import Code


def decision(
    made: Decision,
    votes: Sequence[Vote],
    *,
    did: str,
    public_id: int | None,
    batches: Sequence[UUID] = (),
    audit_sha256: str | None = None,
    protocol: Mapping[str, str] | None = None,
    term: tuple[date, date] | None = None,
) -> bytes:
    """The document of a decision that has just been made."""
    if made.outcome is None or made.recorded_at is None or made.effective_at is None:
        raise ValueError("an open decision has no document")
    document: dict[str, Any] = {
        "kind": "decision",
        "id": str(made.id),
        "association": did,
        "act": made.kind,
        "outcome": made.outcome.value,
        "about": "" if public_id is None else Code(public_id).plain,
        "quorum": made.quorum,
        "votes": [
            {"voter": str(vote.person_id), "choice": vote.choice.value}
            for vote in sorted(votes, key=lambda vote: vote.person_id)
            if vote.choice is not Choice.BARRED
        ],
        **_times(made.recorded_at, made.effective_at),
        "reason_class": made.reason_class.value if made.reason_class else "",
        "reason": made.reason,
    }
    if audit_sha256 is not None:
        document["audit_sha256"] = audit_sha256
    if protocol is not None:
        document["protocol"] = dict(protocol)
    if made.affected_from is not None:
        document["affected_from"] = made.affected_from.isoformat()
    if made.affected_to is not None:
        document["affected_to"] = made.affected_to.isoformat()
    if batches:
        document["batches"] = [str(batch) for batch in sorted(batches)]
    if term is not None:
        document["valid_from"], document["valid_until"] = term[0].isoformat(), term[1].isoformat()
    return bytes(rfc8785.dumps(document))


def batch_change(
    *,
    id: UUID,
    did: str,
    act: str,
    public_id: int,
    recorded_at: datetime,
    effective_at: datetime,
    reason_class: str,
    reason: str,
    advice: str | None = None,
) -> bytes:
    """The document of a hold, release, recall or revocation of a sealed batch."""
    document: dict[str, Any] = {
        "kind": "batch",
        "id": str(id),
        "association": did,
        "act": act,
        "about": Code(public_id).plain,
        **_times(recorded_at, effective_at),
        "reason_class": reason_class,
        "reason": reason,
    }
    if advice is not None:
        document["advice"] = advice
    return bytes(rfc8785.dumps(document))


def waiver(
    *,
    id: UUID,
    did: str,
    act: str,
    waiver_id: UUID,
    batch_id: UUID,
    gate: str,
    told: Mapping[str, str | int],
    asked_by: UUID,
    asked_at: datetime,
    by: UUID,
    at: datetime,
    reason: str,
    file_sha256: str | None = None,
) -> bytes:
    """The document of an approved waiver, or of its revocation; ``reason`` is the asker's, or why it was revoked."""
    document: dict[str, Any] = {
        "kind": "waiver",
        "id": str(id),
        "association": did,
        "act": act,
        "waiver": str(waiver_id),
        "batch": str(batch_id),
        "gate": gate,
        "told": dict(told),
        "asked_by": str(asked_by),
        "asked_at": rfc3339(asked_at),
        "by": str(by),
        **_times(at, at),
        "reason": reason,
    }
    if file_sha256 is not None:
        document["file_sha256"] = file_sha256
    return bytes(rfc8785.dumps(document))


def _times(recorded_at: datetime, effective_at: datetime) -> dict[str, str]:
    return {"recorded_at": rfc3339(recorded_at), "effective_at": rfc3339(effective_at)}
