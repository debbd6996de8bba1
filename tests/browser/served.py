"""``seal up`` as a newcomer runs it: a process of its own, its worked example, and what it prints to open."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from seal.ids import Code, parse_code
from seal.web.i18n import catalogue

ROOT = Path(__file__).resolve().parents[2]
_ENTRY = re.compile(r"^ {2}(\S.*)\n {6}(http://\S+)$", re.MULTILINE)
_STARTS_IN = 60
_LOTS = ("VE-1", "CV-1", "LC-1", "AB-1", "PV-1")


@dataclass
class Served:
    """A running server. ``labels`` has the code of unit 1 by lot, ``links`` the one-time sign-in address by name."""

    origin: str
    said: str
    labels: dict[str, Code] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def at(self, path: str) -> str:
        return f"{self.origin}{path}"

    def label(self, lot: str, unit: int = 1) -> str:
        """The address of one unit label of a lot."""
        return self.at(f"/{Code(self.labels[lot].public_id, unit).plain}")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def _environment() -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SEAL_")}
    return {**plain, "SEAL_LANG": "es", "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}


@contextmanager
def seal_up(data: Path) -> Iterator[Served]:
    """Everything from nothing; stopped with SIGTERM, as a service manager does, and it must stop cleanly."""
    port = free_port()
    log = data.parent / "up.log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "seal", "up", "--data", str(data), "--port", str(port)],
            cwd=data.parent, env=_environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        origin = f"http://localhost:{port}"
        _wait(process, origin, log)
        yield _read(origin, log.read_text("utf-8"))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], origin: str, log: Path) -> None:
    for _ in range(_STARTS_IN * 10):
        if process.poll() is not None:
            raise AssertionError(f"seal up ended with {process.returncode}:\n{log.read_text('utf-8')}")
        try:
            if httpx.get(f"{origin}/api/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"seal up does not answer after {_STARTS_IN} s:\n{log.read_text('utf-8')}")


def _read(origin: str, said: str) -> Served:
    """What was printed: a label of each state and a sign-in link for each person."""
    served = Served(origin, said)
    words = catalogue("es").words
    lots = {words[f"cli.label.{lot}"]: lot for lot in _LOTS}
    for label, address in _ENTRY.findall(said):
        if label in lots:
            served.labels[lots[label]] = parse_code(address.rsplit("/", 1)[1])
        elif "/entrar/" in address:
            served.links[label.split(" (")[0]] = address
    assert set(served.labels) == set(_LOTS), said
    assert len(served.links) >= 6, said
    return served
