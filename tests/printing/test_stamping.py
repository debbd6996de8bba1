"""Symbols of a run: the same bytes as the reference encoder's, in the version that the printed size was reckoned by."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.printing import appending, qr, stamping

HOST = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.", min_size=1, max_size=60)


def read(rows: list[int]) -> bytes:
    cells = np.array([[row >> (len(rows) - 1 - x) & 1 for x in range(len(rows))] for row in rows], np.uint8)
    image = np.kron(np.where(np.pad(cells, qr.QUIET), 0, 255).astype(np.uint8), np.ones((4, 4), np.uint8))
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1
    return found[0].bytes


@settings(max_examples=30, deadline=None)
@given(HOST, st.binary(min_size=81, max_size=83), st.booleans())
def test_a_symbol_says_the_same_bytes_in_the_same_version(host: str, payload: bytes, signed: bool) -> None:
    prefix = f"HTTPS://{host}/"
    digits = str(int.from_bytes(b"\x01" + payload)) if signed else ""
    reference = qr.symbol(prefix, digits)
    text = prefix + digits
    rows = stamping.modules(text, len(prefix) if signed else len(text), reference.version)
    assert len(rows) == reference.modules
    reference_rows = [int("".join(str(int(cell)) for cell in row), 2) for row in reference.rows]
    assert read(rows) == read(reference_rows) == text.encode()


def test_where_the_fast_encoder_cannot_keep_the_version_the_reference_one_is_used() -> None:
    prefix, digits = "HTTPS://SELLO.EXAMPLE/", "7" * 200
    reference = qr.symbol(prefix, digits)
    rows = stamping.modules(prefix + digits, len(prefix), reference.version - 1)  # too small for it
    assert rows == [int("".join(str(int(cell)) for cell in row), 2) for row in reference.rows]


def test_a_text_stands_where_its_sample_stood() -> None:
    spot = {
        "matrix": (0.75, 0, 0, 0.75, 100.0, 50.0), "fill": "0 g", "font": "/F", "size": 8.0, "tracking": 0.0,
        "codes": {"1": "0011", "/": "0012"}, "widths": {"1": 4.0, "/": 2.0}, "width": 20.0,
    }  # fmt: skip
    for align, x in (("left", 100.0), ("center", 103.75), ("right", 107.5)):
        assert f"{x:.3f} 50.000 Tm <001100120011> Tj" in stamping.Words({**spot, "align": align}).written("1/1")
    with pytest.raises(KeyError):
        stamping.Words({**spot, "align": "left"}).written("2")


def test_pieces_make_the_same_file_wherever_they_are_cut() -> None:
    parts = {"size": 10, "pages": 3, "shared": 4, "root": 1, "info": 2, "startxref": 99}
    contents = [f"page {number}".encode() for number in range(5)]
    whole = appending.piece(parts, 0, (100.0, 200.0), contents)
    cut = [
        appending.piece(parts, 0, (100.0, 200.0), contents[:2]),
        appending.piece(parts, 2, (100.0, 200.0), contents[2:]),
    ]
    assert b"".join(one.data for one in cut) == whole.data
    assert cut[0].lengths + cut[1].lengths == whole.lengths
