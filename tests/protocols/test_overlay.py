"""Overlays: each kind of change lands where it says, what does not fit is named, a newer base comes item by item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from seal.errors import BadInput
from seal.protocols import loader
from seal.protocols.diff import Kind, compare
from seal.protocols.exchange import writing
from seal.protocols.folders import written
from seal.protocols.model import Protocol
from seal.protocols.overlay import Overlay, read_overlay, resolve
from seal.protocols.upstream import items, rebased
from tests.protocols.library import MIEL, Copy, miel

POINT = {
    "id": "BAKER-A01", "chapter": "A", "level": "minor", "verify": ["observation"], "evidence": ["photo"],
    "na": "justify", "fix_days": 28, "source": ["asamblea 2026"], "sdg": [15],
}  # fmt: skip
WORDS = {"es": {"requirement": "El apiario está cercado.", "public": "Los apiarios están cercados."}}
TIGHTER = {"point": "MIEL-D01", "set": {"measure": {"max": 18}}, "reason": "Otoños lluviosos"}


def overlay(*changes: dict[str, Any], base: Protocol | None = None, **more: Any) -> Overlay:
    below = base or miel()
    return read_overlay(
        writing.dump(
            {
                "schema": "seal-overlay/1",
                "id": "miel_baker",
                "version": "1.0.0",
                "base": {"id": below.id, "version": below.version, "sha256": below.digest},
                **more,
                "changes": list(changes),
            }
        )
    )


def refused(*changes: dict[str, Any]) -> list[str]:
    with pytest.raises(BadInput) as error:
        resolve(overlay(*changes), miel())
    return [reason.code for reason in error.value.reasons]


def test_nothing_but_a_name_changes_nothing_but_the_name() -> None:
    made = resolve(overlay(title={"es": "Miel del Baker"}), miel())
    assert (made.id, made.version, made.title("es")) == ("miel_baker", "1.0.0", "Miel del Baker")
    assert [change.kind for change in compare(miel(), made).all] == [Kind.WORDS]
    assert [part.digest for part in made.modules[1:]] == [part.digest for part in miel().modules[1:]]
    assert made.digest != miel().digest


def test_a_limit_is_tightened_and_its_batch_test_follows() -> None:
    made = resolve(overlay(TIGHTER), miel())
    measure, test = made.point("MIEL-D01").measure, made.batch_test("moisture")
    assert measure is not None
    assert test is not None
    assert (measure.max, measure.target_max, test.max) == (Decimal(18), Decimal(18), Decimal(18))


def test_a_point_of_a_module_makes_the_module_its_own() -> None:
    point = miel().modules[-1].points[0]
    made = resolve(overlay({"point": point.id, "set": {"fix_days": 3}, "reason": "Aquí se puede antes"}), miel())
    assert made.point(point.id).fix_days == 3
    assert made.modules[-1].id == f"miel_baker_{miel().modules[-1].id}"
    assert made.modules[1].digest == miel().modules[1].digest
    assert [change.key for change in compare(miel(), made).points] == ["fix_days"]


def test_a_point_comes_and_a_point_goes_for_good() -> None:
    made = resolve(
        overlay({"add": POINT, "text": WORDS, "reason": "Hay pumas"}, {"remove": "MIEL-E04", "reason": "Ya en otra"}),
        miel(),
    )
    assert made.text("es").points["BAKER-A01"].requirement == "El apiario está cercado."
    assert made.edition.retired == ("MIEL-E04",)
    assert {change.subject: change.kind for change in compare(miel(), made).points} == {
        "BAKER-A01": Kind.NEW,
        "MIEL-E04": Kind.RETIRED,
    }


def test_words_and_sections_change() -> None:
    made = resolve(
        overlay(
            {"point": "MIEL-A01", "text": {"es": {"fix": "Pregunte en la oficina del SAG."}}, "reason": "Más claro"},
            {"section": "validity", "set": {"certificate_months": 6}, "reason": "Temporada corta"},
        ),
        miel(),
    )
    assert made.text("es").points["MIEL-A01"].fix == "Pregunte en la oficina del SAG."
    assert made.rules.validity.certificate_months == 6
    assert made.rules.validity.grace_days == miel().rules.validity.grace_days


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"point": "MIEL-Z99", "set": {}, "reason": "x"}, "protocols.overlay.unknown_point"),
        ({"remove": "MIEL-Z99", "reason": "x"}, "protocols.overlay.unknown_point"),
        ({"add": {**POINT, "id": "MIEL-A01"}, "text": WORDS, "reason": "x"}, "protocols.overlay.taken"),
        ({"section": "points", "set": [], "reason": "x"}, "protocols.overlay.unknown_section"),
        ({"section": "id", "set": "otro", "reason": "x"}, "protocols.overlay.unknown_section"),
        ({"point": "MIEL-A01", "text": {"fr": {"fix": "x"}}, "reason": "x"}, "protocols.overlay.language"),
        ({"point": "MIEL-A01", "remove": "MIEL-A01", "reason": "x"}, "protocols.overlay.one_act"),
        ({"set": {}, "reason": "x"}, "protocols.overlay.one_act"),
        ({"point": "MIEL-A01", "set": {}}, "protocols.missing_key"),
        ({"point": "MIEL-D10", "set": {"measure": {"max": 20}}, "reason": "x"}, "protocols.bounds_crossed"),
        ({"point": "MIEL-A01", "set": {"level": "capital"}, "reason": "x"}, "protocols.unknown_value"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], code: str) -> None:
    assert any(found.startswith(code) for found in refused(change)), code


def test_a_fault_of_the_result_names_the_line_of_its_change() -> None:
    crossed = {"point": "MIEL-D10", "set": {"measure": {"max": 20}}, "reason": "x"}
    with pytest.raises(BadInput) as error:
        resolve(overlay(TIGHTER, crossed), miel())
    (fault,) = error.value.reasons
    assert (fault.code, fault.params["file"]) == ("protocols.bounds_crossed", "overlay.yaml")
    assert fault.params["line"] == 7


def test_two_changes_of_one_point_are_refused() -> None:
    assert refused(TIGHTER, TIGHTER) == ["protocols.overlay.twice"]


def test_another_base_than_the_pinned_one_is_refused(copied: Copy) -> None:
    copied.edit("miel", "protocol.yaml", "certificate_months: 12", "certificate_months: 11")
    with pytest.raises(BadInput, match="base_changed"):
        resolve(overlay(TIGHTER), copied.load())


@pytest.fixture
def newer(copied: Copy) -> Protocol:
    """Miel 0.2.0: a limit, a new point, a retired one, and the term."""
    home = copied.folder / "miel" / "0.2.0"
    copied.path("miel", "protocol.yaml").parent.rename(home)
    for path in home.glob("*.yaml"):
        path.write_text(path.read_text().replace("version: 0.1.0\n", "version: 0.2.0\n", 1))
    structure = home / "protocol.yaml"
    text = structure.read_text().replace("unit: '%', min: 45", "unit: '%', min: 50")
    text = text.replace("certificate_months: 12", "certificate_months: 10").replace("id: MIEL-E04", "id: MIEL-E05")
    structure.write_text(text)
    for language in ("es", "en"):
        words = home / f"text.{language}.yaml"
        words.write_text(words.read_text().replace("  MIEL-E04:", "  MIEL-E05:"))
    return loader.load(copied.folder, "miel", "0.2.0")


def test_a_newer_base_comes_item_by_item(newer: Protocol) -> None:
    found = items(overlay(TIGHTER), miel(), newer)
    assert [(item.subject, item.act, item.own) for item in found] == [
        ("MIEL-D10", "point", False),
        ("MIEL-E05", "new", False),
        ("MIEL-E04", "retired", False),
        ("validity", "section", False),
    ]


def test_what_is_accepted_comes_by_itself(newer: Protocol) -> None:
    made = resolve(read_overlay(rebased(overlay(TIGHTER), miel(), newer, {})), newer)
    assert {change.subject for change in compare(newer, made).points} == {"MIEL-D01"}


def test_what_is_refused_stays_as_it_was_with_its_reason(newer: Protocol) -> None:
    every = {item.subject: f"No por {item.subject}" for item in items(overlay(TIGHTER), miel(), newer)}
    text = rebased(overlay(TIGHTER), miel(), newer, every)
    again = read_overlay(text)
    made = resolve(again, newer)
    differing = compare(miel(), made)
    assert {change.subject for change in differing.points} == {"MIEL-D01"}
    assert {change.subject for change in differing.rules if change.kind is not Kind.WORDS} == {"moisture"}
    assert {change.reason for change in again.shape.changes} >= set(every.values())


def test_what_the_association_changed_itself_stays_its_own(newer: Protocol) -> None:
    mine = {"point": "MIEL-D10", "set": {"measure": {"min": 60}}, "reason": "Ulmo puro"}
    (first, *_) = items(overlay(mine), miel(), newer)
    assert (first.subject, first.own) == ("MIEL-D10", True)
    for refusal in ({}, {"MIEL-D10": "No"}):
        made = resolve(read_overlay(rebased(overlay(mine), miel(), newer, refusal)), newer)
        measure = made.point("MIEL-D10").measure
        assert measure is not None
        assert measure.min == 60


def test_a_kept_copy_written_as_files_reads_back_with_its_digest(tmp_path: Any) -> None:
    made = resolve(overlay(TIGHTER, {"add": POINT, "text": WORDS, "reason": "Hay pumas"}), miel())
    for part in made.modules:
        for name, text in written(part).items():
            path = tmp_path / part.id / part.version / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    again = loader.load(tmp_path, *(made.id, made.version))
    assert (again.digest, again.text_digests) == (made.digest, made.text_digests)
    assert loader.load(loader.shipped(), *MIEL).digest == miel().digest
