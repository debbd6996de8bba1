"""What the records of an association tell as events: the same each time, sound by our own rules, and its own only."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest

from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.book.model import Dimension, EntryKind
from seal.batches.book.model import Standing as Known
from seal.clock import local_day
from seal.identity import Acting
from seal.ids import Code
from seal.labels import service as labels
from seal.labels.boxes import service as boxes
from seal.members import service as members
from seal.traceability.epcis import building, listing, model, service
from seal.traceability.epcis.listing import Listed, Standing
from seal.traceability.epcis.vocabulary import EventType
from tests import world
from tests.certificates.certified import DAY, Certified, certified, sealed
from tests.conftest import Database
from tests.outside.material import OUTSIDE
from tests.outside.test_epcis_schema import schema_of_gs1
from tests.traceability.epcis import examples
from tests.traceability.epcis.farm import another, farm

GTIN = "07804520123453"


def steps(events: Sequence[Listed]) -> list[str]:
    return [one.event.step for one in sorted(events, key=lambda one: (one.event.time, one.recorded_at, one.key))]


async def test_every_kind_of_entry_tells_an_event_and_a_reversal_marks_what_it_takes_back(database: Database) -> None:
    made = await farm()
    producer, day = made.one.producer.id, world.START.date()
    other = await another(made.association, made.staff, "Otra Miel")
    act = made.acting
    helper = await members.add_organisation(made.manager, name="Sala comunal", kind="subcontractor")
    kg = 1000
    await book.intake(
        act,
        producer,
        book.New("sugar", 9 * kg, Dimension.MASS),
        kind=EntryKind.OPENING,
        happened_on=day,
        signed_by="Ana",
    )
    await book.intake(
        act,
        producer,
        book.New("sugar", kg, Dimension.MASS, standing=Known.DECLARED, from_whom="Almacén"),
        kind=EntryKind.RECEIVE,
        happened_on=day,
    )
    made_of = await book.make(
        act, producer, happened_on=day, takes=[(made.lot, 2 * kg)], new=[book.New("creamed", 2 * kg, Dimension.MASS)]
    )
    await book.lose(act, producer, happened_on=day, takes=[(made.lot, 10)], reason="Se derramó")
    sent = await book.send(act, producer, happened_on=day, takes=[(made.lot, kg)], organisation_id=helper.id)
    await book.bring_back(act, sent.id, happened_on=day, gives=[(made.lot, kg)])
    gone = await book.dispatch(act, producer, happened_on=day, takes=[(made.lot, kg)], organisation_id=made.shop.id)
    await book.take_back(act, gone.id, happened_on=day, gives=[(made.lot, 100)])
    to_other = await book.dispatch(
        act, producer, happened_on=day, takes=[(made.lot, kg)], to_producer_id=other.one.producer.id
    )
    await book.write(
        other.acting,
        book.Draft(
            EntryKind.RECEIVE, other.one.producer.id, day, about=to_other.id,
            new=[book.New("honey", kg, Dimension.MASS)],
        ),
    )  # fmt: skip
    await book.reverse(act, made_of.id, reason="No fue así")
    events = await made.listed()
    assert sorted(steps(events)) == sorted(
        ["commissioning", "stocking", "receiving", "creating_class_instance", "destroying", "shipping", "receiving",
         "shipping", "receiving", "shipping"]
    )  # fmt: skip
    assert [one.event.step for one in events if one.event.declared_wrong] == ["creating_class_instance"]
    (received,) = [one for one in await other.listed() if one.event.step == "receiving"]
    assert received.event.type.value == "TransformationEvent"
    assert received.event.named(model.Part.INPUT, classes=True) == {made.lot_name}
    assert received.event.sources == (("possessing_party", made.us),)
    told = {one.event.id for one in await other.listed()}
    assert {one.event.step for one in events if one.event.id in told} == {"shipping"}  # what was sent to it, no more
    await _sound(made.acting, events)
    again = await made.listed()
    assert [one.document for one in again] == [one.document for one in events]


async def _sound(acting: Acting, events: Sequence[Listed]) -> None:
    """The export passes our own rules, and holds these events."""
    data = await service.export(acting)
    read = model.read(data, most_bytes=model.IMPORT_BYTES, most_events=model.IMPORT_EVENTS)
    assert {one.event.id for one in read.received} == {one.event.id for one in events}
    digests = {one.event.id: model.digest(json.loads(json.dumps(one.document))) for one in events}
    assert {one.event.id: one.digest for one in read.received} == digests


async def test_a_batch_its_units_and_boxes_from_seal_to_void(database: Database) -> None:
    made = await certified()
    one = made.world.member
    await members.set_gtin(made.manager(), one.producer.id, one.product.id, GTIN)
    batch = await sealed(made, units=30)
    owner = made.owner(world.START + timedelta(hours=1))
    await labels.reserve(owner, batch.id, 20)
    await labels.void(owner, batch.id, 3, 4, reason="lost")
    box = await boxes.make(owner, producer_id=one.producer.id)
    await boxes.put(owner, box.id, f"{batch.plain_code} 5-8")
    await batches.hold(made.manager(world.START + DAY), batch.id, reason="Duda", reason_class="quality")
    page, _ = await service.events(owner, [("perPage", "100")])
    base = made.world.association.base
    name = f"https://id.gs1.org/01/{GTIN}/10/L2611"

    async def found(*pairs: tuple[str, str]) -> list[str]:
        return [one.event.step for one in (await service.events(owner, pairs))[0].events]

    assert [one.event.step for one in page.events if one.event.type.value == "AggregationEvent"] == ["packing"]
    born = next(one for one in page.events if "ilmd" in one.event.document)
    assert born.document["quantityList"] == [{"epcClass": name, "quantity": 30}]
    assert born.document["certificationInfo"] == [f"{base}/c/{batch.plain_code}"]
    assert set(await found(("MATCH_epcClass", name), ("EQ_bizStep", "commissioning|holding"))) == {
        "commissioning", "holding",
    }  # fmt: skip
    unit = labels_code(base, batch.public_id or 0, 3)
    assert sorted(await found(("MATCH_epc", unit))) == ["commissioning", "decommissioning"]
    assert sorted(await found(("MATCH_anyEPC", f"{name}/21/5"))) == ["commissioning", "packing"]
    assert await found(("MATCH_epc", labels_code(base, batch.public_id or 0, 21))) == []
    assert all(one.standing is Standing.RECORD for one in page.events)
    await _sound(owner, page.events)
    _held_to_the_schema(await service.export(owner), listing.answer(page.events, owner.at))
    await _lost_by_event(made, batch.public_id or 0)


def _held_to_the_schema(*documents: bytes) -> None:
    """GS1's own schema takes what we write, where it is at hand."""
    if not OUTSIDE.joinpath("epcis").exists():
        return
    schema = schema_of_gs1()
    for data in documents:
        assert [error.message for error in schema.iter_errors(json.loads(data))] == []


async def _lost_by_event(made: Certified, public_id: int) -> None:
    """A program that scans a damaged unit: it is void, and told once."""
    owner, base = made.owner(world.START + timedelta(hours=2)), made.world.association.base
    gone = {
        "type": "ObjectEvent", **examples.WHEN, "action": "DELETE", "bizStep": "decommissioning",
        "disposition": "damaged", "epcList": [labels_code(base, public_id, number) for number in (9, 10, 12)],
    }  # fmt: skip
    await service.capture(owner, examples.body(examples.document(gone)))
    (batch,) = await batches.batches(owner)
    voids = (await labels.labels(owner, batch.id)).voids
    assert [(one.first, one.last, one.reason.value) for one in voids] == [
        (3, 4, "lost"), (9, 10, "damaged"), (12, 12, "damaged"),
    ]  # fmt: skip
    told = (await service.events(owner, [("EQ_bizStep", "decommissioning")]))[0].events
    assert sorted(one.standing.value for one in told) == ["movement", "record"]


def labels_code(base: str, public_id: int, unit: int) -> str:
    return f"{base}/{Code(public_id, unit).plain}"


async def test_our_export_is_claims_elsewhere_and_nothing_new_here(database: Database) -> None:
    made, other = await farm(), await farm("chiloe")
    await made.capture(made.shipping())
    await book.lose(
        made.acting, made.one.producer.id, happened_on=world.START.date(), takes=[(made.lot, 5)], reason="x"
    )
    data = await service.export(made.acting)
    here = await service.capture(made.acting, data, way="import")
    assert (here.stored, here.known) == (0, 3)
    before = await book.graph(other.association.id)
    there = await service.capture(other.manager, data, way="import")
    assert (there.stored, there.known) == (3, 0)
    claims = [one for one in await other.listed(other.manager) if one.standing is Standing.CLAIM]
    assert {one.event.id for one in claims} == {one.event.id for one in await made.listed()}
    after = await book.graph(other.association.id)
    assert (after.lots, after.entries) == (before.lots, before.entries)
    assert model.read(await service.export(other.manager, claims=True)).received
    assert len(model.read(await service.export(other.manager)).received) == 1


@pytest.mark.parametrize("zone", ["America/Coyhaique", "Pacific/Auckland", "UTC"])
@pytest.mark.parametrize("day", [date.min, date(999, 12, 31), date(1905, 6, 1), world.START.date(), date.max])
def test_an_event_of_any_day_that_stands_in_a_row_is_told(day: date, zone: str) -> None:
    at = building.of_day(day, world.START, zone)
    event = building.made(UUID(int=1), EventType.OBJECT, building.When(at, zone), what={"epcList": ["urn:x:1"]})
    assert event.time == at.replace(microsecond=0)
    assert local_day(at, zone).year == day.year
    assert re.fullmatch(r"[+-]\d\d:\d\d", event.offset)


def test_an_amount_of_an_event_is_the_amount_of_the_book() -> None:
    said = building.quantity("urn:x:1", 350, "mass")
    when = building.When(world.START, "UTC")
    event = building.made(UUID(int=1), EventType.OBJECT, when, what={"quantityList": [said]})
    assert str(event.things[0].quantity) == "0.350"
    assert json.dumps(model.plain(said)) == '{"epcClass": "urn:x:1", "quantity": 0.35, "uom": "KGM"}'
