"""Starts servers quickly: this process imports the program once and forks a child for each start.

``python -m tests.faults.launcher`` reads one JSON line a wish and answers with one:

    {"start": {"arguments": […], "environment": {…}, "log": "path"}}   ->  {"pid": 123}
    {"wait": 123}                                                      ->  {"status": -9}

A child is a process of its own that runs ``seal.cli.main``; only what Python spends on imports is saved.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from typing import Any


def preload() -> None:
    """Everything that ``seal serve`` imports, and nothing opened."""
    from seal import app, cli
    from seal.settings import settings

    cli.parser([])
    app.routes(settings())
    settings.cache_clear()


def start(arguments: list[str], environment: dict[str, str], log: str) -> int:
    """Fork a child that runs the program; its process id."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.environ.clear()
        os.environ.update(environment)
        from seal import cli

        code = cli.main(arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    preload()
    children: set[int] = set()
    for line in sys.stdin:
        wish: dict[str, Any] = json.loads(line)
        if "start" in wish:
            pid = start(**wish["start"])
            children.add(pid)
            said = {"pid": pid}
        else:
            _, status = os.waitpid(wish["wait"], 0)
            children.discard(wish["wait"])
            said = {"status": os.waitstatus_to_exitcode(status)}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
