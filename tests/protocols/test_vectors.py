"""Frozen bytes: the requirement digest and the document of a publication."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from seal.protocols import document
from seal.protocols.model import Include
from seal.protocols.publication import publication_bytes
from seal.protocols.source import parse
from tests.protocols.library import miel

FOLDER = Path(__file__).parent.parent / "vectors" / "protocol"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "requirements.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_requirement_digest(case: dict[str, Any]) -> None:
    data = parse("protocol.yaml", case["yaml"].encode()).data
    canonical = rfc8785.dumps(document.requirements(data, case["includes"]))
    assert canonical.decode() == case["canonical"]
    assert hashlib.sha256(canonical).hexdigest() == case["sha256"]


def test_publication_bytes() -> None:
    protocol = replace(
        miel(),
        digest="11" * 32,
        text_digests={"es": "22" * 32, "en": "33" * 32},
        includes=(Include("territorio", "0.1.0", "44" * 32),),
    )
    made = publication_bytes("did:web:sello.example", protocol, b"package", datetime(2026, 3, 2, 15, tzinfo=UTC))
    assert made == (FOLDER / "publication.json").read_bytes().rstrip(b"\n")
