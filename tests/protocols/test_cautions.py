"""Warnings: each of them from one small change, and none without it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from seal.errors import Reason
from seal.protocols import commands, examples, loader
from seal.protocols.conditions import read
from seal.protocols.facts import FactRule
from seal.protocols.satisfiable import possible
from seal.protocols.terms import FactType
from seal.web.i18n import translator
from tests.protocols.library import Copy
from tests.protocols.test_checks import DATA, TODO

USUAL = {"words_untranslated", "previous_unknown"}


def warnings(folder: Path) -> tuple[Reason, ...]:
    return loader.warnings(folder, *TODO)


@pytest.fixture
def edit(tmp_path: Path):  # type: ignore[no-untyped-def]
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)

    def change(old: str, new: str, name: str = "protocol.yaml") -> list[Reason]:
        path = tmp_path / "todo/0.2.0" / name
        text = path.read_text("utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), "utf-8")
        return [each for each in warnings(tmp_path) if each.code.removeprefix("protocols.") not in USUAL]

    change.folder = tmp_path  # type: ignore[attr-defined]
    return change


def test_what_every_key_once_gives() -> None:
    found = {each.code.removeprefix("protocols.") for each in warnings(DATA)}
    assert found == USUAL


CHANGED = [
    ("mandatory_from: 2027-07-01", "mandatory_from: 2027-05-01", "notice_short"),
    ("change: stricter\nprevious: 0.1.0\nvalid_from: 2027-01-01", "change: looser\nprevious: 0.1.0", "nothing"),
    ("{fact: pasteurises}, {not", "{all: [{fact: pasteurises}, {not: {fact: pasteurises}}]}, {not", "unreachable"),
    ("{fact: milk_litres, above: 100}", "{fact: milk_litres, below: 0}", "nothing"),
    ("{year: {at_least: 2}}, {fact: milk_litres, above: 100}", "{year: {below: 1}}", "unreachable"),
    (
        "{when: {fact: cheese_types, has: aged}, min: 90}",
        "{when: {all: [{fact: milk_litres, above: 9}, {fact: milk_litres, at_most: 9}]}, min: 90}",
        "unreachable",
    ),
    ("group: norms}", "group: norms, after_corrective_actions: 400}", "rule_never_met"),
    ("group: development, min: 3", "group: development, min: 6", "rule_never_met"),
    ("group: development, min: 3", "group: development, min: 1", "rule_never_fails"),
    ("{rule: panel, group: taste, min: 6, floor: 4}", "{rule: panel, group: taste, min: 11}", "rule_never_met"),
    ("{rule: panel, group: taste, min: 6, floor: 4}", "{rule: panel, group: norms, min: 6}", "rule_never_fails"),
    ("start: 100, deduct", "start: 70, deduct", "rule_never_met"),
    (
        "{critical: 100, major: 15, minor: 1, ko: 50}, min: 75",
        "{recommendation: 5, ko: 1}, min: 75",
        "rule_never_fails",
    ),
    ("failed_count, level: major, max: 2", "failed_count, level: major, max: 3", "rule_never_fails"),
    ("max_open, level: minor, max: 9", "max_open, level: minor, max: 99", "rule_never_fails"),
    ("{rule: no_failure, group: musts}", "{rule: no_failure, level: recommendation}", "nothing"),
    ("{rule: no_fall, allow: 5}", "{rule: no_fall, allow: 100}", "rule_never_fails"),
    ("{rule: plan_kept, min: 80}", "{rule: plan_kept, min: 0}", "rule_never_fails"),
    ("{rule: weighted_percent, min: 60,", "{rule: weighted_percent, max: 3, min: 60,", "says_nothing"),
    ("minor: 1, ko: 50}", "minor: 1}", "says_nothing"),
    ("  sdg: [12]\n  evidence_minimum", "  sdg: [12]\n  review: [calibrate]\n  evidence_minimum", "review_open"),
    ("  answer: {type: photo}", "  answer: {type: photo}\n  aggregate: all", "says_nothing"),
    ("  answer: {type: lab}", "  answer: {type: photo}", "says_nothing"),
]


@pytest.mark.parametrize(("old", "new", "code"), CHANGED)
def test_a_change_brings_its_warning(edit, old: str, new: str, code: str) -> None:  # type: ignore[no-untyped-def]
    found = {each.code.removeprefix("protocols.") for each in edit(old, new)}
    assert found == (set() if code == "nothing" else {code})


def test_every_warning_has_a_sentence_with_file_and_line(edit) -> None:  # type: ignore[no-untyped-def]
    for old, new, _ in CHANGED[-8:]:
        edit(old, new)
    for language in ("es", "en"):
        for each in warnings(edit.folder):
            assert translator(language, strict=True).reason(each).startswith("todo/0.2.0/")


def test_words_that_a_language_lacks_are_named_by_id() -> None:
    found = {
        str(each.params["place"]): each.params["words"]
        for each in warnings(DATA)
        if each.code == "protocols.words_untranslated"
    }
    assert found["summary"] == "summary"
    assert found["facts"] == "species"
    assert "requirement" in str(found["points > TODO-A02"])
    assert "public" not in str(found["points > TODO-A02"])


def test_an_id_of_an_earlier_version_is_not_lost_or_used_again(edit) -> None:  # type: ignore[no-untyped-def]
    older = edit.folder / "todo/0.1.0"
    shutil.copytree(edit.folder / "todo/0.2.0", older)
    for name in ("protocol.yaml", "text.es.yaml", "text.en.yaml"):
        text = (older / name).read_text("utf-8").replace("version: 0.2.0", "version: 0.1.0")
        text = text.replace("change: stricter\nprevious: 0.1.0\n", "").replace("TODO-B18", "TODO-B88")
        (older / name).write_text(text.replace("retired: [TODO-A09]", "retired: [TODO-B18]"), "utf-8")
    found = {each.code: each.params.get("id") for each in warnings(edit.folder)}
    assert found["protocols.vanished"] == "TODO-B88"
    assert found["protocols.retired_earlier"] == "TODO-B18"
    assert "protocols.previous_unknown" not in found


def test_a_visit_that_is_too_long_is_named_by_its_example(copied: Copy) -> None:
    assert examples.warnings(copied.folder, copied.load()) == ()
    path = copied.path("miel", "examples/passes-silver.yaml")
    text = path.read_text("utf-8").replace("hosts_visitors: false", "hosts_visitors: true")
    path.write_text(text.replace("indigenous_heritage: false", "indigenous_heritage: true"), "utf-8")
    (found,) = examples.warnings(copied.folder, copied.load())
    assert (found.code, found.params["file"]) == (
        "protocols.visit_crowded",
        "miel/0.1.0/examples/passes-silver.yaml",
    )
    assert int(found.params["count"]) > 40


def test_warnings_fail_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.check([str(loader.shipped() / "miel" / "0.1.0")], "en") == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "warning: miel/0.1.0/protocol.yaml:" in printed.out


RULES = {
    "a": FactRule("a", FactType.YES_NO),
    "n": FactRule("n", FactType.NUMBER),
    "c": FactRule("c", FactType.CHOICE, choices=("x", "y")),
    "m": FactRule("m", FactType.MULTI, choices=("p", "q")),
}


@pytest.mark.parametrize(
    ("written", "can"),
    [
        ({"all": [{"fact": "c", "is": "x"}, {"fact": "c", "is": "y"}]}, False),
        ({"all": [{"fact": "c", "in": ["x", "y"]}, {"not": {"fact": "c", "is": "x"}}]}, True),
        ({"all": [{"not": {"fact": "c", "is": "y"}}, {"not": {"fact": "c", "is": "x"}}]}, False),
        ({"all": [{"fact": "m", "has": "p"}, {"fact": "m", "has": "q"}]}, True),
        ({"all": [{"fact": "n", "above": 3}, {"fact": "n", "below": 4}]}, True),
        ({"all": [{"fact": "n", "above": 4}, {"fact": "n", "below": 3}]}, False),
        ({"all": [{"year": {"above": 1}}, {"year": {"below": 2}}]}, False),
        ({"all": [{"product": ["jam"]}, {"not": {"product": ["jam", "tea"]}}]}, False),
        ({"all": [{"site": ["field"]}, {"site": ["kitchen"]}]}, True),
        ({"any": [{"all": [{"fact": "a"}, {"not": {"fact": "a"}}]}, {"fact": "a"}]}, True),
    ],
)
def test_whether_a_condition_can_ever_be_true(written: dict[str, object], can: bool) -> None:
    assert possible(read(written), RULES, True) is can


def test_looking_is_bounded() -> None:
    facts = {f"f{each}": FactRule(f"f{each}", FactType.YES_NO) for each in range(60)}
    parity = {"any": [{"all": [{"fact": f}, {"not": {"fact": f}}]} for f in facts]}
    assert possible(read(parity), facts, True)
