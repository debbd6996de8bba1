"""Days at the end of the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from seal.clock import LAST, end_of_day


@pytest.mark.parametrize("zone", ["UTC", "America/Coyhaique", "Pacific/Auckland"])
def test_last_day_of_the_calendar_ends_and_does_not_overflow(zone: str) -> None:
    assert end_of_day(date.max, zone) == LAST


def test_ordinary_day_ends_at_local_midnight() -> None:
    assert end_of_day(date(2026, 6, 1), "America/Coyhaique") == datetime(2026, 6, 2, 3, tzinfo=UTC)
