"""Sealed batches (invariants 1 and 2): what was signed and what was logged say what the rows say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from seal.certificates import credential, documents
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.certification import status_index
from seal.cli.fsck.scope import Row, Scope


async def check(scope: Scope) -> AsyncIterator[Breach]:
    certificates = {
        row["id"]: None if row["jws"] is None else hashlib.sha256(bytes(row["jws"])).hexdigest()
        async for row in scope.pages("certification", columns="id, jws")
    }
    codes: dict[Any, int] = {}
    async for row in scope.pages("batch"):
        if row["public_id"] is not None:
            codes[row["id"]] = row["public_id"]
            for found in _credential(scope, row, certificates.get(row["certification_id"])):
                yield found
    for row in await scope.all("batch_action"):
        if row["document"] is not None and not _document_holds(scope, row, codes.get(row["batch_id"])):
            yield breach(1, "batch_action", row["id"], "batch.document", batch=str(row["batch_id"]))


def _credential(scope: Scope, row: Row, certificate: str | None) -> Iterator[Breach]:
    intent = scope.intents.get(row["intent_id"])
    if intent is None or intent.payload is None:
        return  # named by the check of signatures
    try:
        said = json.loads(intent.payload)
        subject = said["credentialSubject"]
        first = subject["assessment"][0]
        product = first["assessedProduct"][0]["product"]
        values = {one["metricName"]: one["metricValue"]["value"] for one in first["declaredValue"]}
        days = 0 if row["use_by"] is None else (row["use_by"] - row["sealed_on"]).days
        right = (
            credential.parse_public_id(said) == row["public_id"]
            and status_index(said) == row["status_index"]
            and product["batchNumber"] == row["lot"]
            and product["productionDate"] == row["produced_on"].isoformat()
            and first["assessmentDate"] == row["sealed_on"].isoformat()
            and (values["units"], values.get("useByDays", 0)) == (row["units"], days)
            and subject["auditableEvidence"]["hashDigest"] == certificate
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        right = False
    if not right:
        yield breach(2, "batch", row["id"], "batch.credential_differs", intent=str(row["intent_id"]))


def _document_holds(scope: Scope, row: Row, public_id: int | None) -> bool:
    if public_id is None:
        return False
    built = documents.batch_change(
        id=row["id"],
        did=scope.text("did"),
        act=row["action"],
        public_id=public_id,
        recorded_at=row["recorded_at"],
        effective_at=row["effective_at"],
        reason_class=row["reason_class"] or "",
        reason=row["reason"],
        advice=row["advice"],
    )
    return built == bytes(row["document"])
