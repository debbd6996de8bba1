"""What the forms of the visit send: the fields of each answer, read by the names that the page gave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from seal.audits import entry
from seal.audits.answers import Answer, AnswerInput, Key
from seal.errors import Reason, SealError
from seal.protocols.model import ControlPoint, Outcome
from seal.web.forms import Form

_FIELDS = {
    "measure_needed": "value",
    "justification_needed": "justification",
    "justification_long": "justification",
    "na_justification": "justification",
    "amendment_needs_reason": "justification",
    "follow_up_needed": "follow_up",
    "follow_up_meaningless": "follow_up",
    "follow_up_past": "follow_up",
    "unit_needed": "unitname",
    "unit_form": "unitname",
}
"""Fault of an answer -> the field of its point that mends it; every other one belongs to the outcome."""


@dataclass(frozen=True)
class Filled:
    """What a form holds: the answers typed or changed, the keys of those with a file, and the key of each answer."""

    answers: tuple[AnswerInput, ...]
    files: tuple[str, ...]
    keys: Mapping[Key, str]


def read(
    form: Form,
    points: tuple[ControlPoint, ...],
    newest: Mapping[Key, Answer],
    *,
    filled_by: UUID | None = None,
) -> Filled:
    """The answers of some points. Those left alone stay as they are; faults are noted in ``form``."""
    given: list[AnswerInput] = []
    files: list[str] = []
    keys: dict[Key, str] = {}
    for point in points:
        for key in _keys(form, point):
            unit = " ".join(form.value(f"unitname.{key}").split()) if key != point.id else ""
            if key != point.id and not unit:
                if _typed(form, point, key) or form.value(f"outcome.{key}"):
                    form.fault(f"unitname.{key}", "form.needed")
                continue
            keys[point.id, unit] = key
            found = _given(form, point, key, unit, newest.get((point.id, unit)), filled_by)
            if found is not None:
                given.append(found)
            if form.upload(f"file.{key}", required=False) is not None:
                files.append(key)
    return Filled(tuple(given), tuple(files), keys)


def _keys(form: Form, point: ControlPoint) -> list[str]:
    """The keys of the answers to a point that the page showed."""
    shown = [name.removeprefix("id.") for name in form.fields if name.startswith("id.")]
    return [key for key in shown if key == point.id or key.startswith(f"{point.id}@")]


def _typed(form: Form, point: ControlPoint, key: str) -> dict[str, Any]:
    return entry.read(point, lambda name: form.value(f"{name}.{key}"), lambda name: form.many(f"{name}.{key}"))


def _given(
    form: Form, point: ControlPoint, key: str, unit: str, answer: Answer | None, filled_by: UUID | None
) -> AnswerInput | None:
    """The answer typed under one key; ``None`` if nothing was typed or nothing changed."""
    outcome, typed = form.value(f"outcome.{key}"), _typed(form, point, key)
    if not outcome and not typed:
        return None
    if outcome and outcome not in {member.value for member in Outcome}:
        form.fault(f"outcome.{key}", "form.choice")
        return None
    measured: tuple[str, str] | None = None
    if outcome:
        typed = {}
    elif entry.measured(point):
        measured = (typed.pop("value", ""), typed.pop("unit", ""))
        if not measured[0]:
            form.fault(f"value.{key}", "form.needed")
            return None
    chosen = Outcome(outcome) if outcome else None
    justification = form.text(f"justification.{key}", required=False, most=4000)
    follow_up = form.day(f"follow_up.{key}", required=False) if chosen is Outcome.DEFERRED else None
    revises = form.value(f"revises.{key}")
    found = AnswerInput(
        id=form.uuid(f"id.{key}"),
        point_id=point.id,
        outcome=chosen,
        measured=measured,
        justification=justification,
        revises=form.uuid(f"revises.{key}") if revises else None,
        follow_up_on=follow_up,
        unit=unit,
        response=typed or None,
        confirmed=form.flag(f"confirmed.{key}"),
        filled_by=filled_by,
    )
    return None if answer is not None and _same(answer, found) else found


def _same(answer: Answer, given: AnswerInput) -> bool:
    """True if the form shows the stored answer unchanged."""
    typed = given.measured or given.response
    same_outcome = (given.measured, given.response) == (answer.measured, answer.response)
    return (
        (same_outcome if typed else given.outcome is answer.outcome and not answer.measured and not answer.response)
        and given.justification == answer.justification
        and given.follow_up_on == answer.follow_up_on
    )


def placed(error: SealError, keys: Mapping[Key, str]) -> tuple[SealError, frozenset[str]]:
    """The same error, each reason with the field of the form that it is about; and the keys that are doubted."""
    found, doubted = [], set()
    for reason in error.reasons:
        point = reason.params.get("point")
        field = str(reason.params.get("field") or _FIELDS.get(reason.code.rpartition(".")[2], "outcome"))
        key = keys.get((str(point), str(reason.params.get("at", "")))) or str(point or "")
        if reason.params.get("doubt"):  # asked again: whoever typed it may confirm it
            doubted.add(key)
            field = "confirmed"
        whole = field if point is None or "." in field else f"{field}.{key}"
        found.append(Reason(reason.code, {**reason.params, "field": whole}))
    return type(error).because(found), frozenset(doubted)
