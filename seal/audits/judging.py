"""What an answer is worth: from what was typed to an outcome, and from several units to one result. Pure.

The rules are the protocol's (``protocols.responses``); here an audit's answers are put into their form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from seal.audits import entry
from seal.audits.answers import Answer, AnswerInput
from seal.errors import BadInput
from seal.protocols import response_forms, samples
from seal.protocols.aggregation import aggregate
from seal.protocols.applicability import Situation
from seal.protocols.draw import commitment
from seal.protocols.model import ControlPoint, Outcome
from seal.protocols.responses import Judged

LOOKED = "looked"
"""Key of a sample: everything that was drawn has been looked at. Before that the draw alone is kept."""


def form(given: AnswerInput | Answer) -> dict[str, Any]:
    """What was typed, as ``response_forms`` reads it; empty where only an outcome was picked."""
    typed = dict(given.response or {})
    return {"value": given.measured[0], "unit": given.measured[1], **typed} if given.measured else typed


def judge(
    point: ControlPoint, situation: Situation, typed: Mapping[str, Any], *, unit: str = "", seed: str, on: date
) -> Judged:
    """The outcome of what was typed at one point and unit, on the day of the audit.

    A sample that was drawn and not looked at yet is ``not_audited``. Raises ``BadInput``, each reason naming the point.
    """
    try:
        if entry.sampled(point):
            whole = {key: value for key, value in typed.items() if key != LOOKED}
            whole |= {"seed": seed, "commitment": commitment(seed)}
            found = response_forms.judge(point, situation, whole, on=on)
            return found if typed.get(LOOKED) is True else Judged(Outcome.NOT_AUDITED)
        return response_forms.judge(point, situation, typed, on=on)
    except BadInput as error:  # of many answers at once, which one
        about = about_of(point, unit)
        named = [replace(one, params={**one.params, **about}) for one in error.reasons]
        raise BadInput.because(named) from None


def about_of(point: ControlPoint, unit: str) -> dict[str, str]:
    """What a reason says to tell which answer it is about."""
    return {"point": point.id} | ({"at": unit} if unit else {})


def drawn(point: ControlPoint, answer: Answer | None, seed: str) -> tuple[str, ...]:
    """The units that the draw of a kept sample names; empty without one."""
    if answer is None or not answer.response or point.sampling is None or "population" not in answer.response:
        return ()
    held = answer.response
    sample = samples.Sample(
        tuple(held["population"]), seed, commitment(seed), tuple(held.get("failed", ())), tuple(held.get("chosen", ()))
    )
    return samples.drawn(point.sampling, sample)


def together(
    point: ControlPoint,
    situation: Situation,
    taken: Iterable[Answer],
    *,
    seed: str = "",
    credit: Mapping[Outcome, Decimal],
) -> Judged:
    """The result of a point from the answers that count, one for each unit. ``credit``: the protocol's scale.

    The outcome kept with an answer stands: what was judged on its day is not judged otherwise later.
    """
    judged = {answer.unit: _again(point, situation, answer, seed) for answer in taken}
    if list(judged) == [""]:
        return judged[""]
    return aggregate(point, judged, credit=credit)


def _again(point: ControlPoint, situation: Situation, answer: Answer, seed: str) -> Judged:
    typed = form(answer)
    if typed:
        try:
            found = judge(point, situation, typed, seed=seed, on=answer.recorded_at.date())
        except BadInput:
            return Judged(answer.outcome)
        if found.outcome is answer.outcome:
            return found
    return Judged(answer.outcome)
