"""Planning, team, declarations, start: each refusal by its name, on both engines."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest

from seal.audits import service as audits
from seal.audits import store
from seal.audits.model import AuditAction, AuditState
from seal.db import reading
from seal.errors import BadInput, Conflict, NotAllowed, NotFound, Refused, SealError
from seal.identity import Role
from seal.members import service as members
from seal.members.model import MembershipAction
from seal.notices import service as notices
from seal.people import service as people
from seal.progress import service as progress
from tests import world
from tests.world import START, acting


def codes(error: pytest.ExceptionInfo[SealError]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


async def test_a_plan_holds_its_scope_year_and_first_step(stage):
    audit = await world.planned(stage.crew, stage.member, stage.version)
    assert audit.state is AuditState.PLANNED
    assert (audit.programme_year, audit.first_audit) == (1, True)
    assert audit.sites == (stage.member.site.id,)
    assert audit.products == (stage.member.product.id,)
    assert audit.team == (stage.crew.auditor.id,)
    assert [step.action for step in audit.steps] == [AuditAction.PLAN]
    assert audit.steps[0].actor_id == stage.crew.manager.id


async def test_a_plan_without_sense_is_refused_with_every_reason(stage):
    other = await world.member(stage.association, stage.crew.manager, "Colmenar Cochrane")
    boss = acting(stage.crew.manager)
    jam = await members.add_product(
        boss,
        stage.member.producer.id,
        protocol_id="mermelada",
        name={"es": "Mermelada"},
        net_content="250 g",
        grams=250,
    )
    await members.change_membership(boss, stage.member.producer.id, MembershipAction.LEAVE, reason="se va")
    with pytest.raises(Refused) as refused:
        await audits.plan(
            boss,
            producer_id=stage.member.producer.id,
            version_id=stage.version.id,
            planned_for=date(2026, 2, 2),
            kind="renewal",
            auditors=[stage.crew.certifier.id],
            sites=[other.site.id],
            products=[other.product.id, jam.id],
        )
    assert codes(refused) == [
        "audits.plan.site_of_another",
        "audits.plan.product_of_another",
        "audits.plan.product_of_protocol",
        "audits.plan.day_past",
        "audits.plan.not_member",
        "audits.plan.no_cycle",
        "audits.not_an_auditor",
    ]


async def test_an_empty_scope_and_an_unknown_kind_are_refused(stage):
    boss = acting(stage.crew.manager)
    common = {"producer_id": stage.member.producer.id, "version_id": stage.version.id, "planned_for": date(2026, 2, 3)}
    with pytest.raises(Refused) as refused:
        await audits.plan(boss, **common)
    assert codes(refused) == ["audits.plan.no_site", "audits.plan.no_product"]
    with pytest.raises(BadInput) as unknown:
        await audits.plan(boss, kind="surprise", **common)
    assert codes(unknown) == ["audits.plan.kind_unknown"]


async def test_only_managers_plan_and_only_within_their_association(stage):
    with pytest.raises(NotAllowed):
        await audits.plan(
            acting(stage.crew.auditor),
            producer_id=stage.member.producer.id,
            version_id=stage.version.id,
            planned_for=date(2026, 2, 3),
        )
    other = await world.association("lagos")
    crew = await world.staff(other)
    with pytest.raises(NotFound):
        await world.planned(crew, stage.member, stage.version)


async def refused_for(stage, person) -> list[str]:
    with pytest.raises(Refused) as refused:
        await world.planned(stage.crew, stage.member, stage.version, auditors=[person])
    assert all(reason.params["person"] == person.name for reason in refused.value.reasons)
    return codes(refused)


async def test_an_auditor_with_any_computed_conflict_is_blocked_at_assignment(stage):
    boss, producer = acting(stage.crew.manager), stage.member.producer.id
    kin, employed, adviser, owner = [
        await world.person(stage.association, name, Role.AUDITOR) for name in ("Prima", "Empleado", "Asesora", "Socio")
    ]
    await members.declare_relation(boss, kin.id, producer, kind="relative", degree=4, since=date(1990, 1, 1))
    await members.declare_relation(
        boss, employed.id, producer, kind="employment", since=date(2020, 1, 1), until=date(2024, 2, 3)
    )
    await progress.give_advice(acting(adviser), producer, given_on=date(2025, 1, 1), note="Plan de mejora")
    await members.represent(boss, owner.id, producer)
    assert await refused_for(stage, kin) == ["audits.conflict.relative"]
    assert await refused_for(stage, employed) == ["audits.conflict.employment"]
    assert await refused_for(stage, adviser) == ["audits.conflict.advice"]
    assert await refused_for(stage, owner) == ["audits.conflict.represents"]


async def test_a_conflict_that_has_aged_out_does_not_block(stage):
    boss, producer = acting(stage.crew.manager), stage.member.producer.id
    await members.declare_relation(
        boss, stage.crew.auditor.id, producer, kind="buyer", since=date(2020, 1, 1), until=date(2024, 2, 2)
    )
    await progress.give_advice(acting(stage.crew.auditor), producer, given_on=date(2024, 2, 2), note="Antiguo")
    assert (await world.planned(stage.crew, stage.member, stage.version)).team == (stage.crew.auditor.id,)


async def test_producers_do_not_audit_each_other_in_one_cycle(stage):
    boss = acting(stage.crew.manager)
    other = await world.member(stage.association, stage.crew.manager, "Colmenar Cochrane")
    for owner in (stage.member.owner, other.owner):
        await people.grant_role(boss, owner.id, Role.AUDITOR)
    first = await people.person(boss, stage.member.owner.id)
    second = await people.person(boss, other.owner.id)
    await world.planned(stage.crew, other, stage.version, auditors=[first])
    with pytest.raises(Refused) as refused:
        await world.planned(stage.crew, stage.member, stage.version, auditors=[second])
    assert codes(refused) == ["audits.conflict.reciprocal"]


async def test_a_team_that_declares_none_is_assigned_and_the_producer_told(stage):
    audit = await world.planned(stage.crew, stage.member, stage.version)
    owner, auditor = acting(stage.member.owner), acting(stage.crew.auditor)
    with pytest.raises(NotFound):
        await audits.audit(owner, audit.id)
    audit = await audits.declare_conflicts(auditor, audit.id, None)
    assert audit.state is AuditState.ANNOUNCED
    assert (await audits.audit(owner, audit.id)).id == audit.id
    assert [notice.kind for notice in await notices.for_person(owner)] == ["audit_announced"]


async def test_an_unannounced_audit_stays_hidden_from_the_producer_until_it_starts(stage):
    audit = await world.planned(stage.crew, stage.member, stage.version, unannounced=True)
    owner, auditor = acting(stage.member.owner), acting(stage.crew.auditor)
    audit = await audits.declare_conflicts(auditor, audit.id, None)
    assert audit.state is AuditState.SEALED
    assert await audits.audits(owner) == ()
    assert await notices.for_person(owner) == ()
    await audits.start(auditor, audit.id)
    assert [one.id for one in await audits.audits(owner)] == [audit.id]


async def test_a_declaration_is_kept_as_an_exact_dated_document(stage):
    audit = await world.planned(stage.crew, stage.member, stage.version)
    audit = await audits.declare_conflicts(acting(stage.crew.auditor), audit.id, None)
    declared = audit.declaration_of(stage.crew.auditor.id)
    from seal.audits import tables

    async with reading():
        rows = await tables.ConflictDeclaration.select()
    document = bytes(rows[0]["document"])
    assert sha256(document).hexdigest() == declared.document_sha256
    held = json.loads(document)
    assert held["conflict"] is None
    assert (held["name"], held["declared_at"]) == ("Ana Auditora", "2026-02-03T13:00:00Z")


async def test_a_declared_conflict_takes_the_audit_back_to_planning_and_bars_its_author(stage):
    audit = await world.planned(stage.crew, stage.member, stage.version)
    auditor, boss = acting(stage.crew.auditor), acting(stage.crew.manager)
    await audits.declare_conflicts(auditor, audit.id, None)
    audit = await audits.declare_conflicts(auditor, audit.id, "Compramos juntos un tractor")
    assert audit.state is AuditState.PLANNED
    with pytest.raises(Refused):
        await audits.start(auditor, audit.id)
    reasons = await audits.conflicts_of(stage.association.id, stage.crew.auditor.id, stage.member.producer.id, START)
    assert [reason.code for reason in reasons] == ["audits.conflict.declared"]
    await audits.assign(boss, audit.id, stage.crew.second_auditor.id)
    audit = await audits.unassign(boss, audit.id, stage.crew.auditor.id, reason="Recusación")
    assert audit.team == (stage.crew.second_auditor.id,)
    audit = await audits.declare_conflicts(acting(stage.crew.second_auditor), audit.id, None)
    assert audit.state is AuditState.ANNOUNCED
    assert stage.crew.auditor.id in await audits.participants(stage.association.id, audit.id)


async def test_only_the_team_declares_starts_and_answers(stage):
    audit = await world.planned(stage.crew, stage.member, stage.version)
    stranger = acting(stage.crew.second_auditor)
    for attempt in (
        audits.declare_conflicts(stranger, audit.id, None),
        audits.start(stranger, audit.id),
        audits.answer(stranger, audit.id, []),
        audits.submit(stranger, audit.id),
        audits.audit(stranger, audit.id),
    ):
        with pytest.raises(NotFound) as refused:
            await attempt
        assert codes(refused) == ["audits.not_found"]


async def test_nobody_is_assigned_twice_and_nobody_unknown_is_taken_off(stage):
    audit = await world.planned(stage.crew, stage.member, stage.version)
    boss = acting(stage.crew.manager)
    with pytest.raises(Conflict) as taken:
        await audits.assign(boss, audit.id, stage.crew.auditor.id)
    assert codes(taken) == ["audits.already_assigned"]
    with pytest.raises(NotFound) as absent:
        await audits.unassign(boss, audit.id, stage.crew.second_auditor.id, reason="x")
    assert codes(absent) == ["audits.not_in_team"]


async def test_no_start_without_the_declarations(stage):
    audit = await world.planned(stage.crew, stage.member, stage.version)
    with pytest.raises(Refused) as refused:
        await audits.start(acting(stage.crew.auditor), audit.id)
    assert codes(refused) == ["audits.step"]


async def test_no_start_without_the_agreement_or_with_a_conflict_found_meanwhile(stage):
    unsigned = await world.member(stage.association, stage.crew.manager, "Sin convenio", signed=False)
    audit = await world.planned(stage.crew, unsigned, stage.version)
    auditor = acting(stage.crew.auditor)
    await audits.declare_conflicts(auditor, audit.id, None)
    await members.declare_relation(
        acting(stage.crew.manager), stage.crew.auditor.id, unsigned.producer.id, kind="lease", since=date(2025, 1, 1)
    )
    with pytest.raises(Refused) as refused:
        await audits.start(auditor, audit.id)
    assert codes(refused) == ["audits.start.no_agreement", "audits.conflict.lease"]


async def test_the_start_freezes_facts_and_checklist(stage):
    audit = await world.started(stage.crew, stage.member, stage.version)
    await members.record_facts(acting(stage.crew.manager), stage.member.producer.id, {"transhumance": True})
    work = await audits.work(acting(stage.crew.auditor), audit.id)
    assert "MIEL-A06" not in {point.id for point in work.points()}
    async with reading():
        (frozen,) = await store.checklists(stage.association.id, audit.id)
    assert sha256(bytes(frozen.document)).hexdigest() == frozen.document_sha256 == work.checklist.digest
    assert json.loads(bytes(frozen.facts)) == dict(world.FACTS)


async def test_an_unknown_fact_leaves_its_points_in(stage):
    one = await world.member(stage.association, stage.crew.manager, "Sin datos", facts={})
    audit = await world.started(stage.crew, one, stage.version)
    work = await audits.work(acting(stage.crew.auditor), audit.id)
    assert "MIEL-A06" in {point.id for point in work.points()}


async def test_facts_corrected_on_site_derive_the_checklist_anew_and_keep_every_answer(stage):
    audit = await world.started(stage.crew, stage.member, stage.version)
    auditor = acting(stage.crew.auditor)
    work = await audits.work(auditor, audit.id)
    treated = next(point for point in work.points() if point.id == "MIEL-B02")
    await audits.answer(auditor, audit.id, [world.answer_input(treated)])
    await audits.correct_facts(
        auditor, audit.id, {"treats_varroa": False, "transhumance": True}, reason="No trata; traslada colmenas"
    )
    work = await audits.work(auditor, audit.id)
    assert {"MIEL-A06"} <= {point.id for point in work.points()}
    assert "MIEL-B02" not in work.counted()
    assert [answer.point_id for answer in work.not_counted()] == ["MIEL-B02"]
    with pytest.raises(BadInput) as refused:
        await audits.correct_facts(auditor, audit.id, {"flies": True}, reason="x")
    assert codes(refused) == ["audits.fact_unknown"]
    with pytest.raises(BadInput) as refused:
        await audits.correct_facts(auditor, audit.id, {"transhumance": True}, reason=" ")
    assert codes(refused) == ["audits.reason_needed"]


async def test_a_time_after_the_plan_may_be_any_later_day(stage):
    audit = await world.planned(stage.crew, stage.member, stage.version)
    later = START + timedelta(days=20)
    await audits.declare_conflicts(acting(stage.crew.auditor, later), audit.id, None)
    audit = await audits.start(acting(stage.crew.auditor, later), audit.id)
    assert audit.moment_of(AuditAction.START) == later
