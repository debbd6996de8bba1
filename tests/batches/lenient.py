"""A honey producer certified under a protocol that lets two persons override, awaits a result, asks odd values back.

What programs do is done by JSON: :class:`Desk` speaks for one person.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from seal.app import Application
from seal.certificates import service as certificates
from seal.clock import local_day
from seal.members import service as members
from seal.people.model import Person
from tests import world
from tests.certificates.certified import GOOD, ZONE, Certified, ceremony
from tests.conftest import Database
from tests.protocols.library import MIEL, copy_to, published
from tests.web.support import RealButStill, bearer, client, key, serving

START = world.START
TODAY = local_day(START, ZONE)
EDITS = (
    (
        "every: batch, by: self, public: true}",
        "every: batch, by: self, public: true, override: two_persons, plausible: [10, 30]}",
    ),
    (
        "{id: diastase, point: MIEL-D03, unit: Schade, min: 8, every: season, by: lab, public: true}",
        "{id: diastase, point: MIEL-D03, unit: Schade, min: 8, every: batch, by: lab, public: true,"
        " release: conditional, result_days: 10}\n"
        "- {id: yeasts, plan: {n: 5, c: 2, m: 100, M: 1000, unit: CFU/g}, every: year, also: [recipe_change], by: lab}",
    ),
    ("kind: absence, every: season, by: lab, pool: true", "kind: absence, every: consignment, by: lab, pool: true"),
)  # fmt: skip


def library(folder: Path) -> Path:
    """The shipped library with a honey protocol that has every kind of leniency."""
    copied = copy_to(folder)
    for old, new in EDITS:
        copied.edit("miel", "protocol.yaml", old, new)
    for language in ("es", "en"):
        copied.edit("miel", f"text.{language}.yaml", "batch_tests:\n", "batch_tests:\n  yeasts: Levaduras\n")
    return copied.folder


async def certified(folder: Path) -> Certified:
    """As :func:`tests.certificates.certified.certified`, under that protocol."""
    group = await world.association()
    crew = await world.staff(group)
    one = await world.member(group, crew.manager)
    version = await published(world.acting(crew.manager), MIEL, folder=library(folder))
    await ceremony(group)
    concluded = await world.concluded(crew, one, version)
    boss = world.acting(crew.manager)
    await members.record_permit(
        boss, one.producer.id, kind="sanitary", number="RS-123", valid_until=TODAY + timedelta(days=30)
    )
    state = await certificates.decide(world.acting(crew.certifier), concluded.audit_id)
    assert state.certification is not None
    return Certified(world.World(group, crew, one, version, concluded), state.certification)


@dataclass
class Desk:
    """One person at the JSON interface."""

    browser: httpx.AsyncClient
    headers: dict[str, str]

    async def post(self, where: str, given: dict[str, Any] | None = None, *, status: int = 201) -> Any:
        done = await self.browser.post(f"/api/v1{where}", json=given or {}, headers=key(self.headers))
        assert done.status_code == status, done.text
        return done.json()

    async def get(self, where: str, *, status: int = 200) -> Any:
        found = await self.browser.get(f"/api/v1{where}", headers=self.headers)
        assert found.status_code == status, found.text
        return found.json()

    async def refused(self, where: str, given: dict[str, Any] | None = None, *, status: int = 422) -> list[str]:
        """The sentences of a refusal, in Spanish."""
        told = await self.post(where, given, status=status)
        return [reason["sentence"] for reason in told["reasons"]]

    async def test(self, batch: str, name: str, value: str, unit: str = "", **more: Any) -> Any:
        return await self.post(f"/batches/{batch}/tests", result(name, value, unit, **more))


def result(name: str, value: str, unit: str = "", *, on: date = TODAY, by: str = "lab", **more: Any) -> dict[str, Any]:
    """What is sent for a result; by a laboratory unless told."""
    laboratory = None if by == "self" else "Laboratorio Austral"
    return {"test_id": name, "value": value, "unit": unit, "by": by, "tested_on": on.isoformat(),
            "laboratory": laboratory, **more}  # fmt: skip


@dataclass
class Office:
    """The people of a certified producer's association, each at a desk of their own."""

    made: Certified
    clock: RealButStill
    browser: httpx.AsyncClient
    manager: Desk
    certifier: Desk
    owner: Desk
    app: Application

    async def reasons(self, batch: str) -> list[tuple[str, dict[str, Any]]]:
        """What stands against a seal: codes with their parameters."""
        found = await self.owner.get(f"/batches/{batch}/gates")
        return [(reason["code"], reason["params"]) for reason in found["reasons"]]

    async def codes(self, batch: str) -> list[str]:
        return [code for code, _ in await self.reasons(batch)]

    async def harvested(self, on: date = TODAY, kilos: int = 50) -> dict[str, str]:
        """Honey that came in, as what a batch is made of."""
        came = {"material": "honey", "amount": str(kilos), "unit": "kg", "happened_on": on.isoformat()}
        kept = await self.owner.post(f"/producers/{self.made.world.member.producer.id}/book/intakes", came)
        return {"lot": kept["lot"]["id"], "amount": "50", "unit": "kg"}

    async def declared(self, lot: str, on: date = TODAY, **more: Any) -> str:
        """A lot of 100 jars of a harvest of that day, if it is not told of what."""
        one = self.made.world.member
        made_of = more.pop("made_of", None) or [await self.harvested(on)]
        given = {"producer_id": str(one.producer.id), "product_id": str(one.product.id), "site_id": str(one.site.id),
                 "lot": lot, "units": 100, "produced_on": on.isoformat(), "made_of": made_of}  # fmt: skip
        return str((await self.owner.post("/batches", given | more))["id"])

    async def tested(self, batch: str, *but: str) -> None:
        """Every test but those named, passed."""
        for name, (value, unit) in (GOOD | {"yeasts": ("10;20;<10;90;40", "CFU/g")}).items():
            if name not in but:
                await self.manager.test(batch, name, value, unit, by="self" if name == "moisture" else "lab")

    async def later(self, days: int) -> None:
        """So many days pass; everybody signs in again."""
        self.clock.advance(days=days)
        crew, owner = self.made.world.staff, self.made.world.member.owner
        for desk, person in ((self.manager, crew.manager), (self.certifier, crew.certifier), (self.owner, owner)):
            desk.headers |= await bearer(self.browser, person, at=self.clock.now())


@asynccontextmanager
async def office(database: Database, folder: Path) -> AsyncIterator[Office]:
    made = await certified(folder)
    clock = RealButStill(START)

    async def desk(browser: httpx.AsyncClient, person: Person) -> Desk:
        return Desk(browser, await bearer(browser, person, at=START) | {"Accept-Language": "es"})

    async with serving(database.settings, clock) as app:
        browser = client(app)
        crew = made.world.staff
        yield Office(
            made,
            clock,
            browser,
            await desk(browser, crew.manager),
            await desk(browser, crew.certifier),
            await desk(browser, made.world.member.owner),
            app,
        )
