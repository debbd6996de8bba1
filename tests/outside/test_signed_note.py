"""Our notes against the example of C2SP signed-note.md."""

from __future__ import annotations

import json

from seal.transparency.note import parse_note, parse_verifier_key
from tests.outside.material import outside


def test_the_example_of_the_specification() -> None:
    found = json.loads(outside("c2sp", "signed-note-example.json").read_text("utf-8"))
    for one in found if isinstance(found, list) else [found]:
        note = parse_note(one["note"].encode())
        key = parse_verifier_key(one["vkey"])
        assert note.verified_by(key) is one["valid"]
        assert note.encoded == one["note"].encode()
        assert key.text == one["vkey"]
