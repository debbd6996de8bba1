"""A small honest world for tests, made by the product's own verbs: nothing is written past them.

Each function makes one thing and hands it back; later slices build on them. Time starts at ``START`` (a weekday in
Aysén's harvest) and moves only when a test says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association, Rules
from seal.audits import service as audits
from seal.audits.answers import AnswerInput
from seal.audits.conclusion import Conclusion
from seal.audits.model import Audit
from seal.batches.book import service as book
from seal.batches.book.model import Dimension
from seal.clock import local_day
from seal.identity import Acting, Role, system
from seal.members import service as members
from seal.members.model import Producer, Product, Site
from seal.people import service as people
from seal.people.model import Person
from seal.protocols import service as protocols
from seal.protocols.model import ControlPoint, Outcome
from seal.protocols.publication import PublishedProtocol

START = datetime(2026, 2, 3, 13, 0, tzinfo=UTC)
TERMS = "Convenio de certificación, versión de prueba.".encode()
LINE = "Visto en terreno y conforme."


async def association(slug: str = "aysen", *, at: datetime = START, rules: Rules | None = None) -> Association:
    """An association that is a demonstration, in the real zone of Aysén."""
    return await associations.create(
        slug=slug,
        name=f"Sabores de {slug}",
        base=f"https://{slug}.example",
        region="Aysén",
        communes=("Coyhaique", "Aysén", "Chile Chico", "Cochrane"),
        zone="America/Coyhaique",
        colour="#7a4b12",
        languages=("es", "en"),
        demonstration=True,
        rules=rules or Rules(),
        at=at,
    )


async def person(group: Association, name: str, *roles: Role, at: datetime = START) -> Person:
    """A person with roles, entered by the machine's owner."""
    return await people.create_person(
        system(group.id, at), name=name, email=None, language="es", roles=frozenset(roles)
    )


def acting(one: Person, at: datetime = START) -> Acting:
    """That person, now."""
    return Acting(one.association_id, one.id, one.roles, at)


@dataclass(frozen=True)
class Staff:
    """One person for each duty; ``second_auditor`` for whatever needs two."""

    manager: Person
    auditor: Person
    second_auditor: Person
    certifier: Person


async def staff(group: Association, *, at: datetime = START) -> Staff:
    return Staff(
        await person(group, "Marta Gestora", Role.MANAGER, at=at),
        await person(group, "Ana Auditora", Role.AUDITOR, at=at),
        await person(group, "Bruno Auditor", Role.AUDITOR, at=at),
        await person(group, "Carla Certificadora", Role.CERTIFIER, at=at),
    )


@dataclass(frozen=True)
class Member:
    """A producer ready to be audited, with the person who acts for it."""

    producer: Producer
    owner: Person
    site: Site
    product: Product


async def member(
    group: Association,
    manager: Person,
    name: str = "Miel del Baker",
    *,
    at: datetime = START,
    commune: str = "Cochrane",
    facts: Mapping[str, bool | None] | None = None,
    signed: bool = True,
) -> Member:
    """A producer with an apiary, a honey, facts, a representative and (unless told) a signed agreement."""
    boss = acting(manager, at)
    producer = await members.register_producer(boss, trade_name=name, commune=commune)
    owner = await person(group, f"Titular de {name}", Role.PRODUCER, at=at)
    await members.represent(boss, owner.id, producer.id)
    site = await members.add_site(boss, producer.id, name="Apiario", kind="apiary", commune=commune)
    product = await members.add_product(
        boss,
        producer.id,
        protocol_id="miel",
        name={"es": "Miel de ulmo", "en": "Ulmo honey"},
        net_content="500 g",
        grams=500,
    )
    await members.record_facts(boss, producer.id, FACTS if facts is None else facts)
    if signed:
        await members.sign_agreement(acting(owner, at), producer.id, version="1", terms=TERMS)
    return Member(producer, owner, site, product)


FACTS: Mapping[str, bool | None] = {"transhumance": False, "treats_varroa": True, "blends_lots": False}


async def harvested(one: Member, grams: int, *, at: datetime = START, on: date | None = None) -> UUID:
    """Honey brought in from the apiary; the lot's id."""
    _, lot = await book.intake(
        acting(one.owner, at),
        one.producer.id,
        book.New("honey", grams, Dimension.MASS),
        happened_on=on or local_day(at, "America/Coyhaique"),
        site_id=one.site.id,
    )
    return lot.id


async def made_of(one: Member, units: int, *, at: datetime = START, on: date | None = None) -> list[tuple[UUID, int]]:
    """A harvest of just what so many units of the product take: what a batch is declared to be made of."""
    grams = units * one.product.grams
    return [(await harvested(one, grams, at=at, on=on), grams)]


async def honey(manager: Person, *, at: datetime = START) -> PublishedProtocol:
    """The newest version of the honey protocol in the library, proposed at the server and published."""
    version = max(key[1] for key in protocols.library() if key[0] == "miel")
    await protocols.propose(system(manager.association_id, at), "miel", version)
    return await protocols.publish(acting(manager, at), "miel", version)


async def planned(
    crew: Staff,
    one: Member,
    version: PublishedProtocol,
    *,
    at: datetime = START,
    kind: str = "initial",
    auditors: Sequence[Person] | None = None,
    unannounced: bool = False,
) -> Audit:
    """An audit planned for the day of ``at`` with one auditor."""
    team = [crew.auditor] if auditors is None else auditors
    return await audits.plan(
        acting(crew.manager, at),
        producer_id=one.producer.id,
        version_id=version.id,
        planned_for=local_day(at, "America/Coyhaique"),
        kind=kind,
        auditors=[auditor.id for auditor in team],
        sites=[one.site.id],
        products=[one.product.id],
        unannounced=unannounced,
    )


async def started(
    crew: Staff, one: Member, version: PublishedProtocol, *, at: datetime = START, kind: str = "initial"
) -> Audit:
    """The same, declared free of conflicts and started."""
    audit = await planned(crew, one, version, at=at, kind=kind)
    await audits.declare_conflicts(acting(crew.auditor, at), audit.id, None)
    return await audits.start(acting(crew.auditor, at), audit.id)


def good_value(point: ControlPoint) -> tuple[str, str]:
    """A value that meets the limits (and targets) of a measured point; 1 where it has none."""
    measure = point.measure
    assert measure is not None
    for limit in (measure.target_min, measure.min, measure.target_max, measure.max):
        if limit is not None:
            return str(limit), measure.unit
    return "1", measure.unit


def bad_value(point: ControlPoint) -> tuple[str, str]:
    """A value outside the limits of a measured point."""
    measure = point.measure
    assert measure is not None
    if measure.max is not None:
        return str(measure.max + 1), measure.unit
    assert measure.min is not None
    return str(measure.min / 2), measure.unit


def answer_input(
    point: ControlPoint,
    outcome: Outcome = Outcome.COMPLIANT,
    *,
    at: datetime = START,
    justification: str = LINE,
    revises: UUID | None = None,
    follow_up_on: date | None = None,
) -> AnswerInput:
    """An answer to a point as a device would send it; measured points get a value that gives the outcome."""
    measured = None
    if point.measure is not None and outcome is Outcome.COMPLIANT:
        measured = good_value(point)
    if point.measure is not None and outcome is Outcome.NON_COMPLIANT:
        measured = bad_value(point)
    return AnswerInput(
        id=ids.uuid7(at),
        point_id=point.id,
        outcome=None if measured else outcome,
        measured=measured,
        justification=justification,
        revises=revises,
        follow_up_on=follow_up_on,
    )


async def answered(
    crew: Staff,
    audit: Audit,
    *,
    at: datetime = START,
    outcomes: Mapping[str, Outcome] | None = None,
    follow_up_on: date | None = None,
) -> None:
    """Every point answered: compliant, unless ``outcomes`` says otherwise for a point."""
    chosen = outcomes or {}
    auditor = acting(crew.auditor, at)
    work = await audits.work(auditor, audit.id)
    given = []
    for point in work.points():
        outcome = chosen.get(point.id, Outcome.COMPLIANT)
        day = (follow_up_on or (at + timedelta(days=60)).date()) if outcome is Outcome.DEFERRED else None
        given.append(answer_input(point, outcome, at=at, follow_up_on=day))
    await audits.answer(auditor, audit.id, given)


async def submitted(
    crew: Staff,
    one: Member,
    version: PublishedProtocol,
    *,
    at: datetime = START,
    outcomes: Mapping[str, Outcome] | None = None,
    kind: str = "initial",
) -> Audit:
    """An audit answered and handed in."""
    audit = await started(crew, one, version, at=at, kind=kind)
    await answered(crew, audit, at=at, outcomes=outcomes)
    return await audits.submit(acting(crew.auditor, at), audit.id)


async def concluded(
    crew: Staff,
    one: Member,
    version: PublishedProtocol,
    *,
    at: datetime = START,
    outcomes: Mapping[str, Outcome] | None = None,
    kind: str = "initial",
) -> Conclusion:
    """An audit concluded by its auditor; passing unless ``outcomes`` spoil it."""
    audit = await submitted(crew, one, version, at=at, outcomes=outcomes, kind=kind)
    return await audits.conclude(acting(crew.auditor, at), audit.id)


@dataclass(frozen=True)
class World:
    """Everything up to a concluded, passed audit."""

    association: Association
    staff: Staff
    member: Member
    version: PublishedProtocol
    conclusion: Conclusion = field(repr=False)


async def passed(slug: str = "aysen", *, at: datetime = START) -> World:
    """An association whose honey producer has just passed its first audit."""
    group = await association(slug, at=at)
    crew = await staff(group, at=at)
    one = await member(group, crew.manager, at=at)
    version = await honey(crew.manager, at=at)
    return World(group, crew, one, version, await concluded(crew, one, version, at=at))
