"""Pre-numbered seals by the product's own verbs: made, handed out, bound under the quota, lost; and what a reader is
told with a network and without one."""

from __future__ import annotations

import sqlite3

import asyncpg
import pytest

from seal import ids
from seal.batches import service as batches
from seal.db import unit_of_work
from seal.db.violations import violated
from seal.errors import Conflict, NotAllowed, NotFound, Refused
from seal.ids import Code
from seal.keys import service as keys
from seal.labels import service as labels
from seal.labels import token, voiding
from seal.labels.model import Span, VoidReason
from seal.labels.rolls import service as rolls
from seal.labels.rolls import signing
from seal.labels.rolls import store as roll_store
from seal.labels.rolls.model import Roll
from seal.transparency import service as log
from seal.transparency.model import LeafType
from seal.verification import bundle as bundles
from seal.verification import service as verification
from seal.verification.model import judge
from tests.certificates.certified import DAY, Certified, certified, sealed
from tests.conftest import Database
from tests.labels.rolled import allotted


async def verdict(made: Certified, text: str) -> str:
    return (await verification.verify(text, made.manager().at)).verdict.code.value


async def offline(made: Certified, text: str) -> str:
    """By a bundle made now, as a verifier who pinned the fingerprint holds it."""
    association, at = made.world.association, made.manager().at
    signed = await verification.bundle(association.id, at)
    fingerprint = (await keys.public_keys(association.id)).fingerprint
    held = bundles.read(signed, fingerprint=fingerprint)
    return judge(bundles.evidence(held, text), at).code.value


async def test_a_seal_vouches_for_nothing_until_it_is_bound_and_then_for_its_unit(database: Database) -> None:
    made = await certified()
    roll = await allotted(made, 30)
    assert await log.leaf_of(roll.association_id, LeafType.LABEL_RANGE, roll.id)
    seals = await signing.codes(made.manager(), roll.id)
    assert [one.number for one in seals] == list(range(1, 31))
    issuing = (await keys.public_keys(roll.association_id)).issuing
    for one in (seals[0], seals[29]):
        read = token.parse(one.digits)
        assert isinstance(read, token.Token)
        assert token.signer_of(read, [issuing.raw]) == issuing.key_id
        assert (read.fields.kind, read.fields.number) == (token.Kind.ROLL, one.number)
    assert await verdict(made, seals[4].digits) == await offline(made, seals[4].digits) == "not_sealed"

    batch = await sealed(made, units=100)
    await labels.reserve(made.owner(), batch.id, 10)
    bound = await rolls.bind(made.owner(), roll.id, 5, 14, batch.id)
    assert bound.units == Span(11, 20)
    assert await log.leaf_of(roll.association_id, LeafType.LABEL_RANGE, bound.id)
    assert (await labels.labels(made.owner(), batch.id)).ledger.reserved_high == 20
    for asked in (seals[4].digits, seals[4].code, seals[4].address):
        answer = await verification.verify(asked, made.manager().at)
        assert answer.verdict.green
        assert answer.record is not None
        assert answer.record.batch is not None
        assert (answer.record.batch.lot, answer.record.unit) == (batch.lot, 11)
        assert answer.seal is not None
        assert answer.seal.number == 5
    assert await offline(made, seals[4].digits) == "authentic"
    assert await verdict(made, seals[3].digits) == "not_sealed"
    assert await verdict(made, Code(roll.public_id).plain) == "not_sealed"
    assert await verdict(made, Code(roll.public_id, 31).plain) == "unit_out_of_range"

    await batches.hold(made.manager(), batch.id, reason_class="food_safety", reason="Se investiga.")
    assert await verdict(made, seals[4].digits) == await offline(made, seals[4].digits) == "on_hold"
    assert await verdict(made, seals[3].digits) == "not_sealed"


async def test_binding_is_refused_for_each_fault_and_counts_like_a_reservation(database: Database) -> None:
    made = await certified()
    roll = await allotted(made, 40, theirs=Span(1, 35))
    batch = await sealed(made, units=20)  # quota 20
    owner = made.owner()

    async def refused(first: int, last: int) -> list[str]:
        with pytest.raises(Refused) as caught:
            await rolls.bind(owner, roll.id, first, last, batch.id)
        return [one.code for one in caught.value.reasons]

    assert await refused(1, 21) == ["label.over_quota"]
    assert await refused(36, 36) == ["roll.not_allotted"]
    assert await refused(36, 41) == ["roll.span"]
    assert await refused(4, 3) == ["roll.span"]
    id = ids.uuid7(owner.at)
    first = await rolls.bind(owner, roll.id, 1, 5, batch.id, id=id)
    assert await rolls.bind(owner, roll.id, 1, 5, batch.id, id=id) == first
    with pytest.raises(Conflict, match=r"label.id_taken"):
        await rolls.bind(owner, roll.id, 1, 6, batch.id, id=id)
    assert await refused(5, 6) == ["roll.bound_already"]
    await voiding.void_seals(owner, roll.id, [Span(7, 7)], VoidReason.DAMAGED)
    assert await refused(6, 7) == ["roll.out_of_use"]
    await labels.reserve(owner, batch.id, 14)
    assert await refused(8, 9) == ["label.over_quota"]  # one is left
    assert (await rolls.bind(owner, roll.id, 8, 8, batch.id)).units == Span(20, 20)
    found = (await rolls.book(owner, roll.id)).roll
    assert (found.bound_count, found.void_count, found.left) == (6, 1, 33)
    other = await certified("otra")
    for attempt in (
        rolls.book(other.owner(), roll.id),
        rolls.bind(other.owner(), roll.id, 9, 9, batch.id),
        voiding.void_seals(other.owner(), roll.id, [Span(9, 9)], VoidReason.LOST),
        signing.codes(other.manager(), roll.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(NotAllowed):
        await rolls.make(owner, 5)


async def test_a_lost_roll_is_blocked_at_once_bound_seals_and_unbound_ones(database: Database) -> None:
    made = await certified()
    roll = await allotted(made, 30)
    batch = await sealed(made)
    await rolls.bind(made.owner(), roll.id, 11, 20, batch.id)
    await voiding.void_units(made.owner(), batch.id, [Span(3, 3)], VoidReason.DAMAGED)
    seals = {one.number: one.digits for one in await signing.codes(made.manager(), roll.id)}
    told = voiding.Loss(place="En la feria de Puerto Ibáñez")
    gone = await voiding.void_seals(made.owner(), roll.id, [roll.span], VoidReason.LOST, told)
    assert (gone.count, gone.before) == (29, 1)
    for number, expected in (
        (1, "unit_lost"),
        (11, "unit_lost"),
        (13, "unit_void"),
        (20, "unit_lost"),
        (30, "unit_lost"),
    ):
        assert await verdict(made, seals[number]) == expected
        assert await offline(made, seals[number]) == expected
    assert (await labels.labels(made.owner(), batch.id)).ledger.live == 0
    again = await voiding.void_seals(made.owner(), roll.id, [roll.span], VoidReason.STOLEN)
    assert (again.count, again.before) == (0, 30)
    assert await signing.codes(made.manager(), roll.id) == tuple(
        one for one in await signing.codes(made.manager(), roll.id) if 11 <= one.number <= 20
    )


async def test_seals_come_back_and_go_to_another_until_they_are_bound(database: Database) -> None:
    made = await certified()
    roll = await allotted(made, 10)
    mine = made.world.member.producer.id
    await rolls.allot(made.manager(made.manager().at + DAY), roll.id, 3, 5, producer_id=None)
    assert (await rolls.book(made.manager(), roll.id)).holders == (
        (Span(1, 2), mine),
        (Span(3, 5), None),
        (Span(6, 10), mine),
    )
    batch = await sealed(made)
    with pytest.raises(Refused, match=r"roll.not_allotted"):
        await rolls.bind(made.owner(), roll.id, 2, 3, batch.id)
    await rolls.bind(made.owner(), roll.id, 6, 7, batch.id)
    with pytest.raises(Refused, match=r"roll.bound_already"):
        await rolls.allot(made.manager(), roll.id, 5, 6, producer_id=None)
    with pytest.raises(Refused, match=r"roll.size"):
        await rolls.make(made.manager(), 65_536)


async def test_the_database_too_refuses_more_seals_than_the_roll_has(database: Database) -> None:
    made = await certified()
    roll: Roll = await allotted(made, 3)
    with pytest.raises((sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)) as failed:
        async with unit_of_work():
            await roll_store.count(roll.association_id, roll.id, bound=4)
    assert violated(failed.value) == "label_roll_no_more_than_seals"
