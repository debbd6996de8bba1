"""Typed answers and facts by the forms of the desk, as people fill them: kept, asked again, shown again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from seal.audits import access
from seal.audits import service as audits
from seal.members import service as members
from seal.protocols.model import Outcome
from tests import world
from tests.audits.bakery import Bakery, bakery, started
from tests.audits.test_pages import Office, form_of, member_by_world, office
from tests.audits.test_paper import FILLED, keys_of
from tests.web.support import AT
from tests.world import acting

__all__ = ["office"]


@pytest.fixture
async def home(office: Office, tmp_path: Path) -> Bakery:
    return await bakery(office, tmp_path)


async def fill(browser: httpx.AsyncClient, page: str, filled: dict[str, dict[str, Any]]) -> httpx.Response:
    """Open a chapter, fill some points alike for each of their units, and send it."""
    shown = (await browser.get(page)).text
    data: dict[str, Any] = dict(form_of(shown, page))
    for point, typed in filled.items():
        for key in keys_of(shown, point):
            if f'name="unitname.{key}" type' not in shown:  # a lot that nobody named yet
                data |= {f"{name}.{key}": value for name, value in {"justification": "Visto.", **typed}.items()}
    return await browser.post(page, data=data, follow_redirects=False)


async def test_a_chapter_of_typed_points_is_answered_by_its_form(home: Bakery) -> None:
    audit = await started(home)
    page = f"/desk/audits/{audit.id}/chapters/oficio.A?part=visit"
    async with home.office.signed_in(home.office.crew.auditor) as (browser,):
        done = await fill(browser, page, {point: FILLED[point] for point in ("OFI-A02", "OFI-A03", "OFI-A04")})
        assert done.status_code == 303, re.findall(r'class="fault"[^>]*>([^<]+)', done.text)
        shown = (await browser.get(page)).text
        for words in ("Cubierta", "Delantal, Gorro", "<h3>Local</h3>", "<h3>Apiario</h3>"):
            assert words in shown, words
        assert (await fill(browser, page, {})).status_code == 303
    work = await audits.work(acting(home.office.crew.auditor, AT), audit.id)
    assert [answer.revision for answer in work.answers] == [1, 1, 1, 1], "what is shown again is no correction"


async def test_a_doubt_is_asked_on_the_page_and_confirmed_there(home: Bakery) -> None:
    audit = await started(home)
    page = f"/desk/audits/{audit.id}/chapters/oficio.A"
    hot = {"OFI-A05": {"value": "45", "unit": "degC"}}
    async with home.office.signed_in(home.office.crew.auditor) as (browser,):
        asked = await fill(browser, page, hot)
        assert asked.status_code == 422
        assert 'name="confirmed.OFI-A05"' in asked.text
        assert 'value="45"' in asked.text
        done = await fill(browser, page, {"OFI-A05": {**hot["OFI-A05"], "confirmed": "1"}})
        assert done.status_code == 303, done.text
    work = await audits.work(acting(home.office.crew.auditor, AT), audit.id)
    assert work.counted()["OFI-A05"].outcome is Outcome.NON_COMPLIANT


async def test_facts_are_asked_by_their_type_and_a_strange_number_twice(home: Bakery) -> None:
    page = f"/desk/producers/{home.member.producer.id}/facts"
    told = {"fact.ovens": "200", "fact.makes": ["bread", "cake"], "fact.heat": "wood", "fact.sells": "no"}
    async with home.office.signed_in(home.member.owner) as (browser,):
        hidden = form_of((await browser.get(page)).text, page)
        asked = await browser.post(page, data={**hidden, **told}, follow_redirects=False)
        assert asked.status_code == 422
        assert "Lo habitual va de 1 a 20" in asked.text
        hidden = form_of(asked.text, page)
        sent = {**hidden, **told, "confirmed.ovens": "1"}
        assert (await browser.post(page, data=sent, follow_redirects=False)).status_code == 303
        shown = (await browser.get(page)).text
        assert re.search(r'value="wood" checked', shown)
    facts = (await members.dossier(acting(home.member.owner, AT), home.member.producer.id)).fact_values()
    assert {name: facts[name] for name in ("ovens", "makes", "heat", "sells")} == {
        "ovens": "200", "makes": ("bread", "cake"), "heat": "wood", "sells": False,
    }  # fmt: skip


async def test_facts_decide_the_checklist_and_are_frozen(home: Bakery) -> None:
    owner = acting(home.member.owner, AT)
    await members.record_facts(owner, home.member.producer.id, {"makes": ("bread",), "ovens": "4"})
    audit = await started(home)
    auditor = acting(home.office.crew.auditor, AT)
    work = await audits.work(auditor, audit.id)
    assert "OFI-B09" not in {point.id for point in work.points()}, "nobody bakes cakes here"
    await audits.correct_facts(auditor, audit.id, {"makes": ("bread", "cake")}, reason="Vende tortas.")
    work = await audits.work(auditor, audit.id)
    assert "OFI-B09" in {point.id for point in work.points()}
    assert [json.loads(bytes(one.facts))["ovens"] for one in work.frozen] == ["4", "4"]


async def test_a_long_visit_is_told_before_it_begins_and_parts_are_apart(office: Office) -> None:
    one, version = await member_by_world(office)
    audit = await world.started(office.crew, one, version, at=AT)
    async with office.signed_in(office.crew.auditor) as (browser,):
        shown = (await browser.get(f"/desk/audits/{audit.id}")).text
    assert f"más de {access.VISIT_MOST} puntos" in shown
    assert shown.index("En la oficina") < shown.index("En la visita")
    assert "?part=desk" in shown
