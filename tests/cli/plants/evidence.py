"""Answers and evidence (invariant 8)."""

from __future__ import annotations

from tests.cli.kept import Kept
from tests.cli.plants.base import Plant, change, drop, flipped, plant, simple

simple("evidence.revision_gap", "answer", lambda kept: kept.one("answer", revision=2), revision=3)
simple("evidence.revises", "answer", lambda kept: kept.one("answer", revision=2), revises=None)
simple("evidence.answer_digest", "answer", lambda kept: kept.one("answer"), justification="Nunca lo vi")
simple(
    "evidence.answer_digest/outcome",
    "answer",
    lambda kept: kept.one("answer", outcome="non_compliant"),
    outcome="compliant",
)
simple(
    "evidence.answer_digest/measured",
    "answer",
    lambda kept: next(row for row in kept.rows["answer"] if row["measured_value"]),
    measured_value=lambda row: row["measured_value"] + "1",
)
simple(
    "evidence.file_digest",
    "stored_file",
    lambda kept: kept.one("stored_file"),
    content=lambda row: flipped(row["content"]),
)
simple("evidence.file_differs", "evidence", lambda kept: kept.one("evidence"), sha256="0" * 64)
simple(
    "evidence.file_differs/response",
    "finding_action",
    lambda kept: kept.one("finding_action", action="submit_evidence"),
    file_sha256="0" * 64,
)


@plant("evidence.other_audit")
def _evidence_of_another(kept: Kept) -> Plant:
    row = kept.one("evidence")
    other = next(answer for answer in kept.rows["answer"] if answer["audit_id"] != row["audit_id"])
    return change("evidence", row, answer_id=other["id"])


simple(
    "evidence.checklist_digest",
    "audit_checklist",
    lambda kept: kept.one("audit_checklist"),
    document=lambda row: row["document"] + b" ",
)
simple(
    "evidence.declaration",
    "conflict_declaration",
    lambda kept: kept.one("conflict_declaration"),
    conflict="Es mi compadre",
)
simple("evidence.agreement", "agreement", lambda kept: kept.one("agreement"), terms=b"Otros terminos")
simple("evidence.conclusion_digest", "conclusion", lambda kept: kept.one("conclusion"), document_sha256="0" * 64)


@plant("evidence.conclusion_differs")
def _file_removed_after_the_conclusion(kept: Kept) -> Plant:
    row = kept.one("evidence")
    return drop("evidence", row, named=("conclusion", kept.one("conclusion", audit_id=row["audit_id"])["id"]))


@plant("evidence.conclusion_differs/answer removed")
def _answer_removed_after_the_conclusion(kept: Kept) -> Plant:
    row = kept.one("answer", revision=2)
    return drop("answer", row, named=("conclusion", kept.one("conclusion", audit_id=row["audit_id"])["id"]))


@plant("evidence.concluded_alone")
def _step_removed(kept: Kept) -> Plant:
    row = kept.one("audit_action", action="conclude")
    return drop("audit_action", row, named=("conclusion", kept.one("conclusion", audit_id=row["audit_id"])["id"]))
