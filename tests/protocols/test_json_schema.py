"""The published schemas: every file that ships fits them, and what the loader refuses for its shape does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from seal.errors import BadInput
from seal.protocols import commands, json_schema, loader
from seal.protocols.reading import read
from seal.protocols.shapes import ModuleShape, ProtocolShape
from seal.protocols.source import parse
from tests.protocols.test_checks import DATA, SPOILED

SHIPPED = loader.shipped()
FILES = sorted(path for folder in (SHIPPED, DATA) for path in folder.glob("*/*/**/*.yaml"))
SHAPE_FAULTS = {"unknown_value", "unknown_value_near", "unknown_key", "unknown_key_near", "bad_form", "not_map"}
TODO = (DATA / "todo/0.2.0/protocol.yaml").read_text("utf-8")


def kind_of(path: Path) -> str:
    return "example" if path.parent.name == "examples" else path.name.split(".")[0]


def validator(kind: str) -> Draft202012Validator:
    whole = json_schema.schema(kind)
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole)


VALIDATORS = {kind: validator(kind) for kind in json_schema.KINDS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-4:]))
def test_every_file_fits_the_schema_of_its_kind(path: Path) -> None:
    faults = list(VALIDATORS[kind_of(path)].iter_errors(parse(path.name, path.read_bytes()).data))
    assert not faults, [(list(fault.absolute_path), fault.message[:200]) for fault in faults[:5]]


def misshapen(text: str) -> bool:
    """Whether the shapes refuse it: faults of sense come later, and a schema cannot say them."""
    try:
        read(ProtocolShape, parse("protocol.yaml", text.encode()))
    except BadInput:
        return True
    return False


SHAPED = [(old, new) for old, new, code, _ in SPOILED if code in SHAPE_FAULTS and misshapen(TODO.replace(old, new, 1))]


@pytest.mark.parametrize(("old", "new"), SHAPED)
def test_a_file_of_another_shape_does_not_fit(old: str, new: str) -> None:
    assert len(SHAPED) > 15
    assert not VALIDATORS["protocol"].is_valid(parse("protocol.yaml", TODO.replace(old, new, 1).encode()).data)


CONDITIONS: list[tuple[Any, bool]] = [
    ({"fact": "x"}, True),
    ({"fact": "x", "at_least": 3}, True),
    ({"fact": "x", "in": ["a"]}, True),
    ({"not": {"any": [{"year": {"at_least": 2}}, {"site": ["field"]}]}}, True),
    ({"fact": "x", "at_least": "many"}, False),
    ({"fact": "x", "in": []}, False),
    ({"year": 2}, False),
    ({"all": []}, False),
    ({"fact": "x", "not": {"fact": "y"}}, False),
    ("x", False),
]


@pytest.mark.parametrize(("condition", "fits"), CONDITIONS)
def test_the_grammar_of_conditions(condition: Any, fits: bool) -> None:
    whole = {"$ref": "#/$defs/Condition", "$defs": json_schema.schema("protocol")["$defs"]}
    assert Draft202012Validator(whole).is_valid(condition) is fits


def test_every_key_of_the_shapes_is_in_the_schema() -> None:
    definitions = json_schema.schema("protocol")["$defs"]
    for shape in (ProtocolShape, ModuleShape):
        keys = {field.alias or name for name, field in shape.model_fields.items()}
        assert set(definitions[shape.__name__]["properties"]) == keys


def test_spanish_words_must_be_whole_and_others_need_not() -> None:
    words = {"schema": "seal-protocol-text/1", "id": "miel", "version": "0.1.0", "language": "en"}
    assert VALIDATORS["text"].is_valid(words)
    assert not VALIDATORS["text"].is_valid({**words, "language": "es"})


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.show_schema("text") == 0
    assert json.loads(capsys.readouterr().out) == json_schema.schema("text")
