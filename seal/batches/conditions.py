"""Conditional release: what perishes is sealed while a sample is at the laboratory (CERTIFICATION D 28). Pure.

Only where the protocol's test says ``release: conditional``. Nothing here is a state: whether a result is awaited,
overdue, failed or good is asked each time, and a good one is then kept with the condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Standing(StrEnum):
    AWAITED = "awaited"
    OVERDUE = "overdue"
    FAILED = "failed"
    LIFTED = "lifted"


STOPS = frozenset({Standing.OVERDUE, Standing.FAILED})
"""A sealed batch is held at once."""


@dataclass(frozen=True)
class Condition:
    """A result of ``test_id`` that the batch may be sealed without, through ``due_on`` (a local day)."""

    id: UUID
    batch_id: UUID
    test_id: str
    laboratory: str
    sampled_on: date
    due_on: date
    opened_at: datetime
    opened_by: UUID | None = None
    result_id: UUID | None = None
    lifted_at: datetime | None = None

    def awaited(self, today: date) -> bool:
        """Whether the time to wait is not over."""
        return self.lifted_at is None and today <= self.due_on


def latest(conditions: Sequence[Condition], test_id: str) -> Condition | None:
    """The one that counts: a new sample takes the place of an earlier one."""
    of_test = [one for one in conditions if one.test_id == test_id]
    return max(of_test, key=lambda one: (one.opened_at, one.id), default=None)
