from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from seal.protocols import assembly, document
from tests.protocols.library import Copy, miel

P = "protocol.yaml"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (20, "20"),
        ("20.0", "20"),
        ("20.04", "20.04"),
        ("0.50", "0.5"),
        ("-0.0", "0"),
        (0, "0"),
        ("100", "100"),
        ("-1.20", "-1.2"),
    ],
)
def test_numbers_are_shortest_decimal_strings(value: Any, text: str) -> None:
    assert document.number(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=9))
def test_a_number_keeps_its_value(value: Decimal) -> None:
    assert Decimal(document.number(value)) == value


def test_floats_have_no_place() -> None:
    with pytest.raises(TypeError):
        document.plain({"a": 0.1})


def test_the_digest_can_be_computed_by_anyone() -> None:
    own = miel().modules[0]
    assert miel().digest == hashlib.sha256(rfc8785.dumps(dict(own.document))).hexdigest()
    assert [each["sha256"] for each in own.document["includes"]] == [each.digest for each in miel().modules[1:]]
    assert "status" not in own.document


def test_comments_order_and_spelling_of_numbers_do_not_change_the_requirements(copied: Copy) -> None:
    copied.edit("miel", P, "custody_model: segregated\n", "# a comment\n")
    copied.edit("miel", P, "max: 20, target_max: 18", "target_max: 18.0, max: 20.00")
    path = copied.path("miel", P)
    path.write_text(path.read_text("utf-8") + "\ncustody_model: 'segregated'\n", "utf-8")
    copied.edit("miel", P, "status: published", "status: draft")
    assert copied.load().digest == miel().digest


def test_a_translation_changes_only_the_digest_of_its_language(copied: Copy) -> None:
    copied.edit("miel", "text.en.yaml", "title: Artisanal honey", "title: Craft honey")
    found = copied.load()
    assert found.digest == miel().digest
    assert found.text_digests["es"] == miel().text_digests["es"]
    assert found.text_digests["en"] != miel().text_digests["en"]


def test_words_of_a_module_count_in_the_digest_of_the_language(copied: Copy) -> None:
    copied.edit("higiene", "text.es.yaml", "title: ", "title: Nueva ")
    found = copied.load()
    assert found.digest == miel().digest
    assert found.text_digests["es"] != miel().text_digests["es"]


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("miel", "max: 40, target_max: 15", "max: 40, target_max: 16"),
        ("miel", "  level: minor", "  level: major"),
        ("miel", "review: [calibrate]}", "review: [national_text]}"),
        ("miel", "shelf_life_months: 24", "shelf_life_months: 18"),
        ("higiene", "fix_days: 28", "fix_days: 30"),
    ],
)
def test_any_change_of_a_requirement_changes_the_digest(copied: Copy, module: str, old: str, new: str) -> None:
    copied.unpin()
    assert copied.load().digest == miel().digest  # pins are resolved, so writing them out changes nothing
    copied.edit(module, P, old, new)
    assert copied.load().digest != miel().digest


def test_a_package_gives_the_same_protocol_back() -> None:
    kept = json.loads(rfc8785.dumps(assembly.package(miel())))
    again = assembly.unpack(kept)
    assert again == miel()
    assert again.digest == miel().digest
    assert again.text_digests == miel().text_digests
