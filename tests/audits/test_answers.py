"""What each kind of answer must carry, and what keeps an audit from being submitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal import ids
from seal.audits import answers
from seal.audits.answers import Answer, AnswerInput, PointRule
from seal.identity import Device
from seal.protocols.model import Outcome
from tests.world import START

TODAY = date(2026, 2, 3)
MAJOR = PointRule("P-1", critical=False, na="justify", measured=False, partial_allowed=True)
CRITICAL = replace(MAJOR, critical=True, na="never", partial_allowed=False)
MEASURED = replace(MAJOR, measured=True)
LONG = "No hay colmenas en traslado esta temporada."


def given_answer(outcome: Outcome | None = Outcome.COMPLIANT, **more) -> AnswerInput:
    return AnswerInput(id=ids.uuid7(START), point_id="P-1", outcome=outcome, **more)


def codes(item: AnswerInput, rule: PointRule = MAJOR, *, computed: Outcome | None = None, deferred_before=False,
          after_submission=False) -> list[str]:  # fmt: skip
    outcome = computed or item.outcome
    found = answers.faults(
        item, outcome, rule, today=TODAY, deferred_before=deferred_before, after_submission=after_submission
    )
    return [reason.code for reason in found]


def test_a_plain_compliance_needs_no_words():
    assert codes(given_answer()) == []


@pytest.mark.parametrize("outcome", [Outcome.PARTIAL, Outcome.NON_COMPLIANT])
def test_a_nonconformity_needs_a_justification(outcome):
    assert codes(given_answer(outcome)) == ["audits.answer.justification_needed"]
    assert codes(given_answer(outcome, justification="Sin rótulo")) == []


def test_partial_is_not_allowed_for_criticals_nor_where_the_protocol_forbids_it():
    partial = given_answer(Outcome.PARTIAL, justification="La mitad")
    assert codes(partial, CRITICAL) == ["audits.answer.partial_critical"]
    assert codes(partial, replace(MAJOR, partial_allowed=False)) == ["audits.answer.no_partial"]


def test_not_applicable_follows_the_mode_of_the_point():
    typed = given_answer(Outcome.NOT_APPLICABLE, justification=LONG)
    assert codes(typed) == []
    assert codes(typed, replace(MAJOR, na="never")) == ["audits.answer.na_never"]
    assert codes(typed, replace(MAJOR, na="derived")) == ["audits.answer.na_derived"]


@given(st.integers(0, 19))
def test_not_applicable_needs_twenty_characters(length):
    short = given_answer(Outcome.NOT_APPLICABLE, justification="x" * length)
    assert codes(short) == ["audits.answer.na_justification"]


def test_spaces_are_no_justification():
    assert codes(given_answer(Outcome.NOT_APPLICABLE, justification=" " * 40)) == ["audits.answer.na_justification"]


def test_deferring_needs_a_later_day_and_happens_once():
    def deferred(day: date | None) -> AnswerInput:
        return given_answer(Outcome.DEFERRED, justification="Fuera de temporada", follow_up_on=day)

    assert codes(deferred(None)) == ["audits.answer.follow_up_needed"]
    assert codes(deferred(TODAY)) == ["audits.answer.follow_up_past"]
    assert codes(deferred(TODAY + timedelta(days=1))) == []
    assert codes(deferred(TODAY + timedelta(days=1)), deferred_before=True) == ["audits.answer.deferred_twice"]


def test_a_follow_up_without_a_deferral_means_nothing():
    assert codes(given_answer(follow_up_on=TODAY)) == ["audits.answer.follow_up_meaningless"]


def test_a_measured_point_is_answered_by_its_value():
    assert codes(given_answer(), MEASURED) == ["audits.answer.measure_needed"]
    assert codes(given_answer(None), MEASURED) == ["audits.answer.measure_needed"]
    value = given_answer(None, measured=("17,4", "%"))
    assert codes(value, MEASURED, computed=Outcome.COMPLIANT) == []
    assert codes(value, MEASURED, computed=Outcome.NON_COMPLIANT) == ["audits.answer.justification_needed"]


def test_the_computed_outcome_cannot_be_overruled():
    typed = given_answer(Outcome.COMPLIANT, measured=("50", "%"), justification="igual cumple")
    assert codes(typed, MEASURED, computed=Outcome.NON_COMPLIANT) == ["audits.answer.outcome_is_computed"]


def test_a_value_where_nothing_is_measured_is_refused():
    assert codes(given_answer(measured=("1", "kg"))) == ["audits.answer.not_measured"]


def test_a_measured_point_may_be_out_of_season_or_not_seen():
    later = given_answer(Outcome.DEFERRED, justification="Fuera de temporada", follow_up_on=TODAY + timedelta(days=9))
    assert codes(later, MEASURED) == []
    assert codes(given_answer(Outcome.NOT_AUDITED), MEASURED) == []


def test_an_empty_answer_is_refused():
    assert codes(given_answer(None)) == ["audits.answer.empty"]


def test_an_amendment_after_submission_needs_a_reason():
    assert codes(given_answer(), after_submission=True) == ["audits.answer.amendment_needs_reason"]
    assert codes(given_answer(justification="Se vio el rótulo"), after_submission=True) == []


def test_a_justification_has_a_longest_length():
    assert codes(given_answer(justification="x" * 4001)) == ["audits.answer.justification_long"]


def stored(outcome: Outcome, *, revision: int = 1, justification: str = "", point: str = "P-1") -> Answer:
    return Answer(
        id=uuid4(),
        audit_id=uuid4(),
        point_id=point,
        revision=revision,
        revises=None,
        outcome=outcome,
        measured=None,
        method=None,
        instrument=None,
        justification=justification,
        follow_up_on=None,
        content_sha256="",
        answered_by=uuid4(),
        recorded_at=START,
        device=None,
    )


def missing(rule: PointRule, answer: Answer | None, evidence: set[UUID] = frozenset()) -> list[str]:
    return [reason.code for reason in answers.missing([rule], {(rule.id, ""): answer} if answer else {}, evidence)]


def test_unanswered_and_not_audited_both_keep_an_audit_open_and_say_so_apart():
    assert missing(MAJOR, None) == ["audits.submit.unanswered"]
    assert missing(MAJOR, stored(Outcome.NOT_AUDITED)) == ["audits.submit.not_audited"]
    for outcome in (Outcome.NOT_APPLICABLE, Outcome.DEFERRED, Outcome.COMPLIANT):
        assert missing(MAJOR, stored(outcome)) == []


def test_a_critical_pass_needs_a_line_or_a_file():
    bare = stored(Outcome.COMPLIANT)
    assert missing(CRITICAL, bare) == ["audits.submit.critical_unsupported"]
    assert missing(CRITICAL, bare, {bare.id}) == []
    assert missing(CRITICAL, stored(Outcome.COMPLIANT, justification="Visto")) == []


def test_the_newest_revision_counts_and_points_outside_the_checklist_do_not():
    first, second = stored(Outcome.COMPLIANT), stored(Outcome.PARTIAL, revision=2)
    outside = stored(Outcome.NON_COMPLIANT, point="P-9")
    assert answers.counted([second, outside, first], {"P-1"}) == {"P-1": second}


def test_the_digest_covers_every_part_of_an_answer():
    device = Device("tel-1", datetime(2026, 2, 3, 12, tzinfo=UTC), 0)
    base = given_answer(None, measured=("17.4", "%"), justification="a", device=device)
    changed = [
        replace(base, point_id="P-2"),
        replace(base, outcome=Outcome.PARTIAL),
        replace(base, measured=("17,4", "%")),
        replace(base, measured=("17.4", "g/kg")),
        replace(base, justification="b"),
        replace(base, revises=uuid4()),
        replace(base, method="refractómetro"),
        replace(base, instrument="R-1"),
        replace(base, follow_up_on=TODAY),
        replace(base, device=None),
        replace(base, device=replace(device, offset_ms=1)),
        replace(base, id=ids.uuid7(START)),
    ]
    digests = {answers.content_digest(item) for item in [base, *changed]}
    assert len(digests) == len(changed) + 1
    assert answers.content_digest(replace(base)) == answers.content_digest(base)
