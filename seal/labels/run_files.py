"""Files of label runs in the data folder: written piece by piece, taken up where they stopped. Blocking.

    label-runs/<association>/<run>.part    the file so far: the face, then each piece
    label-runs/<association>/<run>.pieces  what it depends on, then the lengths of each piece, a JSON line each
    label-runs/<association>/<run>.pdf     the finished file

A piece is on the disk before its line is: after a cut, lines that the part cannot show are dropped.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from pathlib import Path
from typing import IO
from uuid import UUID

from seal.printing.appending import Piece
from seal.settings import settings

MOST_BYTES = 2 * 2**30
"""All finished files of an association together; the oldest go first."""


class Taken(Exception):
    """Another process on this machine writes the same run."""


def folder(association_id: UUID) -> Path:
    return settings().data / "label-runs" / str(association_id)


def finished(association_id: UUID, run_id: UUID) -> Path:
    return folder(association_id) / f"{run_id}.pdf"


def digest(path: Path) -> str:
    """SHA-256 of a file, empty if there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


class Draft:
    """A file in the making. ``depends`` names what it is made of: a draft of anything else is begun anew."""

    def __init__(self, association_id: UUID, run_id: UUID, base: bytes) -> None:
        place = folder(association_id)
        place.mkdir(parents=True, exist_ok=True)
        self._final = finished(association_id, run_id)
        self._part_path, self._pieces_path = self._final.with_suffix(".part"), self._final.with_suffix(".pieces")
        self._base = base
        self._pieces: IO[bytes] = self._pieces_path.open("a+b")
        try:
            fcntl.flock(self._pieces, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._pieces.close()
            raise Taken(str(run_id)) from None
        self._part: IO[bytes] = self._part_path.open("a+b")
        self.lengths: list[int] = []
        self.count = 0

    def begin(self, depends: str) -> None:
        """Take up what is there of the same thing, else begin anew."""
        self._pieces.seek(0)
        head, *lines = self._pieces.read().split(b"\n")[:-1] or [b""]
        self.lengths, self.count = [], 0
        if head.decode(errors="replace") != self._name(depends):
            self._write_anew(depends)
            return
        size, end, kept = os.fstat(self._part.fileno()).st_size, len(self._base), len(head) + 1
        for line in lines:
            found = json.loads(line)
            if end + sum(found) > size:
                break
            self.lengths += found
            self.count += 1
            end += sum(found)
            kept += len(line) + 1
        if size < len(self._base):
            self._write_anew(depends)
            return
        self._part.truncate(end)
        self._pieces.truncate(kept)

    def _name(self, depends: str) -> str:
        return f"{hashlib.sha256(self._base).hexdigest()} {depends}"

    def _write_anew(self, depends: str) -> None:
        self._part.truncate(0)
        self._pieces.truncate(0)
        _append(self._part, self._base)
        _append(self._pieces, f"{self._name(depends)}\n".encode())

    def add(self, piece: Piece) -> None:
        """The next piece, on the disk when this returns."""
        _append(self._part, piece.data)
        _append(self._pieces, json.dumps(list(piece.lengths)).encode() + b"\n")
        self.lengths += piece.lengths
        self.count += 1

    def finish(self, closing: bytes) -> tuple[str, int]:
        """Digest and size of the finished file, in its place."""
        _append(self._part, closing)
        self._part_path.replace(self._final)
        self._pieces_path.unlink(missing_ok=True)
        return digest(self._final), self._final.stat().st_size

    def drop(self) -> None:
        """Nothing of it is wanted any more."""
        self._part_path.unlink(missing_ok=True)
        self._pieces_path.unlink(missing_ok=True)

    def close(self) -> None:
        self._part.close()
        self._pieces.close()


def _append(file: IO[bytes], data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def remove(association_id: UUID, run_id: UUID) -> None:
    """Every file of a run."""
    final = finished(association_id, run_id)
    for suffix in (".pdf", ".part", ".pieces"):
        final.with_suffix(suffix).unlink(missing_ok=True)


def shrink(association_id: UUID, most: int = MOST_BYTES) -> int:
    """Delete the oldest finished files until the rest takes at most ``most`` bytes; how many went."""
    place = folder(association_id)
    if not place.is_dir():
        return 0
    found = sorted(place.glob("*.pdf"), key=lambda path: path.stat().st_mtime)
    total, gone = sum(path.stat().st_size for path in found), 0
    for path in found:
        if total <= most:
            break
        total -= path.stat().st_size
        path.unlink(missing_ok=True)
        gone += 1
    return gone
