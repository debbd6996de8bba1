"""Loads what the gates look at from the rooms below. Nothing is cached or stored: each question is asked each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from seal.associations.model import Association
from seal.audits import service as audits
from seal.audits.findings import Grade
from seal.audits.model import AuditState
from seal.batches import due, gates, history, release_store
from seal.batches.book import balancing, origins
from seal.batches.book import store as book
from seal.batches.book.reconciling import Scope
from seal.batches.model import Batch, TestResult, days_after
from seal.certificates import service as certificates
from seal.certificates.model import Certification, suspended_on
from seal.certificates.model import State as CertificationState
from seal.clock import local_day
from seal.errors import BadInput
from seal.identity import Acting, system
from seal.keys import service as keys
from seal.members import service as members
from seal.members.model import Dossier, Membership
from seal.protocols import plans
from seal.protocols import service as protocols
from seal.protocols.measure import effective
from seal.protocols.measures import outcome_of_test, plan_of
from seal.protocols.model import BatchTest, Outcome, Protocol
from seal.protocols.situation import Situation
from seal.protocols.terms import Every, Override, Release

SANITARY = "sanitary"
"""The kind of permit that a food producer needs (resolución sanitaria)."""
HYGIENE = "higiene"
"""Protocols that include this module are about food."""
LEFT = frozenset(
    {Membership.ON_LEAVE, Membership.LEFT, Membership.EXPELLED, Membership.DECEASED, Membership.TRANSFERRED}
)
ANYWHERE = Situation()
"""Nothing is known: every variant of a limit may hold, and the strictest counts."""


async def load(acting: Acting, association: Association, batch: Batch) -> tuple[gates.Gate, Certification | None]:
    """The gate of a batch at ``acting.at``, and the certification that it would be sealed under."""
    owner, today = association.id, local_day(acting.at, association.zone)
    every = await certificates.held(owner, batch.producer_id, batch.protocol_id)
    held = choose(every, batch, acting, association)
    dossier = await members.dossier_of(owner, batch.producer_id)
    protocol = (await protocols.pinned(owner, held.version_id)).protocol if held else None
    found = await audits.findings_of(system(owner, acting.at), batch.producer_id)
    sums = await balancing.balances(batch, protocol, dossier, known_of(dossier)) if protocol else ()
    explained = bool(await book.explanations(owner, batch.id))
    period = next((one for one in sums if one.scope is Scope.PERIOD), None)
    gate = gates.Gate(
        today=today,
        state=batch.state,
        produced_on=batch.produced_on,
        use_by=batch.use_by,
        right=right(every, held, batch, acting, association),
        tests=await tests(owner, batch, protocol) if protocol else (),
        permits=permits(dossier, protocol),
        member=dossier.producer.state not in LEFT,
        agreement_signed=dossier.agreement is not None,
        keys_ready=keys.can_sign(owner),
        open_critical=sum(one.grade is Grade.CRITICAL and not one.settled for one in found),
        audit_voided=await audit_voided(held, acting.at),
        grade_without_seal=await grade_without_seal(held, protocol),
        release_on=release_on(batch, dossier, protocol) if protocol else None,
        origin=await origins.origin(batch, protocol),
        grams_made=0 if period is None else int(period.made),
        grams_cap=None if period is None or period.cap is None else int(period.cap),
        sums=sums,
        explained=explained,
        waivers=(await release_store.waivers(owner, [batch.id])).get(batch.id, ()),
        conditions=(await release_store.conditions(owner, [batch.id])).get(batch.id, ()),
    )
    return gate, held


async def audit_voided(held: Certification | None, at: datetime) -> bool:
    """Whether the audit under a certification was voided since: the right then rests on nothing until it is renewed
    or withdrawn, and nothing new is sealed or printed. What is out keeps its verdict."""
    if held is None:
        return False
    return (await audits.audit(system(held.association_id, at), held.audit_id)).state is AuditState.VOIDED


async def grade_without_seal(held: Certification | None, protocol: Protocol | None) -> str | None:
    """The name of the grade under a certification, if its conclusion gives no right to seal; empty if it has none."""
    concluded = await audits.conclusion(held.association_id, held.audit_id) if held is not None else None
    if concluded is None or concluded.seal:
        return None
    grade = concluded.grade or ""
    return protocol.text("es").grades.get(grade, grade) if protocol is not None else grade


def choose(
    every: tuple[Certification, ...], batch: Batch, acting: Acting, association: Association
) -> Certification | None:
    """An active certification with the batch in scope, else an active one, else the newest."""

    def rank(one: Certification) -> tuple[bool, bool]:
        active = one.state(acting.at, association.zone) is CertificationState.ACTIVE
        return active and one.covers(batch.site_id, batch.product_id), active

    return max(every, key=lambda one: (*rank(one), one.granted_at, one.id), default=None)


def right(
    every: tuple[Certification, ...], held: Certification | None, batch: Batch, acting: Acting, association: Association
) -> gates.Right:
    """The right to seal this batch, as seen now. Another certification may have covered the day of production."""
    if held is None:
        return gates.Right(CertificationState.NONE)
    day, zone = batch.produced_on, association.zone
    in_scope = [one for one in every if one.covers(batch.site_id, batch.product_id)]
    in_force = any(one.in_force_on(day, zone) for one in in_scope)
    return gates.Right(
        state=held.state(acting.at, zone),
        pending=held.pending,
        site_in_scope=batch.site_id in held.sites,
        product_in_scope=batch.product_id in held.products,
        in_force_on_production_day=in_force if in_scope else held.in_force_on(day, zone),
        suspended_on_production_day=not in_force
        and any(suspended_on(one.steps, day, zone) for one in every if one.valid_from <= day <= one.valid_until),
        day_affected=any(step.affects(batch.id, local_day(acting.at, zone)) for step in held.steps),
    )


def permits(dossier: Dossier, protocol: Protocol | None) -> tuple[gates.PermitTerm, ...]:
    """Every permit on file, and the sanitary one if the protocol is about food and it is missing."""
    held = [gates.PermitTerm(permit.kind, True, permit.valid_until) for permit in dossier.permits]
    needed = protocol is not None and any(include.id == HYGIENE for include in protocol.includes)
    # kinds are typed by people: "sanitary", "Resolución sanitaria", "autorización sanitaria"
    if needed and not any("sanit" in term.kind.casefold() for term in held):
        held.append(gates.PermitTerm(SANITARY, False))
    return tuple(held)


async def situation(association_id: UUID, batch: Batch, protocol: Protocol) -> Situation:
    """What is known of the batch where a test asks: facts of its maker, kinds of its product and site."""
    if not due.conditional(protocol):
        return Situation()
    return known(await members.dossier_of(association_id, batch.producer_id), batch.product_id, batch.site_id)


def known(dossier: Dossier, product_id: UUID, site_id: UUID) -> Situation:
    """The facts of a producer with the kinds of one product and one site."""
    product = next((one for one in dossier.products if one.id == product_id), None)
    site = next((one for one in dossier.sites if one.id == site_id), None)
    return Situation(
        dossier.fact_values(),
        None if product is None or product.kind is None else frozenset({product.kind}),
        None if site is None else frozenset({site.kind.value}),
    )


def known_of(dossier: Dossier) -> balancing.Here:
    """The same for any batch of a producer."""
    return lambda batch: known(dossier, batch.product_id, batch.site_id)


def release_on(batch: Batch, dossier: Dossier, protocol: Protocol) -> date | None:
    """The first day on which the label rules let a batch be sealed; ``None`` where no rest holds for sure."""
    days = protocol.rules.label.release_days(known(dossier, batch.product_id, batch.site_id))
    return days_after(batch.produced_on, days) if days else None


async def tests(association_id: UUID, batch: Batch, protocol: Protocol) -> tuple[gates.RequiredTest, ...]:
    """Every test that this batch needs, with the results that count for it; one for each consignment where each is
    tested."""
    past = await history.load(association_id, batch, protocol)
    here = await situation(association_id, batch, protocol)
    names = protocol.text("es").batch_tests
    found = []
    for test in due.due(protocol, here):
        name = names.get(test.id, test.id)
        for lot in past.consignments if Every.CONSIGNMENT in due.occasions(test) else (None,):
            own = tuple(one for one in past.results.get(batch.id, ()) if lot is None or one.lot_id in (None, lot.id))
            served = due.serving(
                test, batch, past.made, past.results, protocol, past.told, None if lot is None else lot.id
            )
            if lot is not None and any(one.test_id == test.id and one.lot_id == lot.id for one in (*own, *served)):
                # what was found in the consignment itself is not washed out by what was made of it
                own, served = (tuple(one for one in each if one.lot_id == lot.id) for each in (own, served))
            asked = required(test, name if lot is None else f"{name} ({lot.name})", own, served, here)
            found.append(asked if lot is None else replace(asked, lot=lot.name))
    return tuple(found)


def required(
    test: BatchTest,
    name: str,
    own: tuple[TestResult, ...],
    serving: tuple[TestResult, ...],
    here: Situation = ANYWHERE,
) -> gates.RequiredTest:
    """A test with the results that count: the batch's own; where the frequency lets others serve, theirs too, unless
    the batch has its own."""
    mine = tuple(result for result in own if result.test_id == test.id)
    theirs = tuple(result for result in serving if result.test_id == test.id)
    judged = tuple((result, outcome(test, result, here)) for result in mine or theirs)
    found = gates.RequiredTest(
        test.id,
        test.by,
        limit_words(test, here),
        name,
        judged,
        override=test.override is Override.TWO_PERSONS,
        conditional=test.release is Release.CONDITIONAL,
    )
    return replace(found, results=(*judged, *_others_fault(found, test, theirs, here)))


def _others_fault(
    own: gates.RequiredTest, test: BatchTest, serving: tuple[TestResult, ...], here: Situation
) -> tuple[tuple[TestResult, gates.Passed], ...]:
    """What staff has against the period, where the maker alone speaks for the batch: another lot does not wash it."""
    if any(result.by_staff for result, _ in own.results):
        return ()
    theirs = tuple((one, outcome(test, one, here)) for one in serving if one.by_staff)
    stands = gates.counted(replace(own, results=theirs))
    return (stands,) if stands is not None and stands[1] is not gates.Passed.YES else ()


def outcome(test: BatchTest, result: TestResult, here: Situation = ANYWHERE) -> gates.Passed:
    """Compared exactly as typed (CERTIFICATION D 44)."""
    try:
        judged = outcome_of_test(test, result.value, result.unit, here)
    except BadInput:
        return gates.Passed.UNREADABLE
    return gates.Passed.YES if judged is Outcome.COMPLIANT else gates.Passed.NO


def limit_words(test: BatchTest, here: Situation = ANYWHERE) -> str:
    """The limit as printed: ``≤ 20 g/100g``, ``≥ 8 Schade``, ``n = 5, c = 2, m = 100, M = 1000 CFU/g``; empty for an
    absence test."""
    plan = plan_of(test, here)
    if plan is not None:
        return plans.words(plan)
    held = effective(test, here)
    bounds = []
    if held.min is not None:
        bounds.append(f"≥ {held.min} {test.unit}".strip())
    if held.max is not None:
        bounds.append(f"≤ {held.max} {test.unit}".strip())
    return ", ".join(bounds)
