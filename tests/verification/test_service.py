"""Verification on a real database, of labels that the product's own verbs made and spoilt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from seal.batches import service as batches
from seal.batches.tables import Batch
from seal.certificates import service as certificates
from seal.certificates.tables import Certification
from seal.cli import fsck
from seal.db import engine, unit_of_work
from seal.ids import Code as TypedCode
from seal.keys import service as keys
from seal.keys.tables import KeyIntent
from seal.labels import service as labels
from seal.labels import token as qr
from seal.verification import answer, bundle, scans, service, store
from seal.verification.facts import Source
from seal.verification.model import Code, Note, judge
from seal.verification.scans import SEEN_OFTEN_SCANS
from tests import world

from . import world as pure
from .sealed import DAY, Sealed, sealed

LATER = DAY + timedelta(days=20)


async def code(made: Sealed, text: str | None = None, at: Any = LATER) -> Code:
    found = await service.verify(text or made.labels[0].digits, at, house=made.association)
    return found.verdict.code


async def test_honest_label_is_plainly_green(database: Any) -> None:
    made = await sealed()
    found = await service.verify(made.labels[0].digits, LATER, house=made.association)
    assert found.verdict.green
    assert found.known
    assert found.asked == made.labels[0].digits
    assert found.record is not None
    assert found.record.batch is not None
    assert found.record.unit == 1
    assert found.record.batch.lot == "L-1"
    assert found.record.batch.units == 50
    assert found.record.maker.commune == "Cochrane"
    assert found.record.log is not None
    assert found.association is not None
    assert found.association.fingerprint == (await keys.public_keys(made.association.id)).fingerprint


async def test_every_way_to_ask_gives_one_answer(database: Any) -> None:
    made = await sealed()
    public_id = made.batch.public_id
    assert public_id is not None
    for text in (
        made.labels[0].address,
        made.labels[0].code,
        TypedCode(public_id, 1).plain.lower(),
        TypedCode(public_id).printed,
    ):
        assert await code(made, text) is Code.AUTHENTIC
    assert await code(made, TypedCode(made.certified.certification.public_id).plain) is Code.IN_FORCE


async def test_answer_holds_listed_members_only(database: Any) -> None:
    made = await sealed()
    found = answer.document(await service.verify(made.labels[0].digits, LATER, house=made.association))
    assert set(found) == {
        *("verdict", "notes", "as_of", "source", "stale", "lines", "next_change", "code", "association", "record"),
    }
    assert set(found["record"]) == {"maker", "certification", "batch", "log"}
    assert set(found["record"]["maker"]) == {"name", "code", "commune"}
    assert "Apiario" not in str(found)
    assert "Marta" not in str(found)


async def test_states_and_numbers(database: Any) -> None:
    made = await sealed()
    boss = made.manager(LATER)
    await labels.void(boss, made.batch.id, 2, 2, reason="damaged")
    await labels.void(boss, made.batch.id, 3, 3, reason="stolen")
    assert await code(made, made.labels[1].digits) is Code.UNIT_VOID
    assert await code(made, made.labels[2].digits) is Code.UNIT_LOST
    assert made.batch.public_id is not None
    assert await code(made, TypedCode(made.batch.public_id, 6).plain) is Code.UNIT_OUT_OF_RANGE
    await batches.hold(boss, made.batch.id, reason_class="quality", reason="Muestra en revisión.")
    assert await code(made) is Code.ON_HOLD
    await batches.release(boss, made.batch.id, reason_class="resolved", reason="Muestra conforme.")
    assert await code(made) is Code.AUTHENTIC


async def test_recall_shows_its_record_and_no_green(database: Any) -> None:
    made = await sealed()
    await batches.recall(
        made.manager(LATER), made.batch.id, reason_class="food_safety", reason="Antibiótico.", advice="do_not_eat"
    )
    found = await service.verify(made.labels[0].digits, LATER, house=made.association)
    assert found.verdict.code is Code.RECALLED
    assert found.record is not None
    assert found.record.batch is not None
    assert (found.record.batch.reason_class, found.record.batch.advice) == ("food_safety", "do_not_eat")


async def test_sanctions_on_the_maker(database: Any) -> None:
    made = await sealed()
    one = made.certified.certification
    plaque = TypedCode(one.public_id).plain
    await certificates.suspend(
        made.certifier(LATER), one.id, reason_class="nonconformity", reason="Registro sin cerrar.", effective_at=LATER
    )
    found = await service.verify(made.labels[0].digits, LATER, house=made.association)
    assert found.verdict.code is Code.AUTHENTIC
    assert found.verdict.notes == (Note.CERTIFICATION_SUSPENDED,)
    assert await code(made, plaque) is Code.SUSPENDED
    after = LATER + timedelta(days=1)
    await certificates.withdraw(
        made.certifier(after),
        one.id,
        reason_class="fraud",
        reason="Miel de otro origen.",
        effective_at=after,
        affected_from=made.batch.sealed_on,
        affected_to=made.batch.sealed_on,
    )
    assert await code(made, at=after) is Code.AFFECTED
    assert await code(made, plaque, at=after) is Code.WITHDRAWN


async def test_withdrawal_that_names_the_batch_revokes_it(database: Any) -> None:
    made = await sealed()
    one = made.certified.certification
    await certificates.withdraw(
        made.certifier(LATER),
        one.id,
        reason_class="fraud",
        reason="Miel de otro origen.",
        effective_at=LATER,
        batches=(made.batch.id,),
    )
    assert await code(made) is Code.REVOKED


async def test_notes_of_time(database: Any) -> None:
    made = await sealed()
    ends = made.certified.certification.valid_until
    for days, notes in (
        (-10, (Note.ENDING_SOON,)),
        (2, (Note.CERTIFICATION_ENDED,)),
        (800, (Note.CERTIFICATION_ENDED, Note.PAST_USE_BY)),
    ):
        at = world.START.replace(year=ends.year, month=ends.month, day=ends.day) + timedelta(days=days)
        found = await service.verify(made.labels[0].digits, at, house=made.association)
        assert (found.verdict.code, found.verdict.notes) == (Code.AUTHENTIC, notes)


async def test_unknown_mistyped_and_forged(database: Any) -> None:
    made = await sealed()
    digits = made.labels[0].digits
    assert await code(made, TypedCode(1).plain) is Code.UNKNOWN
    assert await code(made, digits[:-1]) is Code.MISTYPED
    assert await code(made, digits[:-1] + str((int(digits[-1]) + 1) % 10)) is Code.FORGED
    assert await code(made, pure.Keeper("thief").token().digits) is Code.FORGED
    for text in (TypedCode(1).plain, digits[:-1], pure.Keeper("thief").token().digits):
        found = await service.verify(text, LATER, house=made.association)
        assert found.record is None
        assert not found.known


async def test_true_signature_of_another_association_over_our_record_is_forged(database: Any) -> None:
    ours = await sealed("aysen", count=1)
    theirs = await sealed("baker", count=1)
    token = qr.parse(theirs.labels[0].digits)
    assert isinstance(token, qr.Token)
    mixed = replace(token, fields=replace(token.fields, public_id=ours.batch.public_id))
    assert await code(ours, mixed.digits) is Code.FORGED
    assert await code(ours, theirs.labels[0].digits) is Code.AUTHENTIC


async def test_answer_for_a_code_of_another_association_names_its_owner(database: Any) -> None:
    ours = await sealed("aysen", count=1)
    theirs = await sealed("baker", count=1)
    found = await service.verify(theirs.labels[0].code, LATER, house=ours.association)
    assert found.association is not None
    assert found.association.did == theirs.association.did


# --- rows changed behind our back ------------------------------------------------------------------------------


async def test_a_changed_row_is_never_authentic(database: Any) -> None:
    made = await sealed(count=1)
    assert made.batch.public_id is not None
    assert made.batch.sealed_on is not None
    text = TypedCode(made.batch.public_id, 1).plain
    for table, column, value in (
        (Batch, "jws", b"eyJ.eyJ.eyJ"),
        (Batch, "salt", b"\0" * 16),
        (Batch, "sealed_on", made.batch.sealed_on + timedelta(days=1)),
        (Batch, "status_index", 5),
        (Certification, "jws", b"eyJ.eyJ.eyJ"),
        (Certification, "salt", b"\0" * 16),
        (Certification, "status_index", 5),
    ):
        honest = (await table.select().first())[column]
        async with unit_of_work():
            await table.update({getattr(table, column): value}, force=True)
        assert await code(made, text) is Code.NOT_SEALED, (table, column)
        async with unit_of_work():
            await table.update({getattr(table, column): honest}, force=True)
        assert await code(made, text) is Code.AUTHENTIC


async def test_a_batch_whose_leaf_is_missing_is_not_sealed(database: Any) -> None:
    made = await sealed(count=1)
    async with unit_of_work():
        await Batch.raw("DELETE FROM log_leaf WHERE leaf_type = 4")
    assert await code(made) is Code.NOT_SEALED


async def test_another_batches_certificate_in_its_place_is_not_sealed(database: Any) -> None:
    ours = await sealed("aysen", count=1)
    theirs = await sealed("baker", count=1)
    async with unit_of_work():
        await Batch.update({Batch.jws: theirs.batch.jws}).where(Batch.id == ours.batch.id)
    assert await code(ours) is Code.NOT_SEALED


# --- what cannot be read ----------------------------------------------------------------------------------------


async def test_storage_that_is_away_cannot_be_checked(database: Any) -> None:
    made = await sealed(count=1)
    await engine.stop()
    try:
        assert await code(made) is Code.CANNOT_CHECK
    finally:
        await engine.start(database.settings)


async def test_association_without_keys_cannot_check(database: Any) -> None:
    group = await world.association()
    found = await service.verify(TypedCode(1).plain, LATER, house=group)
    assert found.verdict.code is Code.CANNOT_CHECK


async def test_locked_key_verifies_all_the_same(database: Any) -> None:
    made = await sealed(count=1)
    keys.lock(made.association.id)
    assert await code(made) is Code.AUTHENTIC


# --- the bundle -------------------------------------------------------------------------------------------------


async def test_bundle_agrees_with_the_server_and_its_epoch_grows(database: Any) -> None:
    made = await sealed()
    fingerprint = (await keys.public_keys(made.association.id)).fingerprint
    first = await service.bundle(made.association.id, LATER)
    held = bundle.read(first, fingerprint=fingerprint)
    assert await service.bundle(made.association.id, LATER + timedelta(minutes=9)) == first
    for text in (made.labels[0].digits, made.labels[0].code, TypedCode(made.certified.certification.public_id).plain):
        offline = judge(bundle.evidence(held, text), LATER)
        online = await service.verify(text, LATER, house=made.association)
        assert offline.code is online.verdict.code
        assert offline.source is Source.BUNDLE
    await batches.recall(
        made.manager(LATER), made.batch.id, reason_class="food_safety", reason="Antibiótico.", advice="do_not_eat"
    )
    second = await service.bundle(made.association.id, LATER + timedelta(minutes=1))
    after = bundle.read(second, fingerprint=fingerprint, last=bundle.LastSeen.of(held))
    assert after.contents.epoch == held.contents.epoch + 1
    assert judge(bundle.evidence(after, made.labels[0].digits), LATER).code is Code.RECALLED
    third = await service.bundle(made.association.id, LATER + timedelta(minutes=12))
    assert bundle.read(third, fingerprint=fingerprint).contents.epoch == after.contents.epoch + 1


async def test_bundle_lists_intents(database: Any) -> None:
    made = await sealed(count=1)
    async with unit_of_work():
        await Batch.update({Batch.jws: None, Batch.sealed_at: None}).where(Batch.id == made.batch.id)
    held = bundle.read(await service.bundle(made.association.id, LATER), fingerprint=None)
    assert [one.facts.state.value for one in held.contents.batches] == ["pending"]
    assert judge(bundle.evidence(held, made.labels[0].digits), LATER).code is Code.NOT_SEALED


async def test_locked_log_key_serves_the_last_bundle(database: Any) -> None:
    made = await sealed(count=1)
    first = await service.bundle(made.association.id, LATER)
    keys.lock(made.association.id)
    assert await service.bundle(made.association.id, LATER + timedelta(days=1)) == first


async def test_bundle_of_one_association_names_nothing_of_another(database: Any) -> None:
    ours = await sealed("aysen", count=1)
    theirs = await sealed("baker", count=1)
    held = bundle.read(await service.bundle(ours.association.id, LATER), fingerprint=None)
    assert theirs.batch.public_id not in {one.facts.public_id for one in held.contents.batches}
    assert theirs.certified.certification.public_id not in {one.facts.public_id for one in held.contents.certifications}


async def test_bundle_takes_a_fixed_number_of_queries(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await sealed(count=1)
    counts = []
    for lot in ("L-2", "L-3"):
        async with unit_of_work():
            seen = 0
            raw = Batch.raw

            def counting(*words: Any, raw: Any = raw) -> Any:
                nonlocal seen
                seen += 1
                return raw(*words)

            monkeypatch.setattr(Batch, "raw", counting)
            await store.everything(made.association.id)
            monkeypatch.setattr(Batch, "raw", raw)
        counts.append(seen)
        from .sealed import batch as another

        await another(made.certified, lot)
    assert counts[0] == counts[1]


# --- scans ------------------------------------------------------------------------------------------------------


async def test_scans_are_counted_by_day_and_ring_the_alarm(database: Any) -> None:
    made = await sealed(count=2)
    owner, public_id = made.association, made.batch.public_id
    assert public_id is not None
    for _ in range(SEEN_OFTEN_SCANS - 1):
        await scans.count(owner, TypedCode(public_id, 1), LATER)
    assert (await service.verify(made.labels[0].digits, LATER, house=owner)).verdict.green
    assert await scans.write(LATER, now=True) == SEEN_OFTEN_SCANS - 1
    await scans.count(owner, TypedCode(public_id, 1), LATER)
    found = await service.verify(made.labels[0].code, LATER, house=owner)
    assert found.verdict.notes == (Note.SEEN_OFTEN,)
    assert (await service.verify(made.labels[1].digits, LATER, house=owner)).verdict.green
    await scans.write(LATER, now=True)
    week_later = LATER + timedelta(days=7)
    assert (await service.verify(made.labels[0].digits, week_later, house=owner)).verdict.green


async def test_scans_wait_and_are_then_written_together(database: Any) -> None:
    made = await sealed(count=1)
    assert made.batch.public_id is not None
    code_of_batch = TypedCode(made.batch.public_id)
    await scans.write(LATER, now=True)
    for second in (0, 1, 29):
        await scans.count(made.association, code_of_batch, LATER + timedelta(seconds=second))
    assert await store.scans(made.association.id, made.batch.public_id, 0, LATER.date()) == 0
    await scans.count(made.association, code_of_batch, LATER + timedelta(seconds=31))
    assert await store.scans(made.association.id, made.batch.public_id, 0, LATER.date()) == 4


async def test_a_bundle_that_cannot_be_signed_leaves_nothing_behind(database: Any) -> None:
    made = await sealed(count=1)
    await service.bundle(made.association.id, LATER)
    before = await KeyIntent.count().where(KeyIntent.kind == "bundle")
    keys.lock(made.association.id)
    for minutes in (20, 40):
        await service.bundle(made.association.id, LATER + timedelta(minutes=minutes))
    assert await KeyIntent.count().where(KeyIntent.kind == "bundle") == before


async def test_replaced_bundles_are_forgotten_but_for_one_a_day(database: Any) -> None:
    made = await sealed(count=1)
    held = None
    for hours in range(72):
        held = await service.bundle(made.association.id, LATER + timedelta(hours=hours))
    at = LATER + timedelta(hours=71)
    gone = await keys.forget_bundles(made.association.id, at)
    rows = await KeyIntent.select().where(KeyIntent.kind == "bundle").order_by(KeyIntent.id)
    ages = [at - row["committed_at"] for row in rows]
    assert gone == 72 - len(rows)
    assert sum(age > timedelta(days=1) for age in ages) in (2, 3), "the last of each day"
    assert sum(age <= timedelta(days=1) for age in ages) == 25
    assert rows[-1]["result"] == held
    assert await keys.faults(made.association.id) == ()
    assert [report.breaches for report in await fsck.inspect()] == [()]
    assert await keys.forget_bundles(made.association.id, at) == 0
    await service.finish(made.association.id, at + timedelta(days=9))
    assert await KeyIntent.count().where(KeyIntent.kind == "bundle") < len(rows)
