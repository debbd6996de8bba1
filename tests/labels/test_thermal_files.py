"""Labels of a real batch for a thermal printer: ZPL that a printer would print, PNG files, and what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
import zxingcpp
from PIL import Image

from seal.errors import BadInput, Refused
from seal.labels import service as labels
from seal.labels import thermal_files
from seal.labels.thermal_files import Wanted
from tests.certificates.certified import certified, sealed
from tests.conftest import Database, on
from tests.labels.test_thermal import printed


def read(picture: Image.Image) -> str:
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    return code.text


@on("sqlite")
async def test_a_roll_is_printed_by_dots_and_every_symbol_is_the_units_own(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    found = await labels.reserve(made.owner(), batch.id, 4)
    await labels.void(made.owner(), batch.id, 2, 2, reason="damaged")
    said = {one.number: one.digits for one in await labels.codes(made.owner(), found.id)}
    job = await thermal_files.zpl(made.owner(), Wanted(batch.id, 1, 4))
    pictures = printed(job)
    assert [picture.size for picture in pictures] == [(480, 320)] * 3
    assert [read(picture).rsplit("/", 1)[1] for picture in pictures] == [said[number] for number in (1, 3, 4)]
    packed = await thermal_files.pictures(made.owner(), Wanted(batch.id, 1, 3, dpi=300))
    files = zipfile.ZipFile(io.BytesIO(packed))
    assert [name.split("-")[0] for name in files.namelist()] == ["00001", "00003"]
    first = Image.open(io.BytesIO(files.read(files.namelist()[0])))
    assert (first.size, first.mode, read(first).rsplit("/", 1)[1]) == ((709, 472), "1", said[1])
    for wanted, code in (
        (Wanted(batch.id, 1, 4, dpi=600), "labels.dpi"),
        (Wanted(batch.id, 1, 4, format="a4-24"), "labels.roll_only"),
        (Wanted(batch.id, 1, 4, offset_mm=(9.0, 0.0)), "label.offset"),
        (Wanted(batch.id, 1, 9), "label.not_reserved"),
        (Wanted(batch.id, 2, 2), "label.all_void"),
        (Wanted(batch.id, 1, 600), "labels.thermal_many"),
    ):
        with pytest.raises((BadInput, Refused)) as refused:
            await thermal_files.zpl(made.owner(), wanted)
        assert refused.value.reasons[0].code == code
