"""A bakery with two sites under the small protocol of :mod:`tests.audits.oficio`, and its audits by JSON."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from seal import ids
from seal.audits import service as audits
from seal.audits.model import Audit
from seal.identity import system
from seal.members import service as members
from seal.members.model import Site
from seal.protocols import service as protocols
from seal.protocols.publication import PublishedProtocol
from tests import world
from tests.audits import oficio
from tests.audits.test_api import fresh
from tests.audits.test_pages import Office
from tests.web.support import AT, bearer, client, serving
from tests.world import Member, acting

SEEN = "Visto en el taller."


@dataclass(frozen=True)
class Bakery:
    office: Office
    member: Member
    second: Site
    version: PublishedProtocol
    folder: Path


async def bakery(office: Office, folder: Path) -> Bakery:
    """The bakery, ready to be audited under 0.1.0."""
    boss = acting(office.crew.manager, AT)
    version = await published(office, oficio.library(folder), "0.1.0")
    one = await world.member(office.association, office.crew.manager, at=AT, commune="Coyhaique", facts={})
    second = await members.add_site(boss, one.producer.id, name="Local", kind="store", commune="Coyhaique")
    bread = await members.add_product(
        boss, one.producer.id, protocol_id="oficio", name={"es": "Pan"}, net_content="1 kg", grams=1000
    )
    return Bakery(office, Member(one.producer, one.owner, one.site, bread), second, version, folder)


async def published(office: Office, folder: Path, version: str) -> PublishedProtocol:
    """A version proposed at the server and published by the manager."""
    await protocols.propose(system(office.association.id, AT), "oficio", version, folder=folder)
    return await protocols.publish(acting(office.crew.manager, AT), "oficio", version, folder=folder)


async def planned(home: Bakery, version: PublishedProtocol | None = None, *, kind: str = "initial") -> Audit:
    """An audit of both sites, its auditor declared free of conflicts."""
    crew, one = home.office.crew, home.member
    audit = await audits.plan(
        acting(crew.manager, AT),
        producer_id=one.producer.id,
        version_id=(version or home.version).id,
        planned_for=AT.date(),
        kind=kind,
        auditors=[crew.auditor.id],
        sites=[one.site.id, home.second.id],
        products=[one.product.id],
    )
    return await audits.declare_conflicts(acting(crew.auditor, AT), audit.id, None)


async def started(home: Bakery, version: PublishedProtocol | None = None, *, kind: str = "initial") -> Audit:
    audit = await planned(home, version, kind=kind)
    return await audits.start(acting(home.office.crew.auditor, AT), audit.id)


@dataclass
class Desk:
    """One person's program at one audit."""

    browser: httpx.AsyncClient
    headers: dict[str, str]
    at: str

    async def detail(self) -> dict[str, Any]:
        answer = await self.browser.get(self.at, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def send(self, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        return await self.browser.post(f"{self.at}{path}", json=body, headers=fresh(self.headers))

    async def done(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        answer = await self.send(path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def answer(self, point: str, **more: Any) -> Any:
        """One answer, taken."""
        (kept,) = await self.done("/answers", {"answers": [body(point, **more)]})
        return kept

    async def refused(self, point: str, **more: Any) -> list[dict[str, Any]]:
        """Every reason against one answer."""
        answer = await self.send("/answers", {"answers": [body(point, **more)]})
        assert answer.status_code in (400, 409, 422), answer.text
        reasons: list[dict[str, Any]] = answer.json()["reasons"]
        return reasons


async def desk(browser: httpx.AsyncClient, person: Any, audit: Audit) -> Desk:
    return Desk(browser, await bearer(browser, person), f"/api/v1/audits/{audit.id}")


@asynccontextmanager
async def visiting(home: Bakery, audit: Audit | None = None) -> AsyncIterator[Desk]:
    """The auditor's program at an audit that has begun."""
    found = audit or await started(home)
    async with serving(home.office.settings) as app, client(app) as browser:
        yield await desk(browser, home.office.crew.auditor, found)


def body(point: str, **more: Any) -> dict[str, Any]:
    return {"id": str(ids.uuid7(AT)), "point_id": point, "justification": SEEN, **more}


def good_answers(home: Bakery, *, but: Mapping[str, Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
    """What passes at every point of 0.1.0 but those of the sample; ``but`` replaces single points."""
    given = {point: dict(written) for point, written in (oficio.GOOD | dict(but or {})).items()}
    answers = [body(point, **written) for point, written in given.items()]
    for site in (home.member.site.id, home.second.id):
        if "OFI-A02" not in given:
            answers.append(body("OFI-A02", unit=str(site), response={"yes": True}))
    return [*answers, body("OFI-B07", unit="L-1", response={"yes": True})]


async def draw(desk: Desk, failed: list[str], looked: bool = True) -> list[str]:
    """Answer the sampled point: the draw first, then what was seen; the units drawn."""
    lots = [f"L-{number}" for number in range(1, 10)]
    first = await desk.answer("OFI-B06", response={"population": lots})
    assert first["outcome"] == "not_audited"
    drawn = {point["id"]: point["drawn"] for point in (await desk.detail())["points"]}["OFI-B06"]
    seen = {"population": lots, "failed": [drawn[0]] if failed else [], "looked": looked}
    await desk.answer("OFI-B06", revises=first["id"], response=seen)
    return list(drawn)


async def finding_points(home: Bakery, audit_id: UUID) -> set[str]:
    found = await audits.findings_of(acting(home.office.crew.auditor, AT), home.member.producer.id)
    return {finding.point_id for finding in found if finding.audit_id == audit_id}


async def more_evidence(desk: Desk) -> None:
    """The document that OFI-B03 asks for beside its line."""
    answers = {answer["point_id"]: answer["id"] for answer in (await desk.detail())["answers"]}
    file = {"media_type": "application/pdf", "data_base64": base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode()}
    await desk.done("/evidence", {"id": str(ids.uuid7(AT)), "answer_id": answers["OFI-B03"], **file})
