"""A database with something of everything that ``seal fsck`` looks at, made by verbs; then stripped of its constraints.

Without constraints any row can be altered, which is what somebody with a shell on the machine can do to a file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from piccolo.querystring import QueryString

from seal.audits import service as audits
from seal.audits.corrections import Upload
from seal.batches import release_store
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.batches.waivers import Waiver, WaiverEnd, WaiverState
from seal.certificates import documents
from seal.certificates import service as certificates
from seal.certificates.model import Certification
from seal.clock import local_day
from seal.db import engine, unit_of_work
from seal.db.migrate import migrate
from seal.db.sqlite import SealSQLiteEngine
from seal.ids import Code, uuid7
from seal.keys import service as keys
from seal.labels import service as labels
from seal.labels import voiding
from seal.labels.boxes import service as boxes
from seal.labels.model import Span, VoidReason
from seal.labels.rolls import service as rolls
from seal.labels.rolls import signing
from seal.members import service as members
from seal.progress import service as progress
from seal.protocols import service as protocols
from seal.protocols.model import Outcome
from seal.settings import settings
from seal.traceability import shipping
from seal.traceability.epcis import service as epcis
from seal.traceability.epcis.vocabulary import CONTEXT
from seal.traceability.recalls import following, opening
from seal.traceability.recalls.model import Cause, Subject
from seal.traceability.tracing import Where
from seal.transparency import service as log
from seal.transparency import witnessing
from seal.transparency.cosignature import WitnessKey, cosignature, message, with_lines
from seal.transparency.model import LeafType
from seal.transparency.note import parse_note
from seal.verification import service as verification
from tests import world
from tests.certificates import certified
from tests.certificates.certified import CHEAP, DAY, Certified
from tests.keys.examples import key, raw

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FINDING = {"MIEL-A04": Outcome.NON_COMPLIANT}


@contextmanager
def kept_environment(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[Path]:
    """SEAL_ variables of an empty database of the engine ``request.param``, for as long as a whole module."""
    folder = folders.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("SEAL_"):
                patch.delenv(name)
        patch.setenv("SEAL_DATA", str(folder))
        server, name = None, ""
        if request.param == "postgres":
            server = request.getfixturevalue("postgres_server")
            name = server.take("template_empty")
            patch.setenv("SEAL_DATABASE_URL", server.url(name))
        settings.cache_clear()
        yield folder
        if server is not None:
            server.give_back(name, "template_empty")
    settings.cache_clear()


@dataclass
class Kept:
    """What was made. Rows are named in the plants by what they are."""

    made: Certified
    batch: Batch
    """Sealed, labelled, held and released."""
    recalled: Batch
    named: Batch
    """Revoked by the withdrawal of its certification."""
    withdrawn: Certification
    now: datetime
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def association(self) -> UUID:
        return self.made.world.association.id

    def one(self, table: str, /, **wanted: object) -> dict[str, Any]:
        """The first row of a table with these values, in the order of ids."""
        for row in self.rows[table]:
            if all(row[name] == value for name, value in wanted.items()):
                return row
        raise LookupError(f"{table}: {wanted}")


@asynccontextmanager
async def opened() -> AsyncIterator[Kept]:
    """The database of the environment, with everything in it, open in this process."""
    await migrate(settings())
    await engine.start(settings())
    yield await make()
    await engine.stop()


async def make() -> Kept:
    """The whole story. Needs an empty, migrated database that is open."""
    at = world.START
    group = await world.association(at=at)
    crew = await world.staff(group, at=at)
    await certified.ceremony(group, at)
    version = await world.honey(crew.manager, at=at)
    one = await world.member(group, crew.manager, at=at)
    await progress.give_advice(world.acting(crew.second_auditor, at), one.producer.id, given_on=at.date(), note="Sala")
    made = Certified(world.World(group, crew, one, version, await _audited(crew, one, version, at)), None)  # type: ignore[arg-type]
    granted = await _grant(made, at)
    made = Certified(made.world, granted)
    await keys.checkpoint(group.id, at)

    batch = await certified.sealed(made, lot="L-1", units=100, at=at)
    first = await labels.reserve(made.manager(at), batch.id, 60)
    await labels.codes(made.manager(at), first.id)
    await labels.reserve(made.manager(at), batch.id, 30)
    await labels.void(made.manager(at), batch.id, 5, 9, reason="damaged")
    await labels.void(made.manager(at), batch.id, 70, 71, reason="lost")
    await labels.batch_certificate(made.manager(at), batch.id, "es")
    await certificates.publish_status(group.id, at)
    await keys.checkpoint(group.id, at)
    at += DAY
    await batches.hold(made.manager(at), batch.id, reason_class="quality", reason="Un frasco turbio")
    at += DAY
    await batches.release(made.manager(at), batch.id, reason="Era cera")
    recalled = await certified.sealed(made, lot="L-2", units=50, at=at)
    await batches.recall(
        made.manager(at), recalled.id, reason_class="food_safety", reason="Residuos", advice="do_not_eat"
    )
    await _rolled(made, at)
    await _captured(made, at)
    await _called_back(made, at)
    await _waived(made, at)
    await verification.bundle(group.id, at)
    await keys.checkpoint(group.id, at)

    at += DAY
    folder = keys.folder_of(group.slug, 1)
    passphrase = (folder / "passphrase").read_text().strip()
    await keys.succeed(group.id, folder / "next.key.json", passphrase, at, cost=CHEAP)
    at += DAY
    await certificates.suspend(made.certifier(at), granted.id, reason_class="agreement", reason="Registros tarde")
    at += DAY
    await certificates.lift(made.certifier(at), granted.id, reason="Los entregó")
    withdrawn, named = await _withdrawn(made, at)
    at += DAY
    await protocols.withdraw(made.manager(at), "miel", version.version, reason="Hay una más clara")
    await certificates.publish_status(group.id, at)
    await keys.keep_fresh(group.id, at)
    await _cosigned(group.id, at)
    await verification.bundle(group.id, at)
    kept = Kept(made, batch, recalled, named, withdrawn, at)
    kept.rows = await _all_rows(group.id)
    return kept


async def _waived(made: Certified, at: datetime) -> None:
    """An exception asked by the producer, approved by a certifier and revoked. The shipped protocols let nobody ask:
    past the verbs, and as they would have written it."""
    batch = await certified.declared(made, lot="L-W", units=10, at=at)
    owner, certifier = made.world.member.owner.id, made.world.staff.certifier.id
    told = {"test": "hmf", "name": "HMF"}
    asked = Waiver(uuid7(at), batch.id, "batch.test_missing", "hmf", told, "Llegó tarde", owner, at)
    end = WaiverEnd(uuid7(at), WaiverState.REVOKED, "Ya llegó", certifier, at)
    async with unit_of_work():
        await release_store.insert_waiver(batch.association_id, asked)
        for leaf, act, why in ((asked.id, "approve", asked.reason), (end.id, "revoke", end.reason)):
            document = documents.waiver(
                id=leaf, did=made.world.association.did, act=act, waiver_id=asked.id, batch_id=batch.id,
                gate=asked.gate, told=told, asked_by=owner, asked_at=at, by=certifier, at=at, reason=why,
            )  # fmt: skip
            salt = log.new_salt()
            await log.append(batch.association_id, LeafType.DECISION, leaf, document, salt, at)
            if act == "approve":
                await release_store.approve_waiver(
                    batch.association_id, asked.id, by=certifier, at=at, document=document, salt=salt
                )
            else:
                await release_store.end_waiver(batch.association_id, asked.id, end, document=document, salt=salt)


async def _rolled(made: Certified, at: datetime) -> None:
    """A lot with a reprint, a roll that stands on it in two spans, seals given up, and two boxes."""
    manager = made.manager(at)
    batch = await certified.sealed(made, lot="L-3", units=60, at=at)
    await labels.reserve(manager, batch.id, 20)
    await voiding.reprint(manager, batch.id, "3-4", reason="misprint")
    roll = await rolls.make(manager, 40)
    await rolls.allot(manager, roll.id, 1, 40, producer_id=made.world.member.producer.id)
    await signing.codes(manager, roll.id)
    await rolls.bind(manager, roll.id, 1, 10, batch.id)
    await rolls.bind(manager, roll.id, 11, 15, batch.id)
    await voiding.void_seals(manager, roll.id, [Span(30, 32)], VoidReason.LOST)
    for lines in ("1-2 6-9", "10-12"):
        code = Code(batch.public_id or 0).printed
        box = await boxes.make(
            manager,
            producer_id=made.world.member.producer.id,
            lines="\n".join(f"{code} {part}" for part in lines.split()),
        )
        await boxes.close(manager, box.id)
        await boxes.code(manager, box.id)


async def _captured(made: Certified, at: datetime) -> None:
    """A claim of somebody, one that is declared wrong, and a harvest that came as an event."""
    base, site = made.world.association.base, made.world.member.site.id
    when = {"eventTime": at.isoformat(timespec="seconds"), "eventTimeZoneOffset": "-03:00", "type": "ObjectEvent"}
    claim = {**when, "action": "OBSERVE", "bizStep": "storing", "epcList": ["urn:x:caja:1"]}
    said_wrong = {"declarationTime": when["eventTime"], "reason": "did_not_occur"}
    declared = {**claim, "bizStep": "holding", "errorDeclaration": said_wrong}
    harvest = {
        **when, "action": "ADD", "bizStep": "commissioning", "bizLocation": {"id": f"{base}/id/site/{site}"},
        "quantityList": [{"epcClass": "urn:x:cosecha:1", "quantity": 4, "uom": "KGM"}],
    }  # fmt: skip
    document = {
        "@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": when["eventTime"],
        "epcisBody": {"eventList": [claim, declared, harvest]},
    }  # fmt: skip
    await epcis.capture(made.manager(at), json.dumps(document).encode())


async def _called_back(made: Certified, at: datetime) -> None:
    """A lot of which some jars stand in a shop: a drill about it, then a recall that is followed to its end."""
    manager = made.manager(at)
    batch = await certified.sealed(made, lot="L-5", units=40, at=at)
    await labels.reserve(manager, batch.id, 20)
    shop = await members.add_organisation(manager, name="Almacén del Puerto", kind="shop")
    code = Code(batch.public_id or 0).printed
    day = local_day(at, certified.ZONE)
    await shipping.ship(manager, organisation_id=shop.id, happened_on=day, lines=f"{code} 1-6")
    subject = Subject(Cause.LOTS, (batch.id,))
    why = {"reason_class": "quality", "reason": "Frascos mal cerrados", "advice": "return"}
    await opening.open_recall(manager, subject, **why, drill=True)
    recall = await opening.open_recall(manager, subject, **why)
    spot = (Where.ORGANISATION, shop.id)
    await following.tell(manager, recall.id, spot, note="Por teléfono")
    await shipping.bring_back(manager, happened_on=day, lines=f"{code} 1-4")
    await following.count(manager, recall.id, spot, batch.id, found=4, destroyed=1, sold=1)
    await following.approve_words(
        manager, recall.id, language="es", text="La tapa puede soltarse.", approved_by="Ana Soto", approved_as="Química"
    )
    await following.close(made.certifier(at), recall.id, closing="Se ajustó la selladora")


async def _cosigned(association_id: UUID, at: datetime) -> None:
    """A neighbour is put on the list of witnesses and cosigns the newest checkpoint."""
    witness = WitnessKey("vecina.example", raw("witness-1"))
    await witnessing.add(association_id, witness.text, None, at)
    newest = await witnessing.served(association_id)
    assert newest is not None
    note, second = parse_note(newest.note), int(at.timestamp())
    line = cosignature(witness, second, key("witness-1").sign(message(note.text, second)))
    await witnessing.accept(association_id, with_lines(note, [line]).encoded, at)


async def _audited(crew: world.Staff, one: world.Member, version: Any, at: datetime) -> Any:
    """An audit with a corrected answer, a file, and a finding that was mended."""
    audit = await world.started(crew, one, version, at=at)
    auditor = world.acting(crew.auditor, at)
    await world.answered(crew, audit, at=at, outcomes=FINDING)
    answer = (await audits.work(auditor, audit.id)).answers[0]
    point = next(point for point in (await audits.work(auditor, audit.id)).points() if point.id == answer.point_id)
    await audits.answer(
        auditor, audit.id, [world.answer_input(point, at=at, justification="Mirado otra vez", revises=answer.id)]
    )
    newest = next(one for one in (await audits.work(auditor, audit.id)).answers if one.revises == answer.id)
    await audits.attach_evidence(
        auditor, audit.id, id=uuid7(at), answer_id=newest.id, data=PDF, declared_type="application/pdf"
    )
    await audits.submit(auditor, audit.id)
    (finding,) = await audits.findings_of(auditor)
    await audits.respond(
        world.acting(one.owner, at),
        finding.id,
        cause="Etiquetas gastadas",
        correction="Se repintaron",
        prevention="Revisión cada otoño",
        file=Upload(PDF, "application/pdf"),
    )
    await audits.verify_response(auditor, finding.id, accepted=True, reason="Fotos conformes")
    return await audits.conclude(auditor, audit.id)


async def _grant(made: Certified, at: datetime) -> Certification:
    await members.record_permit(
        made.manager(at),
        made.world.member.producer.id,
        kind="sanitary",
        number="RS-123",
        valid_until=(at + timedelta(days=900)).date(),
    )
    state = await certificates.decide(made.certifier(at), made.world.conclusion.audit_id)
    assert state.certification is not None
    return state.certification


async def _withdrawn(made: Certified, at: datetime) -> tuple[Certification, Batch]:
    """A second producer, certified, sealed, and withdrawn with its lot."""
    group, crew = made.world.association, made.world.staff
    one = await world.member(group, crew.manager, "Colmenar Cochrane", at=at)
    conclusion = await world.concluded(crew, one, made.world.version, at=at)
    other = Certified(world.World(group, crew, one, made.world.version, conclusion), None)  # type: ignore[arg-type]
    granted = await _grant(other, at)
    batch = await certified.sealed(other, lot="C-1", units=20, at=at)
    await labels.reserve(other.manager(at), batch.id, 20)
    await certificates.withdraw(
        other.certifier(at), granted.id, reason_class="fraud", reason="Miel comprada", batches=[batch.id]
    )
    return granted, batch


async def run(sql: str, *values: Any) -> list[dict[str, Any]]:
    """One statement, in the caller's unit of work."""
    return await engine.current().run_querystring(QueryString(sql, *values))


async def _tables() -> list[str]:
    if isinstance(engine.current(), SealSQLiteEngine):
        found = await run("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return [row["name"] for row in found]
    found = await run("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'")
    return [row["name"] for row in found]


async def _all_rows(association_id: UUID) -> dict[str, list[dict[str, Any]]]:
    unscoped = ("association", "lease", "migration", "public_code")
    return {
        table: await run(f"SELECT * FROM {table} WHERE association_id = {{}} ORDER BY id", association_id)
        for table in await _tables()
        if table not in unscoped
    }


async def strip() -> None:
    """Drop every constraint and unique index, as it were by somebody who owns the file."""
    current = engine.current()
    tables = await _tables()
    if isinstance(current, SealSQLiteEngine):
        await current.on_writer(lambda writer: _strip_sqlite(writer, tables))
        return
    assert current.pool is not None
    async with current.pool.acquire() as connection:
        for row in await connection.fetch(
            "SELECT conrelid::regclass::text AS t, conname AS c FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace ORDER BY contype = 'f' DESC"
        ):
            await connection.execute(f'ALTER TABLE {row["t"]} DROP CONSTRAINT IF EXISTS "{row["c"]}" CASCADE')
        for row in await connection.fetch("SELECT indexname::text AS i FROM pg_indexes WHERE schemaname = 'public'"):
            await connection.execute(f'DROP INDEX IF EXISTS "{row["i"]}"')
        for row in await connection.fetch(
            "SELECT table_name AS t, column_name AS c FROM information_schema.columns"
            " WHERE table_schema = 'public' AND is_nullable = 'NO'"
        ):
            await connection.execute(f'ALTER TABLE "{row["t"]}" ALTER COLUMN "{row["c"]}" DROP NOT NULL')


def _strip_sqlite(writer: Any, tables: list[str]) -> None:
    writer.execute("PRAGMA foreign_keys=OFF")
    for table in tables:
        columns = writer.execute(f"PRAGMA table_info({table})").fetchall()
        typed = ", ".join(f'"{column["name"]}" {column["type"]}' for column in columns)
        writer.execute(f"CREATE TABLE bare_{table} ({typed})")
        writer.execute(f"INSERT INTO bare_{table} SELECT * FROM {table}")
        writer.execute(f"DROP TABLE {table}")
        writer.execute(f"ALTER TABLE bare_{table} RENAME TO {table}")
    writer.execute("PRAGMA foreign_keys=ON")


def note_with_another_signature(note: bytes) -> bytes:
    """The same checkpoint, its signature altered in one place that still reads as base64."""
    return re.sub(rb"(.)(.{10}\n)$", lambda m: (b"A" if m[1] != b"A" else b"B") + m[2], note)
