"""Which process is running something, said so that a neighbour on the same machine can see that it died."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path


@cache
def _machine() -> str:
    """This boot of this machine and this process namespace; two containers are two machines."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return socket.gethostname()


def _started(pid: int) -> str | None:
    """When the process started, in ticks since boot: a pid alone may be used again. ``None`` if it is dead."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def place() -> str:
    """This process: machine, process id, start."""
    return f"{_machine()} {os.getpid()} {_started(os.getpid()) or '?'}"


def is_gone(other: str) -> bool:
    """True only when it is certain that the process of ``other`` has died."""
    machine, _, rest = other.partition(" ")
    pid, _, started = rest.partition(" ")
    if machine != _machine() or started in ("", "?") or not pid.isdigit():
        return False
    return _started(int(pid)) != started
