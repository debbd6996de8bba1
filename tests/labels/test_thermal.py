"""ZPL read back as a printer would: the same dots, run lengths and all, and every symbol in whole dots."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from seal.labels import thermal
from seal.printing import qr

_COMMAND = re.compile(r"[\^~]([A-Z]{2})([^\^~\n]*)")


def unpacked(text: str, row_bytes: int, rows: int) -> Image.Image:
    """A graphic field as the manual describes it."""
    digits, out, times, row = row_bytes * 2, [], 0, ""
    for letter in text:
        if letter in ",!":
            row += ("0" if letter == "," else "F") * (digits - len(row))
        elif letter == ":":
            row = out[-1]
        elif letter in "0123456789ABCDEF":
            row, times = row + letter * (times or 1), 0
        else:
            times += ord(letter) - ord("G") + 1 if letter <= "Z" else 20 * (ord(letter) - ord("g") + 1)
        if len(row) == digits:
            out.append(row)
            row = ""
    assert (row, len(out)) == ("", rows)
    data = bytes(byte ^ 0xFF for byte in bytes.fromhex("".join(out)))
    return Image.frombytes("1", (row_bytes * 8, rows), data)


def printed(job: bytes) -> list[Image.Image]:
    """What a printer puts on paper: each ``^XA`` … ``^XZ`` that prints a label."""
    stored: dict[str, Image.Image] = {}
    labels: list[Image.Image] = []
    page, at, size = None, (0, 0), [0, 0]
    for name, rest in _COMMAND.findall(job.decode("ascii")):
        if name == "DG":
            key, total, row_bytes, data = rest.split(",", 3)
            stored[key] = unpacked(data, int(row_bytes), int(total) // int(row_bytes))
        elif name == "PW":
            size[0] = int(rest)
        elif name == "LL":
            size[1] = int(rest)
            page = Image.new("1", (size[0], size[1]), 1)
        elif name == "FO":
            at = tuple(int(part) for part in rest.split(","))
        elif name in ("XG", "GF"):
            if name == "XG":
                picture = stored[rest.split(",")[0]]
            else:
                _, total, _, row_bytes, data = rest.split(",", 4)
                picture = unpacked(data, int(row_bytes), int(total) // int(row_bytes))
            mask = picture.point(lambda light: 255 - light)
            page.paste(0, at, mask)
        elif name == "PQ":
            labels.append(page)
    assert "^ID" in job.decode()
    return labels


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.lists(st.binary(min_size=8, max_size=8), min_size=1, max_size=5))
def test_a_printer_gets_the_dots_that_were_meant(width, rows):
    pictures = []
    for shift in range(3):
        data = b"".join(bytes((byte >> shift) for byte in row) for row in rows)
        pictures.append(Image.frombytes("1", (64, len(rows)), data).crop((0, 0, width, len(rows))))
    back = printed(thermal.zpl(pictures))
    assert [one.tobytes() for one in back] == [one.tobytes() for one in pictures]


@given(st.integers(1, 2000), st.sampled_from("0FA"))
def test_run_lengths_add_up(times, digit):
    text = thermal._count(times) + digit
    total = 0
    for letter in text[:-1]:
        total += ord(letter) - ord("G") + 1 if letter <= "Z" else 20 * (ord(letter) - ord("g") + 1)
    assert (total or 1) == times


def test_a_symbol_stands_in_whole_dots_and_is_read():
    symbol = qr.symbol("HTTPS://SELLO.AYSEN.EXAMPLE/", "1" * 200)
    grey = Image.new("RGB", (300, 240), (250, 250, 250))
    made = thermal.stamped(grey, symbol, 20, 10, 4)
    assert made.getbbox() == (0, 0, 300, 240)
    dark = Image.eval(made.convert("L"), lambda light: 255 - light).getbbox()
    assert dark == (20 + 16, 10 + 16, 20 + 16 + 41 * 4, 10 + 16 + 41 * 4)
    (back,) = printed(thermal.zpl([made]))
    assert [code.text for code in zxingcpp.read_barcodes(back.convert("L"))] == [symbol.text]
    assert thermal.moved(made, -3, 2).size == made.size


def test_no_labels_are_no_job():
    with pytest.raises(ValueError, match="no labels"):
        thermal.zpl([])
