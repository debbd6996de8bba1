"""The shapes of the three kinds of file as JSON Schema (2020-12), for editors and other programs.

Generated from the same classes that read the files. What a schema cannot say (ids that must exist, bounds that must
not cross) only ``seal protocols check`` says.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import rfc8785
from pydantic.json_schema import models_json_schema

from seal.errors import NotFound
from seal.protocols.conditions import NUMERIC, OF_YEAR, Compare
from seal.protocols.example_shapes import ExampleShape
from seal.protocols.shape_base import Shape
from seal.protocols.shapes import ModuleShape, ProtocolShape
from seal.protocols.text_shapes import PartialTextShape, TextShape
from seal.protocols.words import SPANISH

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS: dict[str, tuple[str, tuple[type[Shape], ...]]] = {
    "protocol": ("protocol.yaml", (ProtocolShape, ModuleShape)),
    "text": ("text.<language>.yaml", (TextShape, PartialTextShape)),
    "example": ("examples/*.yaml", (ExampleShape,)),
}


def schema(kind: str) -> dict[str, Any]:
    """The schema of ``protocol``, ``text`` or ``example``. Raises ``NotFound('protocols.no_schema')`` for others."""
    if kind not in KINDS:
        raise NotFound("protocols.no_schema", kind=kind[:40], kinds=", ".join(KINDS))
    title, shapes = KINDS[kind]
    _, whole = models_json_schema([(shape, "validation") for shape in shapes], by_alias=True)
    definitions: dict[str, Any] = whole["$defs"]
    names = [shape.__name__ for shape in shapes]
    branches = [{"$ref": f"#/$defs/{name}"} for name in names]
    tidy = {name: _tidied(definition) for name, definition in definitions.items()}
    tidy["Condition"] = _condition()
    if kind == "protocol":
        _short_forms(tidy)
        choice = _when("kind", "protocol", *branches)
    elif kind == "text":
        choice = _when("language", SPANISH, *branches)
    else:
        choice = branches[0]
    return {"$schema": DRAFT, "title": title, "type": "object", **choice, "$defs": dict(sorted(tidy.items()))}


@cache
def schema_bytes(kind: str) -> bytes:
    """The same, in one form of bytes only (RFC 8785)."""
    return rfc8785.dumps(schema(kind))


def _when(key: str, value: str, then: dict[str, Any], otherwise: dict[str, Any]) -> dict[str, Any]:
    test = {"properties": {key: {"const": value}}, "required": [key]}
    return {"if": test, "then": then, "else": otherwise}


def _tidied(value: Any) -> Any:
    """Without titles that repeat a key, closed where keys have a pattern, with one name for all conditions."""
    if isinstance(value, list):
        return [_tidied(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("$comment") == "condition":
        return {"$ref": "#/$defs/Condition"}
    tidy: dict[str, Any] = {}
    for key, inside in value.items():
        if key in ("properties", "patternProperties", "$defs"):
            tidy[key] = {name: _tidied(each) for name, each in inside.items()}
        elif key not in ("title", "discriminator"):
            tidy[key] = _tidied(inside)
    if "patternProperties" in tidy:
        tidy.setdefault("additionalProperties", False)
    return tidy


def _short_forms(definitions: dict[str, Any]) -> None:
    """What may be written shorter than it is read: a fact by its type alone, how much of a sample is taken."""
    facts = definitions["FactShape"]
    definitions["FactShape"] = {"anyOf": [{"$ref": "#/$defs/FactType"}, facts]}
    percent = {"type": "number", "minimum": 1, "maximum": 100}
    definitions["Take"] = {
        "anyOf": [
            {"enum": ["sqrt", "all"]},
            {"type": "integer", "minimum": 1},
            {
                "type": "object",
                "properties": {"percent": percent, "min": {"type": "integer", "minimum": 1}},
                "required": ["percent"],
                "additionalProperties": False,
            },
        ]
    }
    for name, definition in definitions.items():
        if name.endswith("Answer"):
            definition["required"] = sorted({*definition.get("required", ()), "type"})


def _condition() -> dict[str, Any]:
    """The grammar of ``conditions.py``."""
    one, several = {"type": "string", "minLength": 1}, {"type": "array", "minItems": 1, "items": {"type": "string"}}
    inside: dict[str, Any] = {"$ref": "#/$defs/Condition"}
    parts = {"type": "array", "minItems": 1, "items": inside}
    number = {"type": "number"}
    against: dict[Compare, dict[str, Any]] = {
        Compare.IS: {"type": ["boolean", "string", "number"]},
        Compare.IN: several,
        Compare.HAS: one,
        **dict.fromkeys(sorted(NUMERIC), number),
    }
    years = [_closed({how.value: number}) for how in sorted(OF_YEAR)]
    forms = [_closed({"fact": one}), *(_closed({"fact": one, how.value: value}) for how, value in against.items())]
    forms += [_closed({"product": several}), _closed({"site": several}), _closed({"year": {"oneOf": years}})]
    forms += [_closed({"not": inside}), _closed({"all": parts}), _closed({"any": parts})]
    return {"description": "A condition as data; exactly one of these forms.", "oneOf": forms}


def _closed(keys: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": keys, "required": list(keys), "additionalProperties": False}
