"""Making a backup and bringing one back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import seal
from seal.cli.backup import age
from seal.cli.backup.format import FORMAT, Reader, Writer, columns
from seal.clock import rfc3339
from seal.db.copy import Copied, compare
from seal.db.migrate import migrate, require_migrated
from seal.db.shape import Shape
from seal.db.sides import Tell, filling, migrations_of, moment
from seal.errors import BadInput, Refused
from seal.settings import Settings

LEFT_OUT = ("person_session", "sign_in_link", "lease")
"""Tables that are of no use to anybody but a thief: who was signed in, links that let in, who was running."""


@dataclass(frozen=True)
class Made:
    """A backup that stands on the disk."""

    path: Path
    size: int
    rows: int
    tables: int


async def backup(
    source: Settings, out: Path, to: Sequence[Any], tables: Sequence[Shape], at: datetime, tell: Tell
) -> Made:
    """Write every row, as it stood at one moment, encrypted; the file appears whole or not at all.

    Raises ``Refused('backup.exists')``, ``Unavailable('db.not_migrated')``, ``BadInput('db.nul')``, ``OSError``.
    """
    if out.exists():
        raise Refused("backup.exists", file=str(out))
    await require_migrated(source)
    kept = [shape for shape in tables if shape.table not in LEFT_OUT]
    head = {
        "format": FORMAT,
        "seal": seal.__version__,
        "made_at": rfc3339(at),
        "migrations": list(await migrations_of(source)),
        "tables": [columns(shape) for shape in kept],
        "left_out": sorted(LEFT_OUT),
    }
    partial = out.with_name(f".{out.name}.partial")
    partial.unlink(missing_ok=True)
    rows = 0
    try:
        with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with age.encrypted(file, to) as plain:
                writer = Writer(plain, head, int(at.timestamp()))
                async with moment(source) as here:
                    for shape in kept:
                        tally = await writer.table(shape, here.chunks(shape))
                        rows += tally.count
                        tell(shape.table, tally.count)
                writer.close()
            file.flush()
            os.fsync(file.fileno())
        partial.rename(out)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(out.parent)
    return Made(out, out.stat().st_size, rows, len(kept))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Restored:
    """What came back: when the backup was made, each table, and migrations run since."""

    made_at: str
    tables: tuple[Copied, ...]
    migrated: tuple[str, ...]


async def restore(source: Path, identities: Sequence[Any], target: Settings, tell: Tell) -> Restored:
    """Fill an empty database from a backup, compare every table with it, then migrate to this version.

    Raises ``BadInput('backup.cannot_open' | 'backup.damaged' | 'backup.format')``, ``Refused('db.not_empty' |
    'db.copy_differs')``, ``Unavailable('db.newer')``. Until all is compared the target says that it is unfinished;
    if the backup is at fault, an embedded database is taken away again.
    """
    began = False
    try:
        with source.open("rb") as file, age.decrypted(file, identities) as plain:
            reader = Reader(plain)
            async with filling(target, reader.migrations) as there:
                began = True
                for shape in reader.tables:
                    await there.load(shape, reader.table(shape))
                    tell(shape.table, reader.tallies[shape.table].count)
                reader.finish()
        tables = await compare(target, reader.tables, reader.tallies)
    except BadInput:
        if began and target.engine == "sqlite":  # ours: it was empty a moment ago
            for path in target.sqlite_path.parent.glob(f"{target.sqlite_path.name}*"):
                with suppress(OSError):
                    path.unlink()
        raise
    done = await migrate(target)
    return Restored(str(reader.head.get("made_at", "?")), tables, done.ran)
