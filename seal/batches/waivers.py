"""Waivers: one reason against sealing that two persons let stand (CERTIFICATION D 31, C2 11). Pure.

A waiver covers the reason exactly as it was told when it was asked for: another value, another day, another limit is
another reason. Of what may be exceeded, less is covered too. State, right, custody, holds and critical findings are
never waived.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import rfc8785

from seal.errors import Param, Reason

REASON_MOST = 2000
OF_TEST: Final = frozenset(
    {"batch.test_missing", "batch.test_by_wrong_tester", "batch.test_failed", "batch.test_unreadable"}
)
"""Waived only where the protocol's test says ``override: two_persons``."""
ALWAYS: Final[Mapping[str, str]] = {"batch.over_capacity": "grams"}
"""Reasons that two persons may always let stand, and the number that a waiver covers up to what was approved."""


class WaiverState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    REVOKED = "revoked"


OPEN: Final = frozenset({WaiverState.ASKED, WaiverState.APPROVED})


@dataclass(frozen=True)
class WaiverEnd:
    """How it ended before the batch was sealed. ``id`` is the leaf's object where an approved one was revoked."""

    id: UUID
    kind: WaiverState
    reason: str
    by: UUID
    at: datetime


@dataclass(frozen=True)
class Waiver:
    """``gate`` and ``told`` are the reason's code and parameters, ``subject`` the test that it speaks of, if any."""

    id: UUID
    batch_id: UUID
    gate: str
    subject: str
    told: Mapping[str, Param]
    reason: str
    asked_by: UUID
    asked_at: datetime
    file_id: UUID | None = None
    approved_by: UUID | None = None
    approved_at: datetime | None = None
    end: WaiverEnd | None = field(default=None)

    @property
    def state(self) -> WaiverState:
        if self.end is not None:
            return self.end.kind
        return WaiverState.ASKED if self.approved_at is None else WaiverState.APPROVED

    @property
    def about(self) -> Reason:
        """The reason that it lets stand, for its sentence."""
        return Reason(self.gate, self.told)

    def covers(self, reason: Reason) -> bool:
        """Whether this is the reason that was approved, or less of the same."""
        if self.state is not WaiverState.APPROVED or reason.code != self.gate:
            return False
        given, most = dict(reason.params), dict(self.told)
        up_to = ALWAYS.get(self.gate)
        if up_to in given and up_to in most and int(given.pop(up_to)) > int(most.pop(up_to)):
            return False
        return given == most


def subject_of(reason: Reason) -> str:
    """What a reason is about: the test, and of one consignment its lot as well; of quantities what was summed up; empty
    for the batch as a whole."""
    named = (str(reason.params[key]) for key in ("test", "lot", "scope") if key in reason.params)
    return "/".join(named)


def may_be_waived(reason: Reason, overridable: Iterable[str]) -> bool:
    """Whether two persons may let ``reason`` stand. ``overridable``: ids of tests whose rule says so."""
    return reason.code in ALWAYS or (reason.code in OF_TEST and str(reason.params.get("test")) in set(overridable))


def covering(reason: Reason, waivers: Sequence[Waiver]) -> Waiver | None:
    """The waiver that lets a reason stand, if there is one."""
    return next((waiver for waiver in waivers if waiver.covers(reason)), None)


def packed(params: Mapping[str, Param]) -> str:
    """Parameters of a reason as they are kept: RFC 8785 JSON."""
    return rfc8785.dumps(dict(params)).decode()


def unpacked(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found
