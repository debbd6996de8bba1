"""The verdicts and the notes beside them, as words. Pure; :mod:`seal.verification.model` says when each is true."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """The verdicts, in the order in which they are tried: an earlier one is never better than a later one."""

    CANNOT_CHECK = "cannot_check"
    MISTYPED = "mistyped"
    FORGED = "forged"
    UNKNOWN = "unknown"
    NEWER_THAN_LIST = "newer_than_list"
    RECALLED = "recalled"
    REVOKED = "revoked"
    UNIT_VOID = "unit_void"
    UNIT_LOST = "unit_lost"
    UNIT_OUT_OF_RANGE = "unit_out_of_range"
    ON_HOLD = "on_hold"
    NOT_SEALED = "not_sealed"
    AFFECTED = "affected"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    ENDED = "ended"
    AUTHENTIC = "authentic"
    IN_FORCE = "in_force"


RANK: Mapping[Code, int] = {code: place for place, code in enumerate(Code)}


class Note(StrEnum):
    """What must be said beside a good verdict, gravest first."""

    CERTIFICATION_WITHDRAWN = "certification_withdrawn"
    CERTIFICATION_SUSPENDED = "certification_suspended"
    CERTIFICATION_ENDED = "certification_ended"
    PAST_USE_BY = "past_use_by"
    SEEN_OFTEN = "seen_often"
    ENDING_SOON = "ending_soon"
    STATUS_AS_OF = "status_as_of"
