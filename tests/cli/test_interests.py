"""What ``seal fsck`` knows of audits at a moment, folded from rows."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from seal.audits.model import AuditState
from seal.cli.fsck.interests import Interests

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AUDIT = UUID(int=1)
TAKEN = ("plan", "assign", "announce", "start", "submit", "clear", "conclude", "void")


def test_an_audit_voided_in_the_second_of_a_grant_stood_when_it_was_granted() -> None:
    steps = [{"action": action, "recorded_at": NOON, "effective_at": NOON} for action in TAKEN]
    known = Interests("America/Coyhaique", {}, {AUDIT: steps}, {}, {}, [], [], [], [])
    assert known.state(AUDIT, NOON) is AuditState.VOIDED
    assert known.state(AUDIT, NOON, before_end=True) is AuditState.CLOSED
    assert known.state(AUDIT, NOON.replace(second=1), before_end=True) is AuditState.VOIDED
