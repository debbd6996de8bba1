"""``seal archive`` from a real database, on both engines: it holds, says the same twice, and tells nothing private."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from seal.batches import service as batches
from seal.keys import jws
from seal.keys import service as keys
from seal.labels import service as labels
from seal.public import checking, gathering, layout, opening
from seal.verification import bundle as bundles
from seal.verification.facts import Source
from seal.verification.model import judge
from tests.conftest import Database
from tests.verification.sealed import DAY, sealed

PRIVATE = ("Marta Gestora", "Carla Certificadora", "Titular de", "votes", "conclusion", "Se sabe por qué.")


def _text(name: str, member: bytes) -> str:
    """What a reader of a member sees; of a JWS also what it carries."""
    shown = member + jws.decode(member.split(b".")[1].decode()) if name.endswith(".jwt") else member
    return shown.decode("utf-8", "replace")


async def test_an_archive_holds_and_tells_nothing_private(database: Database, tmp_path: Path) -> None:
    made = await sealed()
    at = DAY + timedelta(hours=2)
    codes = await labels.codes(made.manager(at), (await labels.reserve(made.manager(at), made.batch.id, 2)).id)
    await batches.recall(
        made.manager(at), made.batch.id, reason_class="food_safety", reason="Se sabe por qué.", advice="do_not_eat"
    )
    data = await gathering.archive(made.association.id, at)
    assert data == await gathering.archive(made.association.id, at)

    path = tmp_path / "archive.zip"
    path.write_bytes(data)
    fingerprint = (await keys.public_keys(made.association.id)).fingerprint
    opened = opening.read(path)
    report = checking.check(opened, fingerprint)
    assert report.faults == []
    assert report.bundle is not None
    assert report.counts["credentials"] == 2
    evidence = replace(bundles.evidence(report.bundle, codes[0].digits), source=Source.ARCHIVE)
    verdict = judge(evidence, at)
    assert verdict.code == "recalled"
    assert [note.value for note in verdict.notes] == ["status_as_of"]

    told = "\n".join(_text(name, one) for name, one in opened.members.items() if not name.startswith("verifier/"))
    assert "Miel del Baker" in told
    for word in PRIVATE:
        assert word not in told, word
    assert len([name for name in opened.members if name.startswith("credentials/") and name.endswith(".json")]) == 2


async def test_a_handover_names_who_receives_it(database: Database, tmp_path: Path) -> None:
    made = await sealed(count=1)
    path = tmp_path / "archive.zip"
    path.write_bytes(await gathering.archive(made.association.id, DAY, handed_to="Biblioteca de Aysén"))
    with zipfile.ZipFile(path) as archive:
        record = json.loads(archive.read(layout.HANDOVER))
        assert record["to"] == "Biblioteca de Aysén"
        assert record["bundle_sha256"] == layout.sha256(archive.read(layout.BUNDLE))
    assert checking.check(opening.read(path), None).sound
