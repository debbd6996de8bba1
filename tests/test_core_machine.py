"""The pure core under every order of events: decision, certification, batch and labels in one state machine.

Each rule is what a person may try. Each refusal is counted by its code, and the last test asks that every code of
every model was reached: a reason that nothing can reach is dead, one that is not listed is unknown to the pages.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from seal import ids
from seal.batches import gates
from seal.batches import model as batches
from seal.batches.book.reconciling import Balance, Scope
from seal.certificates import model as certificates
from seal.certificates import review
from seal.clock import local_day
from seal.errors import Reason
from seal.labels import model as labels
from seal.protocols import terms

ZONE = "America/Coyhaique"
CERTIFICATE = certificates.Certification(
    id=UUID(int=1),
    association_id=UUID(int=2),
    producer_id=UUID(int=3),
    protocol_id="miel",
    version_id=UUID(int=4),
    audit_id=UUID(int=5),
    conclusion_sha256="0" * 64,
    decision_id=UUID(int=6),
    public_id=7,
    status_index=8,
    assurance_mode="association",
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 1, 1),
    granted_at=datetime(2026, 1, 1, tzinfo=UTC),
    sites=frozenset(),
    products=frozenset(),
    intent_id=UUID(int=9),
    salt=b"",
)
PEOPLE = [UUID(int=100 + number) for number in range(4)]
AUDITOR = PEOPLE[3]
SITES = [UUID(int=200), UUID(int=201)]
PRODUCTS = [UUID(int=300), UUID(int=301)]
CONFLICT = Reason("conflict.relation", {"kind": "household"})

PAPERS = gates.Gate(
    today=date(2026, 3, 2),
    state=batches.State.NONE,
    produced_on=date(2026, 3, 2),
    use_by=None,
    right=gates.Right(certificates.State.NONE),
    permits=(gates.PermitTerm("sanitary", True, None),),
)

reached: Counter[str] = Counter()
acts: Counter[str] = Counter()
"""What was allowed, so that a machine that only ever refuses is noticed."""


def seen(reasons: tuple[Reason, ...]) -> bool:
    """Count the codes; True if there was any. No reason is given twice with the same words."""
    reached.update(reason.code for reason in reasons)
    told = [(reason.code, tuple(sorted(reason.params.items()))) for reason in reasons]
    assert len(told) == len(set(told)), told
    return bool(reasons)


LESS = Balance(Scope.BATCH, "plain", Fraction(5000), low=Fraction(8000), cap=Fraction(9000))
"""Less came out than is usual."""


def often(usual: object, *rare: object) -> st.SearchStrategy[object]:
    """Mostly the usual value, so that long histories stay possible."""
    return st.sampled_from([usual] * max(2, len(rare) // 3) + list(rare))


class Core(RuleBasedStateMachine):
    @initialize(quorum=st.sampled_from([1, 1, 2]))
    def begin(self, quorum: int) -> None:
        self.now = datetime(2026, 3, 2, 15, tzinfo=UTC)
        self.quorum = quorum
        self.certifications: list[certificates.Certification] = []
        self.new_audit()
        self.batch: batches.Batch | None = None
        self.tests: list[tuple[batches.TestResult, gates.Passed]] = []
        self.ledger: labels.Ledger | None = None
        self.voids: list[labels.Span] = []
        self.given: set[int] = set()
        self.papers = PAPERS

    @property
    def today(self) -> date:
        return local_day(self.now, ZONE)

    def new_audit(self) -> None:
        self.case = review.Case(
            today=self.today,
            concluded_on=self.today,
            audited_sites=frozenset(SITES),
            audited_products=frozenset(PRODUCTS),
            scope_sites=frozenset(SITES[:1]),
            scope_products=frozenset(PRODUCTS[:1]),
            participants=frozenset({AUDITOR}),
        )
        self.votes: list[review.Vote] = []

    # -- time and facts

    @rule(days=st.sampled_from([1, 10, 40, 100, 200]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def another_audit_is_concluded(self) -> None:
        self.new_audit()

    @rule(
        fault=often(
            {},
            {"concluded_on": None},
            {"digest_holds": False},
            {"passed": False},
            {"passed": False, "failed_rules": (review.FailedRule("level_percent", "minor", "70", "60"),)},
            {"open_findings": 2},
            {"agreement_signed": False},
            {"scope_sites": frozenset()},
            {"scope_sites": frozenset({UUID(int=299)})},
            {"scope_products": frozenset({UUID(int=399)})},
            {"months": 0},
            {"months": 13},
        )
    )
    def another_audit_has_a_fault(self, fault: dict[str, Any]) -> None:
        self.new_audit()
        self.case = replace(self.case, **fault)
        self.somebody_votes(PEOPLE[0], review.Choice.GRANT, ())

    # -- decision

    @rule(
        person=st.sampled_from(PEOPLE),
        choice=often(review.Choice.GRANT, review.Choice.REFUSE, review.Choice.DEFER),
        conflicts=often((), (CONFLICT,)),
    )
    def somebody_votes(self, person: UUID, choice: review.Choice, conflicts: tuple[Reason, ...]) -> None:
        self.case = replace(self.case, today=self.today, suspended_now=self.holds(certificates.State.SUSPENDED))
        if withdrawn := [one for one in self.certifications if one.steps[-1].action is certificates.Action.WITHDRAW]:
            self.case = replace(self.case, withdrawn_on=local_day(withdrawn[-1].steps[-1].effective_at, ZONE))
        rules = review.grant_reasons if choice is review.Choice.GRANT else review.case_reasons
        against = (*rules(self.case), *review.voter_reasons(self.case, person, conflicts, self.votes))
        if seen(tuple(reason for reason in against if reason is not CONFLICT)) or conflicts:
            return
        assert person != AUDITOR
        self.votes.append(review.Vote(person, choice))
        outcome = review.tally(self.votes, self.quorum)
        assert (outcome is None) == (len(self.votes) < self.quorum)
        if outcome is review.Choice.GRANT:
            self.grant()
        if outcome is not None:
            self.case = replace(self.case, earlier_outcome=outcome)
            self.votes = []

    def grant(self) -> None:
        acts["granted"] += 1
        assert self.case.passed
        assert not self.case.open_findings
        first, last = certificates.term(self.today, self.case.months)
        assert (last - first).days in (364, 365)
        step = certificates.Step(ids.uuid7(self.now), certificates.Action.GRANT, self.now, self.now)
        granted = replace(CERTIFICATE, id=ids.uuid7(self.now), valid_from=first, valid_until=last)
        scope = {"sites": self.case.scope_sites, "products": self.case.scope_products}
        self.certifications.append(replace(granted, granted_at=self.now, steps=(step,), **scope))

    def holds(self, state: certificates.State) -> bool:
        return any(one.state(self.now, ZONE) is state for one in self.certifications)

    @precondition(lambda self: self.certifications)
    @rule(
        issue=st.booleans(),
    )
    def the_certificate_is_signed(self, issue: bool) -> None:
        if issue:
            self.certifications[-1] = replace(self.certifications[-1], jws=b"signed")

    @precondition(lambda self: self.certifications)
    @rule(
        action=st.sampled_from(list(certificates.Action)),
        days=often(0, 3, -3, -400),
        window=often((None, None), (-5, 0), (0, -5)),
        names=st.booleans(),
    )
    def a_sanction_is_decided(
        self, action: certificates.Action, days: int, window: tuple[int | None, int | None], names: bool
    ) -> None:
        held = self.certifications[-1]
        effective = self.now + timedelta(days=days)
        first, last = (None if one is None else self.today + timedelta(days=one) for one in window)
        against = certificates.step_reasons(
            held.steps,
            action,
            recorded_at=self.now,
            effective_at=effective,
            affected_from=first,
            affected_to=last,
        )
        before = certificates.state_at(held.steps, self.now)
        assert (action not in certificates.TRANSITIONS[before]) == any(
            reason.code == "certification.transition" for reason in against
        )
        if seen(against):
            return
        acts[action.value] += 1
        named = (self.batch.id,) if names and self.batch is not None else ()
        step = certificates.Step(ids.uuid7(self.now), action, self.now, effective, None, "", first, last, named)
        self.certifications[-1] = replace(held, steps=(*held.steps, step))
        # what was known before is still what was known then
        assert certificates.state_at((*held.steps, step), self.now, known_at=self.now - timedelta(seconds=1)) in (
            before,
            certificates.state_at(held.steps, self.now, known_at=self.now - timedelta(seconds=1)),
        )

    # -- batch

    @rule(
        units=often(100, 0, 65_536),
        made=often(0, 2, -20, -60, -14_000),
        use_by=often(700, None, -100, 5, 2_000, 20_000),
        scope=st.sampled_from([0, 0, 0, 1]),
        lot=often("L2611", "", "L" * 21),
    )
    def a_batch_is_declared(self, units: int, made: int, use_by: int | None, scope: int, lot: str = "L2611") -> None:
        produced = self.today + timedelta(days=made)
        best = None if use_by is None else self.today + timedelta(days=use_by)
        latest = batches.default_use_by(self.today, 24)
        against = batches.declare_reasons(
            units=units, produced_on=produced, use_by=best, today=self.today, latest=latest
        )
        if seen((*against, *batches.lot_reasons(lot))):
            return
        acts["declared"] += 1
        self.batch = batches.Batch(
            id=ids.uuid7(self.now),
            association_id=UUID(int=2),
            producer_id=UUID(int=3),
            product_id=PRODUCTS[scope],
            site_id=SITES[scope],
            protocol_id="miel",
            lot="L1",
            units=units,
            produced_on=produced,
            use_by=best,
            declared_at=self.now,
            steps=(batches.Step(batches.Action.DECLARE, self.now, self.now),),
        )
        self.tests, self.ledger, self.voids, self.given = [], None, [], set()

    @precondition(lambda self: self.batch)
    @rule(
        passed=often(gates.Passed.YES, gates.Passed.NO, gates.Passed.UNREADABLE),
        by=st.sampled_from(list(terms.Tester)),
    )
    def a_test_is_recorded(self, passed: gates.Passed, by: terms.Tester) -> None:
        result = batches.TestResult(ids.uuid7(self.now), "moisture", "17,4", "g/100g", by, self.today, self.now)
        self.tests.append((result, passed))

    @rule(
        fault=often(
            {},
            {"permits": (gates.PermitTerm("sanitary", False),)},
            {"permits": (gates.PermitTerm("sanitary", True, date(2026, 1, 1)),)},
            {"member": False},
            {"agreement_signed": False},
            {"keys_ready": False},
            {"open_critical": 1},
            {"audit_voided": True},
            {"grade_without_seal": "En camino"},
            {"release_on": date(2099, 1, 1)},
            {"grams_made": 9_000, "grams_cap": 5_000, "sums": [LESS]},
            {"origin": gates.Origin(needed=True, known=False)},
            {"origin": gates.Origin(negative=[("milk-1", date(2026, 3, 1), "2 l")])},
            {"origin": gates.Origin(uncertified=["honey-1"], stopped=[("L-1", "recalled")], mixed=["a", "b"])},
        )
    )
    def papers_change(self, fault: dict[str, Any]) -> None:
        self.papers = replace(PAPERS, **fault)
        if self.batch is not None:
            seen(gates.reasons(self.gate()))

    def right(self) -> gates.Right:
        assert self.batch is not None
        if not self.certifications:
            return gates.Right(certificates.State.NONE)
        held = self.certifications[-1]
        day = self.batch.produced_on
        return gates.Right(
            state=held.state(self.now, ZONE),
            pending=held.pending,
            site_in_scope=self.batch.site_id in held.sites,
            product_in_scope=self.batch.product_id in held.products,
            in_force_on_production_day=held.in_force_on(day, ZONE),
            suspended_on_production_day=certificates.suspended_on(held.steps, day, ZONE),
            day_affected=any(step.affects(self.batch.id, self.today) for step in held.steps),
        )

    def gate(self) -> gates.Gate:
        assert self.batch is not None
        return replace(
            self.papers,
            today=self.today,
            state=self.batch.state,
            produced_on=self.batch.produced_on,
            use_by=self.batch.use_by,
            right=self.right(),
            tests=(gates.RequiredTest("moisture", terms.Tester.LAB, "≤ 20", results=tuple(self.tests)),),
        )

    @precondition(lambda self: self.batch)
    @rule()
    def the_batch_is_sealed(self) -> None:
        assert self.batch is not None
        if seen(gates.reasons(self.gate())):
            return
        acts["sealed"] += 1
        held = self.certifications[-1]
        assert held.jws
        assert held.valid_from <= self.batch.produced_on <= self.today <= held.valid_until
        assert any(passed is gates.Passed.YES for _, passed in self.tests)
        self.step(batches.Action.SEAL)
        self.batch = replace(self.batch, sealed_on=self.today)
        self.step(batches.Action.ISSUE)
        self.ledger = labels.Ledger(self.batch.units, 2)

    def step(self, action: batches.Action) -> None:
        assert self.batch is not None
        self.batch = replace(self.batch, steps=(*self.batch.steps, batches.Step(action, self.now, self.now)))

    @precondition(lambda self: self.batch)
    @rule(action=st.sampled_from([action for action in batches.Action if action.value not in ("seal", "issue")]))
    def something_is_done_to_the_batch(self, action: batches.Action) -> None:
        assert self.batch is not None
        before = self.batch.state
        if action not in batches.TRANSITIONS[before]:
            reached["batch.transition"] += 1
            return
        acts[action.value] += 1
        self.step(action)
        assert self.batch.state is batches.TRANSITIONS[before][action]

    # -- labels

    @precondition(lambda self: self.ledger)
    @rule(count=st.sampled_from([0, 1, 24, 60, 102]))
    def labels_are_reserved(self, count: int) -> None:
        assert self.batch is not None
        assert self.ledger is not None
        held = self.certifications[-1]
        state = batches.standing(self.batch, held.steps, self.now)
        against = labels.right_reasons(state, held.state(self.now, ZONE), self.papers.audit_voided)
        against += labels.reserve_reasons(self.ledger, count)
        if seen(against):
            return
        acts["reserved"] += 1
        first = self.ledger.reserved_high + 1
        fresh = set(range(first, first + count))
        assert not fresh & self.given
        self.given |= fresh
        self.ledger = replace(self.ledger, reserved_high=first + count - 1)

    @precondition(lambda self: self.ledger)
    @rule(first=st.integers(0, 60), length=st.sampled_from([0, 1, 12]))
    def labels_are_voided(self, first: int, length: int) -> None:
        assert self.ledger is not None
        span = labels.Span(first, first + length - 1)
        if seen(labels.void_reasons(self.ledger, self.voids, span)):
            return
        acts["voided"] += 1
        assert len(span) == len([number for number in self.given if number in span])
        self.voids.append(span)
        self.ledger = replace(self.ledger, void_count=self.ledger.void_count + len(span))

    @precondition(lambda self: self.ledger)
    @rule()
    def the_audit_is_voided_after_sealing(self) -> None:
        self.papers = replace(PAPERS, audit_voided=True)
        self.labels_are_reserved(1)
        self.labels_are_voided(1, 12)
        self.labels_are_voided(12, 1)

    @rule()
    def labels_are_asked_without_certification(self) -> None:
        if not self.certifications:
            seen(labels.right_reasons(batches.State.SEALED, certificates.State.NONE))
            seen(labels.book_reasons("L-1", (date(2026, 3, 1), 2), ["honey-1"]))

    @rule(scope=st.sampled_from([0, 0, 0, 1]), keep=st.booleans())
    def all_goes_well(self, scope: int, keep: bool) -> None:
        """The main job without a fault, so that what comes after it is tried often."""
        if not (keep and self.certifications):
            self.new_audit()
            for person in PEOPLE[: self.quorum]:
                self.somebody_votes(person, review.Choice.GRANT, ())
        if self.certifications:
            self.the_certificate_is_signed(True)
        self.papers = PAPERS
        self.a_batch_is_declared(100, 0, 30, scope)
        self.a_test_is_recorded(gates.Passed.YES, terms.Tester.LAB)
        self.the_batch_is_sealed()
        if self.ledger is not None:
            self.labels_are_reserved(24)

    @precondition(lambda self: self.ledger and self.certifications)
    @rule(
        action=st.sampled_from(list(certificates.Action)), days=st.sampled_from([0, 0, 400]), first=st.integers(1, 30)
    )
    def the_right_changes_after_sealing(self, action: certificates.Action, days: int, first: int) -> None:
        self.labels_are_voided(first, 12)
        self.a_sanction_is_decided(action, 0, (None, None), False)
        self.now += timedelta(days=days)
        self.labels_are_reserved(1)
        self.a_batch_is_declared(100, 0, None, 0)
        self.the_batch_is_sealed()

    @rule(certified=st.booleans())
    def a_maker_tests_and_seals_alone(self, certified: bool) -> None:
        """What only a newcomer meets, and who tests at home what a laboratory should."""
        self.papers = PAPERS
        if certified != bool(self.certifications):
            return
        self.a_batch_is_declared(100, 0, None, 0)
        self.a_test_is_recorded(gates.Passed.YES, terms.Tester.SELF)
        self.the_batch_is_sealed()

    # -- always

    @invariant()
    def withdrawn_is_final(self) -> None:
        for held in getattr(self, "certifications", []):
            actions = [step.action for step in held.steps]
            if certificates.Action.WITHDRAW in actions:
                assert actions.index(certificates.Action.WITHDRAW) == len(actions) - 1
            times = [step.effective_at for step in held.steps]
            assert times == sorted(times)

    @invariant()
    def labels_stay_inside_the_quota(self) -> None:
        if (ledger := getattr(self, "ledger", None)) is not None:
            assert 0 <= ledger.live <= ledger.quota <= ledger.units + ledger.units * 2 // 100
            assert ledger.live == len(self.given) - sum(len(span) for span in self.voids)
            assert set(labels.usable(labels.Span(1, max(1, ledger.reserved_high)), self.voids)).issubset(
                self.given or {1}
            )


MODELS = (certificates, review, batches, gates, labels)
ALL = frozenset().union(*(module.REASONS for module in MODELS))


def test_the_lists_of_reasons_are_complete() -> None:
    """Every code written in a model is in its list and the other way round."""
    for module in MODELS:
        source = inspect.getsource(module).split('"""Every', 1)[1]
        written = set(re.findall(r'(?:Reason|Refused)\(\s*f?"([a-z_.]+)', source))
        whole = {code for code in written if not code.endswith("_")}
        families = {code for code in written if code.endswith("_")}
        for code in module.REASONS:
            assert code in whole or any(code.startswith(family) for family in families), (module.__name__, code)
        assert whole <= module.REASONS, (module.__name__, whole - module.REASONS)


def test_core_reaches_every_reason() -> None:
    reached.clear()
    acts.clear()
    run_state_machine_as_test(
        Core,
        settings=settings(
            max_examples=400,
            stateful_step_count=80,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not ALL - set(reached), f"never reached: {sorted(ALL - set(reached))}"
    assert set(reached) <= ALL, f"not listed: {sorted(set(reached) - ALL)}"
    assert {"granted", "suspend", "lift", "withdraw", "sealed", "reserved", "voided", "recall"} <= set(acts)
