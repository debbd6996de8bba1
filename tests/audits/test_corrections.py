"""Corrective actions, disputes, grades and deadlines on both engines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from seal.audits import service as audits
from seal.audits.corrections import Upload
from seal.audits.findings import FindingAction, FindingState, Grade
from seal.audits.model import AuditState
from seal.errors import BadInput, NotAllowed, NotFound, Refused, SealError
from seal.identity import Role
from seal.members import service as members
from seal.protocols.model import Outcome
from tests import world
from tests.world import START, acting

TEXT = {"cause": "Etiquetas gastadas", "correction": "Se repintaron", "prevention": "Revisión cada otoño"}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def codes(error: pytest.ExceptionInfo[SealError]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


@pytest.fixture
async def finding(stage):
    """One open minor finding."""
    await world.submitted(stage.crew, stage.member, stage.version, outcomes={"MIEL-A04": Outcome.NON_COMPLIANT})
    (found,) = await audits.findings_of(acting(stage.crew.auditor))
    return found


async def test_a_response_with_evidence_is_verified_and_closes_the_finding(stage, finding):
    owner, auditor = acting(stage.member.owner), acting(stage.crew.auditor)
    found = await audits.respond(owner, finding.id, **TEXT, file=Upload(PDF, "application/pdf"))
    assert found.state is FindingState.EVIDENCE_SUBMITTED
    assert found.response.file_sha256 is not None
    found = await audits.verify_response(auditor, finding.id, accepted=True, reason="Fotos conformes")
    assert found.state is FindingState.CLOSED
    assert (await audits.audit(auditor, finding.audit_id)).state is AuditState.READY_FOR_REVIEW


async def test_a_plan_is_accepted_before_its_evidence(stage, finding):
    owner, auditor = acting(stage.member.owner), acting(stage.crew.auditor)
    await audits.respond(owner, finding.id, **TEXT, planned_only=True)
    found = await audits.verify_response(auditor, finding.id, accepted=True, reason="Buen plan")
    assert found.state is FindingState.PLAN_ACCEPTED
    await audits.respond(owner, finding.id, **TEXT)
    found = await audits.verify_response(auditor, finding.id, accepted=False, reason="Falta una foto")
    assert found.state is FindingState.EVIDENCE_REJECTED
    assert (await audits.audit(auditor, finding.audit_id)).state is AuditState.FINDINGS_OPEN


async def test_only_who_represents_the_producer_responds(stage, finding):
    other = await world.member(stage.association, stage.crew.manager, "Colmenar Cochrane")
    with pytest.raises(NotFound):
        await audits.respond(acting(other.owner), finding.id, **TEXT)
    with pytest.raises(NotAllowed):
        await audits.respond(acting(stage.crew.manager), finding.id, **TEXT)
    with pytest.raises(NotFound):
        await audits.finding(acting(other.owner), finding.id)


@pytest.mark.parametrize("part", ["cause", "correction", "prevention"])
async def test_a_response_needs_its_three_parts(stage, finding, part):
    with pytest.raises(BadInput) as refused:
        await audits.respond(acting(stage.member.owner), finding.id, **{**TEXT, part: " "})
    assert codes(refused) == ["audits.response_part_empty"]
    assert refused.value.params["field"] == part


async def test_nobody_verifies_for_their_own_side(stage, finding):
    await audits.respond(acting(stage.member.owner), finding.id, **TEXT)
    both = await world.person(stage.association, "Doble", Role.MANAGER, Role.PRODUCER)
    await members.represent(acting(stage.crew.manager), both.id, stage.member.producer.id)
    with pytest.raises(NotAllowed) as refused:
        await audits.verify_response(acting(both), finding.id, accepted=True, reason="ok")
    assert codes(refused) == ["audits.own_finding"]
    with pytest.raises(NotAllowed):
        await audits.verify_response(acting(stage.member.owner), finding.id, accepted=True, reason="ok")


async def test_who_wrote_the_response_does_not_verify_it_even_after_leaving_the_producer(stage, finding):
    both = await world.person(stage.association, "Doble", Role.MANAGER, Role.PRODUCER)
    boss = acting(stage.crew.manager)
    await members.represent(boss, both.id, stage.member.producer.id)
    await audits.respond(acting(both), finding.id, **TEXT)
    later = START + timedelta(hours=1)
    await members.end_representation(acting(stage.crew.manager, later), both.id, stage.member.producer.id)
    with pytest.raises(NotAllowed) as refused:
        await audits.verify_response(acting(both, later), finding.id, accepted=True, reason="ok")
    assert codes(refused) == ["audits.own_finding"]


async def test_nothing_to_verify_is_refused_and_a_reason_is_needed(stage, finding):
    auditor = acting(stage.crew.auditor)
    with pytest.raises(Refused) as refused:
        await audits.verify_response(auditor, finding.id, accepted=True, reason="ok")
    assert codes(refused) == ["audits.finding_step"]
    with pytest.raises(BadInput) as empty:
        await audits.verify_response(auditor, finding.id, accepted=True, reason=" ")
    assert codes(empty) == ["audits.reason_needed"]
    with pytest.raises(NotFound):
        await audits.verify_response(acting(stage.crew.second_auditor), finding.id, accepted=True, reason="ok")


async def test_a_dispute_stops_the_clock_and_is_ruled_on_by_someone_outside_the_team(stage, finding):
    await audits.dispute(acting(stage.member.owner), finding.id, reason="El código sí estaba")
    later = START + timedelta(days=10)
    boss = acting(stage.crew.manager, later)
    with pytest.raises(NotAllowed) as refused:
        await audits.rule_on_dispute(
            acting(stage.crew.auditor, later), finding.id, ruling=FindingAction.UPHOLD, reason="No estaba"
        )
    assert codes(refused) == ["audits.reviewer_outside_team"]
    with pytest.raises(BadInput) as unknown:
        await audits.rule_on_dispute(boss, finding.id, ruling=FindingAction.ACCEPT, reason="x")
    assert codes(unknown) == ["audits.ruling_unknown"]
    with pytest.raises(BadInput) as ungraded:
        await audits.rule_on_dispute(boss, finding.id, ruling=FindingAction.CHANGE, reason="x")
    assert codes(ungraded) == ["audits.ruling_grade"]
    found = await audits.rule_on_dispute(boss, finding.id, ruling=FindingAction.UPHOLD, reason="La foto lo muestra")
    assert found.state is FindingState.UPHELD
    assert found.due_on == finding.due_on + timedelta(days=10)
    with pytest.raises(Refused):
        await audits.dispute(acting(stage.member.owner), finding.id, reason="otra vez")


async def test_a_removed_finding_is_settled(stage, finding):
    await audits.dispute(acting(stage.member.owner), finding.id, reason="No es mío")
    boss = acting(stage.crew.manager)
    await audits.rule_on_dispute(boss, finding.id, ruling=FindingAction.REMOVE, reason="Era de la vecina")
    assert (await audits.audit(boss, finding.audit_id)).state is AuditState.READY_FOR_REVIEW


async def test_the_auditor_raises_a_grade_and_only_a_manager_outside_the_team_lowers_it(stage, finding):
    auditor, boss = acting(stage.crew.auditor), acting(stage.crew.manager)
    found = await audits.regrade(auditor, finding.id, grade=Grade.MAJOR, reason="Pasa en todas las colmenas")
    assert (found.first_grade, found.grade) == (Grade.MINOR, Grade.MAJOR)
    with pytest.raises(NotAllowed) as refused:
        await audits.regrade(auditor, finding.id, grade=Grade.MINOR, reason="me arrepiento")
    assert codes(refused) == ["audits.regrade_lower"]
    with pytest.raises(Refused) as same:
        await audits.regrade(boss, finding.id, grade=Grade.MAJOR, reason="x")
    assert codes(same) == ["audits.regrade_same"]
    found = await audits.regrade(boss, finding.id, grade=Grade.MINOR, reason="Solo tres colmenas")
    assert [step.reason for step in found.steps if step.grade] == [
        "",
        "Pasa en todas las colmenas",
        "Solo tres colmenas",
    ]


async def test_a_deadline_is_extended_once_and_only_forward(stage, finding):
    boss = acting(stage.crew.manager)
    with pytest.raises(Refused) as refused:
        await audits.extend(boss, finding.id, due_on=finding.due_on, reason="nieve")
    assert codes(refused) == ["audits.extension_not_later"]
    new = finding.due_on + timedelta(days=14)
    assert (await audits.extend(boss, finding.id, due_on=new, reason="Camino cortado por nieve")).due_on == new
    with pytest.raises(Refused) as again:
        await audits.extend(boss, finding.id, due_on=new + timedelta(days=1), reason="más nieve")
    assert codes(again) == ["audits.extended_already"]
    with pytest.raises(NotAllowed):
        await audits.extend(acting(stage.crew.auditor), finding.id, due_on=date(2027, 1, 1), reason="x")


async def test_findings_of_another_association_do_not_exist(stage, finding):
    other = await world.association("lagos")
    crew = await world.staff(other)
    for attempt in (
        audits.finding(acting(crew.manager), finding.id),
        audits.verify_response(acting(crew.manager), finding.id, accepted=True, reason="x"),
        audits.audit(acting(crew.manager), finding.audit_id),
        audits.conclude(acting(crew.manager), finding.audit_id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await audits.findings_of(acting(crew.manager)) == ()
