"""How votes count, and that every reason is given at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from seal.certificates.review import (
    AUDIT_FRESH_DAYS,
    Case,
    Choice,
    FailedRule,
    Vote,
    counts,
    grant_reasons,
    tally,
    voter_reasons,
)

TODAY = date(2026, 3, 3)
SITE, PRODUCT, PERSON = UUID(int=1), UUID(int=2), UUID(int=3)
GOOD = Case(
    today=TODAY,
    concluded_on=TODAY,
    audited_sites=frozenset({SITE}),
    audited_products=frozenset({PRODUCT}),
    scope_sites=frozenset({SITE}),
    scope_products=frozenset({PRODUCT}),
)


def votes(*choices: Choice) -> list[Vote]:
    return [Vote(UUID(int=count), choice) for count, choice in enumerate(choices)]


@given(
    st.lists(st.sampled_from([Choice.GRANT, Choice.REFUSE, Choice.DEFER, Choice.BARRED]), max_size=9), st.integers(1, 5)
)
def test_no_outcome_below_the_quorum_and_no_outcome_against_the_majority(choices: list[Choice], quorum: int) -> None:
    counted = Counter(choice for choice in choices if choice is not Choice.BARRED)
    outcome = tally(votes(*choices), quorum)
    if counted.total() < quorum:
        assert outcome is None
    else:
        assert outcome is not None
        assert outcome is Choice.DEFER or counted[outcome] == max(counted.values())
        if outcome is Choice.GRANT:
            assert all(counted[other] < counted[Choice.GRANT] for other in (Choice.REFUSE, Choice.DEFER))


def test_a_tie_defers_and_a_tied_sanction_is_rejected() -> None:
    assert tally(votes(Choice.GRANT, Choice.REFUSE), 2) is Choice.DEFER
    assert tally(votes(Choice.APPROVE, Choice.REJECT), 2) is Choice.REJECT


def test_bars_are_no_votes() -> None:
    assert tally(votes(Choice.BARRED, Choice.BARRED, Choice.GRANT), 2) is None
    assert counts(votes(Choice.BARRED, Choice.GRANT)) == {"grant": 1}


def test_a_good_case_has_nothing_against_it() -> None:
    assert grant_reasons(GOOD) == ()
    assert voter_reasons(GOOD, PERSON, ()) == ()


def test_every_reason_is_given_at_once() -> None:
    bad = replace(
        GOOD,
        concluded_on=TODAY - timedelta(days=AUDIT_FRESH_DAYS + 1),
        digest_holds=False,
        passed=False,
        failed_rules=(FailedRule("level_percent", "minor", "70 %", "60 %"), FailedRule("max_open", "major", "5", "6")),
        open_findings=2,
        agreement_signed=False,
        scope_sites=frozenset({PRODUCT}),
        scope_products=frozenset(),
        months=13,
        suspended_now=True,
        withdrawn_on=TODAY - timedelta(days=364),
        earlier_outcome=Choice.REFUSE,
    )
    assert [reason.code for reason in grant_reasons(bad)] == [
        "decision.already_refused",
        "decision.digest_mismatch",
        "decision.audit_too_old",
        "decision.rule_failed",
        "decision.rule_failed",
        "decision.open_findings",
        "decision.agreement_missing",
        "decision.scope_empty",
        "decision.site_not_audited",
        "decision.term",
        "decision.suspended_now",
        "decision.waiting_time",
    ]


def test_an_audit_serves_to_the_last_day_and_the_wait_ends_on_its_day() -> None:
    assert grant_reasons(replace(GOOD, concluded_on=TODAY - timedelta(days=AUDIT_FRESH_DAYS))) == ()
    assert grant_reasons(replace(GOOD, withdrawn_on=TODAY - timedelta(days=365))) == ()
