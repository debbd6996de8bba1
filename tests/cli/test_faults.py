"""Faults of the machine are told in one sentence with a remedy, never in a traceback."""

from __future__ import annotations

import getpass
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from seal import cli
from seal.protocols import loader
from seal.settings import settings


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is said on the error channel by a command that must fail."""
    assert cli.main(list(words)) in (1, 2)
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert said.count("\n") == 1, said
    return said


@pytest.fixture
def migrated(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert cli.main(["migrate"]) == 0
    capsys.readouterr()
    return data_dir


@pytest.mark.parametrize("command", ["migrate", "up"])
def test_data_folder_that_is_a_file(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    file = data_dir / "file"
    file.touch()
    assert "--data" in run(capsys, command, "--data", str(file))


@pytest.mark.parametrize("command", [("migrate",), ("associations", "list"), ("fsck",)])
def test_database_that_is_garbage(data_dir: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    (data_dir / "seal.db").write_bytes(b"garbage" * 1000)
    assert "respaldo" in run(capsys, *command)


def test_data_folder_that_cannot_be_written(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(data_dir))

    monkeypatch.setattr(Path, "mkdir", refuse)  # root may write anywhere
    assert str(data_dir) in run(capsys, "migrate")


def test_ceremony_without_a_terminal(
    migrated: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["associations", "create", "miel", "Miel", "--region", "Aysén", "--communes", "Aysén"]) == 0
    capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    monkeypatch.setattr(getpass, "getpass", getpass.fallback_getpass)  # type: ignore[attr-defined]
    assert cli.main(["keys", "ceremony"]) == 1
    said = capsys.readouterr().err
    assert "\nseal: " in said
    assert "SEAL_KEY_PASSPHRASE_FILE" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", [("protocols", "list"), ("up",)])
def test_library_that_is_missing(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    monkeypatch.setattr(loader, "shipped", lambda: data_dir / "nowhere")
    assert "nowhere" in run(capsys, *command)


@pytest.mark.parametrize("command", [("associations", "list"), ("people", "list"), ("fsck",), ("jobs", "--once")])
def test_data_is_said_on_the_command_line(
    migrated: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert cli.main(["associations", "create", "miel", "Miel", "--region", "Aysén", "--communes", "Aysén"]) == 0
    monkeypatch.setenv("SEAL_DATA", str(migrated / "elsewhere"))
    settings.cache_clear()
    assert cli.main(list(command)) != 0
    assert cli.main([*command, "--data", str(migrated)]) == 0


def test_copy_from_a_file_that_is_not_there(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone, target = data_dir / "gone.db", data_dir / "new.db"
    assert str(gone) in run(capsys, "db", "copy", "--from", f"sqlite:///{gone}", "--to", f"sqlite:///{target}")
    assert not gone.exists()


@pytest.mark.parametrize("buffered", ["", "1"])
def test_who_stops_reading_ends_a_command_quietly(migrated: Path, buffered: str) -> None:
    words = [sys.executable, "-m", "seal", "fsck"]
    environ = {**os.environ, "SEAL_DATA": str(migrated), "PYTHONUNBUFFERED": buffered}
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, env=environ, check=False, timeout=60)
    os.close(write)
    assert ended.stderr == b""
