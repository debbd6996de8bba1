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

A seal of a roll that stands on a batch is judged as the unit that it is; one that stands on none is `unit_void` or
`unit_lost` if it was given up, `unit_out_of_range` beyond the roll's last, else `not_sealed`. A box has the worst
verdict of what stands in it; an empty or unpacked one is `not_sealed`.

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
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from seal.clock import LAST, end_of_day, local_day, rfc3339
from seal.errors import Param
from seal.verification.codes import RANK, Code, Note
from seal.verification.deciding import code_of, parts, unlike, worst_part
from seal.verification.facts import BatchFacts, BatchState, CertificationState, Evidence, Signature, Source

__all__ = ["ENDING_SOON_DAYS", "FRESH", "RANK", "STALE", "Code", "Line", "Note", "Verdict", "judge", "parts", "unlike"]

FRESH = timedelta(minutes=10)
STALE = timedelta(days=7)
ENDING_SOON_DAYS = 30


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
    code = code_of(evidence, at)
    stale = evidence.is_list and at - evidence.as_of > STALE
    said = {note for one in _each(evidence) for note in _notes(one, at, code)}
    notes = tuple(note for note in Note if note in said)
    lines = tuple(_lines(worst_part(evidence), at, code, stale))
    changes = [moment for one in _each(evidence) if (moment := _next_change(one, at)) is not None]
    return Verdict(code, notes, evidence.as_of, evidence.source, lines, min(changes, default=None), stale)


def _each(evidence: Evidence) -> Iterator[Evidence]:
    """The evidence on each part of a box; any other evidence alone."""
    found = parts(evidence)
    if not found:
        yield evidence
    for part, _ in found:
        yield replace(evidence, batch=part.batch, certification=part.certification)


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
    if not hidden and batch is None and (evidence.roll or evidence.box):
        yield Line("batch", code.value)
    elif hidden or batch is None:
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
