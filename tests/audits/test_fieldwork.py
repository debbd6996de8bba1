"""Answers, evidence and submission on both engines."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from PIL import Image

from seal import ids
from seal.audits import service as audits
from seal.audits.findings import Grade
from seal.audits.model import AuditState
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.files import service as files
from seal.identity import Device
from seal.protocols.model import Outcome
from tests import world
from tests.world import START, acting, answer_input

DEVICE = Device("tel-7", datetime(2026, 2, 3, 12, 58, tzinfo=UTC), -2000)


def codes(error: pytest.ExceptionInfo[SealError]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "gold").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
async def audit(stage):
    return await world.started(stage.crew, stage.member, stage.version)


@pytest.fixture
async def points(stage, audit):
    work = await audits.work(acting(stage.crew.auditor), audit.id)
    return {point.id: point for point in work.points()}


async def test_an_answer_is_kept_as_sent_with_its_device(stage, audit, points):
    sent = replace(answer_input(points["MIEL-A02"]), method="conteo", instrument="planilla", device=DEVICE)
    (kept,) = await audits.answer(acting(stage.crew.auditor), audit.id, [sent])
    assert (kept.measured, kept.method, kept.instrument, kept.device) == (sent.measured, "conteo", "planilla", DEVICE)
    assert (kept.outcome, kept.revision, kept.answered_by) == (Outcome.COMPLIANT, 1, stage.crew.auditor.id)


async def test_the_same_answer_again_is_silent_and_another_under_its_id_is_a_conflict(stage, audit, points):
    auditor = acting(stage.crew.auditor)
    sent = answer_input(points["MIEL-A01"])
    first = await audits.answer(auditor, audit.id, [sent])
    assert await audits.answer(acting(stage.crew.auditor, START + timedelta(hours=1)), audit.id, [sent]) == first
    with pytest.raises(Conflict) as refused:
        await audits.answer(auditor, audit.id, [replace(sent, justification="otra cosa")])
    assert codes(refused) == ["audits.answer.other_content"]


async def test_a_repeated_answer_is_still_acknowledged_after_submission(stage, audit, points):
    auditor = acting(stage.crew.auditor)
    sent = answer_input(points["MIEL-A01"])
    first = await audits.answer(auditor, audit.id, [sent])
    rest = [answer_input(point) for point in points.values() if point.id != "MIEL-A01"]
    await audits.answer(auditor, audit.id, rest)
    await audits.submit(auditor, audit.id)
    assert await audits.answer(auditor, audit.id, [sent]) == first
    with pytest.raises(Refused) as refused:
        await audits.answer(auditor, audit.id, [answer_input(points["MIEL-A01"], revises=sent.id)])
    assert codes(refused) == ["audits.not_now"]


async def test_a_correction_names_what_it_revises_and_both_stay(stage, audit, points):
    auditor = acting(stage.crew.auditor)
    first = answer_input(points["MIEL-A04"])
    await audits.answer(auditor, audit.id, [first])
    with pytest.raises(Conflict) as refused:
        await audits.answer(auditor, audit.id, [answer_input(points["MIEL-A04"])])
    assert codes(refused) == ["audits.answer.already_answered"]
    second = answer_input(points["MIEL-A04"], Outcome.NON_COMPLIANT, revises=first.id)
    (kept,) = await audits.answer(auditor, audit.id, [second])
    assert kept.revision == 2
    work = await audits.work(auditor, audit.id)
    assert [answer.id for answer in work.answers] == [first.id, second.id]
    assert work.counted()["MIEL-A04"].id == second.id
    with pytest.raises(Conflict) as refused:
        await audits.answer(auditor, audit.id, [answer_input(points["MIEL-A04"], revises=first.id)])
    assert codes(refused) == ["audits.answer.corrected_meanwhile"]


async def test_of_two_corrections_at_once_one_is_taken_and_one_conflicts(stage, audit, points):
    auditor = acting(stage.crew.auditor)
    first = answer_input(points["MIEL-A04"])
    await audits.answer(auditor, audit.id, [first])
    rivals = [answer_input(points["MIEL-A04"], revises=first.id, justification=f"teléfono {n}") for n in (1, 2)]
    results = await asyncio.gather(
        *[audits.answer(auditor, audit.id, [rival]) for rival in rivals], return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "tuple"]
    work = await audits.work(auditor, audit.id)
    assert [answer.revision for answer in work.answers] == [1, 2]


async def test_one_bad_answer_keeps_all_out_and_every_fault_is_told(stage, audit, points):
    auditor = acting(stage.crew.auditor)
    sent = [
        answer_input(points["MIEL-A04"]),
        answer_input(points["MIEL-A05"], Outcome.PARTIAL, justification=""),
        answer_input(points["MIEL-A01"], Outcome.NOT_APPLICABLE, justification="No corresponde a este apiario"),
    ]
    with pytest.raises(Refused) as refused:
        await audits.answer(auditor, audit.id, sent)
    assert codes(refused) == ["audits.answer.justification_needed", "audits.answer.na_never"]
    assert (await audits.work(auditor, audit.id)).answers == ()


async def test_a_measured_value_decides_as_typed(stage, audit, points):
    auditor = acting(stage.crew.auditor)
    point = points["MIEL-A02"]  # at most 10 %
    over = replace(answer_input(point, Outcome.NON_COMPLIANT), measured=("10,01", "%"), justification="Sobran dos")
    (kept,) = await audits.answer(auditor, audit.id, [over])
    assert (kept.outcome, kept.measured) == (Outcome.NON_COMPLIANT, ("10,01", "%"))
    with pytest.raises(BadInput) as refused:
        await audits.answer(auditor, audit.id, [replace(over, id=ids.uuid7(START), measured=("10", "kg"))])
    assert codes(refused) == ["protocols.unit"]


async def test_an_unknown_point_and_a_server_made_id_are_refused(stage, audit, points):
    auditor = acting(stage.crew.auditor)
    with pytest.raises(BadInput) as refused:
        await audits.answer(auditor, audit.id, [replace(answer_input(points["MIEL-A01"]), point_id="MIEL-Z9")])
    assert codes(refused) == ["audits.answer.point_unknown"]
    old = replace(answer_input(points["MIEL-A01"]), id=uuid4())
    with pytest.raises(BadInput) as refused:
        await audits.answer(auditor, audit.id, [old])
    assert codes(refused) == ["audits.answer.id_version"]


async def test_evidence_names_a_file_by_its_digest_and_is_sent_once(stage, audit, points):
    auditor = acting(stage.crew.auditor)
    sent = answer_input(points["MIEL-A01"])
    await audits.answer(auditor, audit.id, [sent])
    evidence_id = ids.uuid7(START)
    common = {"id": evidence_id, "answer_id": sent.id, "declared_type": "image/jpeg"}
    kept = await audits.attach_evidence(auditor, audit.id, data=picture(), device=DEVICE, **common)
    file, _ = await files.get(stage.association.id, kept.file_id)
    assert file.sha256 == kept.sha256
    assert await audits.attach_evidence(auditor, audit.id, data=picture(), **common) == kept
    with pytest.raises(Conflict) as refused:
        await audits.attach_evidence(auditor, audit.id, data=picture()[:-2] + b"\xff\xd9\x00", **common)
    assert codes(refused) == ["audits.evidence.other_content"]
    with pytest.raises(NotFound) as absent:
        await audits.attach_evidence(
            auditor,
            audit.id,
            id=ids.uuid7(START),
            answer_id=ids.uuid7(START),
            data=picture(),
            declared_type="image/jpeg",
        )
    assert codes(absent) == ["audits.answer.not_found"]


async def test_submission_lists_everything_that_is_missing(stage, audit, points):
    auditor = acting(stage.crew.auditor)
    await audits.answer(
        auditor,
        audit.id,
        [
            answer_input(points["MIEL-A01"], justification=""),
            answer_input(points["MIEL-A04"], Outcome.NOT_AUDITED),
        ],
    )
    with pytest.raises(Refused) as refused:
        await audits.submit(auditor, audit.id)
    told = {(reason.code, reason.params["point"]) for reason in refused.value.reasons}
    assert ("audits.submit.critical_unsupported", "MIEL-A01") in told
    assert ("audits.submit.not_audited", "MIEL-A04") in told
    assert len(told) == len(points)
    assert (await audits.audit(auditor, audit.id)).state is AuditState.IN_PROGRESS


async def test_findings_are_raised_by_level_with_first_audit_deadlines(stage):
    outcomes = {
        "MIEL-A01": Outcome.NON_COMPLIANT,
        "MIEL-A02": Outcome.NON_COMPLIANT,
        "MIEL-A04": Outcome.PARTIAL,
        "TERR-C05": Outcome.COMPLIANT,
    }
    audit = await world.submitted(stage.crew, stage.member, stage.version, outcomes=outcomes)
    assert audit.state is AuditState.FINDINGS_OPEN
    found = {finding.point_id: finding for finding in await audits.findings_of(acting(stage.crew.auditor))}
    day = date(2026, 2, 3)
    assert {point: (finding.grade, finding.due_on) for point, finding in found.items()} == {
        "MIEL-A01": (Grade.CRITICAL, day),
        "MIEL-A02": (Grade.MAJOR, day + timedelta(days=90)),
        "MIEL-A04": (Grade.MINOR, day + timedelta(days=90)),
    }


async def test_a_deadline_is_counted_from_the_local_day(stage):
    late = datetime(2026, 2, 4, 2, 30, tzinfo=UTC)  # still the 3rd in Coyhaique
    await world.submitted(
        stage.crew, stage.member, stage.version, at=late, outcomes={"MIEL-A04": Outcome.NON_COMPLIANT}
    )
    (finding,) = await audits.findings_of(acting(stage.crew.auditor, late))
    assert finding.due_on == date(2026, 2, 3) + timedelta(days=90)


async def test_a_repeated_minor_becomes_major_and_majors_of_later_audits_have_28_days(stage):
    outcomes = {"MIEL-A04": Outcome.NON_COMPLIANT, "MIEL-A02": Outcome.COMPLIANT}
    first = await world.concluded(stage.crew, stage.member, stage.version, outcomes=outcomes)
    assert first.passed
    later = START + timedelta(days=180)
    audit = await world.submitted(
        stage.crew,
        stage.member,
        stage.version,
        at=later,
        kind="surveillance",
        outcomes={"MIEL-A04": Outcome.NON_COMPLIANT, "MIEL-A02": Outcome.NON_COMPLIANT},
    )
    assert (audit.programme_year, audit.first_audit) == (1, False)
    found = {one.point_id: one for one in (await audits.work(acting(stage.crew.auditor, later), audit.id)).findings}
    assert (found["MIEL-A04"].first_grade, found["MIEL-A04"].grade) == (Grade.MINOR, Grade.MAJOR)
    day = date(2026, 2, 3) + timedelta(days=180)
    assert {finding.due_on for finding in found.values()} == {day + timedelta(days=28)}


async def test_a_point_is_deferred_once_only(stage):
    concluded = await world.concluded(stage.crew, stage.member, stage.version, outcomes={"MIEL-C02": Outcome.DEFERRED})
    assert [item.point_id for item in concluded.deferred] == ["MIEL-C02"]
    later = START + timedelta(days=60)
    audit = await world.started(stage.crew, stage.member, stage.version, at=later, kind="surveillance")
    with pytest.raises(Refused) as refused:
        await world.answered(stage.crew, audit, at=later, outcomes={"MIEL-C02": Outcome.DEFERRED})
    assert codes(refused) == ["audits.answer.deferred_twice"]


async def test_producers_do_not_see_answers_before_submission(stage, audit, points):
    await world.answered(stage.crew, audit)
    owner = acting(stage.member.owner)
    assert (await audits.work(owner, audit.id)).answers == ()
    await audits.submit(acting(stage.crew.auditor), audit.id)
    assert len((await audits.work(owner, audit.id)).answers) == len(points)
