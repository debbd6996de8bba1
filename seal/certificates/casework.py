"""What a decision rests on, loaded from the rooms below: the case, the people who may vote, the credential's words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import rfc8785

from seal.associations.model import Association
from seal.audits import service as audits
from seal.audits.conclusion import Conclusion
from seal.audits.model import Audit
from seal.certificates import credential, store
from seal.certificates.model import Certification, State
from seal.certificates.review import Case, Decision, FailedRule
from seal.clock import end_of_day, local_day
from seal.errors import Refused
from seal.identity import Acting
from seal.members import service as members
from seal.members.model import Dossier
from seal.protocols import service as protocols
from seal.protocols.model import Protocol
from seal.protocols.publication import PublishedProtocol
from seal.protocols.scoring import COUNTS, HUNDREDTHS
from seal.protocols.scoring import FailedRule as ScoredRule

LANGUAGE = "es"
"""The language of the names inside credentials: the one that every protocol and product has."""


@dataclass(frozen=True)
class Proposal:
    """What is voted on: the term in months and the scope. Fixed when the decision opens."""

    months: int
    sites: frozenset[UUID]
    products: frozenset[UUID]

    @property
    def encoded(self) -> bytes:
        """RFC 8785 JSON."""
        scope = {"sites": sorted(map(str, self.sites)), "products": sorted(map(str, self.products))}
        return bytes(rfc8785.dumps({"months": self.months, **scope}))


def read_proposal(data: bytes) -> Proposal:
    """The inverse of ``Proposal.encoded``."""
    read = json.loads(data)
    return Proposal(read["months"], frozenset(map(UUID, read["sites"])), frozenset(map(UUID, read["products"])))


@dataclass(frozen=True)
class File:
    """One audit with everything that its decision needs. ``conclusion`` None: not concluded yet."""

    audit: Audit
    conclusion: Conclusion | None
    dossier: Dossier
    published: PublishedProtocol
    decisions: tuple[Decision, ...]
    case: Case

    @property
    def open_decision(self) -> Decision | None:
        return next((one for one in self.decisions if one.outcome is None), None)


async def load(
    acting: Acting,
    association: Association,
    audit_id: UUID,
    *,
    months: int | None = None,
    sites: Collection[UUID] | None = None,
    products: Collection[UUID] | None = None,
) -> File:
    """The file of an audit as it stands at ``acting.at``. Scope and term default to the audit's and the protocol's.

    Once a decision is open, its proposal stands: another one raises ``Refused('decision.proposal_differs')``.
    Raises ``NotFound`` for an audit of another association.
    """
    audit = await audits.audit(acting, audit_id)
    owner = association.id
    conclusion = await audits.conclusion(owner, audit_id)
    dossier = await members.dossier_of(owner, audit.producer_id)
    published = await protocols.pinned(owner, audit.version_id)
    decided = await store.decisions(owner, audit_id)
    held = await store.of_producer(owner, audit.producer_id, audit.protocol_id)
    allowed = published.protocol.rules.validity.certificate_months
    asked = Proposal(
        allowed if months is None else months,
        frozenset(audit.sites if sites is None else sites),
        frozenset(audit.products if products is None else products),
    )
    opened = next((one for one in decided if one.outcome is None), None)
    if opened is not None and opened.proposal is not None:
        tabled = read_proposal(opened.proposal)
        if asked != tabled and (months, sites, products) != (None, None, None):
            raise Refused("decision.proposal_differs")
        asked = tabled
    case = Case(
        today=local_day(acting.at, association.zone),
        concluded_on=None,
        agreement_signed=dossier.agreement is not None,
        audited_sites=frozenset(audit.sites),
        audited_products=frozenset(audit.products),
        scope_sites=asked.sites,
        scope_products=asked.products,
        participants=frozenset(await audits.participants(owner, audit_id)),
        months=asked.months,
        months_allowed=allowed,
        earlier_outcome=next((one.outcome for one in reversed(decided) if one.outcome is not None), None),
        suspended_now=any(one.state(acting.at, association.zone) is State.SUSPENDED for one in held),
        withdrawn_on=_withdrawn_on(held, acting, association),
        names={one.id: one.name for one in dossier.sites} | {one.id: one.named(LANGUAGE) for one in dossier.products},
    )
    if conclusion is not None:
        case = _with(case, conclusion, association)
    return File(audit, conclusion, dossier, published, decided, case)


def _withdrawn_on(held: tuple[Certification, ...], acting: Acting, association: Association) -> date | None:
    days = [
        local_day(one.steps[-1].effective_at, association.zone)
        for one in held
        if one.state(acting.at, association.zone) is State.WITHDRAWN
    ]
    return max(days, default=None)


def _with(case: Case, conclusion: Conclusion, association: Association) -> Case:
    return replace(
        case,
        concluded_on=local_day(conclusion.concluded_at, association.zone),
        digest_holds=hashlib.sha256(conclusion.document).hexdigest() == conclusion.digest,
        passed=conclusion.passed,
        failed_rules=tuple(_failed(rule) for rule in conclusion.failed_rules),
        open_findings=len(conclusion.open_findings),
        audited_sites=frozenset(conclusion.sites),
        audited_products=frozenset(conclusion.products),
        participants=case.participants | frozenset(conclusion.participants),
    )


def _failed(rule: ScoredRule) -> FailedRule:
    def words(number: int) -> str:
        if rule.rule in COUNTS:
            return str(number)
        plain = str(number // 100) if number % 100 == 0 else f"{number // 100}.{number % 100:02d}"
        return plain if rule.rule in HUNDREDTHS else f"{plain} %"

    return FailedRule(rule.rule, rule.subject, words(rule.needed), words(rule.got), ", ".join(rule.points))


def issuer(association: Association) -> credential.Issuer:
    return credential.Issuer(association.base, association.did, association.name)


def holder(dossier: Dossier) -> credential.Holder:
    """The producer as the public may know it: code, consented trade name, commune."""
    producer = dossier.producer
    return credential.Holder(f"{producer.number:03d}", producer.trade_name, producer.commune)


def scheme(published: PublishedProtocol, association: Association) -> credential.Scheme:
    protocol = published.protocol
    return credential.Scheme(
        protocol_id=published.protocol_id,
        version=published.version,
        digest=published.digest,
        name=protocol.title(LANGUAGE),
        description=", ".join(_chapters(protocol).values()),
        valid_from=local_day(published.published_at, association.zone),
    )


def _chapters(protocol: Protocol) -> dict[str, str]:
    names = protocol.text(LANGUAGE).chapters
    return {chapter.id: names.get(chapter.id, chapter.id) for chapter in protocol.chapters}


def certification_payload(
    association: Association, file: File, granted: Certification, conclusion: Conclusion
) -> bytes:
    """The exact payload to sign for a certification that is being granted."""
    sites = [site for site in file.dossier.sites if site.id in granted.sites]
    products = [product for product in file.dossier.products if product.id in granted.products]
    document = credential.certification_document(
        issuer=issuer(association),
        public_id=granted.public_id,
        holder=holder(file.dossier),
        scheme=scheme(file.published, association),
        mode=granted.assurance_mode,
        chapters=[credential.Chapter(id, name) for id, name in _chapters(file.published.protocol).items()],
        products=[product.named(LANGUAGE) for product in products],
        sites=[credential.PublicSite(str(site.kind), site.commune) for site in sites],
        assessed_on=local_day(conclusion.concluded_at, association.zone),
        valid_from=granted.granted_at,
        # the last second of the last day: written plainly, it reads as that day in the association's zone
        valid_until=end_of_day(granted.valid_until, association.zone) - timedelta(seconds=1),
        status_index=granted.status_index,
    )
    return credential.encode(document)
