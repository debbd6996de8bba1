"""The import order of the rooms is enforced, and a breach of it is noticed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache", "--config", str(folder / "pyproject.toml")],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "seal", tmp_path / "seal", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    result = lint_imports(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "breach"),
    [
        ("audits/model.py", "from seal.certificates import model as _upward\n"),
        ("transparency/model.py", "import seal.keys.service\n"),
        ("members/model.py", "import seal.protocols.model\n"),
        ("labels/token.py", "from seal.printing import service as _far\nimport weasyprint\n"),
        ("certificates/model.py", "import seal.certificates.tables\n"),
    ],
)
def test_a_planted_breach_fails_them(copy: Path, module: str, breach: str) -> None:
    path = copy / "seal" / module
    text = path.read_text("utf-8")
    assert "from __future__ import annotations\n" in text
    path.write_text(
        text.replace("from __future__ import annotations\n", "from __future__ import annotations\n" + breach, 1)
    )
    result = lint_imports(copy)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout


def test_a_new_room_must_be_listed(copy: Path) -> None:
    (copy / "seal" / "helpers").mkdir()
    (copy / "seal" / "helpers" / "__init__.py").write_text("")
    assert lint_imports(copy).returncode == 1
