"""Which verdict: the table of :mod:`seal.verification.model`, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from seal.clock import local_day
from seal.verification.codes import RANK, Code
from seal.verification.facts import (
    Asked,
    BatchFacts,
    BatchState,
    BoxFacts,
    BoxState,
    CertificationFacts,
    CertificationState,
    Evidence,
    Kind,
    Part,
    RollFacts,
    Signature,
)


def code_of(evidence: Evidence, at: datetime) -> Code:
    """The first line of the table that is true."""
    asked = evidence.asked
    if not evidence.readable or not evidence.holds_key:
        return Code.CANNOT_CHECK
    if asked is None:
        return Code.MISTYPED
    if asked.signature is Signature.KEY_NOT_HELD and evidence.is_list:
        return Code.CANNOT_CHECK
    if _forged(evidence, asked, local_day(at, evidence.zone)):
        return Code.FORGED
    if evidence.roll is not None:
        return _roll_code(evidence, asked, evidence.roll)
    if evidence.box is not None:
        if asked.unit is not None:
            return Code.UNKNOWN  # a number behind the code of a box names nothing
        return min((code for _, code in _parts(evidence, evidence.box)), key=RANK.__getitem__, default=Code.NOT_SEALED)
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
    for kind, one in ((Kind.ROLL, evidence.roll), (Kind.BOX, evidence.box)):
        if one is not None:
            day = asked.day not in (None, one.issued_on)
            return asked.kind is not kind or day or asked.days not in (None, 0) or asked.status_index is not None
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


def _roll_code(evidence: Evidence, asked: Asked, roll: RollFacts) -> Code:
    number = asked.unit
    if number is None:
        return Code.NOT_SEALED  # the code of a whole roll vouches for nothing
    if number > roll.size:
        return Code.UNIT_OUT_OF_RANGE
    if _within(number, roll.void):
        return Code.UNIT_VOID
    if _within(number, roll.lost):
        return Code.UNIT_LOST
    bound = roll.bound_at(number)
    if not roll.logged or bound is None or evidence.batch is None:
        return Code.NOT_SEALED
    unit = replace(asked, unit=bound.unit + number - bound.first)
    return _batch_code(evidence, unit, evidence.batch)


def _parts(evidence: Evidence, box: BoxFacts) -> Iterator[tuple[Part, Code]]:
    """What stands in a box, each with the worst verdict of its units."""
    if not box.logged or box.state is BoxState.UNPACKED:
        return
    for part in box.parts:
        inside = replace(evidence, batch=part.batch, certification=part.certification)
        asked = [Asked(part.batch.public_id, unit=unit) for unit in _telling(part)]
        codes = [_batch_code(inside, one, part.batch) for one in asked]
        if codes:
            yield part, min(codes, key=RANK.__getitem__)


def _telling(part: Part) -> Iterator[int]:
    """Units of a part that have between them every verdict that there is in it: where spans begin and end."""
    edges = {end for ranges in (part.batch.void, part.batch.lost) for span in ranges for end in (span[0], span[1] + 1)}
    for first, last in part.units:
        yield from (edge for edge in sorted({first, last, *edges}) if first <= edge <= last)


def parts(evidence: Evidence) -> tuple[tuple[Part, Code], ...]:
    """What stands in the box that was asked about, with the verdict of each."""
    return tuple(_parts(evidence, evidence.box)) if evidence.box is not None else ()


def worst_part(evidence: Evidence) -> Evidence:
    """For a box: the evidence on its worst part; any other evidence as it is."""
    found = parts(evidence)
    if not found:
        return evidence
    part, _ = min(found, key=lambda one: RANK[one[1]])
    return replace(evidence, batch=part.batch, certification=part.certification)


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
