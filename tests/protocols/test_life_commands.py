"""``seal protocols propose | publish | return | states | diff`` as people type them."""

from __future__ import annotations

import pytest

from seal.cli import main
from seal.settings import Settings
from tests.conftest import on
from tests.protocols.library import MIEL, Copy


@on("sqlite")
def test_the_server_proposes_and_does_not_publish(storage: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    communes = ["--region", "Aysén", "--communes", "Cochrane"]
    assert main(["associations", "create", "sello", "Sello", *communes]) == 0
    assert main(["protocols", "propose", *MIEL]) == 0
    assert "miel 0.1.0  propuesta" in capsys.readouterr().out
    assert main(["protocols", "publish", *MIEL]) == 1
    assert "La publica una persona encargada" in capsys.readouterr().err
    assert main(["protocols", "return", *MIEL, "--reason", "Falta leerla"]) == 0
    assert main(["protocols", "states"]) == 0
    assert capsys.readouterr().out.endswith("miel 0.1.0  borrador\n")
    assert main(["protocols", "withdraw", *MIEL, "--reason", "x"]) == 1


def test_diff_speaks_in_words(copied: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    copied.edit("miel", "protocol.yaml", "unit: '%', min: 45", "unit: '%', min: 46")
    assert main(["protocols", "diff", "miel@0.1.0", str(copied.folder / "miel" / "0.1.0")]) == 0
    first, line = capsys.readouterr().out.splitlines()
    assert first == "Un punto más estricto."
    assert line.startswith("  MIEL-D10 ")
    assert line.endswith("límite (min): de 45 a 46 — más estricto")
    assert main(["protocols", "diff", "miel", "miel@0.1.0"]) == 1
    assert "miel@0.1.0" in capsys.readouterr().err
