"""Decisions (invariant 2): a quorum of votes by people who took no part and had no conflict, and the logged document.

The document that stands in the log is built again from the row, its votes and its batches: not one byte may differ.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from seal.certificates import documents
from seal.certificates.model import ReasonClass
from seal.certificates.review import Choice, Decision, Vote, tally
from seal.cli.fsck import interests
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.interests import Interests
from seal.cli.fsck.scope import Row, Scope


async def check(scope: Scope) -> AsyncIterator[Breach]:
    known = await interests.load(scope)
    votes = await scope.grouped("vote", "decision_id")
    batches = await scope.grouped("decision_batch", "decision_id")
    certifications = await scope.all("certification", columns="id, decision_id, public_id")
    codes = {row["id"]: row["public_id"] for row in certifications}
    granted = {row["decision_id"]: row["public_id"] for row in certifications}
    expected: dict[UUID, int] = {}
    for row in await scope.all("decision", order="subject_id, sequence, id"):
        place = expected.get(row["subject_id"], 0)
        if row["sequence"] != place:
            yield breach(2, "decision", row["id"], "decision.sequence", sequence=row["sequence"], expected=place)
        expected[row["subject_id"]] = row["sequence"] + 1
        cast = votes.get(row["id"], [])
        for found in (*_made(row, cast), *_free(row, cast, known)):
            yield found
        if row["document"] is not None:
            public_id = granted.get(row["id"]) if row["kind"] == "certify" else codes.get(row["subject_id"])
            named = [one["batch_id"] for one in batches.get(row["id"], ())]
            if not _document_holds(scope, row, cast, public_id, named):
                yield breach(2, "decision", row["id"], "decision.document")


def _made(row: Row, cast: list[Row]) -> Iterator[Breach]:
    counted = [one for one in cast if one["choice"] != Choice.BARRED]
    if row["outcome"] is None:
        if len({one["person_id"] for one in counted}) >= row["quorum"]:
            yield breach(2, "decision", row["id"], "decision.not_made", votes=len(counted), quorum=row["quorum"])
        return
    voters = {one["person_id"] for one in counted}
    if row["outcome"] != Choice.DEFER and len(voters) < row["quorum"]:  # one that found no quorum may be adjourned
        yield breach(2, "decision", row["id"], "decision.quorum", votes=len(voters), quorum=row["quorum"])
    elif len(voters) >= row["quorum"]:
        outcome = tally(_votes(cast), row["quorum"])
        if outcome is not None and outcome != row["outcome"] and row["outcome"] != Choice.DEFER:
            yield breach(2, "decision", row["id"], "decision.tally", outcome=row["outcome"], counted=outcome.value)


def _free(row: Row, cast: list[Row], known: Interests) -> Iterator[Breach]:
    """Nobody whose vote counts took part in the audit or had a conflict of interest."""
    for vote in cast:
        if vote["choice"] == Choice.BARRED:
            continue
        person, moments = vote["person_id"], {vote["at"]}
        if row["outcome"] == Choice.GRANT:
            moments.add(row["recorded_at"])  # whoever counts for a grant is looked at again when it is made
        if row["audit_id"] is not None and person in known.took_part(row["audit_id"], max(moments)):
            yield breach(2, "vote", vote["id"], "decision.took_part", person=str(person), decision=str(row["id"]))
        for at in sorted(moments):
            reasons = known.conflicts(person, row["producer_id"], at)
            if reasons:
                why = ", ".join(str(reason) for reason in reasons)
                named = {"person": str(person), "decision": str(row["id"]), "why": why}
                yield Breach(2, "vote", str(vote["id"]), "decision.conflict", named)
                break


def _votes(cast: list[Row]) -> list[Vote]:
    return [Vote(one["person_id"], Choice(one["choice"]), one["reason"]) for one in cast]


def _document_holds(scope: Scope, row: Row, cast: list[Row], public_id: int | None, named: list[UUID]) -> bool:
    try:
        said: dict[str, Any] = json.loads(bytes(row["document"]))
        made = Decision(
            id=row["id"],
            association_id=scope.id,
            kind=row["kind"],
            producer_id=row["producer_id"],
            subject_id=row["subject_id"],
            audit_id=row["audit_id"],
            quorum=row["quorum"],
            opened_at=row["opened_at"],
            outcome=Choice(row["outcome"]),
            recorded_at=row["recorded_at"],
            effective_at=row["effective_at"],
            reason_class=ReasonClass(row["reason_class"]) if row["reason_class"] else None,
            reason=row["reason"],
            affected_from=row["affected_from"],
            affected_to=row["affected_to"],
        )
        # What the audit, the protocol and the term say is compared with their own rows by the next check.
        days = [date.fromisoformat(said[name]) for name in ("valid_from", "valid_until") if name in said]
        built = documents.decision(
            made,
            _votes(cast),
            did=scope.text("did"),
            public_id=public_id,
            batches=named,
            audit_sha256=said.get("audit_sha256"),
            protocol=said.get("protocol"),
            term=(days[0], days[1]) if days else None,
        )
    except (ValueError, KeyError, TypeError, IndexError):
        return False
    return built == bytes(row["document"])
