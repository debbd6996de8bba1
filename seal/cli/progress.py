"""One line a step; on a terminal also how far along."""

from __future__ import annotations

import sys
import time
from types import TracebackType


class Progress:
    """Prints steps as they finish. On a terminal the running step stands on the line until it is done."""

    def __init__(self, title: str, steps: int | None = None) -> None:
        self.title = title
        self.steps = steps
        self.done = 0
        self._live = sys.stdout.isatty()
        self._started = time.monotonic()

    def __enter__(self) -> Progress:
        print(self.title, flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def step(self, text: str) -> None:
        """A step is done."""
        self.done += 1
        self._clear()
        count = f"[{self.done}/{self.steps}] " if self.steps else ""
        print(f"  {count}{text}", flush=True)

    def doing(self, text: str) -> None:
        """What is under way; shown on a terminal only."""
        if self._live:
            self._clear()
            print(f"  … {text} ({time.monotonic() - self._started:.0f} s)", end="\r", flush=True)

    def _clear(self) -> None:
        if self._live:
            print("\r\x1b[2K", end="", flush=True)
