"""Before a seal, by JSON: waivers by two persons, results awaited, pooled samples, odd values (CERTIFICATION D)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from seal.batches import service as batches
from seal.batches.book import service as book
from seal.batches.tables import BatchWaiver
from seal.cli.jobs import run_for
from seal.db import unit_of_work
from seal.db.violations import integrity
from seal.errors import Reason, Refused
from seal.keys import jws
from seal.members import service as members
from seal.transparency import service as log
from seal.transparency.model import LeafType
from tests.batches.lenient import TODAY, Office, office, result
from tests.conftest import Database, on

DAY = timedelta(days=1)
WHY = "Se volvió a medir con otro refractómetro, ver informe."


async def test_d44_d45_values_are_judged_as_typed_and_odd_ones_asked_back(database: Database, tmp_path: Path) -> None:
    """D 44 (20.04 against 20), D 45 (HMF 0.04 g/kg), n/c/m/M by sample, ND, and one sample of several lots."""
    async with office(database, tmp_path) as here:
        first, second = await here.declared("L-1"), await here.declared("L-2")
        of_first = f"/batches/{first}/tests"
        odd = await here.owner.refused(of_first, result("moisture", "2004", "g/100g", by="self"), status=400)
        assert odd[0].startswith("2004 g/100g está lejos de lo habitual (10 a 30 g/100g). Mírelo de nuevo")
        assert not (await here.owner.get(of_first))
        kept = await here.owner.test(first, "moisture", "9,5", "g/100g", by="self", confirmed=True)
        assert kept["confirmed"] is True
        kept = await here.owner.test(first, "moisture", "20.04", "g/100g", by="self", confirmed=True)
        assert kept["confirmed"] is False, "nothing was odd about it"
        meant = await here.manager.refused(of_first, result("hmf", "0,04", "mg/kg"), status=400)
        assert meant[0].startswith("0.04 mg/kg queda muy lejos del límite (≤ 40 mg/kg). ¿Será 0.04 g/kg?")
        await here.manager.test(first, "hmf", "0,04", "g/kg")
        await here.manager.test(first, "diastase", ">8", "Schade")
        short = result("yeasts", "", "CFU/g", samples=["10", "<10"])
        assert "5 unidades y hay 2" in (await here.manager.refused(of_first, short, status=400))[0]
        await here.manager.post(of_first, result("yeasts", "", "CFU/g", samples=["200", "900", "10", "ND", "<10"]))
        pooled = await here.manager.test(first, "residues", "absent", pooled=[second])
        assert (pooled["recorded_on"], pooled["pooled"]) == (first, [second])
        (failed,) = await here.reasons(first)
        assert (failed[0], failed[1]["value"]) == ("batch.test_failed", "20.04 g/100g")
        assert (await here.owner.get(f"/batches/{second}/tests"))[0]["recorded_on"] == first
        assert "residues" not in [params["test"] for _, params in await here.reasons(second)]
        alone = result("hmf", "12", "mg/kg", pooled=[second])
        assert "lote por separado" in (await here.manager.refused(of_first, alone, status=400))[0]
        await here.manager.test(second, "residues", "present", pooled=[first])
        spoilt = {params["test"]: params["value"] for _, params in await here.reasons(first)}
        assert spoilt["residues"] == "present", "a failed pooled sample fails every lot in it"


async def test_two_persons_let_one_reason_stand_and_nothing_else(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as here:
        batch = await here.declared("L-1")
        await here.tested(batch, "moisture")
        await here.owner.test(batch, "moisture", "20.04", "g/100g", by="self")
        asked = {"gate": "batch.test_failed", "subject": "moisture", "reason": WHY}
        waiver = await here.manager.post(f"/batches/{batch}/waivers", asked)
        again = await here.manager.post(f"/batches/{batch}/waivers", asked)
        assert again["id"] == waiver["id"]
        at = f"/waivers/{waiver['id']}"
        assert await here.owner.refused(f"{at}/approve", status=403)
        assert "otra persona" in (await here.manager.refused(f"{at}/approve"))[0]
        assert await here.codes(batch) == ["batch.test_failed"], "asking alone opens nothing"
        assert [one["id"] for one in await here.certifier.get("/waivers")] == [waiver["id"]]
        approved = await here.certifier.post(f"{at}/approve")
        assert approved["state"] == "approved"
        assert await here.codes(batch) == []
        shown = await here.owner.get(f"/batches/{batch}/gates")
        assert (shown["open"], shown["waived"][0]["waiver_id"]) == (True, waiver["id"])
        group = here.made.world.association
        assert await log.leaf_of(group.id, LeafType.DECISION, UUID(waiver["id"]))
        here.clock.advance(seconds=1)
        await here.owner.test(batch, "moisture", "20.05", "g/100g", by="self")
        assert await here.codes(batch) == ["batch.test_failed"], "another value is another reason"
        ended = await here.manager.post(f"{at}/end", {"reason": "Se midió de nuevo."})
        assert ended["state"] == "revoked"
        assert await log.leaf_of(group.id, LeafType.DECISION, await end_of(here, batch))
        second = await here.owner.post(f"/batches/{batch}/waivers", asked)
        await here.certifier.post(f"/waivers/{second['id']}/approve")
        await here.owner.post(f"/batches/{batch}/seal")
        sealed = await batches.batch(here.made.owner(), UUID(batch))
        assert sealed.jws is not None
        payload = jws.parse(sealed.jws, typ=jws.VC).payload
        assert b"20.05" not in payload, "a credential never holds a failed criterion"
        assert b"12.0 mg/kg" in payload
        late = await here.manager.refused(f"/waivers/{second['id']}/end", {"reason": "Tarde."})
        assert late == ["El lote está sellado: no se puede pedir una excepción."]


async def test_what_nobody_may_waive_and_who_may_not_approve(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as here:
        batch = await here.declared("L-1")
        for gate, subject in (("batch.test_missing", "hmf"), ("batch.test_missing", "diastase")):
            asked = {"gate": gate, "subject": subject, "reason": WHY}
            told = await here.manager.refused(f"/batches/{batch}/waivers", asked)
            assert told[0] == "Esto no lo puede dejar pasar nadie: hay que arreglarlo."
        gone = {"gate": "batch.over_capacity", "reason": WHY}
        assert await here.manager.refused(f"/batches/{batch}/waivers", gone, status=404)
        asked = {"gate": "batch.test_missing", "subject": "moisture", "reason": WHY}
        waiver = await here.owner.post(f"/batches/{batch}/waivers", asked)
        crew, one = here.made.world.staff, here.made.world.member
        boss = here.made.manager()
        await members.declare_relation(boss, crew.certifier.id, one.producer.id, kind="relative", since=TODAY, degree=2)
        told = await here.certifier.refused(f"/waivers/{waiver['id']}/approve")
        assert "pariente" in told[0]
        assert (await here.certifier.post(f"/waivers/{waiver['id']}/end", {"reason": "No."}))["state"] == "refused"
        assert "rechazada" in (await here.manager.refused(f"/waivers/{waiver['id']}/approve"))[0]
        alone = {"approved_by": one.owner.id, "approved_at": here.clock.now(), "document": b"x", "salt": b"y"}
        with pytest.raises(Refused, match="waiver_same_person"):
            async with integrity({"batch_waiver_two_persons": Refused("batch.waiver_same_person")}), unit_of_work():
                await BatchWaiver.update(alone).where(BatchWaiver.id == UUID(waiver["id"]))


async def end_of(here: Office, batch: str) -> UUID:
    (first, *_) = await batches.waivers(here.made.manager(), UUID(batch))
    assert first.end is not None
    return first.end.id


async def test_d28_a_perishable_lot_is_sealed_while_its_result_is_awaited(database: Database, tmp_path: Path) -> None:
    """D 28: conditional release, a list ready for a recall; a good result lifts, a bad or a late one holds at once."""
    async with office(database, tmp_path) as here:
        lots = [await here.declared(f"L-{number}") for number in (1, 2, 3)]
        for batch in lots:
            await here.tested(batch, "diastase")
        sample = {"test_id": "diastase", "laboratory": "Laboratorio Austral", "sampled_on": TODAY.isoformat()}
        stays = await here.owner.refused(f"/batches/{lots[0]}/conditions", sample | {"test_id": "hmf"})
        assert "tiene que estar antes de sellar" in stays[0]
        for batch in lots:
            opened = await here.owner.post(f"/batches/{batch}/conditions", sample)
            assert opened["due_on"] == (TODAY + 10 * DAY).isoformat()
            gates = await here.owner.get(f"/batches/{batch}/gates")
            assert (gates["open"], gates["awaited"][0]["params"]["test"]) == (True, "diastase")
            await here.owner.post(f"/batches/{batch}/seal")
        good, bad, late = lots
        boss, maker = here.made.manager(), here.made.world.member.producer.id
        shop = await members.add_organisation(boss, name="Almacén Patagón", kind="shop", commune="Cochrane", contact="")
        went = {"happened_on": TODAY, "takes": [(UUID(bad), 40)], "organisation_id": shop.id}
        sent = await book.dispatch(here.made.owner(), maker, **went)
        await book.take_back(here.made.owner(), sent.id, happened_on=TODAY, gives=[(UUID(bad), 10)])
        (listed,) = [one for one in await here.manager.get("/conditions") if one["lot"] == "L-2"]
        assert listed["holders"] == [{"name": "Almacén Patagón", "kind": "shop", "units": 30}]
        assert listed["at_home"] == 70
        assert [one["lot"] for one in await here.manager.get("/conditions")] == ["L-1", "L-2", "L-3"]
        await here.manager.test(good, "diastase", "14", "Schade")
        assert [one["standing"] for one in await here.owner.get(f"/batches/{good}/conditions")] == ["lifted"]
        assert (await here.owner.get(f"/batches/{good}"))["state"] == "sealed"
        assert await here.manager.refused(f"/batches/{good}/tests", result("diastase", "15", "Schade"))
        await here.owner.test(bad, "diastase", "7,9", "Schade")
        assert (await here.owner.get(f"/batches/{bad}"))["state"] == "on_hold"
        held = await batches.batch(here.made.manager(), UUID(bad))
        assert held.steps[-1].reason.startswith("El resultado de Actividad diastásica no cumple: dio 7,9 Schade")
        assert await log.leaf_of(held.association_id, LeafType.DECISION, held.steps[-1].id)
        told = await here.manager.refused(f"/batches/{bad}/release", {"reason": "Fue un error."})
        assert "no cumple" in told[0]
        group = here.made.world.association
        await run_for(group, here.clock.now() + 10 * DAY, drawing=False)
        assert (await here.owner.get(f"/batches/{late}"))["state"] == "sealed", "the last day is not over"
        await run_for(group, here.clock.now() + 11 * DAY, drawing=False)
        assert (await here.owner.get(f"/batches/{late}"))["state"] == "on_hold"
        await here.later(11)
        told = await here.manager.refused(f"/batches/{late}/release", {"reason": "Ya viene."})
        assert "debía llegar el 13 feb 2026 (Laboratorio Austral)" in told[0]
        listed = {one["lot"]: one["condition"]["standing"] for one in await here.manager.get("/conditions")}
        assert listed == {"L-2": "failed", "L-3": "overdue"}
        await here.manager.test(late, "diastase", "12", "Schade")
        await here.manager.post(f"/batches/{late}/release", {"reason": "Llegó bien."})
        assert (await here.owner.get(f"/batches/{late}"))["state"] == "sealed"
        assert await here.certifier.post(
            f"/batches/{bad}/recall", {"reason_class": "food_safety", "reason": "Dio mal.", "advice": "return"}
        )
        assert not await here.manager.get("/conditions")


@on("sqlite")
async def test_d31_above_the_cap_two_persons_decide_and_no_more_than_that(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as here:
        batch = await here.declared("L-1", made_of=[await here.harvested(kilos=45) | {"amount": "45"}])
        await here.tested(batch)
        against = (await here.owner.get(f"/batches/{batch}/gates"))["reasons"]
        assert {one["code"] for one in against} == {"batch.over_capacity"}
        assert all(one["params"]["grams"] > one["params"]["cap"] for one in against)
        for one in against:
            asked = {"gate": one["code"], "subject": one["subject"], "reason": WHY}
            waiver = await here.owner.post(f"/batches/{batch}/waivers", asked)
            await here.certifier.post(f"/waivers/{waiver['id']}/approve")
        assert await here.codes(batch) == []
        (first, *_) = await batches.waivers(here.made.manager(), UUID(batch))
        more = Reason(first.gate, dict(first.told) | {"grams": int(first.told["grams"]) + 1})
        less = Reason(first.gate, dict(first.told) | {"grams": int(first.told["grams"]) - 1})
        assert (first.covers(more), first.covers(less), first.covers(first.about)) == (False, True, True)


@on("sqlite")
async def test_each_consignment_is_tested_once_for_all_its_lots(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as here:
        first, second = await here.harvested(kilos=150), await here.harvested(kilos=50)
        one = await here.declared("L-1", made_of=[first])
        both = await here.declared("L-2", made_of=[first | {"amount": "25"}, second | {"amount": "25"}])
        for batch in (one, both):
            await here.tested(batch, "residues")
        asked = [params["lot"] for _, params in await here.reasons(both)]
        assert len(set(asked)) == 2, "one result for each consignment"
        about_first = result("residues", "absent", lot_id=first["lot"])
        assert await here.manager.refused(
            f"/batches/{one}/tests", result("residues", "absent", lot_id=second["lot"]), status=404
        ), "this lot does not come from there"
        await here.manager.post(f"/batches/{one}/tests", about_first)
        assert await here.codes(one) == []
        assert len(await here.reasons(both)) == 1, "the other consignment is still to be tested"
        later = await here.declared("L-3", made_of=[first])
        await here.tested(later, "residues")
        assert await here.codes(later) == [], "served by what was recorded on another lot of that consignment"
        bad = await here.manager.test(both, "residues", "present", lot_id=second["lot"])
        assert bad["lot_id"] == second["lot"]
        assert await here.codes(both) == ["batch.test_failed"]
        here.clock.advance(seconds=1)
        await here.manager.test(both, "residues", "absent")
        assert await here.codes(both) == ["batch.test_failed"], "a mixture does not wash out its consignment"


@on("sqlite")
async def test_d27_d11_d12_papers_and_rights_by_the_day(database: Database, tmp_path: Path) -> None:
    """D 27: a lapsed permit stops new batches, not the certification. D 12: no seal while suspended. D 11: stock made
    in time is not sealed once the certification has ended."""
    async with office(database, tmp_path) as here:
        batch = await here.declared("L-1")
        await here.tested(batch)
        assert await here.codes(batch) == []
        await here.later(30)
        assert await here.codes(batch) == [], "on its last day a permit is in date"
        await here.later(1)
        told = (await here.owner.get(f"/batches/{batch}/gates"))["reasons"]
        assert [one["code"] for one in told] == ["batch.permit_lapsed"]
        held = await here.owner.get(f"/certifications/{here.made.certification.id}")
        assert held["state"] == "active", "a hold on new batches, no suspension"
        renewed = {"kind": "sanitary", "number": "RS-124", "valid_until": (TODAY + 400 * DAY).isoformat()}
        await here.manager.post(f"/producers/{here.made.world.member.producer.id}/permits", renewed)
        assert await here.codes(batch) == []


@on("sqlite")
async def test_d11_d12_the_right_is_suspended_and_ends_by_the_day(database: Database, tmp_path: Path) -> None:
    """D 12: no seal while suspended, none ever for what was made meanwhile, and what is out stays good. D 11: what was
    sealed in time stays sealed after the certification has ended."""
    async with office(database, tmp_path) as here:
        out, stock = await here.declared("L-1"), await here.declared("L-2")
        for batch in (out, stock):
            await here.tested(batch)
        await here.owner.post(f"/batches/{out}/seal")
        await here.later(1)
        at = f"/certifications/{here.made.certification.id}"
        await here.certifier.post(f"{at}/suspension", {"reason_class": "nonconformity", "reason": "Plazo vencido."})
        assert await here.codes(stock) == ["batch.right_suspended"]
        await here.later(2)
        meanwhile = await here.declared("L-3", on=TODAY + 2 * DAY)
        await here.certifier.post(f"{at}/lifting", {"reason": "Corregido."})
        assert await here.codes(stock) == []
        assert "batch.made_during_suspension" in await here.codes(meanwhile)
        assert (await here.owner.get(f"/batches/{out}"))["state"] == "sealed"
        await here.later(400)
        assert "batch.right_ended" in await here.codes(stock)
        assert (await here.owner.get(f"/batches/{out}"))["state"] == "sealed"
