"""Our proofs against the vectors of transparency-dev/merkle."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from seal.transparency.merkle import verify_consistency, verify_inclusion
from tests.outside.material import outside


def cases(folder: str) -> list[tuple[Path, dict[str, Any]]]:
    found = [(path, json.loads(path.read_text("utf-8"))) for path in outside("tlog-merkle", folder).rglob("*.json")]
    assert found
    return found


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def proof(one: dict[str, Any]) -> list[bytes]:
    return [raw(hash_) for hash_ in one["proof"] or ()]


def test_inclusion() -> None:
    for path, one in cases("inclusion"):
        good = verify_inclusion(raw(one["leafHash"]), one["leafIdx"], one["treeSize"], proof(one), raw(one["root"]))
        assert good is not one["wantErr"], f"{path}: {one['desc']}"


def test_consistency() -> None:
    for path, one in cases("consistency"):
        good = verify_consistency(one["size1"], one["size2"], proof(one), raw(one["root1"]), raw(one["root2"]))
        assert good is not one["wantErr"], f"{path}: {one['desc']}"
