"""Our rules for trace events against GS1's own schema: what it refuses we refuse, what we write it takes."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker

from seal.errors import BadInput
from seal.traceability.epcis import vocabulary
from seal.traceability.epcis.faults import Faults
from seal.traceability.epcis.parsing import parse
from seal.traceability.epcis.validating import document
from tests.outside.material import outside
from tests.traceability.epcis import examples

CHECKER = FormatChecker(formats=["date-time"])


@CHECKER.checks("uri")
def _uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s]+", value) is not None


def schema_of_gs1() -> Draft7Validator:
    """The schema as GS1 publishes it, with formats of addresses and moments checked."""
    return Draft7Validator(
        json.loads(outside("epcis", "EPCIS-JSON-Schema.json").read_text("utf-8")), format_checker=CHECKER
    )


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    return schema_of_gs1()


def ours(value: Any) -> list[str]:
    """The codes of what we find wrong."""
    try:
        parsed = parse(examples.body(value), most_bytes=1_000_000)
    except BadInput as refused:
        return [reason.code for reason in refused.reasons]
    faults = Faults()
    document(parsed.value, parsed.events, faults, most=100)
    return [reason.code for reason in faults.reasons]


STRANGE: tuple[Any, ...] = (None, 7, "", "x", "urn:x:y", True, [], {}, ["urn:x:y", "urn:x:y"])


def broken(value: Any) -> Iterator[tuple[str, Any]]:
    """The document with one place changed at a time: taken away, of another kind, one member more, one twice."""
    for path in list(_paths(value)):
        for turn, strange in enumerate(("away", "more", "twice", *STRANGE)):
            whole = copy.deepcopy(value)
            holder: Any = whole
            for step in path[:-1]:
                holder = holder[step]
            last = path[-1]
            if turn == 0:
                del holder[last]
            elif turn == 1 and isinstance(holder[last], dict):
                holder[last]["zzz"] = "x"
            elif turn == 2 and isinstance(holder[last], list) and holder[last]:
                holder[last].append(holder[last][0])
            elif turn > 2:
                holder[last] = strange
            else:
                continue
            yield f"/{'/'.join(map(str, path))} {strange!r}", whole


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield (*path, step)
        yield from _paths(one, (*path, step))


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.deep)])
@pytest.mark.parametrize("name", list(examples.EVENTS))
def test_what_the_schema_refuses_is_refused(schema: Draft7Validator, name: str, every: int) -> None:
    """Every seventh change; all of them in the deep run."""
    good = examples.document(examples.EVENTS[name])
    assert schema.is_valid(good)
    assert ours(good) == []
    tried = stricter = 0
    for place, bad in islice(broken(good), 0, None, every):
        tried += 1
        if not schema.is_valid(bad):
            assert ours(bad), place
        elif ours(bad):
            stricter += 1
    assert tried > 300 // every
    assert stricter <= tried // 8 + 1, "our rules refuse much that the standard takes"


def test_the_answer_to_a_query_is_held_to_the_schema(schema: Draft7Validator) -> None:
    good = examples.answer(examples.EVENTS["association"])
    assert schema.is_valid(good)
    assert ours(good) == []
    for place, bad in islice(broken(good), 0, None, 3):
        if not schema.is_valid(bad):
            assert ours(bad), place


def test_our_words_are_those_of_the_schema(schema: Draft7Validator) -> None:
    kept = schema.schema["definitions"]
    for name, words in {
        "bizStep": vocabulary.BIZ_STEPS,
        "disposition": vocabulary.DISPOSITIONS,
        "bizTransaction-type": vocabulary.TRANSACTION_TYPES,
        "source-dest-type": vocabulary.PARTY_TYPES,
        "error-reason": vocabulary.ERROR_REASONS,
        "measurementType": vocabulary.MEASUREMENTS,
        "sensorAlertType": vocabulary.ALERTS,
        "component": vocabulary.COMPONENTS,
    }.items():
        assert set(kept[name]["anyOf"][1]["enum"]) == words, name
    assert set(kept["action"]["enum"]) == vocabulary.ACTIONS
