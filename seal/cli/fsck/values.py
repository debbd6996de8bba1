"""Words in columns: an act, a state or a kind that Seal does not know is named here, row by row (invariant 14)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum

from seal.audits.findings import FindingAction, Grade
from seal.audits.model import AuditAction, AuditKind
from seal.batches.model import Action as BatchAction
from seal.batches.model import Advice
from seal.certificates.model import Action as CertificationAction
from seal.certificates.model import ReasonClass
from seal.certificates.review import Choice
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Scope
from seal.keys.model import IntentKind, IntentState
from seal.labels.boxes.model import Action as BoxAction
from seal.labels.model import VoidReason
from seal.members.model import MembershipAction, RelationKind
from seal.protocols.life import Action as ProtocolAction
from seal.protocols.life import Source
from seal.protocols.model import Outcome
from seal.traceability.recalls.model import Act, AnswerKind, Cause

WORDS: tuple[tuple[str, str, type[StrEnum]], ...] = (
    ("answer", "outcome", Outcome),
    ("audit", "kind", AuditKind),
    ("audit_action", "action", AuditAction),
    ("batch_action", "action", BatchAction),
    ("batch_action", "advice", Advice),
    ("batch_action", "reason_class", ReasonClass),
    ("certification_change", "action", CertificationAction),
    ("decision", "outcome", Choice),
    ("decision", "reason_class", ReasonClass),
    ("finding_action", "action", FindingAction),
    ("finding_action", "grade", Grade),
    ("key_intent", "kind", IntentKind),
    ("key_intent", "state", IntentState),
    ("label_box_move", "action", BoxAction),
    ("label_loss", "reason", VoidReason),
    ("label_roll_void", "reason", VoidReason),
    ("label_void", "reason", VoidReason),
    ("producer_action", "action", MembershipAction),
    ("protocol_action", "action", ProtocolAction),
    ("protocol_draft", "source", Source),
    ("recall", "advice", Advice),
    ("recall", "cause", Cause),
    ("recall", "reason_class", ReasonClass),
    ("recall_answer", "kind", AnswerKind),
    ("recall_item", "act", Act),
    ("relation", "kind", RelationKind),
    ("vote", "choice", Choice),
)
"""Table, column, and what may stand there; null is for the other checks."""


async def check(scope: Scope) -> AsyncIterator[Breach]:
    for table, column, words in WORDS:
        known = {word.value for word in words}
        for row in await scope.all(table, columns=f"id, {column} AS word"):
            if row["word"] is not None and row["word"] not in known:
                yield breach(14, table, row["id"], "row.value", column=column, value=str(row["word"])[:40])
