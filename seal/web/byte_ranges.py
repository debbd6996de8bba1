"""Files sent in pieces, so that a download that broke off goes on where it stopped (RFC 9110, section 14).

One range at a time: a request for several gets the whole file, as the RFC allows. ``If-Range`` with another ETag
than the file's gets the whole file too, never a mixture of two.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from litestar import Response
from litestar.response import Stream

CHUNK = 1 << 16
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


def wanted(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a ``Range`` header, both inclusive; ``None``: the whole file.

    ``ValueError`` when the range lies beyond the end.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    if not found[1]:  # the last so many bytes
        count = min(int(found[2]), size)
        if count == 0:
            raise ValueError("no bytes")
        return size - count, size - 1
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None  # not a range at all (14.1.1), so as if it were not there
    if first >= size:
        raise ValueError("beyond the end")
    return first, last


async def _read(path: Path, first: int, last: int) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        await asyncio.to_thread(file.seek, first)
        left = last - first + 1
        while left > 0:
            block = await asyncio.to_thread(file.read, min(CHUNK, left))
            if not block:
                raise EOFError(path.name)  # breaks the connection: better than a short file that looks whole
            left -= len(block)
            yield block
    finally:
        file.close()


def send(
    asked: Mapping[str, str], path: Path, *, size: int, etag: str, media_type: str, headers: Mapping[str, str]
) -> Response[Any] | Stream:
    """The file, or the part of it that the request's headers ask for: 200, 206, 304 or 416."""
    given = {**headers, "ETag": etag, "Accept-Ranges": "bytes"}
    if etag in asked.get("if-none-match", ""):
        return Response(b"", status_code=int(HTTPStatus.NOT_MODIFIED), headers=given)
    part = None
    if asked.get("if-range", etag) == etag:
        try:
            part = wanted(asked.get("range", ""), size)
        except ValueError:
            status = int(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            return Response(b"", status_code=status, headers={**given, "Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    given["Content-Length"] = str(last - first + 1)
    if part is not None:
        given["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Stream(
        _read(path, first, last),
        media_type=media_type,
        headers=given,
        status_code=int(HTTPStatus.PARTIAL_CONTENT if part is not None else HTTPStatus.OK),
    )
