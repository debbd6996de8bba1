"""The worked example, played by the product's own verbs, holds every invariant."""

from __future__ import annotations

import pytest

from seal.cli import fsck
from seal.cli.example import make
from seal.cli.progress import Progress
from seal.db import engine
from seal.db.migrate import migrate
from seal.settings import Settings


@pytest.mark.parametrize("blank", ["sqlite"], indirect=True)
async def test_the_worked_example_is_clean(blank: Settings) -> None:
    await migrate(blank)
    await engine.start(blank)
    try:
        with Progress("example") as progress:
            await make(blank, progress)
        (report,) = await fsck.inspect()
    finally:
        await engine.stop()
    assert report.breaches == ()
    assert report.counted["certification"] == 5
