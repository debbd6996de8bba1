from __future__ import annotations

from pathlib import Path

import pytest

from seal.protocols import examples, loader
from seal.protocols.example_shapes import ExampleShape
from seal.protocols.reading import read
from tests.protocols.library import Copy, miel

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
