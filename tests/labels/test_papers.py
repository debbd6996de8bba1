"""Certificates on paper: ordered with the act that issues, drawn once, kept by digest, served unchanged."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from seal.associations import service as associations
from seal.cli import jobs
from seal.db import unit_of_work
from seal.errors import Conflict, NotAllowed, NotFound, Refused, Unavailable
from seal.keys import service as keys
from seal.labels import paper_views, token
from seal.labels import papers as labels_papers
from seal.labels import service as labels
from seal.printing import papers, service
from seal.printing.fence import fence
from seal.printing.model import Language, StoredPaper
from seal.web.i18n import translator
from tests import world
from tests.certificates import certified
from tests.certificates.certified import DAY
from tests.cli.kept import run
from tests.conftest import Database, on

LATER = world.START + timedelta(days=9)


def text_of(pdf: bytes) -> str:
    opened = pypdfium2.PdfDocument(pdf)
    assert len(opened) == 1
    return " ".join(opened[0].get_textpage().get_text_bounded().split()).replace("\N{NARROW NO-BREAK SPACE}", " ")


async def spanish_only(made: certified.Certified) -> None:
    """One paper for each object instead of three."""
    async with unit_of_work():
        await run("UPDATE association SET languages = {} WHERE id = {}", '["es"]', made.world.association.id)


async def stored(made: certified.Certified, object_id: object, language: str) -> StoredPaper | None:
    association = await associations.get(made.world.association.id)
    return await labels.public_paper(association, object_id, language)  # type: ignore[arg-type]


@on("sqlite")
async def test_the_jobs_draw_each_paper_once_in_every_language_and_it_never_changes(database: Database) -> None:
    made = await certified.certified()
    batch = await certified.sealed(made)
    group, held = made.world.association, made.certification
    assert await stored(made, batch.id, "both") is None
    assert {one.id for one in await papers.waiting(group.id, 9)} == {held.id, batch.id}
    assert await labels.finish_papers(group.id, LATER) == 2
    assert await papers.waiting(group.id, 9) == ()

    first = {}
    for object_id, jws, says in ((held.id, held.jws, "Certificado de productor"), (batch.id, batch.jws, "de lote")):
        for language in Language:
            found = await stored(made, object_id, language.value)
            assert found is not None
            assert (found.language, found.edition, found.made_at) == (language, 1, LATER)
            assert hashlib.sha256(found.served).hexdigest() == found.sha256
            assert [data for _, data in service.attachments(found.served)] == [jws]
            assert (says in text_of(found.served)) is (language is not Language.EN)
            first[object_id, language] = found
    assert await labels.finish_papers(group.id, LATER + DAY) == 0
    fence.close()
    for (object_id, language), before in first.items():
        assert await stored(made, object_id, language.value) == before
    desk = await labels.batch_certificate(made.owner(LATER + DAY), batch.id)
    assert desk == first[batch.id, Language.BOTH]

    image = Image.open(io.BytesIO(await service.png(desk.served, dpi=150)))
    (code,) = zxingcpp.read_barcodes(image)
    read = token.parse(code.text.removeprefix(f"{group.base.upper()}/"))
    assert isinstance(read, token.Token)
    assert read.fields.public_id == batch.public_id


@on("sqlite")
async def test_another_child_another_day_draws_the_same_bytes(database: Database) -> None:
    made = await certified.certified()
    association = await associations.get(made.world.association.id)
    order = await papers.found_order(association.id, made.certification.id)
    first = await labels_papers.draw(association, order, Language.BOTH, world.START)
    pid = fence.pid
    fence.close()
    assert await labels_papers.draw(association, order, Language.BOTH, LATER) == first
    assert fence.pid != pid


@on("sqlite")
async def test_a_download_before_the_jobs_draws_only_what_was_asked_and_the_jobs_the_rest(database: Database) -> None:
    made = await certified.certified()
    held = made.certification
    asked = await labels.producer_certificate(made.owner(), held.id, "en")
    assert asked.language is Language.EN
    assert "Producer certificate" in text_of(asked.served)
    assert [one.id for one in await papers.waiting(made.world.association.id, 9)] == [held.id]
    assert await labels.finish_papers(made.world.association.id, LATER) == 1
    assert await stored(made, held.id, "en") == asked


async def test_only_what_is_public_stands_on_a_paper(database: Database) -> None:
    made = await certified.certified()
    says = text_of((await labels.producer_certificate(made.owner(), made.certification.id, "es")).served)
    site = made.world.member.site
    assert f"Lugares incluidos Apiario, {site.commune} Protocolo" in says  # kind and commune, as in the credential
    for person in (made.world.staff.certifier, made.world.staff.auditor, made.world.member.owner):
        assert person.name not in says


@on("sqlite")
async def test_a_new_edition_is_somebodys_act_and_tells_what_the_first_could_not(database: Database) -> None:
    made = await certified.certified()
    await spanish_only(made)
    batch = await certified.sealed(made)
    old = await labels.batch_certificate(made.manager(), batch.id, "es")
    assert "Hasta 102, numerados" in text_of(old.served)
    with pytest.raises(Conflict) as waits:  # until the jobs have looked at it
        await labels.new_edition(made.manager(LATER), batch.id)
    assert waits.value.code == "printing.edition_waits"
    await labels.finish_papers(batch.association_id, world.START)
    await labels.reserve(made.manager(world.START + DAY), batch.id, 60)
    await labels.void(made.manager(world.START + DAY), batch.id, 5, 6, reason="damaged")
    with pytest.raises(NotAllowed):
        await labels.new_edition(made.owner(LATER), batch.id)
    assert await labels.new_edition(made.manager(LATER), batch.id) == 2
    assert await stored(made, batch.id, "es") == old
    await labels.reserve(made.manager(LATER + DAY), batch.id, 10)  # after the edition's date
    await labels.finish_papers(batch.association_id, LATER + DAY)
    new = await stored(made, batch.id, "es")
    assert new is not None
    assert new.edition == 2
    says = text_of(new.served)
    assert "1 a 60 · 2 anulados" in says
    assert "61" not in says.split("Sellos", 1)[1].split("Consumir", 1)[0]
    assert "Edición 2, del 12 feb 2026" in says
    assert await labels.batch_certificate(made.manager(LATER), batch.id, "es", 1) == old
    order, every = await labels.editions(made.manager(LATER), batch.id)
    assert (order.edition, order.waiting, [one.edition for one in every]) == (2, False, [2, 1])
    with pytest.raises(Refused) as unknown:
        await labels.batch_certificate(made.manager(LATER), batch.id, "es", 3)
    assert unknown.value.code == "printing.no_such_edition"


async def test_another_association_sees_no_paper(database: Database) -> None:
    made = await certified.certified()
    other = await certified.certified("otra")
    held = made.certification
    await labels.producer_certificate(made.owner(), held.id, "es")
    for read in (labels.editions, labels.new_edition):
        with pytest.raises(NotFound) as unseen:
            await read(other.manager(), held.id)
        assert unseen.value.code == "printing.no_paper"
    assert await stored(other, held.id, "es") is None
    with pytest.raises(NotFound):
        await labels.producer_certificate(other.manager(), held.id, "es")


@on("sqlite")
async def test_altered_bytes_are_never_served(database: Database) -> None:
    made = await certified.certified()
    kept = await labels.producer_certificate(made.owner(), made.certification.id, "es")
    async with unit_of_work():
        await run("UPDATE paper SET content = {} WHERE id = {}", kept.content[:-2], kept.id)
    with pytest.raises(Unavailable) as damaged:
        await stored(made, made.certification.id, "es")
    assert damaged.value.code == "printing.damaged"


@on("sqlite")
async def test_locked_keys_or_a_missing_library_leave_it_waiting_and_issuing_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await certified.certified()
    await spanish_only(made)
    group, held = made.world.association, made.certification
    keys.lock(group.id)
    assert await labels.finish_papers(group.id, LATER) == 0
    (order,) = await papers.waiting(group.id, 9)
    assert order.fault == "keys.locked"
    await keys.unlock(group.id, (keys.folder_of(group.slug, 1) / "passphrase").read_text().strip())

    def lost(job: object) -> bytes:
        raise Unavailable("printing.pango_missing", packages="x")

    with monkeypatch.context() as patch:
        patch.setattr(fence, "print", lost)
        batch = await certified.sealed(made)
        assert batch.jws is not None
        assert await jobs.run_for(group, LATER) == 0
        assert "printing.pango_missing" in {one.fault for one in await papers.waiting(group.id, 9)}
    assert await labels.finish_papers(group.id, LATER) == 2
    assert await stored(made, held.id, "es") is not None


def test_a_measured_value_has_the_comma_or_point_of_its_paper() -> None:
    for value, es, en in (
        ("17.2", "17,2 %", "17.2 %"),
        ("<0.5; 3", "<0,5; 3 %", "<0.5; 3 %"),
        ("1.2.3", "1.2.3 %", "1.2.3 %"),
    ):
        assert paper_views._result(value, "%", translator("es")) == es
        assert paper_views._result(value, "%", translator("en")) == en
