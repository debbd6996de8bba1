"""The batch's table of transitions, its form, and decisions that reach it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.batches.model import (
    TRANSITIONS,
    WITH_SEAL,
    Action,
    Batch,
    State,
    Step,
    apply,
    declare_reasons,
    default_use_by,
    fold,
    lot_key,
    lot_reasons,
    standing,
)
from seal.certificates.model import Action as CertificationAction
from seal.certificates.model import Step as CertificationStep
from seal.certificates.model import add_months
from seal.errors import Refused

NOON = datetime(2026, 3, 3, 15, tzinfo=UTC)
TODAY = date(2026, 3, 3)


def steps(*actions: Action) -> tuple[Step, ...]:
    return tuple(Step(action, NOON, NOON + timedelta(days=count)) for count, action in enumerate(actions))


def batch(*actions: Action) -> Batch:
    return Batch(
        id=UUID(int=1),
        association_id=UUID(int=2),
        producer_id=UUID(int=3),
        product_id=UUID(int=4),
        site_id=UUID(int=5),
        protocol_id="miel",
        lot="L1",
        units=10,
        produced_on=TODAY,
        use_by=None,
        declared_at=NOON,
        sealed_on=TODAY,
        steps=steps(*actions),
    )


SEALED = (Action.DECLARE, Action.SEAL, Action.ISSUE)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("action", list(Action))
def test_apply_follows_the_table_and_refuses_the_rest(state: State, action: Action) -> None:
    if action in TRANSITIONS[state]:
        assert apply(state, action, NOON) is TRANSITIONS[state][action]
    else:
        with pytest.raises(Refused, match=r"batch\.transition"):
            apply(state, action, NOON)


def test_final_states_have_no_way_out() -> None:
    assert {state for state, after in TRANSITIONS.items() if not after} == {
        State.RECALLED,
        State.REVOKED,
        State.DISCARDED,
    }


@given(st.lists(st.sampled_from(list(Action)), max_size=12))
def test_a_seal_once_out_never_goes_back_to_unsealed(actions: list[Action]) -> None:
    state, out = State.NONE, False
    for action in actions:
        if action in TRANSITIONS[state]:
            state = apply(state, action, NOON)
            assert not (out and state not in WITH_SEAL)
            out = out or state in WITH_SEAL


def test_the_state_on_a_day_is_folded_from_effective_times() -> None:
    done = steps(*SEALED, Action.HOLD, Action.RELEASE, Action.RECALL)
    days = [fold(done, NOON + timedelta(days=count)) for count in range(6)]
    assert days == [State.DECLARED, State.PENDING, State.SEALED, State.ON_HOLD, State.SEALED, State.RECALLED]


def test_a_decision_that_names_a_batch_revokes_it_but_a_recall_stays_a_recall() -> None:
    named = CertificationStep(UUID(int=9), CertificationAction.SUSPEND, NOON, NOON, batches=(UUID(int=1),))
    assert standing(batch(*SEALED), [named]) is State.REVOKED
    assert standing(batch(*SEALED, Action.RECALL), [named]) is State.RECALLED
    assert standing(batch(*SEALED), [named], NOON - timedelta(days=1)) is State.NONE
    assert standing(replace(batch(Action.DECLARE), sealed_on=None), [named]) is State.DECLARED


def test_the_form_of_a_declaration() -> None:
    assert declare_reasons(units=1, produced_on=TODAY, use_by=TODAY, today=TODAY) == ()
    assert declare_reasons(units=65_535, produced_on=TODAY, use_by=None, today=TODAY) == ()
    bad = declare_reasons(units=0, produced_on=TODAY + timedelta(days=1), use_by=TODAY - timedelta(days=1), today=TODAY)
    assert len(bad) == 3


def test_a_production_day_of_another_age_is_refused() -> None:
    for day in (date(1, 1, 1), date(2, 1, 2), date(1989, 12, 31)):
        far = declare_reasons(units=1, produced_on=day, use_by=None, today=TODAY)
        assert [(one.code, one.params["day"]) for one in far] == [("batch.produced_too_early", day.isoformat())]
    assert declare_reasons(units=1, produced_on=date(1990, 1, 1), use_by=None, today=TODAY) == ()


def test_a_use_by_that_no_lot_lasts_is_refused() -> None:
    late = TODAY + timedelta(days=65_535)
    far = declare_reasons(units=1, produced_on=TODAY, use_by=late, today=TODAY)
    assert [reason.code for reason in far] == ["batch.use_by_far"]
    assert declare_reasons(units=1, produced_on=TODAY, use_by=TODAY.replace(year=TODAY.year + 50), today=TODAY) == ()


def test_shelf_life_is_counted_in_months_of_the_calendar() -> None:
    assert default_use_by(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert default_use_by(TODAY, 24) == date(2028, 3, 3)
    assert default_use_by(TODAY, None, 21) == TODAY + timedelta(days=21)
    assert default_use_by(TODAY, None) is None


def test_a_shelf_life_past_the_calendar_ends_with_it() -> None:
    assert default_use_by(TODAY, 999_999) == default_use_by(TODAY, None, 99_999_999) == date.max
    assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)


def test_a_use_by_later_than_the_shelf_life_is_refused() -> None:
    def told(use_by: date) -> list[str]:
        last = TODAY + timedelta(days=21)
        found = declare_reasons(units=1, produced_on=TODAY, use_by=use_by, today=TODAY, latest=last)
        return [reason.code for reason in found]

    assert told(TODAY + timedelta(days=21)) == []
    assert told(TODAY + timedelta(days=22)) == ["batch.use_by_late"]


def test_two_names_that_look_alike_are_one_lot() -> None:
    assert lot_key(" L 26-a ") == lot_key("l26-A")
    assert lot_reasons("L 26") == []
    assert [reason.code for bad in ("", "x" * 21, "a\x00b") for reason in lot_reasons(bad)] == ["batch.lot"] * 3
