"""The pack to fill by hand: its pages, the codes that lead back to the screen, and keying it in by somebody else."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import httpx
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from seal.audits import pack
from seal.audits import service as audits
from seal.cli import fsck
from seal.printing import service as printing
from seal.protocols.model import Outcome
from tests import world
from tests.audits.bakery import Bakery, bakery, desk, started
from tests.audits.test_pages import Office, form_of, member_by_world, office
from tests.web.support import AT, client, serving
from tests.world import acting

__all__ = ["office"]


@pytest.fixture
async def home(office: Office, tmp_path: Path) -> Bakery:
    return await bakery(office, tmp_path)


def texts_of(document: bytes) -> list[str]:
    """The words of each page."""
    opened = pypdfium2.PdfDocument(document)
    try:
        return [page.get_textpage().get_text_bounded() for page in opened]
    finally:
        opened.close()


async def test_no_page_of_the_pack_runs_over_and_each_code_leads_to_its_screen(office: Office) -> None:
    one, version = await member_by_world(office)
    audit = await world.started(office.crew, one, version, at=AT)
    work = await audits.work(acting(office.crew.auditor, AT), audit.id)
    pages = pack.pages(work.protocol, work.points(), work.units_of)
    async with office.signed_in(office.crew.auditor) as (browser,):
        paper = await browser.get(f"/desk/audits/{audit.id}/pack.pdf")
        assert paper.status_code == 200, paper.text[-800:]
        texts = texts_of(paper.content)
        covers = len(texts) - len(pages)
        assert covers in (1, 2)
        for number, page in enumerate(pages):
            text = texts[covers + number]
            assert f"{page.part.value[0].upper()}-{page.number}" in text
            for _, point in page.points:
                assert point.id in text, (page.number, point.id)
        for number in (0, len(pages) - 1):
            picture = Image.open(io.BytesIO(await printing.png(paper.content, page=covers + number, dpi=200)))
            (code,) = zxingcpp.read_barcodes(picture)
            path = code.text.removeprefix(office.association.base)
            assert path == f"/desk/audits/{audit.id}/paper/{pages[number].part.value}/{pages[number].number}"
            shown = (await browser.get(path)).text
            ids = re.findall(r'<section class="sheet" id="([^"]+)"', shown)
            assert ids == [point.id for _, point in pages[number].points]


async def test_every_point_stands_on_paper_in_both_languages(home: Bakery) -> None:
    audit = await started(home)
    async with home.office.signed_in(home.office.crew.manager) as (browser,):
        whole = " ".join(texts_of((await browser.get(f"/desk/audits/{audit.id}/pack.pdf")).content))
    tidy = " ".join(whole.split())
    for words in ("Punto OFI-A03 se cumple.", "Point OFI-A03 is met.", "Cubierta", "Covered", "Apiario", "Local"):
        assert words in tidy, words


async def key_in(browser: httpx.AsyncClient, page: str, data: dict[str, Any]) -> httpx.Response:
    shown = (await browser.get(page)).text
    return await browser.post(page, data={**form_of(shown, page), **data}, follow_redirects=False)


def keys_of(shown: str, point: str) -> list[str]:
    """The keys of the answers to a point, in the order of the page."""
    return [key for key in re.findall(r'name="id\.([^"]+)"', shown) if key == point or key.startswith(f"{point}@")]


async def test_what_one_fills_by_hand_another_keys_in_and_both_are_kept(home: Bakery) -> None:
    audit = await started(home)
    crew = home.office.crew
    async with home.office.signed_in(crew.manager) as (manager,):
        listed = (await manager.get(f"/desk/audits/{audit.id}/paper")).text
        pages = re.findall(rf'href="(/desk/audits/{audit.id}/paper/[^"]+)"', listed)
        for page in pages:
            shown = (await manager.get(page)).text
            data: dict[str, Any] = {"filled_by": str(crew.auditor.id)}
            for point, typed in FILLED.items():
                for number, key in enumerate(keys_of(shown, point)):
                    data |= {f"{name}.{key}": value for name, value in typed.items()}
                    data[f"justification.{key}"] = "Anotado a mano."
                    if "@" in key and point == "OFI-B07":
                        data[f"unitname.{key}"] = f"L-{number + 1}"
            done = await key_in(manager, page, data)
            assert done.status_code == 303, re.findall(r'class="fault"[^>]*>([^<]+)', done.text)
        work = await audits.work(acting(crew.manager, AT), audit.id)
        assert {answer.keyed_by for answer in work.answers} == {crew.manager.id}
        assert {answer.answered_by for answer in work.answers} == {crew.auditor.id}
        newest = work.newest()
        assert newest["OFI-A02", str(home.second.id)].response == {"yes": True}
        assert newest["OFI-A05", ""].measured == ("4,5", "degC")
        assert newest["OFI-B07", "L-2"].outcome is Outcome.COMPLIANT
        assert newest["OFI-B05", ""].response == {
            "judges": [{"taste": "8", "look": "7"}, {"taste": "9", "look": "8"}, {"taste": "7", "look": "9"}]
        }
        assert crew.manager.id in await audits.participants(home.office.association.id, audit.id)
    (report,) = await fsck.inspect()
    assert [one for one in report.breaches if one.table == "answer"] == []


FILLED: dict[str, dict[str, Any]] = {
    "OFI-A01": {"outcome": "compliant"},
    "OFI-A02": {"yes": "yes"},
    "OFI-A03": {"choice": "covered"},
    "OFI-A04": {"chosen": ["apron", "cap"]},
    "OFI-A05": {"value": "4,5", "unit": "degC"},
    "OFI-B01": {"good": "9", "of": "10"},
    "OFI-B02": {"rows.0.0": "1", "rows.0.1": "180", "rows.1.0": "2", "rows.1.1": "175"},
    "OFI-B03": {"document": "yes", "expires_on": "2027-01-01"},
    "OFI-B04": {"minutes": "95", "done": "yes"},
    "OFI-B05": {
        "judges.0.0": "8", "judges.0.1": "7", "judges.1.0": "9", "judges.1.1": "8", "judges.2.0": "7",
        "judges.2.1": "9",
    },
    "OFI-B07": {"yes": "yes"},
}  # fmt: skip


async def test_nobody_keys_in_paper_of_somebody_outside_the_team_or_of_their_own(home: Bakery) -> None:
    audit = await started(home)
    crew = home.office.crew
    async with serving(home.office.settings) as app, client(app) as browser:
        manager = await desk(browser, crew.manager, audit)
        outside = await manager.refused("OFI-A01", outcome="compliant", filled_by=str(crew.second_auditor.id))
        assert [reason["code"] for reason in outside] == ["audits.answer.filled_by_outside"]
        alone = await manager.send("/answers", {"answers": [{"id": "0", "point_id": "x"}]})
        assert alone.status_code == 400
        second = await desk(browser, crew.second_auditor, audit)
        answer = {"answers": [{"id": str(audit.id), "point_id": "OFI-A01", "filled_by": str(crew.auditor.id)}]}
        assert (await second.send("/answers", answer)).status_code == 404
