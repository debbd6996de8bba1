"""Simulated power cuts of the embedded engine: every image of the disk that a cut could leave is opened and counted.

A real run is recorded under strace. At random moments the files are built again with what was
synchronised, and none, some or torn parts of what was not; each must hold every acknowledged commit.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest

from seal.db import engine, in_unit_of_work
from seal.db.tables import Lease as Row
from seal.settings import Settings
from tests.conftest import on
from tests.db.processes import ROOT

CUTS = 1000
CUTS_DEEP = 6000
COMMITS = 60
SECTOR = 512


@dataclass(frozen=True)
class Event:
    """One thing that the run asked of the disk, or one commit that it acknowledged."""

    kind: Literal["write", "sync", "cut", "remove", "acknowledged"]
    file: str = ""
    offset: int = 0
    data: bytes = b""


_LINES: tuple[tuple[str, str], ...] = (
    ("write", r'pwrite64\(\d+<([^>]*)>, "([^"]*)", \d+, (\d+)\) = \d+'),
    ("sync", r"(?:fsync|fdatasync)\(\d+<([^>]*)>\)\s+= 0"),
    ("cut", r"ftruncate\(\d+<([^>]*)>, (\d+)\) = 0"),
    ("remove", r'unlink(?:at)?\((?:AT_FDCWD[^,]*, )?"([^"]*)"'),
    ("acknowledged", r'write\(1<[^>]*>, "([^"]*)"'),
)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", "")) if "\\x" in text else text.encode()


def _event(line: str, folder: str) -> Event | None:
    for kind, pattern in _LINES:
        found = re.search(pattern, line)
        if not found:
            continue
        if kind == "acknowledged":
            return Event("acknowledged") if b"done" in _bytes(found[1]) else None
        path = _bytes(found[1]).decode()
        if not path.startswith(folder) or path.endswith("-shm"):
            return None
        name = Path(path).name
        if kind == "write":
            return Event("write", name, int(found[3]), _bytes(found[2]))
        if kind == "cut":
            return Event("cut", name, int(found[2]))
        return Event("sync" if kind == "sync" else "remove", name)
    return None


def _recorded(settings: Settings, trace: Path) -> list[Event]:
    if shutil.which("strace") is None:
        pytest.fail("strace is not installed: apt-get install strace")
    calls = "trace=pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat"
    command = ["strace", "-f", "-y", "-xx", "-s", "100000", "-e", calls, "-o", str(trace)]
    subprocess.run(
        [*command, sys.executable, "-m", "tests.db.worker", "increment", str(COMMITS)],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ),
    )  # fmt: skip
    folder = str(settings.data.resolve())
    events = (_event(line, folder) for line in trace.read_text(errors="replace").splitlines())
    return [event for event in events if event is not None]


class Disk:
    """The files as they would be found after a cut, and what had been written and not yet synchronised."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = {name: bytearray(data) for name, data in files.items()}
        self.pending: dict[str, list[Event]] = defaultdict(list)
        self.acknowledged = 0

    def play(self, event: Event) -> None:
        if event.kind == "write":
            self.pending[event.file].append(event)
        elif event.kind == "acknowledged":
            self.acknowledged += 1
        elif event.kind == "remove":
            self.pending.pop(event.file, None)
            self.files.pop(event.file, None)
        else:
            for write in self.pending.pop(event.file, []):
                self.put(write)
            if event.kind == "cut":
                del self.files.setdefault(event.file, bytearray())[event.offset :]

    def put(self, write: Event, keep: int | None = None) -> None:
        image = self.files.setdefault(write.file, bytearray())
        data = write.data[:keep]
        if len(image) < write.offset + len(data):
            image.extend(bytes(write.offset + len(data) - len(image)))
        image[write.offset : write.offset + len(data)] = data

    def lose_power(self, chance: random.Random) -> None:
        """Of what was not synchronised: nothing, a random half, or halves torn at a sector."""
        way = chance.choice(["none", "some", "torn"])
        for writes in self.pending.values():
            for write in writes:
                if way == "none" or chance.random() < 0.5:
                    continue
                sectors = max(1, len(write.data) // SECTOR)
                self.put(write, SECTOR * chance.randint(1, sectors) if way == "torn" else None)


@on("sqlite")
@pytest.mark.parametrize("cuts", [CUTS, pytest.param(CUTS_DEEP, marks=pytest.mark.deep)])
async def test_no_cut_of_power_loses_an_acknowledged_commit(storage: Settings, tmp_path: Path, cuts: int) -> None:
    await engine.start(storage)
    await in_unit_of_work(lambda: Row.insert(Row(id=uuid4(), name="counter")))
    await engine.stop()
    before = {path.name: path.read_bytes() for path in storage.data.glob("seal.db*") if not path.name.endswith("-shm")}
    events = _recorded(storage, tmp_path / "trace")
    assert sum(event.kind == "acknowledged" for event in events) == COMMITS
    assert sum(event.kind == "sync" for event in events) >= COMMITS, "each commit is synchronised"
    chance = random.Random(7)
    for number in range(cuts):
        disk = Disk(before)
        for event in events[: chance.randrange(len(events))]:
            disk.play(event)
        disk.lose_power(chance)
        found = tmp_path / "found"
        shutil.rmtree(found, ignore_errors=True)
        found.mkdir()
        for name, image in disk.files.items():
            (found / name).write_bytes(image)
        with closing(sqlite3.connect(found / "seal.db")) as database:
            assert database.execute("PRAGMA quick_check").fetchone() == ("ok",), number
            counted = database.execute("SELECT beat FROM lease WHERE name = 'counter'").fetchone()[0]
        assert disk.acknowledged <= counted <= disk.acknowledged + 1, number
