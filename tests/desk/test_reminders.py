"""Reminders come once at each distance, nearest first, and never after the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.cli.example import steps, story
from seal.clock import SystemClock
from seal.desk.reminders import DAYS_BEFORE, remind, stage_of
from seal.notices import service as notices
from seal.settings import settings

TODAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("left", "stage"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-1, None)]
)
def test_the_nearest_distance_counts(left: int, stage: int | None) -> None:
    assert stage_of(TODAY + timedelta(days=left), TODAY) == stage


@given(st.integers(-400, 400))
def test_a_stage_is_never_nearer_than_the_deadline(left: int) -> None:
    stage = stage_of(TODAY + timedelta(days=left), TODAY)
    assert stage is None or (stage in DAYS_BEFORE and 0 <= left <= stage)


async def test_a_permit_that_ends_is_said_once_to_the_manager_and_the_producer(database: object) -> None:
    stage = await steps.set_up(settings(), SystemClock().now() - timedelta(days=3 * 365))
    member = await steps.join(stage, story.MAKERS[0])
    stage.clock.advance(days=3 * 365 - 30)
    for _ in range(2):
        assert await remind(stage.association, stage.clock.now()) == 1
    for reader in ("manager", "producer"):
        (notice,) = await notices.for_person(stage.acting(reader))
        assert notice.kind == "permit_ending"
        assert notice.params["producer"] == member.maker.trade_name
    stage.clock.advance(days=25)
    assert await remind(stage.association, stage.clock.now()) == 1
    (nearer,) = await notices.for_person(stage.acting("manager"))
    assert nearer.id != notice.id
    stage.clock.advance(days=6)
    assert await remind(stage.association, stage.clock.now()) == 0
    assert await notices.for_person(stage.acting("manager")) == ()
    assert await notices.for_person(stage.acting("auditor")) == ()
