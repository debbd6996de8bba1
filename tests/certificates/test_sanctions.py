"""Suspension, lifting and withdrawal: what they flip, what they leave alone, and every refusal."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from seal.associations.model import Rules
from seal.batches import service as batches
from seal.batches.model import State as BatchState
from seal.certificates import service as certificates
from seal.certificates import status_list, status_store
from seal.certificates.model import Action, State
from seal.certificates.review import Choice
from seal.certificates.tables import Decision
from seal.clock import local_day
from seal.errors import BadInput, NotAllowed, Refused
from seal.keys import jws
from seal.progress import service as progress
from seal.transparency import service as log
from seal.transparency.model import LeafType
from tests import world
from tests.certificates.certified import DAY, ZONE, Certified, certified, passed, sealed, second_certifier
from tests.conftest import Database

START = world.START
WHY = {"reason_class": "nonconformity", "reason": "Plazo vencido sin corrección."}


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


async def bits(made: Certified, index: int) -> tuple[bool, bool]:
    """(revoked, suspended) as the served lists say."""
    found = []
    for purpose in status_list.PURPOSES:
        number, slot = status_list.place(index)
        served = await certificates.status_list(made.world.association.id, purpose, number)
        subject = json.loads(jws.parse(served, typ=jws.VC, max_bytes=100_000).payload)["credentialSubject"]
        found.append(status_list.is_set(status_list.decode_list(subject["encodedList"]), slot))
    return found[0], found[1]


async def test_suspension_flips_its_own_bit_and_no_batchs(database: Database) -> None:
    made = await certified()
    batch = await sealed(made, at=START + DAY)
    held = await certificates.suspend(made.certifier(START + 2 * DAY), made.certification.id, **WHY)
    assert held.state(START + 2 * DAY, ZONE) is State.SUSPENDED
    assert held.state(START + DAY, ZONE) is State.ACTIVE
    assert await bits(made, held.status_index) == (False, True)
    assert batch.status_index is not None
    assert await bits(made, batch.status_index) == (False, False)
    assert await batches.standing(await batches.batch(made.manager(), batch.id)) == (BatchState.SEALED, None)
    step = held.steps[-1]
    assert await log.leaf_of(made.world.association.id, LeafType.DECISION, step.decision_id)


async def test_lifting_clears_the_bit_and_the_days_between_stay_out(database: Database) -> None:
    made = await certified()
    await certificates.suspend(made.certifier(START + DAY), made.certification.id, **WHY)
    held = await certificates.lift(made.certifier(START + 3 * DAY), made.certification.id, reason="Corregido.")
    assert await bits(made, held.status_index) == (False, False)
    days = [local_day(START + count * DAY, ZONE) for count in range(5)]
    assert [held.in_force_on(day, ZONE) for day in days] == [True, False, False, True, True]


async def test_withdrawal_is_final(database: Database) -> None:
    made = await certified()
    held = await certificates.withdraw(made.certifier(START + DAY), made.certification.id, **WHY)
    assert await bits(made, held.status_index) == (True, False)
    for verb in (certificates.suspend, certificates.withdraw):
        with pytest.raises(Refused, match=r"certification.transition"):
            await verb(made.certifier(START + 2 * DAY), held.id, reason_class="fraud", reason="Otra cosa.")
    with pytest.raises(Refused, match=r"certification.transition"):
        await certificates.lift(made.certifier(START + 2 * DAY), held.id, reason="Perdón.")


async def test_the_same_decision_again_changes_nothing(database: Database) -> None:
    made = await certified()
    once = await certificates.suspend(made.certifier(START + DAY), made.certification.id, **WHY)
    again = await certificates.suspend(made.certifier(START + DAY), made.certification.id, **WHY)
    assert again == once
    assert await certificates.epoch(made.world.association.id) == 1


async def test_a_named_batch_is_revoked_and_others_are_not(database: Database) -> None:
    made = await certified()
    named, spared = await sealed(made, lot="A"), await sealed(made, lot="B")
    held = await certificates.withdraw(made.certifier(START + DAY), made.certification.id, **WHY, batches=[named.id])
    assert named.status_index is not None
    assert spared.status_index is not None
    assert await bits(made, named.status_index) == (True, False)
    assert await bits(made, spared.status_index) == (False, False)
    assert await batches.standing(named) == (BatchState.REVOKED, held.steps[-1])
    assert (await batches.standing(spared))[0] is BatchState.SEALED


async def test_a_window_reaches_what_was_sealed_in_it_and_nothing_later(database: Database) -> None:
    made = await certified()
    early, late = await sealed(made, lot="A", at=START + DAY), await sealed(made, lot="B", at=START + 5 * DAY)
    first = local_day(START + 4 * DAY, ZONE)
    held = await certificates.suspend(
        made.certifier(START + 6 * DAY), made.certification.id, **WHY, affected_from=first
    )
    assert held.steps[-1].affected_to == local_day(START + 6 * DAY, ZONE)
    assert (await batches.standing(early))[0] is BatchState.SEALED
    assert (await batches.standing(late))[0] is BatchState.REVOKED
    assert late.status_index is not None
    assert await bits(made, late.status_index) == (True, False)
    await certificates.lift(made.certifier(START + 7 * DAY), held.id, reason="Corregido.")
    after = await sealed(made, lot="C", at=START + 8 * DAY)
    assert (await batches.standing(after))[0] is BatchState.SEALED


async def test_a_batch_of_another_certification_cannot_be_named(database: Database) -> None:
    made, other = await certified(), await certified("otra")
    foreign = await sealed(other)
    with pytest.raises(Refused, match=r"certification.batch_not_under"):
        await certificates.suspend(made.certifier(), made.certification.id, **WHY, batches=[foreign.id])


async def test_dates_ahead_out_of_order_and_a_turned_window_are_all_named(database: Database) -> None:
    made = await certified()
    day = local_day(START, ZONE)
    with pytest.raises(Refused) as refused:
        await certificates.suspend(
            made.certifier(),
            made.certification.id,
            **WHY,
            effective_at=START + DAY,
            affected_from=day,
            affected_to=day - timedelta(days=1),
        )
    assert codes(refused) == ["certification.effective_in_future", "certification.window_out_of_order"]
    with pytest.raises(Refused, match=r"certification.effective_out_of_order"):
        await certificates.suspend(made.certifier(START + DAY), made.certification.id, **WHY, effective_at=START - DAY)


async def test_recorded_and_effective_dates_are_kept_apart(database: Database) -> None:
    made = await certified()
    held = await certificates.suspend(
        made.certifier(START + 3 * DAY), made.certification.id, **WHY, effective_at=START + DAY
    )
    assert held.state(START + 2 * DAY, ZONE) is State.SUSPENDED
    assert certificates.state_at(held.steps, START + 2 * DAY, known_at=START + 2 * DAY) is State.ACTIVE


async def test_a_sanction_needs_its_quorum_and_a_tie_rejects_it(database: Database) -> None:
    made = await passed(rules=Rules(sanction_quorum=2))
    state = await certificates.decide(world.acting(made.staff.certifier), made.conclusion.audit_id)
    assert state.certification is not None
    one, other = (
        world.acting(made.staff.certifier, START + DAY),
        world.acting(await second_certifier(made), START + DAY),
    )
    held = await certificates.suspend(one, state.certification.id, **WHY)
    assert held.state(START + DAY, ZONE) is State.ACTIVE
    held = await certificates.suspend(
        other, held.id, reason_class="nonconformity", reason="No es grave.", choice="reject"
    )
    assert held.state(START + DAY, ZONE) is State.ACTIVE
    outcomes = await Decision.select(Decision.outcome).where(Decision.kind == "suspend")
    assert [row["outcome"] for row in outcomes] == [Choice.REJECT]
    later = START + 2 * DAY
    await certificates.suspend(one.later(later), held.id, reason_class="fraud", reason="Apareció otra cosa.")
    held = await certificates.suspend(other.later(later), held.id, reason_class="fraud", reason="De acuerdo.")
    assert held.state(later, ZONE) is State.SUSPENDED


async def test_who_has_a_conflict_may_not_sanction(database: Database) -> None:
    made = await certified()
    await progress.give_advice(
        made.certifier(), made.world.member.producer.id, given_on=local_day(START, ZONE), note="Visita."
    )
    with pytest.raises(Refused, match=r"audits.conflict.advice"):
        await certificates.suspend(made.certifier(), made.certification.id, **WHY)


async def test_a_sanction_needs_class_reason_and_a_certifier(database: Database) -> None:
    made = await certified()
    with pytest.raises(BadInput, match=r"decision.reason_class"):
        await certificates.suspend(made.certifier(), made.certification.id, reason_class="mood", reason="x")
    with pytest.raises(BadInput, match=r"decision.reason_needed"):
        await certificates.suspend(made.certifier(), made.certification.id, reason_class="fraud", reason=" ")
    with pytest.raises(NotAllowed):
        await certificates.suspend(made.manager(), made.certification.id, **WHY)


async def test_no_new_grant_while_suspended_nor_soon_after_withdrawal(database: Database) -> None:
    made = await certified()
    later = START + 20 * DAY
    crew, one = made.world.staff, made.world.member
    await certificates.suspend(made.certifier(START + DAY), made.certification.id, **WHY)
    audit = await world.concluded(crew, one, made.world.version, at=later, kind="renewal")
    with pytest.raises(Refused) as refused:
        await certificates.decide(made.certifier(later), audit.audit_id)
    assert codes(refused) == ["decision.suspended_now"]
    await certificates.withdraw(made.certifier(later), made.certification.id, **WHY)
    with pytest.raises(Refused) as refused:
        await certificates.decide(made.certifier(later + DAY), audit.audit_id)
    assert codes(refused) == ["decision.waiting_time"]
    assert refused.value.params == {"left": 364}


async def test_indexes_are_random_unique_and_kept(database: Database) -> None:
    made = await certified()
    group = made.world.association.id
    batch = await sealed(made)
    assert batch.status_index != made.certification.status_index
    assert await status_store.slot_of(group, batch.id) == batch.status_index
    assert made.certification.steps[0].action is Action.GRANT


async def test_a_revocation_is_never_cleared(database: Database) -> None:
    made = await certified()
    with pytest.raises(Refused, match=r"status.final"):
        await certificates.set_status(
            made.world.association.id, made.certification.status_index, "revocation", False, START
        )


async def test_lists_are_issued_again_by_change_or_heartbeat_only(database: Database) -> None:
    made = await certified()
    group = made.world.association.id
    assert await certificates.publish_status(group, START + timedelta(minutes=1)) == 0
    assert await certificates.publish_status(group, START + timedelta(hours=7)) == 2
    assert await certificates.publish_status(group, START + timedelta(hours=8)) == 0
