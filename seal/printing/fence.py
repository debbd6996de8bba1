"""The parent's side of the fence around WeasyPrint: starts the child, talks in frames, kills what hangs.

One warm child a process, used by one job at a time, replaced after ``JOBS_PER_CHILD`` jobs (layout leaks a
little) and after any death. Blocking: call it from a thread.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from seal.errors import Unavailable
from seal.printing.worker import read_frame, write_frame

log = logging.getLogger(__name__)

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""What `apt-get install` needs for WeasyPrint on Debian and Ubuntu."""
START_SECONDS = 60.0
JOB_SECONDS = 300.0
JOBS_PER_CHILD = 200
_Talk = Callable[[], tuple[dict[str, object], bytes | None]]
_WORKER = Path(__file__).with_name("worker.py")
_FONTS = Path(__file__).with_name("fonts") / "fonts.conf"
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "HOME", "XDG_CACHE_HOME")


def default_command() -> tuple[str, ...]:
    """The worker as an isolated script: no current folder on the path, no user site, no PYTHON* variables."""
    return (sys.executable, "-I", str(_WORKER))


@dataclass(frozen=True)
class Job:
    """One document for the child. ``attachments`` are (name, description, relationship, media type, bytes)."""

    html: str
    lang: str
    title: str
    created: str
    identifier: str
    variant: str | None = None
    attachments: tuple[tuple[str, str, str, str, bytes], ...] = ()

    @property
    def head(self) -> dict[str, object]:
        """What the first frame says."""
        return {
            "kind": "document",
            "frames": 1 + len(self.attachments),
            "lang": self.lang,
            "title": self.title,
            "created": self.created,
            "identifier": self.identifier,
            "variant": self.variant,
            "attachments": [
                {"name": name, "description": description, "relationship": relationship, "media_type": media_type}
                for name, description, relationship, media_type, _ in self.attachments
            ],
        }

    @property
    def bodies(self) -> tuple[bytes, ...]:
        return (self.html.encode(), *(data for *_, data in self.attachments))


@dataclass(frozen=True)
class Errand:
    """Anything else for the child, by ``kind`` (see ``worker.py``): ``words`` go into the first frame."""

    kind: str
    words: dict[str, object]
    bodies: tuple[bytes, ...]
    seconds: float | None = None
    """CPU time at most, and as long again by the wall clock: for what strangers wrote."""

    @property
    def head(self) -> dict[str, object]:
        return {"kind": self.kind, "frames": len(self.bodies), "cpu": self.seconds, **self.words}


class Fence:
    """A warm child process. ``print`` is safe to call from several threads; jobs wait for each other."""

    def __init__(self, command: Sequence[str] | None = None, *, job_seconds: float = JOB_SECONDS) -> None:
        self._command = tuple(command or default_command())
        self._job_seconds = job_seconds
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._folder = ""
        self._jobs = 0

    @property
    def pid(self) -> int | None:
        """Process id of the warm child, if there is one."""
        return self._child.pid if self._child else None

    def print(self, job: Job | Errand) -> bytes:
        """The PDF of ``job``, or what an errand gives. Starts a child if none is warm.

        Raises ``Unavailable('printing.pango_missing')`` if system libraries are missing,
        ``Unavailable('printing.timeout')`` after ``job_seconds`` of wall time (the child is killed), and
        ``Unavailable('printing.failed')`` if the child dies (memory, CPU time) or cannot lay the page out.
        """
        with self._lock:
            if self._child is not None and (self._jobs >= JOBS_PER_CHILD or self._child.poll() is not None):
                self._stop()
            child = self._child or self._start()
            self._jobs += 1
            given = job.seconds if isinstance(job, Errand) else None
            seconds = min(self._job_seconds, 2 * given) if given else self._job_seconds
            answer, pdf = self._timed(child, seconds, lambda: self._exchange(child, job))
        if pdf is None:
            log.warning("printing failed: %s %s", answer.get("fault"), answer.get("detail"))
            raise Unavailable("printing.failed", fault=str(answer.get("fault", "died")))
        return pdf

    def close(self) -> None:
        """Stop the child, if any. The next job starts another."""
        with self._lock:
            self._stop()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        # Secrets of this process (key passphrase, database address) stay out of the child's environment. The fonts are
        # those that Seal ships, so that paper comes out alike on every machine; the folder is the only one it may use.
        self._folder = tempfile.mkdtemp(prefix="seal-print-")
        environment |= {"FONTCONFIG_FILE": str(_FONTS), "TMPDIR": self._folder}
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self._child, self._jobs = child, 0
        hello, _ = self._timed(child, START_SECONDS, lambda: (self._answer(child), None))
        if not hello.get("ok"):
            self._stop()
            if hello.get("fault") == "pango_missing":
                raise Unavailable("printing.pango_missing", packages=PACKAGES)
            raise Unavailable("printing.failed", fault=str(hello.get("fault", "died")))
        return child

    def _timed(
        self, child: subprocess.Popen[bytes], seconds: float, talk: _Talk
    ) -> tuple[dict[str, object], bytes | None]:
        """Run ``talk`` and kill the child when it takes longer than ``seconds``: closing its pipes ends the talk."""
        late = threading.Event()

        def give_up() -> None:
            late.set()
            child.kill()

        alarm = threading.Timer(seconds, give_up)
        alarm.daemon = True
        alarm.start()
        try:
            return talk()
        except (OSError, EOFError, ValueError) as error:
            self._stop()
            if late.is_set():
                raise Unavailable("printing.timeout", seconds=int(seconds)) from error
            return {"ok": False, "fault": "died"}, None
        finally:
            alarm.cancel()

    def _exchange(self, child: subprocess.Popen[bytes], job: Job | Errand) -> tuple[dict[str, object], bytes | None]:
        stdin = cast(BinaryIO, child.stdin)
        write_frame(stdin, json.dumps(job.head).encode())
        for body in job.bodies:
            write_frame(stdin, body)
        stdin.flush()
        answer = self._answer(child)
        return answer, self._frame(child) if answer.get("ok") else None

    def _answer(self, child: subprocess.Popen[bytes]) -> dict[str, object]:
        answer = json.loads(self._frame(child))
        if not isinstance(answer, dict):
            raise ValueError("the child answered something else")
        return answer

    @staticmethod
    def _frame(child: subprocess.Popen[bytes]) -> bytes:
        frame = read_frame(cast(BinaryIO, child.stdout))
        if frame is None:
            raise EOFError("the child is gone")
        return frame

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # unsent bytes of a dead child
                    continue
        child.wait(timeout=10)
        shutil.rmtree(self._folder, ignore_errors=True)


fence = Fence()
"""The fence of this process; no child until the first job."""
atexit.register(fence.close)
