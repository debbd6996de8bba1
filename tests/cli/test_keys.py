"""``seal keys`` from the first ceremony to a stolen key, as people type it: papers come out, slips are sentences."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from seal import cli
from seal.settings import Settings, settings
from tests.conftest import on

PHRASE = "pan y miel de ulmo"
PEOPLE = ("--by", "Ana Pérez, tesorera", "--witness", "Juan Soto, apicultor")


@pytest.fixture
def typed(storage: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> object:
    """Type a command; gives its exit code, what it printed and what it complained about."""
    for name, value in (("KEY_PASSPHRASE", PHRASE), ("LANG", "en"), ("PUBLIC_ORIGIN", "https://sello.example")):
        monkeypatch.setenv(f"SEAL_{name}", value)
    settings.cache_clear()

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    assert run("associations", "create", "sello", "Sello", "--region", "Aysén", "--communes", "Cochrane")[0] == 0
    return run


@on("sqlite")
def test_from_the_ceremony_to_a_stolen_key(typed: object, storage: Settings, tmp_path: Path) -> None:
    run = typed
    assert callable(run)
    folder = storage.data / "keys" / "sello"
    code, said, _ = run("keys", "ceremony", *PEOPLE)
    assert code == 0
    assert "Carry" in said
    paper = (folder / "records" / "001-ceremony.txt").read_text()
    assert "Ana Pérez, tesorera" in paper
    assert PHRASE not in paper
    assert (folder / "records" / "001-ceremony.pdf").read_bytes().startswith(b"%PDF")
    assert run("keys", "ceremony")[0] == 1

    code, said, _ = run("keys", "show")
    assert (code, "next key is still on this machine" in said) == (0, True)
    assert run("keys", "shares", "--of", "next", "--out", str(tmp_path / "sheets"), *PEOPLE)[0] == 0
    sheets = sorted((tmp_path / "sheets").glob("*.txt"))
    (folder / "1" / "next.key.json").unlink()
    code, _, complaint = run("keys", "restore", "--shares", str(sheets[0]), "--out", str(tmp_path / "back"))
    assert (code, "2 are needed" in complaint) == (1, True)
    assert run("keys", "restore", "--shares", str(sheets[2]), str(sheets[0]), "--out", str(tmp_path / "back"))[0] == 0
    assert run("keys", "rotate", "--next", str(tmp_path / "back"), *PEOPLE)[0] == 0

    assert run("keys", "stop", "--reason", "Lost laptop.", *PEOPLE)[0] == 0
    assert run("keys", "stop", "--reason", "Again.")[0] == 1
    code, said, _ = run("keys", "compromise", "--show", "--before", "1")
    assert (code, "key statements: 1" in said) == (0, True)
    code, _, complaint = run("keys", "compromise", "--before", "1", "--reason", "Stolen.")
    assert (code, "--next FILE" in complaint) == (1, True)
    following = str(folder / "2" / "next.key.json")
    code, said, complaint = run("keys", "compromise", "--before", "3", "--reason", "Stolen.", "--next", following)
    assert (code, said, "from 0 to 2, not 3" in complaint) == (1, "", True)
    code, _, complaint = run("keys", "compromise", "--before", "2", "--next", following)
    assert (code, "--reason" in complaint) == (1, True)
    assert run("keys", "compromise", "--before", "2", "--reason", "Stolen.", "--next", following, *PEOPLE)[0] == 0
    assert run("keys", "start")[0] == 0
    assert "Signing goes on." in run("keys", "record")[1]
    code, said, _ = run("keys", "record", "--list")
    assert [line.split("  ")[-1] for line in said.strip().splitlines()] == [
        "Key ceremony", "Key put on sheets", "Key brought back from sheets", "Replacement of keys",
        "Signing stopped", "End of stolen or lost keys", "Signing allowed again",
    ]  # fmt: skip
    assert "Stolen." in run("keys", "record", "6")[1]
    assert run("keys", "retire")[0] == 0


@on("sqlite")
def test_the_whole_log_does_not_lose_its_trust_by_one_command(
    typed: object, storage: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = typed
    assert callable(run)
    assert run("keys", "ceremony", *PEOPLE)[0] == 0
    following = str(storage.data / "keys" / "sello" / "1" / "next.key.json")
    asked = ("keys", "compromise", "--before", "0", "--next", following, "--reason", "Stolen.", *PEOPLE)
    for typed_in in ("", "\n", "yes\n", "2\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed_in))
        code, said, complaint = run(*asked)
        assert (code, "After it there are 1 entries" in said, "--yes" in complaint) == (1, True, True)
    assert run("keys", "record", "--list")[1].count("\n") == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n"))
    assert run(*asked)[0] == 0
    third = str(storage.data / "keys" / "sello" / "2" / "next.key.json")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    again = ("keys", "compromise", "--before", "1", "--next", third, "--reason", "Again.", "--yes", *PEOPLE)
    assert run(*again)[0] == 0


@on("sqlite")
@pytest.mark.parametrize(
    "words",
    [("rotate",), ("compromise", "--before", "nowhere"), ("record",), ("stop", "--reason", " "), ("show",)],
)
def test_too_early_or_not_enough(typed: object, words: tuple[str, ...]) -> None:
    assert callable(typed)
    code, _, complaint = typed("keys", *words)
    assert code == 1
    assert complaint.startswith("seal: ")
    assert "{" not in complaint
