"""The batch book of the worked example: honey blended and sent to two shops, and a jam whose quantities fit.

The jam's maker is not certified yet: its lot waits, and its page says what is missing and what is already in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.book.model import Dimension, EntryKind, Standing
from seal.batches.model import Batch
from seal.cli.example.steps import Member, Stage
from seal.members import service as members
from seal.protocols import service as protocols

MadeOf = Sequence[tuple[UUID, int]]
JAM = "mermelada"
JAM_MAKER = "Dulces del Lago"
SHOPS = (("Almacén Doña Rosa", "Coyhaique"), ("La Esquina del Lago", "Chile Chico"))


async def blend(stage: Stage, member: Member) -> UUID:
    """Two harvests of one apiary, blended for creaming; half a kilogram stays in the vat."""
    acting, maker = stage.acting("manager"), member.producer.id
    lots = []
    for name, grams in (("Cosecha del bosque", 30_000), ("Cosecha del potrero", 12_500)):
        _, lot = await book.intake(
            acting,
            maker,
            book.New("honey", grams, Dimension.MASS, name=name),
            happened_on=stage.today(),
            site_id=member.site.id,
        )
        lots.append((lot.id, grams))
    made = await book.make(
        acting,
        maker,
        kind=EntryKind.BLEND,
        happened_on=stage.today(),
        takes=lots,
        new=[book.New("honey", 42_000, Dimension.MASS, name="Mezcla de otoño")],
        reason="Queda medio kilo en el estanque.",
    )
    return made.given[0].lot_id


async def dispatch(stage: Stage, member: Member, batch: Batch) -> None:
    """To two shops; one of them gives two jars back."""
    acting, maker = stage.acting("manager"), member.producer.id
    sent = []
    for (name, commune), units in zip(SHOPS, (24, 18), strict=True):
        shop = await members.add_organisation(acting, name=name, kind="shop", commune=commune)
        takes = [(batch.id, units)]
        sent.append(await book.dispatch(acting, maker, happened_on=stage.today(), takes=takes, organisation_id=shop.id))
    stage.minutes()
    await book.take_back(
        stage.acting("manager"),
        sent[0].id,
        happened_on=stage.today(),
        gives=[(batch.id, 2)],
        reason="Dos tapas venían sueltas.",
    )


async def jam(stage: Stage) -> Batch:
    """A newcomer cooks calafate: 30 kg of fruit at 15 °Brix and 24 kg of sugar make 120 jars at 65 °Brix."""
    acting, today = stage.acting("manager"), stage.today()
    version = max(version for protocol_id, version in protocols.library() if protocol_id == JAM)
    await protocols.propose(stage.seal_itself(), JAM, version)
    await protocols.publish(acting, JAM, version)
    producer = await members.register_producer(acting, trade_name=JAM_MAKER, commune="Chile Chico")
    site = await members.add_site(acting, producer.id, name="Cocina", kind="kitchen", commune="Chile Chico")
    product = await members.add_product(
        acting,
        producer.id,
        protocol_id=JAM,
        name={"es": "Mermelada de calafate", "en": "Calafate jam"},
        net_content="350 g",
        grams=350,
    )
    await members.record_facts(acting, producer.id, {"fruits": ("calafate",), "styles": ("traditional",)})
    fruit = book.New("fruit", 30_000, Dimension.MASS, name="Calafate del cerro", readings={"brix": "15"})
    sugar = book.New(
        "sugar",
        24_000,
        Dimension.MASS,
        name="Azúcar de enero",
        standing=Standing.DECLARED,
        main=False,
        from_whom="Distribuidora Austral",
    )
    _, berries = await book.intake(acting, producer.id, fruit, happened_on=today, site_id=site.id)
    _, sweet = await book.intake(acting, producer.id, sugar, kind=EntryKind.RECEIVE, happened_on=today)
    batch = await batches.declare(
        acting,
        producer_id=producer.id,
        product_id=product.id,
        site_id=site.id,
        lot="DL-1",
        units=120,
        produced_on=today,
        made_of=[(berries.id, 30_000), (sweet.id, 24_000)],
    )
    await batches.record_test(
        stage.acting("manager"), batch.id, test_id="brix", value="65", unit="degBrix", by="self", tested_on=today
    )
    return batch
