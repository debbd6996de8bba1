"""A log that can be turned, and a witness of it with a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seal.keys.envelope import Cost
from seal.transparency.cosignature import WitnessKey, cosigned_at
from seal.transparency.note import parse_note
from seal.witness import key, running
from tests.witness.rogue import Rogue, served

PASSPHRASE = "una clave larga de prueba"
CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECOND = int(NOW.timestamp())


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of a server, and no ``./seal-data``."""
    for name in list(os.environ):
        if name.startswith("SEAL_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def rogue() -> Iterator[Rogue]:
    with served() as found:
        yield found


@dataclass
class Town:
    """A witness that follows ``rogue``."""

    folder: Path
    key: WitnessKey

    @property
    def signer(self) -> key.Signer:
        return key.unlock(self.folder, PASSPHRASE)

    def visit(self, at: int = SECOND) -> running.Result:
        (result,) = running.visit_all(self.folder, self.signer, at)
        return result

    def command(self, *words: str, failpoint: str = "") -> subprocess.CompletedProcess[str]:
        """The command itself, as a process of its own."""
        environment = {**os.environ, "SEAL_KEY_PASSPHRASE": PASSPHRASE, "SEAL_LANG": "en", "SEAL_FAILPOINT": failpoint}
        line = [sys.executable, "-m", "seal", "witness", *words, "--data", str(self.folder)]
        return subprocess.run(line, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)

    def roots(self, rogue: Rogue) -> dict[int, set[str]]:
        """Every root that left the witness with a true cosignature, by size."""
        found: dict[int, set[str]] = {}
        for body in rogue.posted:
            note = parse_note(body)
            if cosigned_at(note, self.key) is not None:
                _, size, root = note.text.splitlines()
                found.setdefault(int(size), set()).add(root)
        return found


@pytest.fixture
def town(rogue: Rogue, tmp_path: Path) -> Town:
    folder = tmp_path / "town"
    made = key.make(folder, "municipio.example/w1", PASSPHRASE, NOW, cost=CHEAP)
    running.add(folder, rogue.base, rogue.keeper.fingerprint, None)
    return Town(folder, made)
