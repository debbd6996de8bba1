"""Writing in the book on both engines: every verb, and what the rest of the book has against an entry."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from seal import ids
from seal.batches.book import service, store
from seal.batches.book.model import Dimension, EntryKind, Standing
from seal.db import reading
from seal.errors import Conflict, NotAllowed, NotFound, SealError
from seal.members import service as members
from tests import world
from tests.certificates.certified import certified, sealed
from tests.conftest import Database

from .books import AT, DAY, House, house

NOBODY = UUID(int=7)
WOOL = service.New("greasy_wool", 12_000, Dimension.MASS)


async def refusal(act: Awaitable[object]) -> list[str]:
    with pytest.raises(SealError) as refused:
        await act
    return [reason.code for reason in refused.value.reasons]


async def held(at: House, *lots: UUID) -> list[int]:
    balances = await service.balances(at.owner(), at.one.producer.id)
    return [balances[one] for one in lots]


async def test_what_came_in_was_made_lost_and_recounted(database: Database) -> None:
    at = await house()
    maker, owner = at.one.producer.id, at.owner()
    milk = service.New("milk", 40_000, Dimension.VOLUME, name="Ordeña", readings={"density": "1,03"})
    _, came = await service.intake(owner, maker, milk, happened_on=DAY, site_id=at.one.site.id)
    assert (came.standing, came.readings, came.site_id) == (Standing.OWN, {"density": "1,03"}, at.one.site.id)
    made = await service.make(
        owner,
        maker,
        happened_on=DAY,
        takes=[(came.id, 30_000)],
        new=[service.New("cheese", 2000, Dimension.MASS), service.New("cheese", 1000, Dimension.MASS, stem="Queso")],
    )
    first, second = (line.lot_id for line in made.given)
    lots = await service.found_lots(owner, [first, second])
    assert [lots[one].name for one in (first, second)] == ["cheese-260203", "Queso-260203"]
    await service.lose(owner, maker, happened_on=DAY, takes=[(first, 300)], reason="Se cayó una bandeja.")
    await service.adjust(owner, maker, happened_on=DAY, gives=[(second, 20)], reason="Se volvió a pesar.")
    assert await held(at, came.id, first, second) == [10_000, 1700, 1020]
    stock = await service.stock(owner, maker)
    assert [(lot.name, held, unit) for lot, held, unit in stock] == [
        ("Ordeña", "10", "l"),
        ("cheese-260203", "1.7", "kg"),
        ("Queso-260203", "1.02", "kg"),
    ]
    assert await service.used(owner, {str(first): "0,5"}) == [(first, 500)]
    graph = await service.graph(at.group.id)
    assert graph.ancestors(second) == (came.id,)


async def test_lots_are_split_and_blended_and_nothing_is_gained(database: Database) -> None:
    at = await house()
    maker, owner = at.one.producer.id, at.owner()
    whole = await at.honey(10_000, "Entera")
    halves = [service.New("honey", 4000, Dimension.MASS), service.New("honey", 5000, Dimension.MASS)]
    split = await service.make(
        owner,
        maker,
        kind=EntryKind.SPLIT,
        happened_on=DAY,
        takes=[(whole, 10_000)],
        new=halves,
        reason="Merma al mover.",
    )
    one, two = (line.lot_id for line in split.given)
    names = await service.found_lots(owner, [one, two])
    assert sorted(lot.name for lot in names.values()) == ["honey-260203", "honey-260203-2"]
    parts = [(one, 4000), (two, 5000)]

    def blend(grams: int) -> Awaitable[object]:
        new = service.New("honey", grams, Dimension.MASS, name="Junta")
        return service.make(owner, maker, kind=EntryKind.BLEND, happened_on=DAY, takes=parts, new=[new])

    assert await refusal(blend(9001)) == ["book.more_out_than_in"]
    await blend(9000)
    graph = await service.graph(at.group.id)
    (junta,) = (lot.id for lot in graph.lots.values() if lot.name == "Junta")
    assert [part.share for part in graph.parents(junta)] == [Fraction(4, 9), Fraction(5, 9)]
    assert graph.roots(junta) == (whole,)
    assert await held(at, whole, one, two, junta) == [0, 0, 0, 9000]


async def test_a_subcontractor_gets_goods_and_they_come_back_made_or_as_they_went(database: Database) -> None:
    at = await house()
    maker, owner = at.one.producer.id, at.owner()
    mill = await members.add_organisation(owner, name="Hilandería del Sur", kind="subcontractor")
    _, fleece = await service.intake(owner, maker, WOOL, happened_on=DAY)
    sent = await service.send(owner, maker, happened_on=DAY, takes=[(fleece.id, 10_000)], organisation_id=mill.id)
    yarn = service.New("yarn", 5500, Dimension.MASS, name="Hilado 1")
    await service.bring_back(owner, sent.id, happened_on=DAY, gives=[(fleece.id, 1000)], new=[yarn])
    more = service.bring_back(owner, sent.id, happened_on=DAY, gives=[(fleece.id, 9001)])
    assert await refusal(more) == ["book.more_back_than_went"]
    other = await at.honey(1000)
    strange = service.bring_back(owner, sent.id, happened_on=DAY, gives=[(other, 5)])
    assert await refusal(strange) == ["book.lot_filled"], "nothing is added to a lot that is none of theirs"
    assert await refusal(service.reverse(owner, sent.id, reason="Error.")) == ["book.answered"]
    graph = await service.graph(at.group.id)
    (spun,) = (lot.id for lot in graph.lots.values() if lot.name == "Hilado 1")
    assert graph.ancestors(spun) == (fleece.id,)
    assert await held(at, fleece.id, spun) == [3000, 5500]


async def test_a_shop_gives_back_no_more_than_it_got(database: Database) -> None:
    at = await house()
    maker, owner = at.one.producer.id, at.owner()
    lot = await at.honey(10_000)
    shop = await members.add_organisation(owner, name="Almacén Doña Rosa", kind="shop")
    sold = await service.dispatch(owner, maker, happened_on=DAY, takes=[(lot, 6000)], organisation_id=shop.id)
    back = await service.take_back(owner, sold.id, happened_on=DAY, gives=[(lot, 2000)], reason="Tapas sueltas.")
    assert await refusal(service.take_back(owner, sold.id, happened_on=DAY, gives=[(lot, 4001)])) == [
        "book.more_back_than_went"
    ]
    await service.reverse(owner, back.id, reason="Era de otra tienda.")
    await service.take_back(owner, sold.id, happened_on=DAY, gives=[(lot, 6000)])
    assert await held(at, lot) == [10_000]
    assert {one.kind for one in await service.entries_about(owner, [sold.id])} == {EntryKind.TAKE_BACK}


async def test_a_neighbour_receives_what_was_dispatched_and_no_more(database: Database) -> None:
    at = await house()
    there = at.other.producer.id
    lot = await at.honey(10_000)
    sold = await service.dispatch(
        at.owner(), at.one.producer.id, happened_on=DAY, takes=[(lot, 6000)], to_producer_id=there
    )
    assert [one.id for one in await service.dispatched_to(at.neighbour(), there)] == [sold.id]

    def receive(grams: int) -> Awaitable[object]:
        new = service.New("honey", grams, Dimension.MASS, standing=Standing.DECLARED)
        return service.intake(at.neighbour(), there, new, kind=EntryKind.RECEIVE, happened_on=DAY, about=sold.id)

    assert await refusal(receive(6001)) == ["book.more_than_sent"]
    await receive(6000)
    assert await refusal(receive(1)) == ["book.already_received"]
    back = service.take_back(at.owner(), sold.id, happened_on=DAY, gives=[(lot, 1)])
    assert await refusal(back) == ["book.already_received"], "what was received is sent back by the one who has it"
    assert await refusal(service.reverse(at.owner(), sold.id, reason="Error.")) == ["book.answered"]
    graph = await service.graph(at.group.id)
    assert len(graph.children(lot)) == 1


async def test_goods_bought_are_never_one_s_own(database: Database) -> None:
    at = await house()
    maker, owner = at.one.producer.id, at.owner()

    def bought(standing: Standing, *, kind: EntryKind = EntryKind.RECEIVE, **more: str) -> Awaitable[object]:
        texts = {name: more.pop(name) for name in ("from_whom", "certificate") if name in more}
        new = service.New("honey", 1000, Dimension.MASS, standing=standing, **texts)  # type: ignore[arg-type]
        return service.intake(owner, maker, new, kind=kind, happened_on=DAY, **more)  # type: ignore[arg-type]

    assert await refusal(bought(Standing.OWN, from_whom="Juan")) == ["book.not_own"]
    assert await refusal(bought(Standing.DECLARED)) == ["book.from_whom_needed"]
    assert await refusal(bought(Standing.CERTIFIED, from_whom="Juan")) == ["book.certificate_needed"]
    assert await refusal(bought(Standing.OWN, kind=EntryKind.OPENING)) == ["book.signed_by_needed"]
    await bought(Standing.DECLARED, from_whom="Juan")
    await bought(Standing.CERTIFIED, from_whom="Juan", certificate="CL-ORG-77")
    await bought(Standing.OWN, kind=EntryKind.OPENING, signed_by="Ana Auditora")


async def test_a_batch_is_filled_once_with_exactly_its_units(database: Database) -> None:
    at = await house()
    maker, owner = at.one.producer.id, at.owner()
    honey, batch = await at.honey(20_000), await at.batch(units=10)

    def fill(units: int, *, kind: EntryKind = EntryKind.MAKE) -> Awaitable[object]:
        return service.make(owner, maker, kind=kind, happened_on=DAY, takes=[(honey, 5000)], gives=[(batch.id, units)])

    assert await refusal(fill(9)) == ["book.batch_units"]
    await fill(10)
    assert await refusal(fill(10)) == ["book.batch_filled"]
    more = service.adjust(owner, maker, happened_on=DAY, gives=[(batch.id, 1)], reason="Sobró.")
    assert await refusal(more) == ["book.batch_no_more"]
    entry = (await service.graph(at.group.id)).origin[batch.id]
    await service.reverse(owner, entry.id, reason="Eran de otra cosecha.")
    await fill(10)
    assert await refusal(service.reverse(owner, entry.id, reason="Otra vez.")) == ["book.already_reversed"]
    assert await held(at, honey, batch.id) == [15_000, 10]


async def test_nothing_is_made_of_itself_nor_added_to_a_lot_that_has_its_content(database: Database) -> None:
    at = await house()
    maker, owner = at.one.producer.id, at.owner()
    batch, honey = await at.batch(), await at.honey(9000)
    new = service.New("honey", 3000, Dimension.MASS, name="Sacada")
    taken = await service.make(owner, maker, happened_on=DAY, takes=[(batch.id, 5)], new=[new])
    (out,) = (line.lot_id for line in taken.given)
    circle = service.make(owner, maker, happened_on=DAY, takes=[(out, 3000)], gives=[(batch.id, 10)])
    assert await refusal(circle) == ["book.circle"]
    add = service.make(owner, maker, happened_on=DAY, takes=[(honey, 10)], gives=[(out, 10)])
    assert await refusal(add) == ["book.lot_filled"]
    straight = service.Draft(EntryKind.HARVEST, maker, DAY, gives=[(batch.id, 10)])
    assert await refusal(service.write(owner, straight)) == ["book.lot_filled"]


async def test_sealed_units_go_into_nothing_else_and_their_making_stays(database: Database) -> None:
    made = await certified()
    batch = await sealed(made, units=10)
    one, owner = made.world.member, made.owner()
    honey = service.New("honey", 500, Dimension.MASS)
    again = service.make(owner, one.producer.id, happened_on=DAY, takes=[(batch.id, 1)], new=[honey])
    assert await refusal(again) == ["book.sealed_units"]
    origin = (await service.graph(made.world.association.id)).origin[batch.id]
    assert await refusal(service.reverse(owner, origin.id, reason="Error.")) == ["book.batch_sealed"]
    shop = await members.add_organisation(owner, name="Almacén", kind="shop")
    await service.dispatch(owner, one.producer.id, happened_on=DAY, takes=[(batch.id, 6)], organisation_id=shop.id)
    await service.lose(owner, one.producer.id, happened_on=DAY, takes=[(batch.id, 1)], reason="Se quebró.")
    assert (await service.balances(owner, one.producer.id))[batch.id] == 3


async def test_the_same_entry_sent_twice_is_one(database: Database) -> None:
    at = await house()
    maker, owner, number = at.one.producer.id, at.owner(), ids.uuid7(AT)
    new = service.New("honey", 1000, Dimension.MASS, name="Una")
    first = [await service.intake(owner, maker, new, happened_on=DAY, id=number) for _ in "twice"]
    assert first[0] == first[1]
    draft = service.Draft(EntryKind.LOSE, maker, DAY, takes=[(first[0][1].id, 5)], reason="Se cayó.", id=number)
    assert await refusal(service.write(owner, draft)) == ["book.id_taken"]
    assert len((await service.book(owner, maker))[1]) == 1
    with pytest.raises(Conflict) as taken:
        await service.intake(owner, maker, replace(new, name="  una "), happened_on=DAY)
    assert taken.value.code == "book.lot_taken"


async def test_what_an_entry_cannot_say(database: Database) -> None:
    at = await house()
    maker, owner, lot = at.one.producer.id, at.owner(), await at.honey(1000)

    async def lose(*takes: tuple[UUID, int], days: int = 0, reason: str = "Se cayó.") -> list[str]:
        day = DAY + timedelta(days=days)
        return await refusal(service.lose(owner, maker, happened_on=day, takes=takes, reason=reason))

    assert await lose((lot, 5), (lot, 5)) == ["book.lot_twice"]
    assert await lose((lot, 0)) == ["book.amount"]
    assert await lose((lot, -5)) == ["book.amount"]
    assert await lose((lot, 5), days=1, reason=" ") == ["book.happened_in_future", "book.reason_needed"]
    assert await lose((lot, 5), reason="x" * 201) == ["book.text"]

    async def come(material: str, name: str = "") -> list[str]:
        new = service.New(material, 5, Dimension.MASS, name=name)
        return await refusal(service.intake(owner, maker, new, happened_on=DAY))

    assert await come("  ") == ["book.material"]
    assert await come("honey", "x" * 41) == ["book.lot_name"]
    assert await come("honey\u200b") == ["book.text"]


async def test_what_belongs_to_others_is_not_there(database: Database) -> None:
    """Another association's, another producer's, and what never was: one answer (invariant 9)."""
    at, there = await house(), await house("alla")
    theirs, neighbours = await there.honey(1000), None
    _, found = await service.intake(
        at.neighbour(), at.other.producer.id, service.New("honey", 5, Dimension.MASS), happened_on=DAY
    )
    neighbours, maker, owner = found.id, at.one.producer.id, at.owner()
    for strange in (theirs, neighbours, NOBODY):
        lose = service.lose(owner, maker, happened_on=DAY, takes=[(strange, 5)], reason="Mío.")
        assert await refusal(lose) == ["book.lot_not_found"]
    shop = await members.add_organisation(there.owner(), name="Almacén", kind="shop")
    mine = await at.honey(1000)
    send = [(mine, 5)]
    for organisation in (shop.id, NOBODY):
        out = service.dispatch(owner, maker, happened_on=DAY, takes=send, organisation_id=organisation)
        assert await refusal(out) == ["members.organisation_not_found"]
    for producer in (there.one.producer.id, NOBODY):
        away = service.dispatch(owner, maker, happened_on=DAY, takes=send, to_producer_id=producer)
        assert (await refusal(away))[0] == "members.producer_not_found"
    async with reading():
        (their_entry,) = await store.entries(there.group.id)
    for strange in (their_entry.id, NOBODY):
        assert await refusal(service.reverse(owner, strange, reason="Mío.")) == ["book.entry_not_found"]
    draft = service.Draft(EntryKind.TAKE_BACK, maker, DAY, gives=send, about=their_entry.id)
    assert await refusal(service.write(owner, draft)) == ["book.about_other"]
    with pytest.raises(NotFound):
        await service.book(owner, at.other.producer.id)
    with pytest.raises((NotAllowed, NotFound)):
        await service.lose(world.acting(at.crew.auditor), maker, happened_on=DAY, takes=send, reason="Auditado.")
