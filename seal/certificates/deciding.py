"""The decision on an audit: votes by people who took no part in it, and what a grant sets in motion."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association
from seal.audits import service as audits
from seal.audits.conclusion import Conclusion
from seal.certificates import casework, documents, issuing, status, store
from seal.certificates.casework import File
from seal.certificates.model import Action, Certification, Step, term
from seal.certificates.review import ON_AUDIT, Choice, Decision, Vote, case_reasons, grant_reasons, tally, voter_reasons
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.db.violations import Contention, integrity
from seal.errors import BadInput, NotAllowed, Reason, Refused, Unavailable
from seal.identity import Acting, Role
from seal.keys import service as keys
from seal.keys.model import IntentKind
from seal.people import service as people
from seal.transparency import service as log
from seal.transparency.model import LeafType

REASON_MOST = 2000
_OPENED_MEANWHILE = {"decision_one_open": Contention("db.busy"), "decision_in_turn": Contention("db.busy")}


@dataclass(frozen=True)
class DecisionState:
    """Where the decision on an audit stands. ``outcome`` None: more votes are needed.

    ``pending`` is "granted, certificate pending": decided while the key was locked, or interrupted.
    """

    decision: Decision
    votes: tuple[Vote, ...]
    certification: Certification | None

    @property
    def outcome(self) -> Choice | None:
        return self.decision.outcome

    @property
    def pending(self) -> bool:
        return self.certification is not None and self.certification.pending


async def decide(
    acting: Acting,
    audit_id: UUID,
    *,
    choice: str = "grant",
    reason: str = "",
    months: int | None = None,
    sites: Collection[UUID] | None = None,
    products: Collection[UUID] | None = None,
) -> DecisionState:
    """Vote on an audit; with the vote that makes the quorum the decision is made, logged and acted on.

    A grant writes decision, certification, log leaf and the payload to sign in one unit of work, then issues the
    certificate; with a locked key it stays pending, which is no error. ``months`` may shorten the term, ``sites`` and
    ``products`` may leave some of the audited scope out. The same vote sent again returns the same state.

    Raises ``NotAllowed``, ``NotFound``, ``BadInput('decision.choice' | 'decision.reason_needed')`` and ``Refused``
    with every reason (ISO/IEC 17065 7.6; see ``review``).
    """
    await people.authorise(acting, Role.CERTIFIER)
    if acting.person_id is None:
        raise NotAllowed("decision.person_needed")
    vote = Vote(acting.person_id, _choice(choice), reason.strip())
    if vote.choice is not Choice.GRANT and not vote.reason:
        raise BadInput("decision.reason_needed", field="reason")
    if len(vote.reason) > REASON_MOST:
        raise BadInput("decision.reason_long", field="reason", most=REASON_MOST)
    association = await associations.get(acting.association_id)

    async def cast() -> UUID:
        file = await casework.load(acting, association, audit_id, months=months, sites=sites, products=products)
        return await _cast(acting, association, file, vote)

    decision_id = await in_unit_of_work(cast)
    failpoint("after_intent")
    state = await decision_state(acting, audit_id, decision_id)
    if state.pending and state.certification is not None:
        try:
            issued = await issuing.issue(acting.association_id, state.certification.id, acting.at)
            state = replace(state, certification=issued)
            await issuing.publish_if_possible(acting.association_id, acting.at)
        except Unavailable:
            pass  # "granted, certificate pending" is shown, and finished when the key is there
    failpoint("before_answer")
    return state


async def adjourn(acting: Acting, audit_id: UUID, *, reason: str) -> DecisionState:
    """Close an open decision that found no quorum: it defers (CERTIFICATION D 37). A later one may be opened.

    Raises ``Refused('decision.none_open')`` and ``BadInput('decision.reason_needed')``.
    """
    await people.authorise(acting, Role.CERTIFIER, Role.MANAGER)
    if not reason.strip():
        raise BadInput("decision.reason_needed", field="reason")
    association = await associations.get(acting.association_id)

    async def close() -> UUID:
        file = await casework.load(acting, association, audit_id)
        if file.open_decision is None:
            raise Refused("decision.none_open")
        votes = await store.votes(association.id, file.open_decision.id)
        await _make(acting, association, file, replace(file.open_decision, reason=reason.strip()), votes, Choice.DEFER)
        return file.open_decision.id

    return await decision_state(acting, audit_id, await in_unit_of_work(close))


async def decision_state(acting: Acting, audit_id: UUID, decision_id: UUID | None = None) -> DecisionState:
    """The named decision on an audit, or the latest. Raises ``Refused('decision.none_yet')``."""
    async with reading():
        decided = await store.decisions(acting.association_id, audit_id)
        found = next((one for one in reversed(decided) if decision_id in (None, one.id)), None)
        if found is None:
            raise Refused("decision.none_yet")
        certification = await store.of_audit(acting.association_id, audit_id)
        mine = certification if certification and certification.decision_id == found.id else None
        return DecisionState(found, await store.votes(acting.association_id, found.id), mine)


def _choice(choice: str) -> Choice:
    if choice not in ON_AUDIT:
        raise BadInput("decision.choice", field="choice", choice=choice)
    return Choice(choice)


async def _cast(acting: Acting, association: Association, file: File, vote: Vote) -> UUID:
    latest = file.decisions[-1] if file.decisions else None
    votes = await store.votes(association.id, latest.id) if latest else ()
    if latest is not None and vote in votes and (latest.outcome is not Choice.DEFER or vote.choice is Choice.DEFER):
        return latest.id  # the same vote again: an answer that was lost, not a second vote
    current = file.open_decision
    if current is None:
        votes = ()
    conflicts = await audits.conflicts_of(association.id, vote.person_id, file.audit.producer_id, acting.at)
    reasons = (
        *(grant_reasons(file.case) if vote.choice is Choice.GRANT else case_reasons(file.case)),
        *voter_reasons(file.case, vote.person_id, conflicts, votes),
    )
    if reasons:
        raise Refused.because(reasons)
    if current is None:
        current = await _open(acting, association, file)
    taken = Contention("db.busy")  # someone opened or voted at the same moment: look again
    async with integrity({"vote_one_place_each": taken}):
        await store.insert_votes(association.id, current.id, [vote], acting.at)
    votes = await store.votes(association.id, current.id)
    outcome = tally(votes, current.quorum)
    if outcome is not None:
        await _make(acting, association, file, replace(current, reason=_reason(votes, outcome)), votes, outcome)
    return current.id


async def _open(acting: Acting, association: Association, file: File) -> Decision:
    """Open a decision; everybody who took part in the audit gets their place barred."""
    opened = Decision(
        id=ids.uuid7(acting.at),
        association_id=association.id,
        kind="certify",
        producer_id=file.audit.producer_id,
        subject_id=file.audit.id,
        audit_id=file.audit.id,
        quorum=association.rules.quorum,
        opened_at=acting.at,
        sequence=len(file.decisions),
        proposal=casework.Proposal(file.case.months, file.case.scope_sites, file.case.scope_products).encoded,
    )
    async with integrity(_OPENED_MEANWHILE):
        await store.insert_decision(opened)
    barred = [Vote(person, Choice.BARRED, "decision.took_part") for person in sorted(file.case.participants)]
    await store.insert_votes(association.id, opened.id, barred, acting.at)
    return opened


def _reason(votes: Sequence[Vote], outcome: Choice) -> str:
    """What those who won wrote, one under the other."""
    return "\n".join(vote.reason for vote in votes if vote.choice is outcome and vote.reason)


async def _make(
    acting: Acting, association: Association, file: File, open_one: Decision, votes: Sequence[Vote], outcome: Choice
) -> None:
    """Fix the outcome with its document and leaf, and act on a grant; all in the caller's unit of work."""
    made = replace(open_one, outcome=outcome, recorded_at=acting.at, effective_at=acting.at, salt=log.new_salt())
    conclusion, granted = file.conclusion, None
    if outcome is Choice.GRANT:
        await _all_still_free(acting, association, file, votes)
        assert conclusion is not None  # grant_reasons refuses without one
        granted = await _certification(acting, association, file, made, conclusion)
    document = documents.decision(
        made,
        votes,
        did=association.did,
        public_id=granted.public_id if granted else None,
        audit_sha256=conclusion.digest if conclusion else None,
        protocol={
            "id": file.published.protocol_id,
            "version": file.published.version,
            "sha256": file.published.digest,
        },
        term=(granted.valid_from, granted.valid_until) if granted else None,
    )
    made = replace(made, document=document)
    if not await store.make_decision(made):
        raise Contention("db.busy")
    assert made.salt is not None
    await log.append(association.id, LeafType.DECISION, made.id, document, made.salt, acting.at)
    if granted is not None and conclusion is not None:
        payload = casework.certification_payload(association, file, granted, conclusion)
        intent = await keys.commit_intent(association.id, IntentKind.CERTIFICATION, granted.id, payload, acting.at)
        await store.insert_certification(replace(granted, intent_id=intent))
        step = Step(made.id, Action.GRANT, acting.at, acting.at)
        await store.insert_change(association.id, granted.id, 0, step, ids.uuid7(acting.at))


async def _all_still_free(acting: Acting, association: Association, file: File, votes: Sequence[Vote]) -> None:
    """Conflicts may have come up since an earlier vote: nobody's vote to grant counts in spite of one."""
    found: list[Reason] = []
    for vote in votes:
        if vote.choice is not Choice.BARRED:
            found += await audits.conflicts_of(association.id, vote.person_id, file.audit.producer_id, acting.at)
            if vote.person_id in file.case.participants:
                found.append(Reason("decision.took_part"))
    if found:
        raise Refused.because(found)


async def _certification(
    acting: Acting, association: Association, file: File, made: Decision, conclusion: Conclusion
) -> Certification:
    """The certification of a grant, with public id and status index claimed; the intent is added by the caller."""
    certification_id = ids.uuid7(acting.at)
    first, last = term(local_day(acting.at, association.zone), file.case.months)
    return Certification(
        id=certification_id,
        association_id=association.id,
        producer_id=file.audit.producer_id,
        protocol_id=file.published.protocol_id,
        version_id=file.published.id,
        audit_id=file.audit.id,
        conclusion_sha256=conclusion.digest,
        decision_id=made.id,
        public_id=await associations.claim_code(association.id, "certification", certification_id, acting.at),
        status_index=await status.allocate_status_index(association.id, certification_id, acting.at),
        assurance_mode=str(association.rules.assurance_mode),
        valid_from=first,
        valid_until=last,
        granted_at=acting.at,
        sites=file.case.scope_sites,
        products=file.case.scope_products,
        intent_id=certification_id,
        salt=log.new_salt(),
    )
