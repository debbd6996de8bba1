"""The verifier of the pages and the one in Python give the same answer, word for word, whatever they are handed."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.js.engine import Task, by_javascript, by_python
from tests.js.mutants import mutants
from tests.js.tasks import of_signatures, of_vectors

ROOT = Path(__file__).resolve().parents[2]


def assert_agree(named: list[tuple[str, Task]], python: list[Any], javascript: list[Any]) -> None:
    assert len(named) == len(python) == len(javascript)
    differ = [
        f"{name}: {task}\n  python     {one}\n  javascript {other}"
        for (name, task), one, other in zip(named, python, javascript, strict=True)
        if one != other
    ]
    assert not differ, f"{len(differ)} differ\n" + "\n".join(differ[:5])


@pytest.mark.parametrize("arithmetic", [False, True], ids=["webcrypto", "arithmetic"])
def test_vectors_and_unusual_signatures(tmp_path: Path, arithmetic: bool) -> None:
    named = [*of_vectors(), *of_signatures()]
    python = by_python([task for _, task in named])
    assert_agree(named, python, by_javascript([task for _, task in named], tmp_path, arithmetic=arithmetic))
    found = Counter(one.get("is") for (name, _), one in zip(named, python, strict=True) if name.startswith("signature"))
    assert min(found[True], found[False]) > 20


def test_ten_thousand_mutants(tmp_path: Path) -> None:
    named = [(f"mutant {number}", task) for number, task in enumerate(mutants(20261125, 10_000))]
    tasks = [task for _, task in named]
    python = by_python(tasks)
    assert_agree(named, python, by_javascript(tasks, tmp_path))
    codes = Counter(one["is"]["code"] for one in python if isinstance(one.get("is"), dict) and "code" in one["is"])
    refusals = Counter(one["refused"] for one in python if "refused" in one)
    assert len(codes) >= 17, codes
    assert len(refusals) >= 18, refusals
    assert min(codes[code] for code in ("authentic", "forged", "mistyped", "unknown", "cannot_check")) > 100, codes


def test_the_library_is_the_one_that_is_named() -> None:
    folder = ROOT / "seal" / "static" / "verifier"
    digest = hashlib.sha256((folder / "vendor" / "noble-ed25519.js").read_bytes()).hexdigest()
    assert f"`{digest}`" in (folder / "README.md").read_text("utf-8")
    assert "MIT License" in (folder / "vendor" / "LICENSE-noble-ed25519").read_text("utf-8")
