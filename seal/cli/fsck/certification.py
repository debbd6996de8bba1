"""Certifications (invariant 2): a concluded, passed audit pinned by digest, a pinned protocol version, a grant.

The credential that was signed must say what the row says: code, status index, protocol and term.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from seal.audits.model import AuditState
from seal.certificates import credential, status_list
from seal.cli.fsck import interests
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.interests import Interests
from seal.cli.fsck.scope import SKEW, Row, Scope
from seal.clock import end_of_day, rfc3339

Rows = dict[UUID, Row]


async def check(scope: Scope) -> AsyncIterator[Breach]:
    versions: Rows = {}
    async for version in scope.pages("protocol_version", columns="id, protocol_id, version, digest"):
        versions[version["id"]] = version
    known = await interests.load(scope)
    conclusions = {row["audit_id"]: row for row in await scope.all("conclusion")}
    decisions = await scope.by_id("decision")
    sites = await scope.grouped("certification_site", "certification_id")
    products = await scope.grouped("certification_product", "certification_id")
    for row in await scope.all("certification"):
        decision, conclusion = decisions.get(row["decision_id"]), conclusions.get(row["audit_id"])
        for found in (
            *_grounds(row, decision, conclusion, known),
            *_pinned(row, decision, conclusion, versions.get(row["version_id"]), known),
            *_scope(row, conclusion, sites.get(row["id"], []), products.get(row["id"], [])),
            *_credential(scope, row, versions.get(row["version_id"])),
        ):
            yield found


def _grounds(row: Row, decision: Row | None, conclusion: Row | None, known: Interests) -> Iterator[Breach]:
    """A grant on this audit, and a conclusion that stood when it was made."""
    if decision is None:
        yield breach(2, "certification", row["id"], "certification.no_decision")
    elif (decision["kind"], decision["outcome"], decision["audit_id"], decision["producer_id"]) != (
        "certify", "grant", row["audit_id"], row["producer_id"],
    ):  # fmt: skip
        yield breach(2, "certification", row["id"], "certification.decision_differs", decision=str(decision["id"]))
    if conclusion is None:
        yield breach(2, "certification", row["id"], "certification.no_conclusion", audit=str(row["audit_id"]))
        return
    digest = hashlib.sha256(bytes(conclusion["document"])).hexdigest()
    if not digest == conclusion["document_sha256"] == row["conclusion_sha256"]:
        yield breach(2, "certification", row["id"], "certification.conclusion_digest", audit=str(row["audit_id"]))
    if not conclusion["passed"]:
        yield breach(2, "certification", row["id"], "certification.not_passed", audit=str(row["audit_id"]))
    moments = (row["granted_at"], row["granted_at"] + SKEW)
    stood = AuditState.CLOSED in {known.state(row["audit_id"], moment, before_end=True) for moment in moments}
    if conclusion["concluded_at"] > moments[1] or not stood:
        yield breach(2, "certification", row["id"], "certification.not_concluded", audit=str(row["audit_id"]))


def _pinned(
    row: Row, decision: Row | None, conclusion: Row | None, version: Row | None, known: Interests
) -> Iterator[Breach]:
    """One protocol version and one digest everywhere: certification, audit, conclusion, decision's document."""
    audit = known.audits.get(row["audit_id"])
    said = _json(decision["document"]) if decision else {}
    concluded = _json(conclusion["document"]) if conclusion else {}
    protocol = said.get("protocol", {})
    term = (row["valid_from"].isoformat(), row["valid_until"].isoformat())
    right = (
        version is not None
        and audit is not None
        and audit["version_id"] == row["version_id"]
        and audit["producer_id"] == row["producer_id"]
        and version["protocol_id"] == row["protocol_id"]
        and protocol == {"id": version["protocol_id"], "version": version["version"], "sha256": version["digest"]}
        and concluded.get("protocol", {}).get("sha256") == version["digest"]
        and concluded.get("protocol", {}).get("version_id") == str(row["version_id"])
    )
    if conclusion is not None and decision is not None and not right:
        yield breach(2, "certification", row["id"], "certification.version_differs", version=str(row["version_id"]))
    if decision is not None and decision["document"] is not None:
        kept = (said.get("audit_sha256"), said.get("valid_from"), said.get("valid_until"))
        if kept != (row["conclusion_sha256"], *term) or row["granted_at"] != decision["recorded_at"]:
            yield breach(2, "certification", row["id"], "certification.decision_differs", decision=str(decision["id"]))


def _scope(row: Row, conclusion: Row | None, sites: list[Row], products: list[Row]) -> Iterator[Breach]:
    """Nothing is certified that was not audited."""
    said = _json(conclusion["document"]) if conclusion else {}
    audited = {*said.get("sites", ()), *said.get("products", ())}
    held = {str(one["site_id"]) for one in sites} | {str(one["product_id"]) for one in products}
    if conclusion is not None and not (sites and products and held <= audited):
        yield breach(2, "certification", row["id"], "certification.scope", audit=str(row["audit_id"]))


def _credential(scope: Scope, row: Row, version: Row | None) -> Iterator[Breach]:
    intent = scope.intents.get(row["intent_id"])
    if intent is None or intent.payload is None:
        return  # named by the check of signatures
    said = _json(intent.payload)
    last = end_of_day(row["valid_until"], scope.text("zone")) - timedelta(seconds=1)
    right = (
        credential.parse_public_id(said) == row["public_id"]
        and status_index(said) == row["status_index"]
        and (said.get("validFrom"), said.get("validUntil")) == (rfc3339(row["granted_at"]), rfc3339(last))
        and (version is None or _scheme_version(said) == version["version"])
    )
    if not right:
        yield breach(2, "certification", row["id"], "certification.credential_differs", intent=str(row["intent_id"]))


def _scheme_version(said: Mapping[str, Any]) -> object:
    try:
        return said["credentialSubject"]["scope"]["version"]
    except (KeyError, TypeError):
        return None


def status_index(said: Mapping[str, Any]) -> int | None:
    """The one index that all status entries of a credential name; ``None`` if they do not agree."""
    try:
        found = {
            int(entry["statusListCredential"].rpartition("/")[2]) * status_list.SLOTS + int(entry["statusListIndex"])
            for entry in said["credentialStatus"]
        }
    except (KeyError, TypeError, ValueError):
        return None
    return found.pop() if len(found) == 1 else None


def _json(data: bytes | None) -> dict[str, Any]:
    """The members of a kept document; none if it cannot be read, which is then a breach by difference."""
    try:
        said = json.loads(bytes(data or b"{}"))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
