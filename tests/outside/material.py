"""Where material that nobody here wrote is found; a test skips, and says so, where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
OUTSIDE = Path(os.environ.get("SEAL_OUTSIDE_DIR", ROOT.parent / "shared" / "outside"))


def outside(*parts: str) -> Path:
    """A file or folder of the outside material."""
    path = OUTSIDE.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"outside material is absent: {Path(*parts)}; set SEAL_OUTSIDE_DIR to its folder")
    return path
