"""The first corpus: what the golden vectors hold, so that the fuzzer starts from what is nearly right."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent.parent / "vectors"
LONGEST = 6_000
"""Longer seeds slow the fuzzer down and teach it little."""


def strings(value: Any) -> Iterator[str]:
    """Every text in a document, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def seeds() -> list[bytes]:
    """Each text of the vectors, and the base64url parts of those that are a JWS; no doubles, shortest first."""
    found: set[bytes] = set()
    for path in sorted(VECTORS.rglob("*")):
        if path.suffix == ".json":
            found.update(text.encode("utf-8", "surrogatepass") for text in strings(json.loads(path.read_text("utf-8"))))
        elif path.suffix in (".jwt", ".txt"):
            found.add(path.read_bytes().strip())
    for text in list(found):
        for part in text.split(b".") if text.startswith(b"eyJ") else ():
            found.add(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    return sorted((one for one in found if 0 < len(one) <= LONGEST), key=lambda one: (len(one), one))
