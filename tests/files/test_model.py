"""The kind of a file is what its bytes say."""

import pytest

from seal.errors import BadInput
from seal.files.model import check, recognise

JPEG = b"\xff\xd8\xff\xe0rest"
PDF = b"%PDF-1.7\nsome pages\n%%EOF\n"


def test_kinds_are_recognised_by_their_first_bytes():
    assert recognise(JPEG) == "image/jpeg"
    assert recognise(b"\x89PNG\r\n\x1a\n...") == "image/png"
    assert recognise(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"
    assert recognise(PDF) == "application/pdf"
    assert recognise(b"<svg/>") is None


def test_a_known_kind_passes_with_a_parameter_or_an_old_name():
    assert check(JPEG, "image/jpeg; charset=binary", 1_000_000) == "image/jpeg"
    assert check(JPEG, "image/jpg", 1_000_000) == "image/jpeg"
    assert check(PDF, "application/pdf", 1_000_000) == "application/pdf"


@pytest.mark.parametrize(
    ("data", "declared", "code"),
    [
        (b"", "image/jpeg", "files.empty"),
        (JPEG + b"x" * 1_000_000, "image/jpeg", "files.too_large"),
        (b"hello", "text/plain", "files.kind_refused"),
        (b"<svg/>", "image/svg+xml", "files.kind_refused"),
        (JPEG, "", "files.kind_refused"),
        (b"<html></html>", "image/jpeg", "files.kind_differs"),
        (JPEG, "application/pdf", "files.kind_differs"),
        (PDF[:-6], "application/pdf", "files.pdf_cut"),
    ],
)
def test_each_way_to_be_wrong_has_its_own_word(data, declared, code):
    with pytest.raises(BadInput) as refused:
        check(data, declared, 1_000_000)
    assert refused.value.code == code
