"""Each stored tie that bars, and the day after which it does not."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.audits import conflicts
from seal.audits.conflicts import Ties
from seal.members.model import Relation, RelationKind
from seal.progress.model import Advice

TODAY = date(2026, 2, 3)
NONE = Ties("Ana", False, (), (), (), ())


def codes(ties: Ties) -> list[str]:
    return [reason.code for reason in conflicts.reasons(ties, TODAY)]


def test_no_tie_no_reason():
    assert codes(NONE) == []


def test_representing_the_producer_bars():
    assert codes(Ties("Ana", True, (), (), (), ())) == ["audits.conflict.represents"]


@pytest.mark.parametrize("kind", list(RelationKind))
def test_each_kind_of_tie_has_its_own_reason(kind):
    tie = Relation(uuid4(), uuid4(), kind, 1 if kind.is_kin else None, date(2020, 1, 1), None)
    assert codes(Ties("Ana", False, (tie,), (), (), ())) == [f"audits.conflict.{kind.value}"]


def test_advice_bars_for_two_years_to_the_day():
    def advised(day: date) -> Ties:
        return Ties("Ana", False, (), (Advice(uuid4(), day),), (), ())

    assert codes(advised(date(2024, 2, 3))) == ["audits.conflict.advice"]
    assert codes(advised(date(2024, 2, 2))) == []


def test_auditing_each_other_within_a_cycle_bars():
    assert codes(Ties("Ana", False, (), (), (date(2025, 2, 3),), ())) == ["audits.conflict.reciprocal"]
    assert codes(Ties("Ana", False, (), (), (date(2025, 2, 2),), ())) == []


def test_a_declared_conflict_bars_in_its_own_words():
    (reason,) = conflicts.reasons(Ties("Ana", False, (), (), (), ("Vecinos en pleito",)), TODAY)
    assert dict(reason.params) == {"person": "Ana", "conflict": "Vecinos en pleito"}


def test_every_reason_is_told():
    tie = Relation(uuid4(), uuid4(), RelationKind.DEBT, None, date(2025, 1, 1), None)
    ties = Ties("Ana", True, (tie,), (Advice(uuid4(), TODAY),), (TODAY,), ("x",))
    assert len(codes(ties)) == 5


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_months_before_keeps_the_day_or_takes_the_last_of_a_shorter_month(day, months):
    before = conflicts.months_before(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day == day.day or (before.day < day.day and (before + timedelta(days=1)).day == 1)
