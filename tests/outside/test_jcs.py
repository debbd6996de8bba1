"""RFC 8785 as we use it, against the vectors of its author."""

from __future__ import annotations

import json

import pytest
import rfc8785

from seal.errors import BadInput
from seal.keys.jws import strict_json
from tests.outside.material import outside


def test_canonical_bytes() -> None:
    sources = sorted(outside("jcs", "input").glob("*.json"))
    assert sources
    for source in sources:
        expected = outside("jcs", "outhex", f"{source.stem}.txt").read_text("ascii")
        assert rfc8785.dumps(json.loads(source.read_text("utf-8"))) == bytes.fromhex(expected), source.name


def test_our_reader_takes_every_document_without_floats() -> None:
    for path in sorted(outside("jcs", "output").glob("*.json")):
        data = path.read_bytes()
        try:
            document = strict_json(data)
        except BadInput:
            assert any(isinstance(number, float) for number in _numbers(json.loads(data))), path.name
            continue
        assert rfc8785.dumps(document) == data, path.name


def _numbers(value: object) -> list[object]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [number for one in inner for number in _numbers(one)]
    return [value]


@pytest.mark.parametrize("text", ["1e1000", "-0.0", "Infinity", '{"a":1,"a":1}'])
def test_what_no_signed_document_holds(text: str) -> None:
    with pytest.raises(BadInput):
        strict_json(text.encode())
