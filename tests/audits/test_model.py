"""The audit's machine: only its table moves it, whatever is tried."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from seal.audits import model
from seal.audits.model import Assigned, Audit, AuditAction, AuditKind, AuditState, AuditStep, Declaration
from seal.errors import Refused
from tests.world import START


class AuditMachine(RuleBasedStateMachine):
    """Any action at any time: it is either in the table and taken, or refused and without effect."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = [AuditStep(AuditAction.PLAN, START, START)]
        self.state = AuditState.PLANNED
        self.ended = False

    @rule(action=st.sampled_from(AuditAction))
    def act(self, action):
        if action in model.TRANSITIONS[self.state]:
            self.state = model.apply(self.state, action)
            self.steps.append(AuditStep(action, START, START))
        else:
            with pytest.raises(Refused) as refused:
                model.apply(self.state, action)
            assert refused.value.code == "audits.step"
            assert dict(refused.value.params) == {"audit_action": action.value, "audit_state": self.state.value}

    @invariant()
    def folding_the_steps_gives_the_state(self):
        assert model.fold(self.steps) is self.state

    @invariant()
    def no_conclusion_without_start_and_submission(self):
        taken = [step.action for step in self.steps]
        if self.state is AuditState.CLOSED:
            assert taken.index(AuditAction.START) < taken.index(AuditAction.SUBMIT) < taken.index(AuditAction.CONCLUDE)

    @invariant()
    def ended_is_for_good(self):
        if self.ended:
            assert self.state in model.ENDED
        self.ended = self.state in model.ENDED


TestAuditMachine = AuditMachine.TestCase


def test_every_state_but_the_ends_can_be_left_and_every_state_is_reached():
    reached = {AuditState.PLANNED}
    for steps in model.TRANSITIONS.values():
        reached |= set(steps.values())
    assert reached == set(AuditState)
    assert {state for state, steps in model.TRANSITIONS.items() if not steps} == model.ENDED


def test_answers_are_taken_only_while_the_audit_is_open():
    for state in model.ANSWERABLE:
        assert AuditAction.SUBMIT in model.TRANSITIONS[state]


@given(st.integers(0, 5))
def test_surveillance_stays_in_the_year_that_the_last_cycle_opened(cycles):
    assert model.programme_year(AuditKind.RENEWAL, cycles) == cycles + 1
    assert model.programme_year(AuditKind.SURVEILLANCE, cycles) == max(1, cycles)


def audit(*people, declared=()) -> Audit:
    return Audit(
        id=uuid4(),
        association_id=uuid4(),
        producer_id=uuid4(),
        version_id=uuid4(),
        protocol_id="miel",
        kind=AuditKind.INITIAL,
        programme_year=1,
        first_audit=True,
        unannounced=False,
        planned_for=START.date(),
        planned_by=None,
        planned_at=START,
        sites=(),
        products=(),
        assigned=tuple(Assigned(person, START) for person in people),
        declarations=tuple(declared),
        steps=(AuditStep(AuditAction.PLAN, START, START),),
    )


def test_a_team_is_clear_when_each_member_declared_none():
    first, second = uuid4(), uuid4()
    names = {first: "Ana", second: "Bruno"}
    planned = audit(first, second, declared=[Declaration(first, None, START, "")])
    assert [reason.code for reason in model.team_reasons(planned, names)] == ["audits.declaration_missing"]
    both = replace(planned, declarations=(*planned.declarations, Declaration(second, None, START, "")))
    assert model.team_reasons(both, names) == ()


def test_the_newest_declaration_counts_and_a_conflict_is_named():
    person = uuid4()
    declared = [Declaration(person, None, START, ""), Declaration(person, "Es mi primo", START, "")]
    (reason,) = model.team_reasons(audit(person, declared=declared), {person: "Ana"})
    assert reason.code == "audits.conflict_declared"
    assert dict(reason.params) == {"person": "Ana", "conflict": "Es mi primo"}


def test_nobody_is_no_team():
    assert [reason.code for reason in model.team_reasons(audit(), {})] == ["audits.no_team"]


def test_who_left_the_team_is_not_in_it():
    gone, there = uuid4(), uuid4()
    planned = replace(audit(), assigned=(Assigned(gone, START, START), Assigned(there, START)))
    assert planned.team == (there,)
