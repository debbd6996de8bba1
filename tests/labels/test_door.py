"""The plaque at the producer's door: a token of its own kind, both languages, and nothing once the right has ended."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image

from seal.certificates import service as certificates
from seal.errors import BadInput, Refused
from seal.labels import door, token
from seal.labels.faces.checking import folded
from seal.printing import reading, service
from tests import world
from tests.certificates.certified import certified
from tests.conftest import Database


async def test_a_plaque_carries_a_token_of_its_own_and_speaks_both_languages(database: Database) -> None:
    made = await certified()
    drawn = await door.plaque(made.owner(), made.certification.id)
    assert await service.page_count(drawn) == 1
    picture = Image.open(io.BytesIO(await service.png(drawn, dpi=200)))
    (code,) = zxingcpp.read_barcodes(picture)
    read = token.parse(code.text.rsplit("/", 1)[1])
    assert isinstance(read, token.Token)
    assert (read.fields.kind, read.fields.public_id) == (token.Kind.PLAQUE, made.certification.public_id)
    said = folded("".join(one.text for one in reading.glyphs(drawn)))
    for words in (
        "Productor certificado por",
        "Maker certified by",
        "Escanee y vea",
        "Scan to see",
        made.certification.code,
    ):
        assert folded(words) in said


async def test_a_plaque_of_another_size_is_refused_and_one_without_a_right_as_well(database: Database) -> None:
    made = await certified()
    with pytest.raises(BadInput, match=r"labels.plaque_size"):
        await door.plaque(made.owner(), made.certification.id, "a3")
    late = made.owner(world.START + timedelta(days=9 * 366))
    with pytest.raises(Refused, match=r"label.right_ended"):
        await door.plaque(late, made.certification.id)
    assert (await certificates.certification(late, made.certification.id)).id == made.certification.id
