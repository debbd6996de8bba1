"""``seal demo``: the main job once, from nothing, on the embedded default; its papers and proofs go into a folder.

Exit 0 only if verification with the bundle and the pinned fingerprint alone says of every label what the page says.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from seal.app import create_app
from seal.audits.papers import checklist_pdf, report_pdf
from seal.cli import jobs
from seal.cli.example import steps, story
from seal.cli.example.steps import Stage
from seal.cli.progress import Progress
from seal.cli.session import configure, opened
from seal.cli.words import explain, language, translator
from seal.clock import SystemClock, rfc3339
from seal.db.migrate import migrate
from seal.errors import BadInput, Unavailable
from seal.ids import Code
from seal.keys import service as keys
from seal.keys.jws import parse
from seal.labels import service as labels
from seal.labels.drawing import UnitLabel
from seal.labels.formats import SHEET_24
from seal.printing import service as printing
from seal.settings import Settings
from seal.verification import bundle as bundles
from seal.verification import service as verification
from seal.verification.model import judge

PAPERS = ("checklist.pdf", "audit-report.pdf", "certificate.pdf", "labels.pdf", "label.png")
UNITS = 24
STEPS = 11


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("demo", help="the main job once, from nothing, into a folder")
    command.add_argument("--out", required=True, metavar="DIR", help="an empty folder for the papers and proofs")
    command.add_argument("--data", metavar="DIR", help="keep the database and keys here (default: thrown away)")
    command.set_defaults(run=run)


async def run(words: argparse.Namespace) -> int:
    out = Path(words.out).absolute()
    if out.exists() and any(out.iterdir()):
        raise BadInput("cli.folder_not_empty", folder=str(out))
    out.mkdir(parents=True, exist_ok=True)
    if words.data:
        return await _demo(out, Path(words.data).absolute())
    with tempfile.TemporaryDirectory(prefix="seal-demo-") as data:
        return await _demo(out, Path(data))


async def _demo(out: Path, data: Path) -> int:
    data.mkdir(parents=True, exist_ok=True)
    given = configure(data=data, database_url=f"sqlite:///{data / 'seal.db'}")
    await migrate(given)
    with Progress("seal demo", STEPS) as progress:
        async with opened(given):
            return await _main_job(out, given, progress)


async def _main_job(out: Path, given: Settings, progress: Progress) -> int:
    words = translator()
    start = SystemClock().now() - timedelta(days=30)
    stage = await steps.set_up(given, start)
    assert stage.protocol is not None
    fingerprint = (await keys.public_keys(stage.association.id)).issuing.key_id
    progress.step(words("cli.demo.keys", did=stage.association.did, fingerprint=fingerprint[:16]))
    progress.step(
        words(
            "cli.demo.protocol",
            id=stage.protocol.protocol_id,
            version=stage.protocol.version,
            digest=stage.protocol.digest[:16],
        )
    )
    member = await steps.join(stage, story.MAKERS[0])
    progress.step(words("cli.demo.member", maker=member.producer.trade_name, commune=member.producer.commune))
    stage.clock.advance(days=5)
    audit_id, conclusion = await steps.audit(stage, member)
    progress.step(words("cli.demo.audited"))
    certification = await steps.grant(stage, audit_id)
    progress.step(words("cli.demo.certified", code=Code(certification.public_id).printed))
    stage.clock.advance(days=10)
    batch = await steps.make_batch(stage, member, story.WILDFLOWER, lot="VE-1", units=UNITS)
    assert batch.public_id is not None
    progress.step(words("cli.demo.sealed", lot=batch.lot, code=Code(batch.public_id).printed))
    assert batch.jws is not None
    manager = stage.acting("manager")
    reserved = await labels.reserve(manager, batch.id, UNITS)
    units = await labels.codes(manager, reserved.id)
    progress.step(words("cli.demo.labels", count=len(units)))
    at = SystemClock().now()
    await jobs.run_for(stage.association, at, drawing=False)
    bundle = await verification.bundle(stage.association.id, at)
    _write(out, "batch-certificate.jwt", batch.jws)
    _write(out, "batch-certificate.json", _pretty(batch.jws))
    _write(out, "bundle.jwt", bundle)
    progress.step("batch-certificate.jwt, batch-certificate.json, bundle.jwt")
    missing = await _papers(out, stage, audit_id, certification.id, reserved.id, progress)
    progress.doing("verification.html")
    verdicts = await _verdicts(out, given, fingerprint, units, at)
    agree = all(one["page"] == one["command"] for one in verdicts)
    progress.step(
        words("cli.demo.agree", agree=sum(one["page"] == one["command"] for one in verdicts), count=len(verdicts))
    )
    summary = {
        "association": {"name": stage.association.name, "base": stage.association.base, "did": stage.association.did},
        "fingerprint": fingerprint,
        "protocol": {
            "id": stage.protocol.protocol_id,
            "version": stage.protocol.version,
            "digest": stage.protocol.digest,
        },
        "producer": str(member.producer.id),
        "audit": {"id": str(audit_id), "conclusion": conclusion.digest, "passed": conclusion.passed},
        "certification": {"id": str(certification.id), "code": Code(certification.public_id).printed},
        "batch": {"id": str(batch.id), "code": Code(batch.public_id).printed, "lot": batch.lot},
        "range": {"id": str(reserved.id), "first": reserved.first, "last": reserved.last},
        "at": rfc3339(at),
        "labels": verdicts,
        "files": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir()) if path.is_file()
        },
        "not_made": missing,
    }
    _write(out, "summary.json", (json.dumps(summary, ensure_ascii=False, indent=2) + "\n").encode())
    print(f"  {out}")
    return 0 if agree else 1


def _write(out: Path, name: str, data: bytes) -> None:
    (out / name).write_bytes(data)


def _first_label() -> printing.Crop:
    place = SHEET_24.place(1)
    return printing.Crop(place.left, place.top, *SHEET_24.label_mm)


def _pretty(jws: bytes) -> bytes:
    document = json.loads(parse(jws, typ="vc+jwt").payload)
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


async def _papers(
    out: Path, stage: Stage, audit_id: UUID, certification_id: UUID, range_id: UUID, progress: Progress
) -> list[str]:
    """The PDF files and the picture of one label; the names of those that could not be made without Pango."""
    manager = stage.acting("manager")
    progress.doing(", ".join(PAPERS))
    try:
        _write(out, "checklist.pdf", await checklist_pdf(manager, audit_id, language()))
        _write(out, "audit-report.pdf", await report_pdf(manager, audit_id, language()))
        _write(out, "certificate.pdf", (await labels.producer_certificate(manager, certification_id)).served)
        progress.step("checklist.pdf, audit-report.pdf, certificate.pdf")
        sheet = await labels.sheet(manager, range_id)
        _write(out, "labels.pdf", sheet)
        _write(out, "label.png", await printing.png(sheet, page=0, dpi=300, crop_mm=_first_label()))
        progress.step("labels.pdf, label.png")
    except Unavailable as error:
        for line in explain(error):
            print(f"  {line}")
        return [name for name in PAPERS if not (out / name).exists()]
    return []


async def _verdicts(
    out: Path, given: Settings, fingerprint: str, units: Sequence[UnitLabel], at: datetime
) -> list[dict[str, Any]]:
    """What the page (served by the application itself) and the command line say of each label."""
    found: list[dict[str, Any]] = []
    app = create_app(given)
    bundle = bundles.read((out / "bundle.jwt").read_bytes(), fingerprint=fingerprint)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=given.public_origin) as client:
        page = await client.get(f"/{units[0].digits}", headers={"Accept": "text/html", "Accept-Language": "es"})
        _write(out, "verification.html", page.content)
        for unit in units:
            answer = (await client.get(f"/{unit.digits}", headers={"Accept": "application/json"})).json()
            judged = judge(bundles.evidence(bundle, unit.digits), at)
            found.append(
                {
                    "number": unit.number,
                    "code": unit.code,
                    "digits": unit.digits,
                    "page": answer["verdict"],
                    "notes": answer["notes"],
                    "command": judged.code.value,
                }
            )
    return found
