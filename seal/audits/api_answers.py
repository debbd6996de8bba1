"""What the JSON verbs on answers and evidence take and give, and what each point of an audit asks."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from seal.audits import entry
from seal.audits.access import Work
from seal.audits.answers import Answer, AnswerInput
from seal.errors import BadInput
from seal.identity import Device
from seal.protocols.document import number
from seal.protocols.draw import commitment
from seal.protocols.measure import effective
from seal.protocols.measures import accepted_units
from seal.protocols.model import ControlPoint, Grain, Level, Measure, Outcome, Part


def decoded(text: str) -> bytes:
    """Bytes of strict base64. Raises ``BadInput('audits.base64')``."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise BadInput("audits.base64", field="data_base64") from None


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DeviceIn(Body):
    """Where a field record was made. ``offset_ms``: device clock minus server clock, in milliseconds."""

    device_id: str = Field(min_length=1, max_length=100)
    device_time: datetime
    offset_ms: int = Field(ge=-(2**31), lt=2**31)

    def value(self) -> Device:
        return Device(self.device_id, self.device_time, self.offset_ms)


class MeasuredIn(Body):
    """The value as typed: a string, never a float."""

    value: str = Field(max_length=40)
    unit: str = Field(max_length=40)


class AnswerIn(Body):
    """``id``: a UUIDv7 made by the client. Measured points carry ``measured`` and no outcome, which is computed; points
    with an answer type of their own carry ``response`` with the keys of the point's ``fields``. ``unit``: the key of
    the site or product, or the name of the lot or worker, where the point is asked of each. ``confirmed``: a doubt was
    looked at and the answer stands. ``filled_by``: the auditor who filled the paper that is keyed in.
    """

    id: UUID
    point_id: str = Field(max_length=60)
    outcome: Outcome | None = None
    measured: MeasuredIn | None = None
    justification: str = ""
    revises: UUID | None = None
    method: str | None = Field(default=None, max_length=500)
    instrument: str | None = Field(default=None, max_length=500)
    follow_up_on: date | None = None
    device: DeviceIn | None = None
    unit: str = Field(default="", max_length=80)
    response: dict[str, Any] | None = None
    confirmed: bool = False
    filled_by: UUID | None = None

    def given(self) -> AnswerInput:
        return AnswerInput(
            id=self.id,
            point_id=self.point_id,
            outcome=self.outcome,
            measured=(self.measured.value, self.measured.unit) if self.measured else None,
            justification=self.justification,
            revises=self.revises,
            device=self.device.value() if self.device else None,
            method=self.method,
            instrument=self.instrument,
            follow_up_on=self.follow_up_on,
            unit=self.unit,
            response=self.response,
            confirmed=self.confirmed,
            filled_by=self.filled_by,
        )


class AnswersIn(Body):
    answers: list[AnswerIn] = Field(min_length=1, max_length=500)


class AnswerOut(BaseModel):
    """``keyed_by``: who typed in what ``answered_by`` filled by hand; ``null`` where they typed it themselves."""

    id: UUID
    point_id: str
    revision: int
    revises: UUID | None
    outcome: Outcome
    measured: MeasuredIn | None
    justification: str
    follow_up_on: date | None
    answered_by: UUID
    recorded_at: datetime
    unit: str
    response: dict[str, Any] | None
    confirmed: bool
    keyed_by: UUID | None

    @classmethod
    def of(cls, answer: Answer) -> AnswerOut:
        return cls(
            id=answer.id,
            point_id=answer.point_id,
            revision=answer.revision,
            revises=answer.revises,
            outcome=answer.outcome,
            measured=MeasuredIn(value=answer.measured[0], unit=answer.measured[1]) if answer.measured else None,
            justification=answer.justification,
            follow_up_on=answer.follow_up_on,
            answered_by=answer.answered_by,
            recorded_at=answer.recorded_at,
            unit=answer.unit,
            response=dict(answer.response) if answer.response is not None else None,
            confirmed=answer.confirmed,
            keyed_by=answer.keyed_by,
        )


class EvidenceIn(Body):
    """``id``: a UUIDv7 made by the client. ``data_base64``: the bytes of a JPEG, PNG, WebP or PDF."""

    id: UUID
    answer_id: UUID
    media_type: str = Field(max_length=100)
    data_base64: str
    device: DeviceIn | None = None


class EvidenceOut(BaseModel):
    """``sha256`` of the kept bytes: pictures are written anew without metadata."""

    id: UUID
    answer_id: UUID
    file_id: UUID
    sha256: str
    media_type: str


class MeasureOut(BaseModel):
    """Limits and targets (both inclusive) in ``unit``, as decimal strings. ``units``: what an answer may come in."""

    quantity: str
    unit: str
    units: list[str]
    min: str | None
    max: str | None
    target_min: str | None
    target_max: str | None

    @classmethod
    def of(cls, measure: Measure) -> MeasureOut:
        limits = {
            name: None if limit is None else number(limit)
            for name in ("min", "max", "target_min", "target_max")
            for limit in (getattr(measure, name),)
        }
        return cls(quantity=measure.quantity, unit=measure.unit, units=list(accepted_units(measure.unit)), **limits)


class FieldOut(BaseModel):
    """One key of a response. ``kind``: one, several, amount, text, day, grid or lines; a grid is rows by columns."""

    name: str
    kind: str
    options: list[str]
    rows: int
    columns: list[str]


class PreviousOut(BaseModel):
    """An answer of the last concluded audit under any version of the protocol."""

    unit: str
    outcome: Outcome
    measured: MeasuredIn | None
    response: dict[str, Any] | None
    justification: str


class PointOut(BaseModel):
    """``measure``: the point is answered by a value with its unit, not by an outcome. ``fields``: what ``response``
    may carry. ``units``: what the point is asked of, each by its key; empty for lots and workers, which are named by
    whoever answers. ``drawn``: the units of a sample that was drawn. ``open_findings``: ids of findings of earlier
    audits that are not settled.
    """

    id: str
    chapter: str
    level: Level
    part: Part
    answer: str
    grain: Grain
    units: dict[str, str]
    measure: MeasureOut | None
    fields: list[FieldOut]
    drawn: list[str]
    previous: list[PreviousOut]
    open_findings: list[UUID]

    @classmethod
    def of(cls, work: Work, point: ControlPoint) -> PointOut:
        measure = point.measure if entry.measured(point) else None
        return cls(
            id=point.id,
            chapter=point.chapter,
            level=point.level,
            part=point.part,
            answer=point.answer.type,
            grain=point.grain,
            units=dict(work.units_of(point)),
            measure=MeasureOut.of(effective(measure, work.situation)) if measure else None,
            fields=[
                FieldOut(
                    name=one.name, kind=one.kind, options=list(one.options), rows=one.rows, columns=list(one.columns)
                )
                for one in entry.fields(point)
                if not (measure and one.name in ("value", "unit"))
            ],
            drawn=list(work.drawn(point)),
            previous=[
                PreviousOut(
                    unit=answer.unit,
                    outcome=answer.outcome,
                    measured=MeasuredIn(value=answer.measured[0], unit=answer.measured[1]) if answer.measured else None,
                    response=dict(answer.response) if answer.response is not None else None,
                    justification=answer.justification,
                )
                for answer in work.past.answers.get(point.id, ())
            ],
            open_findings=[finding.id for finding in work.past.open_findings.get(point.id, ())],
        )


class CarriedOut(BaseModel):
    """A point that a gap audit takes over from the audit before, as it stands after corrective actions."""

    point: str
    outcome: Outcome


def carried_of(work: Work) -> list[CarriedOut]:
    taken = work.carried.outcomes if work.carried is not None else {}
    return [CarriedOut(point=point, outcome=outcome) for point, outcome in taken.items()]


def commitment_of(work: Work) -> str | None:
    """SHA-256 of the seed by which samples are drawn: told before anybody knows what there is to draw from."""
    return commitment(work.seed) if work.seed else None
