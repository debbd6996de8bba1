"""Digital Links and application identifiers against the vectors and the dictionary of GS1."""

from __future__ import annotations

import json
import re

import pytest

from seal.gs1 import link
from seal.gs1.table import CHECKED, IDENTIFIERS, NOT_ATTRIBUTES, QUALIFIERS
from tests.outside.material import outside

ALIASES = {"https://a/gtin/12312312312333/ser/ABC123"}
"""Read by GS1's engine with its option for names that the standard gave up; refused here."""


def test_every_vector_of_gs1() -> None:
    vectors = json.loads(outside("gs1", "dl-parse-vectors.json").read_text("utf-8"))
    seen: set[str] = set()
    for vector in vectors:
        uri, good = vector["uri"], vector["ok"]
        # The same address again with another answer: GS1 asks with its option for unknown identifiers.
        unknown = good and "89=ABC123" in uri
        if uri in ALIASES:
            good = False
        try:
            found = link.read(uri, unknown=unknown)
        except link.NotALink:
            assert not good, uri
        else:
            assert good, uri
            assert found.elements == vector["unbracketed"], uri
            again = link.read(found.address, unknown=unknown)
            assert again.elements == found.elements
        seen.add(uri)
    assert len(vectors) == 58
    assert seen >= ALIASES


def test_the_table_is_the_dictionary() -> None:
    forms: dict[str, str] = {}
    keys, hidden, fixed, checked = {}, set(), set(), set()
    for line in outside("gs1", "gs1-syntax-dictionary.txt").read_text("utf-8").splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        names, rest = words[0], words[1:]
        flags = "" if re.match(r"\[?[NXYZ]", rest[0]) else rest.pop(0)
        parts = [one for one in rest if re.match(r"\[?[NXYZ](\.\.)?\d", one)]
        first, _, last = names.partition("-")
        for number in range(int(first), int(last or first) + 1):
            digits = str(number).zfill(len(first))
            forms[digits] = "".join(one.split(",")[0] for one in parts)
            hidden |= set() if "?" in flags else {digits}
            fixed |= {digits} if "*" in flags else set()
            checked |= {digits} if any("csum" in one.split(",") for one in parts) else set()
            for one in rest:
                if one.startswith("dlpkey"):
                    orders = one.partition("=")[2].split("|")
                    keys[digits] = tuple(tuple(order.split(",")) if order else () for order in orders)
    assert {one.digits: one.form for one in IDENTIFIERS.values()} == forms
    assert keys == QUALIFIERS
    assert hidden == NOT_ATTRIBUTES
    assert {one.digits for one in IDENTIFIERS.values() if one.fixed} == fixed
    assert set(CHECKED) == checked


@pytest.mark.parametrize("digits", ["01", "00", "414"])
def test_a_wrong_check_digit_is_seen(digits: str) -> None:
    good = {"01": "09520123456788", "00": "006141411234567890", "414": "9520123456788"}[digits]
    assert link.make([(digits, good)]).sound
    assert not link.make([(digits, good[:-1] + str((int(good[-1]) + 1) % 10))]).sound
