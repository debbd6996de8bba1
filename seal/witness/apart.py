"""Apart from every server: which folders and databases a witness or a monitor refuses to stand beside.

A witness that shares a machine's database with the log that it watches would say nothing that the log does not say
itself. What is looked at: the folder (a server's holds ``seal.db`` or ``keys/``, here or above), and what the
environment names, as the server itself would read it (``SEAL_DATABASE_URL``, ``SEAL_DATA``, else ``./seal-data``): a
SQLite file is opened read-only and asked which logs it owns; any other database that is named is refused without
asking. A database that the environment does not name cannot be found out.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from seal.errors import Refused
from seal.settings import read


def make_folder(folder: Path, marker: str) -> None:
    """Make the folder, or take an empty one. Raises ``Refused``: ``witness.folder_server``, ``witness.folder_made``,
    ``witness.folder_used``."""
    require_folder(folder)
    if (folder / marker).exists():
        raise Refused("witness.folder_made", folder=str(folder), marker=marker)
    if folder.exists() and any(folder.iterdir()):
        raise Refused("witness.folder_used", folder=str(folder), marker=marker)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def require_folder(folder: Path) -> None:
    """Raise ``Refused('witness.folder_server')`` for a folder that is a Seal server's, or inside one."""
    whole = folder.absolute()
    for one in (whole, *whole.parents):
        if (one / "seal.db").exists() or any((one / "keys").glob("*/*/*.key.json")):
            raise Refused("witness.folder_server", folder=str(one))


def require_other_database(origin: str, environ: Mapping[str, str] | None = None) -> None:
    """Raise ``Refused('witness.own_log' | 'witness.database_named')`` if the environment names this log's database."""
    given = read(os.environ if environ is None else environ)
    if given.engine != "sqlite":
        raise Refused("witness.database_named")
    if given.sqlite_path.exists() and origin in _origins(given.sqlite_path):
        raise Refused("witness.own_log", origin=origin, database=str(given.sqlite_path))


def _origins(path: Path) -> set[str]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            return {row[0] for row in connection.execute("SELECT log_origin FROM association")}
    except sqlite3.Error:
        raise Refused("witness.database_named") from None
