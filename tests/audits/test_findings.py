"""The finding's machine, its grade and its clock."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from seal.audits import findings
from seal.audits.findings import Finding, FindingAction, FindingState, FindingStep, Grade
from seal.errors import Refused
from tests.world import START

DAY = date(2026, 2, 3)


def finding(*steps: FindingStep, grade: Grade = Grade.MAJOR, due_on: date | None = DAY) -> Finding:
    first = FindingStep(FindingAction.RAISE, START, START, None, "", grade, due_on)
    return Finding(uuid4(), uuid4(), uuid4(), "MIEL-A02", uuid4(), START, (first, *steps))


def step(action: FindingAction, *, grade: Grade | None = None, due_on: date | None = None) -> FindingStep:
    return FindingStep(action, START, START, None, "", grade, due_on)


class FindingMachine(RuleBasedStateMachine):
    """Any action at any time: in the table and taken, or refused and without effect."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[FindingAction] = []
        self.state = FindingState.OPEN

    @rule(action=st.sampled_from(FindingAction))
    def act(self, action):
        if action in findings.TRANSITIONS[self.state]:
            self.state = findings.apply(self.state, action)
            self.taken.append(action)
        else:
            with pytest.raises(Refused) as refused:
                findings.apply(self.state, action)
            assert refused.value.code == "audits.finding_step"

    @invariant()
    def folding_gives_the_state(self):
        assert finding(*[step(action) for action in self.taken]).state is self.state

    @invariant()
    def closed_only_on_accepted_evidence(self):
        if self.state is FindingState.CLOSED:
            assert self.taken[-1] is FindingAction.ACCEPT
            assert FindingAction.SUBMIT_EVIDENCE in self.taken

    @invariant()
    def disputed_at_most_between_responses(self):
        if self.state in (FindingState.UPHELD, FindingState.CHANGED):
            assert FindingAction.DISPUTE not in findings.TRANSITIONS[self.state]


TestFindingMachine = FindingMachine.TestCase


def test_settled_states_are_those_that_nothing_leaves():
    assert {state for state, steps in findings.TRANSITIONS.items() if not steps} == findings.SETTLED


def test_a_new_grade_keeps_the_first():
    raised = finding(step(FindingAction.REGRADE, grade=Grade.CRITICAL, due_on=DAY), grade=Grade.MINOR)
    assert (raised.first_grade, raised.grade) == (Grade.MINOR, Grade.CRITICAL)


def test_the_last_day_is_not_overdue_and_the_next_is():
    assert not finding().overdue(DAY)
    assert finding().overdue(DAY + timedelta(days=1))


def test_a_dispute_stops_the_clock_and_a_settled_finding_has_none():
    late = DAY + timedelta(days=1)
    assert not finding(step(FindingAction.DISPUTE)).overdue(late)
    assert not finding(step(FindingAction.REMOVE)).overdue(late)
    assert not finding(due_on=None).overdue(late)


@given(st.integers(0, 400))
def test_days_are_calendar_days(days):
    assert findings.deadline(days, DAY) == DAY + timedelta(days=days)


def test_no_days_no_deadline():
    assert findings.deadline(None, DAY) is None


@given(st.integers(0, 60), st.sampled_from([Grade.MAJOR, Grade.MINOR]))
def test_a_dispute_moves_the_deadline_by_the_days_that_it_took(days, grade):
    assert findings.resumed(DAY, DAY, DAY + timedelta(days=days), grade) == DAY + timedelta(days=days)


def test_a_critical_finding_never_waits_for_a_dispute():
    assert findings.resumed(DAY, DAY, DAY + timedelta(days=9), Grade.CRITICAL) == DAY
