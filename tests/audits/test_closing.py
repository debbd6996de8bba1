"""Conclusions, returns, aborts and voids on both engines."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
import rfc8785

from seal.audits import service as audits
from seal.audits.findings import FindingState, Grade
from seal.audits.model import AbortCause, AuditState
from seal.errors import BadInput, NotAllowed, NotFound, Refused, SealError
from seal.members import service as members
from seal.protocols.model import Outcome
from tests import world
from tests.world import START, acting, answer_input

TEXT = {"cause": "a", "correction": "b", "prevention": "c"}


def codes(error: pytest.ExceptionInfo[SealError]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


async def test_a_conclusion_is_an_exact_document_pinned_by_its_digest(stage):
    concluded = await world.concluded(stage.crew, stage.member, stage.version)
    assert concluded.passed
    assert sha256(concluded.document).hexdigest() == concluded.digest
    held = json.loads(concluded.document)
    assert rfc8785.dumps(held) == concluded.document
    assert held["protocol"] == {
        "id": "miel",
        "version": stage.version.version,
        "version_id": str(stage.version.id),
        "sha256": stage.version.digest,
    }
    assert held["participants"] == [str(stage.crew.auditor.id)]
    assert concluded.participants == {stage.crew.auditor.id}
    assert (concluded.sites, concluded.products) == ((stage.member.site.id,), (stage.member.product.id,))
    assert await audits.conclusion(stage.association.id, concluded.audit_id) == concluded
    audit = await audits.audit(acting(stage.crew.certifier), concluded.audit_id)
    assert audit.state is AuditState.CLOSED


async def test_an_audit_is_concluded_once_and_not_before_submission(stage):
    audit = await world.started(stage.crew, stage.member, stage.version)
    auditor = acting(stage.crew.auditor)
    with pytest.raises(Refused) as refused:
        await audits.conclude(auditor, audit.id)
    assert codes(refused) == ["audits.step"]
    assert await audits.conclusion(stage.association.id, audit.id) is None
    with pytest.raises(NotFound) as absent:
        await audits.concluded(auditor, audit.id)
    assert codes(absent) == ["audits.not_concluded"]
    await world.answered(stage.crew, audit)
    await audits.submit(auditor, audit.id)
    await audits.conclude(auditor, audit.id)
    with pytest.raises(Refused):
        await audits.conclude(auditor, audit.id)


async def test_open_findings_are_concluded_as_not_passed_with_every_failed_rule(stage):
    concluded = await world.concluded(
        stage.crew,
        stage.member,
        stage.version,
        outcomes={"MIEL-A01": Outcome.NON_COMPLIANT, "MIEL-A02": Outcome.NON_COMPLIANT},
    )
    assert not concluded.passed
    failed = {(rule.rule, rule.subject) for rule in concluded.failed_rules}
    assert {("level_percent", "critical"), ("level_percent", "major"), ("open_critical", "critical")} <= failed
    assert {item.grade for item in concluded.open_findings} == {Grade.CRITICAL, Grade.MAJOR}


async def test_a_corrected_major_passes(stage):
    audit = await world.submitted(stage.crew, stage.member, stage.version, outcomes={"MIEL-A02": Outcome.NON_COMPLIANT})
    auditor = acting(stage.crew.auditor)
    (finding,) = await audits.findings_of(auditor)
    await audits.respond(acting(stage.member.owner), finding.id, **TEXT)
    await audits.verify_response(auditor, finding.id, accepted=True, reason="ok")
    concluded = await audits.conclude(auditor, audit.id)
    assert concluded.passed, concluded.failed_rules
    assert concluded.open_findings == ()
    score = json.loads(concluded.document)["score"]
    assert score["before"]["levels"]["major"] < score["after"]["levels"]["major"] == 10_000


async def test_too_few_majors_at_the_audit_fail_even_when_all_are_corrected(stage):
    auditor = acting(stage.crew.auditor)
    audit = await world.started(stage.crew, stage.member, stage.version)
    work = await audits.work(auditor, audit.id)
    spoiled = [
        point.id
        for point in work.points()
        if point.level.value == "major" and (point.measure is None or point.measure.max is not None)
    ]
    spoiled = spoiled[: len([point for point in work.points() if point.level.value == "major"]) // 5]
    await world.answered(stage.crew, audit, outcomes=dict.fromkeys(spoiled, Outcome.NON_COMPLIANT))
    await audits.submit(auditor, audit.id)
    for finding in await audits.findings_of(auditor):
        await audits.respond(acting(stage.member.owner), finding.id, **TEXT)
        await audits.verify_response(auditor, finding.id, accepted=True, reason="ok")
    concluded = await audits.conclude(auditor, audit.id)
    assert [(rule.rule, rule.subject, rule.needed) for rule in concluded.failed_rules] == [
        ("level_percent", "major", 9000)
    ]
    (rule,) = concluded.failed_rules
    majors = len([point for point in work.points() if point.level.value == "major"])
    assert len(rule.mend) == len(spoiled) - majors // 10  # as many as may fail stay, and the rest is named
    assert set(rule.mend) < set(rule.points)
    assert (await audits.conclusion(audit.association_id, audit.id)).failed_rules[0].mend == rule.mend


async def test_a_minor_left_open_does_not_keep_an_audit_from_passing(stage):
    concluded = await world.concluded(
        stage.crew, stage.member, stage.version, outcomes={"MIEL-A04": Outcome.NON_COMPLIANT}
    )
    assert concluded.passed
    assert [(item.point_id, item.grade) for item in concluded.open_findings] == [("MIEL-A04", Grade.MINOR)]


async def test_a_minor_raised_to_critical_and_left_open_fails(stage):
    audit = await world.submitted(stage.crew, stage.member, stage.version, outcomes={"MIEL-A04": Outcome.NON_COMPLIANT})
    auditor = acting(stage.crew.auditor)
    (finding,) = await audits.findings_of(auditor)
    await audits.regrade(auditor, finding.id, grade=Grade.CRITICAL, reason="Colmenas robadas")
    concluded = await audits.conclude(auditor, audit.id)
    assert [rule.rule for rule in concluded.failed_rules] == ["open_critical"]


async def test_a_conflict_that_comes_to_light_blocks_the_conclusion(stage):
    audit = await world.submitted(stage.crew, stage.member, stage.version)
    await members.declare_relation(
        acting(stage.crew.manager),
        stage.crew.auditor.id,
        stage.member.producer.id,
        kind="household",
        since=date(2020, 1, 1),
    )
    with pytest.raises(Refused) as refused:
        await audits.conclude(acting(stage.crew.manager), audit.id)
    assert codes(refused) == ["audits.conflict.household"]


async def test_a_voided_audit_has_no_conclusion_and_needs_a_second_person(stage):
    concluded = await world.concluded(stage.crew, stage.member, stage.version)
    await world.people.grant_role(acting(stage.crew.manager), stage.crew.auditor.id, world.Role.MANAGER)
    both = await world.people.person(acting(stage.crew.manager), stage.crew.auditor.id)
    with pytest.raises(NotAllowed) as refused:
        await audits.void(acting(both), concluded.audit_id, reason="Parentesco")
    assert codes(refused) == ["audits.reviewer_outside_team"]
    with pytest.raises(NotAllowed) as refused:
        await audits.void(acting(stage.crew.manager), concluded.audit_id, reason="Parentesco")
    assert codes(refused) == ["audits.void_second_person"]
    second = await world.person(stage.association, "Otra Gestora", world.Role.MANAGER)
    audit = await audits.void(acting(second), concluded.audit_id, reason="Parentesco descubierto")
    assert audit.state is AuditState.VOIDED
    assert await audits.conclusion(stage.association.id, concluded.audit_id) is None
    again = await world.planned(stage.crew, stage.member, stage.version)
    assert again.first_audit


async def test_what_is_changed_after_a_return_is_an_amendment_with_its_reason(stage):
    audit = await world.submitted(stage.crew, stage.member, stage.version, outcomes={"MIEL-A04": Outcome.NON_COMPLIANT})
    auditor, boss = acting(stage.crew.auditor), acting(stage.crew.manager)
    audit = await audits.return_for_completion(boss, audit.id, reason="Revisar colmenas 4 y 5")
    assert audit.state is AuditState.RETURNED_FOR_COMPLETION
    work = await audits.work(auditor, audit.id)
    first = work.counted()["MIEL-A04"]
    point = next(point for point in work.points() if point.id == "MIEL-A04")
    with pytest.raises(Refused) as refused:
        await audits.answer(auditor, audit.id, [answer_input(point, revises=first.id, justification="")])
    assert codes(refused) == ["audits.answer.amendment_needs_reason"]
    await audits.answer(auditor, audit.id, [answer_input(point, revises=first.id, justification="El código estaba")])
    audit = await audits.submit(auditor, audit.id)
    assert audit.state is AuditState.READY_FOR_REVIEW
    work = await audits.work(boss, audit.id)
    assert [answer.outcome for answer in work.answers if answer.point_id == "MIEL-A04"] == [
        Outcome.NON_COMPLIANT,
        Outcome.COMPLIANT,
    ]
    assert [finding.state for finding in work.findings] == [FindingState.REMOVED]


async def test_an_aborted_audit_keeps_what_was_recorded_and_takes_no_more(stage):
    audit = await world.started(stage.crew, stage.member, stage.version)
    auditor = acting(stage.crew.auditor)
    with pytest.raises(BadInput):
        await audits.abort(auditor, audit.id, cause=AbortCause.WEATHER, reason="")
    await world.answered(stage.crew, audit)
    audit = await audits.abort(auditor, audit.id, cause=AbortCause.WEATHER, reason="Río crecido")
    assert (audit.state, audit.steps[-1].reason) == (AuditState.ABORTED, "weather: Río crecido")
    assert (await audits.work(auditor, audit.id)).answers
    with pytest.raises(Refused):
        await audits.submit(auditor, audit.id)


async def test_the_next_cycle_is_year_two(stage):
    await world.concluded(stage.crew, stage.member, stage.version)
    later = START + timedelta(days=330)
    audit = await world.planned(stage.crew, stage.member, stage.version, at=later, kind="renewal")
    assert (audit.programme_year, audit.first_audit) == (2, False)
