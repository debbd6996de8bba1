"""The child process that turns HTML into PDF and draws labels: the only file that imports WeasyPrint.

Run as a script by ``fence.py`` and kept warm, since the import alone takes a second. It has no way out:
address fetching is limited to ``data:`` (by default WeasyPrint reads local files and calls internal hosts),
opening a connection, starting a program or opening a file outside the libraries and its own folder raises, and
memory, file size and CPU time are limited by the kernel, because a kilobyte of nested drawings can cost minutes.

Frames on both pipes: 8 bytes big-endian length, then that many bytes. A job is one JSON frame that gives its
``kind`` and how many ``frames`` follow it:

    document  HTML and attachments (``fence.Job``) to a PDF
    face      HTML of one label to the form that a run of labels draws (``facing.py``)
    labels    such a form and the words of labels to pages (``stamping.py``)

The answer is a JSON frame ``{"ok": true}`` followed by what was made, or ``{"ok": false, "fault": …, "detail": …}``.
The first frame ever written says whether it can work.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import math
import mimetypes
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

MEMORY_BYTES = 2 * 2**30
CPU_SECONDS = 240
FILE_BYTES = 64 * 2**20
_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.exec", "os.system")


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame, or ``None`` when the other end has closed."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    length = int.from_bytes(head, "big")
    body = stream.read(length)
    return body if len(body) == length else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    stream.write(len(body).to_bytes(8, "big") + body)


def _limit() -> None:
    """Limit memory for good, and CPU time from here on. A higher limit that is not ours to raise is left alone."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    memory = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    os.nice(5)  # a scan on the road must not wait for paper


def _allow_cpu(seconds: int) -> None:
    """Give this job ``seconds`` of CPU time: the limit counts from the start of the process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    wanted = int(usage.ru_utime + usage.ru_stime) + seconds
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _own_places() -> tuple[str, ...]:
    """Folders whose files may be opened: Python and its packages, this room, the child's own."""
    given = (sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path, tempfile.gettempdir())
    places = [Path(__file__).parent, *(Path(place) for place in given if Path(place).is_dir())]
    return tuple(sorted({f"{place}{os.sep}" for folder in places for place in (folder, folder.resolve())}))


def fence_in() -> None:
    """From here on, for good: no connections, no programs, no files of others. A library cannot take it back."""
    places = _own_places()

    def refuse(event: str, args: tuple[Any, ...]) -> None:
        if event in _FORBIDDEN:
            raise PermissionError(f"printing may not use {event}")
        if event == "open" and isinstance(args[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(args[0]))
            if not path.startswith(places):
                raise PermissionError(f"printing may not open {path}")

    sys.addaudithook(refuse)


def laid_out(job: dict[str, Any], html: bytes, fetcher: Any) -> Any:
    """The pages of a document, with what the job says of it."""
    import weasyprint  # noqa: PLC0415 - takes a second, and may be missing its libraries

    document = weasyprint.HTML(string=html.decode(), url_fetcher=fetcher, base_url="data:,").render()
    document.metadata.title = job["title"]
    document.metadata.lang = job["lang"]
    document.metadata.created = document.metadata.modified = job["created"]
    return document


def fetching() -> Any:
    """Reads ``data:`` addresses and nothing else."""
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False)


def render(job: dict[str, Any], frames: list[bytes]) -> bytes:
    """One PDF, byte for byte the same for the same input: dates and identifier come with the job."""
    import weasyprint  # noqa: PLC0415

    html, *files = frames
    fetcher = fetching()
    created = datetime.fromisoformat(job["created"])
    document = laid_out(job, html, fetcher)
    document.metadata.attachments = [
        weasyprint.Attachment(
            url=f"data:{entry['media_type']};base64,{base64.b64encode(data).decode()}",
            url_fetcher=fetcher,
            name=entry["name"],
            description=entry["description"],
            relationship=entry["relationship"],
            created=created,
            modified=created,
        )
        for entry, data in zip(job["attachments"], files, strict=True)
    ]
    pdf: bytes = document.write_pdf(
        pdf_identifier=bytes.fromhex(job["identifier"]), pdf_variant=job["variant"], pdf_tags=True
    )
    return pdf


def face(job: dict[str, Any], frames: list[bytes]) -> bytes:
    """A label's face: its parts as a JSON frame, then the PDF without pages."""
    from seal.printing import facing  # noqa: PLC0415 - only those who print labels need it

    document = laid_out(job, frames[0], fetching())
    boxes = facing.take_boxes(document)
    parts, base = facing.cut(document.write_pdf(pdf_identifier=b"face"), boxes, job)
    out = io.BytesIO()
    write_frame(out, json.dumps(parts).encode())
    write_frame(out, base)
    return out.getvalue()


def labels(job: dict[str, Any], frames: list[bytes]) -> bytes:
    """Pages of labels: the lengths of their objects as a JSON frame, then the objects."""
    from seal.printing import appending, stamping  # noqa: PLC0415

    parts, layout = job["parts"], job["layout"]
    drawn = stamping.contents(parts, layout, json.loads(frames[0]))
    made = appending.piece(parts, job["first_page"], layout["page_pt"], drawn)
    out = io.BytesIO()
    write_frame(out, json.dumps(made.lengths).encode())
    write_frame(out, made.data)
    return out.getvalue()


KINDS: dict[str, Callable[[dict[str, Any], list[bytes]], bytes]] = {"document": render, "face": face, "labels": labels}


def main() -> int:
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints goes to the error stream, never between the frames
    _limit()
    logging.disable(logging.WARNING)
    mimetypes.init(files=[])  # the same kinds on every machine
    try:
        import weasyprint  # noqa: F401, PLC0415
    except OSError as error:  # WeasyPrint's way of saying that a system library is not there
        write_frame(answers, json.dumps({"ok": False, "fault": "pango_missing", "detail": str(error)[:300]}).encode())
        answers.flush()
        return 1
    fence_in()
    write_frame(answers, b'{"ok":true}')
    answers.flush()
    while (head := read_frame(jobs)) is not None:
        job = json.loads(head)
        frames = [body for _ in range(job["frames"]) if (body := read_frame(jobs)) is not None]
        if len(frames) != job["frames"]:
            return 1
        if "created" in job:
            os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime.fromisoformat(job["created"]).timestamp()))
        _allow_cpu(math.ceil(min(job.get("cpu") or CPU_SECONDS, CPU_SECONDS)))
        try:
            made = KINDS[job["kind"]](job, frames)
        except Exception as error:
            fault = {"ok": False, "fault": type(error).__name__, "detail": str(error)[:300]}
            write_frame(answers, json.dumps(fault).encode())
        else:
            write_frame(answers, b'{"ok":true}')
            write_frame(answers, made)
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
