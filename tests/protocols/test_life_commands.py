"""``seal protocols propose | publish | return | states | diff`` as people type them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from seal.cli import fsck, main
from seal.cli.session import opened, owner, the_association
from seal.identity import Role
from seal.protocols import loader, service
from seal.settings import Settings
from tests import world
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


@on("sqlite")
def test_a_name_is_the_kept_copy_and_an_edited_file_is_told(
    storage: Settings, copied: Copy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The shipped file was edited after it was published under the same number."""
    assert main(["associations", "create", "sello", "Sello", "--region", "Aysén", "--communes", "Cochrane"]) == 0

    async def publish() -> None:
        async with opened():
            home = await the_association(None)
            person = await world.person(home, "Ana", Role.MANAGER)
            await service.propose(owner(home), *MIEL)
            await service.publish(world.acting(person), *MIEL)

    asyncio.run(publish())
    capsys.readouterr()
    copied.edit("miel", "protocol.yaml", "unit: '%', min: 45", "unit: '%', min: 46")
    monkeypatch.setattr(loader, "shipped", lambda: copied.folder)
    service.read.cache_clear()
    assert main(["protocols", "diff", "miel@0.1.0", str(copied.folder / "miel" / "0.1.0")]) == 0
    assert capsys.readouterr().out.startswith("Un punto más estricto.")

    async def inspect() -> fsck.Report:
        async with opened():
            return (await fsck.inspect())[0]

    report = asyncio.run(inspect())
    assert report.clean
    assert [(note.code, note.params["id"]) for note in report.notes] == [("protocols.edited", "miel")]


@on("sqlite")
def test_an_adapted_protocol_goes_out_as_files_and_comes_back(
    storage: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for slug in ("uno", "dos"):
        assert main(["associations", "create", slug, slug, "--region", "Aysén", "--communes", "Cochrane"]) == 0
    one, two = ["--association", "uno"], ["--association", "dos"]
    assert main(["protocols", "adapt", "miel@0.1.0", "miel_baker@1.0.0", "--title", "Miel del Baker", *one]) == 0
    out = tmp_path / "out"
    given = ["protocols", "export", "miel_baker", "1.0.0", "--as", "folder", "--out", str(out), *one]
    assert main(given) == 0
    home = out / "miel_baker" / "1.0.0"
    assert sorted(path.name for path in home.iterdir()) == [
        "overlay.yaml", "protocol.yaml", "text.en.yaml", "text.es.yaml",
    ]  # fmt: skip
    assert main(["protocols", "import", str(home), *two]) == 0
    assert main(["protocols", "drafts", *two]) == 0
    assert capsys.readouterr().out.endswith("miel_baker 1.0.0  borrador\nmiel_baker 1.0.0  borrador\n")
    (home / "overlay.yaml").write_text("schema: seal-overlay/1\n")
    assert main(["protocols", "import", str(home), *two]) == 1
    assert "miel_baker/1.0.0/overlay.yaml:1" in capsys.readouterr().out
    assert main(["protocols", "flags", *MIEL, *one]) == 0
    assert "MIEL-A01  falta revisar la norma chilena" in capsys.readouterr().out
    read = ["--name", "Rosa Díaz", "--note", "Ley 21.489", "--on", "2026-01-02", *one]
    assert main(["protocols", "clear", *MIEL, "MIEL-A01", "national_text", *read]) == 0
    assert "Revisado por Rosa Díaz el 2 ene 2026" in capsys.readouterr().out
