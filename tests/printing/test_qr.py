"""QR symbols: size, segments, and reading back."""

import numpy as np
import pytest
import zxingcpp

from seal.printing import qr

DIGITS_UNIT = str(int.from_bytes(b"\x01" + bytes(range(83)), "big"))
DIGITS_BATCH = str(int.from_bytes(b"\x01" + bytes(range(81)), "big"))


def read(drawn: qr.Symbol) -> str:
    cells = np.pad(np.array(drawn.rows, dtype=np.uint8), qr.QUIET)
    image = np.kron(np.where(cells, 0, 255).astype(np.uint8), np.ones((6, 6), np.uint8))
    found = zxingcpp.read_barcodes(image)
    assert len(found) == 1
    return found[0].text


@pytest.mark.parametrize(
    ("prefix", "digits", "version"),
    [
        ("HTTPS://" + "A" * 23 + "/", DIGITS_BATCH, 6),
        ("HTTPS://" + "A" * 21 + "/", DIGITS_UNIT, 6),
        ("HTTPS://" + "A" * 22 + "/", DIGITS_UNIT, 7),
        ("HTTPS://SELLO.EXAMPLE/7Q4K2MXP002R5", "", 2),
    ],
)
def test_size_and_reading_back(prefix, digits, version):
    drawn = qr.symbol(prefix, digits)
    assert (drawn.version, drawn.side) == (version, 17 + 4 * version + 8)
    assert read(drawn) == prefix + digits


def test_lower_case_would_cost_a_version_and_is_refused():
    with pytest.raises(ValueError, match="alphanumeric"):
        qr.symbol("https://sello.example/", DIGITS_UNIT)


def test_a_token_of_anything_but_digits_is_refused():
    for token in ("12A", "١٢٣", "1 2"):
        with pytest.raises(ValueError, match="digits"):
            qr.symbol("HTTPS://SELLO.EXAMPLE/", token)


def test_the_path_inks_exactly_the_dark_modules():
    drawn = qr.symbol("HTTPS://SELLO.EXAMPLE/7Q4K2MXP8")
    dark = sum(map(sum, drawn.rows))
    widths = [int(part.split("h")[1].split("v")[0]) for part in drawn.path().split("M")[1:]]
    assert sum(widths) == dark


def test_the_drawing_says_nothing_that_was_not_escaped():
    drawn = str(qr.svg("HTTPS://SELLO.EXAMPLE/", "1", label='"><script>', side_mm="24.5"))
    assert "<script>" not in drawn
    assert "width:24.5mm" in drawn
