"""Programs that do the job through the JSON API alone, each signed in as one person by a one-time link.

Only what no address offers is done past it: the machine's owner makes the association, its keys and the first manager.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
from PIL import Image

from seal import ids
from seal.associations.model import Association, Rules
from seal.audits import service as audits
from seal.batches import release_store
from seal.batches.waivers import Waiver
from seal.clock import local_day
from seal.db import reading, unit_of_work
from seal.identity import Role, system
from seal.keys import service as keys
from seal.labels.own import starter
from seal.labels.own import store as own_store
from seal.labels.own.model import Template
from seal.notices import service as notices
from seal.people import service as people
from seal.schema import tables
from seal.settings import Settings
from tests.certificates.certified import CHEAP
from tests.web.support import RealButStill, client, make_association, make_person, serving

START = datetime(2026, 2, 3, 13, 0, tzinfo=UTC)
PASSPHRASE = "una frase larga para las llaves"
FACTS = {"transhumance": False, "treats_varroa": True, "blends_lots": False, "monofloral_claim": False}
TERMS = b"Reglamento de uso del sello, texto de prueba."
SEEN = "Visto en terreno y conversado."
JSON = {"Accept": "application/json"}
TESTS = (
    ("moisture", "17,4", "g/100g", "self"),
    ("hmf", "12.0", "mg/kg", "lab"),
    ("diastase", "14", "Schade", "lab"),
    ("residues", "absent", "", "lab"),
)
STAFF = {
    "chair": ("Pedro Presidente", (Role.MANAGER,)),
    "auditor": ("Ana Auditora", (Role.AUDITOR,)),
    "certifier": ("Carla Certificadora", (Role.CERTIFIER,)),
    "second": ("Diego Certificador", (Role.CERTIFIER,)),
    "judge": ("Bruno de Dos Sombreros", (Role.AUDITOR, Role.CERTIFIER)),
    "producer": ("Titular de Miel del Baker", (Role.PRODUCER,)),
}


@dataclass
class Program:
    """One signed-in program. ``post`` sends an idempotency key of its own unless one is given."""

    browser: httpx.AsyncClient
    person_id: str
    token: str
    prefix: str = ""

    async def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str = ""
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or str(uuid4())}
        return await self.browser.request(method, f"{self.prefix}/api/v1{path}", json=body, headers=headers)

    async def get(self, path: str) -> Any:
        answer = await self.call("GET", path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    async def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "") -> Any:
        answer = await self.call("POST", path, body, key=key)
        assert answer.status_code in (200, 201), (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def refused(self, path: str, body: Mapping[str, Any] | None = None, *, status: int = 422) -> set[str]:
        """The codes of every reason against it."""
        answer = await self.call("POST", path, body)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")
        return {reason["code"] for reason in answer.json()["reasons"]}


async def enter(browser: httpx.AsyncClient, link: str, prefix: str = "") -> Program:
    """Sign a program in by a one-time link."""
    answer = await browser.post(
        f"{prefix}/api/v1/sessions", json={"link": link}, headers={"Idempotency-Key": str(uuid4())}
    )
    assert answer.status_code == 201, answer.text
    found = answer.json()
    return Program(browser, found["person"]["id"], found["token"], prefix)


@dataclass
class House:
    """An association that is open for programs, and what its job has made so far (ids as strings)."""

    association: Association
    clock: RealButStill
    browser: httpx.AsyncClient
    who: dict[str, Program]
    made: dict[str, str] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        return self.who["manager"].prefix

    def today(self) -> date:
        return local_day(self.clock.now(), self.association.zone)

    def minutes(self, count: int = 2) -> None:
        """Time passes; sessions of certifiers and managers end after a quarter of an hour without use."""
        self.clock.advance(minutes=count)

    async def verdict(self, text: str) -> tuple[str, list[str]]:
        """What a stranger's program is told about a code or token: verdict and notes."""
        answer = await self.browser.get(f"{self.prefix}/{text}", headers=JSON)
        assert "set-cookie" not in answer.headers
        return answer.json()["verdict"], answer.json()["notes"]


@asynccontextmanager
async def houses(settings: Settings, *slugs: str) -> AsyncIterator[list[House]]:
    """Associations on one server under one clock, each with keys and a manager who has let everybody else in."""
    clock = RealButStill(START)
    groups = [
        await make_association(slug, at=START, rules=Rules(quorum=2), communes=("Cochrane", "Tortel")) for slug in slugs
    ]
    for group in groups:
        await keys.ceremony(group.id, PASSPHRASE, START, allow_localhost=True, cost=CHEAP)
    async with serving(settings, clock) as app, client(app) as browser:
        yield [await _open(group, clock, browser, several=len(groups) > 1) for group in groups]


async def _open(group: Association, clock: RealButStill, browser: httpx.AsyncClient, *, several: bool) -> House:
    prefix = f"/a/{group.slug}" if several else ""
    boss = await make_person(group, Role.MANAGER, name="Marta Gestora", at=START)
    manager = await enter(browser, await people.make_link(system(group.id, START), boss.id), prefix)
    house = House(group, clock, browser, {"manager": manager})
    for name, (called, roles) in STAFF.items():
        made = await manager.post("/people", {"name": called, "roles": list(roles)})
        link = await manager.post(f"/people/{made['id']}/links")
        house.who[name] = await enter(browser, link["link"], prefix)
    return house


async def join(house: House) -> None:
    """A producer enters: site, product, facts, permit; their own representative signs the agreement."""
    manager, producer = house.who["manager"], house.who["producer"]
    made = await manager.post("/producers", {"trade_name": "Miel del Baker", "commune": "Cochrane"})
    at = f"/producers/{made['id']}"
    house.made["producer"] = made["id"]
    await manager.post(f"{at}/representatives", {"person_id": producer.person_id})
    house.made["site"] = (
        await manager.post(f"{at}/sites", {"name": "Sala", "kind": "workshop", "commune": "Cochrane"})
    )["id"]
    product = {"protocol_id": "miel", "name": {"es": "Miel de ulmo"}, "net_content": "500 g", "grams": 500}
    house.made["product"] = (await manager.post(f"{at}/products", product))["id"]
    until = (house.today() + timedelta(days=700)).isoformat()
    permit = await manager.post(f"{at}/permits", {"kind": "sanitary", "number": "RS-123", "valid_until": until})
    house.made["permit"] = permit["id"]
    await producer.post(f"{at}/facts", {"facts": FACTS})
    signed = {"version": "1", "terms_base64": base64.b64encode(TERMS).decode()}
    assert (await producer.post(f"{at}/agreement", signed))["agreement"]["version"] == "1"


async def publish(house: House) -> None:
    """The newest honey protocol of the library, proposed by one manager and published by the other."""
    manager = house.who["manager"]
    newest = max(one["version"] for one in await manager.get("/protocols/library") if one["protocol"] == "miel")
    named = {"protocol": "miel", "version": newest}
    assert await manager.refused("/protocols", named) == {"protocols.not_proposed"}
    await house.who["chair"].post("/protocols/proposals", named)
    assert await house.who["chair"].refused("/protocols", named) == {"protocols.two_people"}
    published = await manager.post("/protocols", named)
    house.made["version"] = published["id"]


async def plan(house: House) -> str:
    """Plan an audit for today; the auditor declares no conflict."""
    planned = await house.who["manager"].post(
        "/audits",
        {
            "producer_id": house.made["producer"],
            "version_id": house.made["version"],
            "planned_for": house.today().isoformat(),
            "auditors": [house.who["auditor"].person_id],
            "sites": [house.made["site"]],
            "products": [house.made["product"]],
        },
    )
    audit = str(planned["id"])
    await house.who["auditor"].post(f"/audits/{audit}/declaration", {"conflict": None})
    return audit


def answer_to(point: Mapping[str, Any], at: datetime, failing: Mapping[str, str]) -> dict[str, Any]:
    """What a device sends for a point; a measured one gets a value at its target, else at its limit."""
    given: dict[str, Any] = {"id": str(ids.uuid7(at)), "point_id": point["id"], "justification": SEEN}
    if point["id"] in failing:
        return {**given, "outcome": "non_compliant", "justification": failing[point["id"]]}
    measure = point["measure"]
    if measure is None:
        return {**given, "outcome": "compliant"}
    limits = (measure[name] for name in ("target_min", "min", "target_max", "max"))
    value = next((limit for limit in limits if limit is not None), "1")
    return {**given, "measured": {"value": value, "unit": measure["unit"]}}


async def audit(house: House, *, failing: Mapping[str, str] | None = None) -> str:
    """From the plan to the conclusion; it passes unless points fail."""
    audit_id = await visit(house, failing=failing)
    concluded = await house.who["auditor"].post(f"/audits/{audit_id}/conclude")
    assert concluded["passed"] is not bool(failing)
    return audit_id


async def visit(house: House, *, failing: Mapping[str, str] | None = None) -> str:
    """Plan, declare, start, answer, one photograph, submit."""
    auditor = house.who["auditor"]
    audit_id = await plan(house)
    at = f"/audits/{audit_id}"
    await auditor.post(f"{at}/start")
    house.minutes()
    points = (await auditor.get(at))["points"]
    answers = [answer_to(point, house.clock.now(), failing or {}) for point in points]
    stored = await auditor.post(f"{at}/answers", {"answers": answers})
    assert len(stored) == len(points) > 50
    house.made["answer"] = stored[0]["id"]
    evidence = {
        "id": str(ids.uuid7(house.clock.now())),
        "answer_id": stored[0]["id"],
        "media_type": "image/jpeg",
        "data_base64": base64.b64encode(photograph()).decode(),
    }
    kept = await auditor.post(f"{at}/evidence", evidence)
    assert (await auditor.post(f"{at}/evidence", evidence)) == kept
    house.made["evidence"] = kept["id"]
    house.minutes()
    await auditor.post(f"{at}/submit")
    house.minutes()
    return audit_id


def photograph() -> bytes:
    picture = BytesIO()
    Image.new("RGB", (64, 48), (120, 80, 20)).save(picture, "JPEG")
    return picture.getvalue()


async def certify(house: House, audit_id: str) -> str:
    """Two certifiers grant it; the second vote makes and signs the certificate."""
    first = await house.who["certifier"].post(f"/audits/{audit_id}/votes", GRANT)
    assert (first["outcome"], first["certification_id"]) == (None, None)
    house.minutes()
    second = await house.who["second"].post(f"/audits/{audit_id}/votes", GRANT)
    assert (second["outcome"], second["pending"]) == ("grant", False)
    return str(second["certification_id"])


GRANT = {"choice": "grant", "reason": "Cumple el protocolo."}


async def harvest(house: House, grams: int) -> str:
    """Honey that the producer brings in today; the id of its lot."""
    came = await house.who["producer"].post(
        f"/producers/{house.made['producer']}/book/intakes",
        {"material": "honey", "amount": str(grams), "unit": "g", "happened_on": house.today().isoformat()},
    )
    house.made["lot"], house.made["entry"] = came["lot"]["id"], came["entry"]
    return str(came["lot"]["id"])


async def declare(house: House, lot: str, *, units: int = 50) -> str:
    """A lot of today, declared by the producer as made of a harvest of today."""
    came = await harvest(house, units * 500)
    batch = await house.who["producer"].post(
        "/batches",
        {
            "producer_id": house.made["producer"],
            "product_id": house.made["product"],
            "site_id": house.made["site"],
            "lot": lot,
            "units": units,
            "produced_on": house.today().isoformat(),
            "made_of": [{"lot": came, "amount": str(units * 500), "unit": "g"}],
        },
    )
    return str(batch["id"])


async def measure(house: House, batch_id: str) -> None:
    """Every test that the protocol asks for."""
    for test_id, value, unit, by in TESTS:
        given = {"test_id": test_id, "value": value, "unit": unit, "by": by, "tested_on": house.today().isoformat()}
        laboratory = {"laboratory": "Laboratorio Austral"} if by == "lab" else {}
        await house.who["manager"].post(f"/batches/{batch_id}/tests", {**given, **laboratory})


async def seal(house: House, lot: str, *, units: int = 50) -> str:
    batch_id = await declare(house, lot, units=units)
    await measure(house, batch_id)
    sealed = await house.who["producer"].post(f"/batches/{batch_id}/seal")
    assert sealed["state"] == "sealed"
    return batch_id


async def labels(house: House, batch_id: str, count: int) -> list[dict[str, Any]]:
    """The signed codes of the next ``count`` numbers."""
    producer = house.who["producer"]
    reserved = await producer.post(f"/batches/{batch_id}/labels", {"count": count})
    house.made["range"] = reserved["id"]
    found: list[dict[str, Any]] = await producer.get(f"/label-ranges/{reserved['id']}/codes")
    assert [one["number"] for one in found] == list(range(reserved["first"], reserved["last"] + 1))
    return found


async def whole_job(house: House) -> list[dict[str, Any]]:
    """From nothing to labels; ids of everything in ``house.made``."""
    await join(house)
    await publish(house)
    house.made["audit"] = await audit(house)
    house.made["certification"] = await certify(house, house.made["audit"])
    house.made["batch"] = await seal(house, "L-1")
    return await labels(house, house.made["batch"], 5)


def epcis_document() -> dict[str, Any]:
    """A trace event of somebody else."""
    event = {
        "type": "ObjectEvent", "eventTime": "2026-02-03T10:00:00Z", "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE", "epcList": ["urn:x:caja:1"], "bizStep": "storing",
    }  # fmt: skip
    return {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2026-02-03T10:00:00Z", "epcisBody": {"eventList": [event]},
    }  # fmt: skip


async def unsettled(house: House) -> None:
    """A second audit, not concluded: a finding with the producer's response and its file; a notice, a session; a waiver
    that waits; a roll of seals in the producer's hands and an empty box."""
    audit_id = await visit(house, failing={"MIEL-A04": "Colmenas sin marcar."})
    producer = house.who["producer"]
    (finding,) = await producer.get("/findings")
    file = {"media_type": "image/jpeg", "data_base64": base64.b64encode(photograph()).decode()}
    action = {"cause": "Olvido.", "correction": "Marcadas.", "prevention": "Lista.", "file": file}
    await producer.post(f"/findings/{finding['id']}/response", action)
    work = await audits.work(system(house.association.id, house.clock.now()), UUID(audit_id))
    response = work.findings[0].response
    assert response is not None
    taken = await producer.browser.post(
        f"{producer.prefix}/epcis/capture", json=epcis_document(), headers={"Authorization": f"Bearer {producer.token}"}
    )
    assert taken.status_code == 202, taken.text
    roll = await house.who["manager"].post("/rolls", {"size": 5})
    theirs = {"first": 1, "last": 5, "producer": house.made["producer"]}
    await house.who["manager"].post(f"/rolls/{roll['id']}/allotments", theirs)
    await recalled(house)
    template = await _template(house)
    paper = {"name": "Rollo", "medium": "roll", "page_mm": [60, 40], "label_mm": [60, 40], "pitch_mm": [60, 40]}
    given = {**paper, "space_mm": 24.5, "template_id": str(template)}
    asked = await producer.post(f"/batches/{house.made['batch']}/label-runs", {"first": 1, "last": 2})
    house.made |= {
        "template": str(template),
        "format": (await house.who["manager"].post("/label-formats", given))["id"],
        "run": asked["id"],
        "capture": taken.headers["location"].rsplit("/", 1)[1],
        "roll": roll["id"],
        "box": (await producer.post("/boxes", {"producer": house.made["producer"]}))["id"],
        "finding": finding["id"],
        "file": str(response.file_id),
        "person": house.who["auditor"].person_id,
        "session": (await house.who["auditor"].get("/sessions"))[0]["id"],
        "notice": str((await notices.due(house.association.id, house.clock.now()))[0].id),
        "waiver": str(await _waiver(house)),
    }


async def shop(house: House, name: str = "Almacén del Puerto") -> str:
    """A shop that goods go to."""
    given = {"name": name, "kind": "shop", "commune": "Cochrane"}
    house.made["organisation"] = (await house.who["producer"].post("/organisations", given))["id"]
    return house.made["organisation"]


async def shipped(house: House, organisation_id: str, lines: str) -> list[dict[str, Any]]:
    """Units of batches that leave for a shop, by scan."""
    body = {"organisation_id": organisation_id, "happened_on": house.today().isoformat(), "lines": lines}
    return list((await house.who["producer"].post("/shipments", body))["entries"])


async def recalled(house: House) -> None:
    """A drill about the batch, some of which stands in a shop."""
    code = (await house.who["manager"].get(f"/batches/{house.made['batch']}"))["code"]
    await shipped(house, await shop(house), f"{code} 1-2")
    drill = {"lots": [house.made["batch"]], "reason_class": "quality", "reason": "Ensayo anual.", "advice": "return"}
    house.made["recall"] = (await house.who["manager"].post("/recalls", {**drill, "drill": True}))["id"]


async def _template(house: House) -> UUID:
    """Of labels, as kept; written past the verb, which draws it."""
    size = (starter.LABEL_MM, starter.SPACE_MM)
    made = Template(
        ids.uuid7(house.clock.now()), "Nuestra", 1, "rect", *size, starter.HTML, starter.CSS, None, house.clock.now()
    )
    async with unit_of_work():
        await own_store.insert_template(house.association.id, made, None)
    return made.id


async def _waiver(house: House) -> UUID:
    """Asked for and not approved. The shipped protocols let nobody ask, so it is written past the verb."""
    asked = Waiver(
        id=ids.uuid7(house.clock.now()),
        batch_id=UUID(house.made["batch"]),
        gate="batch.test_missing",
        subject="hmf",
        told={"test": "hmf", "name": "HMF"},
        reason="Para la prueba.",
        asked_by=UUID(house.who["manager"].person_id),
        asked_at=house.clock.now(),
    )
    async with unit_of_work():
        await release_store.insert_waiver(house.association.id, asked)
    return asked.id


async def stand_in(house: House, *roles: Role, name: str = "Persona de Prueba", for_producer: bool = False) -> Program:
    """One more person, signed in; acts for the producer if told."""
    manager = house.who["manager"]
    made = await manager.post("/people", {"name": name, "roles": [role.value for role in roles]})
    if for_producer:
        await manager.post(f"/producers/{house.made['producer']}/representatives", {"person_id": made["id"]})
    link = await manager.post(f"/people/{made['id']}/links")
    return await enter(house.browser, link["link"], house.prefix)


async def rows_of(association_id: UUID) -> dict[str, list[str]]:
    """Every row of an association, table by table, as text in order."""
    found: dict[str, list[str]] = {}
    async with reading():
        for table in tables():
            names = {column._meta.name for column in table._meta.columns}
            if "association_id" in names:
                rows = await table.select().where(table._meta.get_column_by_name("association_id") == association_id)
                found[table._meta.tablename] = sorted(repr(sorted(row.items())) for row in rows)
    return found
