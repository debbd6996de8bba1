"""Keeping files in the database, on both engines."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from seal import ids
from seal.db import unit_of_work
from seal.errors import BadInput, Conflict, NotFound
from seal.files import service
from tests.files.test_reencode import located, picture

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERE, ELSEWHERE, AUTHOR = ids.uuid7(AT), ids.uuid7(AT), ids.uuid7(AT)
PDF = b"%PDF-1.7\nresult of a laboratory\n%%EOF\n"


async def put(data: bytes, kind: str, *, association: UUID = HERE, id: UUID | None = None):
    return await service.put(association, data, declared_type=kind, author=AUTHOR, at=AT, id=id)


async def test_a_picture_is_kept_without_its_place_and_hashes_to_its_digest(database):
    sent = picture(exif=located())
    kept = await put(sent, "image/jpeg")
    found, data = await service.get(HERE, kept.id)
    assert found == kept
    assert b"SECRETPHONE" not in data
    assert service.digest(data) == kept.sha256 != kept.received_sha256 == service.digest(sent)
    assert (kept.media_type, kept.size, kept.author) == ("image/jpeg", len(data), AUTHOR)


async def test_a_pdf_is_kept_as_sent(database):
    kept = await put(PDF, "application/pdf")
    assert (await service.get(HERE, kept.id))[1] == PDF
    assert kept.sha256 == kept.received_sha256
    assert await service.about(HERE, kept.id) == kept


async def test_plain_text_is_refused(database):
    with pytest.raises(BadInput) as refused:
        await put(b"hello", "text/plain")
    assert refused.value.code == "files.kind_refused"


async def test_sending_again_under_the_same_id_gives_the_first_result(database):
    id = ids.uuid7(AT)
    first = await put(PDF, "application/pdf", id=id)
    assert await put(PDF, "application/pdf", id=id) == first
    with pytest.raises(Conflict) as taken:
        await put(PDF + b"%%EOF", "application/pdf", id=id)
    assert taken.value.code == "files.id_taken"


async def test_two_senders_of_one_id_make_one_file(database):
    id = ids.uuid7(AT)
    first, second = await asyncio.gather(*(put(PDF, "application/pdf", id=id) for _ in range(2)))
    assert first == second


async def test_another_associations_file_looks_like_none(database):
    kept = await put(PDF, "application/pdf")
    for reader in (service.get, service.about):
        with pytest.raises(NotFound) as theirs:
            await reader(ELSEWHERE, kept.id)
        with pytest.raises(NotFound) as nobodys:
            await reader(HERE, ids.uuid7(AT))
        assert str(theirs.value) == str(nobodys.value)


async def test_it_goes_with_the_callers_unit_of_work(database):
    id = ids.uuid7(AT)

    async def change_of_mind() -> None:
        async with unit_of_work():
            await put(PDF, "application/pdf", id=id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_of_mind()
    with pytest.raises(NotFound):
        await service.get(HERE, id)
