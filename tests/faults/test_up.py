"""``seal up`` killed while it makes its worked example starts again from nothing, and says so."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.browser.served import free_port, seal_up


def test_an_interrupted_first_start_is_made_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    started = subprocess.Popen(
        [sys.executable, "-m", "seal", "up", "--data", str(data), "--port", str(free_port())],
        stdout=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if not name.startswith("SEAL_")},
    )
    for _ in range(300):
        if (data / "example.unfinished").exists():
            break
        time.sleep(0.05)
    time.sleep(0.8)
    started.kill()
    started.wait()
    assert (data / "example.unfinished").exists()
    with seal_up(data) as served:
        assert "quedó a medias" in served.said
        assert len(served.labels) == 5
    assert not (data / "example.unfinished").exists()
