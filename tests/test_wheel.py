"""The wheel, installed in an empty place, does the whole job with what it carries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    (path,) = out.glob("*.whl")
    return path


def test_it_carries_protocols_migrations_templates_static_files_and_words(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    for start in (
        "seal/_protocols/miel/",
        "seal/_migrations/",
        "seal/templates/verification/",
        "seal/static/",
        "seal/locales/es/",
        "seal/locales/en/",
    ):
        assert any(name.startswith(start) for name in names), start


def test_installed_elsewhere_it_does_the_main_job(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", place, wheel],
        check=True,
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(place)}
    where = subprocess.run(
        [sys.executable, "-c", "import seal; print(seal.__file__)"],
        cwd=empty,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(place))
    done = subprocess.run(
        [sys.executable, "-m", "seal", "demo", "--out", "out"],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((empty / "out" / "summary.json").read_text("utf-8"))
    assert len(summary["labels"]) == 24
    assert {path.name for path in empty.iterdir()} == {"out"}
