"""One address, several forms: what an ``Accept`` header gets of credentials and status lists."""

from __future__ import annotations

import json

from seal.batches import service as batches
from seal.certificates import status_list as lists
from seal.db import unit_of_work
from seal.ids import Code as TypedCode
from seal.keys import data_integrity, jws
from seal.keys import service as keys
from seal.keys.tables import KeyIntent
from seal.labels import service as labels
from tests.conftest import Database

from .sealed import sealed
from .test_pages import NOW, site


async def test_a_credential_with_its_proof_inside(database: Database) -> None:
    made = await sealed(count=1)
    issuing = (await keys.public_keys(made.association.id)).issuing.raw
    async with site(database, made) as here:
        for code in (here.code, TypedCode(made.certified.certification.public_id)):
            signed = await here.get(f"/c/{code.plain}", Accept="application/vc+jwt")
            answer = await here.get(f"/c/{code.plain}", Accept="application/vc")
            assert answer.headers["content-type"].split(";")[0] == "application/vc"
            embedded = data_integrity.read(answer.content)
            assert embedded.payload == jws.parse(signed.content, typ="vc+jwt").payload
            assert embedded.holds(made.association.did, issuing)
            assert signed.headers["etag"] != answer.headers["etag"]
            assert "accept" in answer.headers["vary"].lower()
            again = await here.get(f"/c/{code.plain}", Accept="application/vc", If_None_Match=answer.headers["etag"])
            assert (again.status_code, again.content) == (304, b"")
            assert (await here.get(f"/c/{code.plain}", Accept="application/ld+json")).content == answer.content


async def test_the_form_that_is_wanted_most(database: Database) -> None:
    made = await sealed(count=1)
    async with site(database, made) as here:
        path = f"/c/{here.code.plain}"
        for accept, kind in (
            ("application/vc+jwt;q=0.5, application/vc", "application/vc"),
            ("application/vc;q=0.1, application/vc+jwt;q=0.2", "application/vc+jwt"),
            ("application/json, application/vc;q=0.9", "application/json"),
        ):
            answer = await here.get(path, Accept=accept)
            assert answer.headers["content-type"].split(";")[0] == kind
        for accept in ("text/html", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8", ""):
            answer = await here.get(path, Accept=accept)
            assert (answer.status_code, answer.headers["location"]) == (307, f"/{here.code.plain}")
            assert "accept" in answer.headers["vary"].lower()


async def test_a_form_that_there_is_not(database: Database) -> None:
    made = await sealed(count=1)
    async with site(database, made) as here:
        for path, accept in (
            (f"/c/{here.code.plain}", "image/png"),
            (f"/c/{here.code.plain}", "application/vc;q=0"),
            ("/status/revocation/0", "application/pdf"),
        ):
            answer = await here.get(path, Accept=accept)
            assert answer.status_code == 406
            assert answer.headers["content-type"].startswith("application/problem+json")
            (reason,) = answer.json()["reasons"]
            assert reason["code"] == "web.not_offered"
            assert "application/vc+jwt" in reason["params"]["offered"]
        assert (await here.get("/c/nothing", Accept="image/png")).status_code == 404


async def test_files_for_people(database: Database) -> None:
    made = await sealed(count=1)
    async with site(database, made) as here:
        page = (await here.get(f"/{here.token}", Accept="text/html")).text
        for name, extension in (("jwt", "jwt"), ("vc", "json")):
            assert f"/c/{here.code.plain}?as={name}" in page
            answer = await here.get(f"/c/{here.code.plain}?as={name}", Accept="text/html")
            assert answer.headers["content-disposition"].endswith(f'{here.code.plain}.{extension}"')


async def test_what_has_no_embedded_document_yet(database: Database) -> None:
    """Signed before there were any: the other forms are there, and the jobs make the one that lacks."""
    made = await sealed(count=1)
    async with unit_of_work():
        await KeyIntent.update({KeyIntent.embedded: None}).where(KeyIntent.association_id == made.association.id)
    async with site(database, made) as here:
        path = f"/c/{here.code.plain}"
        assert (await here.get(path, Accept="application/vc")).status_code == 406
        assert (await here.get(path, Accept="application/vc, */*;q=0.1")).status_code == 307
        assert (await here.get(path, Accept="application/vc+jwt")).status_code == 200
        assert await keys.embed_missing(made.association.id, NOW) > 0
        assert (await here.get(path, Accept="application/vc")).status_code == 200


async def test_a_status_list_in_both_forms_and_its_epoch(database: Database) -> None:
    made = await sealed(count=1)
    log_key = (await keys.public_keys(made.association.id)).log.raw
    assert made.batch.status_index is not None
    number, slot = lists.place(made.batch.status_index)
    path = f"/status/suspension/{number}"
    async with site(database, made) as here:
        before = await here.get(path, Accept="application/vc")
        await batches.hold(made.manager(NOW), made.batch.id, reason_class="quality", reason="Un frasco turbio")
        signed = await here.get(path)
        answer = await here.get(path, Accept="application/vc", If_None_Match=before.headers["etag"])
        assert signed.headers["content-type"].startswith("application/vc+jwt")
        embedded = data_integrity.read(answer.content)
        assert embedded.payload == jws.parse(signed.content, typ="vc+jwt").payload
        assert embedded.holds(made.association.did, log_key)
        assert (await here.get(path, Accept="application/json")).content == answer.content
        bits = lists.decode_list(json.loads(embedded.payload)["credentialSubject"]["encodedList"])
        assert lists.is_set(bits, slot)
        assert int(answer.headers["seal-status-epoch"]) > int(before.headers["seal-status-epoch"])
        assert "no-cache" in answer.headers["cache-control"]


async def test_the_certificate_on_paper_once_it_is_drawn(database: Database) -> None:
    made = await sealed(count=1)
    async with site(database, made) as here:
        path = f"/c/{here.code.plain}"
        before = await here.get(path, Accept="application/pdf")
        assert before.status_code == 406
        assert "application/pdf" not in before.json()["reasons"][0]["params"]["offered"]
        assert "?as=pdf" not in (await here.get(f"/{here.token}", Accept="text/html")).text
        await labels.finish_papers(made.association.id, NOW)
        assert f"{path}?as=pdf" in (await here.get(f"/{here.token}", Accept="text/html")).text
        paper = await here.get(path, Accept="application/pdf")
        assert paper.headers["content-type"].startswith("application/pdf")
        assert paper.content.startswith(b"%PDF-")
        again = await here.get(path, Accept="application/pdf", If_None_Match=paper.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")
        assert (await here.get(f"{path}?as=pdf")).headers["content-disposition"].endswith('.pdf"')
