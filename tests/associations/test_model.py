"""What an association may be, and the names that follow from its address."""

from __future__ import annotations

import pytest

from seal.associations.model import Rules, did_of, faults, log_origin_of

GOOD = {
    "slug": "miel-aysen",
    "name": "Miel de Aysén",
    "base": "https://sello.example",
    "zone": "America/Coyhaique",
    "languages": ("es", "en"),
    "colour": "#3a2f5f",
    "rules": Rules(),
}


def test_good_one_has_no_fault() -> None:
    assert faults(**GOOD) == ()  # type: ignore[arg-type]
    assert faults(**{**GOOD, "base": "https://sello.example/a/miel-aysen"}) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "x"), ("slug", "Miel"), ("slug", "-miel"), ("slug", "miel--aysen"), ("slug", "a" * 42),
        ("slug", "miel/x"),
        ("name", " "), ("name", "x" * 121),
        ("base", "https://sello.example/"), ("base", "https://sello.example/a/otra"), ("base", "ftp://sello.example"),
        ("base", "https://Sello.example"), ("base", "https://sello.example?x"), ("base", "https://u@sello.example"),
        ("zone", "America/Nowhere"), ("zone", "../etc/passwd"),
        ("languages", ()), ("languages", ("es", "es")), ("languages", ("fr",)),
        ("colour", "red"), ("colour", "#3A2F5F"),
        ("rules", Rules(quorum=0)), ("rules", Rules(sanction_quorum=0)), ("rules", Rules(spare_percent=11)),
    ],
)  # fmt: skip
def test_each_fault_is_told(field: str, value: object) -> None:
    found = faults(**{**GOOD, field: value})  # type: ignore[arg-type]
    assert f"associations.{field}" in {reason.code for reason in found}


@pytest.mark.parametrize(
    ("base", "did"),
    [
        ("https://sello.example", "did:web:sello.example"),
        ("https://sello.example/a/miel", "did:web:sello.example:a:miel"),
        ("http://localhost:8080", "did:web:localhost%3A8080"),
    ],
)
def test_did_web_of_a_base(base: str, did: str) -> None:
    assert did_of(base) == did


def test_log_origin_is_the_base_without_its_scheme() -> None:
    assert log_origin_of("https://sello.example/a/miel") == "sello.example/a/miel"
