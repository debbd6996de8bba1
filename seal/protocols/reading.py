"""From a parsed file to its shape: what does not fit becomes faults with file, line, place and the likely spelling."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from seal.errors import BadInput, Reason
from seal.protocols import answer_types, conclusion, measure, model, quantities, rules, sampling
from seal.protocols.conditions import WrongConditionError
from seal.protocols.edge import PlainNumberError
from seal.protocols.example_shapes import ExampleShape, ExpectShape
from seal.protocols.shape_base import NotADateError, Shape
from seal.protocols.shapes import ChapterShape, FactShape, IncludeShape, PointShape, ProtocolShape
from seal.protocols.source import MAX_FAULTS, Path, Source
from seal.protocols.text_shapes import TextShape

S = TypeVar("S", bound=Shape)


def read(shape: type[S], source: Source) -> S:
    """``source`` in ``shape``, or ``BadInput`` with every fault."""
    try:
        return shape.model_validate(source.data)
    except ValidationError as error:
        found = (one for fault in error.errors(include_url=False) for one in _faults(source, dict(fault)))
        raise BadInput.because(islice(found, MAX_FAULTS)) from None


_KINDS = {
    "string": "protocols.not_text",
    "int": "protocols.not_whole_number",
    "decimal": "protocols.not_number",
    "bool": "protocols.not_yes_no",
    "tuple": "protocols.not_list",
    "list": "protocols.not_list",
    "dict": "protocols.not_map",
    "mapping": "protocols.not_map",
    "model": "protocols.not_map",
    "dataclass": "protocols.not_map",
}


def _faults(source: Source, fault: Mapping[str, Any]) -> Iterator[Reason]:
    path = _written(source, tuple(step for step in fault["loc"] if step != "[key]"))
    error = (fault.get("ctx") or {}).get("error")
    if isinstance(error, WrongConditionError):
        for one in error.faults:
            where = (*path, *one.place)
            yield (
                misspelt(source, one.code, where, one.value, one.near)
                if one.near
                else source.fault(one.code, where, value=one.value)
            )
        return
    yield _fault(source, fault, path, error)


def _fault(source: Source, fault: Mapping[str, Any], path: Path, error: object) -> Reason:
    kind, context = str(fault["type"]), fault.get("ctx") or {}
    name, typed = str(path[-1]) if path else "", _typed(fault.get("input"))
    if isinstance(error, NotADateError):
        return source.fault("protocols.not_date", path, value=typed)
    if isinstance(error, PlainNumberError):
        return source.fault("protocols.not_number", path, value=typed)
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return misspelt(source, "protocols.unknown_key", path, name, KEYS)
    if kind in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return source.fault("protocols.missing_key", path[:-1], key=name)
    if kind == "union_tag_not_found":
        return source.fault("protocols.missing_key", path, key=str(context["discriminator"]).strip("'"))
    if kind == "union_tag_invalid":
        where = (*path, str(context["discriminator"]).strip("'"))
        return misspelt(
            source, "protocols.unknown_value", where, str(context["tag"]), _listed(context["expected_tags"])
        )
    if kind in ("enum", "literal_error"):
        return misspelt(source, "protocols.unknown_value", path, typed, _listed(context["expected"]))
    if kind == "string_pattern_mismatch":
        return source.fault("protocols.bad_form", path, value=typed, pattern=str(context["pattern"]))
    if kind.startswith(("greater_than", "less_than", "too_", "string_too")):
        return source.fault("protocols.out_of_range", path, value=typed, bound=_bound(context))
    code = _KINDS.get(kind.split("_")[0], "protocols.wrong_value")
    return source.fault(code, path, value=typed)


def _written(source: Source, loc: Path) -> Path:
    """``loc`` without the steps that only the validator knows, such as the name of an answer type's class."""
    value, path = source.data, []
    for place, step in enumerate(loc):
        inside = isinstance(value, dict) and step in value
        inside = inside or (isinstance(value, list) and isinstance(step, int) and step < len(value))
        if inside:
            value = value[step]
            path.append(step)
        elif place == len(loc) - 1:
            path.append(step)
    return tuple(path)


def _listed(expected: object) -> list[str]:
    return [word.strip("'") for word in str(expected).replace(" or ", ", ").split(", ")]


def _bound(context: Mapping[str, Any]) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "≥", "max_length": "≤"}
    return ", ".join(f"{signs[key]} {context[key]}" for key in signs if key in context)


def _typed(value: Any) -> str:
    return "" if value is None else str(value)[:60]


def misspelt(source: Source, code: str, path: Path, typed: str, allowed: Any) -> Reason:
    """A fault that offers the nearest allowed word, or lists a few if none is near."""
    known = sorted(allowed)
    near = difflib.get_close_matches(typed, known, n=1, cutoff=0.6)
    if near:
        return source.fault(f"{code}_near", path, value=typed, meant=near[0])
    return source.fault(code, path, value=typed, allowed=", ".join(known) if len(known) <= 12 else "…")


def _keys() -> frozenset[str]:
    """Every key of every shape: what a misspelt one is compared with."""
    found: set[str] = set()
    shapes: tuple[type[BaseModel], ...] = (ProtocolShape, TextShape, ExampleShape, IncludeShape, ChapterShape)
    shapes += (PointShape, FactShape, ExpectShape)
    for shape in shapes:
        found |= {field.alias or name for name, field in shape.model_fields.items()}
    for room in (model, rules, measure, answer_types, conclusion, quantities, sampling):
        for thing in vars(room).values():
            if is_dataclass(thing) and hasattr(thing, "__pydantic_config__"):
                found |= {field.name.rstrip("_") for field in fields(thing)}
    return frozenset(found)


KEYS = _keys()
