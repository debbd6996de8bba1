"""The parent's side of writing pictures anew: starts ``reencode.py`` alone, and reads how it ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from seal.errors import BadInput, Unavailable
from seal.files.model import MAX_PIXELS, MAX_SIDE

_SCRIPT = Path(__file__).with_name("reencode.py")
_SECONDS = 40


def written_anew(data: bytes, media_type: str) -> bytes:
    """The picture without metadata, upright, in its own format; the same bytes for the same input.

    Runs a child process of its own: a decoder that is tricked or eats memory takes only itself down. Blocking.
    Raises ``BadInput('files.picture_unreadable' | 'files.picture_too_big')``, ``Unavailable('files.picture_busy')``.
    """
    command = [sys.executable, "-I", str(_SCRIPT), media_type, str(MAX_PIXELS), str(MAX_SIDE)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False, env={})  # noqa: S603 - our own script
    except subprocess.TimeoutExpired as error:
        raise Unavailable("files.picture_busy") from error
    if done.returncode == 0:
        return done.stdout
    if done.stderr == b"too_many_pixels":
        raise BadInput("files.picture_too_big", field="file", megapixels=MAX_PIXELS // 1_000_000)
    raise BadInput("files.picture_unreadable", field="file")
