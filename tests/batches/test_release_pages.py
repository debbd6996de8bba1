"""The same by pages, as a producer and two people of the association use them: samples, units, exceptions, waiting."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.batches.lenient import START, TODAY, Office, office
from tests.conftest import Database, on
from tests.web.support import client, hidden, sign_in

DAY = TODAY.isoformat()


def form_of(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to an address."""
    whole = html.split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
    return hidden(f'<form method="post" action="{action}"{whole}</form>')


async def browsers(here: Office) -> list[httpx.AsyncClient]:
    """Of the owner, the manager and the certifier, signed in."""
    found = []
    crew = here.made.world.staff
    for person in (here.made.world.member.owner, crew.manager, crew.certifier):
        browser = client(here.app)
        await sign_in(browser, person, at=START)
        found.append(browser)
    return found


@on("sqlite")
async def test_samples_units_exceptions_and_waiting_by_pages(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as here:
        batch, other = await here.declared("L-1"), await here.declared("L-2")
        await here.tested(batch, "moisture", "diastase", "yeasts", "residues")
        owner, manager, certifier = await browsers(here)
        at = f"/desk/batches/{batch}"
        assert f'href="{at}/tests/yeasts"' in (await owner.get(at)).text

        page = await manager.get(f"{at}/tests/yeasts")
        assert page.text.count('name="sample_') == 5
        given = {"by": "lab", "laboratory": "Austral", "tested_on": DAY, "unit": "CFU/g"}
        samples = {f"sample_{number}": value for number, value in enumerate(("10", "<10", "ND", "200", "999"), start=1)}
        done = await manager.post(f"{at}/tests", data=form_of(page.text, f"{at}/tests") | given | samples)
        assert done.status_code == 303, done.text

        page = await owner.get(f"{at}/tests/moisture")
        assert '<option value="mg/kg"' in page.text
        assert "lo habitual es de 10 a 30 g/100g" in page.text
        odd = given | {"value": "200,4", "unit": "g/100g", "by": "self", "laboratory": ""}
        asked = await owner.post(f"{at}/tests", data=form_of(page.text, f"{at}/tests") | odd)
        assert asked.status_code == 400
        assert "¿Será 200.4 g/kg?" in asked.text
        assert 'name="confirmed"' in asked.text
        right = form_of(asked.text, f"{at}/tests") | odd | {"unit": "g/kg"}
        assert (await owner.post(f"{at}/tests", data=right)).status_code == 303
        page = await owner.get(at)
        assert "dio 200,4 g/kg y el límite es ≤ 20 g/100g" in page.text

        page = await manager.get(f"{at}/tests/residues")
        pooled = given | {"value": "absent", "pooled": other}
        assert (await manager.post(f"{at}/tests", data=form_of(page.text, f"{at}/tests") | pooled)).status_code == 303
        assert "Una muestra de los lotes L-1, L-2" in (await owner.get(at)).text
        assert "Registrado en el lote L-1" in (await owner.get(f"/desk/batches/{other}")).text

        page = await owner.get(at)
        fields = form_of(page.text, f"{at}/waivers") | {"reason": "Se volvió a medir."}
        assert (fields["gate"], fields["subject"]) == ("batch.test_failed", "moisture")
        assert (await owner.post(f"{at}/waivers", data=fields)).status_code == 303
        assert "/approve" not in (await owner.get(at)).text
        assert "Excepción por aprobar o rechazar" in (await certifier.get("/desk")).text
        page = await certifier.get(at)
        approve = page.text.split("/desk/waivers/", 1)[1].split('"', 1)[0]
        done = await certifier.post(f"/desk/waivers/{approve}", data=form_of(page.text, f"/desk/waivers/{approve}"))
        assert done.status_code == 303, done.text
        assert "La aprobó Carla Certificadora" in (await owner.get(at)).text

        page = await owner.get(f"{at}/tests/diastase")
        fields = form_of(page.text, f"{at}/conditions") | {"laboratory": "Austral", "sampled_on": DAY}
        assert (await owner.post(f"{at}/conditions", data=fields)).status_code == 303
        page = await owner.get(at)
        assert "Se puede sellar con una condición" in page.text
        assert (await owner.post(f"{at}/seal", data=form_of(page.text, f"{at}/seal"))).status_code == 303
        waiting = await manager.get("/desk/conditions")
        assert "Se espera el resultado de Actividad diastásica (Austral) hasta el 13 feb 2026" in waiting.text
        assert "Con el productor" in waiting.text
        assert "Resultado de laboratorio por llegar" in (await owner.get("/desk")).text
        public = await owner.get(f"/{(await here.owner.get(f'/batches/{batch}'))['code'].replace(' ', '')}")
        assert "20,04" not in public.text
        page = await owner.get(f"{at}/tests/diastase")
        bad = given | {"value": "5", "unit": "Schade", "by": "lab"}
        assert (await owner.post(f"{at}/tests", data=form_of(page.text, f"{at}/tests") | bad)).status_code == 303
        assert "El resultado dio mal" in (await manager.get(at)).text
        assert "decidir si se retira del mercado" in (await manager.get("/desk")).text
