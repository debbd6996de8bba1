"""``seal protocols new``, ``export`` and ``import`` as an author types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seal.protocols import loader
from seal.protocols.exchange import commands
from tests.protocols.library import Copy


def test_a_new_protocol_checks_and_is_never_written_over(copied: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    home = copied.folder / "pan" / "0.1.0"
    assert commands.new(home, "Pan de campo", "es") == 0
    assert loader.load(copied.folder, "pan", "0.1.0").title("es") == "Pan de campo"
    assert commands.new(home, "Otro", "es") == 1
    assert "ya hay un protocolo" in capsys.readouterr().err


def test_an_id_that_the_language_does_not_take_is_named(copied: Copy, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.new(copied.folder / "Pan Dulce" / "0.1.0", "", "es") == 1
    assert "Pan Dulce" in capsys.readouterr().err
    assert not (copied.folder / "Pan Dulce").exists()
    assert commands.new(copied.folder / "drafts" / "0.1.0", "", "es") == 1
    assert not (copied.folder / "drafts").exists()


@pytest.mark.parametrize("form", commands.FORMATS)
def test_each_format_is_written(form: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert commands.export("miel", "0.1.0", form, out, "es", base="https://sello.example/", name="Sello") == 0
    raw = out.read_bytes()
    assert json.loads(raw)["profile"]["version"] == "0.1.0" if form == "untp" else raw.startswith(b"PK")


def test_a_vocabulary_is_the_owners_and_needs_an_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert commands.export("miel", "0.1.0", "untp", out, "es", base="https://sello.example", name="Sello") == 0
    scheme = json.loads(out.read_bytes())["scheme"]
    assert (scheme["owner"]["id"], scheme["owner"]["name"]) == ("did:web:sello.example", "Sello")
    assert commands.export("miel", "0.1.0", "untp", tmp_path / "none", "es") == 1
    assert "--base" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("form", ["sheet", "xlsform"])
def test_a_file_without_the_shape_of_a_protocol_is_named(
    copied: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    copied.edit("miel", "protocol.yaml", "chapters:\n", "chapters: 5\nothers:\n")
    assert commands.export("miel", "0.1.0", form, tmp_path / "x", "es", copied.folder) == 1
    assert "miel/0.1.0/protocol.yaml:" in capsys.readouterr().err


def test_what_the_library_lacks_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.export("vino", "0.1.0", "sheet", tmp_path / "x", "es") == 1
    assert "vino" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_an_import_writes_nothing_unless_asked(
    copied: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = tmp_path / "miel.xlsx"
    commands.export("miel", "0.1.0", "xlsform", form, "es", copied.folder)
    into = copied.folder / "pan" / "0.1.0"
    assert commands.bring_in(form, into, "es") == 0
    assert not into.exists()
    assert "No se escribió nada" in capsys.readouterr().out
    assert commands.bring_in(form, into, "es", save=True) == 0
    assert len(loader.load(copied.folder, "pan", "0.1.0").points) > 30


def test_an_import_that_breaks_the_protocol_says_how(
    copied: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "miel.xlsx"
    commands.export("miel", "0.1.0", "sheet", file, "es", copied.folder)
    copied.edit("miel", "protocol.yaml", "chapter: A\n  level: critical", "chapter: A\n  level: critcal")
    assert commands.bring_in(file, copied.folder / "miel" / "0.1.0", "es", save=True) == 0  # the sheet mends it
    copied.edit("miel", "protocol.yaml", "chapter: A\n  level: critical", "chapter: A\n  level: critcal")
    commands.export("miel", "0.1.0", "sheet", file, "es", copied.folder)
    assert commands.bring_in(file, copied.folder / "miel" / "0.1.0", "es", save=True) == 1
    assert "critcal" in capsys.readouterr().err


def test_an_import_never_breaks_a_protocol_unless_it_is_forced(
    copied: Copy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, home = tmp_path / "miel.xlsx", copied.folder / "miel" / "0.1.0"
    good = (home / "protocol.yaml").read_bytes()
    copied.edit("miel", "protocol.yaml", "chapter: A\n  level: critical", "chapter: A\n  level: critcal")
    commands.export("miel", "0.1.0", "sheet", file, "es", copied.folder)
    (home / "protocol.yaml").write_bytes(good)
    assert commands.bring_in(file, home, "es", save=True) == 1
    said = capsys.readouterr().err
    assert "No se escribió nada" in said
    assert "critcal" in said
    assert (home / "protocol.yaml").read_bytes() == good
    assert commands.bring_in(file, home, "es", save=True, force=True) == 1
    assert b"critcal" in (home / "protocol.yaml").read_bytes()


@pytest.mark.parametrize("raw", [b"", b"hola", b"PK\x03\x04"])
def test_what_is_no_workbook_is_said(raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_bytes(raw)
    assert commands.bring_in(tmp_path / "x", tmp_path / "pan" / "0.1.0", "es") == 1
    assert "planilla" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.bring_in(tmp_path / "no", tmp_path / "pan" / "0.1.0", "es") == 1
    assert "no se puede abrir" in capsys.readouterr().err
