"""Hostile JSON: each kind is named, and none takes long."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable

import pytest

from seal.foreign import reading
from seal.foreign.faults import Kind, Unreadable

MANY = b"[" + b"0," * 60_000 + b"0]"
HOSTILE: dict[str, tuple[bytes, str]] = {
    "ten megabytes": (b'{"a":"' + b"x" * 10_000_000 + b'"}', "json.too_long"),
    "a million brackets": (b"[" * 999_999, "json.depth"),
    "a thousand objects inside each other": (b'{"a":' * 1_000 + b"1" + b"}" * 1_000, "json.depth"),
    "deeper than is read": (b"[" * 70 + b"]" * 70, "json.depth"),
    "many values": (MANY, "json.too_many"),
    "many values before a text without end": (MANY + b',"' + b"x\\\\" * 200_000, "json.too_many"),
    "many empty objects": (b'{"a":[' + b"{}," * 200_000 + b"{}]}", "json.too_many"),
    "a text without end": (b'["' + b'\\"' * 400_000, "json.syntax"),
    "a name twice": (b'{"id":"urn:a:1","id":"urn:a:2"}', "json.repeated"),
    "a name twice by escape": (b'{"id":1,"\\u0069d":2}', "json.repeated"),
    "a name twice deep inside": (b'{"a":[{"b":1,"b":1}]}', "json.repeated"),
    "a huge whole number": (b'{"n":' + b"9" * 900_000 + b"}", "json.number"),
    "a huge power": (b'{"n":1e999}', "json.number"),
    "a long fraction": (b'{"n":0.' + b"1" * 900_000 + b"}", "json.number"),
    "no number": (b'{"n":NaN}', "json.number"),
    "without end": (b'{"n":-Infinity}', "json.number"),
    "half a character": (b'{"n":"\\ud800"}', "json.characters"),
    "half a character in a name": (b'{"\\udfff":1}', "json.characters"),
    "two halves the wrong way round": (b'["\\udc00\\ud800"]', "json.characters"),
    "not UTF-8": (b'{"n":"\xff"}', "json.utf8"),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "json.utf8"),
    "nothing": (b"", "json.syntax"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "json.syntax"),
    "something after it": (b"{} {}", "json.syntax"),
    "a comma too many": (b'{"a":1,}', "json.syntax"),
    "a comment": (b"{/* hi */}", "json.syntax"),
    "a control character in text": (b'{"a":"\x01"}', "json.syntax"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    data, code = HOSTILE[name]
    began = time.process_time()
    with pytest.raises(Unreadable) as caught:
        reading.read(data)
    assert (caught.value.fault.code, caught.value.fault.kind) == (code, Kind.PARSING)
    assert time.process_time() - began < 1


def test_commas_inside_a_text_are_not_values() -> None:
    text = "a, \\" + '"' + ", b" * 60_000
    assert reading.read(json.dumps([text]).encode()) == [text]


def test_values_are_counted_before_they_are_queued() -> None:
    """A list that is already parsed: its items are counted, not each given a place first."""
    values = [0] * 400_000
    assert most_held(lambda: reading.check(values)) < 1_000_000


def most_held(work: Callable[[], None]) -> int:
    """Most bytes held while ``work`` refuses."""
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match="too_many"):
            work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_whole_characters_by_escape_are_read() -> None:
    assert reading.read(b'["\\ud83c\\udf6f"]') == ["\N{HONEY POT}"]


def test_numbers_keep_their_kind() -> None:
    assert reading.read(b"[1,1.5,-0,1e3]") == [1, 1.5, 0, 1000.0]


def test_the_place_of_half_a_character_is_told() -> None:
    with pytest.raises(Unreadable) as caught:
        reading.read(b'{"a":[{"b/c":"\\ud800"}]}')
    assert caught.value.fault.pointer == "/a/0/b~1c"
