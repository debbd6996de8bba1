"""The size of the symbol, against the library that draws it."""

from __future__ import annotations

import pytest
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, MODE_NUMBER, QRData

from seal.keys.symbol import symbol, version


@pytest.mark.parametrize("length", [13, 30, 31, 32, 33, 60, 100])
@pytest.mark.parametrize("digits", [196, 200])
def test_version_is_what_the_library_draws(length: int, digits: int) -> None:
    code = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(QRData("A" * length, mode=MODE_ALPHA_NUM), optimize=0)
    code.add_data(QRData("1" * digits, mode=MODE_NUMBER), optimize=0)
    assert version(length, digits) == code.best_fit()


def test_the_promised_prefixes_fit_version_six() -> None:
    assert (version(32, 196), version(34, 196)) == (6, 7)
    assert (version(30, 200), version(31, 200)) == (6, 7)


def test_sizes_of_version_six() -> None:
    found = symbol("https://sello.example")
    assert (found.version, found.modules, found.aim_tenths_mm, found.least_tenths_mm) == (6, 49, 245, 206)
    assert found.advised
    assert found.prefix == "HTTPS://SELLO.EXAMPLE/"


def test_a_long_address_is_not_advised() -> None:
    assert not symbol("https://certificados.saboresdeaysen.example").advised


def test_an_address_that_no_label_holds() -> None:
    with pytest.raises(ValueError, match="too long"):
        version(600, 200)
