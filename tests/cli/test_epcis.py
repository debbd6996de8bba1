"""``seal epcis``: events out of one association and into another, by files."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from seal import cli
from seal.db import engine
from seal.settings import Settings
from tests.conftest import on
from tests.traceability.epcis.farm import farm


async def _two(settings: Settings) -> None:
    await engine.start(settings)
    await farm()
    await farm("chiloe")
    await engine.stop()


@on("sqlite")
def test_a_file_goes_out_and_comes_in(
    storage: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAL_LANG", "en")
    asyncio.run(_two(storage))
    file = tmp_path / "events.jsonld"
    assert cli.main(["epcis", "export", "--association", "aysen", "--out", str(file)]) == 0
    assert len(json.loads(file.read_text())["epcisBody"]["eventList"]) == 1
    for said in ("New events: 1; there already: 0", "New events: 0; there already: 1"):
        assert cli.main(["epcis", "import", "--association", "chiloe", str(file)]) == 0
        assert said in capsys.readouterr().out
    assert cli.main(["epcis", "export", "--association", "chiloe", "--claims"]) == 0
    assert len(json.loads(capsys.readouterr().out)["epcisBody"]["eventList"]) == 2
    file.write_text(file.read_text().replace('"ADD"', '"MOVE"'))
    assert cli.main(["epcis", "import", "--association", "chiloe", str(file)]) == 1
    assert "/epcisBody/eventList/0/action" in capsys.readouterr().err
