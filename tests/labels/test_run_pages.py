"""A label run by pages and by JSON: asked for, followed, stopped, and downloaded in two parts."""

from __future__ import annotations

import re

from seal.labels import run_service
from seal.labels import service as labels
from tests import world
from tests.certificates.certified import certified, sealed
from tests.conftest import Database, on
from tests.web.support import RealButStill, bearer, client, hidden, key, serving, sign_in

START = world.START


@on("sqlite")
async def test_a_producer_prints_a_run_and_the_download_goes_on(database: Database) -> None:
    made = await certified()
    batch = await sealed(made, units=300)
    await labels.reserve(made.owner(), batch.id, 300)
    async with serving(database.settings, RealButStill(START)) as app:
        browser = client(app)
        await sign_in(browser, made.world.member.owner, at=START)
        book = await browser.get(f"/desk/labels/{batch.id}")
        where = re.search(r'href="(/desk/labels/[^"]+/runs\?first=1&amp;last=300)"', book.text)
        assert where is not None  # too many to print while one waits
        page = await browser.get(where[1].replace("&amp;", "&"))
        fields = {"first": "1", "last": "300", "format": "jar-a4", "start": "2", "right": "-0,5", "down": "0"}
        wrong = await browser.post(f"/desk/labels/{batch.id}/runs", data=hidden(page.text) | fields | {"start": "22"})
        assert wrong.status_code == 400
        assert "posición de 1 a 21" in wrong.text
        asked = await browser.post(f"/desk/labels/{batch.id}/runs", data=hidden(page.text, 0) | fields)
        assert asked.status_code == 303, asked.text
        run = asked.headers["location"]
        page = await browser.get(run)
        assert 'http-equiv="refresh"' in page.text
        assert "0 de 300" in page.text
        await run_service.print_waiting(batch.association_id, START)
        page = await browser.get(run)
        assert 'http-equiv="refresh"' not in page.text
        assert f'href="{run}/labels.pdf"' in page.text
        whole = await browser.get(f"{run}/labels.pdf")
        assert (whole.status_code, whole.headers["content-type"]) == (200, "application/pdf")
        rest = await browser.get(
            f"{run}/labels.pdf", headers={"Range": "bytes=5000-", "If-Range": whole.headers["etag"]}
        )
        assert (rest.status_code, whole.content[:5000] + rest.content) == (206, whole.content)
        again = await browser.post(f"/desk/labels/{batch.id}/runs", data=hidden(wrong.text) | fields)
        stop = again.headers["location"]
        page = await browser.get(stop)
        assert (await browser.post(f"{stop}/cancel", data=hidden(page.text))).status_code == 303
        assert "Detenida" in (await browser.get(stop)).text
        runs = await browser.get(f"/desk/labels/{batch.id}/runs")
        assert ("Detenida" in runs.text, "Lista" in runs.text) == (True, True)
        trial = await browser.get("/desk/labels/formats/tag-a4/test.pdf?right=1,5")
        assert trial.content.startswith(b"%PDF-")
        assert (await browser.get("/desk/labels/formats/tag-a4/test.pdf?right=x")).status_code == 400
        assert (await browser.get("/desk/labels/formats/none/test.pdf")).status_code == 400
        program = client(app)
        headers = await bearer(program, made.world.member.owner, at=START)
        address = f"/api/v1/batches/{batch.id}/label-runs"
        done = await program.post(address, json={"first": 1, "last": 5, "start": 24}, headers=key(headers))
        assert (done.status_code, done.json()["state"]) == (201, "waiting"), done.text
        mine = f"/api/v1/label-runs/{done.json()['id']}"
        assert (await program.get(f"{mine}/file", headers=headers)).status_code == 409
        await run_service.print_waiting(batch.association_id, START)
        found = (await program.get(mine, headers=headers)).json()
        assert (found["state"], found["done"], found["labels"]) == ("ready", 5, 5)
        file = await program.get(f"{mine}/file", headers=headers | {"Range": "bytes=-6"})
        assert (file.status_code, file.content) == (206, b"%%EOF\n")
        assert (await program.post(f"{mine}/cancel", headers=key(headers))).status_code == 409
        listed = (await program.get(address, headers=headers)).json()
        assert sorted(one["state"] for one in listed) == ["cancelled", "ready", "ready"]
