"""Start and watch other real processes."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


async def start(*arguments: str, failpoint: str | None = None) -> Process:
    """``tests.db.worker`` in a new process with this one's environment."""
    environment = dict(os.environ)
    if failpoint:
        environment["SEAL_FAILPOINT"] = failpoint
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.db.worker", *arguments, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE
    )


async def line(process: Process) -> dict[str, Any]:
    """The next thing that it says."""
    assert process.stdout is not None
    async with asyncio.timeout(60):
        text = await process.stdout.readline()
    assert text, "the process ended without a word"
    said: dict[str, Any] = json.loads(text)
    return said


async def finish(process: Process) -> list[dict[str, Any]]:
    """Everything that it still says until it ends."""
    async with asyncio.timeout(120):
        out, _ = await process.communicate()
    return [json.loads(text) for text in out.splitlines()]
