"""High-water marks: how far an association's log had come, written down outside the database before each signature.

A database that is behind them is an old one, brought back: it must not sign or log, or it would give out again what was
given out before. One folder an association, ``<data>/marks/<association id>``, and the same in each folder of
``SEAL_MARKS`` (a stick, a share):

    mark.json    {"seal": "seal-mark/1", "association", "checkpoint": [size, root], "head": [size, root],
                  "entries_from", "intents": [the last ones signed], "counters": {name: highest}, "unsettled"}
    entries      the log's entries from ``entries_from`` up to ``head``, 61 bytes each: what an old database lacks
    kept/<name>  the bytes last signed: checkpoint, bundle, status lists

The order of every signature: leaves and intent are committed, then ``entries``, then ``mark.json`` (written whole,
synchronised, renamed), then the signature, then ``kept``, and only then is it stored and served. So a crash anywhere
leaves a database that is level with its mark or ahead of it. Touches files only; the database is compared elsewhere.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from seal.errors import Unavailable
from seal.settings import settings
from seal.transparency.model import EMPTY_ROOT, ENTRY_BYTES

FORMAT = "seal-mark/1"
INTENTS = 16
"""So many of the last signed intents must be in the database: one backed up before them lacks the last at least."""
_log = logging.getLogger("seal.marks")


@dataclass(frozen=True)
class Place:
    """A size of the log and its root there."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True)
class Mark:
    """What one folder says. ``unsettled``: leaves were brought back, and what was published is not yet decided anew."""

    checkpoint: Place = Place()
    head: Place = Place()
    entries_from: int = 0
    intents: tuple[UUID, ...] = ()
    counters: Mapping[str, int] = field(default_factory=dict)
    unsettled: bool = False

    def raised(self, head: Place, checkpoint: Place | None, intent: UUID, counters: Mapping[str, int]) -> Mark:
        """The mark after one more signature; nothing in it ever falls."""
        known = dict(self.counters)
        for name, value in counters.items():
            known[name] = max(value, known.get(name, 0))
        return replace(
            self,
            head=max(self.head, head, key=lambda one: one.size),
            checkpoint=max(self.checkpoint, checkpoint or Place(), key=lambda one: one.size),
            intents=(*(one for one in self.intents if one != intent), intent)[-INTENTS:],
            counters=known,
        )


def folders(association_id: UUID) -> tuple[Path, ...]:
    """The folder beside the keys, then further copies."""
    given = settings()
    return tuple(place / "marks" / str(association_id) for place in (given.data, *given.marks))


def _written(mark: Mark, association_id: UUID) -> bytes:
    said = {
        "seal": FORMAT,
        "association": str(association_id),
        "checkpoint": [mark.checkpoint.size, mark.checkpoint.root.hex()],
        "head": [mark.head.size, mark.head.root.hex()],
        "entries_from": mark.entries_from,
        "intents": [str(one) for one in mark.intents],
        "counters": dict(mark.counters),
        "unsettled": mark.unsettled,
    }
    return json.dumps(said, indent=1).encode() + b"\n"


def _parsed(data: bytes, association_id: UUID) -> Mark:
    said: dict[str, Any] = json.loads(data)
    if said["seal"] != FORMAT or said["association"] != str(association_id):
        raise ValueError("not this association's mark")
    return Mark(
        checkpoint=Place(int(said["checkpoint"][0]), bytes.fromhex(said["checkpoint"][1])),
        head=Place(int(said["head"][0]), bytes.fromhex(said["head"][1])),
        entries_from=int(said["entries_from"]),
        intents=tuple(UUID(one) for one in said["intents"]),
        counters={str(name): int(value) for name, value in said["counters"].items()},
        unsettled=bool(said["unsettled"]),
    )


_known: dict[Path, tuple[tuple[int, int, int], Mark]] = {}
"""What was read last, by what the file system says of the file."""


def read(folder: Path, association_id: UUID) -> Mark | None:
    """One folder's mark, ``None`` if it has none. Raises ``Unavailable('marks.unreadable')``."""
    path = folder / "mark.json"
    try:
        stat = path.stat()
        seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        before = _known.get(path)
        if before is not None and before[0] == seen:
            return before[1]
        mark = _parsed(path.read_bytes(), association_id)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise Unavailable("marks.unreadable", file=str(path), why=str(error)[:80]) from None
    _known[path] = (seen, mark)
    return mark


def every(association_id: UUID) -> list[tuple[Path, Mark]]:
    """Each folder that has a mark, with it. A further copy that is not there now counts as having none."""
    found = [(folder, read(folder, association_id)) for folder in folders(association_id)]
    return [(folder, mark) for folder, mark in found if mark is not None]


def highest(association_id: UUID) -> tuple[Path, Mark] | None:
    """The folder that has seen most."""
    return max(every(association_id), key=lambda one: (one[1].head.size, one[1].checkpoint.size), default=None)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """One writer of a folder at a time, of all processes that reach it. Makes the folder. ``OSError``."""
    (folder / "kept").mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write(folder: Path, association_id: UUID, mark: Mark, entries: Sequence[bytes] = (), at: int | None = None) -> None:
    """Add entries from log index ``at`` on, then replace the mark; both are on the disk on return. ``OSError``.

    Call inside :func:`writing`.
    """
    if entries and at is not None:
        with os.fdopen(os.open(folder / "entries", os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.truncate((at - mark.entries_from) * ENTRY_BYTES)  # away with what a crash left half written
            file.seek(0, os.SEEK_END)
            file.write(b"".join(entries))
            file.flush()
            os.fsync(file.fileno())
    replaced(folder / "mark.json", _written(mark, association_id))


def replaced(path: Path, data: bytes) -> None:
    """Write a whole file, so that after a power cut it is the old one or the new one."""
    partial = path.with_name(f".{path.name}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def entries(folder: Path, mark: Mark) -> list[bytes]:
    """The kept entries from ``mark.entries_from`` up to the head; fewer if the file was cut short."""
    try:
        data = (folder / "entries").read_bytes()
    except OSError:
        return []
    most = min(len(data) // ENTRY_BYTES, mark.head.size - mark.entries_from)
    return [data[place * ENTRY_BYTES : (place + 1) * ENTRY_BYTES] for place in range(most)]


def keep(association_id: UUID, name: str, data: bytes) -> None:
    """Keep signed bytes under ``name`` in every folder. Raises ``Unavailable('marks.unwritable')`` for the first."""
    for number, folder in enumerate(folders(association_id)):
        try:
            with writing(folder):
                replaced(folder / "kept" / name, data)
        except OSError as error:
            missed(folder, error, first=number == 0)


def kept(association_id: UUID, name: str) -> bytes | None:
    """What was last signed under ``name``, from the folder that has seen most."""
    found = highest(association_id)
    if found is None:
        return None
    try:
        return (found[0] / "kept" / name).read_bytes()
    except OSError:
        return None


def kept_names(association_id: UUID) -> list[str]:
    """Everything kept in the folder that has seen most."""
    found = highest(association_id)
    return sorted(path.name for path in (found[0] / "kept").glob("[!.]*")) if found else []


def missed(folder: Path, error: OSError, *, first: bool) -> None:
    """The first folder must be written; a further copy that is away is said in the log of the machine."""
    if first:
        raise Unavailable("marks.unwritable", folder=str(folder), why=error.strerror or str(error)) from error
    _log.warning("the further copy of the marks in %s could not be written: %s", folder, error)
