"""Review and decision on an audit (ISO/IEC 17065 7.5 and 7.6): who may vote, what may be granted, how votes count.

A case is everything that the voters have before them. ``voter_reasons`` says why a person may not vote at all,
``grant_reasons`` why nobody may vote to grant; both give every reason. One vote may be enough, by rule; a tie defers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from seal.certificates.model import ReasonClass
from seal.errors import Reason

AUDIT_FRESH_DAYS = 90
"""A conclusion older than this says too little about today. The aim is a decision within 28 days [P]."""

REAPPLY_AFTER_DAYS = 365
"""After a withdrawal, the wait before the same producer may be granted the same protocol again [K]."""


REASONS = frozenset(
    {
        "decision.took_part",
        "decision.already_voted",
        "decision.audit_not_concluded",
        "decision.already_granted",
        "decision.already_refused",
        "decision.digest_mismatch",
        "decision.audit_too_old",
        "decision.audit_not_passed",
        "decision.rule_failed",
        "decision.open_findings",
        "decision.agreement_missing",
        "decision.term",
        "decision.suspended_now",
        "decision.waiting_time",
        "decision.scope_empty",
        "decision.site_not_audited",
        "decision.product_not_audited",
    }
)
"""Every code that this file may give as a reason; conflicts bring their own."""


class Choice(StrEnum):
    """A vote. ``APPROVE`` and ``REJECT`` are for sanctions; ``BARRED`` holds the place of one who may not vote."""

    GRANT = "grant"
    REFUSE = "refuse"
    DEFER = "defer"
    APPROVE = "approve"
    REJECT = "reject"
    BARRED = "barred"


ON_AUDIT = (Choice.GRANT, Choice.REFUSE, Choice.DEFER)


@dataclass(frozen=True)
class Vote:
    person_id: UUID
    choice: Choice
    reason: str = ""


@dataclass(frozen=True)
class Decision:
    """One act of the deciding body; ``outcome`` None while votes are missing, then fixed for good.

    ``kind`` is certify, suspend, lift or withdraw; ``subject_id`` the audit, or the certification.
    """

    id: UUID
    association_id: UUID
    kind: str
    producer_id: UUID
    subject_id: UUID
    audit_id: UUID | None
    quorum: int
    opened_at: datetime
    sequence: int = 0
    outcome: Choice | None = None
    recorded_at: datetime | None = None
    effective_at: datetime | None = None
    reason_class: ReasonClass | None = None
    reason: str = ""
    affected_from: date | None = None
    affected_to: date | None = None
    proposal: bytes | None = None
    document: bytes | None = None
    salt: bytes | None = None


@dataclass(frozen=True)
class FailedRule:
    """A rule of the protocol that the audit did not meet, with what it needed and got, as words for the sentence."""

    rule: str
    place: str
    needed: str
    got: str
    points: str = ""


@dataclass(frozen=True)
class Case:
    """What a decision on one audit rests on. Days are local days.

    ``scope_*`` is what would be certified, ``audited_*`` what the conclusion names. ``digest_holds`` is whether the
    conclusion's bytes still hash to the digest that the audit pinned.
    """

    today: date
    concluded_on: date | None
    digest_holds: bool = True
    passed: bool = True
    failed_rules: tuple[FailedRule, ...] = ()
    open_findings: int = 0
    agreement_signed: bool = True
    audited_sites: frozenset[UUID] = frozenset()
    audited_products: frozenset[UUID] = frozenset()
    scope_sites: frozenset[UUID] = frozenset()
    scope_products: frozenset[UUID] = frozenset()
    participants: frozenset[UUID] = frozenset()
    months: int = 12
    months_allowed: int = 12
    earlier_outcome: Choice | None = None
    suspended_now: bool = False
    withdrawn_on: date | None = None
    names: Mapping[UUID, str] = field(default_factory=dict)
    """Names of sites and products, for the sentences."""


def voter_reasons(
    case: Case, person_id: UUID, conflicts: Sequence[Reason], votes: Sequence[Vote] = ()
) -> tuple[Reason, ...]:
    """Why ``person_id`` may not vote in this case. ``conflicts`` are the declared and computed ones."""
    reasons = []
    if person_id in case.participants:
        reasons.append(Reason("decision.took_part"))
    reasons.extend(conflicts)
    if any(vote.person_id == person_id and vote.choice is not Choice.BARRED for vote in votes):
        reasons.append(Reason("decision.already_voted"))
    return tuple(reasons)


def case_reasons(case: Case) -> tuple[Reason, ...]:
    """Why no vote of any kind can be taken on this audit."""
    reasons = []
    if case.concluded_on is None:
        reasons.append(Reason("decision.audit_not_concluded"))
    if case.earlier_outcome is Choice.GRANT:
        reasons.append(Reason("decision.already_granted"))
    if case.earlier_outcome is Choice.REFUSE:
        reasons.append(Reason("decision.already_refused"))
    if not case.digest_holds:
        reasons.append(Reason("decision.digest_mismatch"))
    return tuple(reasons)


def grant_reasons(case: Case) -> tuple[Reason, ...]:
    """Why the case may not be granted, every reason, in the order in which a person should read them."""
    reasons = list(case_reasons(case))
    if case.concluded_on is not None:
        age = (case.today - case.concluded_on).days
        if age > AUDIT_FRESH_DAYS:
            reasons.append(Reason("decision.audit_too_old", {"days": age, "limit": AUDIT_FRESH_DAYS}))
        if not case.passed and not case.failed_rules:
            reasons.append(Reason("decision.audit_not_passed"))
    reasons.extend(
        Reason(
            "decision.rule_failed",
            {"rule": one.rule, "place": one.place, "needed": one.needed, "got": one.got, "points": one.points},
        )
        for one in case.failed_rules
    )
    if case.open_findings:
        reasons.append(Reason("decision.open_findings", {"count": case.open_findings}))
    if not case.agreement_signed:
        reasons.append(Reason("decision.agreement_missing"))
    reasons.extend(_scope_reasons(case))
    if not 1 <= case.months <= case.months_allowed:
        reasons.append(Reason("decision.term", {"months": case.months, "limit": case.months_allowed}))
    if case.suspended_now:
        reasons.append(Reason("decision.suspended_now"))
    if case.withdrawn_on is not None and (case.today - case.withdrawn_on).days < REAPPLY_AFTER_DAYS:
        waited = (case.today - case.withdrawn_on).days
        reasons.append(Reason("decision.waiting_time", {"left": REAPPLY_AFTER_DAYS - waited}))
    return tuple(reasons)


def _scope_reasons(case: Case) -> list[Reason]:
    reasons = []
    if not case.scope_sites or not case.scope_products:
        reasons.append(Reason("decision.scope_empty"))
    for site in sorted(case.scope_sites - case.audited_sites):
        reasons.append(Reason("decision.site_not_audited", {"site": case.names.get(site, str(site))}))
    for product in sorted(case.scope_products - case.audited_products):
        reasons.append(Reason("decision.product_not_audited", {"product": case.names.get(product, str(product))}))
    return reasons


def tally(votes: Sequence[Vote], quorum: int) -> Choice | None:
    """The outcome once ``quorum`` people have voted, else None. Most votes win; a tie defers, or rejects a sanction.

    Bars do not count: recusal leaves the quorum as it is.
    """
    counted: dict[Choice, int] = {}
    for vote in votes:
        if vote.choice is not Choice.BARRED:
            counted[vote.choice] = counted.get(vote.choice, 0) + 1
    if sum(counted.values()) < quorum:
        return None
    best = max(counted.values())
    winners = [choice for choice, number in counted.items() if number == best]
    if len(winners) == 1:
        return winners[0]
    return Choice.REJECT if Choice.REJECT in winners else Choice.DEFER


def counts(votes: Sequence[Vote]) -> Mapping[str, int]:
    """How many voted what, bars left out; for the page and the decision's document."""
    found: dict[str, int] = {}
    for vote in votes:
        if vote.choice is not Choice.BARRED:
            found[vote.choice.value] = found.get(vote.choice.value, 0) + 1
    return dict(sorted(found.items()))
