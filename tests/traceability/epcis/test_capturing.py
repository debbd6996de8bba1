"""Documents taken whole or not at all, each event once; what is ours becomes a movement, the rest stays a claim."""

from __future__ import annotations

import asyncio

import pytest

from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.book.model import EntryKind, Standing
from seal.batches.model import Batch
from seal.errors import BadInput, Conflict, NotAllowed, NotFound, Refused, SealError
from seal.ids import Code
from seal.labels import service as labels
from seal.members import service as members
from seal.traceability import store as shipments
from seal.traceability.epcis import service
from seal.traceability.epcis.listing import Standing as Worth
from seal.traceability.epcis.store import Capture
from tests import world
from tests.certificates.certified import Certified, certified, sealed
from tests.conftest import Database
from tests.traceability.epcis import examples
from tests.traceability.epcis.farm import SHIPPED, Farm, another, farm

OBJECT = examples.EVENTS["object"]


async def refused(made: Farm, *events: dict[str, object], kind: type[SealError] = Refused) -> list[str]:
    with pytest.raises(kind) as told:
        await made.capture(*events)
    assert told.value.reasons[0].params["path"] == f"/epcisBody/eventList/{len(events) - 1}"
    return [reason.code for reason in told.value.reasons]


async def test_foreign_events_are_kept_as_claims_once(database: Database) -> None:
    made = await farm()
    before = len(await made.listed())
    done = await made.capture()
    assert (done.stored, done.known) == (5, 0)
    again = await made.capture()
    assert (again.stored, again.known) == (0, 5)
    events = await made.listed()
    assert len(events) == before + 5
    claims = [one for one in events if one.standing is Worth.CLAIM]
    assert {one.event.type for one in claims} == {one["type"] for one in examples.EVENTS.values()}
    shown = next(one.document for one in claims if one.event.id == OBJECT["eventID"])
    assert shown["seal:standing"] == "claim"
    assert shown["@context"] == {"ext": "https://example.com/ext/"}
    assert {name: shown[name] for name in OBJECT} == OBJECT
    lots, entries = await book.book(made.acting, made.one.producer.id)
    assert (len(lots), len(entries)) == (1, 1)


async def test_one_id_with_another_content_keeps_nothing_of_the_document(database: Database) -> None:
    made = await farm()
    await made.capture(OBJECT)
    with pytest.raises(Conflict) as told:
        await made.capture(examples.EVENTS["aggregation"], {**OBJECT, "bizStep": "packing"})
    assert told.value.code == "epcis.id_taken"
    assert told.value.params["path"] == "/epcisBody/eventList/1"
    assert len([one for one in await made.listed() if one.standing is Worth.CLAIM]) == 1


async def test_what_goes_to_a_shop_leaves_the_book_and_is_shown_once(database: Database) -> None:
    made = await farm()
    before = len(await made.listed())
    await made.capture(made.shipping())
    await made.capture(made.shipping())
    assert await made.held() == 15_000
    _, entries = await book.book(made.acting, made.one.producer.id)
    assert [one.kind for one in entries] == [EntryKind.HARVEST, EntryKind.DISPATCH]
    assert entries[-1].organisation_id == made.shop.id
    assert entries[-1].happened_on.isoformat() == "2026-02-03"
    events = await made.listed()
    assert len(events) == before + 1
    (moved,) = [one for one in events if one.event.step == "shipping"]
    assert moved.standing is Worth.MOVEMENT
    taken = await made.listed(None, ("MATCH_anyEPCClass", made.lot_name))
    assert {one.event.step for one in taken} == {"commissioning", "shipping"}


async def test_a_movement_that_cannot_be_recorded_undoes_all(database: Database) -> None:
    made = await farm()
    nowhere = made.shipping(destinationList=[{"type": "possessing_party", "destination": "https://x.example/"}])
    assert await refused(made, made.shipping(), nowhere) == ["epcis.not_recorded", "epcis.unknown_receiver"]
    assert await made.held() == 20_000
    assert all(one.standing is Worth.RECORD for one in await made.listed())
    future = made.shipping(eventTime="2026-02-05T09:30:00-03:00")
    assert await refused(made, future, kind=BadInput) == ["epcis.not_recorded", "book.happened_in_future"]


async def test_each_reason_why_a_shipment_is_no_movement(database: Database) -> None:
    made = await farm()
    amount = {"epcClass": made.lot_name, "quantity": 1, "uom": "KGM"}
    cases = {
        "epcis.no_amount": [{"epcClass": made.lot_name}],
        "epcis.other_dimension": [{**amount, "uom": "LTR"}],
        "epcis.unknown_lot": [amount, {**amount, "epcClass": "urn:x:otra"}],
    }
    for code, things in cases.items():
        assert await refused(made, made.shipping(quantityList=things)) == ["epcis.not_recorded", code]
    wrong = {"declarationTime": "2026-02-03T12:00:00Z", "reason": "did_not_occur"}
    assert (await refused(made, made.shipping(errorDeclaration=wrong)))[1] == "epcis.taken_back"
    with_other = await another(made.association, made.staff, "Otra Miel")
    both = made.shipping(quantityList=[amount, {**amount, "epcClass": with_other.lot_name}])
    with pytest.raises(Refused) as told:
        await made.capture(both, by=made.manager)
    assert told.value.reasons[1].code == "epcis.several_producers"


async def test_what_a_stranger_says_of_our_lot_is_a_claim(database: Database) -> None:
    made = await farm()
    theirs = {"type": "possessing_party", "source": "https://tienda.example/"}
    await made.capture(made.shipping(sourceList=[theirs]), by=made.manager)
    assert await made.held() == 20_000
    (claim,) = [one for one in await made.listed() if one.standing is Worth.CLAIM]
    assert claim.event.step == "shipping"


async def test_a_harvest_begins_a_lot_that_later_events_speak_of(database: Database) -> None:
    made = await farm()
    name = "https://id.gs1.org/01/09520123456788/10/COSECHA-7"
    born = {
        **made.shipping(), **made.here, "action": "ADD", "bizStep": "commissioning", "eventID": "urn:x:cosecha",
        "quantityList": [{"epcClass": name, "quantity": 30.5, "uom": "KGM"}],
        "ilmd": {"seal:material": "honey"}, "eventTime": "2026-02-02T09:30:00-03:00",
    }  # fmt: skip
    del born["destinationList"]
    sent = made.shipping(quantityList=[{"epcClass": name, "quantity": 500, "uom": "GRM"}])
    await made.capture(sent, born)
    lot = (await made.lots())["COSECHA-7"]
    assert lot.material == "honey"
    assert lot.standing is Standing.OWN
    assert await made.held(lot.id) == 30_000
    later = {**sent, "eventTime": "2026-02-03T10:30:00-03:00"}
    await made.capture(later)
    assert await made.held(lot.id) == 29_500


async def test_what_was_made_takes_its_inputs_and_begins_its_outputs(database: Database) -> None:
    made = await farm()
    cooked = {
        "type": "TransformationEvent", "eventTime": "2026-02-03T09:30:00-03:00", "eventTimeZoneOffset": "-03:00",
        **made.here, "inputQuantityList": [{"epcClass": made.lot_name, "quantity": 8, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": "urn:x:crema:1", "quantity": 7.5, "uom": "KGM"}],
        "ilmd": {"seal:material": "creamed"},
    }  # fmt: skip
    await made.capture(cooked)
    assert await made.held() == 12_000
    (made_lot,) = [lot for lot in (await made.lots()).values() if lot.material == "creamed"]
    assert await made.held(made_lot.id) == 7_500
    graph = await book.graph(made.association.id)
    assert [part.lot_id for part in graph.parents(made_lot.id)] == [made.lot]


async def test_bought_goods_come_in_as_declared_or_certified(database: Database) -> None:
    made = await farm()
    bought = {
        **made.shipping(), "bizStep": "receiving",
        "quantityList": [{"epcClass": "urn:x:azucar", "quantity": 25, "uom": "KGM"}],
        "sourceList": [{"type": "possessing_party", "source": "https://azucarera.example/"}],
        "destinationList": [{"type": "possessing_party", "destination": made.us}], "seal:material": "sugar",
    }  # fmt: skip
    await made.capture(bought)
    await made.capture({**bought, "certificationInfo": "https://otra.example/c/1", "seal:material": "honey"})
    lots = {lot.material: lot for lot in (await made.lots()).values() if lot.from_whom}
    assert (lots["sugar"].standing, lots["sugar"].from_whom) == (Standing.DECLARED, "https://azucarera.example/")
    assert (lots["honey"].standing, lots["honey"].certificate) == (Standing.CERTIFIED, "https://otra.example/c/1")
    several = [{"epcClass": "urn:x:a", "quantity": 1}, {"epcClass": "urn:x:b", "quantity": 1}]
    assert (await refused(made, {**bought, "quantityList": several}))[1] == "epcis.one_lot"


async def test_what_one_member_sends_another_receives_and_a_shop_gives_back(database: Database) -> None:
    made = await farm()
    other = await another(made.association, made.staff, "Otra Miel")
    to_other = [{"type": "possessing_party", "destination": other.us}]
    received = made.shipping(
        bizStep="receiving", destinationList=to_other, sourceList=[{"type": "possessing_party", "source": made.us}]
    )
    with pytest.raises(NotFound) as told:
        await other.capture(received)
    assert told.value.reasons[1].code == "epcis.nothing_sent"
    await made.capture(made.shipping(destinationList=to_other))
    await other.capture(received)
    (lot,) = [one for one in (await other.lots()).values() if one.id != other.lot]
    assert await other.held(lot.id) == 5_000
    graph = await book.graph(made.association.id)
    assert [part.lot_id for part in graph.parents(lot.id)] == [made.lot]
    await made.capture(made.shipping(3, eventTime="2026-02-03T09:40:00-03:00"))
    shop = made.named("organisation", made.shop.id)
    back = made.shipping(
        2, bizStep="receiving", disposition="returned", sourceList=[{"type": "possessing_party", "source": shop}],
        destinationList=[{"type": "possessing_party", "destination": made.us}],
    )  # fmt: skip
    await made.capture(back)
    assert await made.held() == 20_000 - 5_000 - 3_000 + 2_000
    shown = {one.event.step: one for one in await other.listed()}
    assert shown["receiving"].standing is Worth.MOVEMENT


async def test_a_producer_moves_nothing_of_another_and_sees_only_its_own(database: Database) -> None:
    made = await farm()
    other = await another(made.association, made.staff, "Otra Miel")
    await other.capture(made.shipping())
    assert await made.held() == 20_000
    assert [one.standing for one in await made.listed()] == [Worth.RECORD]
    assert {one.standing for one in await other.listed()} == {Worth.RECORD, Worth.CLAIM}
    staff = await made.listed(made.manager)
    assert len(staff) == 3
    for outsider in (world.acting(made.staff.auditor), world.acting(made.staff.certifier)):
        with pytest.raises(NotAllowed):
            await made.capture(OBJECT, by=outsider)


async def test_nothing_of_another_association_is_seen_or_moved(database: Database) -> None:
    made, other = await farm(), await farm("chiloe")
    done = await made.capture(made.shipping(), OBJECT)
    await other.capture(made.shipping(), by=other.manager)
    assert await made.held() == 15_000
    hidden = next(one.event.id for one in await made.listed() if one.standing is Worth.MOVEMENT)
    assert hidden in {one.event.id for one in await other.listed(other.manager)}  # its own copy, a claim
    assert OBJECT["eventID"] not in {one.event.id for one in await other.listed(other.manager)}
    for asked in (OBJECT["eventID"], "urn:uuid:de-nadie"):
        with pytest.raises(NotFound) as told:
            await service.one_event(other.manager, asked)
        assert told.value.code == "epcis.no_such_event"
    with pytest.raises(NotFound) as told:
        await service.job(other.manager, done.id)
    assert told.value.code == "epcis.no_such_capture"
    assert (await service.job(made.acting, done.id)).stored == 2


async def test_names_by_gtin_and_gln_are_understood_where_there_are_some(database: Database) -> None:
    made = await farm()
    await members.set_gln(made.manager, made.one.producer.id, made.one.site.id, "9520123456788")
    event = made.shipping(readPoint={"id": "urn:epc:id:sgln:952012.345678.0"})
    await made.capture(event)
    assert await made.held() == 15_000
    elsewhere = made.shipping(readPoint={"id": "https://id.gs1.org/414/4012345000009"})
    await made.capture(elsewhere)
    assert await made.held() == 15_000
    here = await made.listed(None, ("EQ_readPoint", "https://id.gs1.org/414/9520123456788"))
    assert {one.event.step for one in here} == {"commissioning", "shipping"}


async def test_what_declares_an_event_wrong_stands_beside_it(database: Database) -> None:
    made = await farm()
    wrong = {**OBJECT, "errorDeclaration": {"declarationTime": "2026-02-04T12:00:00Z", "reason": "incorrect_data"}}
    await made.capture(OBJECT)
    for known in (0, 1):
        done = await made.capture(OBJECT, wrong)
        assert (done.stored, done.known) == (1 - known, 1 + known)
    both = await service.one_event(made.acting, str(OBJECT["eventID"]))
    assert sorted("errorDeclaration" in one.document for one in both) == [False, True]
    assert {one.document["eventID"] for one in both} == {OBJECT["eventID"]}
    assert len(await made.listed(None, ("EQ_eventID", str(OBJECT["eventID"])))) == 2


async def test_a_partner_who_took_an_entry_back_sends_its_file_again(database: Database) -> None:
    made, other = await farm(), await farm("chiloe")
    lost = await book.lose(
        made.acting, made.one.producer.id, happened_on=world.START.date(), takes=[(made.lot, 5)], reason="Se cayó"
    )
    await service.capture(other.manager, await service.export(made.acting))
    await book.reverse(made.acting, lost.id, reason="No se cayó")
    done = await service.capture(other.manager, await service.export(made.acting))
    assert (done.stored, done.known) == (1, 1)


async def test_one_document_sent_twice_at_once_is_kept_once(database: Database) -> None:
    made = await farm()
    sent = await asyncio.gather(*(made.capture(made.shipping(), OBJECT) for _ in "abc"), return_exceptions=True)
    assert {type(one) for one in sent} <= {Capture, Conflict}
    assert await made.held() == 15_000
    assert len([one for one in await made.listed() if one.standing is not Worth.RECORD]) == 2


async def test_a_claim_of_a_time_that_can_only_be_a_slip_is_refused_by_its_path(database: Database) -> None:
    made = await farm()
    for time, code in (
        ("0001-01-01T00:00:00Z", "epcis.too_early"),
        ("1989-12-31T23:59:59Z", "epcis.too_early"),
        ("2026-02-05T00:00:00Z", "epcis.too_late"),
    ):
        with pytest.raises(BadInput) as told:
            await made.capture(examples.EVENTS["aggregation"], {**OBJECT, "eventTime": time})
        assert [(one.code, one.params["path"]) for one in told.value.reasons] == [
            (code, "/epcisBody/eventList/1/eventTime")
        ]
    assert (await made.capture({**OBJECT, "eventTime": "2026-02-04T23:59:59Z"})).stored == 1


async def shelved() -> tuple[Certified, Batch, dict[str, object], str]:
    """Twenty printed jars, an event that sends jar 7 to a shop, and the shop's name."""
    made = await certified()
    batch = await sealed(made, units=20)
    await labels.reserve(made.owner(), batch.id, 20)
    shop = await members.add_organisation(made.manager(), name="Almacén", kind="shop")
    base = made.world.association.base
    to = f"{base}/id/organisation/{shop.id}"
    sent: dict[str, object] = {
        **SHIPPED, "epcList": [f"{base}/{Code(batch.public_id or 0, 7).plain}"],
        "destinationList": [{"type": "possessing_party", "destination": to}],
    }  # fmt: skip
    return made, batch, sent, to


async def by_events(made: Certified, *events: dict[str, object]) -> Capture:
    return await service.capture(made.owner(), examples.body(examples.document(*events)))


async def test_a_jar_shipped_by_its_serial_is_known_by_it_and_leaves_once(database: Database) -> None:
    made, batch, sent, to = await shelved()
    await by_events(made, {**sent, "eventID": "urn:x:1"})
    (out,) = await shipments.of_batches(batch.association_id, [batch.id])
    assert (out.span.first, out.span.last) == (7, 7)
    with pytest.raises(Refused) as told:
        await by_events(made, {**sent, "eventID": "urn:x:2"})
    assert told.value.reasons[1].code == "ship.gone_already"
    maker = made.world.member.producer
    us = f"{made.world.association.base}/id/producer/{maker.number}"
    back = {
        **sent, "bizStep": "receiving", "disposition": "returned",
        "sourceList": [{"type": "possessing_party", "source": to}],
        "destinationList": [{"type": "possessing_party", "destination": us}],
    }  # fmt: skip
    await by_events(made, back)
    assert (await book.balances(made.owner(), maker.id))[batch.id] == 20
    with pytest.raises(Refused) as told:
        await by_events(made, {**back, "eventID": "urn:x:3"})
    assert told.value.reasons[1].code == "ship.not_out"
    await by_events(made, {**sent, "eventID": "urn:x:4"})
    assert (await book.balances(made.owner(), maker.id))[batch.id] == 19


async def test_nothing_of_a_stopped_batch_leaves_by_event_or_by_the_book_and_it_may_come_back(
    database: Database,
) -> None:
    made, batch, sent, _ = await shelved()
    maker, owner, day = made.world.member.producer.id, made.owner(), world.START.date()
    shop = (await members.organisations(owner))[0].id
    some = [(batch.id, 2)]
    before = await book.dispatch(owner, maker, happened_on=day, takes=some, organisation_id=shop)
    await batches.hold(made.manager(), batch.id, reason="Duda", reason_class="quality")
    with pytest.raises(Refused) as told:
        await book.dispatch(owner, maker, happened_on=day, takes=some, organisation_id=shop)
    assert [(one.code, one.params["lot_state"]) for one in told.value.reasons] == [("ship.batch_state", "on_hold")]
    counted = [{"epcClass": f"{made.world.association.base}/id/lot/{batch.id}", "quantity": 1}]
    quantities = {name: value for name, value in sent.items() if name != "epcList"} | {"quantityList": counted}
    for event in (sent, quantities):
        with pytest.raises(Refused) as told:
            await by_events(made, event)
        assert told.value.reasons[1].code == "ship.batch_state"
    await book.take_back(owner, before.id, happened_on=day, gives=some)
    assert (await book.balances(owner, maker))[batch.id] == 20
