"""Conflicts of interest, computed from what is stored (ISO/IEC 17065 4.2, CERTIFICATION A3). Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from seal.errors import Reason
from seal.members.model import Relation
from seal.progress.model import Advice

WINDOW_MONTHS = 24
"""Advice and dealings bar for this long."""
CYCLE_MONTHS = 12
"""Two producers may not audit each other within this long."""


def months_before(day: date, months: int) -> date:
    """The same day of the month, ``months`` earlier; the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Ties:
    """Everything stored that binds one person to one producer. ``person`` is the name for the sentences."""

    person: str
    represents: bool
    relations: tuple[Relation, ...]
    advice: tuple[Advice, ...]
    audited_back: tuple[date, ...]
    """Days planned for audits in which someone of this producer audits a producer that the person represents."""
    declared: tuple[str, ...]
    """Conflicts that the person declared about this producer inside the window."""


def reasons(ties: Ties, today: date) -> tuple[Reason, ...]:
    """Every reason why the person may not audit or decide on the producer on ``today``; empty: none known."""
    window = months_before(today, WINDOW_MONTHS)
    cycle = months_before(today, CYCLE_MONTHS)
    person = ties.person
    found: list[Reason] = []
    if ties.represents:
        found.append(Reason("audits.conflict.represents", {"person": person}))
    for relation in ties.relations:
        if relation.bars(window, today):
            since = relation.since.isoformat()
            found.append(Reason(f"audits.conflict.{relation.kind.value}", {"person": person, "since": since}))
    given = [advice.given_on for advice in ties.advice if window <= advice.given_on]
    if given:
        found.append(Reason("audits.conflict.advice", {"person": person, "given_on": max(given).isoformat()}))
    back = [day for day in ties.audited_back if cycle <= day]
    if back:
        found.append(Reason("audits.conflict.reciprocal", {"person": person, "planned_for": max(back).isoformat()}))
    found.extend(Reason("audits.conflict.declared", {"person": person, "conflict": text}) for text in ties.declared)
    return tuple(found)
