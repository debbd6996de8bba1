from __future__ import annotations

from pathlib import Path

import pytest

from seal.errors import Reason
from seal.protocols import examples, loader
from seal.protocols.example_shapes import ExampleShape
from seal.protocols.reading import read
from seal.protocols.source import parse
from tests.protocols.library import Copy, miel
from tests.protocols.schemes import scheme

PATHS = examples.paths(loader.shipped(), miel())


def test_the_library_comes_with_examples() -> None:
    assert {path.stem for path in PATHS} >= {"passes-silver", "fails-three-reasons", "unknown-facts"}


def test_every_example_comes_out_as_written() -> None:
    assert examples.faults(loader.shipped(), miel()) == ()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_an_example_says_what_must_come_out(path: Path) -> None:
    example = read(ExampleShape, loader.read(loader.shipped(), path))
    _, scored = examples.run(miel(), example)
    assert scored.passed is example.expect.passed


def test_the_failing_example_fails_for_three_different_reasons() -> None:
    path = next(path for path in PATHS if path.stem == "fails-three-reasons")
    _, scored = examples.run(miel(), read(ExampleShape, loader.read(loader.shipped(), path)))
    reasons = [(rule.rule, rule.subject) for rule in scored.failed_rules]
    assert reasons == [("level_percent", "critical"), ("level_percent", "minor"), ("chapter_min", "territorio.E")]


def test_a_changed_rule_is_noticed_by_an_example(copied: Copy) -> None:
    copied.edit(
        "miel", "protocol.yaml", "level: minor, min: 70, by_year: {1: 70", "level: minor, min: 70, by_year: {1: 10"
    )
    (fault,) = examples.faults(copied.folder, copied.load())
    assert fault.code == "protocols.example_differs"
    assert fault.params["file"] == "miel/0.1.0/examples/fails-three-reasons.yaml"


def test_a_misspelt_point_in_an_example_is_named(copied: Copy) -> None:
    copied.edit("miel", "examples/deferred-season.yaml", "MIEL-C01", "MIEL-C1")
    (fault,) = examples.faults(copied.folder, copied.load())
    assert (fault.code, fault.params["meant"]) == ("protocols.unknown_point_near", "MIEL-C01")


def test_a_unit_that_cannot_be_converted_in_an_example_is_named(copied: Copy) -> None:
    copied.edit("miel", "examples/passes-silver.yaml", "unit: degC", "unit: degF")
    (fault,) = examples.faults(copied.folder, copied.load())
    assert (fault.code, fault.params["accepted"]) == ("protocols.unit", "degC")


DAIRY = scheme("""
    facts:
      raw_milk: yes_no
      litres: number
    scoring:
      pass_all:
      - {rule: level_percent, level: major, min: 100}
      - {rule: no_fall, allow: 0}
      - {rule: plan_kept, min: 80}
      grades:
      - {id: en_camino, min: 50, seal: false}
      - {id: full, min: 80}
    findings:
      critical: {days: 0}
      major: {days: 28}
      minor: {days: 90, repeat_becomes: major}
      recommendation: {days: null}
    points:
    - {id: DARY-A01, level: major, measure: {quantity: core, unit: degC, min: 63}}
    - {id: DARY-A02, level: minor, answer: {type: document, expires: true}}
    - {id: DARY-A03, level: minor, grain: lot, measure: {quantity: ph, unit: pH, max: 5.4}}
    - {id: DARY-A04, level: minor, applies_if: {fact: raw_milk}, na: derived}
    - {id: DARY-A05, level: recommendation}
    """)
EXAMPLE = """
schema: seal-protocol-example/1
name: a dairy
year: 1
on: 2026-11-25
facts: {raw_milk: false, litres: 80}
previous: 9000
plan: [1, 2]
repeated: [DARY-A02]
answers: {non_compliant: [DARY-A05]}
responses:
  DARY-A01: {value: '62,9', unit: degC}
  DARY-A02: {document: true, expires_on: 2026-11-24}
  DARY-A03: {units: {L1: {value: 5.2, unit: pH}, L2: {value: 5.5, unit: pH}}}
expect:
  points: 4
  left_out: [DARY-A04]
  passed: false
  seal: false
  grade: null
  weighted: 0
  levels: {major: 0, critical: null}
  chapters: {scheme.A: 0}
  outcomes: {DARY-A01: non_compliant, DARY-A03: non_compliant}
  failed_rules:
  - {rule: level_percent, subject: major, points: [DARY-A01], mend: [DARY-A01]}
  - {rule: no_fall, points: [DARY-A01, DARY-A02, DARY-A03, DARY-A05]}
  - {rule: plan_kept}
  findings: {major: [DARY-A01, DARY-A02], minor: [DARY-A03]}
"""


def told(text: str) -> list[Reason]:
    source = parse("dairy.yaml", text.encode())
    return list(examples.differences(DAIRY, read(ExampleShape, source), source))


def test_an_example_holds_typed_answers_units_the_last_cycle_and_findings() -> None:
    assert told(EXAMPLE) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "wanted", "got"),
    [
        ("seal: false\n", "seal: true\n", "expect > seal", "true", "false"),
        ("grade: null", "grade: full", "expect > grade", "full", "null"),
        ("major: 0,", "major: 10000,", "expect > levels > major", "10000", "0"),
        ("DARY-A03: non_c", "DARY-A03: c", "expect > outcomes > DARY-A03", "compliant", "non_compliant"),
        (
            "minor: [DARY-A03]}",
            "minor: []}",
            "expect > findings",
            "{major: [DARY-A01, DARY-A02]}",
            "{major: [DARY-A01, DARY-A02], minor: [DARY-A03]}",
        ),
        ("mend: [DARY-A01]", "mend: []", "expect > failed_rules > 1 > mend", "[]", "[DARY-A01]"),
        (
            "\n  - {rule: plan_kept}",
            "",
            "expect > failed_rules",
            "[[level_percent, major, [DARY-A01]], [no_fall, , [DARY-A01, DARY-A02, DARY-A03, DARY-A05]]]",
            "[[level_percent, major, [DARY-A01]], [no_fall, , [DARY-A01, DARY-A02, DARY-A03, DARY-A05]], "
            "[plan_kept, , []]]",
        ),
    ],
)
def test_what_comes_out_otherwise_is_named_in_its_place(old: str, new: str, place: str, wanted: str, got: str) -> None:
    assert EXAMPLE.count(old) == 1
    (fault,) = told(EXAMPLE.replace(old, new))
    assert fault.code == "protocols.example_differs"
    assert (fault.params["place"], fault.params["wanted"], fault.params["got"]) == (place, wanted, got)


def test_every_answer_that_cannot_be_read_is_named_with_its_line() -> None:
    spoilt = EXAMPLE.replace("'62,9'", "'62,9 C'").replace("document: true, expires_on: 2026-11-24", "document: maybe")
    faults = told(spoilt)
    assert [(fault.code, fault.params["point"], fault.params["line"]) for fault in faults] == [
        ("protocols.not_a_value", "DARY-A01", 12),
        ("protocols.response_form", "DARY-A02", 13),
    ]


@pytest.mark.parametrize(
    ("old", "new"), [("  DARY-A01: {v", "  DARY-A1: {v"), ("repeated: [DARY-A02]", "repeated: [DARY-A2]")]
)
def test_a_misspelt_point_of_a_typed_answer_is_named(old: str, new: str) -> None:
    (fault,) = told(EXAMPLE.replace(old, new))
    assert fault.code == "protocols.unknown_point_near"


def test_repeating_without_a_rule_changes_no_level() -> None:
    (fault,) = told(EXAMPLE.replace("repeated: [DARY-A02]", "repeated: []"))
    assert fault.params["got"] == "{major: [DARY-A01], minor: [DARY-A02, DARY-A03]}"
