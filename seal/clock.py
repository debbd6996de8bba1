"""The one clock. Rules never ask what time it is: they are given ``at``; only edges read a clock.

Aware UTC everywhere (``Moment``); days are calendar dates in the association's own zone
(Aysén has ``America/Coyhaique`` since 2025, which is why the ``tzdata`` package is a dependency).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

DAY_ZERO = date(2020, 1, 1)
"""Day 0 of the day numbers in QR tokens (seal-qr/1)."""
LAST = datetime.max.replace(tzinfo=UTC)
"""The end of the calendar: what would lie beyond it is here."""


class Clock(Protocol):
    """Something that tells the time. ``simulated`` is true only for demonstration associations."""

    @property
    def simulated(self) -> bool: ...

    def now(self) -> datetime: ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock, in UTC, cut to whole seconds: signed documents carry seconds."""

    simulated: bool = False

    def now(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)


@dataclass
class SimulatedClock:
    """A clock that moves only when told; accepted for demonstration associations alone."""

    moment: datetime
    simulated: bool = True

    def now(self) -> datetime:
        return self.moment

    def move_to(self, moment: datetime) -> None:
        """Go forward to ``moment``. Going back is a programmer's mistake: ``ValueError``."""
        if moment < self.moment:
            raise ValueError(f"the simulated clock never goes back: {moment} < {self.moment}")
        self.moment = moment

    def advance(self, **delta: float) -> None:
        """Go forward by a ``timedelta(**delta)``."""
        self.move_to(self.moment + timedelta(**delta))


def local(at: datetime, zone: str) -> datetime:
    """The same moment in an IANA zone; in its own where the calendar ends."""
    try:
        return at.astimezone(ZoneInfo(zone))
    except OverflowError:
        return at


def local_day(at: datetime, zone: str) -> date:
    """The calendar day of ``at`` in an IANA zone."""
    return local(at, zone).date()


def is_zone(zone: str) -> bool:
    """True for the name of an IANA zone that this machine knows."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return zone == "UTC" or "/" in zone


def day_number(day: date) -> int:
    """Days since 2020-01-01; what a QR token carries."""
    return (day - DAY_ZERO).days


def day_from_number(number: int) -> date:
    return DAY_ZERO + timedelta(days=number)


def end_of_day(day: date, zone: str) -> datetime:
    """The first UTC moment *after* a local day: deadlines end at local midnight (CERTIFICATION D 43).

    ``LAST`` for a day that the calendar ends before.
    """
    try:
        return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        return LAST


def rfc3339(at: datetime) -> str:
    """``2026-11-21T12:00:00Z``: whole seconds, UTC, as written in every signed document."""
    if at.tzinfo is None:
        raise ValueError("a naive time cannot be written")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_rfc3339(text: str) -> datetime:
    """Strict inverse of :func:`rfc3339`; ``ValueError`` for any other spelling."""
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if rfc3339(moment) != text:
        raise ValueError(f"not a canonical time: {text!r}")
    return moment
