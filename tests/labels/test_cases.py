"""Edge cases of the domain (CERTIFICATION D 10, 16, 17, 18), each as a scenario through the API, named for its case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from seal.batches.book import service as book
from seal.batches.book.model import Dimension
from seal.cli import fsck
from seal.clock import local_day
from seal.desk import service as desk
from seal.errors import Refused
from seal.ids import Code
from seal.verification import bundle as bundles
from seal.verification.model import judge
from tests import world
from tests.certificates.certified import ZONE, Certified, certified, sealed
from tests.conftest import Database, on
from tests.web.support import RealButStill, bearer, client, key, serving

TODAY = local_day(world.START, ZONE).isoformat()


@dataclass
class Program:
    """A program that acts for the producer, and a stranger with a telephone."""

    made: Certified
    browser: httpx.AsyncClient
    headers: dict[str, str]

    async def post(self, path: str, data: dict[str, Any], status: int = 201) -> Any:
        answer = await self.browser.post(f"/api/v1/{path}", json=data, headers=key(self.headers))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, path: str) -> Any:
        answer = await self.browser.get(f"/api/v1/{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def verdict(self, code: str) -> str:
        """What anybody is told, without signing in."""
        answer = await self.browser.get(f"/{code}", headers={"Accept": "application/json"})
        return str(answer.json()["verdict"])


@asynccontextmanager
async def program(database: Database) -> AsyncIterator[Program]:
    made = await certified()
    async with serving(database.settings, RealButStill(world.START)) as app:
        browser = client(app)
        yield Program(made, browser, await bearer(browser, made.world.member.owner, at=world.START))


def code(public_id: int | None, number: int) -> str:
    return Code(public_id or 0, number).plain


@on("sqlite")
async def test_case_10_merging_after_sealing_is_refused_and_repacking_voids_the_seals(database: Database) -> None:
    async with program(database) as one:
        batch = await sealed(one.made, units=50)
        await one.post(f"batches/{batch.id}/labels", {"count": 50})
        with pytest.raises(Refused, match=r"book.sealed_units"):
            await book.make(
                one.made.owner(),
                batch.producer_id,
                happened_on=local_day(world.START, ZONE),
                takes=[(batch.id, 10)],
                new=[book.New("honey", 5000, Dimension.MASS)],
            )
        asked = {"batch": str(batch.id), "happened_on": TODAY, "material": "honey", "amount": "5", "unit": "kg"}
        await one.post("labels/void", {"batch": str(batch.id), "lines": "50", "reason": "damaged"})
        again = await one.post("labels/repack", asked | {"lines": "45-50"}, 422)
        assert [reason["code"] for reason in again["reasons"]] == ["label.repack_void"]
        before = (batch.produced_on - timedelta(days=1)).isoformat()
        early = await one.post("labels/repack", asked | {"lines": "1-10", "happened_on": before}, 422)
        assert [reason["code"] for reason in early["reasons"]] == ["label.repack_before"]
        done = await one.post("labels/repack", asked | {"lines": "1-10"})
        assert (done["void"][0]["first"], done["void"][0]["last"]) == (1, 10)
        assert await one.verdict(code(batch.public_id, 3)) == "unit_void"
        assert await one.verdict(code(batch.public_id, 11)) == "authentic"
        graph = await book.graph_of(batch.association_id, UUID(done["lot"]))
        assert batch.id in {lot.id for lot in graph.lots.values()}


@on("sqlite")
async def test_case_16_over_printing_is_refused_and_an_unexplained_gap_is_graded(database: Database) -> None:
    async with program(database) as one:
        batch = await sealed(one.made, units=1000)
        refused = await one.post(f"batches/{batch.id}/labels", {"count": 1021}, 422)
        assert [reason["code"] for reason in refused["reasons"]] == ["label.over_quota"]
        await one.post(f"batches/{batch.id}/labels", {"count": 1000})
        for used, finding in ((990, None), (989, "minor"), (970, "minor"), (969, "major"), (1031, "major")):
            count = await one.post(f"batches/{batch.id}/labels/counts", {"used": used})
            assert (count["unexplained"], count["finding"]) == (1000 - used, finding)
        before = (batch.produced_on - timedelta(days=1)).isoformat()
        early = await one.post(f"batches/{batch.id}/labels/counts", {"used": 1, "counted_on": before}, 400)
        assert [reason["code"] for reason in early["reasons"]] == ["label.counted_before"]
        gaps = await one.get("labels/gaps")
        assert [gap["batch"] for gap in gaps] == [str(batch.id)]
        today = await desk.today(one.made.manager(), local_day(world.START, ZONE))
        assert ("label_gap_major", batch.id) in {(task.kind, task.object_id) for task in today.now}
        (report,) = await fsck.inspect()
        assert report.clean
        assert [(note.code, note.params["count"]) for note in report.notes] == [("label.gap", -31)]
        last = await one.post(f"batches/{batch.id}/labels/counts", {"used": 900, "spoiled": 20, "left_over": 10})
        assert (last["unexplained"], last["per_mille"], last["finding"]) == (70, 70, "major")


@on("sqlite")
async def test_case_17_damaged_labels_are_void_for_good_and_new_ones_have_new_numbers(database: Database) -> None:
    async with program(database) as one:
        batch = await sealed(one.made, units=100)
        first = await one.post(f"batches/{batch.id}/labels", {"count": 100})
        printed = await one.get(f"label-ranges/{first['id']}/codes")
        lines = "\n".join([printed[2]["address"].upper(), printed[4]["code"], printed[6]["digits"], "9-10"])
        asked = {"lines": lines, "reason": "damaged"}
        faults = await one.post("labels/void", asked, 400)
        assert [reason["code"] for reason in faults["reasons"]] == ["label.line_no_book"]
        done = await one.post(f"batches/{batch.id}/labels/reprint", asked)
        assert (done["range"]["first"], done["range"]["last"]) == (101, 105)
        assert [(void["first"], void["last"]) for void in done["void"]] == [(3, 3), (5, 5), (7, 7), (9, 10)]
        for number in (3, 5, 7, 9, 10):
            assert await one.verdict(code(batch.public_id, number)) == "unit_void"
        assert await one.verdict(code(batch.public_id, 101)) == "authentic"
        final = await one.post(f"batches/{batch.id}/labels/reprint", asked, 422)
        assert [reason["code"] for reason in final["reasons"]] == ["label.reprint_nothing"]
        left = (await one.get(f"batches/{batch.id}/labels"))["left"]
        assert left == 2  # the spare
        other = await one.post("labels/void", {"lines": "0000-0000-0", "reason": "lost"}, 400)
        assert [reason["code"] for reason in other["reasons"]] == ["label.line_unknown"]


@on("sqlite")
async def test_case_18_a_lost_roll_is_blocked_in_the_same_second(database: Database) -> None:
    async with program(database) as one:
        staff = await bearer(one.browser, one.made.world.staff.manager, at=world.START)
        manager = Program(one.made, one.browser, staff)
        roll = await manager.post("rolls", {"size": 20, "note": "Feria"})
        path = f"rolls/{roll['id']}"
        producer = str(one.made.world.member.producer.id)
        await manager.post(f"{path}/allotments", {"first": 1, "last": 20, "producer": producer})
        seals = await manager.get(f"{path}/seals")
        table = await one.browser.get(f"/api/v1/{path}/seals?format=csv", headers=staff)
        assert table.text.splitlines()[1] == f"1,{seals[0]['code']},{seals[0]['address']}"
        batch = await sealed(one.made, units=100)
        bound = await one.post(f"{path}/bindings", {"first": 1, "last": 8, "batch": str(batch.id)})
        assert bound["unit"] == 1
        read = [seal["address"].rpartition("/")[2] for seal in seals]
        assert [await one.verdict(read[number]) for number in (0, 19)] == ["authentic", "not_sealed"]
        page = await one.browser.get(f"/{read[19]}")
        assert "todavía no está puesto en ningún lote" in page.text
        told = {"place": "En la barcaza", "last_seen_on": TODAY}
        gone = await one.post(f"{path}/void", {"reason": "lost", "loss": told})
        assert sum(span["last"] - span["first"] + 1 for span in gone["void"]) == 20
        assert [await one.verdict(read[number]) for number in (0, 7, 8, 19)] == ["unit_lost"] * 4
        page = await one.browser.get(f"/{read[0]}")
        assert "se dio por perdida" in page.text
        held = bundles.read((await one.browser.get("/bundle")).content, fingerprint=None)
        offline = [judge(bundles.evidence(held, read[number]), world.START).code.value for number in (0, 19)]
        assert offline == ["unit_lost"] * 2
        again = await one.post(f"{path}/bindings", {"first": 9, "last": 9, "batch": str(batch.id)}, 422)
        assert [reason["code"] for reason in again["reasons"]] == ["roll.out_of_use"]
