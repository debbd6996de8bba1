"""Answers, evidence and conclusions (invariant 8): revisions form chains, digests hold, what was concluded is still so.

An answer's digest is of what the client sent; whether it sent the computed outcome of a measured value or left it out
is not kept, so either will do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from seal.audits.answers import AnswerInput, content_digest
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.identity import Device
from seal.protocols.model import Outcome

Answers = dict[UUID, dict[UUID, Row]]


async def check(scope: Scope) -> AsyncIterator[Breach]:
    answers: Answers = {}
    for audit_id, rows in (await scope.grouped("answer", "audit_id", order="point_id, unit, revision, id")).items():
        answers[audit_id] = {row["id"]: row for row in rows}
        for found in (*_chains(rows), *_contents(rows)):
            yield found
    files: dict[UUID, str] = {}
    async for row in scope.pages("stored_file", columns="id, sha256, size, content", at_once=4):
        content = bytes(row["content"])
        files[row["id"]] = row["sha256"]
        if hashlib.sha256(content).hexdigest() != row["sha256"] or len(content) != row["size"]:
            yield breach(8, "stored_file", row["id"], "evidence.file_digest")
    evidence = await scope.grouped("evidence", "audit_id")
    for audit_id, rows in evidence.items():
        for found in _evidence(rows, answers.get(audit_id, {}), files):
            yield found
    for row in await scope.all("finding_action", columns="id, file_id, file_sha256"):
        if row["file_id"] is not None and files.get(row["file_id"]) != row["file_sha256"]:
            yield breach(8, "finding_action", row["id"], "evidence.file_differs", file=str(row["file_id"]))
    async for found in _frozen(scope):
        yield found
    async for found in _conclusions(scope, answers, evidence):
        yield found


def _chains(rows: list[Row]) -> Iterator[Breach]:
    """For each point and unit: revisions 1, 2, 3 …, each naming the one before. ``rows`` are of one audit, in order."""
    before: Row | None = None
    for row in rows:
        if before is not None and _about(before) != _about(row):
            before = None
        expected = before["revision"] + 1 if before else 1
        if row["revision"] != expected:
            found = {"point": row["point_id"], "revision": row["revision"], "expected": expected}
            yield Breach(8, "answer", str(row["id"]), "evidence.revision_gap", found)
        if row["revises"] != (before["id"] if before else None):
            yield breach(8, "answer", row["id"], "evidence.revises", point=row["point_id"], revision=row["revision"])
        before = row


def _about(row: Row) -> tuple[str, str]:
    return row["point_id"], row["unit"]


def _contents(rows: list[Row]) -> Iterator[Breach]:
    for row in rows:
        value, unit = row["measured_value"], row["measured_unit"]
        device = None
        if row["device_id"] is not None:
            device = Device(row["device_id"], row["device_time"], row["device_offset_ms"])
        sent = AnswerInput(
            id=row["id"],
            point_id=row["point_id"],
            outcome=Outcome(row["outcome"]),
            measured=None if value is None else (value, unit),
            justification=row["justification"],
            revises=row["revises"],
            device=device,
            method=row["method"],
            instrument=row["instrument"],
            follow_up_on=row["follow_up_on"],
            unit=row["unit"],
            response=None if row["response"] is None else _json(row["response"]),
            confirmed=bool(row["confirmed"]),
            filled_by=row["answered_by"] if row["keyed_by"] is not None else None,
        )
        possible = {content_digest(sent), content_digest(replace(sent, filled_by=row["answered_by"]))}
        if sent.measured is not None or sent.response is not None:
            possible |= {
                content_digest(replace(sent, outcome=None)),
                content_digest(replace(sent, outcome=None, filled_by=row["answered_by"])),
            }
        if row["content_sha256"] not in possible:
            yield breach(8, "answer", row["id"], "evidence.answer_digest", point=row["point_id"])


def _evidence(rows: list[Row], answers: dict[UUID, Row], files: dict[UUID, str]) -> Iterator[Breach]:
    for row in rows:
        if row["answer_id"] not in answers:
            yield breach(8, "evidence", row["id"], "evidence.other_audit", answer=str(row["answer_id"]))
        if files.get(row["file_id"]) != row["sha256"]:
            yield breach(8, "evidence", row["id"], "evidence.file_differs", file=str(row["file_id"]))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(bytes(data)).hexdigest()


async def _frozen(scope: Scope) -> AsyncIterator[Breach]:
    """Documents that are kept whole with their digest."""
    for row in await scope.all("audit_checklist", columns="id, document, document_sha256"):
        if _sha256(row["document"]) != row["document_sha256"]:
            yield breach(8, "audit_checklist", row["id"], "evidence.checklist_digest")
    for row in await scope.all("conflict_declaration"):
        said = _json(row["document"])
        told = (said.get("audit"), said.get("person"), said.get("conflict"))
        right = told == (str(row["audit_id"]), str(row["person_id"]), row["conflict"])
        if not right or _sha256(row["document"]) != row["document_sha256"]:
            yield breach(8, "conflict_declaration", row["id"], "evidence.declaration")
    for row in await scope.all("agreement", columns="id, terms, terms_sha256"):
        if _sha256(row["terms"]) != row["terms_sha256"]:
            yield breach(8, "agreement", row["id"], "evidence.agreement")


async def _conclusions(scope: Scope, answers: Answers, evidence: dict[UUID, list[Row]]) -> AsyncIterator[Breach]:
    """A conclusion rests on answers and files that are still as they were, and on nothing added since."""
    checklists = await scope.grouped(
        "audit_checklist", "audit_id", columns="id, audit_id, sequence, document_sha256", order="sequence, id"
    )
    concluded = {
        row["audit_id"]
        for row in await scope.all("audit_action", columns="id, audit_id, action")
        if row["action"] == "conclude"
    }
    for row in await scope.all("conclusion"):
        audit_id = row["audit_id"]
        if _sha256(row["document"]) != row["document_sha256"]:
            yield breach(8, "conclusion", row["id"], "evidence.conclusion_digest")
        if audit_id not in concluded:
            yield breach(8, "conclusion", row["id"], "evidence.concluded_alone", audit=str(audit_id))
        concluded.discard(audit_id)
        frozen = checklists.get(audit_id, [])
        checklist = frozen[-1]["document_sha256"] if frozen else None
        for part in _differences(row, answers.get(audit_id, {}), evidence.get(audit_id, []), checklist):
            yield breach(8, "conclusion", row["id"], "evidence.conclusion_differs", part=part, audit=str(audit_id))
    for audit_id in concluded:
        yield breach(8, "audit", audit_id, "evidence.concluded_alone", audit=str(audit_id))


def _differences(row: Row, answers: dict[UUID, Row], evidence: list[Row], checklist: str | None) -> Iterator[str]:
    """The parts of a conclusion that the rows no longer bear out."""
    said = _json(row["document"])
    try:
        told = {UUID(one["id"]): (one["point"], one["revision"], one["content_sha256"]) for one in said["answers"]}
    except (KeyError, TypeError, ValueError):
        told = {}
    points = {point for point, _, _ in told.values()}
    newest: dict[tuple[str, str], Row] = {}
    for answer in answers.values():  # in the order of revisions
        newest[_about(answer)] = answer
    counted = {
        one["id"]: (one["point_id"], one["revision"], one["content_sha256"])
        for one in newest.values()
        if one["point_id"] in points
    }
    if not told or told != counted:
        yield "answers"
    if said.get("evidence") != sorted({one["sha256"] for one in evidence}):
        yield "evidence"
    if said.get("checklist_sha256") != checklist:
        yield "checklist"
    if said.get("passed") != bool(row["passed"]) or said.get("audit") != str(row["audit_id"]):
        yield "result"
    if (said.get("producer"), said.get("protocol", {}).get("version_id")) != (
        str(row["producer_id"]),
        str(row["version_id"]),
    ):
        yield "scope"


def _json(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(bytes(data))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
