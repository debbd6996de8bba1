"""Typed answers, their units and samples, by JSON on both engines: judged, doubted, counted together, concluded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seal.audits import service as audits
from tests.audits.bakery import Bakery, bakery, draw, finding_points, good_answers, more_evidence, visiting
from tests.audits.test_pages import Office, office
from tests.web.support import AT
from tests.world import acting

__all__ = ["office"]


@pytest.fixture
async def home(office: Office, tmp_path: Path) -> Bakery:
    return await bakery(office, tmp_path)


def codes(reasons: list[dict[str, Any]]) -> set[str]:
    return {reason["code"] for reason in reasons}


JUDGED = [
    ("OFI-A03", {"choice": "half"}, "partial"),
    ("OFI-A03", {"choice": "open"}, "non_compliant"),
    ("OFI-A04", {"chosen": ["cap"]}, "non_compliant"),
    ("OFI-A04", {"chosen": []}, "non_compliant"),
    ("OFI-B01", {"good": 9, "of": 10}, "compliant"),
    ("OFI-B01", {"good": 8, "of": 10}, "non_compliant"),
    ("OFI-B02", {"rows": [{"day": "1", "heat": "180"}]}, "non_compliant"),
    ("OFI-B03", {"document": True, "expires_on": "2026-01-01"}, "non_compliant"),
    ("OFI-B04", {"minutes": "121", "done": True}, "non_compliant"),
    ("OFI-B08", {"points": 1}, "partial"),
]


async def test_what_is_typed_decides_the_outcome_and_is_kept(home: Bakery) -> None:
    async with visiting(home) as visit:
        newest: dict[str, str] = {}
        for point, response, outcome in JUDGED:
            more = {"revises": newest[point]} if point in newest else {}
            kept = await visit.answer(point, response=response, **more)
            assert (kept["outcome"], kept["response"]) == (outcome, response)
            newest[point] = kept["id"]


async def test_an_outcome_is_never_picked_where_it_is_computed(home: Bakery) -> None:
    async with visiting(home) as visit:
        assert codes(await visit.refused("OFI-B01", outcome="compliant")) == {"audits.answer.response_needed"}
        both = await visit.refused("OFI-B01", outcome="compliant", response={"good": 1, "of": 10})
        assert codes(both) == {"audits.answer.outcome_is_computed"}


async def test_what_cannot_be_read_names_the_point(home: Bakery) -> None:
    async with visiting(home) as visit:
        for point, response in (("OFI-B01", {"good": "todas"}), ("OFI-A03", {"choice": "roof"}), ("OFI-A01", {"x": 1})):
            (reason,) = await visit.refused(point, response=response)
            assert reason["code"].startswith("protocols.")
            assert reason["params"]["point"] == point
        assert codes(await visit.refused("OFI-B01", response={})) == {"audits.answer.response_form"}


async def test_a_value_out_of_what_is_plausible_is_asked_again_and_then_taken(home: Bakery) -> None:
    async with visiting(home) as visit:
        hot = {"measured": {"value": "45", "unit": "degC"}}
        assert codes(await visit.refused("OFI-A05", **hot)) == {"protocols.implausible"}
        kept = await visit.answer("OFI-A05", **hot, confirmed=True)
        assert (kept["outcome"], kept["confirmed"]) == ("non_compliant", True)


async def test_each_site_answers_and_the_worst_speaks_for_the_point(home: Bakery) -> None:
    async with visiting(home) as visit:
        first, second = str(home.member.site.id), str(home.second.id)
        assert codes(await visit.refused("OFI-A02", response={"yes": True})) == {"audits.answer.unit_needed"}
        assert codes(await visit.refused("OFI-A02", unit="otro", response={"yes": True})) == {
            "audits.answer.unit_unknown"
        }
        await visit.done(
            "/answers", {"answers": good_answers(home, but={"OFI-A02": {"unit": first, "response": {"yes": True}}})}
        )
        await draw(visit, [])
        missing = await visit.send("/submit")
        assert {(reason["code"], reason["params"].get("at")) for reason in missing.json()["reasons"]} == {
            ("audits.submit.unit_unanswered", "Local"),
            ("audits.submit.evidence_short", None),
        }
        await visit.answer("OFI-A02", unit=second, response={"yes": False})
        await more_evidence(visit)
        submitted = await visit.done("/submit")
        assert submitted["state"] == "findings_open"
        audit_id = (await visit.detail())["audit"]["id"]
        assert await finding_points(home, (await audits.audits(acting(home.office.crew.auditor, AT)))[0].id) == {
            "OFI-A02"
        }
        concluded = await visit.done("/conclude")
        assert {(rule["rule"], tuple(rule["points"])) for rule in concluded["failed_rules"]} == set()
        assert concluded["audit_id"] == audit_id


async def test_a_lot_is_named_by_whoever_answers(home: Bakery) -> None:
    async with visiting(home) as visit:
        assert codes(await visit.refused("OFI-B07", response={"yes": True})) == {"audits.answer.unit_needed"}
        assert codes(await visit.refused("OFI-B07", unit=" L-1", response={"yes": True})) == {"audits.answer.unit_form"}
        for lot in ("L-1", "L-2"):
            await visit.answer("OFI-B07", unit=lot, response={"yes": True})
        (point,) = [one for one in (await visit.detail())["points"] if one["id"] == "OFI-B07"]
        assert (point["grain"], point["units"]) == ("lot", {})


async def test_a_sample_is_drawn_by_the_seed_of_the_start_and_judged_by_its_failures(home: Bakery) -> None:
    async with visiting(home) as visit:
        before = (await visit.detail())["sample_commitment"]
        drawn = await draw(visit, ["one"])
        assert len(drawn) == 3, "the square root of nine"
        answers = [answer for answer in (await visit.detail())["answers"] if answer["point_id"] == "OFI-B06"]
        assert [answer["outcome"] for answer in answers] == ["not_audited", "non_compliant"]
        assert (await visit.detail())["sample_commitment"] == before
        assert len(before) == 64
        outside = {"population": ["a", "b", "c", "d"], "failed": ["z"], "looked": True}
        refused = await visit.refused("OFI-B06", revises=answers[-1]["id"], response=outside)
        assert codes(refused) == {"protocols.sample_unknown"}


async def test_a_whole_audit_of_typed_answers_reaches_a_grade_with_the_right_to_seal(home: Bakery) -> None:
    async with visiting(home) as visit:
        await visit.done("/answers", {"answers": good_answers(home)})
        await draw(visit, [])
        await more_evidence(visit)
        assert (await visit.done("/submit"))["state"] == "ready_for_review"
        concluded = await visit.done("/conclude")
        assert (concluded["passed"], concluded["grade"], concluded["seal"]) == (True, "bronze", True)


async def test_an_entry_grade_passes_and_gives_no_right_to_seal(home: Bakery) -> None:
    async with visiting(home) as visit:
        poor = {
            "OFI-A05": {"measured": {"value": "9", "unit": "degC"}},
            "OFI-B01": {"response": {"good": 1, "of": 10}},
        }
        await visit.done("/answers", {"answers": good_answers(home, but=poor)})
        await draw(visit, [])
        await more_evidence(visit)
        await visit.done("/submit")
        concluded = await visit.done("/conclude")
        assert (concluded["passed"], concluded["grade"], concluded["seal"]) == (True, "en_camino", False)
