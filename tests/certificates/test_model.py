"""A certification folded from dated steps: what is true on a day, what was known then, and which steps are legal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.certificates.model import (
    TRANSITIONS,
    Action,
    State,
    Step,
    add_months,
    apply,
    state_at,
    step_reasons,
    suspended_on,
    term,
)
from seal.errors import Refused

ZONE = "America/Coyhaique"
NOON = datetime(2026, 3, 3, 15, tzinfo=UTC)
DAY = timedelta(days=1)


def step(action: Action, days: int, *, recorded: int | None = None, **given: object) -> Step:
    known = days if recorded is None else recorded
    return Step(UUID(int=days), action, NOON + known * DAY, NOON + days * DAY, **given)  # type: ignore[arg-type]


HISTORY = (step(Action.GRANT, 0), step(Action.SUSPEND, 10), step(Action.LIFT, 20), step(Action.WITHDRAW, 30))


def test_transitions_are_the_ones_of_the_scheme() -> None:
    assert {state: set(after) for state, after in TRANSITIONS.items()} == {
        State.NONE: {Action.GRANT},
        State.ACTIVE: {Action.SUSPEND, Action.WITHDRAW},
        State.SUSPENDED: {Action.LIFT, Action.WITHDRAW},
        State.WITHDRAWN: set(),
    }


@pytest.mark.parametrize("state", list(TRANSITIONS))
@pytest.mark.parametrize("action", list(Action))
def test_apply_follows_the_table_and_refuses_the_rest(state: State, action: Action) -> None:
    if action in TRANSITIONS[state]:
        assert apply(state, action, NOON) is TRANSITIONS[state][action]
    else:
        with pytest.raises(Refused, match=r"certification\.transition"):
            apply(state, action, NOON)


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-1, "none"),
        (0, "active"),
        (9, "active"),
        (10, "suspended"),
        (19, "suspended"),
        (20, "active"),
        (31, "withdrawn"),
    ],
)
def test_any_day_has_its_answer(days: int, state: str) -> None:
    assert state_at(HISTORY, NOON + days * DAY) == state


def test_what_was_known_then_is_another_question_than_what_was_true() -> None:
    late = (step(Action.GRANT, 0), step(Action.SUSPEND, 5, recorded=9))
    assert state_at(late, NOON + 6 * DAY) is State.SUSPENDED
    assert state_at(late, NOON + 6 * DAY, known_at=NOON + 6 * DAY) is State.ACTIVE


def test_the_day_of_suspension_is_out_and_the_day_of_lifting_is_in() -> None:
    first = date(2026, 3, 3)
    out = [count for count in range(35) if suspended_on(HISTORY, first + count * DAY, ZONE)]
    assert out == list(range(10, 20))


def test_a_step_says_every_fault() -> None:
    reasons = step_reasons(
        HISTORY,
        Action.LIFT,
        recorded_at=NOON + 40 * DAY,
        effective_at=NOON + 41 * DAY,
        affected_from=date(2026, 3, 2),
        affected_to=date(2026, 3, 1),
    )
    assert [reason.code for reason in reasons] == [
        "certification.transition",
        "certification.effective_in_future",
        "certification.window_out_of_order",
    ]
    early = step_reasons(HISTORY[:2], Action.LIFT, recorded_at=NOON + 12 * DAY, effective_at=NOON + 9 * DAY)
    assert [reason.code for reason in early] == ["certification.effective_out_of_order"]


def test_a_window_is_inclusive_and_open_ends_reach_far() -> None:
    batch = UUID(int=99)
    day = date(2026, 3, 3)
    window = step(Action.SUSPEND, 1, affected_from=day, affected_to=day)
    assert [window.affects(batch, day + count * DAY) for count in (-1, 0, 1)] == [False, True, False]
    until = step(Action.SUSPEND, 1, affected_to=day)
    assert until.affects(batch, date(2020, 1, 1))
    assert not step(Action.SUSPEND, 1).affects(batch, day)
    assert step(Action.SUSPEND, 1, batches=(batch,)).affects(batch, day)


@given(st.dates(date(2020, 1, 1), date(2100, 12, 31)), st.integers(1, 60))
def test_a_term_of_months_ends_the_day_before(day: date, months: int) -> None:
    first, last = term(day, months)
    assert first == day
    assert last + DAY == add_months(day, months)
    assert add_months(day, months).day in (day.day, *range(28, 31))


@given(st.lists(st.sampled_from(list(Action)), max_size=8))
def test_folding_equals_applying_one_by_one(actions: list[Action]) -> None:
    state, steps = State.NONE, []
    for count, action in enumerate(actions):
        if action in TRANSITIONS[state]:
            state = apply(state, action, NOON)
            steps.append(step(action, count))
    assert state_at(steps, NOON + 100 * DAY) is state
