"""The main job of the desk by its pages, as people do it: register, plan, declare, start, answer, submit, conclude."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from seal.associations.model import Association
from seal.audits import service as audits
from seal.audits.model import AuditState
from seal.identity import Role
from seal.members import service as members
from seal.people.model import Person
from seal.protocols.model import Outcome
from seal.settings import Settings
from tests import world
from tests.web.support import AT, client, make_association, make_person, serving, sign_in
from tests.world import Staff, acting


@dataclass(frozen=True)
class Office:
    """An association with its staff, and a running application for as long as browsers are open."""

    settings: Settings
    association: Association
    crew: Staff

    @asynccontextmanager
    async def signed_in(self, *people: Person) -> AsyncIterator[list[httpx.AsyncClient]]:
        """A browser for each person, signed in."""
        async with serving(self.settings) as app, AsyncExitStack() as stack:
            browsers = []
            for person in people:
                browsers.append(await stack.enter_async_context(client(app)))
                await sign_in(browsers[-1], person)
            yield browsers


@pytest.fixture
async def office(database: Any) -> Office:
    group = await make_association(demonstration=True)
    crew = Staff(
        await make_person(group, Role.MANAGER, name="Marta"),
        await make_person(group, Role.AUDITOR, name="Ana"),
        await make_person(group, Role.AUDITOR, name="Bruno"),
        await make_person(group, Role.CERTIFIER, name="Carla"),
    )
    return Office(database.settings, group, crew)


def form_of(html: str, action: str) -> dict[str, str]:
    """Hidden fields of the POST form to ``action``."""
    for form in re.findall(r"<form method=\"post\".*?</form>", html, re.DOTALL):
        if f'action="{action}"' in form:
            return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    raise AssertionError(f"no form to {action}")


async def post(browser: httpx.AsyncClient, page: str, action: str, data: dict[str, Any], **more: Any) -> httpx.Response:
    """Open a page, fill its form to ``action`` and send it."""
    html = (await browser.get(page)).text
    return await browser.post(action, data={**form_of(html, action), **data}, follow_redirects=False, **more)


async def post_on(browser: httpx.AsyncClient, page: str, part: str, data: dict[str, Any]) -> httpx.Response:
    done = await post(browser, page, f"{page}/{part}", data)
    assert done.status_code == 303, done.text
    return done


async def member_by_world(office: Office) -> Any:
    one = await world.member(office.association, office.crew.manager, at=AT, commune="Coyhaique")
    return one, await world.honey(office.crew.manager, at=AT)


async def test_a_manager_registers_a_producer_with_everything_an_audit_needs(office: Office) -> None:
    owner = await make_person(office.association, Role.PRODUCER, name="Berta")
    async with office.signed_in(office.crew.manager) as (browser,):
        done = await post(
            browser,
            "/desk/producers/new",
            "/desk/producers",
            {"trade_name": "Miel del Baker", "commune": "Coyhaique", "language": "es"},
        )
        assert done.status_code == 303, done.text
        page = done.headers["location"]
        await post_on(
            browser, page, "sites", {"site_name": "Apiario", "site_kind": "apiary", "site_commune": "Coyhaique"}
        )
        product = {"name_es": "Miel", "protocol_id": "miel", "net_content": "500 g", "grams": "500"}
        done = await post(browser, f"{page}/products/new", f"{page}/products", product)
        assert done.status_code == 303, done.text
        await post_on(browser, page, "permits", {"permit_kind": "sanitary", "permit_number": "7"})
        await post_on(browser, page, "representatives", {"person": str(owner.id), "change": "begin"})
        tie = {"relation_person": str(office.crew.auditor.id), "relation_kind": "debt", "relation_since": "2025-01-01"}
        await post_on(browser, page, "relations", tie)
        done = await post(
            browser, f"{page}/agreement", f"{page}/agreement", {"version": "1", "terms": "Cumplir.", "accepted": "1"}
        )
        assert done.status_code == 303, done.text
        html = (await browser.get(page)).text
        for words in ("Apiario", "500 g", "sanitaria", "Berta", "Ana"):
            assert words in html


async def test_a_form_with_faults_comes_back_with_what_was_typed(office: Office) -> None:
    async with office.signed_in(office.crew.manager) as (browser,):
        done = await post(
            browser,
            "/desk/producers/new",
            "/desk/producers",
            {"trade_name": "Miel & Cía", "commune": "Santiago", "language": "es"},
        )
        assert done.status_code == 400
        assert "Miel &amp; Cía" in done.text
        assert "«Santiago» no es una comuna" in done.text


async def test_an_audit_from_plan_to_conclusion_by_its_pages(office: Office) -> None:
    one, version = await member_by_world(office)
    async with office.signed_in(office.crew.manager, office.crew.auditor) as (manager, auditor):
        done = await post(
            manager,
            f"/desk/audits/new?producer={one.producer.id}",
            "/desk/audits",
            {
                "version": str(version.id),
                "kind": "initial",
                "planned_for": "2026-03-03",
                "sites": str(one.site.id),
                "products": str(one.product.id),
                "auditors": str(office.crew.auditor.id),
            },
        )
        assert done.status_code == 303, done.text
        page = done.headers["location"]
        await post_on(auditor, page, "declaration", {"interest": "none"})
        await post_on(auditor, page, "start", {})
        html = (await auditor.get(page)).text
        first = re.findall(rf'href="({page}/chapters/[^"]+)"', html)[0]
        await answer_by_form(auditor, first)
        shown = (await auditor.get(first)).text
        assert "Respaldo 1" in shown
        audit = (await audits.audits(acting(office.crew.auditor, AT)))[0]
        await answer_rest(office, audit)
        await post_on(auditor, page, "submit", {})
        await post_on(manager, page, "conclude", {})
        assert "Cumple las reglas del protocolo" in (await manager.get(page)).text
        assert (await audits.audit(acting(office.crew.manager, AT), audit.id)).state is AuditState.CLOSED


async def answer_by_form(browser: httpx.AsyncClient, chapter: str) -> None:
    """Answer the measured and plain points of one chapter, with a file for the first."""
    html = (await browser.get(chapter)).text
    data = form_of(html, chapter)
    points = re.findall(r'name="id\.([^"]+)"', html)
    for point in points:
        data[f"justification.{point}"] = "Visto en terreno."
        if f'name="value.{point}"' in html:
            limit = re.search(rf'id="{point}".*?<p class="m">[^<]*?([≥≤]) ([\d.]+)', html, re.DOTALL)
            data[f"value.{point}"] = limit[2] if limit else "1"
            data[f"unit.{point}"] = re.search(
                rf'name="unit\.{point}".*?<option value="([^"]+)" selected', html, re.DOTALL
            )[1]
        else:
            data[f"outcome.{point}"] = "compliant"
    pdf = b"%PDF-1.4\n%%EOF\n"
    done = await browser.post(
        chapter,
        data=data,
        files={f"file.{points[0]}": ("acta.pdf", pdf, "application/pdf")},
        follow_redirects=False,
    )
    assert done.status_code == 303, done.text


async def answer_rest(office: Office, audit: Any) -> None:
    auditor = acting(office.crew.auditor, AT)
    work = await audits.work(auditor, audit.id)
    counted = work.counted()
    assert counted
    given = [world.answer_input(point, at=AT) for point in work.points() if point.id not in counted]
    await audits.answer(auditor, audit.id, given)


async def test_a_plan_that_is_refused_says_every_reason_on_the_page(office: Office) -> None:
    one, version = await member_by_world(office)
    async with office.signed_in(office.crew.manager) as (browser,):
        done = await post(
            browser,
            f"/desk/audits/new?producer={one.producer.id}",
            "/desk/audits",
            {"version": str(version.id), "kind": "renewal", "planned_for": "2026-03-01"},
        )
        assert done.status_code == 422
        for words in ("Elija al menos un sitio", "Elija al menos un producto", "ya pasó", "primera auditoría"):
            assert words in done.text


async def test_a_finding_is_answered_by_the_producer_and_verified_by_the_auditor(office: Office) -> None:
    one, version = await member_by_world(office)
    audit = await world.submitted(office.crew, one, version, at=AT, outcomes={"MIEL-A04": Outcome.NON_COMPLIANT})
    (finding,) = await audits.findings_of(acting(office.crew.auditor, AT))
    page = f"/desk/findings/{finding.id}"
    async with office.signed_in(one.owner, office.crew.auditor) as (producer, auditor):
        assert (await producer.get(f"/desk/audits/{audit.id}")).status_code == 200
        await post_on(producer, page, "response", {"cause": "Sol", "correction": "Pintura", "prevention": "Revisar"})
        await post_on(auditor, page, "verification", {"accepted": "yes", "verify_reason": "Visto"})
        assert "cerrado" in (await producer.get(page)).text


async def test_profile_questions_are_asked_in_words_and_answered_once(office: Office) -> None:
    one, _ = await member_by_world(office)
    page = f"/desk/producers/{one.producer.id}/facts"
    async with office.signed_in(one.owner) as (browser,):
        html = (await browser.get(page)).text
        assert "?" in html
        done = await browser.post(
            page, data={**form_of(html, page), "fact.transhumance": "yes"}, follow_redirects=False
        )
        assert done.status_code == 303, done.text
        facts = (await members.dossier(acting(one.owner, AT), one.producer.id)).fact_values()
        assert facts["transhumance"] is True


async def test_every_page_of_the_desk_opens_in_both_languages(office: Office) -> None:
    one, version = await member_by_world(office)
    audit = await world.submitted(office.crew, one, version, at=AT, outcomes={"MIEL-A04": Outcome.NON_COMPLIANT})
    (finding,) = await audits.findings_of(acting(office.crew.auditor, AT))
    chapter = "miel.A"
    chapters = {point.chapter for point in (await audits.work(acting(office.crew.auditor, AT), audit.id)).points()}
    pages = [
        "/desk/producers",
        "/desk/producers/new",
        f"/desk/producers/{one.producer.id}",
        f"/desk/producers/{one.producer.id}/agreement",
        f"/desk/producers/{one.producer.id}/facts",
        f"/desk/producers/{one.producer.id}/advice",
        "/desk/audits",
        "/desk/audits/new",
        f"/desk/audits/new?producer={one.producer.id}",
        f"/desk/audits/{audit.id}",
        f"/desk/audits/{audit.id}/chapters/{chapter if chapter in chapters else sorted(chapters)[0]}",
        f"/desk/findings/{finding.id}",
    ]
    async with office.signed_in(office.crew.manager) as (browser,):
        for page in pages:
            for lang in ("es", "en"):
                shown = await browser.get(page, params={"lang": lang} if "?" not in page else None)
                assert shown.status_code == 200, (page, lang, shown.text[-800:])


async def test_pages_of_others_are_not_found(office: Office) -> None:
    one, version = await member_by_world(office)
    other = await world.member(office.association, office.crew.manager, "Otra", at=AT, commune="Coyhaique")
    audit = await world.submitted(office.crew, one, version, at=AT)
    async with office.signed_in(other.owner) as (browser,):
        for page in (f"/desk/audits/{audit.id}", f"/desk/producers/{one.producer.id}"):
            assert (await browser.get(page)).status_code == 404


async def test_checklist_and_report_come_as_paper(office: Office) -> None:
    one, version = await member_by_world(office)
    outcomes = {"MIEL-A04": Outcome.NON_COMPLIANT}
    audit = await world.submitted(office.crew, one, version, at=AT, outcomes=outcomes)
    async with office.signed_in(office.crew.manager) as (browser,):
        for name in ("checklist", "report"):
            paper = await browser.get(f"/desk/audits/{audit.id}/{name}.pdf")
            assert paper.status_code == 200, paper.text[-800:]
            assert paper.content.startswith(b"%PDF-")
