"""Content negotiation: the type that is wanted most, by quality, then by what is offered first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.web.accept import best

OFFERED = ("text/html", "application/vc+jwt", "application/vc")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        (BROWSER, "text/html"),
        ("application/vc", "application/vc"),
        ("Application/VC+JWT", "application/vc+jwt"),
        ("application/vc;q=0.5, application/vc+jwt;q=0.9", "application/vc+jwt"),
        ("application/*", "application/vc+jwt"),
        ("application/*;q=0.2, text/html;q=0.1", "application/vc+jwt"),
        ("application/vc+jwt;q=0, application/*", "application/vc"),
        ("*/*, text/html;q=0, application/vc+jwt;q=0.1", "application/vc"),
        ("application/vc ; profile=x ; q=1.000", "application/vc"),
        ("image/png, application/vc;q=0.001", "application/vc"),
        ("application/vc;q=2, text/html;q=0.1", "text/html"),
        ("nonsense, ;;, application/vc", "application/vc"),
    ],
)
def test_what_is_wanted_most(header: str, wanted: str) -> None:
    assert best(header, OFFERED) == wanted


@pytest.mark.parametrize("header", ["image/png", "*/*;q=0", "application/vc;q=0", "application/vc;q=x", "vc", ","])
def test_nothing_that_is_offered(header: str) -> None:
    assert best(header, OFFERED) is None


def test_nothing_is_offered() -> None:
    assert best("*/*", ()) is None
    assert best("", ()) is None


@given(st.text(max_size=200))
def test_any_header_gives_an_offer_or_none(header: str) -> None:
    assert best(header, OFFERED) in (*OFFERED, None)
