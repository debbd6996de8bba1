from __future__ import annotations

import pytest

from seal.protocols import commands
from tests.protocols.library import Copy, miel


def test_check_of_the_library_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.check([]) == 0
    assert "miel 0.1.0" in capsys.readouterr().out


def test_check_prints_every_fault_with_its_line(copied: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copied.edit("miel", "protocol.yaml", "  fix_days: 0", "  fix_day: 0")
    assert commands.check([str(copied.folder / "miel" / "0.1.0")], "en") == 1
    lines = capsys.readouterr().err.splitlines()
    assert any('Did you mean "fix_days"?' in line for line in lines)
    assert all(line.startswith("miel/0.1.0/protocol.yaml:") for line in lines)


def test_check_says_where_an_answer_of_an_example_stands(copied: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copied.edit("miel", "examples/passes-silver.yaml", "unit: degC", "unit: degF")
    assert commands.check([str(copied.folder / "miel" / "0.1.0")], "en") == 1
    printed = capsys.readouterr().err
    assert 'miel/0.1.0/examples/passes-silver.yaml:27: MIEL-C04: The unit "degF" will not do here.' in printed


def test_show_prints_desk_then_visit(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.show("miel", "0.1.0", "es") == 0
    printed = capsys.readouterr().out
    assert miel().digest in printed
    assert printed.index("MIEL-A01") < printed.index("MIEL-A02")
    assert "≤\N{NO-BREAK SPACE}20\N{NO-BREAK SPACE}g por 100 g" in printed
    assert "0,2 a 2 mg/L" in printed


def test_show_of_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.show("queso", "1.0.0", "en") == 1
    assert "queso 1.0.0" in capsys.readouterr().err


def test_the_library_is_listed_with_digests(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.show_library("en") == 0
    assert f"miel 0.1.0  sha256:{miel().digest}  Artisanal honey" in capsys.readouterr().out
