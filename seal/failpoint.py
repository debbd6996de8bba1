"""Named places where a test may kill the process, to show that nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal

VARIABLE = "SEAL_FAILPOINT"


def failpoint(name: str) -> None:
    """Die here by SIGKILL if ``SEAL_FAILPOINT`` is ``name``; otherwise do nothing."""
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
