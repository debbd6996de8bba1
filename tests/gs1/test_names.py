"""Names and links of one thing are one thing; what breaks the rules is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.gs1 import link, names

LOT_SIGNS = "ABCXYZ0189.-/%&'()*+,_:;<=>?!\""


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("urn:epc:id:sgtin:780452.0012345.42", "https://id.gs1.org/01/07804520123453/21/42"),
        ("urn:epc:class:lgtin:780452.0012345.L2611", "https://id.gs1.org/01/07804520123453/10/L2611"),
        ("urn:epc:idpat:sgtin:780452.0012345.*", "https://id.gs1.org/01/07804520123453"),
        ("urn:epc:id:sscc:0614141.1234567890", "https://id.gs1.org/00/106141412345678908"),
        ("urn:epc:id:sgln:952012.345678.0", "https://id.gs1.org/414/9520123456788"),
        ("urn:epc:id:sgln:952012.345678.32a%2Fb", "https://id.gs1.org/414/9520123456788/254/32a%2Fb"),
        ("urn:epc:id:pgln:952012.345678", "https://id.gs1.org/417/9520123456788"),
        ("https://sello.cl/x/01/7804520123453/10/L2611?17=270101", "https://id.gs1.org/01/07804520123453/10/L2611"),
    ],
)
def test_one_thing_has_one_address(name: str, address: str) -> None:
    assert names.canonical(name) == address
    assert names.canonical(address) == address


@pytest.mark.parametrize(
    "name",
    [
        "urn:epc:id:sgtin:780452.001234.42", "urn:epc:id:sgtin:78045.20012345.42", "urn:epc:id:sgtin:780452.0012345",
        "urn:epc:id:sgtin:780452.001234a.42", "urn:epc:id:giai:780452.1", "urn:epc:idpat:sgtin:780452.0012345.42",
        "urn:epc:id:sgtin:780452.0012345.%00", "urn:epc:id:sgtin:780452.0012345.%C3%B1",
        "urn:epc:class:sgtin:780452.0012345.1",
        "https://sello.cl/7Q4K2MXPW", "https://sello.cl/01/07804520123454", "urn:uuid:x", "", "urn:epc:",
    ],
)  # fmt: skip
def test_what_is_no_sound_key_stays_as_it_is(name: str) -> None:
    assert names.canonical(name) == name


@given(st.text(LOT_SIGNS, min_size=1, max_size=20), st.text(LOT_SIGNS, min_size=1, max_size=20))
def test_a_link_reads_back_whatever_its_lot_and_serial_hold(lot: str, serial: str) -> None:
    made = link.make([("01", "07804520123453"), ("10", lot), ("21", serial)], "https://sello.cl/a/aysen")
    assert link.read(made.address) == made


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for given_text in (text, f"https://a/01/07804520123453/{text}", f"urn:epc:id:{text}"):
        names.canonical(given_text)
