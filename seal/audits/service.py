"""Verbs on audits, told by what an audit goes through: planning, start, field work, submission, corrections, end."""

from __future__ import annotations

from seal.audits.access import Work, audit, audits, work
from seal.audits.answers import AnswerInput
from seal.audits.beginning import correct_facts, start
from seal.audits.closing import abort, conclude, concluded, return_for_completion, void
from seal.audits.closing import conclusion_of as conclusion
from seal.audits.conclusion import Conclusion
from seal.audits.corrections import (
    Upload,
    dispute,
    extend,
    finding,
    findings_of,
    regrade,
    respond,
    rule_on_dispute,
    verify_response,
)
from seal.audits.fieldwork import answer, attach_evidence
from seal.audits.interests import conflicts_of, participants
from seal.audits.planning import assign, declare_conflicts, plan, unassign
from seal.audits.submission import submit

__all__ = [
    "AnswerInput",
    "Conclusion",
    "Upload",
    "Work",
    "abort",
    "answer",
    "assign",
    "attach_evidence",
    "audit",
    "audits",
    "conclude",
    "concluded",
    "conclusion",
    "conflicts_of",
    "correct_facts",
    "declare_conflicts",
    "dispute",
    "extend",
    "finding",
    "findings_of",
    "participants",
    "plan",
    "regrade",
    "respond",
    "return_for_completion",
    "rule_on_dispute",
    "start",
    "submit",
    "unassign",
    "verify_response",
    "void",
    "work",
]
