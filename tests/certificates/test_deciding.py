"""Decisions on audits, on both engines: every refusal by its own name, and the grant with all that hangs on it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import timedelta

import asyncpg
import pytest

from seal.associations.model import Rules
from seal.audits import service as audits
from seal.certificates import deciding, store
from seal.certificates import service as certificates
from seal.certificates.model import State
from seal.certificates.review import Choice, Vote
from seal.certificates.tables import Vote as VoteRow
from seal.clock import local_day
from seal.db import unit_of_work
from seal.db.violations import violated
from seal.errors import BadInput, NotAllowed, NotFound, Refused
from seal.identity import Role, system
from seal.keys import jws
from seal.keys import service as keys
from seal.members import service as members
from seal.people import service as people
from seal.progress import service as progress
from seal.protocols.model import Outcome
from seal.settings import settings
from seal.transparency import service as log
from seal.transparency.model import LeafType
from tests import world
from tests.certificates.certified import DAY, ZONE, ceremony, passed, second_certifier
from tests.conftest import Database

START = world.START


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


async def test_a_grant_is_signed_logged_and_in_force(database: Database) -> None:
    made = await passed()
    group, audit_id = made.association, made.conclusion.audit_id
    state = await certificates.decide(world.acting(made.staff.certifier), audit_id, reason="Cumple.")
    assert state.outcome is Choice.GRANT
    granted = state.certification
    assert granted is not None
    assert not granted.pending
    assert granted.state(START, ZONE) is State.ACTIVE
    assert (granted.valid_until - granted.valid_from).days == 364
    assert granted.conclusion_sha256 == made.conclusion.digest
    assert granted.sites == {made.member.site.id}
    # the decision is leaf 5 over its exact document, the certificate leaf 3 over its exact bytes
    decision = state.decision
    assert decision.document is not None
    assert json.loads(decision.document)["audit_sha256"] == made.conclusion.digest
    assert await log.leaf_of(group.id, LeafType.DECISION, decision.id)
    assert await log.leaf_of(group.id, LeafType.CERTIFICATION, granted.id)
    payload = json.loads(jws.parse(granted.jws, typ=jws.VC).payload)
    assert payload["issuer"]["id"] == group.did
    assert payload["validUntil"].startswith((granted.valid_until + DAY).isoformat())  # 23:59:59 at UTC-3
    # both status lists are out, and the slot is the one in the credential
    assert await certificates.status_list(group.id, "revocation", granted.status_index >> 17)
    assert payload["credentialStatus"][0]["statusListIndex"] == str(granted.status_index & 0x1FFFF)
    found = await certificates.in_force(
        group.id, made.member.producer.id, "miel", made.member.site.id, made.member.product.id, local_day(START, ZONE)
    )
    assert found == granted


async def test_the_same_vote_again_changes_nothing(database: Database) -> None:
    made = await passed()
    voter = world.acting(made.staff.certifier)
    first = await certificates.decide(voter, made.conclusion.audit_id, reason="Cumple.")
    again = await certificates.decide(voter, made.conclusion.audit_id, reason="Cumple.")
    assert again == first


async def test_a_second_grant_of_one_audit_is_refused(database: Database) -> None:
    made = await passed()
    await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id)
    other = await second_certifier(made)
    with pytest.raises(Refused) as refused:
        await certificates.decide(world.acting(other), made.conclusion.audit_id)
    assert codes(refused) == ["decision.already_granted"]


async def test_two_votes_are_needed_when_the_rules_say_so(database: Database) -> None:
    made = await passed(rules=Rules(quorum=2))
    first = await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id)
    assert first.outcome is None
    assert first.certification is None
    other = await second_certifier(made)
    second = await certificates.decide(world.acting(other), made.conclusion.audit_id)
    assert second.outcome is Choice.GRANT
    assert second.decision.id == first.decision.id
    assert {vote.choice for vote in second.votes} == {Choice.GRANT, Choice.BARRED}


async def test_a_tie_defers_and_another_decision_may_be_opened(database: Database) -> None:
    made = await passed(rules=Rules(quorum=2))
    audit_id = made.conclusion.audit_id
    other = await second_certifier(made)
    await certificates.decide(world.acting(made.staff.certifier), audit_id)
    tied = await certificates.decide(world.acting(other), audit_id, choice="refuse", reason="Falta una visita.")
    assert tied.outcome is Choice.DEFER
    await certificates.decide(world.acting(made.staff.certifier), audit_id)
    granted = await certificates.decide(world.acting(other), audit_id)
    assert granted.outcome is Choice.GRANT
    assert granted.decision.id != tied.decision.id


async def test_a_voter_cannot_change_their_vote(database: Database) -> None:
    made = await passed(rules=Rules(quorum=2))
    voter = world.acting(made.staff.certifier)
    await certificates.decide(voter, made.conclusion.audit_id)
    with pytest.raises(Refused) as refused:
        await certificates.decide(voter, made.conclusion.audit_id, choice="refuse", reason="Lo pensé mejor.")
    assert codes(refused) == ["decision.already_voted"]


async def test_no_quorum_defers_when_adjourned(database: Database) -> None:
    made = await passed(rules=Rules(quorum=2))
    voter = world.acting(made.staff.certifier)
    await certificates.decide(voter, made.conclusion.audit_id)
    state = await certificates.adjourn(voter, made.conclusion.audit_id, reason="Faltó un miembro.")
    assert state.outcome is Choice.DEFER
    with pytest.raises(Refused, match=r"decision.none_open"):
        await certificates.adjourn(voter, made.conclusion.audit_id, reason="Otra vez.")


async def test_later_voters_vote_on_the_proposal_that_is_open(database: Database) -> None:
    made = await passed(rules=Rules(quorum=2))
    await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id, months=6)
    other = world.acting(await second_certifier(made))
    with pytest.raises(Refused, match=r"decision.proposal_differs"):
        await certificates.decide(other, made.conclusion.audit_id, months=12)
    state = await certificates.decide(other, made.conclusion.audit_id)
    assert state.certification is not None
    assert (state.certification.valid_until - state.certification.valid_from).days < 200


async def test_who_took_part_in_the_audit_may_not_vote(database: Database) -> None:
    made = await passed()
    boss = system(made.association.id, START)
    auditor = await people.grant_role(boss, made.staff.auditor.id, Role.CERTIFIER)
    with pytest.raises(Refused) as refused:
        await certificates.decide(world.acting(auditor), made.conclusion.audit_id)
    assert codes(refused) == ["decision.took_part"]


async def test_the_database_too_refuses_a_vote_of_who_took_part(database: Database) -> None:
    made = await passed(rules=Rules(quorum=2))
    state = await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id)
    auditor = Vote(made.staff.auditor.id, Choice.GRANT)
    with pytest.raises((sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)) as failed:
        async with unit_of_work():
            await store.insert_votes(made.association.id, state.decision.id, [auditor], START)
    assert violated(failed.value) == "vote_one_place_each"
    assert await VoteRow.count() == 2


async def test_an_adviser_and_a_relative_may_not_vote_and_hear_every_reason(database: Database) -> None:
    made = await passed()
    boss, voter = world.acting(made.staff.manager), world.acting(made.staff.certifier)
    producer_id = made.member.producer.id
    await progress.give_advice(voter, producer_id, given_on=local_day(START, ZONE), note="Sala de extracción.")
    await members.declare_relation(
        boss, made.staff.certifier.id, producer_id, kind="relative", degree=2, since=local_day(START, ZONE)
    )
    with pytest.raises(Refused) as refused:
        await certificates.decide(voter, made.conclusion.audit_id)
    assert set(codes(refused)) == {"audits.conflict.advice", "audits.conflict.relative"}


async def test_a_failed_audit_cannot_be_granted_and_names_each_failed_rule(database: Database) -> None:
    group = await world.association()
    crew = await world.staff(group)
    one = await world.member(group, crew.manager)
    version = await world.honey(crew.manager)
    await ceremony(group)
    failed = await world.concluded(crew, one, version, outcomes={"MIEL-B01": Outcome.NON_COMPLIANT})
    with pytest.raises(Refused) as refused:
        await certificates.decide(world.acting(crew.certifier), failed.audit_id)
    assert set(codes(refused)) == {"decision.rule_failed", "decision.open_findings"}
    rules = {reason.params["rule"] for reason in refused.value.reasons if "rule" in reason.params}
    assert {"level_percent", "open_critical"} <= rules
    state = await certificates.decide(world.acting(crew.certifier), failed.audit_id, choice="refuse", reason="Crítico.")
    assert state.outcome is Choice.REFUSE
    assert state.certification is None
    with pytest.raises(Refused) as refused:
        await certificates.decide(world.acting(await world.person(group, "Otra", Role.CERTIFIER)), failed.audit_id)
    assert "decision.already_refused" in codes(refused)


async def test_an_audit_that_is_not_concluded_or_too_old_is_refused(database: Database) -> None:
    group = await world.association()
    crew = await world.staff(group)
    one = await world.member(group, crew.manager)
    version = await world.honey(crew.manager)
    audit = await world.submitted(crew, one, version)
    with pytest.raises(Refused) as refused:
        await certificates.decide(world.acting(crew.certifier), audit.id)
    assert codes(refused) == ["decision.audit_not_concluded"]
    await audits.conclude(world.acting(crew.auditor), audit.id)
    with pytest.raises(Refused) as refused:
        await certificates.decide(world.acting(crew.certifier, START + timedelta(days=91)), audit.id)
    assert codes(refused) == ["decision.audit_too_old"]


async def test_scope_and_term_may_shrink_and_never_grow(database: Database) -> None:
    made = await passed()
    voter = world.acting(made.staff.certifier)
    elsewhere = await members.add_site(
        world.acting(made.staff.manager), made.member.producer.id, name="Sala", kind="extraction", commune="Cochrane"
    )
    with pytest.raises(Refused) as refused:
        await certificates.decide(voter, made.conclusion.audit_id, months=13, sites=[elsewhere.id], products=[])
    assert codes(refused) == ["decision.scope_empty", "decision.site_not_audited", "decision.term"]
    assert refused.value.reasons[1].params == {"site": "Sala"}


async def test_a_committee_decides_while_the_key_is_locked(database: Database) -> None:
    made = await passed()
    keys.lock(made.association.id)
    state = await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id)
    assert state.outcome is Choice.GRANT
    assert state.pending
    assert await certificates.finish_pending(made.association.id, START) == 0
    assert await keys.unlock_from(made.association, settings())
    assert await certificates.finish_pending(made.association.id, START + DAY) == 1
    assert state.certification is not None
    issued = await certificates.certification_of(made.association.id, state.certification.id)
    assert issued.issued_at == START + DAY
    assert issued.granted_at == START


async def test_only_certifiers_vote_and_nobody_votes_for_the_machine(database: Database) -> None:
    made = await passed()
    with pytest.raises(NotAllowed, match=r"people.role_needed"):
        await certificates.decide(world.acting(made.staff.manager), made.conclusion.audit_id)
    with pytest.raises(NotAllowed, match=r"decision.person_needed"):
        await certificates.decide(system(made.association.id, START), made.conclusion.audit_id)


async def test_a_vote_against_needs_a_reason_and_a_known_choice(database: Database) -> None:
    made = await passed()
    voter = world.acting(made.staff.certifier)
    with pytest.raises(BadInput, match=r"decision.reason_needed"):
        await certificates.decide(voter, made.conclusion.audit_id, choice="refuse")
    with pytest.raises(BadInput, match=r"decision.reason_long"):
        await certificates.decide(
            voter, made.conclusion.audit_id, choice="defer", reason="x" * (deciding.REASON_MOST + 1)
        )
    with pytest.raises(BadInput, match=r"decision.choice"):
        await certificates.decide(voter, made.conclusion.audit_id, choice="approve")


async def test_another_associations_audit_does_not_exist(database: Database) -> None:
    made = await passed()
    stranger = await world.staff(await world.association("otra"))
    with pytest.raises(NotFound):
        await certificates.decide(world.acting(stranger.certifier), made.conclusion.audit_id)
    state = await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id)
    assert state.certification is not None
    with pytest.raises(NotFound, match=r"certification.not_found"):
        await certificates.certification(world.acting(stranger.certifier), state.certification.id)
    assert await certificates.certifications(world.acting(stranger.manager)) == ()


async def test_the_review_shows_who_may_not_vote_and_why(database: Database) -> None:
    made = await passed()
    await progress.give_advice(
        world.acting(made.staff.certifier), made.member.producer.id, given_on=local_day(START, ZONE), note="Visita."
    )
    other = await second_certifier(made)
    review = await certificates.review(world.acting(made.staff.manager), made.conclusion.audit_id)
    assert review.may_grant
    told = {voter.person.id: [reason.code for reason in voter.reasons] for voter in review.voters}
    assert told == {made.staff.certifier.id: ["audits.conflict.advice"], other.id: []}


async def test_the_decision_document_hashes_into_its_leaf(database: Database) -> None:
    made = await passed()
    state = await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id)
    leaf = await log.leaf_of(made.association.id, LeafType.DECISION, state.decision.id)
    assert leaf is not None
    assert state.decision.salt is not None
    assert state.decision.document is not None
    assert leaf.entry.endswith(hashlib.sha256(state.decision.salt + state.decision.document).digest())
