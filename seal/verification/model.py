"""Evidence in, verdict out. Pure: no database, no network, no clock; ``at`` is an argument.

The table of FORMATS A10, read from the top; the first line that is true is the verdict.

| unit and batch      | true when                                                                                |
|---------------------|------------------------------------------------------------------------------------------|
| `cannot_check`      | evidence unreadable; no key held at all; outside the server, a key that is not held       |
| `mistyped`          | the text is no code and no token                                                          |
| `forged`            | signature false; a key that does not own the id or was not active; a day in the future;   |
|                     | a field unlike the record                                                                 |
| `unknown`           | no such id                                                                                |
| `newer_than_list`   | bundle or archive only, signature good: made on the list's day or later, or a number      |
|                     | above the highest reserved of a batch that is still open for printing                     |
| `recalled`          | the batch is recalled                                                                     |
| `revoked`           | its seal was taken back                                                                   |
| `unit_void`         | the number was voided or blocked                                                          |
| `unit_lost`         | the label was reported lost or stolen                                                     |
| `unit_out_of_range` | the number was never reserved                                                             |
| `on_hold`           | the batch is on hold                                                                      |
| `not_sealed`        | still an intent, not in the log, or not bound to a certification in force when sealed     |
| `affected`          | sealed inside a window that a decision names                                              |
| `authentic`         | none of these                                                                             |

| plaque and certification            | the first five (an intent is `unknown`), then                         |
|-------------------------------------|-----------------------------------------------------------------------|
| `withdrawn`, `suspended`            | the state of the certification at ``at``                              |
| `ended`                             | its last day is over                                                  |
| `in_force`                          | none of these                                                         |

| note on `authentic` (the last two rows on `in_force` too) | true when                                       |
|-----------------------------------------------------------|-------------------------------------------------|
| `certification_suspended`, `certification_withdrawn`      | the maker's certification today                 |
| `certification_ended`                                     | its last day is over                            |
| `past_use_by`                                             | the product's own last day is over              |
| `seen_often`                                              | the scan alarm rang for this unit               |
| `ending_soon`                                             | the certification is active, 30 days or less    |
| `status_as_of`                                            | evidence from a list, or older than 10 minutes  |

Only `authentic` without a note is plainly green. A list also marks itself stale after 7 days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from seal.clock import LAST, end_of_day, local_day, rfc3339
from seal.errors import Param
from seal.verification.facts import (
    Asked,
    BatchFacts,
    BatchState,
    CertificationFacts,
    CertificationState,
    Evidence,
    Kind,
    Signature,
    Source,
)

FRESH = timedelta(minutes=10)
STALE = timedelta(days=7)
ENDING_SOON_DAYS = 30


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


@dataclass(frozen=True)
class Line:
    """One of the five independent answers: a code in words, and what its sentence needs (days in ISO 8601)."""

    name: str
    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """The answer: ``lines`` stand in the order authentic, made, batch, maker, as_of, whatever the verdict.

    ``next_change`` is the earliest moment at which time alone would change it, ``None`` if never.
    """

    code: Code
    notes: tuple[Note, ...]
    as_of: datetime
    source: Source
    lines: tuple[Line, ...]
    next_change: datetime | None = None
    stale: bool = False

    @property
    def green(self) -> bool:
        """Plainly green: nothing else may look like this."""
        return self.code is Code.AUTHENTIC and not self.notes

    @property
    def good(self) -> bool:
        """Authentic or in force, whatever the notes."""
        return self.code in (Code.AUTHENTIC, Code.IN_FORCE)


def judge(evidence: Evidence, at: datetime) -> Verdict:
    """The verdict on ``evidence`` at ``at`` (aware). A clock behind the evidence is not believed."""
    at = max(at, evidence.as_of)
    code = _code(evidence, at)
    stale = evidence.is_list and at - evidence.as_of > STALE
    notes = tuple(_notes(evidence, at, code))
    lines = tuple(_lines(evidence, at, code, stale))
    return Verdict(code, notes, evidence.as_of, evidence.source, lines, _next_change(evidence, at), stale)


def _code(evidence: Evidence, at: datetime) -> Code:
    asked = evidence.asked
    if not evidence.readable or not evidence.holds_key:
        return Code.CANNOT_CHECK
    if asked is None:
        return Code.MISTYPED
    if asked.signature is Signature.KEY_NOT_HELD and evidence.is_list:
        return Code.CANNOT_CHECK
    if _forged(evidence, asked, local_day(at, evidence.zone)):
        return Code.FORGED
    if evidence.batch is None and evidence.certification is None:
        return _absent(evidence, asked)
    if evidence.batch is not None:
        return _batch_code(evidence, asked, evidence.batch)
    assert evidence.certification is not None
    return _certification_code(evidence, asked, evidence.certification, at)


def _forged(evidence: Evidence, asked: Asked, today: date) -> bool:
    if asked.signature not in (Signature.ABSENT, Signature.GOOD):
        return True
    if asked.day is not None and asked.day > today:
        return True
    if asked.kind is None:
        return False  # a typed code carries no field that could be unlike the record
    if evidence.batch is not None:
        return asked.kind not in (Kind.BATCH, Kind.UNIT) or unlike(asked, evidence.batch)
    if evidence.certification is not None:
        return asked.kind is not Kind.PLAQUE or unlike(asked, evidence.certification)
    return False


def unlike(asked: Asked, facts: BatchFacts | CertificationFacts) -> bool:
    """True if any field that ``asked`` carries is not the record's."""
    public_id, day, days, status_index = facts.record_fields
    return (
        asked.public_id != public_id
        or asked.day not in (None, day)
        or asked.days not in (None, days)
        or asked.status_index not in (None, status_index)
        or (asked.kind is Kind.UNIT) != (asked.unit is not None)
    )


def _absent(evidence: Evidence, asked: Asked) -> Code:
    signed = asked.signature is Signature.GOOD
    if evidence.is_list and signed and asked.day is not None:
        list_day = local_day(evidence.as_of, evidence.zone)
        if asked.day >= list_day:
            return Code.NEWER_THAN_LIST
    return Code.UNKNOWN


def _batch_code(evidence: Evidence, asked: Asked, batch: BatchFacts) -> Code:
    unit = asked.unit
    above = unit is not None and unit > batch.highest_reserved
    if above and evidence.is_list and not batch.is_closed and asked.signature is Signature.GOOD:
        return Code.NEWER_THAN_LIST
    if batch.state is BatchState.RECALLED:
        return Code.RECALLED
    if batch.state is BatchState.REVOKED:
        return Code.REVOKED
    if unit is not None:
        if _within(unit, batch.void):
            return Code.UNIT_VOID
        if _within(unit, batch.lost):
            return Code.UNIT_LOST
        if above:
            return Code.UNIT_OUT_OF_RANGE
    if batch.state is BatchState.ON_HOLD:
        return Code.ON_HOLD
    certification = evidence.certification
    if batch.state is BatchState.PENDING or not batch.logged or not batch.bound or certification is None:
        return Code.NOT_SEALED
    if certification.state is CertificationState.PENDING or not certification.logged or not certification.bound:
        return Code.NOT_SEALED
    if not certification.valid_from <= batch.sealed_on <= certification.valid_until:
        return Code.NOT_SEALED
    if any(window.holds(batch.sealed_on) for window in certification.windows):
        return Code.AFFECTED
    return Code.AUTHENTIC


def _certification_code(evidence: Evidence, asked: Asked, one: CertificationFacts, at: datetime) -> Code:
    if asked.unit is not None:
        return Code.UNKNOWN  # a unit number behind the code of a certification names nothing
    today = local_day(at, evidence.zone)
    if one.state is CertificationState.PENDING or not one.logged or not one.bound or today < one.valid_from:
        signed = evidence.is_list and asked.signature is Signature.GOOD
        return Code.NEWER_THAN_LIST if signed and one.state is CertificationState.PENDING else Code.UNKNOWN
    state = one.state
    if state is CertificationState.WITHDRAWN:
        return Code.WITHDRAWN
    if state is CertificationState.SUSPENDED:
        return Code.SUSPENDED
    return Code.ENDED if today > one.valid_until else Code.IN_FORCE


def _within(number: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= number <= last for first, last in ranges)


def _notes(evidence: Evidence, at: datetime, code: Code) -> Iterator[Note]:
    if code not in (Code.AUTHENTIC, Code.IN_FORCE):
        if evidence.is_list:
            yield Note.STATUS_AS_OF
        return
    today = local_day(at, evidence.zone)
    one, batch = evidence.certification, evidence.batch
    assert one is not None
    state = one.state
    if state is CertificationState.WITHDRAWN:
        yield Note.CERTIFICATION_WITHDRAWN
    if state is CertificationState.SUSPENDED:
        yield Note.CERTIFICATION_SUSPENDED
    if today > one.valid_until:
        yield Note.CERTIFICATION_ENDED
    if batch is not None and batch.use_by is not None and today > batch.use_by:
        yield Note.PAST_USE_BY
    if batch is not None and evidence.seen_often:
        yield Note.SEEN_OFTEN
    if state is CertificationState.ACTIVE and 0 <= (one.valid_until - today).days <= ENDING_SOON_DAYS:
        yield Note.ENDING_SOON
    if evidence.is_list or at - evidence.as_of > FRESH:
        yield Note.STATUS_AS_OF


def _lines(evidence: Evidence, at: datetime, code: Code, stale: bool) -> Iterator[Line]:
    batch, one = evidence.batch, evidence.certification
    hidden = RANK[code] <= RANK[Code.NEWER_THAN_LIST]
    yield Line("authentic", _authentic(evidence, code))
    if hidden or one is None:
        yield Line("made", "not_known")
    elif batch is None:
        yield Line("made", "granted", {"on": one.granted_on.isoformat()})
    elif code is Code.NOT_SEALED or batch.state is BatchState.PENDING:
        yield Line("made", "not_sealed")
    else:
        yield Line("made", "in_force", {"on": batch.sealed_on.isoformat()})
    if hidden or batch is None:
        yield Line("batch", "not_known" if hidden else "none")
    else:
        yield Line("batch", _batch_today(batch, code), _since(batch.since, batch.reason_class))
    if hidden or one is None:
        yield Line("maker", "not_known")
    else:
        state = one.state
        ended = state is CertificationState.ACTIVE and local_day(at, evidence.zone) > one.valid_until
        words = _since(one.since, one.reason_class)
        yield Line("maker", "ended" if ended else state.value, {"until": one.valid_until.isoformat(), **words})
    freshness = "stale" if stale else "list" if evidence.is_list else "fresh" if at - evidence.as_of <= FRESH else "old"
    yield Line("as_of", freshness, {"at": rfc3339(evidence.as_of), "source": evidence.source.value})


def _authentic(evidence: Evidence, code: Code) -> str:
    if code in (Code.CANNOT_CHECK, Code.MISTYPED, Code.UNKNOWN):
        return "not_known"
    if code is Code.FORGED:
        return "no"
    if code is Code.NOT_SEALED:
        return "not_sealed"
    assert evidence.asked is not None
    return "signed" if evidence.asked.signature is Signature.GOOD else "recorded"


def _batch_today(batch: BatchFacts, code: Code) -> str:
    if code in (Code.UNIT_VOID, Code.UNIT_LOST, Code.UNIT_OUT_OF_RANGE, Code.AFFECTED, Code.NOT_SEALED):
        return code.value
    return batch.state.value


def _since(since: date | None, reason_class: str) -> dict[str, Param]:
    words: dict[str, Param] = {"since": since.isoformat()} if since else {}
    return words | ({"reason_class": reason_class} if reason_class else {})


def _next_change(evidence: Evidence, at: datetime) -> datetime | None:
    moments: list[datetime] = []
    zone = evidence.zone
    if evidence.asked is not None and evidence.asked.day is not None:
        moments.append(end_of_day(evidence.asked.day - timedelta(days=1), zone))
    if (one := evidence.certification) is not None:
        moments.append(end_of_day(one.valid_until - timedelta(days=ENDING_SOON_DAYS + 1), zone))
        moments.append(end_of_day(one.valid_until, zone))
    if (batch := evidence.batch) is not None and batch.use_by is not None:
        moments.append(end_of_day(batch.use_by, zone))
    if evidence.is_list:
        moments.append(evidence.as_of + STALE + timedelta(seconds=1))
    return min((moment for moment in moments if at < moment < LAST), default=None)
