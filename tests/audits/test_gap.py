"""A gap audit asks what a newer version changed, and carries the rest over; what was said before stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seal.audits import service as audits
from seal.audits.model import Audit
from seal.errors import Refused
from seal.protocols.model import Outcome
from tests.audits.bakery import (
    Bakery,
    bakery,
    body,
    desk,
    draw,
    good_answers,
    more_evidence,
    planned,
    published,
    started,
)
from tests.audits.test_pages import Office, office
from tests.web.support import AT, client, serving
from tests.world import acting

__all__ = ["office"]


@pytest.fixture
async def home(office: Office, tmp_path: Path) -> Bakery:
    return await bakery(office, tmp_path)


async def first_audit(home: Bakery) -> Audit:
    """A whole audit under 0.1.0 that passes, with one minor finding left open."""
    audit = await started(home)
    async with serving(home.office.settings) as app, client(app) as browser:
        visit = await desk(browser, home.office.crew.auditor, audit)
        short = {"OFI-B04": {"response": {"minutes": "130", "done": True}}}
        await visit.done("/answers", {"answers": good_answers(home, but=short)})
        await draw(visit, [])
        await more_evidence(visit)
        await visit.done("/submit")
        assert (await visit.done("/conclude"))["passed"]
    return await audits.audit(acting(home.office.crew.auditor, AT), audit.id)


async def test_a_gap_audit_asks_only_what_changed_and_counts_the_rest(home: Bakery) -> None:
    before = await first_audit(home)
    newer = await published(home.office, home.folder, "0.2.0")
    audit = await started(home, newer, kind="gap")
    async with serving(home.office.settings) as app, client(app) as browser:
        visit = await desk(browser, home.office.crew.auditor, audit)
        detail = await visit.detail()
        assert [point["id"] for point in detail["points"]] == ["OFI-A03", "OFI-A05", "OFI-B10"]
        carried = {one["point"]: one["outcome"] for one in detail["carried"]}
        assert set(carried) == {
            "OFI-A01", "OFI-A02", "OFI-A04", "OFI-B01", "OFI-B02", "OFI-B03", "OFI-B04", "OFI-B05", "OFI-B06",
            "OFI-B07", "OFI-B08", "OFI-B09",
        }  # fmt: skip
        assert carried["OFI-B04"] == "non_compliant", "its finding is still open"
        (reason,) = await visit.refused("OFI-A01", outcome="compliant")
        assert reason["code"] == "audits.answer.point_carried"
        cold = {"measured": {"value": "4", "unit": "degC"}}
        answers = [body("OFI-A03", response={"choice": "covered"}), body("OFI-A05", **cold)]
        await visit.done("/answers", {"answers": [*answers, body("OFI-B10", outcome="compliant")]})
        await visit.done("/submit")
        concluded = await visit.done("/conclude")
        assert concluded["passed"] is True
        work = await audits.work(acting(home.office.crew.auditor, AT), audit.id)
        assert work.carried is not None
        assert work.carried.audit_id == before.id
        assert work.judged()["OFI-B04"].outcome is Outcome.NON_COMPLIANT


async def test_what_was_answered_before_and_is_still_open_stands_beside_each_point(home: Bakery) -> None:
    await first_audit(home)
    newer = await published(home.office, home.folder, "0.2.0")
    audit = await started(home, newer, kind="surveillance")
    async with serving(home.office.settings) as app, client(app) as browser:
        detail = await (await desk(browser, home.office.crew.auditor, audit)).detail()
    points = {point["id"]: point for point in detail["points"]}
    assert [one["response"] for one in points["OFI-B01"]["previous"]] == [{"good": 9, "of": 10}]
    assert len(points["OFI-A02"]["previous"]) == 2, "one for each site"
    assert points["OFI-B10"]["previous"] == []
    assert [len(points[point]["open_findings"]) for point in ("OFI-B04", "OFI-B01")] == [1, 0]


async def test_without_a_newer_version_there_is_no_gap(home: Bakery) -> None:
    await first_audit(home)
    with pytest.raises(Refused) as refused:
        await planned(home, home.version, kind="gap")
    assert [reason.code for reason in refused.value.reasons] == ["audits.plan.gap_same_version"]


async def test_a_producer_who_was_never_audited_has_no_gap(home: Bakery) -> None:
    with pytest.raises(Refused) as refused:
        await planned(home, kind="gap")
    assert [reason.code for reason in refused.value.reasons] == ["audits.plan.no_cycle"]
