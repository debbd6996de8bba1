from __future__ import annotations

from pathlib import Path

import pytest

from tests.protocols.library import Copy, copy_to


@pytest.fixture
def copied(tmp_path: Path) -> Copy:
    return copy_to(tmp_path)
