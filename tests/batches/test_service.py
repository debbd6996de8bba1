"""Batches by the product's own verbs: every gate by its name, sealing, and what stops a lot."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from seal.audits import service as audits
from seal.batches import gates, gating, sealing
from seal.batches import service as batches
from seal.batches.model import Action, State
from seal.batches.tables import Batch as Rows
from seal.certificates import service as certificates
from seal.clock import local_day
from seal.db import reading, unit_of_work
from seal.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from seal.files import service as files
from seal.identity import Role
from seal.keys import jws
from seal.keys import service as keys
from seal.labels import service as labels
from seal.members import service as members
from seal.members.model import Membership, MembershipAction
from seal.settings import settings
from seal.transparency import service as log
from seal.transparency.model import LeafType
from seal.web.i18n import translator
from tests import world
from tests.batches.test_due import SMOKED
from tests.certificates.certified import DAY, ZONE, Certified, certified, declared, pass_tests, passed, sealed
from tests.certificates.test_sanctions import WHY, bits
from tests.conftest import Database, on

START = world.START


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def ready(made: Certified, **given: object) -> object:
    batch = await declared(made, **given)  # type: ignore[arg-type]
    await pass_tests(made, batch)
    return batch


async def test_a_sealed_batch_is_signed_logged_and_says_what_the_record_says(database: Database) -> None:
    made = await certified()
    batch = await sealed(made, at=START + DAY)
    assert batch.state is State.SEALED
    assert batch.jws is not None
    payload = json.loads(jws.parse(batch.jws, typ=jws.VC).payload)
    subject = payload["credentialSubject"]
    assert "validUntil" not in payload
    assert made.certification.jws is not None
    assert subject["auditableEvidence"]["hashDigest"] == hashlib.sha256(made.certification.jws).hexdigest()
    shown = {one["description"]: one["performanceLevel"] for one in subject["assessment"][1]["assessmentCriteria"]}
    assert shown["≤ 20 g/100g"] == "17,4 g/100g"
    assert await log.leaf_of(batch.association_id, LeafType.BATCH, batch.id)
    assert [step.action for step in batch.steps] == [Action.DECLARE, Action.SEAL, Action.ISSUE]
    assert batch.use_by == date(2028, 2, 4)
    again = await batches.seal(made.owner(START + DAY), batch.id)
    assert again == batch


async def test_nothing_is_sealed_without_any_paper_and_all_reasons_are_told(database: Database) -> None:
    made = await passed()
    one = made.member
    batch = await batches.declare(
        world.acting(one.owner),
        producer_id=one.producer.id,
        product_id=one.product.id,
        site_id=one.site.id,
        lot="L1",
        units=10,
        produced_on=local_day(START, ZONE),
    )
    boss = world.acting(made.staff.manager)
    assert [reason.code for reason in await batches.gates(boss, batch.id)] == ["batch.never_certified"]
    await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id)
    keys.lock(made.association.id)
    with pytest.raises(Refused) as refused:
        await batches.seal(boss, batch.id)
    assert codes(refused) == {
        "batch.permit_missing",
        "batch.test_missing",
        "batch.inputs_missing",
        "batch.keys_not_ready",
    }
    assert {reason.params.get("test") for reason in refused.value.reasons} >= {
        "moisture",
        "hmf",
        "diastase",
        "residues",
    }


async def test_a_pending_certificate_closes_the_gate(database: Database) -> None:
    made = await passed()
    keys.lock(made.association.id)
    state = await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id)
    assert state.certification is not None
    batch = await declared(Certified(made, state.certification))
    told = await batches.gates(world.acting(made.staff.manager), batch.id)
    assert "batch.certificate_pending" in [reason.code for reason in told]


@pytest.mark.parametrize(
    ("value", "unit", "code"),
    [("20.04", "g/100g", "batch.test_failed"), ("20.0", "g/100g", None), ("200.4", "g/kg", "batch.test_failed")],
)
async def test_a_value_is_compared_exactly_as_typed(
    database: Database, value: str, unit: str, code: str | None
) -> None:
    made = await certified()
    batch = await declared(made)
    await pass_tests(made, batch)
    await batches.record_test(
        made.manager(START + DAY),
        batch.id,
        test_id="moisture",
        value=value,
        unit=unit,
        by="self",
        tested_on=batch.produced_on + DAY,
    )
    told = [reason.code for reason in await batches.gates(made.manager(START + DAY), batch.id)]
    assert told == ([code] if code else [])


async def test_a_producer_cannot_wash_out_a_laboratorys_result(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    await pass_tests(made, batch)
    bad = {"test_id": "moisture", "value": "21", "unit": "g/100g", "tested_on": batch.produced_on}
    await batches.record_test(made.manager(), batch.id, by="lab", laboratory="Austral", **bad)
    await batches.record_test(made.owner(START + DAY), batch.id, by="self", **(bad | {"value": "17"}))
    told = await batches.gates(made.manager(), batch.id)
    assert [reason.code for reason in told] == ["batch.test_failed"]
    assert told[0].params["value"] == "21 g/100g"
    (test,) = [one for one in await batches.required_tests(made.owner(), batch.id) if one.id == "moisture"]
    unheard = gates.not_counted(test)
    assert [(one.value, one.by_staff) for one, _ in test.results if one.id in unheard] == [("17", False)]
    assert "la registra una persona de la asociación" in translator("es").reason(told[0])


async def test_a_producers_word_never_washes_out_what_staff_recorded(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    day = START + 2 * DAY
    hmf = {"test_id": "hmf", "unit": "mg/kg", "laboratory": "Austral", "tested_on": batch.produced_on}

    async def told() -> list[tuple[str, object]]:
        found = await batches.gates(made.manager(day), batch.id)
        return [(one.code, one.params.get("value")) for one in found if one.params.get("test") == "hmf"]

    await batches.record_test(made.owner(), batch.id, by="lab", value="10", **hmf)
    assert await told() == []
    await batches.record_test(made.manager(), batch.id, by="lab", value="90", **hmf)
    failed = [("batch.test_failed", "90 mg/kg")]
    assert await told() == failed
    later = hmf | {"tested_on": batch.produced_on + DAY}
    with pytest.raises(BadInput, match=r"batch.report_needed"):
        await batches.record_test(made.owner(day), batch.id, by="official", value="11", **later)
    report = await files.put(
        batch.association_id, b"%PDF-1.7\ninforme\n%%EOF\n", declared_type="application/pdf", author=None, at=day
    )
    await batches.record_test(made.owner(day), batch.id, by="official", value="11", file_id=report.id, **later)
    assert await told() == failed
    other = await declared(made, lot="B", at=day)
    await batches.record_test(
        made.owner(day), other.id, by="lab", value="9", **(hmf | {"tested_on": other.produced_on})
    )
    found = await batches.gates(made.manager(day), other.id)
    assert [one.params.get("value") for one in found if one.params.get("test") == "hmf"] == ["90 mg/kg"]
    await batches.record_test(made.manager(day), batch.id, by="lab", value="12", **later)
    assert await told() == []


async def test_a_maker_does_not_take_back_its_own_laboratorys_failure(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    hmf = {"test_id": "hmf", "unit": "mg/kg", "by": "lab", "laboratory": "Austral"}
    await batches.record_test(made.owner(), batch.id, value="90", tested_on=batch.produced_on, **hmf)
    await batches.record_test(made.owner(START + DAY), batch.id, value="10", tested_on=batch.produced_on + DAY, **hmf)
    found = await batches.gates(made.manager(START + DAY), batch.id)
    assert [one.params.get("value") for one in found if one.params.get("test") == "hmf"] == ["90 mg/kg"]


async def test_a_voided_audit_stops_new_seals_and_labels(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    await pass_tests(made, batch)
    out = await sealed(made, lot="antes")
    second = await world.person(made.world.association, "Otra Gestora", Role.MANAGER)
    await audits.void(world.acting(second), made.certification.audit_id, reason="Parentesco descubierto")
    with pytest.raises(Refused) as refused:
        await batches.seal(made.owner(), batch.id)
    assert codes(refused) == {"batch.audit_voided"}
    with pytest.raises(Refused) as refused:
        await labels.reserve(made.owner(), out.id, 1)
    assert codes(refused) == {"label.audit_voided"}
    assert (await batches.standing(out))[0] is State.SEALED


async def test_a_use_by_too_far_closes_the_gate_and_is_not_declared(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    await pass_tests(made, batch)
    gate, _ = await gating.load(made.manager(), made.world.association, batch)
    assert gates.reasons(gate) == ()
    far = replace(gate, use_by=batch.produced_on + timedelta(days=65_536))
    assert [one.code for one in gates.reasons(far)] == ["batch.use_by_far"]


async def test_a_laboratory_test_done_at_home_does_not_count(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    await batches.record_test(
        made.owner(), batch.id, test_id="hmf", value="10", unit="mg/kg", by="self", tested_on=batch.produced_on
    )
    told = {reason.params.get("test"): reason.code for reason in await batches.gates(made.manager(), batch.id)}
    assert told["hmf"] == "batch.test_by_wrong_tester"
    assert told["diastase"] == "batch.test_missing"


async def test_a_season_test_serves_the_seasons_batches_and_a_batch_test_does_not(database: Database) -> None:
    made = await certified()
    await pass_tests(made, await declared(made, lot="A"))
    other = await declared(made, lot="B")
    told = {reason.params.get("test"): reason.code for reason in await batches.gates(made.manager(), other.id)}
    assert told == {"moisture": "batch.test_missing"}
    much_later = START + timedelta(days=300)
    next_season = await declared(made, lot="C", at=much_later)
    told = {r.params.get("test"): r.code for r in await batches.gates(made.manager(much_later), next_season.id)}
    assert set(told) == {"moisture", "hmf", "diastase", "residues"}


async def test_the_right_must_stand_on_the_day_of_production_and_today(database: Database) -> None:
    made = await certified()
    early = await declared(made, lot="A", on=local_day(START - DAY, ZONE))
    await pass_tests(made, early)
    assert [r.code for r in await batches.gates(made.manager(), early.id)] == ["batch.not_certified_when_made"]
    before, during = await declared(made, lot="B"), await declared(made, lot="C", at=START + 2 * DAY)
    for batch in (before, during):
        await pass_tests(made, batch, at=START + 2 * DAY)
    await certificates.suspend(made.certifier(START + DAY), made.certification.id, **WHY)
    now = START + 3 * DAY
    assert [r.code for r in await batches.gates(made.manager(now), before.id)] == ["batch.right_suspended"]
    await certificates.lift(made.certifier(now), made.certification.id, reason="Corregido.")
    assert await batches.gates(made.manager(now), before.id) == ()
    assert [r.code for r in await batches.gates(made.manager(now), during.id)] == ["batch.made_during_suspension"]
    after = START + timedelta(days=400)
    assert [r.code for r in await batches.gates(made.manager(after), before.id)] == ["batch.right_ended"]
    await certificates.withdraw(made.certifier(now), made.certification.id, **WHY)
    assert [r.code for r in await batches.gates(made.manager(now), before.id)] == ["batch.right_withdrawn"]


async def test_nothing_is_sealed_on_a_day_that_a_decision_names(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    await pass_tests(made, batch)
    day = local_day(START + DAY, ZONE)
    await certificates.suspend(
        made.certifier(START + DAY), made.certification.id, affected_from=day, affected_to=day, **WHY
    )
    lifted = START + DAY + timedelta(minutes=5)
    await certificates.lift(made.certifier(lifted), made.certification.id, reason="Corregido.")
    later = START + DAY + timedelta(minutes=10)
    assert [r.code for r in await batches.gates(made.manager(later), batch.id)] == ["batch.day_affected"]
    assert await batches.gates(made.manager(START + 2 * DAY), batch.id) == ()


async def test_a_lapsed_permit_stops_sealing_and_a_renewed_one_lets_it_go_on(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    await pass_tests(made, batch)
    producer_id = made.world.member.producer.id
    later, latest = made.manager(START + DAY), made.manager(START + 2 * DAY)
    yesterday = local_day(START, ZONE)
    await members.record_permit(later, producer_id, kind="sanitary", number="RS-124", valid_until=yesterday)
    assert [r.code for r in await batches.gates(later, batch.id)] == ["batch.permit_lapsed"]
    await members.record_permit(latest, producer_id, kind="sanitary", number="RS-125", valid_until=None)
    assert await batches.gates(latest, batch.id) == ()


async def test_a_site_or_product_out_of_scope_is_named(database: Database) -> None:
    made = await certified()
    boss, one = made.manager(), made.world.member
    site = await members.add_site(boss, one.producer.id, name="Sala", kind="extraction", commune="Cochrane")
    product = await members.add_product(
        boss, one.producer.id, protocol_id="miel", name={"es": "Miel de tiaca"}, net_content="250 g", grams=250
    )
    batch = await batches.declare(
        boss,
        producer_id=one.producer.id,
        product_id=product.id,
        site_id=site.id,
        lot="X",
        units=1,
        produced_on=local_day(START, ZONE),
    )
    told = {reason.code for reason in await batches.gates(boss, batch.id)}
    assert {"batch.site_out_of_scope", "batch.product_out_of_scope"} <= told


async def test_a_producer_that_left_seals_nothing(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    await pass_tests(made, batch)
    state = made.world.member.producer.state
    for action in ["apply", "admit"] if state is Membership.PROSPECT else []:
        await members.change_membership(made.manager(), batch.producer_id, MembershipAction(action), reason="Socia.")
    assert await batches.gates(made.manager(), batch.id) == ()
    await members.change_membership(made.manager(), batch.producer_id, MembershipAction.LEAVE, reason="Se muda.")
    assert [r.code for r in await batches.gates(made.manager(), batch.id)] == ["batch.not_a_member"]


@on("sqlite")
@pytest.mark.parametrize("day", [date.min, date(2, 1, 1), date(9998, 12, 31), date.max])
async def test_the_gates_answer_for_any_day_that_stands_in_the_row(database: Database, day: date) -> None:
    made = await certified()
    batch = await declared(made)
    async with unit_of_work():
        await Rows.update({Rows.produced_on: day, Rows.use_by: None}).where(Rows.id == batch.id)
    assert {"batch.not_certified_when_made"} <= {one.code for one in await batches.gates(made.manager(), batch.id)}


@on("sqlite")
async def test_a_slip_of_the_year_is_said_when_it_is_declared(database: Database) -> None:
    made = await certified()
    one = made.world.member
    given = {"producer_id": one.producer.id, "product_id": one.product.id, "site_id": one.site.id}
    with pytest.raises(BadInput, match=r"batch\.produced_too_early"):
        await batches.declare(made.owner(), **given, lot="L", units=1, produced_on=date(1, 1, 1))


async def test_a_declaration_names_every_fault_of_form(database: Database) -> None:
    made = await certified()
    one, day = made.world.member, local_day(START, ZONE)
    given = {"producer_id": one.producer.id, "product_id": one.product.id, "site_id": one.site.id}
    with pytest.raises(BadInput) as wrong:
        await batches.declare(
            made.owner(), **given, lot="L" * 21, units=65_536, produced_on=day + DAY, use_by=day - DAY
        )
    assert [reason.code for reason in wrong.value.reasons] == [
        "batch.units",
        "batch.produced_in_future",
        "batch.use_by_before_production",
        "batch.lot",
    ]
    with pytest.raises(NotFound, match=r"batch.no_site"):
        await batches.declare(made.owner(), **(given | {"site_id": one.product.id}), lot="L", units=1, produced_on=day)
    with pytest.raises(NotFound, match=r"batch.no_product"):
        await batches.declare(made.owner(), **(given | {"product_id": one.site.id}), lot="L", units=1, produced_on=day)


async def test_a_lot_name_is_used_once_by_a_producer(database: Database) -> None:
    made = await certified()
    first = await declared(made, lot="L 26")
    assert await declared(made, lot="L 26") == first  # sent twice
    with pytest.raises(Conflict, match=r"batch.lot_taken"):
        await declared(made, lot="l26", units=99)


async def test_a_held_batch_waits_and_a_discarded_one_is_over(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    await pass_tests(made, batch)
    auditor = world.acting(made.world.staff.auditor)
    size = (await log.head(batch.association_id)).size
    with pytest.raises(NotFound):  # not on a team of this producer's present audit: still sees its producers
        await batches.hold(world.acting(made.world.staff.auditor), made.certification.id, **WHY)
    held = await batches.hold(auditor, batch.id, reason_class="food_safety", reason="Olor extraño.")
    assert held.state is State.HELD
    assert [r.code for r in await batches.gates(made.manager(), batch.id)] == ["batch.held"]
    assert (await log.head(batch.association_id)).size == size  # nothing public yet
    await batches.release(made.manager(START + DAY), batch.id, reason="Era el envase.")
    gone = await batches.discard(made.owner(START + DAY), batch.id, reason="Se vendió sin sello.")
    assert gone.state is State.DISCARDED
    with pytest.raises(Refused, match=r"batch.transition"):
        await batches.seal(made.owner(START + DAY), batch.id)


async def test_hold_and_release_move_the_suspension_bit(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    assert batch.status_index is not None
    held = await batches.hold(made.manager(START + DAY), batch.id, reason_class="food_safety", reason="Se investiga.")
    assert held.state is State.ON_HOLD
    assert await bits(made, batch.status_index) == (False, True)
    step = held.steps[-1]
    assert step.id is not None
    assert await log.leaf_of(batch.association_id, LeafType.DECISION, step.id)
    free = await batches.release(made.manager(START + 2 * DAY), batch.id, reason="Sin novedad.")
    assert free.state is State.SEALED
    assert await bits(made, batch.status_index) == (False, False)


async def test_recall_is_final_and_carries_its_advice(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    recalled = await batches.recall(
        made.manager(START + DAY), batch.id, reason_class="food_safety", reason="HMF alto.", advice="do_not_eat"
    )
    assert recalled.state is State.RECALLED
    assert batch.status_index is not None
    assert await bits(made, batch.status_index) == (True, False)
    again = await batches.recall(
        made.manager(START + DAY), batch.id, reason_class="food_safety", reason="HMF alto.", advice="do_not_eat"
    )
    assert again == recalled
    for verb in (batches.hold, batches.release, batches.revoke):
        with pytest.raises(Refused, match=r"batch.transition"):
            await verb(made.certifier(START + 2 * DAY) if verb is batches.revoke else made.manager(START + 2 * DAY),
                       batch.id, reason_class="fraud", reason="Otra cosa.")  # fmt: skip


async def test_a_stop_needs_class_reason_advice_and_the_role(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    with pytest.raises(BadInput, match=r"batch.reason_class"):
        await batches.hold(made.manager(), batch.id, reason_class="mood", reason="x")
    with pytest.raises(BadInput, match=r"batch.reason_needed"):
        await batches.hold(made.manager(), batch.id, reason_class="fraud", reason="")
    with pytest.raises(BadInput, match=r"batch.advice"):
        await batches.recall(made.manager(), batch.id, reason_class="fraud", reason="x", advice="relax")
    with pytest.raises(NotAllowed):
        await batches.recall(made.owner(), batch.id, reason_class="fraud", reason="x", advice="return")
    with pytest.raises(Refused, match=r"batch.effective_in_future"):
        await batches.hold(made.manager(), batch.id, reason_class="fraud", reason="x", effective_at=START + DAY)
    with pytest.raises(Refused, match=r"batch.effective_out_of_order"):
        await batches.hold(made.manager(), batch.id, reason_class="fraud", reason="x", effective_at=START - DAY)


async def test_a_test_is_refused_for_each_fault(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    good = {"test_id": "moisture", "value": "17", "unit": "g/100g", "by": "self", "tested_on": batch.produced_on}
    wrong = [
        ({"test_id": "colour"}, "batch.no_such_test"),
        ({"by": "cousin"}, "batch.tester"),
        ({"by": "lab"}, "batch.laboratory_needed"),
        ({"tested_on": batch.produced_on + DAY}, "batch.tested_ahead"),
        ({"tested_on": batch.produced_on - DAY}, "batch.tested_before"),
        ({"value": "abc"}, "protocols.not_a_value"),
        ({"unit": "mg/L"}, "protocols.unit"),
    ]
    for change, code in wrong:
        with pytest.raises(BadInput, match=code):
            await batches.record_test(made.owner(), batch.id, **(good | change))
    first = await batches.record_test(made.owner(), batch.id, **good)
    assert await batches.record_test(made.owner(START + DAY), batch.id, **good) == first
    await pass_tests(made, batch)
    await batches.seal(made.owner(), batch.id)
    with pytest.raises(Refused, match=r"batch.transition"):
        await batches.record_test(made.owner(), batch.id, **(good | {"value": "18"}))


async def test_a_key_locked_between_intent_and_signature_leaves_it_pending(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    await pass_tests(made, batch)
    association = made.world.association
    acting = made.owner()
    _, held = await gating.load(acting, association, batch)
    assert held is not None
    async with unit_of_work():
        await sealing._intend(acting, association, batch, held)
    keys.lock(association.id)
    assert (await batches.batch(acting, batch.id)).state is State.PENDING
    assert await batches.finish_pending(association.id, START) == 0
    assert await keys.unlock_from(association, settings())
    assert await batches.finish_pending(association.id, START + DAY) == 1
    done = await batches.batch(acting, batch.id)
    assert done.state is State.SEALED
    assert done.sealed_on == local_day(START, ZONE)


async def test_another_producers_and_another_associations_batch_do_not_exist(database: Database) -> None:
    made, other = await certified(), await certified("otra")
    batch = await sealed(made)
    with pytest.raises(NotFound, match=r"batch.not_found"):
        await batches.batch(other.manager(), batch.id)
    neighbour = await world.member(made.world.association, made.world.staff.manager, "Miel del Ibáñez")
    with pytest.raises(NotFound, match=r"batch.not_found"):
        await batches.seal(world.acting(neighbour.owner), batch.id)
    assert await batches.batches(world.acting(neighbour.owner)) == ()
    assert await batches.batches(other.manager()) == ()
    assert [one.id for one in await batches.batches(made.owner())] == [batch.id]


async def test_a_detection_limit_is_a_result_and_says_so_on_the_certificate(database: Database) -> None:
    made = await certified()
    batch = await declared(made)
    await pass_tests(made, batch)
    low = {"test_id": "hmf", "value": "< 5,0", "unit": "mg/kg", "by": "lab", "laboratory": "Laboratorio"}
    kept = await batches.record_test(made.manager(START + DAY), batch.id, tested_on=batch.produced_on, **low)
    assert kept.value == "<5,0"
    done = await batches.seal(made.owner(START + DAY), batch.id)
    assert done.jws is not None
    subject = json.loads(jws.parse(done.jws, typ=jws.VC).payload)["credentialSubject"]
    shown = [one["performanceLevel"] for one in subject["assessment"][1]["assessmentCriteria"]]
    assert "<5,0 mg/kg" in shown
    with pytest.raises(BadInput, match="unsettled"):
        await batches.record_test(
            made.owner(), (await declared(made, lot="L2")).id, tested_on=batch.produced_on, **(low | {"value": "<41"})
        )


async def test_a_test_that_depends_on_a_fact_is_asked_until_the_fact_is_known(database: Database) -> None:
    made = await certified()
    batch = await declared(made)

    async def needed() -> list[str]:
        async with reading():
            return [one.id for one in await gating.tests(batch.association_id, batch, SMOKED)]

    assert "wps" in await needed()
    await members.record_facts(made.owner(), batch.producer_id, {"vacuum_packs": False})
    assert "wps" not in await needed()
    assert "toxins" in await needed()
