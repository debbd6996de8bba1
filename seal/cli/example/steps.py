"""The acts that the worked example and ``seal demo`` share: the product's own verbs, each by the right person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association, AssuranceMode, Rules
from seal.audits import service as audits
from seal.audits.service import AnswerInput, Conclusion
from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.book.model import Dimension
from seal.batches.model import Batch
from seal.certificates import service as certificates
from seal.certificates.model import Certification
from seal.cli.example.measured import MEASURED, SEEN
from seal.cli.example.story import (
    COLOUR,
    COMMUNES,
    FACTS,
    NAME,
    PEOPLE,
    REGION,
    SLUG,
    TERMS,
    ZONE,
    Honey,
    Maker,
)
from seal.clock import SimulatedClock, local_day
from seal.identity import Acting, Role, system
from seal.ids import uuid7
from seal.keys import service as keys
from seal.members import service as members
from seal.members.model import Producer, Product, Site
from seal.people import service as people
from seal.people.model import Person
from seal.protocols import service as protocols
from seal.protocols.model import Level, Outcome
from seal.protocols.service import PublishedProtocol
from seal.settings import Settings

PROTOCOL = "miel"
TESTS = (
    ("moisture", "17.2", "g/100g", "self"),
    ("hmf", "6.5", "mg/kg", "lab"),
    ("diastase", "21", "Schade", "lab"),
    ("residues", "absent", "", "lab"),
)
"""Test, value as typed, unit, who measured."""
MORNING = timedelta(hours=13)
"""10:00 in Aysén, as UTC."""


@dataclass
class Stage:
    """Where the story plays: an association under a simulated clock, its people and its protocol."""

    association: Association
    clock: SimulatedClock
    people: dict[str, Person]
    protocol: PublishedProtocol | None = None

    def acting(self, key: str) -> Acting:
        """One of the people, now by the simulated clock."""
        person = self.people[key]
        return Acting(self.association.id, person.id, person.roles, self.clock.now(), simulated=True)

    def seal_itself(self) -> Acting:
        return system(self.association.id, self.clock.now(), simulated=True)

    def today(self) -> date:
        return local_day(self.clock.now(), self.association.zone)

    def go_to(self, day: date) -> None:
        """Move the clock to mid-morning of ``day``; never back."""
        self.clock.move_to(
            max(self.clock.now(), datetime.combine(day, datetime.min.time(), self.clock.now().tzinfo) + MORNING)
        )

    def minutes(self, count: int = 20) -> None:
        self.clock.advance(minutes=count)


@dataclass(frozen=True)
class Member:
    """A producer of the story with what was registered for them."""

    maker: Maker
    producer: Producer
    site: Site
    products: dict[Honey, Product]


@dataclass(frozen=True)
class Fault:
    """A nonconformity as the auditor writes it down; ``value`` where the point is measured."""

    words: str
    value: str | None = None


async def set_up(given: Settings, start: datetime) -> Stage:
    """A demonstration association with keys, people and the honey protocol, at ``start``."""
    association = await associations.create(
        slug=SLUG,
        name=NAME,
        base=given.public_origin,
        region=REGION,
        communes=COMMUNES,
        zone=ZONE,
        colour=COLOUR,
        languages=("es", "en"),
        demonstration=True,
        rules=Rules(assurance_mode=AssuranceMode.ASSOCIATION, quorum=2, sanction_quorum=1),
        at=start,
    )
    stage = Stage(association, SimulatedClock(start), {})
    await keys.demonstration_ceremony(association.id, stage.clock.now())
    for one in PEOPLE:
        stage.people[one.key] = await people.create_person(
            stage.seal_itself(),
            name=one.name,
            email=None,
            language="es",
            roles=frozenset(Role(role) for role in one.roles),
        )
    stage.minutes()
    await publish(stage)
    return stage


async def publish(stage: Stage) -> None:
    """The newest honey protocol of the library, proposed at the server, frozen and logged."""
    version = max(version for protocol_id, version in protocols.library() if protocol_id == PROTOCOL)
    await protocols.propose(stage.seal_itself(), PROTOCOL, version)
    stage.protocol = await protocols.publish(stage.acting("manager"), PROTOCOL, version)


async def join(stage: Stage, maker: Maker) -> Member:
    """A producer joins: register, sites, products, facts, permits, agreement."""
    acting = stage.acting("manager")
    producer = await members.register_producer(acting, trade_name=maker.trade_name, commune=maker.commune)
    site = await members.add_site(
        acting, producer.id, name="Sala de extracción", kind="workshop", commune=maker.commune
    )
    products = {
        honey: await members.add_product(
            acting,
            producer.id,
            protocol_id=PROTOCOL,
            name={"es": honey.es, "en": honey.en},
            net_content=honey.net_content,
            grams=honey.grams,
        )
        for honey in maker.honeys
    }
    await members.record_facts(acting, producer.id, {**FACTS, "hives": str(maker.hives)})
    await members.record_permit(
        acting,
        producer.id,
        kind="sanitary",
        number=f"EJEMPLO-{producer.number:03d}",
        valid_until=stage.today() + timedelta(days=3 * 365),
    )
    await members.sign_agreement(acting, producer.id, version="1", terms=TERMS)
    if maker.key == "active":
        await members.represent(acting, stage.people["producer"].id, producer.id)
    stage.minutes()
    return Member(maker, producer, site, products)


async def audit(
    stage: Stage,
    member: Member,
    *,
    auditor: str = "auditor",
    failing: dict[str, Fault] | None = None,
) -> tuple[UUID, Conclusion]:
    """Plan, declare, start, answer, submit, conclude. ``failing`` maps points to what was found."""
    assert stage.protocol is not None
    manager = stage.acting("manager")
    planned = await audits.plan(
        manager,
        producer_id=member.producer.id,
        version_id=stage.protocol.id,
        planned_for=stage.today(),
        kind="initial",
        auditors=[stage.people[auditor].id],
        sites=[member.site.id],
        products=[product.id for product in member.products.values()],
    )
    stage.minutes()
    await audits.declare_conflicts(stage.acting(auditor), planned.id, None)
    stage.minutes()
    await audits.start(stage.acting(auditor), planned.id)
    stage.minutes(150)
    acting = stage.acting(auditor)
    answers = []
    for point in (await audits.work(acting, planned.id)).points():
        fault = (failing or {}).get(point.id)
        value = fault.value if fault else MEASURED.get(point.id)
        measured = (value, point.measure.unit) if point.measure is not None and value is not None else None
        found = Outcome.NON_COMPLIANT if fault else Outcome.COMPLIANT
        answers.append(
            AnswerInput(
                id=uuid7(acting.at),
                point_id=point.id,
                outcome=None if measured else found,
                measured=measured,
                justification=fault.words if fault else SEEN if point.level is Level.CRITICAL else "",
            )
        )
    await audits.answer(acting, planned.id, answers)
    stage.minutes()
    await audits.submit(stage.acting(auditor), planned.id)
    stage.minutes(60)
    return planned.id, await audits.conclude(stage.acting(auditor), planned.id)


async def grant(stage: Stage, audit_id: UUID) -> Certification:
    """Two certifiers vote; the second vote makes the decision; then the certificate is issued."""
    await certificates.decide(stage.acting("certifier"), audit_id, choice="grant", reason="Cumple el protocolo.")
    stage.minutes()
    decided = await certificates.decide(
        stage.acting("certifier_two"), audit_id, choice="grant", reason="De acuerdo con lo observado."
    )
    assert decided.certification is not None
    return await certificates.issue(stage.association.id, decided.certification.id, stage.clock.now())


async def declare(
    stage: Stage, member: Member, honey: Honey, *, lot: str, units: int, made_of: Sequence[tuple[UUID, int]] = ()
) -> Batch:
    """Declare a lot produced yesterday, of a harvest of that day unless told, and record the tests that the protocol
    asks for."""
    made_on = stage.today() - timedelta(days=1)
    if not made_of:
        grams = units * member.products[honey].grams
        new = book.New("honey", grams, Dimension.MASS, stem="Cosecha")
        _, harvest = await book.intake(
            stage.acting("manager"), member.producer.id, new, happened_on=made_on, site_id=member.site.id
        )
        made_of = [(harvest.id, grams)]
    declared = await batches.declare(
        stage.acting("manager"),
        producer_id=member.producer.id,
        product_id=member.products[honey].id,
        site_id=member.site.id,
        lot=lot,
        units=units,
        produced_on=made_on,
        use_by=None,
        made_of=made_of,
    )
    stage.minutes()
    for test_id, value, unit, by in TESTS:
        await batches.record_test(
            stage.acting("manager"),
            declared.id,
            test_id=test_id,
            value=value,
            unit=unit,
            by=by,
            tested_on=stage.today(),
            laboratory="Laboratorio de ejemplo" if by == "lab" else None,
        )
    stage.minutes()
    return declared


async def make_batch(
    stage: Stage, member: Member, honey: Honey, *, lot: str, units: int, made_of: Sequence[tuple[UUID, int]] = ()
) -> Batch:
    """Declare, test and seal."""
    declared = await declare(stage, member, honey, lot=lot, units=units, made_of=made_of)
    return await batches.seal(stage.acting("manager"), declared.id)
