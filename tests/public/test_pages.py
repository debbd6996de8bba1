"""The register over HTTP: the page, lists, signed snapshots by day, and the command that judges one."""

from __future__ import annotations

import argparse
import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from seal import cli
from seal.certificates import service as certificates
from seal.cli import fsck
from seal.errors import Unavailable
from seal.keys import data_integrity, jws
from seal.keys import service as keys
from seal.public import register, service
from tests.certificates.certified import Certified, certified
from tests.conftest import Database
from tests.web.support import RealButStill, client, serving
from tests.world import START

AT = START + timedelta(days=3)
PRIVATE = ("score", "finding", "phone", "email", "latitude", "rut")


def site(made: Certified, database: Database):  # type: ignore[no-untyped-def]
    host = {"host": made.world.association.base.split("://")[1]}
    return serving(database.settings, RealButStill(AT)), host


async def test_the_page_lists_who_holds_the_seal(database: Database) -> None:
    made = await certified()
    name = made.world.member.producer.trade_name
    running, host = site(made, database)
    async with running as app, client(app, headers=host) as browser:
        for lang, word in (("es", "Vigente"), ("en", "In force")):
            page = await browser.get(f"/registro?lang={lang}")
            assert page.status_code == 200
            assert name in page.text
            assert word in page.text
            assert "<script" not in page.text
            assert f"/{made.certification.plain_code}" in page.text
            assert "max-age" in page.headers["cache-control"]
        for typed, there in ((name.upper(), True), (made.certification.code, True), ("nadie así", False)):
            found = await browser.get("/registro", params={"q": typed})
            assert (f'href="/{made.certification.plain_code}"' in found.text) is there
        front = await browser.get(f"/{made.certification.plain_code}", headers={"Accept": "text/html"})
        assert 'href="/registro"' in front.text
        await certificates.suspend(
            made.certifier(AT), made.certification.id, reason_class="agreement", reason="Secreto"
        )
        page = await browser.get("/registro?lang=es")
        assert "Suspendido" in page.text
        assert "Secreto" not in page.text, "the kind of a sanction is public, its story is not"


async def test_lists_for_programs(database: Database) -> None:
    made = await certified()
    running, host = site(made, database)
    async with running as app, client(app, headers=host) as browser:
        answer = await browser.get("/register/list.json")
        (entry,) = answer.json()["certifications"]
        assert set(entry) == set(register.ENTRY)
        assert not any(word in answer.text.lower() for word in PRIVATE)
        assert (await browser.get("/registro", headers={"Accept": "application/json"})).json()["certifications"] == [
            entry
        ]
        again = await browser.get("/register/list.json", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        answer = await browser.get("/register/list.csv")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        assert (row["code"], row["state"]) == (made.certification.plain_code, "active")


async def test_a_snapshot_a_day_and_one_more_when_the_register_changes(database: Database) -> None:
    made = await certified()
    group = made.world.association
    assert await service.make_snapshot(group.id, AT)
    assert not await service.make_snapshot(group.id, AT + timedelta(minutes=5)), "nothing new to say"
    later = AT + timedelta(minutes=10)
    await certificates.suspend(made.certifier(later), made.certification.id, reason_class="agreement", reason="x")
    assert await service.make_snapshot(group.id, later)
    assert await service.make_snapshot(group.id, AT + timedelta(days=1)), "another day"
    running, host = site(made, database)
    async with running as app, client(app, headers=host) as browser:
        signed = await browser.get("/register/snapshot")
        assert signed.headers["content-type"].startswith("application/seal-register+jwt")
        fingerprint = (await keys.public_keys(group.id)).fingerprint
        held = register.read(signed.content, fingerprint=fingerprint)
        day = str(held.document["day"])
        assert held.document["certifications"][0]["state"] == "suspended"
        inside = await browser.get("/register/snapshot", headers={"Accept": "application/json"})
        embedded = data_integrity.read(inside.content)
        assert embedded.payload == jws.parse(signed.content, typ=jws.REGISTER).payload
        assert embedded.holds(group.did, (await keys.public_keys(group.id)).log.raw)
        assert (await browser.get(f"/register/snapshot/{day}")).content == signed.content
        before = await browser.get(f"/register/snapshot/{(AT).date().isoformat()}")
        assert (
            register.read(before.content, fingerprint=fingerprint).document["certifications"][0]["state"] == "suspended"
        )
        assert (await browser.get("/register/snapshot/2020-01-01")).status_code == 404
        assert (await browser.get("/register/snapshot/20260101")).status_code == 404
        assert (await browser.get("/register/snapshot", headers={"Accept": "image/png"})).status_code == 406
    assert len(await service.days(group.id)) == 2
    assert [report.breaches for report in await fsck.inspect()] == [()]


async def test_an_interrupted_snapshot_is_signed_later(database: Database) -> None:
    made = await certified()
    group = made.world.association.id
    keys.lock(group)
    with pytest.raises(Unavailable, match=r"keys\.locked"):
        await service.make_snapshot(group, AT)
    assert await service.days(group) == ()
    kept = next((database.settings.data / "keys").rglob("passphrase")).read_text().strip()
    await keys.unlock(group, kept)
    assert await service.make_snapshot(group, AT)


async def test_the_command_says_whether_it_holds(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAL_LANG", "en")
    made = await certified()
    group = made.world.association
    await service.make_snapshot(group.id, AT)
    kept, _ = await service.snapshot(group.id)
    assert kept.jws is not None
    whole, touched = tmp_path / "register.jwt", tmp_path / "touched.jwt"
    whole.write_bytes(kept.jws + b"\n")
    touched.write_bytes(kept.jws[:-30] + (b"A" if kept.jws[-30:-29] != b"A" else b"B") + kept.jws[-29:])
    fingerprint = (await keys.public_keys(group.id)).fingerprint
    assert _verify(str(whole), "--trust", fingerprint) == 0
    assert "register: holds" in capsys.readouterr().out
    assert _verify(str(touched), "--trust", fingerprint, "--json") == 1
    assert json.loads(capsys.readouterr().out)["register"] == "does_not_hold"
    assert _verify(str(whole), "--trust", "ab" * 32) == 1
    assert _verify(str(whole), "--trust", "nonsense") == 3


def _verify(*words: str) -> int:
    parsed: argparse.Namespace = cli.parser(["verify", *words]).parse_args(["verify", *words])
    code: int = parsed.run(parsed)
    return code
